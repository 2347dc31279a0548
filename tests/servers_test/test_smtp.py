"""The SMTP server keeps exactly what it acknowledges, and fails where it is told to."""

import asyncio
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import maildir
from tests.servers.certificates import Certificates
from tests.servers.smtp import Delay, Drop, Hang, SmtpServer
from tests.servers.smtp_faults import Happening, Stage
from tests.servers.smtp_process import SmtpProcess

SENDER = "hello@bakery.example"
READER = "ana@mail.example"
MAIL = b"Message-ID: <1@bakery.example>\r\nSubject: hello\r\n\r\nthere\r\n.dot first\r\n"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def _client(server: SmtpServer | SmtpProcess, timeout: float = 20.0) -> smtplib.SMTP:
    return smtplib.SMTP(server.host, server.port, "localhost", timeout)


def _send(server: SmtpServer | SmtpProcess, timeout: float = 20.0) -> None:
    with _client(server, timeout) as client:
        client.sendmail(SENDER, [READER], MAIL)


def test_keeps_envelope_and_exact_bytes(server: SmtpServer) -> None:
    with _client(server) as client:
        assert client.sendmail(SENDER, [READER, "b@mail.example"], MAIL) == {}
    [kept] = server.wait_for(1)
    assert (kept.sender, kept.recipients) == (SENDER, (READER, "b@mail.example"))
    assert kept.raw == MAIL
    assert kept.message_id == "<1@bakery.example>"
    assert (kept.login, kept.encrypted) == (None, False)


async def test_serves_async_tests_too(server: SmtpServer) -> None:
    with await asyncio.to_thread(_client, server) as client:
        await asyncio.to_thread(client.sendmail, SENDER, [READER], MAIL)
    assert len(await asyncio.to_thread(server.wait_for, 1)) == 1


@pytest.mark.parametrize(
    ("stage", "reply", "error"),
    [
        ("connect", "421 4.3.2 not now", smtplib.SMTPConnectError),
        ("mail", "451 4.3.0 later", smtplib.SMTPSenderRefused),
        ("rcpt", "550 5.1.1 nobody", smtplib.SMTPRecipientsRefused),
        ("data", "451 4.3.0 later", smtplib.SMTPDataError),
        ("dot", "552 5.2.2 full", smtplib.SMTPDataError),
        ("body", Drop(), smtplib.SMTPServerDisconnected),
        ("connect", Drop(reset=True), (smtplib.SMTPServerDisconnected, OSError)),
    ],
)
def test_a_failure_keeps_nothing_and_happens_once(
    server: SmtpServer, stage: Stage, reply: Happening, error: type[Exception]
) -> None:
    server.fail_next(stage, reply)
    with pytest.raises(error):
        _send(server)
    assert server.accepted == []
    _send(server)
    assert len(server.accepted) == 1
    assert server.faults.left == 0


@pytest.mark.parametrize("how", [Drop(), Drop(reset=True)])
def test_a_reply_lost_after_the_dot_means_one_copy_kept(server: SmtpServer, how: Drop) -> None:
    server.fail_next("dot", how)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        _send(server)
    assert [kept.raw for kept in server.wait_for(1)] == [MAIL]


def test_hanging_after_the_dot_keeps_the_message(server: SmtpServer) -> None:
    server.fail_next("dot", Hang())
    with pytest.raises(smtplib.SMTPServerDisconnected):
        _send(server, timeout=0.3)
    assert len(server.accepted) == 1


def test_a_delay_is_only_late(server: SmtpServer) -> None:
    server.fail_next("rcpt", Delay(0.05))
    _send(server)
    assert len(server.accepted) == 1


def test_recipients_are_refused_one_by_one(server: SmtpServer) -> None:
    server.refuse("gone@mail.example", "550 5.1.1 no such user")
    with _client(server) as client:
        refused = client.sendmail(SENDER, [READER, "gone@mail.example"], MAIL)
    assert refused == {"gone@mail.example": (550, b"5.1.1 no such user")}
    assert server.accepted[0].recipients == (READER,)


