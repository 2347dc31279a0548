"""A mailbox in memory: messages with UIDs, flags and change numbers, and everything that can befall them.

Change it only under the server's lock; its methods take it themselves.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

DEFAULT_DATE = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@dataclass(slots=True, eq=False)
class Message:
    """One message. ``gone``: listed still, but its body is NIL (deleted by somebody else)."""

    uid: int
    raw: bytes
    flags: set[str]
    date: datetime
    modseq: int
    gone: bool = False


@dataclass(slots=True)
class Mailbox:
    """``attributes`` are those of LIST. ``changed`` is called, without the lock, after a change."""

    name: bytes
    lock: threading.RLock
    changed: Callable[["Mailbox"], None]
    attributes: tuple[str, ...] = ()
    uidvalidity: int = 1000
    uidnext: int = 1
    modseq: int = 1
    messages: list[Message] = field(default_factory=list)

    def add(
        self,
        raw: bytes,
        *,
        flags: Iterable[str] = (),
        date: datetime = DEFAULT_DATE,
        uid: int | None = None,
    ) -> int:
        """Put a message at the end; returns its UID. Idling clients hear of it."""
        with self.lock:
            number = max(uid or 0, self.uidnext)
            self.modseq += 1
            self.messages.append(Message(number, raw, set(flags), date, self.modseq))
            self.uidnext = number + 1
        self.changed(self)
        return number

    def expunge(self, *uids: int) -> None:
        """Remove messages for good."""
        with self.lock:
            self.messages = [each for each in self.messages if each.uid not in uids]
            self.modseq += 1
        self.changed(self)

    def vanish(self, uid: int) -> None:
        """Let a message keep its place while its body can no longer be read (BODY is NIL)."""
        with self.lock:
            self.find(uid).gone = True

    def flag(self, uid: int, *flags: str) -> None:
        """Set exactly these flags, as another program would."""
        with self.lock:
            message = self.find(uid)
            message.flags = set(flags)
            self.modseq += 1
            message.modseq = self.modseq
        self.changed(self)

    def new_uidvalidity(self, *, first_uid: int = 1) -> None:
        """Renumber everything from ``first_uid`` under a new UIDVALIDITY."""
        with self.lock:
            self.uidvalidity += 1
            for place, message in enumerate(self.messages):
                message.uid = first_uid + place
            self.uidnext = first_uid + len(self.messages)

    def find(self, uid: int) -> Message:
        """The message with this UID. Raises KeyError."""
        for message in self.messages:
            if message.uid == uid:
                return message
        raise KeyError(uid)

    @property
    def uids(self) -> list[int]:
        """The UIDs, in the order of the sequence numbers."""
        with self.lock:
            return [message.uid for message in self.messages]
