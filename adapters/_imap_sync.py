"""How far each folder has been read, and what to read next. Pure; no connection is known here.

A folder's messages are numbered by UIDs that only grow, as long as its UIDVALIDITY stays (RFC 3501, 2.3.1.1). Read so
far is everything between `low` and `high`, as far as it is not older than `since`. New mail has UIDs above `high`;
history is read downwards from `low`. Any prefix of the work is a valid cursor: after a crash it goes on from there.

No MODSEQ (RFC 7162) is kept: it tells of flags that changed, and a message is filed once, as it was when it was read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from agent_tui.core.channel import Cursor

MAX_UID = 2**32 - 1
WINDOW = 20_000
"""Messages one SEARCH looks at: its answer stays far below every server's and library's limit on lines."""

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one folder has been read. `since` is an ISO date, empty for everything."""

    validity: int
    high: int
    low: int
    since: str = ""
    done: bool = False

    def risen(self, uids: Iterable[int]) -> "Reach":
        """After newer messages were read."""
        return replace(self, high=max([self.high, *uids]))

    def sunk(self, uids: Iterable[int]) -> "Reach":
        """After older messages were read."""
        return replace(self, low=min([self.low, *uids]))

    def finished(self) -> "Reach":
        """After the last of the history."""
        return replace(self, done=True)


Reaches = Mapping[str, Reach]


def load(cursor: Cursor | None) -> dict[str, Reach]:
    """The reaches of a cursor. One that makes no sense starts over: repeating is harmless, skipping is not."""
    try:
        told = json.loads(cursor or "{}")
        if not isinstance(told, dict) or told.get("version") != _VERSION:
            return {}
        return {str(name): _reach(values) for name, values in told["folders"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def dump(reaches: Reaches) -> Cursor:
    """The cursor for some reaches."""
    folders = {name: asdict(reach) for name, reach in sorted(reaches.items())}
    return json.dumps({"version": _VERSION, "folders": folders}, ensure_ascii=False, separators=(",", ":"))


def _reach(values: dict[str, Any]) -> Reach:
    numbers = {key: int(values[key]) for key in ("validity", "high", "low")}
    since = str(values["since"])
    if since:
        date.fromisoformat(since)
    return Reach(**numbers, since=since, done=bool(values["done"]))


def begin(known: Reach | None, *, validity: int, last: int, since: date | None) -> Reach:
    """Where to start or go on in a folder whose newest UID is `last`.

    A new UIDVALIDITY starts over: the same messages come again under the same external ids, and are repeats. A bound
    moved further back (`since_days` was raised) reads the history again.
    """
    wanted = since.isoformat() if since else ""
    if known is None or known.validity != validity:
        return Reach(validity=validity, high=last, low=last + 1, since=wanted, done=last == 0)
    if known.since and wanted < known.since:
        return replace(known, low=known.high + 1, since=wanted, done=False)
    return known


def windows(exists: int, size: int = WINDOW) -> Iterator[tuple[int, int]]:
    """The sequence numbers 1 to `exists` in pieces, the newest first.

    Walking down is safe while messages vanish: what moves, moves down, into pieces that are still to come.
    """
    for high in range(exists, 0, -size):
        yield max(1, high - size + 1), high


def history_criteria(window: tuple[int, int], reach: Reach) -> list[str | date]:
    """What finds the messages of a window that were not read yet."""
    criteria: list[str | date] = [f"{window[0]}:{window[1]}", "UID", f"1:{max(1, reach.low - 1)}"]
    if reach.since:
        criteria += ["SINCE", date.fromisoformat(reach.since)]
    return criteria


def arrival_criteria(reach: Reach) -> list[str | date]:
    """What finds newer messages. ``n:*`` always matches the newest one, new or not: see `arrivals`."""
    return ["UID", f"{min(reach.high + 1, MAX_UID)}:*"]


def arrivals(found: Iterable[int], reach: Reach) -> list[int]:
    """The UIDs that are new, oldest first."""
    return sorted({uid for uid in found if reach.high < uid <= MAX_UID})


def pending(found: Iterable[int], reach: Reach) -> list[int]:
    """The UIDs of history that were not read yet, newest first."""
    return sorted({uid for uid in found if 0 < uid < reach.low}, reverse=True)


def ranges(uids: Iterable[int]) -> str:
    """UIDs as a sequence set (RFC 3501, 9), runs shortened: ``3:5,9``."""
    runs: list[list[int]] = []
    for uid in sorted(uids):
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs)


def pack(uids: Sequence[int], sizes: Mapping[int, int], *, count: int, size: int) -> list[int]:
    """The first UIDs that fit into one page of at most `count` messages and `size` bytes; at least one."""
    page: list[int] = []
    total = 0
    for uid in uids[:count]:
        total += sizes.get(uid, 0)
        if page and total > size:
            break
        page.append(uid)
    return page
