"""One key at a time: the next one is let in when the last has done what it does, however fast they come.

A key runs through the place where the agent is, then through all it stands in, up to the screen; only there is it a
command. A box may open by it, close, or a command hold the keys. Were the next one let in before, it would go where
she no longer is: a letter lost, two that change places, a word that runs as commands. Letters of a text do nothing else
and wait for nothing.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeAlias

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

ROUNDS = 2  # the key itself; what the place says because of it
PATIENCE = 0.25  # seconds for a place that is being closed meanwhile

Keyed: TypeAlias = events.Key | events.Paste


def is_letter(event: events.Key) -> bool:
    """Does the key write? With Alt held, terminals send the letter too, but it is a command's key."""
    return event.is_printable and not event.key.startswith(("alt+", "ctrl+"))


class Idle(Protocol):
    """Who runs the commands: does one hold, or a box open; and the wait until none does."""

    @property
    def is_idle(self) -> bool:
        """May the next key come?"""

    async def idle(self) -> None:
        """Until it may."""


class Gate:
    """Before all places of the program. `let_in` gives a key to where the agent is, whose commands are the desk's."""

    def __init__(
        self,
        app: App[Any],
        let_in: Callable[[Keyed], Awaitable[None]],
        desk: Idle,
    ) -> None:
        self._app, self._let_in, self._desk = app, let_in, desk
        self._waiting: deque[Keyed] = deque()
        self._busy = False

    @property
    def is_empty(self) -> bool:
        """Does no key wait, and is none on its way?"""
        return not self._busy and not self._waiting

    async def take(self, event: Keyed) -> None:
        """A key that was pressed, or a text that was pasted: let in now, or as soon as it may."""
        path: Sequence[Widget] | None = ()
        if self._busy or not self._desk.is_idle:
            self._waiting.append(event)
        else:
            path = await self._step(event)
        if path is not None and not self._busy:
            self._busy = True
            self._app.run_worker(self._follow(path), group="gate", exit_on_error=False)

    async def _step(self, event: Keyed) -> Sequence[Widget] | None:
        """Let one in: the places it runs through; None when it is but text."""
        focused = self._app.focused
        is_text = isinstance(event, events.Paste) or is_letter(event)
        path = (
            None if is_text and isinstance(focused, Input | TextArea) else _path(focused or self._app.screen)
        )
        await self._let_in(event)
        return path

    async def _follow(self, path: Sequence[Widget] | None) -> None:
        """Until nothing waits any more."""
        try:
            while True:
                if path is not None:
                    await self._through(path)
                    await self._desk.idle()
                if not self._waiting:
                    return
                path = await self._step(self._waiting.popleft())
        finally:
            self._busy = False

    async def _through(self, path: Sequence[Widget]) -> None:
        for _ in range(ROUNDS):
            for place in (*path, self._app.screen):
                await _passed(place)


def _path(place: Widget) -> Sequence[Widget]:
    """The place, and all it stands in, up to the screen."""
    places: list[Widget] = []
    for node in place.ancestors_with_self:
        if isinstance(node, Widget):
            places.append(node)
        if isinstance(node, Screen):
            break
    return places


async def _passed(place: Widget) -> None:
    """Until the place has dealt with all that it was given by now."""
    passed = asyncio.Event()
    if place.is_attached and place.call_later(passed.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(passed.wait(), PATIENCE)
