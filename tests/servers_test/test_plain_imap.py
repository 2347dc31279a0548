"""Twisted's IMAP server serves a Maildir, without the extensions others have."""

from collections.abc import Iterator

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.servers.corpus import Corpus, Mail
from tests.servers.plain_imap import PlainImap

MAIL = b"Message-ID: <1@a.example>\r\nSubject: hello\r\n\r\nthere\r\n"


@pytest.fixture(scope="module")
def mails() -> list[Mail]:
    return list(Corpus(seed=4, messages=600))


@pytest.fixture(scope="module")
def server(mails: list[Mail]) -> Iterator[PlainImap]:
    server = PlainImap()
    server.fill(mails)
    with server:
        yield server


@pytest.fixture
def client(server: PlainImap) -> Iterator[IMAPClient]:
    connected = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    connected.login(server.user, server.password)
    yield connected
    connected.logout()


def test_lacks_what_it_should_lack(client: IMAPClient) -> None:
    told = set(client.capabilities())
    assert b"IDLE" in told
    assert not {b"SPECIAL-USE", b"MOVE", b"CONDSTORE", b"UIDPLUS"} & told
    assert b"UIDNEXT" not in client.select_folder("INBOX")
    assert [name for _, _, name in client.list_folders()] == ["INBOX", "Sent"]


def test_serves_a_corpus_whole(client: IMAPClient, mails: list[Mail]) -> None:
    for folder in ("INBOX", "Sent"):
        expected = [mail for mail in mails if mail.folder == folder]
        assert client.select_folder(folder)[b"EXISTS"] == len(expected)
        items = ["BODY.PEEK[]", "INTERNALDATE", "FLAGS", "RFC822.SIZE"]
        client.normalise_times = False
        fetched = client.fetch(client.search("ALL"), items)
        assert [each[b"BODY[]"] for each in fetched.values()] == [mail.raw for mail in expected]
        assert [each[b"INTERNALDATE"] for each in fetched.values()] == [m.date for m in expected]
        assert [each[b"RFC822.SIZE"] for each in fetched.values()] == [len(m.raw) for m in expected]


def test_finds_by_message_id(client: IMAPClient, mails: list[Mail]) -> None:
    wanted = [mail for mail in mails if mail.folder == "Sent"][7]
    client.select_folder("Sent")
    assert client.search(["HEADER", "Message-ID", str(wanted.message_id)]) == [8]


def test_hears_of_deliveries_and_files(server: PlainImap, client: IMAPClient) -> None:
    count = client.select_folder("INBOX")[b"EXISTS"]
    client.idle()
    server.deliver(MAIL)
    assert (count + 1, b"EXISTS") in client.idle_check(timeout=20)
    client.idle_done()
    assert client.fetch([count + 1], ["BODY.PEEK[]"])[count + 1][b"BODY[]"] == MAIL
    client.append("Sent", MAIL, flags=["\\Seen"])
    assert server.messages("Sent")[-1].raw == MAIL
    client.add_flags([count + 1], ["\\Answered"])
    assert client.get_flags([count + 1]) == {count + 1: (b"\\Answered",)}


def test_a_wrong_password_and_a_restart() -> None:
    with PlainImap(idle=False) as server:
        server.deliver(MAIL)
        client = IMAPClient(server.host, server.port, ssl=False, timeout=20)
        with pytest.raises(LoginError):
            client.login(server.user, "wrong")
        client.logout()
        port = server.port
        server.restart()
        assert server.port == port
        again = IMAPClient(server.host, server.port, ssl=False, timeout=20)
        again.login(server.user, server.password)
        assert not again.has_capability("IDLE")
        selected = again.select_folder("INBOX")
        assert (selected[b"UIDVALIDITY"], selected[b"EXISTS"]) == (2, 1)
        again.logout()
