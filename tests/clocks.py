"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta

from agent_tui.core.clock import uuid7

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class FrozenClock:
    """Time moves by `tick`; ids rise."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._made = 0

    def now(self) -> datetime:
        return self._now

    def new_id(self) -> str:
        self._made += 1
        return uuid7(int(self._now.timestamp() * 1000), self._made, self._made.to_bytes(8, "big"))

    def tick(self, **span: float) -> datetime:
        """Go on by some time: ``tick(minutes=5)``."""
        self._now += timedelta(**span)
        return self._now
