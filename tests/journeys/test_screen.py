"""The workstation in a real terminal, on real mail: typed, sent, seen; and hostile mail that stays text."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.journeys.home import SHOP, USER, Home
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

PROBES = (
    b"\x1b]52;",  # writes the clipboard
    b"\x1b]0;PWNED",  # sets the title
    b"\x1b]2;PWNED",
    b"\x1b[2J\x1b[31mPWNED",
    b"\x9b31mPWNED",
    b"\x1bcPWNED",
    b"\x1b_PWNED",
    b"\x1bPPWNED",
)
HOSTILE = (
    b"From: =?utf-8?q?Eve_=1B=5D0=3BPWNED=07_=5B=2F=5D?= <eve@example.com>\r\nTo: "
    + SHOP.encode()
    + b"\r\nSubject: =?utf-8?q?[/]_[=40click=3Dapp.quit]x[/]_=1B]2;PWNED=07?=\r\n"
    b"Message-ID: <evil@example.com>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    b"Look [/] [bold]here[/bold] \x1b]52;c;SEVMTE8=\x07 \x1b[2J\x1b[31mPWNED \xc2\x9b31mPWNED \x1bcPWNED\r\n"
    b"\x1b_PWNED\x1b\\ \x1bPPWNED\r\nthe end of it\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="\x1b]2;PWNED\x07.pdf"\r\n\r\nx\r\n--b--\r\n'
)
KIND = (
    f"From: Ana Sousa <ana@example.com>\r\nTo: {SHOP}\r\nSubject: Cake for Friday\r\nMessage-ID: <one@example.com>\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nCould you make it for twelve?\r\n"
).encode()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if (missing := Dovecot.available()) is not None:
        pytest.skip(f"needs the system package {missing}")
    with Dovecot() as server:
        server.user = USER
        yield server


def screen(home: Home) -> Terminal:
    return Terminal([sys.executable, "-m", "agent_tui", "--home", str(home.root)], home.environment())


def test_typed_in_the_screen_it_arrives_once_and_shows_sent(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.deliver(KIND)
    with SmtpServer() as smtp:
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
        with screen(home) as terminal:
            terminal.wait_for("Ana Sousa")
            terminal.type(b"\r")
            terminal.wait_for("Could you make it for twelve?")
            terminal.type(b"r")
            terminal.wait_for("Reply by email to ana@example.com")
            terminal.type(b"Of course, Ana!\n")  # the line feed is Ctrl+J: send
            [taken] = smtp.wait_for(1)
            terminal.wait_for("✓ sent")
            terminal.type(b"q")
            assert terminal.wait() == 0
        home.once()
        assert len(smtp.accepted) == 1
    assert taken.recipients == ("ana@example.com",)
    assert b"Of course, Ana!" in taken.raw
    assert b"In-Reply-To: <one@example.com>" in taken.raw


def test_hostile_mail_stays_text(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.deliver(HOSTILE)
    home = Home(tmp_path / "home", imap_port=dovecot.port)
    with screen(home) as terminal:
        terminal.wait_for("Eve")
        terminal.type(b"\r")
        terminal.wait_for("the end of it")
        terminal.wait_for("[@click=app.quit]x[/]")
        terminal.wait_for("[bold]here[/bold]")
        terminal.type(b"q")
        assert terminal.wait() == 0
        output = terminal.output
    assert [probe for probe in PROBES if probe in output] == []
    for command in (["show", "eve@example.com"], ["inbox"], ["search", "here"]):
        said = home.run(*command).encode()
        assert [probe for probe in PROBES if probe in said] == []
        assert b"\x1b" not in said
        assert b"Eve" in said
