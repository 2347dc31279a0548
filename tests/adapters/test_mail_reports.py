"""Delivery reports and read receipts: believed for our own ids, and for nothing else."""

import pytest

from adapters._message_ids import make_message_id
from agent_tui.core.channel import Progress, Received
from agent_tui.core.model import DeliveryState
from tests.adapters.mails import SECRET, event

KEY = "01912345-abcd-7def-8123-0123456789ab"
OURS = make_message_id(KEY, "shop.example", SECRET)
FORGED = f"<{KEY}.{24 * '0'}@shop.example>"


def status(action: str, recipient: str = "ana@example.com", more: str = "") -> str:
    return f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: 5.1.1\n{more}"


def report(
    *blocks: str, returned: str = "", kind: str = "delivery-status", sender: str = "MAILER-DAEMON@mx.example"
) -> str:
    original = returned or f"Content-Type: text/rfc822-headers\n\nMessage-ID: {OURS}\nSubject: x\n"
    delivery = "\n".join(("Reporting-MTA: dns; mx.example\n", *blocks))
    return f"""From: Mail Delivery System <{sender}>
To: support@shop.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="=_b"

--=_b
Content-Type: text/plain

I am sorry.

--=_b
Content-Type: message/{kind}

{delivery}
--=_b
{original}
--=_b--
"""


def progress(mail: str) -> Progress:
    got = event(mail)
    assert isinstance(got, Progress)
    assert got.key == KEY
    return got


def automatic(mail: str) -> Received:
    got = event(mail)
    assert isinstance(got, Received)
    assert got.automatic
    return got


def test_a_bounce() -> None:
    got = progress(report(status("failed", more="Diagnostic-Code: smtp; 550 5.1.1\n  no such user\x1b[2J\n")))
    assert got.delivery is DeliveryState.FAILED
    assert got.error == "ana@example.com: 550 5.1.1 no such user"


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("delivered", DeliveryState.DELIVERED),
        ("relayed", DeliveryState.SENT),
        ("expanded", DeliveryState.SENT),
    ],
)
def test_good_news(action: str, state: DeliveryState) -> None:
    got = progress(report(status(action)))
    assert (got.delivery, got.error) == (state, None)


def test_of_several_recipients_the_worst_counts() -> None:
    got = progress(report(status("delivered"), status("failed", "bob@example.com"), status("relayed")))
    assert got.delivery is DeliveryState.FAILED
    assert got.error == "bob@example.com: 5.1.1"


def test_a_delay_is_no_failure() -> None:
    assert automatic(report(status("delayed"))).subject.startswith("Undelivered")


@pytest.mark.parametrize(
    "returned",
    [
        f"Content-Type: message/rfc822\n\nFrom: support@shop.example\nMessage-ID: {OURS}\n\nHello\n",
        f"Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-Id:\n {OURS.upper()}\n",
        f"Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nMessage-ID: {OURS}\n",
        f"Content-Type: message/global-headers\n\nMessage-ID: {OURS}\n",
        f"Content-Type: text/plain\n\nYour message {OURS} was not delivered.\n",
    ],
)
def test_where_the_original_is_named(returned: str) -> None:
    assert progress(report(status("failed"), returned=returned)).delivery is DeliveryState.FAILED


@pytest.mark.parametrize(
    "message_id",
    [FORGED, "<somebody@else.example>", OURS.replace("019", "018"), f"<{KEY}@shop.example>", "<>"],
)
def test_a_report_on_what_we_did_not_send_changes_nothing(message_id: str) -> None:
    returned = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n"
    assert automatic(report(status("failed"), returned=returned)).key is None


def test_a_read_receipt() -> None:
    mail = report(
        f"Original-Message-ID: {OURS}\nDisposition: manual-action/MDN-sent-manually; displayed\n",
        returned="Content-Type: text/plain\n\n-",
        kind="disposition-notification",
        sender="ana@example.com",
    )
    assert progress(mail).delivery is DeliveryState.READ
    assert event(mail.replace("; displayed", "; deleted")).__class__ is Received


def prose(
    body: str, subject: str = "failure notice", sender: str = "MAILER-DAEMON@mx.example", more: str = ""
) -> str:
    return f"From: {sender}\nSubject: {subject}\nMessage-ID: <b@mx.example>\n{more}\n{body}\n"


PROSE = [
    (
        "failure notice",
        f"<ana@example.com>:\nRemote host said: 550 no such user\n\n--- Below is a copy\n\nMessage-ID: {OURS}",
    ),
    ("Undeliverable: Your order", f"ana@example.com\n#5.1.1 smtp;550 user unknown\n{OURS}"),
    ("Mail delivery failed: returning message to sender", f"550-5.7.1 rejected\nMessage-Id: {OURS}"),
    ("Unzustellbar: Ihre Bestellung", f"550 5.1.1 unbekannt\n{OURS}"),
    ("Não entregue: pedido", f"550 5.1.1\n{OURS}"),
    ("hello", f"Your message could not be delivered.\n 554 5.7.1 refused\n{OURS}"),
]


@pytest.mark.parametrize(("subject", "body"), PROSE)
def test_a_bounce_in_prose(subject: str, body: str) -> None:
    got = progress(prose(body, subject))
    assert got.delivery is DeliveryState.FAILED
    assert got.error
    assert "55" in got.error or "5.1" in got.error


def test_a_header_that_says_so() -> None:
    mail = prose(f"sorry\n{OURS}", "hello", "postmaster@mx.example", "X-Failed-Recipients: ana@example.com\n")
    assert progress(mail).delivery is DeliveryState.FAILED


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery delayed", f"will try again\n{OURS}"),
        (
            "Warning: could not send message for past 4 hours",
            f"could not be delivered yet; will continue to try\n{OURS}",
        ),
        ("Delivery Status Notification (Delay)", f"You do not need to resend your message.\n{OURS}"),
    ],
)
def test_a_delay_in_prose_is_no_failure(subject: str, body: str) -> None:
    automatic(prose(body, subject))


def test_a_customer_who_writes_about_a_bounce_is_a_customer() -> None:
    mail = prose(
        f"my mail could not be delivered, 550 5.1.1\n{OURS}", "Undeliverable: why?", "ana@example.com"
    )
    got = event(mail)
    assert isinstance(got, Received)
    assert not got.automatic


def test_an_absence_that_mentions_delivery_is_no_bounce() -> None:
    mail = prose(
        f"I am away; urgent parcels could not be delivered: 550 of them.\n{OURS}",
        "Automatic reply: Your order",
        "ana@example.com",
        f"Return-Path: <>\nAuto-Submitted: auto-replied\nIn-Reply-To: {OURS}\n",
    )
    automatic(mail)


def test_a_report_among_our_sent_mail_is_only_mail() -> None:
    assert isinstance(event(report(status("failed")), sent=True), Received)
