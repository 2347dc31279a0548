"""Keys wait while the typing moves to another place (a box that opens, the composer), then go on as they were pressed.

Meanwhile they are in two places: on their way through the old one, and not yet let in. What comes from both is put in
the order of its time, so that no letter is lost, overtaken, or taken for a command.
"""

import asyncio
from collections.abc import Awaitable
from operator import attrgetter

from textual import events
from textual.message_pump import MessagePump


class Gate:
    """Shut while at least one move is under way."""

    def __init__(self) -> None:
        self._moves = 0
        self._waiting: list[events.Key] = []

    @property
    def is_shut(self) -> bool:
        """Must keys wait?"""
        return self._moves > 0

    def shut(self) -> None:
        """A move begins; `pass_through` ends it."""
        self._moves += 1

    def keep(self, event: events.Key) -> None:
        """A key that has to wait."""
        again = events.Key(event.key, event.character)
        again.time = event.time
        self._waiting.append(again)

    async def pass_through(self, path: tuple[MessagePump, ...], ready: Awaitable[object] | None) -> None:
        """Wait until the last key is through the old place, which hands it on along `path`, and the new one is ready."""
        for place in path:
            passed = asyncio.Event()
            if place.call_later(passed.set):  # behind every key that is there already
                await passed.wait()
        if ready is not None:
            await ready

    def opened(self) -> list[events.Key]:
        """A move is over: the keys that waited, in the order they were pressed; none while another move goes on."""
        self._moves -= 1
        if self._moves:
            return []
        waiting, self._waiting = self._waiting, []
        return sorted(waiting, key=attrgetter("time"))
