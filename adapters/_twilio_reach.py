"""How far a channel at Twilio was read: the cursor, and from when on the list is to be read next.

The list has no cursor of its own: rows come late, with dates of before, and many in one second. So every look reads
from some time before the newest date of the last *whole* look, and leaves out the rows it has seen. Which those are
stands in the cursor; of so many that it would grow too long, the oldest are forgotten and come again, which is
harmless: the store knows them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from typing import Any

from agent_tui.core.channel import Cursor

OVERLAP = timedelta(minutes=10)
"""How late a row may come at an ordinary look."""

WIDE = timedelta(hours=48)
"""… and at the first look and once a day."""

MOST_SEEN = 1000
_VERSION = 1


@dataclass(slots=True)
class Reach:
    """`upto`: the newest date of the last whole look; `seen`: rows already given, with their dates."""

    upto: datetime | None = None
    seen: dict[str, datetime] = field(default_factory=dict)

    def start(self, now: datetime, since_days: int, *, wide: bool) -> datetime | None:
        """From when on the list is to be read; None: from its beginning."""
        if self.upto is None:
            return now - timedelta(days=since_days) if since_days else None
        return min(self.upto - OVERLAP, now - WIDE) if wide else self.upto - OVERLAP

    def has(self, sid: str) -> bool:
        """Was it given already?"""
        return mark(sid) in self.seen

    def cursor(self) -> Cursor:
        """The same as text."""
        newest = nlargest(MOST_SEEN, self.seen.items(), key=lambda item: (item[1], item[0]))
        said: dict[str, Any] = {
            "v": _VERSION,
            "upto": self.upto.isoformat() if self.upto else None,
            "seen": {name: int(at.timestamp()) for name, at in newest},
        }
        return json.dumps(said, separators=(",", ":"))

    def after(self, rows: Mapping[str, datetime], upto: datetime | None, now: datetime) -> "Reach":
        """The same once these rows are kept; what no look will meet again is forgotten."""
        oldest = min(upto or now, now) - WIDE - timedelta(days=1)
        seen = {**self.seen, **{mark(sid): at for sid, at in rows.items()}}
        if upto is not None:
            seen = {name: at for name, at in seen.items() if at >= oldest}
        return Reach(upto=upto, seen=seen)


def mark(sid: str) -> str:
    """Half of a SID is enough to tell it: 64 bits."""
    return sid[-16:].lower()


def load(cursor: Cursor | None) -> Reach:
    """The reach a cursor says; what cannot be read begins anew, which only repeats."""
    try:
        said = json.loads(cursor or "{}")
        if said.get("v") != _VERSION:
            return Reach()
        upto = datetime.fromisoformat(said["upto"]).astimezone(UTC) if said["upto"] else None
        seen = {str(name): datetime.fromtimestamp(at, UTC) for name, at in said["seen"].items()}
        return Reach(upto=upto, seen=seen)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return Reach()
