"""Charts as lines: bars in braille dots, drawn with plotille; in ASCII, the same cells as plain characters.

The library is given numbers and nothing else, so no text from outside ever passes through it; labels are our own
spans. It is imported with the first chart. Two rows of bars side by side differ by their width in dots as well as by
their colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent_tui.tui import icons as icon_sets
from agent_tui.tui.icons import Icons
from agent_tui.tui.lines import Line, Role, Span

if TYPE_CHECKING:
    from plotille import Canvas

_BLANK = 0x2800  # the braille pattern of no dots
AXIS = 5
"""Cells left of a chart of columns."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Values side by side, and how they look."""

    values: Sequence[int]
    role: Role
    thin: bool = False


def columns(
    bars: Sequence[Bars], marks: Sequence[tuple[int, str]], width: int, height: int, icons: Icons
) -> list[Line]:
    """Standing bars, the parts of each slot beside each other; `marks` name some slots below the chart.

    Where not every slot has room, neighbours are added up.
    """
    room = max(width - AXIS, len(bars))
    many = -(-len(bars[0].values) // max(1, room // len(bars)))
    bars = [Bars(_added(each.values, many), each.role, each.thin) for each in bars]
    slot = room // len(bars[0].values)
    thick = max(1, (slot - (slot > len(bars))) // len(bars))  # a gap between slots where there is room
    top = max(1, *(value for each in bars for value in each.values))
    drawn = [_standing(each, top, thick, height) for each in bars]
    lines = []
    for y in range(height):
        label = str(top) if y == 0 else "0" if y == height - 1 else ""
        spans: list[Span] = [(f"{label:>{AXIS - 1}} ", Role.DIM)]
        for number in range(len(bars[0].values)):
            part = slice(number * thick, (number + 1) * thick)
            parts = zip(bars, drawn, strict=True)
            spans += [(shown(rows[y][part], icons, thin=each.thin), each.role) for each, rows in parts]
            spans.append((" " * (slot - thick * len(bars)), Role.TEXT))
        lines.append(Line(tuple(_joined(spans))))
    return [*lines, _marks([(number // many * slot, words) for number, words in marks], width - AXIS)]


def _added(values: Sequence[int], many: int) -> list[int]:
    return [sum(values[first : first + many]) for first in range(0, len(values), many)]


def _marks(marks: Sequence[tuple[int, str]], room: int) -> Line:
    """The names below a chart, but for those that would touch another or the edge."""
    below = ""
    for place, words in marks:
        if place > len(below) - (not below) and place + len(words) <= room:
            below += " " * (place - len(below)) + words
    return Line(((" " * AXIS + below, Role.DIM),))


def lying(value: int, top: int, width: int, icons: Icons, *, thin: bool = False) -> str:
    """One bar that lies, `width` cells for `top`; as long as the room it takes."""
    dots = _dots(value, top, width * 2)
    canvas = _canvas(width, 1)
    for row in (1, 2) if thin else (0, 1, 2, 3):
        if dots:
            canvas.line(0, row, dots - 1, row)
    return shown(_rows(canvas)[0], icons, thin=thin)


def shown(cells: str, icons: Icons, *, thin: bool = False) -> str:
    """Braille cells as they are drawn with a set of signs."""
    if icons is not icon_sets.ASCII:
        return cells.replace(chr(_BLANK), " ")
    full = ":" if thin else "#"
    return "".join(" " if not bits else full for bits in (ord(cell) - _BLANK for cell in cells))


def _standing(bars: Bars, top: int, thick: int, height: int) -> list[str]:
    canvas = _canvas(len(bars.values) * thick, height)
    for number, value in enumerate(bars.values):
        dots = _dots(value, top, height * 4)
        first = number * thick * 2
        for x in range(first, first + (max(1, thick * 2 - 1) if bars.thin else thick * 2)):
            if dots:
                canvas.line(x, 0, x, dots - 1)
    return _rows(canvas)


def _dots(value: int, top: int, most: int) -> int:
    """How many dots a value is worth; what is not nothing is seen."""
    return max(1, round(value / max(top, 1) * most)) if value > 0 else 0


def _canvas(width: int, height: int) -> "Canvas":
    from plotille import Canvas

    return Canvas(width=width, height=height, xmin=0, ymin=0, xmax=width * 2, ymax=height * 4)


def _rows(canvas: "Canvas") -> list[str]:
    return str(canvas.plot(linesep="\n")).split("\n")


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Neighbours of one role as one, and nothing empty."""
    joined: list[Span] = []
    for text, role in spans:
        if joined and joined[-1][1] is role:
            joined[-1] = (joined[-1][0] + text, role)
        elif text:
            joined.append((text, role))
    return joined
