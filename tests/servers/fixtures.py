"""Pytest fixtures of the servers. Import the ones you use in a ``conftest.py``:

    from tests.servers.fixtures import *  # noqa: F403

Servers that take a while to start live as long as the session; tests keep apart by user name
(``mail_user``). The others are new for every test. A missing system package skips, and is named.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.servers import certificates as tls
from tests.servers import courier as courier_server
from tests.servers import dovecot as dovecot_server
from tests.servers import synapse as synapse_server
from tests.servers.certificates import Certificates
from tests.servers.corpus import Corpus
from tests.servers.courier import Courier
from tests.servers.dovecot import Dovecot
from tests.servers.plain_imap import PlainImap
from tests.servers.proxy import Proxy
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp import SmtpServer
from tests.servers.synapse import Synapse

__all__ = [
    "certificates",
    "corpus",
    "courier",
    "dovecot",
    "mail_user",
    "network",
    "plain_imap",
    "scripted_imap",
    "small_corpus",
    "smtp",
    "synapse",
]
_users = itertools.count(1)


def _need(missing: str | None) -> None:
    if missing is not None:
        pytest.skip(f"needs the system package {missing}")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority and a server certificate for loopback."""
    _need(tls.available())
    return Certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """10,000 messages in eight languages; iterate it."""
    return Corpus(seed=1, messages=10_000)


@pytest.fixture(scope="session")
def small_corpus() -> Corpus:
    """400 messages, with a bit of everything but the rarest."""
    return Corpus(seed=2, messages=400)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; use ``mail_user`` with it."""
    _need(dovecot_server.available())
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def courier() -> Iterator[Courier]:
    """A running Courier; use ``mail_user`` with it."""
    _need(courier_server.available())
    with Courier() as server:
        yield server


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    """A running Matrix server without limits; tests keep apart by people of their own."""
    missing = synapse_server.available()
    if missing is not None:
        pytest.skip(f"needs {missing}")
    with Synapse() as server:
        yield server


@pytest.fixture
def mail_user() -> str:
    """A user name nobody has used yet, with empty folders on every server."""
    return f"user{next(_users)}"


@pytest.fixture
def plain_imap() -> Iterator[PlainImap]:
    """A running Twisted IMAP server."""
    with PlainImap() as server:
        yield server


@pytest.fixture
def scripted_imap() -> Iterator[ScriptedImap]:
    """A running scripted IMAP server."""
    with ScriptedImap() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A running SMTP server, without TLS, that asks nobody to sign in."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def network() -> Iterator[Callable[[int], Proxy]]:
    """``network(port)`` starts a proxy in front of a port; all end with the test."""
    with ExitStack() as running:

        def start(port: int) -> Proxy:
            return running.enter_context(Proxy(port))

        yield start
