"""Whatever strangers write can be read and does nothing: in every field, and not one byte of it in the terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from textual.color import Color

from agent_tui.tui.guard import Guard
from tests.tui.hostile import PROBES, hostile_world
from tests.tui.world import bakery, desk_of, open_app, shown, until

ROOT = Path(__file__).parent.parent.parent


async def test_every_probe_in_every_field_is_shown_and_the_program_lives() -> None:
    world = await hostile_world()
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("v")
        await until(pilot, lambda: len(desk.inbox.roll) == len(PROBES))
        for _ in PROBES:
            await pilot.press("r", "alt+j")
            assert pilot.app.is_running
            assert all(line.isprintable() for line in shown(pilot).splitlines())
            assert {cell_len(line) for line in shown(pilot).splitlines()} == {160}


@pytest.mark.parametrize("keys", [("/", "x"), (":",), ("R",), ("C",), ("enter", "o"), ("?",)])
async def test_above_the_desk_too(keys: tuple[str, ...]) -> None:
    async with open_app(await hostile_world()) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert all(line.isprintable() for line in shown(pilot).splitlines())
        await pilot.press("escape")
        assert pilot.app.is_running


async def test_markup_is_plain_text_and_a_click_on_it_does_nothing() -> None:
    world = await bakery()
    await world.news(
        (await world.messages())[0][0].author,
        "[@click=app.quit]press me[/] [/]",
        subject="[bold]S[/bold] [/]",
    )
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "[@click=app.quit]press me[/] [/]" in shown(pilot))
        assert "[bold]S[/bold] [/]" in shown(pilot)
        rows = shown(pilot).splitlines()
        y = next(
            y for y, row in enumerate(rows) if "press me[/] [/]" in row and y > desk.timeline.region.y + 5
        )
        await pilot.click(offset=(rows[y].index("press me", 40), y))
        await pilot.pause()
        assert pilot.app.is_running


def test_the_guard_lets_only_printable_text_pass() -> None:
    control = Segment("\x1b[1;1H", None, [(ControlType.HOME,)])
    segments = [Segment("plain"), Segment("bad\x1b]52;c;QQ==\x07\x9b2J\u202eend\n"), control]
    shown_ = Guard().apply(segments, Color(0, 0, 0))
    assert shown_[0] == segments[0]
    assert shown_[1].text == "bad<U+202E>end"
    assert shown_[2] is control


def test_the_guard_costs_nothing_when_all_is_well() -> None:
    segments = [Segment("plain"), Segment("text")]
    assert Guard().apply(segments, Color(0, 0, 0)) is segments


@contextmanager
def on_a_terminal(*command: str, size: tuple[int, int] = (100, 30)) -> Iterator[int]:
    """A program on a pseudo-terminal of its own; gives its other end."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=ROOT,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )
    os.close(side)
    try:
        yield main
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(main)


def read_until(main: int, words: bytes, seconds: float = 30) -> bytes:
    """Everything the program wrote until `words` came, or until it ended."""
    got, end = b"", time.monotonic() + seconds
    while words not in got and time.monotonic() < end:
        if select.select([main], [], [], 0.1)[0]:
            try:
                got += os.read(main, 65536)
            except OSError:  # the other end is closed
                break
    assert words in got, got[-2000:]
    return got


def quiet(main: int) -> bytes:
    """What it writes until it has nothing more to write."""
    got = b""
    while select.select([main], [], [], 0.15)[0]:
        try:
            got += os.read(main, 65536)
        except OSError:
            break
    return got


def rest(main: int) -> bytes:
    """What it writes until it ends."""
    got = b""
    while select.select([main], [], [], 20)[0]:
        try:
            got += os.read(main, 65536)
        except OSError:
            break
    return got


@pytest.mark.parametrize("no_color", [False, True])
def test_not_one_byte_of_a_probe_reaches_a_real_terminal(
    no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    with on_a_terminal("-m", "tests.tui.hostile") as main:
        got = read_until(main, b"[@click")
        got += quiet(main)
        for key in (b"v", *[b"r", b"\x1bj"] * len(PROBES), b"/x", b"\x1b", b"G\ro", b"\x1b"):
            os.write(main, key)
            got += quiet(main)
        before_leaving = got
        os.write(main, b"\x11")  # Ctrl+Q
        got += rest(main)
    for probe in PROBES:
        for forbidden in probe.bytes:
            assert forbidden not in before_leaving, (probe, forbidden)
    assert b"\x1b[?1049l" not in before_leaving
    assert b"\x1b[?1049l" in got, got[-500:]
    coloured = any(code in got for code in (b"[38;", b";38;", b"[48;", b";48;"))
    assert coloured is not no_color
