"""Takes pictures of the real screen on the demo's desk, for the documents and for whoever wants to look.

``python -m scripts.pictures`` writes docs/pictures/*.png; with names, only those; ``--to DIR`` elsewhere. The clock
stands still, so that the same program makes the same pictures. Needs the font DejaVu Sans Mono.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import resvg_py
from textual.pilot import Pilot

from agent_tui import bootstrap
from agent_tui.core.clock import SystemClock
from agent_tui.tui.app import AgentApp
from agent_tui.tui.icons import IconSet
from storage.memory import MemoryStore

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
NOON = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)  # a Friday
FONT = "DejaVu Sans Mono"
ZOOM = 1.0
ROUNDS = 2_000


class StillClock(SystemClock):
    """It is always the same moment; ids rise all the same."""

    def now(self) -> datetime:
        """The moment of the picture."""
        return NOON


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is on it: the keys that lead there, and words that are there when it is ready."""

    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    until: tuple[str, ...] = ("waiting",)
    theme: str = "dark"
    icons: IconSet = "unicode"
    typed: str = field(default="")


REPLY = "Hello Ana, of course: for twelve people and without nuts. It is ready on Friday at ten."
NOTE = "Nut allergy in the family: ask the kitchen for the almond-free board."

PICTURES: Mapping[str, Picture] = {
    "screen-80x24": Picture(size=(80, 24), keys=("enter",)),
    "screen-120x40": Picture(size=(120, 40), keys=("r",), typed=REPLY, until=("Reply to Ana", "from ")),
    "screen-200x60": Picture(size=(200, 60), keys=("enter", "n"), typed=NOTE, until=("NOTE",)),
    "light-120x40": Picture(size=(120, 40), keys=("enter",), theme="light"),
    "ascii-100x30": Picture(size=(100, 30), keys=("enter",), icons="ascii"),
    "search-120x40": Picture(size=(120, 40), keys=("/",), typed="cake", until=("found",)),
    "help-120x40": Picture(size=(120, 40), keys=("enter", "question_mark"), until=("Keys in",)),
    "lists-120x40": Picture(size=(120, 40), keys=("V",), until=("Failed sends",)),
    "why-80x24": Picture(size=(80, 24), keys=("w",), until=("How urgent",)),
    "marked-120x40": Picture(size=(120, 40), keys=("x", "j", "x", "h"), until=("until they write",)),
    "promise-120x40": Picture(size=(120, 40), keys=("p",), until=("Promise to",)),
    "today-120x40": Picture(size=(120, 40), keys=("D", "p", "p"), until=("By channel",)),
    "narrow-60x24": Picture(size=(60, 24), keys=("enter",)),
}


async def take(picture: Picture) -> str:
    """The picture as SVG, of a desk of its own."""
    clock = StillClock()
    settings = bootstrap.demo_settings(Path("demo"))
    store = MemoryStore(clock)
    await bootstrap.fill_demo(settings, store, clock.now())
    desk = bootstrap.open_desk(settings, store=store, clock=clock)
    app = AgentApp(desk, icons=picture.icons, theme=picture.theme, zone=UTC)
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(desk.feed.run()), group.create_task(desk.host.run())]
        async with app.run_test(size=picture.size, notifications=True) as pilot:
            await _pose(pilot, picture, app)
            svg = app.export_screenshot(title="agent-tui")
        for task in beside:
            task.cancel()
    return svg


async def _pose(pilot: Pilot[None], picture: Picture, app: AgentApp) -> None:
    await _until(pilot, lambda: app.desk_screen.reading.card is not None)
    for key in picture.keys:
        await pilot.press(key)
    for character in picture.typed:
        await pilot.press("space" if character == " " else character)
    await _until(pilot, lambda: all(words in _text(app) for words in picture.until))
    await _until(pilot, lambda: all(h.state == "ok" for h in app.desk_screen.desk.host.health().values()))
    app.desk_screen.tell_bars()
    await pilot.pause()


async def _until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    for _ in range(ROUNDS):
        if true():
            return
        await pilot.pause()
    raise SystemExit("the screen never came to look as it should")


def _text(app: AgentApp) -> str:
    svg = app.export_screenshot()
    return " ".join(re.findall(r">([^<>]+)</text>", svg)).replace("&#160;", " ")


def png(svg: str) -> bytes:
    """The picture as pixels."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code", FONT)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM, monospace_family=FONT))


def main(arguments: list[str]) -> int:
    """Write the pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.pictures", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(PICTURES)}")
    parser.add_argument("--to", type=Path, default=FOLDER, metavar="DIR")
    told = parser.parse_args(arguments)
    told.to.mkdir(parents=True, exist_ok=True)
    for name in told.names or PICTURES:
        path = told.to / f"{name}.png"
        path.write_bytes(png(asyncio.run(take(PICTURES[name]))))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
