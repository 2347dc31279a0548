"""Signing in: never in plain sight, never after a lie, and only a wrong password bothers a person."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters._dial import Lifeline
from adapters._imap_answers import Answer
from adapters._imap_session import Session, connected, refusal
from adapters._imap_wire import Lost, Refused
from adapters._mail_account import Server, Settings
from agent_tui.core.errors import ChannelError, NeedsPerson, Unavailable
from tests.adapters.mail_account import account
from tests.servers.certificates import Certificates
from tests.servers.imap_dispatch import Security
from tests.servers.scripted_imap import Bye, Drop, Hang, ScriptedImap


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with ScriptedImap() as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path, server: ScriptedImap) -> Settings:
    return account(tmp_path, imap=server, username=server.user)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("tls"))


def sign_in(settings: Settings) -> frozenset[str]:
    with connected(settings, Lifeline()) as session:
        session.noop()
        return session.capabilities


def over(tls: str, server: ScriptedImap, certificates: Certificates, settings: Settings) -> Settings:
    at = Server(host="localhost", port=server.port, tls=tls)  # type: ignore[arg-type]
    return replace(settings, imap=at, ca_file=certificates.ca)


def test_signing_in_tells_what_the_server_can(server: ScriptedImap, settings: Settings) -> None:
    assert {"IDLE", "CONDSTORE"} <= sign_in(settings)
    assert server.seen[-1].verb == "LOGOUT"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_over_tls(tmp_path: Path, certificates: Certificates, security: Security) -> None:
    with ScriptedImap(security=security, certificates=certificates) as server:
        settings = over(security, server, certificates, account(tmp_path, username=server.user))
        assert "IDLE" in sign_in(settings)


@pytest.mark.parametrize(
    "text",
    ["[UNAVAILABLE] try later", "[LIMIT] too many connections", "[INUSE] mailbox is locked", "[SERVERBUG] oops",
     "[ALERT] Too many simultaneous connections. (Failure)", "Temporary authentication failure",
     "[THROTTLED] slow down", "[OVERQUOTA] bandwidth limits exceeded"],
)  # fmt: skip
def test_a_busy_server_is_waited_for(server: ScriptedImap, settings: Settings, text: str) -> None:
    server.on("LOGIN", instead=f"NO {text}")
    with pytest.raises(Unavailable, match="does not let shop in now") as caught:
        sign_in(settings)
    assert type(caught.value) is Unavailable


@pytest.mark.parametrize(
    "text",
    ["[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "LOGIN failed.", "[EXPIRED] password has expired",
     "[ALERT] Application-specific password required", "[WEBALERT https://example.com] Web login required.",
     "[CONTACTADMIN] account disabled", "[AUTHENTICATIONFAILED] unavailable for this user"],
)  # fmt: skip
def test_a_wrong_password_needs_a_person(server: ScriptedImap, settings: Settings, text: str) -> None:
    server.on("LOGIN", instead=f"NO {text}")
    with pytest.raises(NeedsPerson, match="does not accept the sign-in of shop") as caught:
        sign_in(settings)
    assert text.rpartition("] ")[2] in caught.value.problem
    assert "password" in caught.value.remedy


@pytest.mark.parametrize("how", [Drop(), Drop(reset=True), Bye("too many connections"), "BAD what"])
def test_a_server_that_is_gone_or_confused_says_nothing_about_the_password(
    server: ScriptedImap, settings: Settings, how: Drop | Bye | str
) -> None:
    server.on("LOGIN", instead=how)
    with pytest.raises(Unavailable) as caught:
        sign_in(settings)
    assert isinstance(caught.value, Unavailable)


def test_alerts_reach_a_person(
    server: ScriptedImap, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    server.on("LOGIN", before=b"* OK [ALERT] Your storage is \x1b[31mfull\r\n")
    sign_in(settings)
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, "127.0.0.1 says: Your storage is full")
    ]
    server.on(
        "LOGIN",
        before=b"* NO [ALERT] Enable IMAP in the settings\r\n",
        instead="NO [AUTHENTICATIONFAILED] no",
    )
    with pytest.raises(NeedsPerson, match="Enable IMAP in the settings"):
        sign_in(settings)


@pytest.mark.parametrize(
    ("host", "auth", "words"),
    [("imap.gmail.com", "password", "app password"), ("outlook.office365.com", "password", "xoauth2"),
     ("imap.mail.yahoo.com", "password", "app password"), ("imap.gmail.com", "xoauth2", "sign in again"),
     ("mail.example.com", "password", "check username and password")],
)  # fmt: skip
def test_the_remedy_knows_the_provider(tmp_path: Path, host: str, auth: str, words: str) -> None:
    settings = account(tmp_path, auth=auth)
    settings = replace(settings, imap=Server(host=host), smtp=Server(host="smtp.example.com"))
    assert words in refusal(Answer("NO", "AUTHENTICATIONFAILED", "no"), host, settings, []).remedy


def test_a_token(server: ScriptedImap, tmp_path: Path) -> None:
    fresh = account(tmp_path, imap=server, username=server.user, auth="xoauth2", secret=server.token)
    assert "IDLE" in sign_in(fresh)
    stale = account(tmp_path, imap=server, username=server.user, auth="xoauth2", secret="stale")
    with pytest.raises(NeedsPerson, match="Invalid credentials") as caught:
        sign_in(stale)
    assert "sign in again" in caught.value.remedy


def test_names_and_passwords_may_hold_anything(server: ScriptedImap, tmp_path: Path) -> None:
    for user, password in (('EXAMPLE\\shop "x"', 'a"b\\c {5}'), ("josé", "密码")):
        server.user, server.password = user, password
        assert "IDLE" in sign_in(account(tmp_path, imap=server, username=user, secret=password))


def test_a_password_with_a_line_end_starts_no_command(server: ScriptedImap, tmp_path: Path) -> None:
    settings = account(tmp_path, imap=server, username=server.user, secret="x\r\nA1 LOGOUT")
    with pytest.raises(NeedsPerson, match="control characters"):
        sign_in(settings)
    assert server.open_connections == 0


def test_a_secret_that_cannot_be_read_needs_a_person(
    server: ScriptedImap, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mail-secret").unlink()
    with pytest.raises(NeedsPerson, match="cannot be read"):
        sign_in(settings)


def test_preauth_under_starttls_is_refused_before_anything_is_said(
    tmp_path: Path, certificates: Certificates
) -> None:
    """CVE-2020-28896: a man in the middle greets with PREAUTH, and the client never starts TLS."""
    with ScriptedImap(security="starttls", certificates=certificates) as server:
        server.greeting = b"* PREAUTH welcome\r\n"
        with pytest.raises(NeedsPerson, match="claims that we are signed in before TLS"):
            sign_in(over("starttls", server, certificates, account(tmp_path, username=server.user)))
        assert {command.verb for command in server.seen} <= {"CAPABILITY", "LOGOUT"}


def test_without_starttls_nothing_secret_is_sent(
    server: ScriptedImap, tmp_path: Path, certificates: Certificates
) -> None:
    with pytest.raises(NeedsPerson, match="offers no STARTTLS"):
        sign_in(over("starttls", server, certificates, account(tmp_path, username=server.user)))
    assert {command.verb for command in server.seen} <= {"CAPABILITY", "LOGOUT"}


def test_what_is_said_before_tls_is_forgotten(tmp_path: Path, certificates: Certificates) -> None:
    """Answers that a man in the middle put before TLS must not be read after it (CVE-2021-38084 and its kin)."""
    with ScriptedImap(security="starttls", certificates=certificates) as server:
        server.on("STARTTLS", before=b"* CAPABILITY IMAP4rev1 X-EVIL\r\n", after=b"")
        settings = over("starttls", server, certificates, account(tmp_path, username=server.user))
        assert "X-EVIL" not in sign_in(settings)


def test_a_greeting_that_is_none(server: ScriptedImap, settings: Settings) -> None:
    for greeting in (
        b"* BYE too many connections\r\n",
        b"220 smtp.example.com ESMTP\r\n",
        b"\x16\x03\x01\r\n",
    ):
        server.greeting = greeting
        with pytest.raises(Unavailable, match="does not greet as a mail server"):
            sign_in(settings)
    assert "LOGIN" not in {command.verb for command in server.seen}


def test_a_silent_server(server: ScriptedImap, settings: Settings) -> None:
    server.on("CONNECT", instead=Hang())
    with pytest.raises(Unavailable, match="timed out"):
        sign_in(replace(settings, timeout_seconds=0.2))


@pytest.mark.parametrize(
    ("options", "words"),
    [({"host": "other.example", "address": "127.0.0.9"}, "not valid for"), ({"expired": True}, "expired")],
)
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_wrong_certificate(
    tmp_path: Path, options: dict[str, object], words: str, security: Security
) -> None:
    wrong = Certificates(tmp_path / "tls", **options)  # type: ignore[arg-type]
    with ScriptedImap(security=security, certificates=wrong) as server:
        settings = over(security, server, wrong, account(tmp_path, username=server.user))
        with pytest.raises(NeedsPerson, match=f"cannot be trusted: .*{words}"):
            sign_in(settings)
        with pytest.raises(NeedsPerson, match="cannot be trusted") as caught:
            sign_in(replace(settings, ca_file=None))
        assert "ca_file" in caught.value.remedy
        assert "LOGIN" not in {command.verb for command in server.seen}


def test_a_ca_file_of_no_use(tmp_path: Path, certificates: Certificates) -> None:
    with ScriptedImap(security="tls", certificates=certificates) as server:
        settings = over("tls", server, certificates, account(tmp_path, username=server.user))
        with pytest.raises(NeedsPerson, match=r"ca_file .* cannot be used"):
            sign_in(replace(settings, ca_file=tmp_path / "mail-secret"))


def session_of(settings: Settings) -> Iterator[Session]:
    with connected(settings, Lifeline()) as session:
        yield session


@pytest.fixture
def session(settings: Settings) -> Iterator[Session]:
    yield from session_of(settings)


@pytest.mark.parametrize("bad", ["a\r\nA7 LOGOUT", "a\nb", "a\rb", "a\0b", "\x85", "\u2028", "é"])
def test_a_search_criterion_cannot_become_a_command(server: ScriptedImap, session: Session, bad: str) -> None:
    session.examine("INBOX")
    with pytest.raises(ValueError, match="line end"):
        session.wire.search(["HEADER", "Message-ID", bad])
    session.noop()
    assert server.count("SEARCH") == 0


def test_folders_whose_lines_make_no_sense_are_passed_over(server: ScriptedImap, session: Session) -> None:
    server.add_mailbox("Entw&APw-rfe")
    server.add_mailbox(b'a"b\\c')
    server.add_mailbox("42")
    server.on(
        "LIST", before=b'* LIST (\\HasNoChildren "x\r\n* LIST () NIL\r\n* LIST (\\sent) "." {3}\r\nabc\r\n'
    )
    names = {folder.name for folder in session.folders()}
    assert {"INBOX", "Sent", "Entwürfe", 'a"b\\c', "42"} <= names


def test_a_refusal_leaves_the_connection_standing(session: Session) -> None:
    with pytest.raises(Refused, match="no such mailbox") as caught:
        session.examine("Nowhere")
    assert (caught.value.answer.status, caught.value.answer.code) == ("NO", "NONEXISTENT")
    session.noop()


@pytest.mark.parametrize(
    "nonsense",
    [b"* 1 FETCH (UID 1 FLAGS (\\Seen)\r\n", b"* 1 FETCH " + b"(" * 5000 + b"\r\n", b"* 1 FETCH (UID {99}\r\n",
     b"garbage\r\n", b"* 1 FETCH )\r\n"],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_ends_the_connection_and_nothing_else(
    server: ScriptedImap, session: Session, nonsense: bytes
) -> None:
    server.inbox.add(b"Subject: x\r\n\r\ny")
    session.examine("INBOX")
    session.wire.client.socket().settimeout(1.0)
    server.on("FETCH", before=nonsense)
    with pytest.raises(Lost):
        session.wire.fetch("1", "(UID FLAGS)")


def test_an_endless_answer_is_cut_off(
    server: ScriptedImap, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters._imap_wire.MAX_ANSWER", 10_000)
    session.examine("INBOX")
    server.on("NOOP", before=b"* OK still here, wait a little\r\n" * 1000)
    with pytest.raises(Lost, match="too long"):
        session.noop()


def test_a_literal_that_claims_to_be_huge_is_not_waited_for(server: ScriptedImap, session: Session) -> None:
    session.examine("INBOX")
    server.on("FETCH", before=b"* 1 FETCH (BODY[] {999999999999}\r\n")
    with pytest.raises(Lost, match="too long"):
        session.wire.fetch("1", "(UID BODY.PEEK[])")


def test_a_mailbox_opened_for_writing_may_be_read_only(server: ScriptedImap, session: Session) -> None:
    server.on("SELECT", instead="OK [READ-ONLY] done", before=b"* 0 EXISTS\r\n* OK [READ-ONLY] so\r\n")
    assert session.examine("INBOX", writable=True)[b"EXISTS"] == 0
    assert server.seen[-1].verb == "EXAMINE"


def test_errors_hold_no_secret(server: ScriptedImap, settings: Settings) -> None:
    failures: list[ChannelError] = []
    for instead in ("NO [AUTHENTICATIONFAILED] no", "BAD no", Drop()):
        server.on("LOGIN", instead=instead)
        with pytest.raises(ChannelError) as caught:
            sign_in(settings)
        failures.append(caught.value)
    assert all("secret" not in str(error) for error in failures)
