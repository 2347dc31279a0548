"""The workstation in lines, as a picture: what was typed, and what was said."""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import click

from agent_tui.cli.linear.lines import Lines
from agent_tui.cli.linear.session import Session
from agent_tui.tui.keymap import DEFAULT
from scripts.stage import demo_desk
from tests.pictures.album import FOLDER

PATH = FOLDER / "linear.txt"
TYPED = (
    *(
        "help",
        "list",
        "view",
        "open 1",
        "older",
        "newest",
        "quote",
        "whole",
        "card",
        "why",
        "earlier",
        "words",
    ),
    *("find nut", "search cake", "join", "tag +friday", "undo", "promise 3h", "undo", "snooze 1d", "undo"),
    *("note Ask the kitchen.", "satisfaction 5", "undo", "reply Of course, Ana.", "yes", "undo", "planned"),
    *("next", "previous", "channels", "today 30d", "opne", "quit"),
)


class _Keyboard(Lines):
    """Lines typed one after the other, each said before its answer."""

    async def _next(self, prompt: str) -> str | None:
        line = await super()._next(prompt)
        if line is not None:
            click.echo(f"{prompt} {line}")
        return line


@contextmanager
def _piped(lines: tuple[str, ...]) -> Iterator[io.StringIO]:
    read, write = os.pipe()
    os.write(write, "".join(f"{line}\n" for line in lines).encode())
    os.close(write)
    said = io.StringIO()
    with os.fdopen(read) as keyboard, patch("sys.stdin", keyboard), redirect_stdout(said):
        yield said


@contextmanager
def _in_lisbon() -> Iterator[None]:
    """Times are those of the machine's own zone."""
    with patch.dict(os.environ, {"TZ": "Europe/Lisbon"}):
        time.tzset()
        try:
            yield
        finally:
            os.environ.pop("TZ")
            time.tzset()


async def spoken() -> str:
    """A day's work in lines on the demo's desk."""
    with TemporaryDirectory() as folder, _in_lisbon(), _piped(TYPED) as said:
        desk = await demo_desk(Path(folder))
        await Session(desk, DEFAULT, _Keyboard()).run()
        return said.getvalue()
