"""Dovecot starts, serves and is torn down by us alone; driven with imapclient and imaplib."""

import ssl
from collections.abc import Iterator

import pytest
from imapclient import IMAPClient

from tests.servers import process
from tests.servers.corpus import Corpus
from tests.servers.dovecot import Dovecot, Options, available

pytestmark = pytest.mark.skipif(available() is not None, reason=f"needs {available()}")
MAIL = b"Message-ID: <1@a.example>\r\nSubject: hello\r\n\r\nthere\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


def _client(server: Dovecot, user: str) -> IMAPClient:
    client = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    client.login(user, server.password)
    return client


def test_delivers_and_serves(server: Dovecot) -> None:
    server.deliver(MAIL, user="one")
    client = _client(server, "one")
    assert client.select_folder("INBOX")[b"EXISTS"] == 1
    assert client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == MAIL
    client.append("Sent", MAIL, flags=["\\Seen"])
    assert [each.flags for each in server.messages("Sent", user="one")] == [("\\Seen",)]
    assert server.messages(user="one")[0].raw == MAIL
    client.logout()


def test_offers_what_the_mail_channel_uses(server: Dovecot) -> None:
    client = _client(server, "two")
    assert {b"IDLE", b"CONDSTORE", b"UIDPLUS", b"MOVE", b"SPECIAL-USE"} <= set(client.capabilities())
    special = [name for flags, _, name in client.list_folders() if b"\\Sent" in flags]
    assert special == ["Sent"]
    client.logout()


def test_tls_is_verified_on_both_ports(server: Dovecot) -> None:
    trusted = server.certificates.client_context()
    implicit = IMAPClient("localhost", server.tls_port, ssl_context=trusted, timeout=20)
    implicit.login("three", server.password)
    implicit.logout()
    upgraded = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    upgraded.starttls(trusted)
    upgraded.login("three", server.password)
    upgraded.logout()
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient("localhost", server.tls_port, timeout=20)


def test_an_idling_client_hears_of_a_delivery(server: Dovecot) -> None:
    server.deliver(MAIL, user="four")
    client = _client(server, "four")
    client.select_folder("INBOX")
    client.idle()
    server.deliver(MAIL, user="four")
    heard = client.idle_check(timeout=20)
    assert (2, b"EXISTS") in heard
    client.idle_done()
    client.logout()


def test_a_new_uidvalidity_renumbers(server: Dovecot) -> None:
    server.deliver(MAIL, user="five")
    client = _client(server, "five")
    before = client.select_folder("INBOX")
    client.delete_messages([1])
    client.expunge()
    client.logout()
    server.deliver(MAIL, user="five")
    server.bump_uidvalidity(user="five")
    after = _client(server, "five")
    selected = after.select_folder("INBOX")
    assert selected[b"UIDVALIDITY"] > before[b"UIDVALIDITY"]
    assert after.search("ALL") == [1]
    after.logout()


def test_kick_ends_a_connection(server: Dovecot) -> None:
    client = _client(server, "six")
    server.kick(user="six")
    with pytest.raises((client.AbortError, OSError)):
        client.noop()
    client.shutdown()


def test_restart_keeps_ports_and_mail() -> None:
    with Dovecot() as server:
        server.deliver(MAIL)
        first, home = server.pid, server.home.path
        server.restart()
        assert server.pid != first
        client = _client(server, server.user)
        assert client.select_folder("INBOX")[b"EXISTS"] == 1
        client.logout()
    assert not home.exists()
    assert not process.greets(server.port, b"* OK")


def test_capabilities_can_be_left_out() -> None:
    plain = Options(without=("IDLE", "CONDSTORE", "QRESYNC"), sent="Gesendet", special_use=False)
    with Dovecot(plain) as server:
        client = _client(server, server.user)
        assert not {b"IDLE", b"CONDSTORE", b"QRESYNC"} & set(client.capabilities())
        assert [flags for flags, _, name in client.list_folders() if name == "Gesendet"] == [
            (b"\\HasNoChildren",)
        ]
        client.logout()


def test_serves_a_corpus(server: Dovecot) -> None:
    corpus = Corpus(seed=3, messages=1000)
    counts = server.fill(corpus, user="corpus")
    client = _client(server, "corpus")
    dates = sorted(mail.date for mail in corpus if mail.folder == "INBOX")
    assert client.select_folder("INBOX")[b"EXISTS"] == counts["INBOX"] == len(dates)
    client.normalise_times = False
    fetched = client.fetch(client.search("ALL"), ["INTERNALDATE"])
    assert sorted(item[b"INTERNALDATE"] for item in fetched.values()) == dates
    assert client.select_folder("Sent")[b"EXISTS"] == counts["Sent"]
    client.logout()
