"""A shop's mail on the servers of the tests: its customers' letters, its replies, its Dovecot and its SMTP server."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from adapters._mail_account import Server, Settings
from agent_tui.core.channel import Kit, Line, Outgoing
from tests.adapters.mail_account import ANA, SHOP, account
from tests.contracts.channel import Failure
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_ports
from tests.servers.smtp import Drop, SmtpServer

KEY = "0198c9a0-7c00-7000-8000-00000000abcd"
_numbers = itertools.count(1)


async def no_transcript(*_: object) -> Sequence[Line]:
    return ()


@dataclass
class Clock:
    """A clock a test can put forward."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.moment


def kit(clock: Clock | None = None) -> Kit:
    return Kit(now=(clock or Clock()).now, secret=b"k" * 32, transcript=no_transcript, sender="Corner Bakery")


def letter(text: str, *headers: str) -> bytes:
    """A customer's mail."""
    lines = [
        f"From: Ana <{ANA.value}>",
        f"To: {SHOP.value}",
        f"Message-ID: <{next(_numbers)}@customer.example>",
        "Date: Mon, 02 Mar 2026 09:00:00 +0000",
        *headers,
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


def words(raw: bytes) -> list[str]:
    """The words of a mail, and the names of its files."""
    said = []
    for part in message_from_bytes(raw).walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        said.append(part.get_filename() or payload.decode().strip())
    return said


def reply(**changes: Any) -> Outgoing:
    made = Outgoing(
        key=KEY, at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC), to=(ANA,), text="Of course.", subject="Cake"
    )
    return replace(made, **changes)


class Office:
    """Dovecot for one user, and an SMTP server."""

    customer = ANA

    def __init__(self, dovecot: Dovecot, smtp: SmtpServer, user: str) -> None:
        self.dovecot, self.smtp, self.user = dovecot, smtp, user
        self.imap_port, self.smtp_port = dovecot.port, smtp.port
        smtp.user = user
        smtp.change_password("secret")

    def deliver(self, text: str) -> None:
        self.dovecot.deliver(letter(text), user=self.user)

    def accepted(self) -> Sequence[str]:
        return [each for message in self.smtp.accepted for each in words(message.raw)]

    def fail_next(self, how: Failure) -> None:
        if how == "busy":
            self.smtp.fail_next("mail", "451 4.3.0 try later")
        elif how == "refused":
            self.smtp.fail_next("dot", "554 5.7.1 not from you")
        else:
            self.smtp.fail_next("dot", Drop())

    def go_away(self) -> None:
        self.imap_port, self.smtp_port = free_ports(2)

    def settings(self, home: Path, **changes: Any) -> Settings:
        made = account(home, username=self.user, **changes)
        at_imap = Server(host="127.0.0.1", port=self.imap_port, tls="none")
        return replace(made, imap=at_imap, smtp=replace(at_imap, port=self.smtp_port))