def test_size_is_announced_and_held() -> None:
    with SmtpServer(size_limit=100) as server, _client(server) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "100"
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail(SENDER, [READER], MAIL + b"x" * 200)
        assert refused.value.smtp_code == 552
        assert server.accepted == []


def test_extensions_can_be_hidden() -> None:
    with SmtpServer(hide=["8BITMIME"], smtputf8=False) as server, _client(server) as client:
        client.ehlo()
        assert not client.has_extn("8bitmime")
        assert not client.has_extn("smtputf8")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_passwords_sign_in(mechanism: str) -> None:
    with SmtpServer(auth_required=True) as server, _client(server) as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail(SENDER, [READER], MAIL)
        assert refused.value.smtp_code == 530
        client.user, client.password = server.user, server.password
        client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"))
        client.sendmail(SENDER, [READER], MAIL)
        assert server.accepted[0].login == server.user


def test_wrong_password_and_passing_trouble_differ() -> None:
    with SmtpServer(auth_required=True) as server, _client(server) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            client.login(server.user, "other")
        assert wrong.value.smtp_code == 535
        server.fail_next("auth", "454 4.7.0 Temporary authentication failure", times=2)
        with pytest.raises(smtplib.SMTPAuthenticationError) as passing:
            client.login(server.user, server.password)
        assert passing.value.smtp_code == 454
        client.login(server.user, server.password)


def test_xoauth2_explains_a_refusal() -> None:
    with SmtpServer(auth_required=True) as server, _client(server) as client:
        client.ehlo()
        sent = iter([f"user={server.user}\x01auth=Bearer old\x01\x01", ""])
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            client.auth("XOAUTH2", lambda challenge=None: next(sent))
        assert wrong.value.smtp_code == 535
        right = f"user={server.user}\x01auth=Bearer {server.token}\x01\x01"
        assert client.auth("XOAUTH2", lambda challenge=None: right)[0] == 235


def test_starttls_before_anything_else(certificates: Certificates) -> None:
    with SmtpServer(security="starttls", certificates=certificates) as server:
        client = smtplib.SMTP("localhost", server.port, "localhost", timeout=20)
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(SENDER, [READER], MAIL)
        client.starttls(context=certificates.client_context())
        client.login(server.user, server.password)
        client.sendmail(SENDER, [READER], MAIL)
        client.quit()
        assert server.accepted[0].encrypted


def test_tls_from_the_start(certificates: Certificates) -> None:
    with SmtpServer(security="tls", certificates=certificates) as server:
        context = certificates.client_context()
        with smtplib.SMTP_SSL("localhost", server.port, "localhost", context=context) as client:
            client.sendmail(SENDER, [READER], MAIL)
        assert server.accepted[0].encrypted


def test_a_copy_can_be_filed_like_gmail_does(tmp_path: Path) -> None:
    with SmtpServer() as server, _client(server) as client:
        server.file_into = lambda raw: maildir.deliver(tmp_path, raw, "Sent", flags=("\\Seen",))
        client.sendmail(SENDER, [READER], MAIL)
        assert [each.raw for each in maildir.read(tmp_path, "Sent")] == [MAIL]


def test_open_connections_can_be_cut(server: SmtpServer) -> None:
    client = _client(server)
    client.ehlo()
    server.drop_connections()
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        client.noop()
    client.close()
    assert server.connections == 1


def test_the_port_survives_a_restart(server: SmtpServer) -> None:
    _send(server)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        _send(server)
    server.start()
    _send(server)
    assert len(server.accepted) == 2


def test_as_a_process_it_outlives_being_killed(tmp_path: Path) -> None:
    sent = tmp_path / "maildir"
    server = SmtpProcess(directory=tmp_path / "kept", file_into=sent, lose_replies=1)
    with server:
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            _send(server)
        _send(server)
        assert [kept.raw for kept in server.wait_for(2)] == [MAIL, MAIL]
        port = server.port
        server.kill()
        server.start()
        assert server.port == port
        assert len(server.accepted) == len(maildir.read(sent, "Sent")) == 2
