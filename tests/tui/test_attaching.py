"""Files that go with a reply: chosen by a path, shown with their size, kept with the draft, sent; or refused in words."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from agent_tui.core.channel import Capabilities
from agent_tui.core.model import customer_id
from agent_tui.tui import paths
from agent_tui.tui.screens.choosing import FileChoosing
from tests.scripted import ANA, ScriptedChannel
from tests.tui.world import World, bakery, desk_of, open_app, shown, toasts, until

A = customer_id(ANA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the agent has on her disk."""
    (tmp_path / "menu.pdf").write_bytes(b"%PDF menu")
    (tmp_path / "map.png").write_bytes(b"x" * 2000)
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "order.csv").write_bytes(b"1;2")
    return tmp_path


async def carrying(limit: int = 5_000) -> World:
    """The bakery, its mail taking files up to so many bytes."""
    world = await bakery()
    mail = world.adapters["mail"]
    assert isinstance(mail, ScriptedChannel)
    can = Capabilities(subject=True, threads=True, copies=True, files=limit)
    mail.can = can
    info = world.desk.channels["mail"]
    object.__setattr__(info, "can", can)
    return world


def chooser(pilot: Pilot[None]) -> FileChoosing | None:
    """The list of files, when it is open."""
    screen = pilot.app.screen
    return screen if isinstance(screen, FileChoosing) else None


def write(pilot: Pilot[None], path: str) -> None:
    """A path, in place of the one that stands there."""
    field = pilot.app.screen.query_one("#typed", Input)
    field.value = path
    field.cursor_position = len(path)


async def attach(pilot: Pilot[None], path: Path, *, says: str = "") -> None:
    """alt+a, a path, Enter; until the screen says so."""
    await pilot.press("alt+a")
    await until(pilot, lambda: chooser(pilot) is not None)
    write(pilot, str(path))
    await pilot.press("enter")
    await until(pilot, lambda: says in shown(pilot))


async def test_a_file_is_shown_with_its_size_and_leaves_with_the_words(folder: Path) -> None:
    world = await carrying()
    async with open_app(world) as pilot:
        await pilot.press("r", *"Here")
        await attach(pilot, folder / "menu.pdf", says="menu.pdf 9 bytes")
        await attach(pilot, folder / "map.png", says="map.png 2 kB")
        assert "2 kB of 5 kB" in shown(pilot)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
    message, _ = (await world.messages())[-1]
    assert [(a.name, a.media_type) for a in message.attachments] == [
        ("menu.pdf", "application/pdf"),
        ("map.png", "image/png"),
    ]
    assert await world.desk.timeline.draft(A, note=False) is None
    world.clock.tick(seconds=60)
    await world.sync()
    assert [file.data for file in world.mail.taken[-1].files] == [b"%PDF menu", b"x" * 2000]


async def test_tab_completes_folders_open_and_hidden_files_stay_hidden(folder: Path) -> None:
    world = await carrying()
    async with open_app(world) as pilot:
        await pilot.press("r", "alt+a")
        await until(pilot, lambda: chooser(pilot) is not None)
        write(pilot, f"{folder}/")
        await until(pilot, lambda: "more/" in shown(pilot) and "menu.pdf" in shown(pilot))
        assert ".hidden" not in shown(pilot)
        await pilot.press(*"mo", "tab")
        await until(pilot, lambda: "order.csv" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "order.csv 3 bytes" in shown(pilot))


async def test_files_are_kept_with_the_draft_and_one_is_taken_off(folder: Path) -> None:
    world = await carrying()
    async with open_app(world) as pilot:
        await pilot.press("r")
        await attach(pilot, folder / "menu.pdf", says="menu.pdf 9 bytes")
        await pilot.press("escape")
        await until(pilot, lambda: "goes on with your draft: menu.pdf" in shown(pilot))
    (folder / "menu.pdf").unlink()
    async with open_app(world) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "menu.pdf 9 bytes" in shown(pilot))
        await pilot.press("alt+a")
        await until(pilot, lambda: "Take off menu.pdf" in shown(pilot))
        await pilot.press("up", "enter")
        await until(pilot, lambda: chooser(pilot) is None and "menu.pdf" not in shown(pilot))
    assert await world.desk.timeline.draft(A, note=False) is None


async def test_undo_brings_the_files_back(folder: Path) -> None:
    world = await carrying()
    async with open_app(world) as pilot:
        await pilot.press("r", *"Here")
        await attach(pilot, folder / "menu.pdf", says="menu.pdf 9 bytes")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
        await pilot.press("z")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Here")
        sheet = desk_of(pilot).writing.sheet
        assert sheet is not None
        assert [one.data for one in sheet.files] == [b"%PDF menu"]


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [
        ("map.png", 1000, "too large for mail"),
        ("map.png", 0, "cannot carry files"),
        ("locked", 5000, "cannot be read"),
    ],
)
async def test_what_cannot_go_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, said: str
) -> None:
    (folder / "locked").write_bytes(b"x")
    read = Path.read_bytes

    def refused(path: Path) -> bytes:  # a superuser may read everything
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    world = await carrying(limit)
    async with open_app(world) as pilot:
        await pilot.press("r", *"Here")
        if limit:
            await attach(pilot, folder / name)
        else:
            await pilot.press("alt+a")
        await until(pilot, lambda: any(said in toast for toast in toasts(pilot)))
        assert desk_of(pilot).composer.text == "Here"
        sheet = desk_of(pilot).writing.sheet
        assert sheet is not None
        assert sheet.files == ()


async def test_a_file_that_is_not_there_is_said_where_it_was_typed(folder: Path) -> None:
    world = await carrying()
    async with open_app(world) as pilot:
        await pilot.press("r")
        await attach(pilot, folder / "nothing", says="There is no file")


async def test_a_note_carries_no_files() -> None:
    world = await carrying()
    async with open_app(world) as pilot:
        await pilot.press("n", "alt+a")
        await until(pilot, lambda: any("A note carries no files" in toast for toast in toasts(pilot)))


def test_paths_complete_one_folder_and_never_raise(folder: Path) -> None:
    assert [o.name for o in paths.offers(f"{folder}/M")] == ["more/", "map.png", "menu.pdf"]
    assert [o.name for o in paths.offers(f"{folder}/.h")] == [".hidden"]
    assert paths.offers(f"{folder}/nowhere/x") == ()
    assert paths.offers("\0/") == ()
    assert not paths.is_file(paths.expand("~nobody-of-that-name/x" + "y" * 5000))
