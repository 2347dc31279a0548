"""Starting and stopping: nothing heavy before the first paint, a crash that gives the terminal back."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent_tui.tui import keys
from tests.tui.test_hostile import on_a_terminal, read_until, rest
from tests.tui.world import bakery, desk_of, open_app, shown, toasts, until

ROOT = Path(__file__).parent.parent.parent

HEAVY = {
    "bs4",
    "email.policy",
    "httpx",
    "imaplib",
    "imapclient",
    "keyring",
    "markdown_it",
    "phonenumbers",
    "pygments",
    "selectolax",
    "smtplib",
    "sqlite3",
    "textual.widgets._data_table",
    "textual.widgets._markdown",
    "tinydb",
    "tree_sitter",
    "twilio",
}

PAINTED = """
import asyncio, sys
from tests.tui.world import bakery, open_app

async def main():
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter")
        print(*sorted(sys.modules))

asyncio.run(main())
"""


def test_nothing_heavy_is_loaded_before_the_screen_is_painted() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAINTED],
        check=False,
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stdout.split())


CRASH = """
import asyncio, logging, pathlib
from agent_tui.tui.app import AgentApp
from tests.tui.world import bakery

async def main():
    log = pathlib.Path("{log}")
    logging.basicConfig(filename=log)
    world = await bakery()
    app = AgentApp(world.desk, icons="unicode", log=log)
    def explode():
        raise RuntimeError("secret words of a customer \\x1b]2;X\\x07")
    app.desk_screen.do_help = explode
    await app.run_async()

asyncio.run(main())
"""


def test_a_crash_gives_the_terminal_back_and_names_the_log(tmp_path: Path) -> None:
    log = tmp_path / "agent-tui.log"
    with on_a_terminal("-c", CRASH.format(log=log)) as main:
        got = read_until(main, b"Twelve people")
        os.write(main, b"?")
        got = rest(main)
    after = got.rpartition(b"\x1b[?1049l")[2]
    assert b"stopped because of an unexpected error (RuntimeError)" in after
    assert str(log).encode() in b"".join(after.split())
    assert b"Traceback" not in after
    assert b"secret words" not in got
    assert "secret words" in log.read_text()


async def test_an_error_in_some_work_is_told_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = await bakery()

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    async with open_app(world) as pilot:
        monkeypatch.setattr(type(world.desk.inbox), "done", broken)
        with caplog.at_level(logging.ERROR):
            await pilot.press("e")
            await until(pilot, lambda: any("Something went wrong here" in t for t in toasts(pilot)))
        assert "a bug" in caplog.text
        await pilot.press("j", "enter")
        await until(pilot, lambda: "Where is my invoice?" in shown(pilot))


async def test_an_error_with_a_remedy_says_both(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent_tui.core.errors import Full

    world = await bakery()

    async def full(*_: object, **__: object) -> None:
        raise Full("the disk is full", remedy="make room, then try again")

    async with open_app(world) as pilot:
        monkeypatch.setattr(type(world.desk.inbox), "done", full)
        await pilot.press("e")
        await until(pilot, lambda: any("The disk is full" in t and "make room" in t for t in toasts(pilot)))


async def test_a_draft_that_could_not_be_kept_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent_tui.core.errors import Full

    world = await bakery()

    async def full(*_: object, **__: object) -> None:
        raise Full("the disk is full", remedy="make room, then try again")

    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        with monkeypatch.context() as patch:
            patch.setattr(type(world.desk.timeline), "save_draft", full)
            await pilot.press("r", *"dear", "escape")
            await until(pilot, lambda: any("The disk is full" in t for t in toasts(pilot)))
        await pilot.press("r")
        await until(pilot, lambda: desk.composer.text == "dear")


def test_the_page_of_keys_is_made_from_the_table() -> None:
    assert keys.keys_markdown().startswith("# Keys\n")
