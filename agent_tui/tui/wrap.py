"""Breaking text into lines of terminal cells.

A pure function and linear in the length of the text: a stranger's message of one unbroken word of 300,000 ideographs
is wrapped in a blink too. Widths are those of `rich.cells`, which the screen measures with.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.cells import get_character_cell_size

NARROWEST = 2
"""No line can be narrower, in cells: an ideograph takes two."""

_VS16 = "\ufe0f"  # makes some characters before it a cell wider


class _Cells(dict[str, int]):
    """The width of each character, at least as much as `rich.cells.cell_len` counts for it."""

    def __missing__(self, char: str) -> int:
        if len(self) > 30_000:
            self.clear()
        cells = 1 if char == _VS16 else get_character_cell_size(char)
        self[char] = cells
        return cells


_cells = _Cells()


def wrap(text: str, width: int) -> list[str]:
    """The lines of `text`, none wider than `width` cells (`NARROWEST` at least).

    Breaks at spaces, which go, and before and after wide characters; a word longer than a line is cut. Nothing else
    is lost: lines that fit stay as they are, indentation and empty lines included.
    """
    width = max(width, NARROWEST)
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= width and line.isascii():
            lines.append(line)
        else:
            lines += _wrap_line(line, width)
    return lines


def _wrap_line(line: str, width: int) -> list[str]:
    """`edges[i]` is where, in cells, the character `i` begins; a search in it finds how far a line reaches."""
    edges: Sequence[int] = range(len(line) + 1)
    if not line.isascii():
        edges = list(accumulate(map(_cells.__getitem__, line), initial=0))
    lines, start = [], 0
    while edges[-1] - edges[start] > width:
        end = bisect_right(edges, edges[start] + width) - 1
        stop = _break(line, edges, start, end)
        lines.append(line[start:stop].rstrip(" "))
        start = _skip_spaces(line, stop)
    return [*lines, line[start:]] if start < len(line) else lines


def _break(line: str, edges: Sequence[int], start: int, end: int) -> int:
    """Where to break a line that reaches `end` at most: beside the last space or wide character, else at `end`."""
    space = line.rfind(" ", start, end + 1)
    at = space if isinstance(edges, range) else _beside_wide(edges, max(space, start), end)
    return at if at > start and line[start:at].strip(" ") else end


def _beside_wide(edges: Sequence[int], first: int, end: int) -> int:
    """The last place after `first` with a wide character on either side, else `first`."""
    for at in range(end, first, -1):
        if edges[at + 1] - edges[at] == 2 or edges[at] - edges[at - 1] == 2:
            return at
    return first


def _skip_spaces(line: str, at: int) -> int:
    while at < len(line) and line[at] == " ":
        at += 1
    return at
