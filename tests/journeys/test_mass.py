"""Ten thousand mails in eight languages, from two different servers: each filed exactly once, in one timeline."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from agent_tui.core.model import Message
from tests.journeys.home import Home
from tests.journeys.look import every_message
from tests.servers.corpus import Corpus, Mail
from tests.servers.courier import Courier
from tests.servers.dovecot import Dovecot
from tests.servers.plain_imap import PlainImap

MESSAGES = 10_000


@pytest.fixture(scope="module")
def corpus() -> list[Mail]:
    return list(Corpus(seed=7, messages=MESSAGES))


SERVERS: dict[str, type[Dovecot] | type[Courier] | type[PlainImap]] = {
    "dovecot": Dovecot,
    "courier": Courier,
    "twisted": PlainImap,
}


@pytest.fixture(params=SERVERS)
def home(request: pytest.FixtureRequest, tmp_path: Path, corpus: list[Mail]) -> Iterator[Home]:
    kind = SERVERS[request.param]
    if (missing := kind.available()) is not None:
        pytest.skip(f"needs the system package {missing}")
    with kind() as server:
        server.fill(corpus)
        yield Home(tmp_path / "home", imap_port=server.port, user=server.user)


@pytest.mark.timeout(900)
async def test_everything_is_filed_once_and_nothing_twice(home: Home, corpus: list[Mail]) -> None:
    first = home.once()
    assert first["received"] + first["duplicates"] + first["unreadable"] == MESSAGES
    assert first["received"] == len({mail.key for mail in corpus})
    second = home.once()
    assert (second["received"], second["unreadable"]) == (0, 0)
    kept = await every_message(home.data)
    _each_once(kept, corpus)
    _with_their_customer(kept, corpus)
    _shown_in_order(home, corpus)


def _each_once(kept: list[Message], corpus: list[Mail]) -> None:
    named = Counter(m.external_id.partition("#")[0] for m in kept)
    for mail in corpus:
        if mail.message_id is not None:
            assert named[mail.message_id] >= 1, mail
    assert len(kept) == len({mail.key for mail in corpus})
    assert len({message.external_id for message in kept}) == len(kept)


def _with_their_customer(kept: list[Message], corpus: list[Mail]) -> None:
    """Some programs give several mails one id: what counts is that each is with the customer it belongs to."""
    filed = {(message.external_id.partition("#")[0], message.address.value) for message in kept}
    letters = [mail for mail in corpus if mail.kind == "letter" and mail.message_id is not None]
    assert len(letters) > MESSAGES * 0.9
    assert [mail for mail in letters if (mail.message_id, mail.customer) not in filed] == []


def _shown_in_order(home: Home, corpus: list[Mail]) -> None:
    busiest = Counter(mail.customer for mail in corpus).most_common(1)[0][0]
    shown = home.json("show", busiest, "--limit", "100000")
    entries = [entry for entry in shown["entries"] if entry["type"] == "message"]
    times = [datetime.fromisoformat(entry["at"]) for entry in entries]
    assert times == sorted(times)
    assert {entry["direction"] for entry in entries} == {"in", "out"}
    theirs = {mail.key for mail in corpus if mail.customer == busiest and mail.kind != "bounce"}
    assert len(entries) == len(theirs)
