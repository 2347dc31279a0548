"""What becomes of our messages: asked of each by itself, since its status does not move its place in the list.

Asked after 2 s, then ever more rarely, up to every 5 minutes, for 72 hours: some networks never report, and "sent" is
then the last word. A state is told once, and only after a lower one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from adapters._twilio_rows import Row, progress
from adapters._twilio_words import RANK, STATES
from agent_tui.core.channel import Progress
from agent_tui.core.model import DeliveryState

FIRST, LONGEST, FOR = 2.0, 300.0, 72 * 3600.0  # seconds
MOST = 500  # followed at a time; beyond, the list alone tells
AT_ONCE = 20


@dataclass(slots=True)
class _Watch:
    due: float
    wait: float
    until: float
    asked: float = float("-inf")


class Follower:
    """Of one reading. `last`: states after which nothing comes. Times are of the loop, in seconds."""

    def __init__(self, key: Callable[[str], str | None], last: frozenset[DeliveryState]) -> None:
        self._key = key
        self._last = last
        self._told: dict[str, DeliveryState] = {}
        self._priced: set[str] = set()
        self._watches: dict[str, _Watch] = {}
        self._over: set[str] = set()

    def add(self, sid: str, now: float) -> None:
        """Follow one; nothing when it is followed or has ended."""
        done = sid in self._over or self._told.get(sid) in self._last
        if sid not in self._watches and not done and len(self._watches) < MOST:
            self._watches[sid] = _Watch(due=now + FIRST, wait=FIRST, until=now + FOR)

    def hear(self, row: Row, now: float) -> Progress | None:
        """What a row tells that was not told before; one of ours is followed from then on."""
        state = STATES.get(row.status)
        if state in self._last:
            self._watches.pop(row.sid, None)
        elif self._key(row.sid) is not None:
            self.add(row.sid, now)
        if state is None:
            return None
        climbs = RANK[state] > RANK.get(self._told.get(row.sid, DeliveryState.QUEUED), 0)
        priced = bool(row.price) and row.sid not in self._priced
        if not climbs and not priced:
            return None
        self._told[row.sid] = state if climbs else self._told[row.sid]
        self._priced |= {row.sid} if row.price else set()
        return progress(row, self._key(row.sid))

    def asked(self, now: float) -> tuple[str, ...]:
        """Those to ask about now; each is then left alone for longer."""
        due = sorted((w.due, sid) for sid, w in self._watches.items() if w.due <= now)[:AT_ONCE]
        for _, sid in due:
            watch = self._watches[sid]
            watch.wait = min(LONGEST, watch.wait * 2)
            watch.due, watch.asked = now + watch.wait, now
            if now >= watch.until:
                self.forget(sid)
        return tuple(sid for _, sid in due)

    def hurry(self, sid: str, now: float) -> None:
        """There may be news of one: ask at once, but no more than once a second."""
        if sid in self._watches:
            self._watches[sid].due = max(now, self._watches[sid].asked + 1)

    def forget(self, sid: str) -> None:
        """Ask about it no more."""
        self._over.add(sid)
        self._watches.pop(sid, None)

    def next(self) -> float | None:
        """When to ask next."""
        return min((watch.due for watch in self._watches.values()), default=None)
