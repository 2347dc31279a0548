"""A bakery's home with months of history, and a way to run commands on it."""

import asyncio
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_tui import bootstrap, settings
from agent_tui.cli import main
from agent_tui.core.clock import SYSTEM
from tests.cli.running import CONFIG, Said

Run = Callable[..., Said]


@pytest.fixture(scope="session")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home every test gets a copy of."""
    home = tmp_path_factory.mktemp("bakery")
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")

    async def fill() -> None:
        chosen = settings.load(home)
        async with bootstrap.at_desk(chosen) as (_, store):
            await bootstrap.fill_demo(chosen, store, SYSTEM.now())

    asyncio.run(fill())
    return home


@pytest.fixture
def home(bakery: Path, tmp_path: Path) -> Path:
    """A home of this test's own, with the demo's customers."""
    return Path(shutil.copytree(bakery, tmp_path / "home"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A home with channels and no history."""
    home = tmp_path / "empty"
    home.mkdir()
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process: ``run(home, "inbox", "--json")``."""

    def call(home: Path | None, *arguments: str, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main([*(["--home", str(home)] if home else []), *arguments])
        said = capsys.readouterr()
        return Said(code=code, out=said.out, err=said.err)

    return call
