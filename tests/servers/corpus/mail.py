"""One message of the corpus as it lies in a mailbox: the bytes, and the truth about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Folder = Literal["INBOX", "Sent"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in a folder.

    ``key`` is equal for copies of the same message and different otherwise; ``copy_of`` is the
    ``number`` of the copy that came first. ``date`` is when the server received it (UTC).
    ``text`` is the writer's own words, without quote and signature, one paragraph a line group.
    """

    number: int
    key: str
    folder: Folder
    direction: Literal["inbound", "outbound"]
    kind: Literal["letter", "away", "bounce"]
    customer: str
    name: str
    language: str
    thread: int
    date: datetime
    message_id: str | None
    in_reply_to: str | None
    subject: str
    text: str
    order: str
    form: str
    charset: str
    files: tuple[str, ...]
    copy_of: int | None
    seen: bool
    answered: bool
    raw: bytes

    @property
    def has_attachment(self) -> bool:
        """At least one file, shown or attached."""
        return bool(self.files)

    @property
    def flags(self) -> tuple[str, ...]:
        """IMAP system flags."""
        seen = ("\\Seen",) if self.seen else ()
        return (*seen, "\\Answered") if self.answered else seen
