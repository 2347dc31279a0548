"""The channel in docs/add-a-channel.md works as it stands there, without editing anything else."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import adapters
from agent_tui import bootstrap, settings
from agent_tui.core.errors import ConfigError
from agent_tui.services.desk import Desk
from storage.memory import MemoryStore
from tests.clocks import FrozenClock

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "add-a-channel.md").read_text(encoding="utf-8")
ANA = "+351912345678"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file put where adapters are looked for."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    (folder / "__init__.py").touch()
    path = folder / "spool.py"
    path.write_text(block("python"), encoding="utf-8")
    monkeypatch.setattr(adapters, "__path__", [*adapters.__path__, str(folder)])
    yield path
    sys.modules.pop("adapters.spool", None)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    for part in ("in", "out"):
        (tmp_path / "gateway" / part).mkdir(parents=True)
    return tmp_path / "gateway"


def opened(tmp_path: Path, spool: Path, more: str = "") -> Desk:
    text = block("toml").replace("~/gateway", str(spool)) + more
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    clock = FrozenClock()
    return bootstrap.open_desk(settings.load(tmp_path), store=MemoryStore(clock), clock=clock)


def put(spool: Path, number: int, data: bytes) -> None:
    (spool / "in" / f"20261121T1300{number:02d} {ANA}.txt").write_bytes(data)


async def test_a_message_and_its_answer(adapter: Path, tmp_path: Path, spool: Path) -> None:
    put(spool, 1, "Têm pão de centeio?".encode())
    desk = opened(tmp_path, spool)
    assert (await desk.host.check())["gateway"] is None
    assert (await desk.host.once())["gateway"].received == 1
    ana = await desk.contacts.who(ANA)
    delivery = await desk.replies.queue(await desk.replies.envelope(ana), "Temos sim!", now=True)
    assert (await desk.host.once())["gateway"].sent == 1
    assert (spool / "out" / f"{delivery.id} {ANA}.txt").read_text() == "Temos sim!"


async def test_the_second_round_brings_only_what_is_new(adapter: Path, tmp_path: Path, spool: Path) -> None:
    for number in range(3):
        put(spool, number, b"hello")
    desk = opened(tmp_path, spool)
    assert (await desk.host.once())["gateway"].received == 3
    put(spool, 3, b"again")
    summary = (await desk.host.once())["gateway"]
    assert (summary.received - 3, summary.duplicates) == (1, 0)


async def test_one_that_cannot_be_read_stops_nobody(adapter: Path, tmp_path: Path, spool: Path) -> None:
    put(spool, 1, b"caf\xe9")
    put(spool, 2, b"hello")
    summary = (await opened(tmp_path, spool).host.once())["gateway"]
    assert (summary.received, summary.unreadable, summary.error) == (1, 1, None)


async def test_a_spool_that_is_gone_is_said(adapter: Path, tmp_path: Path, spool: Path) -> None:
    trouble = (await opened(tmp_path, spool / "nowhere").host.check())["gateway"]
    assert trouble is not None
    assert "is no folder" in trouble.problem


def test_a_slip_in_its_table_is_answered(adapter: Path, tmp_path: Path, spool: Path) -> None:
    with pytest.raises(ConfigError, match="polls_seconds is not known") as raised:
        opened(tmp_path, spool, "polls_seconds = 1\n")
    assert raised.value.remedy == "did you mean poll_seconds?"


def test_it_keeps_the_rules_of_the_house(adapter: Path) -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml"), str(adapter)]
    assert subprocess.run(ruff, check=False).returncode == 0


def test_its_types_are_strict(adapter: Path) -> None:
    mypy = [sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent", str(adapter)]
    done = subprocess.run(mypy, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
