"""Bounces: delivery reports on a letter of ours, with and without their machine-readable part."""

import random

from tests.servers.corpus.bodies import Part, multipart
from tests.servers.corpus.plan import Letter

REASONS = (
    ("5.1.1", "550 5.1.1 The email account that you tried to reach does not exist"),
    ("5.2.2", "552 5.2.2 Mailbox full"),
    ("5.7.1", "554 5.7.1 Message rejected under local policy"),
)


def bounce(letter: Letter, original: bytes, rng: random.Random) -> Part:
    """The body of a delivery report on ``original``, the bytes of the letter above.

    Three in four are RFC 3464 reports; the rest only say it in words, as old servers do.
    """
    status, reason = rng.choice(REASONS)
    explained = _explained(letter, reason)
    head, _, _ = original.partition(b"\n\n")
    if rng.random() < 0.25:
        return Part("Content-Type: text/plain; charset=us-ascii", explained + b"\n" + head + b"\n")
    returned = ("text/rfc822-headers", head + b"\n")
    if rng.random() < 0.5:
        returned = ("message/rfc822", original)
    parts = [
        Part("Content-Type: text/plain; charset=us-ascii", explained),
        Part("Content-Type: message/delivery-status", _status(letter, status, reason)),
        Part(f"Content-Type: {returned[0]}\nContent-Transfer-Encoding: 8bit", returned[1]),
    ]
    report = multipart("report", parts, letter.seed)
    return Part(f"{report.head};\n report-type=delivery-status", report.body)


def _explained(letter: Letter, reason: str) -> bytes:
    return (
        "This is the mail system at host mx.bakery.example.\n\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients.\n\n"
        f"<{letter.customer.written}>: host mx.{letter.customer.language.domain} said:\n"
        f"    {reason}\n"
    ).encode()


def _status(letter: Letter, status: str, reason: str) -> bytes:
    return (
        "Reporting-MTA: dns; mx.bakery.example\nArrival-Date: "
        f"{letter.when:%d %b %Y %H:%M:%S +0000}\n\n"
        f"Final-Recipient: rfc822; {letter.customer.written}\nAction: failed\n"
        f"Status: {status}\nDiagnostic-Code: smtp; {reason}\n"
    ).encode()
