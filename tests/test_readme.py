"""What the first page promises is there: its links, its commands, its settings."""

import re
from pathlib import Path

import pytest

from agent_tui import bootstrap, settings
from agent_tui.cli.call import program
from storage.memory import MemoryStore
from tests.clocks import FrozenClock

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_its_settings_are_right(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    (tmp_path / "config.toml").write_text(block[1], encoding="utf-8")
    desk = bootstrap.open_desk(settings.load(tmp_path), store=MemoryStore(FrozenClock()))
    assert list(desk.channels) == ["support-mail"]


def test_its_commands_are_the_programs() -> None:
    table = README.partition("## Commands")[2].partition("\n\nWHO is")[0]
    named = {
        word.split()[0] for word in re.findall(r"`([a-z].*?)`", table) if not word.startswith("agent-tui")
    }
    assert named - {"agent-tui"} >= set(program.commands)
    assert named <= {*program.commands, ".eml"}
