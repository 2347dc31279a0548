"""A mail's bytes as an event: what was said, what became of something we sent, or what could not be read.

The words of reading mail, and its door. What does the work (`_mail_event`) is loaded by the first mail that is read in
this process: the screen's process leaves that to the helper (`_parser`), and starts the sooner for it.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, Unreadable
from agent_tui.core.clock import truncate


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose mail is read: `own` are all our addresses, `secret` makes our ids, `names` are what we are called."""

    own: frozenset[Address]
    secret: bytes
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it lay in its folder. `sent`: among the sent mail, where only we can put it."""

    raw: bytes
    received_at: datetime
    sent: bool = False
    seen: bool = False


def parse(mail: Mail, account: Account) -> Event:
    """The event a mail is. Never raises."""
    from adapters._mail_event import MailEvent

    return MailEvent(mail, account).event()


def unreadable(mail: Mail, reason: str, sender: Address | None = None) -> Unreadable:
    """The stub of a mail that could not be read."""
    return Unreadable(
        external_id=f"sha256:{sha256(mail.raw).hexdigest()}",
        at=truncate(mail.received_at),
        raw=mail.raw,
        reason=reason,
        sender=sender,
    )
