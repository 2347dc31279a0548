"""A mail as an event: who, when, in which thread, and what to doubt about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters._message_ids import make_message_id
from adapters._mime import Account, Mail, parse
from agent_tui.core.addresses import email
from agent_tui.core.channel import Received, Unreadable
from tests.adapters.mails import ACCOUNT, NOW, SECRET, SHOP, event, from_ana, multipart, received, wire

KEY = "01912345-abcd-7def-8123-0123456789ab"
OURS = make_message_id(KEY, "shop.example", SECRET)


def test_an_ordinary_mail() -> None:
    got = received(
        from_ana(
            "To: Corner Bakery <support@shop.example>\nCc: bob@example.com, carla@example.com\n"
            "Subject: =?utf-8?q?Ol=C3=A1?=\nIn-Reply-To: <2@shop.example>\n"
            "References: <0@example.com> <3@shop.example> <2@shop.example>"
        ),
        seen=True,
    )
    assert got == Received(
        external_id="<1@example.com>",
        sender=email("ana@example.com"),
        sender_name="Ana",
        at=NOW,
        recipients=(SHOP,),
        cc=(email("bob@example.com"), email("carla@example.com")),
        subject="Olá",
        text="Hello",
        fingerprint=got.fingerprint,
        in_reply_to="<2@shop.example>",
        threads=("<1@example.com>", "<2@shop.example>", "<3@shop.example>", "<0@example.com>"),
        seen=True,
        raw=got.raw,
    )


def test_our_own_mail_from_another_program() -> None:
    got = received(
        "From: Corner Bakery <support@shop.example>\nTo: ana@example.com\nBcc: bob@example.com\n"
        "Message-ID: <9@phone.example>\nDate: Wed, 4 Mar 2026 08:00:00 +0000\n\nHello",
        sent=True,
    )
    assert got.ours
    assert got.key is None
    assert got.recipients == (email("ana@example.com"), email("bob@example.com"))
    assert got.at == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert got.notices == ()


def test_the_echo_of_what_we_sent_names_its_key() -> None:
    mail = f"From: support@shop.example\nTo: ana@example.com\nMessage-ID: {OURS}\n\nHello"
    assert (received(mail, sent=True).key, received(mail, sent=True).ours) == (KEY, True)
    assert (received(mail).key, received(mail).ours) == (KEY, True)


def test_an_answer_to_us_names_what_it_answers() -> None:
    answer = f"From: ana@example.com\nMessage-ID: <8@example.com>\nReferences: <0@x.example> {OURS}\n\nThanks"
    assert received(answer).answers == KEY
    assert received(answer, sent=True).answers is None
    forged = OURS.replace(".", ".0", 1)
    assert received(answer.replace(OURS, forged)).answers is None


def test_whoever_repeats_our_id_is_not_us() -> None:
    got = received(f"From: mallory@evil.test\nMessage-ID: {OURS}\n\nHello")
    assert (got.key, got.ours) == (None, False)


def test_whoever_uses_our_address_is_not_us() -> None:
    got = received("From: Corner Bakery <support@shop.example>\nMessage-ID: <1@evil.test>\n\nPay here")
    assert not got.ours
    assert any("not among our sent mail" in notice for notice in got.notices)


def test_a_form_on_our_own_website() -> None:
    got = received(
        "From: Website <support@shop.example>\nReply-To: Ana <ana@example.com>\nMessage-ID: <1@shop.example>\n\nHello"
    )
    assert (got.sender, got.sender_name, got.ours) == (email("ana@example.com"), "Ana", False)
    assert any("typed" in notice for notice in got.notices)


def test_our_own_mail_that_came_back_to_us_is_no_form() -> None:
    got = received(
        "From: support@shop.example\nReply-To: info@shop.example\nMessage-ID: <1@shop.example>\n\nHello"
    )
    assert got.sender == SHOP
    assert any("not among our sent mail" in notice for notice in got.notices)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ('From: "service@bank.test" <x@evil.test>', "another address"),
        ("From: =?utf-8?q?service=40bank=2Etest?= <x@evil.test>", "another address"),
        ("From: corner bakery <x@evil.test>", "our name"),
        ("From: Ana <ana@example.com>\nReply-To: x@evil.test", "another domain: evil.test"),
        ("From: Ana <ana@example.com>\nDate: Mon, 1 Jan 2001 00:00:00 +0000", "dated 2001-01-01 00:00 UTC"),
    ],
)
def test_what_to_doubt(headers: str, told: str) -> None:
    assert any(told in notice for notice in received(f"{headers}\nMessage-ID: <1@x>\n\nHello").notices)


@pytest.mark.parametrize(
    "headers",
    [
        'From: "ana@example.com" <ana@example.com>',
        'From: "ANA@example.com (Ana)" <ana@example.com>',
        "From: Ana <ana@example.com>\nReply-To: other@example.com",
        "From: ana@example.com\nDate: Wed, 4 Mar 2026 01:00:00 +0000",
        "From: ana@example.com\nDate: nonsense",
    ],
)
def test_what_not_to_doubt(headers: str) -> None:
    assert received(f"{headers}\nMessage-ID: <1@x>\n\nHello").notices == ()


def test_answers_go_where_the_sender_asks() -> None:
    got = received(from_ana("Reply-To: Ana <home@example.com>, ana@example.com"))
    assert got.reply_to == (email("home@example.com"),)


@pytest.mark.parametrize("header", ["Message-ID: <>", "Message-ID: <[", "Message-ID:", "X: y"])
def test_a_mail_without_an_id_gets_one_that_its_copies_share(header: str) -> None:
    mail = f"From: ana@example.com\nDate: Wed, 4 Mar 2026 09:59:00 +0000\n{header}\nSubject: x\n\nHello\n"
    one = received(f"Received: by a; Wed, 4 Mar 2026 09:59:01 +0000\n{mail}")
    other = received(
        f"Received: by b; Wed, 4 Mar 2026 09:59:09 +0000\nX-Spam: no\n{mail}".replace("Hello", "Hello ")
    )
    assert one.external_id == other.external_id
    assert one.external_id.startswith("sha256:")
    assert one.threads == ()
    assert received(mail.replace("Hello", "Bye")).external_id != one.external_id


def test_copies_of_one_mail_have_one_fingerprint() -> None:
    plain = from_ana("Subject: Hello there\nContent-Type: text/plain; charset=utf-8", "Olá mundo\n")
    coded = from_ana(
        "Subject: Hello\n there\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\nReceived: by x; Wed, 4 Mar 2026 09:59:09 +0000",
        "Ol=C3=A1 mun=\ndo\n\n",
    )
    assert received(plain).fingerprint == received(coded).fingerprint
    assert received(plain.replace(b"mundo", b"Ana")).fingerprint != received(plain).fingerprint


def test_ids_with_blanks_in_them_and_prose_around() -> None:
    got = received(
        from_ana("In-Reply-To: Your mail of Monday <2@\n shop.example>\nReferences: <0@x>,<2@shop.example>")
    )
    assert got.threads == ("<1@example.com>", "<2@shop.example>", "<0@x>")


def test_when_it_came() -> None:
    def at(received_header: str, stored: datetime) -> datetime:
        return received(from_ana(f"Received: from x by y; {received_header}"), at=stored).at

    assert at("Wed, 4 Mar 2026 09:59:30 +0000", NOW) == NOW
    assert at("Wed, 4 Mar 2026 12:00:00 +0000", NOW) == NOW
    assert at("nonsense", NOW) == NOW
    moved = NOW + timedelta(days=400)  # the mailbox moved to another provider
    assert at("Wed, 4 Mar 2026 09:59:30 +0000", moved) == datetime(2026, 3, 4, 9, 59, 30, tzinfo=UTC)


AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated; x=y",
    "Precedence: bulk",
    "Precedence: auto_reply",
    "X-Autoreply: yes",
    "X-Autorespond: x",
    "List-Id: News <news.example.com>",
    "List-Unsubscribe: <https://example.com/u>",
    "Return-Path: <>",
    "Subject: Automatic reply: Your order",
    "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_commande?=",
    "Subject: Abwesenheitsnotiz: Bestellung",
    "Subject: Out of office: back on Monday",
]


@pytest.mark.parametrize("header", AUTOMATIC)
def test_nobody_waits_for_an_answer_to_this(header: str) -> None:
    assert received(from_ana(header)).automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Precedence: normal",
        "X-Auto-Response-Suppress: All",
        "Subject: Out of office chairs",
        "Return-Path: <ana@example.com>",
        "Precedence: bulk\nReply-To: bob@example.com",
        "List-Id: <support.shop.example>\nList-Post: <mailto:support@shop.example>\nPrecedence: list",
    ],
)
def test_somebody_waits(header: str) -> None:
    assert not received(from_ana(header)).automatic


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@x.example", "postmaster@x.example"])
def test_a_server_does_not_wait(sender: str) -> None:
    assert received(f"From: {sender}\nMessage-ID: <1@x>\nSubject: hello\n\nHello").automatic


def test_without_a_sender_it_is_set_aside_with_all_its_bytes() -> None:
    got = event("Subject: x\n\nHello")
    assert isinstance(got, Unreadable)
    assert (got.reason, got.raw, got.at) == ("it does not say who sent it", wire("Subject: x\n\nHello"), NOW)
    assert got.external_id == event("Subject: x\n\nHello").external_id
    assert got.external_id != event("Subject: y\n\nHello").external_id


@pytest.mark.parametrize("header", ["Sender", "Reply-To", "Return-Path"])
def test_where_from_is_broken_another_header_tells_the_sender(header: str) -> None:
    assert received(f"From: nobody\n{header}: ana@example.com\n\nHello").sender == email("ana@example.com")


def test_names_and_subjects_cannot_command_the_terminal() -> None:
    got = received(
        "From: =?utf-8?b?G108YT4HQW5h4oCu?= <ana@example.com>\nSubject: =?utf-8?q?=1B]0;x=07a=E2=80=AEb?=\n"
        "Message-ID: <1@x>\n\nHello"
    )
    assert got.subject == "a<U+202E>b"
    assert "\x1b" not in got.sender_name
    assert got.sender_name.isprintable()


def test_a_tiny_change_of_the_account_changes_what_is_ours() -> None:
    mail = Mail(raw=wire(f"From: support@shop.example\nMessage-ID: {OURS}\n\nx"), received_at=NOW)
    other = parse(mail, replace(ACCOUNT, secret=b"another secret"))
    assert isinstance(other, Received)
    assert not other.ours
    stranger = parse(mail, Account(own=frozenset(), secret=SECRET))
    assert isinstance(stranger, Received)
    assert not stranger.ours


def test_raw_is_kept() -> None:
    mail = multipart("mixed", "Content-Type: text/plain\n\nx")
    assert received(mail).raw == wire(mail)
