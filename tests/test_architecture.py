"""The layering of docs/architecture.md, proven twice: by import-linter on the text, and on what is really imported.

A static promise can miss an import by name; a run-time proof sees only what runs. Both are cheap. Folders are
listed, never written out, so that a new channel is covered without touching this file.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import lint_house, lint_markup

ROOT = Path(__file__).parent.parent
PROGRAM = ("agent_tui", "adapters", "storage")
SCREEN = {"textual", "rich"}

# Run in another process: import one module, then say what came along and what it started. Names that follow the module
# cannot be imported: httpx takes rich along for a command line of its own wherever it finds it, and does without.
PROBE = """
import json, sys, threading
sys.modules.update(dict.fromkeys(sys.argv[2:]))
reached = []
sys.addaudithook(lambda event, args: reached.append(event) if event in {"socket.connect", "socket.bind"} else None)
__import__(sys.argv[1])
came = sorted(name for name, module in sys.modules.items() if module is not None)
print(json.dumps({"modules": came, "threads": threading.active_count(), "reached": reached}))
"""


def modules(folder: str) -> list[str]:
    """Every module under `folder`, by its full name."""
    names = (path.relative_to(ROOT).with_suffix("") for path in sorted((ROOT / folder).rglob("*.py")))
    return [".".join(name.parts).removesuffix(".__init__") for name in names]


def probe(module: str, *without: str) -> dict[str, object]:
    """What importing `module` alone brings along, where there is none of `without`."""
    command = [sys.executable, "-c", PROBE, module, *without]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def packages(found: dict[str, object]) -> set[str]:
    """The top-level packages among what was imported."""
    names = found["modules"]
    assert isinstance(names, list)
    return {name.partition(".")[0] for name in names}


class TestAtRunTime:
    @pytest.mark.parametrize("module", [*modules("adapters"), *modules("storage")])
    def test_an_adapter_or_store_brings_no_screen_and_starts_nothing(self, module: str) -> None:
        found = probe(module, *SCREEN)
        assert not packages(found) & SCREEN
        assert found["threads"] == 1
        assert found["reached"] == []

    @pytest.mark.parametrize("folder", ["agent_tui/core", "agent_tui/services"])
    def test_core_and_services_bring_neither_screen_nor_adapter_nor_store(self, folder: str) -> None:
        for module in modules(folder):
            assert not packages(probe(module)) & (SCREEN | {"adapters", "storage"}), module

    def test_the_screen_brings_no_adapter_and_no_store(self) -> None:
        for module in modules("agent_tui/tui"):
            assert not packages(probe(module)) & {"adapters", "storage"}, module

    def test_the_package_itself_imports_nothing(self) -> None:
        names = probe("agent_tui")["modules"]
        assert isinstance(names, list)
        assert [name for name in names if name.startswith("agent_tui")] == ["agent_tui"]


class TestHouse:
    def test_the_rules_of_the_house_hold(self) -> None:
        assert list(lint_house.offences(lint_house.read(ROOT))) == []

    def test_no_outside_text_is_read_as_markup(self) -> None:
        assert lint_markup.main(ROOT / lint_markup.FOLDER) == 0


PLANTED = {
    "adapters._planted": "agent_tui.tui",
    "agent_tui.services._planted": "storage._planted",
    "storage._planted": "textual.app",
    "agent_tui.tui._planted": "adapters._planted",
    "agent_tui.cli._planted": "storage._planted",
    "agent_tui.bootstrap": "rich.text",
    "agent_tui.core._planted": "sqlite3",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the project in `folder`."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program's packages and the contracts, to be spoiled."""
    for name in PROGRAM:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


class TestImportLinter:
    def test_the_layers_hold(self) -> None:
        done = lint_imports(ROOT)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_every_planted_import_is_reported(self, copy: Path) -> None:
        for importer, imported in PLANTED.items():
            with (copy / f"{importer.replace('.', '/')}.py").open("a", encoding="utf-8") as file:
                file.write(f"\nimport {imported}\n")
        done = lint_imports(copy)
        assert done.returncode == 1, done.stderr
        for importer, imported in PLANTED.items():
            outside = imported.partition(".")[0] if imported.startswith(("textual", "rich")) else imported
            assert f"{importer} -> {outside}" in done.stdout, done.stdout
