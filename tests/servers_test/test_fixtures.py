"""The fixtures start what they promise, and keep tests apart."""

import smtplib
from collections.abc import Callable

import pytest
from imapclient import IMAPClient

from tests.servers.courier import Courier
from tests.servers.dovecot import Dovecot
from tests.servers.plain_imap import PlainImap
from tests.servers.proxy import Proxy
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp import SmtpServer

MAIL = b"Message-ID: <1@a.example>\r\nSubject: hello\r\n\r\nthere\r\n"


def _count(server: Dovecot | Courier | PlainImap | ScriptedImap, user: str, port: int) -> int:
    client = IMAPClient(server.host, port, ssl=False, timeout=20)
    client.login(user, server.password)
    exists: int = client.select_folder("INBOX")[b"EXISTS"]
    client.logout()
    return exists


@pytest.mark.parametrize("turn", [1, 2])
def test_users_start_with_nothing(dovecot: Dovecot, courier: Courier, mail_user: str, turn: int) -> None:
    for server in (dovecot, courier):
        assert _count(server, mail_user, server.port) == 0
        server.deliver(MAIL, user=mail_user)
        assert _count(server, mail_user, server.port) == 1


def test_servers_of_a_test_are_new(
    plain_imap: PlainImap,
    scripted_imap: ScriptedImap,
    smtp: SmtpServer,
    network: Callable[[int], Proxy],
) -> None:
    assert _count(plain_imap, plain_imap.user, network(plain_imap.port).port) == 0
    assert _count(scripted_imap, scripted_imap.user, network(scripted_imap.port).port) == 0
    with smtplib.SMTP(smtp.host, network(smtp.port).port, "localhost", timeout=20) as client:
        client.sendmail("a@a.example", ["b@b.example"], MAIL)
    assert len(smtp.accepted) == 1
