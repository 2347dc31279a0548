"""What is installed: pinned and hashed whole, naming no index; and what is shipped: our packages, with their files."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENTRY = re.compile(
    r"^([a-z0-9][a-z0-9.-]*)==(\S+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)
PINS = ("constraints.txt", "constraints-run.txt", "constraints-synapse.txt")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of every pinned release."""
    return {m[1]: (m[2], frozenset(re.findall(r"[0-9a-f]{64}", m[3]))) for m in ENTRY.finditer(read(name))}


def direct(*extras: str) -> set[str]:
    """The names that pyproject.toml asks for, written as the pins write them."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(one for extra in extras for one in project["optional-dependencies"][extra]),
    ]
    return {re.split(r"[<>=!~\[; ]", one, maxsplit=1)[0].lower().replace("_", "-") for one in wanted}


class TestPins:
    @pytest.mark.parametrize("name", PINS)
    def test_every_line_is_a_release_with_its_hashes(self, name: str) -> None:
        left = [line for line in ENTRY.sub("", read(name)).splitlines() if line and not line.startswith("#")]
        assert left == []

    @pytest.mark.parametrize("name", PINS)
    def test_no_index_is_named(self, name: str) -> None:
        assert not re.search(r"://|--(extra-)?index|--find-links|--trusted", read(name))

    def test_everything_asked_for_is_pinned(self) -> None:
        assert direct("keyring", "build", "dev") <= pins("constraints.txt").keys()
        assert direct("build") <= pins("constraints-run.txt").keys()

    def test_running_needs_a_part_of_what_developing_needs(self) -> None:
        everything, part = pins("constraints.txt"), pins("constraints-run.txt")
        assert part.items() <= everything.items()
        assert "pytest" not in part

    def test_the_tests_run_on_what_is_pinned(self) -> None:
        pinned = pins("constraints.txt")
        installed = {
            re.sub(r"[-_.]+", "-", found.name).lower(): found.version
            for found in importlib.metadata.distributions()
        }
        assert {name: version for name, version in installed.items() if name in pinned} == {
            name: version for name, (version, _) in pinned.items() if name in installed
        }


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = out.glob("agent_tui_desk-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


class TestWheel:
    def test_only_our_packages(self, shipped: set[str]) -> None:
        tops = {name.partition("/")[0] for name in shipped if ".dist-info" not in name}
        assert tops == {"agent_tui", "adapters", "storage"}

    def test_with_all_their_files(self, shipped: set[str]) -> None:
        files = (path for top in ("agent_tui", "adapters", "storage") for path in (ROOT / top).rglob("*"))
        ours = {str(path.relative_to(ROOT)) for path in files if path.is_file() and path.suffix != ".pyc"}
        assert ours <= shipped

    def test_the_command_is_agent_tui(self) -> None:
        (entry,) = importlib.metadata.distribution("agent-tui-desk").entry_points
        assert (entry.name, entry.value) == ("agent-tui", "agent_tui.cli:main")
