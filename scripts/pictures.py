"""Takes pictures of the real screen on the demo's desk, for the documents and for whoever wants to look.

``python -m scripts.pictures`` writes docs/pictures/*.png; with names, only those; ``--to DIR`` elsewhere. The clock
stands still, so that the same program makes the same pictures. Needs the font DejaVu Sans Mono.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import resvg_py

from agent_tui.tui.icons import IconSet
from scripts.stage import pose, staged

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
FONT = "DejaVu Sans Mono"
ZOOM = 1.0


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
    "search-120x40": Picture(
        size=(120, 40), keys=("/",), typed="cake from:ana on:email after:1y", until=("found",)
    ),
    "jump-100x30": Picture(size=(100, 30), keys=("enter", "g"), until=("Esc leaves",)),
    "find-80x24": Picture(size=(80, 24), keys=("enter", "/"), typed="cake", until=("1 of",)),
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
    async with staged(picture.size, icons=picture.icons, theme=picture.theme) as pilot:
        await pose(pilot, picture.keys, picture.typed, picture.until)
        return pilot.app.export_screenshot(title="agent-tui")


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
