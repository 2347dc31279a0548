"""Courier-IMAP serves the same Maildirs with other habits; driven with imapclient."""

from collections.abc import Iterator

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.servers.corpus import Corpus
from tests.servers.courier import Courier, available

pytestmark = pytest.mark.skipif(available() is not None, reason=f"needs {available()}")
MAIL = b"Message-ID: <1@a.example>\r\nSubject: hello\r\n\r\nthere\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Courier]:
    with Courier() as running:
        yield running


def _client(server: Courier, user: str) -> IMAPClient:
    client = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    client.login(user, server.password)
    return client


def test_lacks_what_it_should_lack(server: Courier) -> None:
    client = _client(server, "one")
    told = set(client.capabilities())
    assert b"IDLE" in told
    assert not {b"SPECIAL-USE", b"MOVE", b"CONDSTORE", b"QRESYNC"} & told
    assert b"UIDNEXT" not in client.select_folder("INBOX")
    assert [name for _, _, name in client.list_folders()] == ["INBOX.Sent", "INBOX"]
    assert all(b"\\Sent" not in flags for flags, _, _ in client.list_folders())
    client.logout()


def test_delivers_and_files(server: Courier) -> None:
    server.deliver(MAIL, user="two")
    client = _client(server, "two")
    assert client.select_folder("INBOX")[b"EXISTS"] == 1
    assert client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == MAIL
    client.append("INBOX.Sent", MAIL, flags=["\\Seen"])
    assert [each.flags for each in server.messages("Sent", user="two")] == [("\\Seen",)]
    client.logout()


def test_an_idling_client_hears_of_a_delivery(server: Courier) -> None:
    client = _client(server, "three")
    client.select_folder("INBOX")
    client.idle()
    server.deliver(MAIL, user="three")
    assert (1, b"EXISTS") in client.idle_check(timeout=20)
    client.idle_done()
    client.logout()


def test_a_wrong_password(server: Courier) -> None:
    client = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
        client.login("four", "wrong")
    client.login("four", server.password)
    client.logout()


def test_a_new_uidvalidity_and_a_restart(server: Courier) -> None:
    server.deliver(MAIL, user="five")
    client = _client(server, "five")
    before = client.select_folder("INBOX")[b"UIDVALIDITY"]
    server.restart()
    with pytest.raises((client.AbortError, OSError)):
        client.noop()
    client.shutdown()
    server.bump_uidvalidity(user="five")
    again = _client(server, "five")
    assert again.select_folder("INBOX")[b"UIDVALIDITY"] == before + 1
    again.logout()


def test_serves_a_corpus(server: Courier) -> None:
    counts = server.fill(Corpus(seed=3, messages=1000), user="corpus")
    client = _client(server, "corpus")
    assert client.select_folder("INBOX")[b"EXISTS"] == counts["INBOX"]
    fetched = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
    assert len(fetched) == counts["INBOX"]
    assert client.select_folder("INBOX.Sent")[b"EXISTS"] == counts["Sent"]
    client.logout()


def test_idle_can_be_left_out() -> None:
    with Courier(idle=False) as server:
        client = _client(server, "six")
        assert not client.has_capability("IDLE")
        client.logout()
