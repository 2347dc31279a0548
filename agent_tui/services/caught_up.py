"""Has every channel told what came while nobody was here? Planned replies wait for it, but not for ever.

At the start, after a lost connection and after the machine slept, a customer may have written what we do not know yet.
A reply that was planned before must not overtake it.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from agent_tui.core.clock import Clock

PATIENCE = timedelta(minutes=5)  # a channel that says nothing for so long holds nobody up
ASLEEP = timedelta(seconds=90)  # asked more seldom than that, this machine slept, or its clock was set


class CaughtUp:
    """What the channels of this process have told."""

    def __init__(self, clock: Clock, channels: Iterable[str]) -> None:
        self._clock = clock
        self._channels = tuple(channels)
        self._asked = clock.now()
        self._silent = dict.fromkeys(self._channels, self._asked)  # since when
        self._bells: list[asyncio.Event] = []
        self._all = asyncio.Event()
        self._look()

    def rings(self, bell: asyncio.Event) -> None:
        """Set `bell` whenever the last channel has told."""
        self._bells.append(bell)

    def told(self, channel: str) -> None:
        """It has nothing more to tell for now, or somebody else listens to it."""
        if self._silent.pop(channel, None) is not None and not self._silent:
            self._look()
            for bell in self._bells:
                bell.set()

    def lost(self, channel: str) -> None:
        """What is said on it does not reach us."""
        if channel in self._channels:
            self._silent.setdefault(channel, self._clock.now())
            self._look()

    def _look(self) -> None:
        if self._silent:
            self._all.clear()
        else:
            self._all.set()

    def until(self) -> datetime | None:
        """The moment before which no planned reply may leave; None when they may. Asked every half a minute."""
        now = self._clock.now()
        if not timedelta(0) <= now - self._asked <= ASLEEP:
            self._silent = dict.fromkeys(self._channels, now)
            self._look()
        self._asked = now
        ends = max(self._silent.values(), default=now) + PATIENCE
        return ends if self._silent and ends > now else None

    async def wait(self, seconds: float) -> None:
        """Until every channel has told, but no longer than that."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all.wait(), seconds)
