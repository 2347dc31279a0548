"""From the owner's mail files to events, a batch at a time: read here, parsed in the helper process.

Which of them are ours is told by the sender: whoever imports her own files vouches for them. When a message came is the
earlier of what its file and its Date header tell: a file that was copied or exported is younger than its message.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from adapters._headers import moment
from adapters._mailfiles import Original
from adapters._mime import Account, Mail
from adapters._parser import Parser
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, Received, Unreadable
from agent_tui.core.pieces import Piece

PIECES = 200
BYTES = 8_000_000

_DATE = re.compile(rb"^date[ \t]*:[ \t]*(.{1,100})$", re.MULTILINE | re.IGNORECASE)
_HEADER = 65_536  # bytes in which the Date header stands


class MailImport:
    """Reads for one account; `close` ends its helper process."""

    def __init__(self, secret: bytes, own: frozenset[Address], names: Iterable[str] = ()) -> None:
        self._own = own
        self._parser = Parser(Account(own=own, secret=secret, names=frozenset(names)))

    def next(self, originals: Iterator[Original]) -> list[Piece]:
        """The next of them, parsed; empty when there are no more. Blocks. Raises Unavailable."""
        batch: list[Original] = []
        size = 0
        for original in originals:
            batch.append(original)
            size += len(original.raw)
            if len(batch) >= PIECES or size >= BYTES:
                break
        events = iter(self._events([original for original in batch if not original.reason]))
        return [_piece(original, None if original.reason else next(events)) for original in batch]

    def close(self) -> None:
        """Let the helper process go."""
        self._parser.close()

    def _events(self, originals: Sequence[Original]) -> list[Event]:
        mails = [_mail(original, sent=False) for original in originals]
        events = self._parser.parse_many(mails)
        mine = [number for number, event in enumerate(events) if self._is_ours(event)]
        again = self._parser.parse_many([_mail(originals[number], sent=True) for number in mine])
        for number, event in zip(mine, again, strict=True):
            events[number] = event
        return events

    def _is_ours(self, event: Event) -> bool:
        return isinstance(event, Received) and not event.ours and event.sender in self._own


def _piece(original: Original, event: Event | None) -> Piece:
    if isinstance(event, Unreadable):
        return Piece(path=original.path, row=original.row, reason=event.reason)
    return Piece(path=original.path, row=original.row, event=event, reason=original.reason)


def _mail(original: Original, *, sent: bool) -> Mail:
    return Mail(raw=original.raw, received_at=_came(original), sent=sent, seen=original.seen)


def _came(original: Original) -> datetime:
    match = _DATE.search(original.raw.partition(b"\n\n")[0][:_HEADER])
    written = moment(match[1].decode("ascii", "replace")) if match else None
    return min(written, original.at) if written else original.at
