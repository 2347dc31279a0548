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
        self._told: list[asyncio.Event] = []
        self._slept: list[asyncio.Event] = []
        self._one_round = False
        self._all = asyncio.Event()
        self._look()

    def rings(self, *, told: asyncio.Event, slept: asyncio.Event) -> None:
        """Set `told` whenever the last channel has told, and `slept` when a connection may be dead and not know it."""
        self._told.append(told)
        self._slept.append(slept)

    def one_round(self) -> None:
        """Each channel is asked once, however long that takes."""
        self._one_round = True

    def told(self, channel: str) -> None:
        """It has nothing more to tell for now, or somebody else listens to it."""
        if self._silent.pop(channel, None) is not None and not self._silent:
            self._look()
            _ring(self._told)

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
        if not self._one_round and not timedelta(0) <= now - self._asked <= ASLEEP:
            self._silent = dict.fromkeys(self._channels, now)
            self._look()
            _ring(self._slept)
        self._asked = now
        ends = max(self._silent.values(), default=now) + PATIENCE
        return ends if self._silent and ends > now else None

    async def wait(self, seconds: float) -> None:
        """Until every channel has told, but no longer than that."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all.wait(), seconds)


def _ring(bells: Iterable[asyncio.Event]) -> None:
    for bell in bells:
        bell.set()
