"""The real screen on the demo's desk at a moment that never passes: for pictures, and for whoever compares them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.pilot import Pilot

from agent_tui import bootstrap
from agent_tui.core.clock import SystemClock
from agent_tui.services.desk import Desk
from agent_tui.tui.app import AgentApp
from storage.memory import MemoryStore

NOON = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)  # a Friday
ROUNDS = 2_000
LONG = 3600.0  # seconds: nothing counts as read while a picture is taken
STILL = 3  # rounds in which nothing new was painted


class StillClock(SystemClock):
    """It is always the same moment; ids rise all the same."""

    def now(self) -> datetime:
        """The moment of the picture."""
        return NOON


async def demo_desk(folder: Path) -> Desk:
    """The desk of the demo's shop: messages in memory, what is a file in `folder`."""
    clock = StillClock()
    settings = bootstrap.demo_settings(folder)
    slow = {name: {**table, "speed": 1e-6} for name, table in settings.channels.items()}
    settings = replace(settings, channels=slow)  # nobody writes while the picture is taken
    store = MemoryStore(clock)
    await bootstrap.fill_demo(settings, store, clock.now())
    return bootstrap.open_desk(settings, store=store, clock=clock)


@asynccontextmanager
async def staged(size: tuple[int, int], **options: Any) -> AsyncIterator[Pilot[None]]:
    """The screen, headless, once the first customer is on it and every channel is well."""
    with TemporaryDirectory() as folder:
        desk = await demo_desk(Path(folder))
        async with _playing(AgentApp(desk, zone=UTC, **options), size) as pilot:
            yield pilot


@asynccontextmanager
async def _playing(app: AgentApp, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    desk = app.desk_screen.desk
    app.desk_screen.dwell = LONG
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(desk.feed.run()), group.create_task(desk.host.run())]
        async with app.run_test(size=size, notifications=True) as pilot:
            app.desk_screen.composer.words.cursor_blink = (
                False  # its drawn lines remember the other half of a blink
            )
            await until(pilot, lambda: app.desk_screen.reading.card is not None)
            await until(pilot, lambda: all(h.state == "ok" for h in desk.host.health().values()))
            yield pilot
        for task in beside:
            task.cancel()


async def pose(pilot: Pilot[None], keys: Iterable[str], typed: str, words: Iterable[str]) -> None:
    """Press keys, type, and wait until these words are on the screen."""
    assert isinstance(pilot.app, AgentApp)
    for key in (*keys, *("space" if character == " " else character for character in typed)):
        await pilot.press(key)
    wanted = tuple(words)
    await until(pilot, lambda: all(each in shown(pilot) for each in wanted))
    pilot.app.desk_screen.tell_bars()
    for cursor in pilot.app.screen.query("TextArea, Input"):
        cursor.cursor_blink = False  # type: ignore[attr-defined]
    await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    """Let the program go on until it paints nothing new any more."""
    same, before = 0, ""
    for _ in range(ROUNDS):
        await pilot.pause()
        same, before = (same + 1 if (now := shown(pilot)) == before else 0), now
        if same >= STILL:
            return
    raise RuntimeError(f"the screen never comes to rest:\n{before}")


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Let the program go on until something is so."""
    for _ in range(ROUNDS):
        if true():
            return
        await pilot.pause()
    raise RuntimeError(f"the screen never came to look as it should:\n{shown(pilot)}")


def shown(pilot: Pilot[None]) -> str:
    """Every line of the terminal as it is now."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
