"""The pictures that are kept: one file for each screen, size and look."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from textual.events import Paste
from textual.pilot import Pilot

from agent_tui.tui.icons import IconSet
from scripts.stage import pose, settled, staged
from tests.pictures.grid import Cell, cells, characters, colours
from tests.pictures.scenes import SCENES, SIZES

FOLDER = Path(__file__).parent / "album"
LOOKS: Mapping[str, tuple[str, IconSet]] = {"dark": ("dark", "unicode"), "light-ascii": ("light", "ascii")}
"""The theme and the signs of each."""
Size = tuple[int, int]
Grid = list[list[Cell]]


def path(name: str, size: Size, look: str) -> Path:
    """Where a picture is kept."""
    return FOLDER / f"{name}.{size[0]}x{size[1]}.{look}.txt"


def page(grid: Grid) -> str:
    """A picture as it is kept: the characters, and how they look."""
    return f"{characters(grid)}---\n{colours(grid)}"


async def show(name: str, look: str, taken: Callable[[Size, Pilot[None], Grid], None]) -> None:
    """Shows a screen on a terminal of each size: the largest one, which is made smaller."""
    scene, (theme, icons) = SCENES[name], LOOKS[look]
    async with staged(SIZES[-1], icons=icons, theme=theme) as pilot:
        await pose(pilot, scene.keys, "", scene.until if scene.pasted else ())
        if scene.pasted:
            pilot.app.post_message(Paste(scene.pasted))
        await pose(pilot, (), scene.typed, scene.until)
        for size in reversed(SIZES):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            taken(size, pilot, cells(pilot))


async def draw(names: list[str]) -> None:
    """Draw these screens anew, and take away pictures of none."""
    FOLDER.mkdir(exist_ok=True)
    wanted = {path(name, size, look) for name in SCENES for size in SIZES for look in LOOKS}
    for old in set(FOLDER.glob("*.*.txt")) - wanted:
        old.unlink()
    for name in names:
        for look in LOOKS:
            await show(name, look, partial(_keep, name, look))


def _keep(name: str, look: str, size: Size, _pilot: Pilot[None], grid: Grid) -> None:
    path(name, size, look).write_text(page(grid), "utf-8")
