"""Jumping: a letter or two on everything that is in sight and can be gone to; which letters, and where they stand. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rich.cells import cell_len

from agent_tui.tui.bars import Zone
from agent_tui.tui.lines import Line

LETTERS = "asdfghjklqwertyuiopzxcvbnm"  # those under the fingers first


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something to go to: what it is (a kind and a name), and cells beside it that say nothing: `room` up to `end`.

    `near`: a single letter stands at the end of them, beside its target, not at their beginning.
    """

    key: str
    end: int
    y: int
    room: int = 2
    near: bool = False


def labelled(targets: Iterable[Target]) -> dict[str, str]:
    """Letters for each target, by its key; no one's letters begin another's. Where there is one cell, one letter."""
    rooms: dict[str, int] = {}
    for target in targets:
        rooms.setdefault(target.key, target.room)
    ordered = sorted(rooms, key=lambda key: rooms[key] > 1)
    return dict(zip(ordered, letters(len(ordered)), strict=False))


def letters(count: int) -> Iterator[str]:
    """So many: single ones first, as few of two as are needed."""
    size = len(LETTERS)
    firsts = next((n for n in range(size) if size - n + n * size >= count), size)
    yield from LETTERS[: size - firsts]
    yield from (first + second for first, second in product(LETTERS[size - firsts :], LETTERS))


def in_bar(line: Line, zones: Sequence[Zone], x: int, y: int) -> Iterator[Target]:
    """What can be clicked in a drawn line, wherever a cell before it, or its first one, is blank."""
    cells = by_cell(line.text)
    for zone in zones:
        before = cells[max(zone.start - 2, 0) : zone.start]
        blank = len(before) - len(before.rstrip(" "))
        if blank or not cells[zone.start : zone.start + 1].strip(" "):
            end = zone.start if blank else zone.start + 1
            yield Target(key=f"run {zone.command}", end=x + end, y=y, room=blank or 1, near=True)


def by_cell(text: str) -> str:
    """A character for each cell: what stands there, NUL in the further ones of a wide character."""
    return "".join(char + "\0" * (cell_len(char) - 1) for char in text)
