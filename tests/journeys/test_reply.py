"""A reply's journey: typed in the screen, out over SMTP once, threaded for other mail programs, honest when unsure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.home import SHOP, USER, Home
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Drop, SmtpServer

LONG_ID = "<DB9PR04MB8429A1B2C3D4E5F60718293A4B5C6@DB9PR04MB8429.eurprd04.prod.outlook.example>"
OLDER_ID = "<AM0PR04MB1234FEDCBA98765432100123456789@AM0PR04MB1234.eurprd04.prod.outlook.example>"
WROTE = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MAIL = (
    f"From: =?utf-8?q?Ana_Sous=C3=A1?= <ana@example.com>\r\nTo: {SHOP}\r\nSubject: Cake for Friday\r\n"
    f"Message-ID: {LONG_ID}\r\nReferences: {OLDER_ID}\r\nIn-Reply-To: {OLDER_ID}\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nCould you make it for twelve people instead?\r\n"
).encode()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if (missing := Dovecot.available()) is not None:
        pytest.skip(f"needs the system package {missing}")
    with Dovecot() as server:
        server.user = USER
        server.deliver(MAIL, date=WROTE)
        yield server


def entries(home: Home) -> list[dict[str, Any]]:
    shown = home.json("show", "ana@example.com")["entries"]
    return [entry for entry in shown if entry["type"] == "message"]


def test_it_leaves_once_and_threads_in_other_programs(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpServer() as smtp:
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
        home.once()
        answer = home.json("reply", "Ana Sousá", "--now", stdin="Of course, Ana! Ünïcode\n.\nRui")
        assert answer["to"] == ["email:ana@example.com"]
        assert answer["delivery"] == "queued"
        assert home.once()["sent"] == 1
        [taken] = smtp.accepted
        home.once()
        assert len(smtp.accepted) == 1
    assert taken.recipients == ("ana@example.com",)
    _threads(taken.raw)
    shown = entries(home)
    assert [(e["direction"], e["delivery"]) for e in shown] == [("in", None), ("out", "sent")]
    assert shown[1]["in_reply_to"] == LONG_ID
    assert shown[1]["external_id"] == taken.message_id
    [copy] = dovecot.messages("Sent")
    assert message_from_bytes(copy.raw)["Message-ID"] == taken.message_id


def test_a_file_arrives_as_it_was(dovecot: Dovecot, tmp_path: Path) -> None:
    menu = bytes(range(256)) * 40
    (tmp_path / "menü für 12.pdf").write_bytes(menu)
    with SmtpServer() as smtp:
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
        home.once()
        home.json("reply", "Ana Sousá", "--now", "--attach", f"{tmp_path}/menü für 12.pdf", stdin="Here")
        assert home.once()["sent"] == 1
        [taken] = smtp.accepted
    [file] = message_from_bytes(taken.raw, policy=policy.default).iter_attachments()
    assert file.get_filename() == "menü für 12.pdf"
    assert (file.get_content_type(), file.get_content()) == ("application/pdf", menu)


def _threads(raw: bytes) -> None:
    header = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii")
    assert f"In-Reply-To: {LONG_ID}" in header.replace("\n ", " ")
    assert LONG_ID in header
    assert OLDER_ID in header
    assert "=?utf-8?q?=3C" not in header
    message = message_from_bytes(raw, policy=policy.default)
    assert message["References"].split() == [OLDER_ID, LONG_ID]
    assert message["Subject"] == "Re: Cake for Friday"
    assert message["From"].addresses[0].display_name == "Corner Bakery"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Of course, Ana! Ünïcode\n.\nRui" in body.get_content().replace("\r\n", "\n")


def test_cut_after_the_dot_it_is_unsure_and_settles_by_looking_in_sent(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    """The provider files what it takes, as Gmail does: the copy in Sent tells."""
    with SmtpServer(file_into=lambda raw: dovecot.deliver(raw, "Sent")) as smtp:
        more = 'sent_copy = "never"'
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port, more=more)
        home.once()
        home.json("reply", "ana@example.com", "--text", "Of course!", "--now")
        smtp.fail_next("dot", Drop())
        first = home.once()
        assert first["unsure"] + first["sent"] == 1
        for _ in range(3):
            home.once()
        assert [e["delivery"] for e in entries(home)] == [None, "sent"]
        assert len(smtp.accepted) == 1
    assert len(dovecot.messages("Sent")) == 1


def test_cut_after_the_dot_where_nobody_can_tell_stays_unsure(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpServer() as smtp:
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
        home.once()
        home.json("reply", "ana@example.com", "--text", "Of course!", "--now")
        smtp.fail_next("dot", Drop())
        assert home.once()["unsure"] == 1
        home.once()
        assert [e["delivery"] for e in entries(home)] == [None, "unsure"]
        assert len(smtp.accepted) == 1


def test_cut_before_the_dot_it_is_tried_again(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpServer() as smtp:
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
        home.once()
        home.json("reply", "ana@example.com", "--text", "Of course!", "--now")
        smtp.fail_next("data", Drop())
        home.once()
        assert smtp.accepted == []
        assert [e["delivery"] for e in entries(home)] == [None, "queued"]


def test_refused_says_why_and_they_wait_again(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpServer() as smtp:
        smtp.refuse("ana@example.com", "550 5.1.1 no such user here")
        home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
        home.once()
        home.json("reply", "ana@example.com", "--text", "Of course!", "--now")
        assert home.once()["failed"] == 1
    assert "no such user here" in entries(home)[1]["error"]
    assert [row["name"] for row in home.json("inbox")] == ["Ana Sousá"]


def test_a_reply_from_the_phone_appears_as_ours(dovecot: Dovecot, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", imap_port=dovecot.port)
    home.once()
    assert len(home.json("inbox")) == 1
    phone = (
        f"From: {SHOP}\r\nTo: ana@example.com\r\nSubject: Re: Cake for Friday\r\nMessage-ID: <phone@bakery.example>\r\n"
        f"In-Reply-To: {LONG_ID}\r\nDate: Sat, 21 Nov 2026 10:05:00 +0000\r\n\r\nYes, twelve.\r\n"
    )
    dovecot.deliver(phone.encode(), "Sent", flags=("\\Seen",), date=WROTE + timedelta(minutes=5))
    assert home.once()["received"] == 1
    shown = entries(home)
    assert [e["direction"] for e in shown] == ["in", "out"]
    assert home.json("inbox") == []
