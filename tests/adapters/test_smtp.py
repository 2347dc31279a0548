"""Handing over a message: at every stage it is known whether it may have left."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from adapters import _smtp
from adapters._dial import Lifeline
from adapters._mail_account import Server, Settings
from agent_tui.core import addresses
from agent_tui.core.errors import ChannelError, NeedsPerson, Rejected, Unavailable, Uncertain
from tests.adapters.mail_account import ANA, BEN, account
from tests.servers.certificates import Certificates
from tests.servers.process import wait_until
from tests.servers.smtp import Drop, Hang, SmtpServer
from tests.servers.smtp_faults import Happening, Stage

DATA = b"From: shop@bakery.example\r\nMessage-ID: <1@bakery.example>\r\n\r\n.one\r\n..two\r\nthree"


class Tls:
    """A server that signs people in, which aiosmtpd does over TLS only."""

    def __init__(self, home: Path, **options: object) -> None:
        self.certificates = Certificates(home / "tls")
        self.server = SmtpServer(security="tls", certificates=self.certificates, **options)  # type: ignore[arg-type]
        self._home = home

    def __enter__(self) -> Self:
        self.server.start()
        settings = account(self._home, smtp=self.server, username=self.server.user)
        at = Server(host="localhost", port=self.server.port, tls="tls")
        self.account = replace(settings, smtp=at, ca_file=self.certificates.ca)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path, server: SmtpServer) -> Settings:
    return account(tmp_path, smtp=server, username=server.user)


def send(settings: Settings, *recipients: addresses.Address, data: bytes = DATA) -> object:
    return _smtp.send(settings, Lifeline(), recipients or (ANA,), data)


def test_a_message_arrives_byte_for_byte(server: SmtpServer, settings: Settings) -> None:
    assert send(settings, ANA, BEN) == ()
    [accepted] = server.accepted
    assert accepted.raw == DATA + b"\r\n"
    assert accepted.sender == "shop@bakery.example"
    assert accepted.recipients == (ANA.value, BEN.value)


def test_line_ends_of_every_kind_become_those_of_mail(server: SmtpServer, settings: Settings) -> None:
    send(settings, data=b"A: b\n\n.x\ry\n")
    assert server.accepted[0].raw == b"A: b\r\n\r\n.x\r\ny\r\n"


def test_our_greeting_does_not_name_this_machine(server: SmtpServer, settings: Settings) -> None:
    with _smtp.signed_in(settings, Lifeline()) as client:
        assert client.local_hostname == "[127.0.0.1]"


@pytest.mark.parametrize("stage", ["connect", "ehlo", "auth", "mail", "rcpt", "data"])
@pytest.mark.parametrize("happening", [Drop(), Drop(reset=True)])
def test_a_connection_that_breaks_before_the_message_means_nothing_happened(
    server: SmtpServer, tmp_path: Path, stage: Stage, happening: Happening
) -> None:
    with Tls(tmp_path) as settings:
        settings.server.fail_next(stage, happening)
        with pytest.raises(Unavailable):
            send(settings.account)
        assert settings.server.accepted == []
        assert send(settings.account) == ()


@pytest.mark.parametrize("happening", [Drop(), Drop(reset=True)])
def test_a_connection_that_breaks_amid_the_message_means_nothing_happened(
    server: SmtpServer, settings: Settings, happening: Happening
) -> None:
    server.fail_next("body", happening)
    with pytest.raises(Unavailable):
        send(settings, data=DATA + b"x" * 3_000_000)
    assert server.accepted == []


@pytest.mark.parametrize("happening", [Drop(), Drop(reset=True)])
def test_a_lost_reply_to_the_final_dot_is_uncertain(
    server: SmtpServer, settings: Settings, happening: Happening
) -> None:
    server.fail_next("dot", happening)
    with pytest.raises(Uncertain, match="did not say whether it took it"):
        send(settings)
    assert len(server.accepted) == 1


def test_no_reply_to_the_final_dot_is_uncertain(server: SmtpServer, settings: Settings) -> None:
    server.fail_next("dot", Hang())
    with pytest.raises(Uncertain):
        send(replace(settings, timeout_seconds=0.1))


def test_a_server_that_is_silent_before_the_message_is_unavailable(
    server: SmtpServer, settings: Settings
) -> None:
    server.fail_next("mail", Hang())
    with pytest.raises(Unavailable, match=r"does not answer|timed out|broke"):
        send(replace(settings, timeout_seconds=0.2))


@pytest.mark.parametrize(
    ("stage", "reply", "kind"),
    [
        ("connect", "421 4.3.2 shutting down", Unavailable),
        ("connect", "554 5.7.1 go away", Unavailable),
        ("ehlo", "421 4.3.2 too busy", Unavailable),
        ("mail", "451 4.3.0 try later", Unavailable),
        ("mail", "550 5.7.1 not your address", Rejected),
        ("mail", "530 5.7.0 sign in first", NeedsPerson),
        ("rcpt", "450 4.2.1 greylisted", Unavailable),
        ("rcpt", "550 5.1.1 no such user", Rejected),
        ("data", "451 4.3.0 try later", Unavailable),
        ("data", "554 5.5.1 no valid recipients", Rejected),
        ("dot", "421 4.3.2 shutting down", Unavailable),
        ("dot", "451 4.3.0 try later", Unavailable),
        ("dot", "452 4.3.1 disk full", Unavailable),
        ("dot", "552 5.3.4 too large", Rejected),
        ("dot", "554 5.7.1 spam", Rejected),
        ("dot", "354 what", Uncertain),
        ("dot", "nonsense", Uncertain),
    ],
)
def test_a_refusal_means_what_its_code_says(
    server: SmtpServer, settings: Settings, stage: Stage, reply: str, kind: type[ChannelError]
) -> None:
    server.fail_next(stage, reply)
    with pytest.raises(kind) as caught:
        send(settings)
    assert type(caught.value) is kind
    assert kind is Uncertain or reply.partition(" ")[2] in caught.value.problem
    assert server.accepted == []


def test_what_the_server_says_cannot_steer_the_terminal(server: SmtpServer, settings: Settings) -> None:
    server.fail_next("dot", "554 \x1b]0;owned\x07no\x9b31m")
    with pytest.raises(Rejected) as caught:
        send(settings)
    assert caught.value.problem.isprintable()
    assert "owned" not in caught.value.problem


def test_some_refused_recipients_are_told_and_the_others_get_it(
    server: SmtpServer, settings: Settings
) -> None:
    server.refuse(BEN.value, "550 5.1.1 no such user")
    assert send(settings, ANA, BEN) == ((BEN, "550 5.1.1 no such user"),)
    assert server.accepted[0].recipients == (ANA.value,)


@pytest.mark.parametrize(
    ("second", "kind"), [("450 4.2.1 later", Unavailable), ("550 5.1.1 no such user", Rejected)]
)
def test_when_all_recipients_are_refused_the_worst_reply_counts(
    server: SmtpServer, settings: Settings, second: str, kind: type[ChannelError]
) -> None:
    server.refuse(ANA.value, "450 4.2.1 later")
    server.refuse(BEN.value, second)
    with pytest.raises(kind, match=re.escape(f"{BEN.value}: {second}")) as caught:
        send(settings, ANA, BEN)
    assert type(caught.value) is kind
    assert server.accepted == []


def test_a_message_over_the_limit_is_not_even_begun(tmp_path: Path) -> None:
    with SmtpServer(size_limit=50_000) as server:
        settings = account(tmp_path, smtp=server)
        with pytest.raises(Rejected, match=r"too large: 0\.1 MB, and the server takes at most 0\.1 MB"):
            send(settings, data=DATA + b"x" * 80_000)
        server.fail_next("mail", "550 this must not be reached")
        with pytest.raises(Rejected, match="too large"):
            send(settings, data=DATA + b"x" * 80_000)


def test_an_address_beyond_ascii_needs_smtputf8(
    tmp_path: Path, server: SmtpServer, settings: Settings
) -> None:
    jose = addresses.email("josé@customer.example")
    send(settings, jose)
    assert server.accepted[0].recipients == (jose.value,)
    assert "SMTPUTF8" in server.accepted[0].options
    with (
        SmtpServer(smtputf8=False) as old,
        pytest.raises(Rejected, match=r"josé@customer.example: it lacks SMTPUTF8"),
    ):
        send(account(tmp_path, smtp=old), jose)


def test_eight_bit_text_is_announced(server: SmtpServer, settings: Settings) -> None:
    send(settings, data="A: b\r\n\r\nOlá".encode())
    assert "BODY=8BITMIME" in server.accepted[0].options
    assert any(option.startswith("SIZE=") for option in server.accepted[0].options)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_signing_in_over_tls(tmp_path: Path, tls: str) -> None:
    certificates = Certificates(tmp_path / "tls")
    with SmtpServer(security=tls, certificates=certificates, auth_required=True) as server:  # type: ignore[arg-type]
        settings = account(tmp_path, smtp=server, username=server.user, ca_file=certificates.ca)
        settings = replace(settings, smtp=Server(host="localhost", port=server.port, tls=tls))  # type: ignore[arg-type]
        send(settings)
        assert (server.accepted[0].login, server.accepted[0].encrypted) == (server.user, True)


def test_signing_in_with_a_token(tmp_path: Path, server: SmtpServer) -> None:
    with Tls(tmp_path, auth_required=True) as tls:
        send(replace(account(tmp_path, secret="token-1", username=tls.server.user, auth="xoauth2"),
                     smtp=tls.account.smtp, ca_file=tls.account.ca_file))  # fmt: skip
        assert tls.server.accepted[0].login == tls.server.user
        stale = replace(account(tmp_path, secret="stale", username=tls.server.user, auth="xoauth2"),
                        smtp=tls.account.smtp, ca_file=tls.account.ca_file)  # fmt: skip
        with pytest.raises(NeedsPerson, match="535") as caught:
            send(stale)
        assert "sign in again" in caught.value.remedy


def test_a_password_may_be_in_any_script(tmp_path: Path, server: SmtpServer) -> None:
    with Tls(tmp_path, auth_required=True) as tls:
        tls.server.change_password("sálve-密码")
        settings = account(tmp_path, secret="sálve-密码", username=tls.server.user)
        send(replace(settings, smtp=tls.account.smtp, ca_file=tls.account.ca_file))
        assert len(tls.server.accepted) == 1


def test_a_wrong_password_needs_a_person_and_a_busy_server_does_not(
    tmp_path: Path, server: SmtpServer
) -> None:
    with Tls(tmp_path, auth_required=True) as tls:
        tls.server.change_password("another")
        with pytest.raises(NeedsPerson, match=r"does not accept the sign-in of shop@bakery.example: 535"):
            send(tls.account)
        tls.server.fail_next("auth", "454 4.7.0 Temporary authentication failure")
        with pytest.raises(Unavailable, match="454"):
            send(tls.account)


def test_no_tls_no_password(tmp_path: Path, server: SmtpServer, settings: Settings) -> None:
    stripped = replace(settings, smtp=Server(host="localhost", port=server.port, tls="starttls"))
    with pytest.raises(NeedsPerson, match="offers no STARTTLS"):
        send(stripped)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"host": "other.example", "address": "127.0.0.9"}, "not valid for"), ({"expired": True}, "expired")],
)
def test_a_wrong_certificate_is_refused_in_words(
    tmp_path: Path, options: dict[str, object], words: str
) -> None:
    certificates = Certificates(tmp_path / "tls", **options)  # type: ignore[arg-type]
    with SmtpServer(security="tls", certificates=certificates) as server:
        at = Server(host="localhost", port=server.port, tls="tls")
        with pytest.raises(NeedsPerson, match=f"cannot be trusted: .*{words}"):
            send(replace(account(tmp_path), smtp=at, ca_file=certificates.ca))
        with pytest.raises(NeedsPerson, match="cannot be trusted"):
            send(replace(account(tmp_path), smtp=at))


def test_tls_to_a_plain_server_is_explained(tmp_path: Path, server: SmtpServer, settings: Settings) -> None:
    wrong = replace(settings, smtp=Server(host="localhost", port=server.port, tls="tls"))
    with pytest.raises(NeedsPerson, match="does not speak TLS") as caught:
        send(wrong)
    assert "starttls" in caught.value.remedy


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"127.0.0.1:9 refuses connections"):
        send(account(tmp_path))


@pytest.mark.parametrize("stage", ["ehlo", "mail", "dot"])
def test_cutting_ends_any_stage_at_once(server: SmtpServer, settings: Settings, stage: Stage) -> None:
    server.fail_next(stage, Hang())
    lifeline = Lifeline()
    failed: list[ChannelError] = []

    def work() -> None:
        try:
            _smtp.send(settings, lifeline, (ANA,), DATA)
        except ChannelError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: server.faults.left == 0, "the server to hang")
    lifeline.cut()
    thread.join(1.0)
    assert not thread.is_alive()
    assert isinstance(failed[0], Uncertain if stage == "dot" else Unavailable)
