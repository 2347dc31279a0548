"""Every screen at three sizes, in both themes and sets of signs: as it was drawn, and as it has to be."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea

from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.lines import LineView
from tests.pictures.album import LOOKS, Grid, Size, page, path, show
from tests.pictures.grid import characters, contrast
from tests.pictures.scenes import SCENES
from tests.pictures.spoken import PATH, spoken

READABLE = 3.0
"""The least contrast of a sign (WCAG 2.2, 1.4.11); what is read in passing may have no less either."""


@pytest.mark.timeout(180)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SCENES)
async def test_a_screen(name: str, look: str) -> None:
    wrong, different = [], []

    def taken(size: Size, pilot: Pilot[None], grid: Grid) -> None:
        found = [*_wrong(pilot), *_misdrawn(grid, size, look), *_too_dim(grid, _in_front(pilot))]
        wrong.extend([*found, f"{size}\n{characters(grid)}"] if found else [])
        different.extend(_differences(path(name, size, look), page(grid)))

    await show(name, look, taken)
    assert not wrong, "\n".join(wrong)
    assert not different, "look, then: make pictures\n" + "\n".join(different)


async def test_in_lines() -> None:
    assert _differences(PATH, await spoken()) == []


def _differences(kept: Path, now: str) -> list[str]:
    before = kept.read_text("utf-8") if kept.exists() else ""
    return list(unified_diff(before.splitlines(), now.splitlines(), kept.name, "now", n=1, lineterm=""))


def _misdrawn(grid: Grid, size: Size, look: str) -> Iterator[str]:
    """What is wrong with the picture itself."""
    if [len(row) for row in grid] != [size[0]] * size[1]:
        yield "not as wide or high as the terminal"
    if LOOKS[look][1] == "ascii":
        strange = {c for c in _chrome(grid) if not c.isascii()}
        if strange:
            yield f"not ASCII: {''.join(sorted(strange))}"


def _in_front(pilot: Pilot[None]) -> Region:
    """What is not dimmed by a box that lies above it."""
    boxes = pilot.app.screen.query("#box")
    return boxes.first().region if boxes else pilot.app.screen.region


def _too_dim(grid: Grid, region: Region) -> list[str]:
    dim = {
        f"{cell.character!r} in {cell.style} at {contrast(cell):.1f}"
        for x, y in ((x, y) for y in region.line_range for x in region.column_range)
        if (cell := grid[y][x]).character.isalnum() and (contrast(cell) or READABLE) < READABLE
    }
    return sorted(dim)[:3]


def _chrome(rows: Grid) -> Iterator[str]:
    """Signs and lines; letters are the customers' own, whatever the terminal makes of them."""
    return (c for row in rows for cell in row for c in cell.character if not c.isalnum() and c not in PROSE)


PROSE = frozenset("“”‘’«»–—…€’")
"""What people write in the demo; our own texts are held to ASCII by the screen's tests."""


def _wrong(pilot: Pilot[None]) -> list[str]:
    """Widgets that lie on each other, and texts that are cut without a mark."""
    widgets = [w for w in pilot.app.screen.walk_children(Widget) if w.region.area and w.display]
    leaves = [w for w in widgets if not any(child.region.area for child in w.children)]
    laid = [w for w in leaves if w.styles.dock == "none" and "Toast" not in type(w).__name__]
    return [*_overlaps(laid, pilot.app.screen), *(f"{w} is cut: {why}" for w in leaves for why in _cut(w))]


def _overlaps(widgets: list[Widget], screen: Screen[Any]) -> Iterator[str]:
    seen = {widget: screen.find_widget(widget).visible_region for widget in widgets}
    for index, one in enumerate(widgets):
        for other in widgets[index + 1 :]:
            if one.layer == other.layer and seen[one].overlaps(seen[other]):
                yield f"{one} lies on {other}"


def _cut(widget: Widget) -> Iterator[str]:
    if isinstance(widget, LineView):
        shown = (widget.line_at(widget.top + y) for y in range(widget.height))
        yield from (line.text for line in shown if line.width > widget.width)
    elif isinstance(widget, Bar):
        line, _ = widget._make(widget.size.width)
        if cell_len(line.text.rstrip()) > widget.size.width:
            yield line.text
    elif isinstance(widget, TextArea):
        x, y = widget.wrapped_document.location_to_offset(widget.cursor_location)
        cursor = widget.content_region.offset + Offset(x, y) - widget.scroll_offset
        if not widget.screen.find_widget(widget).visible_region.contains_point(cursor):
            yield "the cursor is out of sight"
    elif not widget.is_scrollable:
        needed = widget.get_content_height(widget.size, widget.app.size, widget.content_size.width)
        if needed > widget.content_size.height:
            yield f"{needed} lines in {widget.content_size.height}"
