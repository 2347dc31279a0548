"""A terminal as cells, and as a text that can be read, kept and compared: the characters, then the colours of each line.

Of a line, ``40a 12b`` says that 40 cells look like style ``a`` and 12 like ``b``; the styles are told at the end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from string import ascii_letters

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.pilot import Pilot


@dataclass(frozen=True, slots=True)
class Cell:
    """One character, and how it looks; one of two cells' width is followed by an empty one."""

    character: str
    style: Style


def cells(pilot: Pilot[None]) -> list[list[Cell]]:
    """The terminal as it is now, through every filter of the program."""
    screen = pilot.app.screen
    rows = []
    for strip in screen._compositor.render_strips(pilot.app.size):
        for each in pilot.app.get_line_filters():
            strip = strip.apply_filter(each, screen.background_colors[1])
        rows.append([cell for segment in strip for cell in _apart(segment.text, segment.style or Style())])
    return rows


def _apart(text: str, style: Style) -> Iterator[Cell]:
    for character in text:
        width = cell_len(character)
        yield from (Cell(character if n == 0 else "", style) for n in range(width))


def characters(rows: Iterable[list[Cell]]) -> str:
    """What is written, without the spaces at the end of lines."""
    return "".join("".join(cell.character for cell in row).rstrip() + "\n" for row in rows)


def colours(rows: Iterable[list[Cell]]) -> str:
    """How it looks."""
    told = [[_told(cell) for cell in row] for row in rows]
    names = {style: _name(n) for n, style in enumerate(sorted({style for row in told for style in row}))}
    lines = [" ".join(f"{len(list(run))}{names[style]}" for style, run in groupby(row)) for row in told]
    same = [(line, len(list(run))) for line, run in groupby(lines)]
    legend = [f"{name}: {style}" for style, name in names.items()]
    return "\n".join([*(f"{n} x {line}" if n > 1 else line for line, n in same), *legend]) + "\n"


def _name(number: int) -> str:
    return ascii_letters[number % 52] * (number // 52 + 1)


def _told(cell: Cell) -> str:
    """Colours and weight. A blank has no foreground, unless it is drawn by one."""
    style = cell.style
    marks = [mark for mark in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, mark)]
    front = _colour(style.color) if cell.character.strip() or "reverse" in marks else "-"
    return " ".join([front, "on", _colour(style.bgcolor), *marks])


def _colour(colour: Color | None) -> str:
    if colour is None or colour.is_default:
        return "default"
    return colour.name


def contrast(cell: Cell) -> float | None:
    """How far the colour of a character stands from its ground, 1 to 21 (WCAG 2.2); None where the terminal decides."""
    front, back = cell.style.color, cell.style.bgcolor
    if front is None or back is None or front.is_default or back.is_default:
        return None
    light, dark = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in colour.get_truecolor())
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
