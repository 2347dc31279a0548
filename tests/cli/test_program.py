"""What holds for every command: homes, exit codes, two-line errors, no traceback, nothing a terminal obeys."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent_tui import __version__, bootstrap
from agent_tui.cli.call import program
from agent_tui.core.errors import StoreError
from agent_tui.core.model import Customer, Note
from tests.cli.conftest import Run
from tests.cli.running import command, spawn

COMMANDS = sorted(program.commands)
WITHOUT_WORDS = ["inbox", "check", "sync", "serve", "reindex"]


class TestHelp:
    def test_the_version(self, run: Run) -> None:
        assert run(None, "--version").out == f"agent-tui {__version__}\n"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_explains_itself_and_takes_a_home(self, run: Run, name: str) -> None:
        said = run(None, name, "--help")
        assert said.code == 0
        assert "--home" in said.out
        assert said.err == ""

    def test_the_commands_of_the_contract_are_there(self) -> None:
        contract = {
            "demo",
            "check",
            "sync",
            "serve",
            "inbox",
            "show",
            "search",
            "reply",
            "note",
            "done",
            "import",
            "reindex",
        }
        assert contract <= set(COMMANDS)

    def test_a_shell_can_complete_them(self, home: Path) -> None:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("agent-tui"))],
            env={
                **os.environ,
                "_AGENT_TUI_COMPLETE": "bash_complete",
                "COMP_WORDS": "agent-tui in",
                "COMP_CWORD": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert "plain,inbox" in done.stdout


class TestHome:
    def test_before_or_after_the_command(self, home: Path, run: Run) -> None:
        assert run(None, "inbox", "--home", str(home), "--json").json
        assert run(home, "inbox", "--json").json

    def test_from_the_environment(self, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AGENT_TUI_HOME", str(home))
        assert run(None, "inbox", "--json").json

    @pytest.mark.parametrize("name", WITHOUT_WORDS)
    def test_without_settings_it_says_how_to_begin(self, tmp_path: Path, run: Run, name: str) -> None:
        said = run(tmp_path / "none", name)
        assert (said.code, said.out) == (2, "")
        assert str(tmp_path / "none" / "config.toml") in said.err
        assert "agent-tui demo" in said.err
        assert not (tmp_path / "none").exists()

    @pytest.mark.parametrize("name", WITHOUT_WORDS)
    def test_a_mistake_in_the_settings_stops_everything(self, empty: Path, run: Run, name: str) -> None:
        with (empty / "config.toml").open("a") as file:
            file.write('[channels.extra]\nkind = "demo"\nmedum = "sms"\n')
        said = run(empty, name)
        assert (said.code, said.out) == (2, "")
        assert "channels.extra.medum is not known" in said.err
        assert "did you mean medium?" in said.err
        assert len(said.err.splitlines()) == 2
        assert not (empty / "data").exists()

    def test_a_home_that_is_a_file(self, tmp_path: Path, run: Run) -> None:
        (tmp_path / "file").write_text("")
        said = run(tmp_path / "file", "inbox")
        assert (said.code, said.out) == (2, "")

    def test_files_and_folders_are_the_owners_alone(self, home: Path, run: Run) -> None:
        run(home, "note", "Ana Sousa", "--text", "x")
        for path in (home / "data").rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path


async def _fail(error: Exception) -> None:
    raise error


class TestErrors:
    @pytest.mark.parametrize("arguments", [["nothing"], ["inbox", "--nothing"], ["show"], ["show", "a", "b"]])
    def test_a_wrong_command_line(self, home: Path, run: Run, arguments: list[str]) -> None:
        said = run(home, *arguments)
        assert (said.code, said.out) == (2, "")
        assert len(said.err.splitlines()) == 2
        assert "--help" in said.err

    @pytest.mark.parametrize("arguments", [[], ["demo"]])
    def test_the_screen_needs_a_terminal(self, home: Path, run: Run, arguments: list[str]) -> None:
        said = run(home, *arguments)
        assert (said.code, said.out) == (2, "")
        assert "needs a terminal" in said.err

    def test_a_bug_is_two_lines_and_the_log_has_the_rest(
        self, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError("wires crossed")

        monkeypatch.setattr("agent_tui.services.inbox.Inbox.rows", broken)
        said = run(home, "inbox", "--json")
        log = home / "data" / "logs" / "agent-tui.log"
        assert (said.code, said.out) == (1, "")
        assert said.err == f"agent-tui: an unexpected error: RuntimeError\nthe log has it: {log}\n"
        assert "wires crossed" in log.read_text()
        assert "Traceback" in log.read_text()

    def test_errors_that_come_together_are_told_as_one(
        self, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for error, code, words in (
            (RuntimeError("wires crossed"), 1, "an unexpected error: RuntimeError"),
            (StoreError("the disk is full"), 1, "the disk is full"),
        ):

            async def broken(*_: object, error: Exception = error, **__: object) -> None:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_fail(error))

            monkeypatch.setattr("agent_tui.services.host.Host.once", broken)
            said = run(home, "sync", "--once", "--json")
            assert (said.code, said.out) == (code, "")
            assert words in said.err
            assert "Traceback" not in said.err

    def test_even_before_there_is_a_log_nobody_sees_a_traceback(
        self, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("wires crossed")

        monkeypatch.setattr("agent_tui.settings.load", broken)
        said = run(home, "inbox")
        assert (said.code, said.out) == (1, "")
        assert said.err == "agent-tui: an unexpected error: RuntimeError: wires crossed\nplease report it\n"

    def test_a_reader_who_leaves_early_is_no_error_message(self, home: Path) -> None:
        with subprocess.Popen(
            command(home, ["show", "Ana Sousa", "--json"]), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as ours:
            assert ours.stdout is not None
            assert ours.stderr is not None
            ours.stdout.close()
            assert ours.stderr.read() == b""
        assert ours.returncode == 1


HOSTILE = "Eve\x1b]52;c;cm0=\x07\x1b[2J \x9b31m\u202egpj.exe [/] [@click=app.quit]x[/] \x00\x7f"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class TestHostileText:
    """Names and words that were kept as they came, past every adapter: still nothing reaches the terminal."""

    @pytest.fixture
    async def hostile(self, home: Path) -> Path:
        from agent_tui import settings
        from agent_tui.core.addresses import email
        from agent_tui.core.clock import SYSTEM
        from agent_tui.core.model import customer_id

        eve = email("eve@example.com")
        customer = Customer(
            id=customer_id(eve), address=eve, name=HOSTILE, created=SYSTEM.now(), tags=(HOSTILE,)
        )
        note = Note(id="n1", address=eve, at=SYSTEM.now(), author=HOSTILE, text=f"zebra {HOSTILE}\nmore")
        async with bootstrap.at_desk(settings.load(home)) as (_, store):
            await store.write([customer, note])
        return home

    @pytest.mark.parametrize(
        "arguments",
        [
            ["inbox", "--all"],
            ["show", "eve@example.com"],
            ["search", "zebra"],
            ["done", "eve@example.com"],
            ["show", "E"],
            ["show", HOSTILE],
            ["reply", "eve@example.com", "--text", "x"],
        ],
    )
    @pytest.mark.parametrize("as_json", [False, True])
    async def test_no_control_character_is_printed(
        self, hostile: Path, arguments: list[str], as_json: bool
    ) -> None:
        arguments = [part.replace("\0", "") for part in arguments]
        said = spawn(hostile, *arguments, *(["--json"] if as_json else []))
        assert not OBEYED.search(said.out), said.out
        assert not OBEYED.search(said.err), said.err

    async def test_json_says_exactly_what_is_kept(self, hostile: Path) -> None:
        said = spawn(hostile, "show", "eve@example.com", "--json")
        assert said.json["customer"]["name"] == HOSTILE

    async def test_markup_is_plain_text(self, hostile: Path) -> None:
        assert "[/] [@click=app.quit]x[/]" in spawn(hostile, "show", "eve@example.com").out


class TestStart:
    def imported(self, *arguments: str) -> set[str]:
        code = (
            "import sys, json\nfrom agent_tui.cli import main\n"
            f"main({list(arguments)!r})\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        return {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}

    def test_the_version_imports_next_to_nothing(self) -> None:
        heavy = {
            "textual",
            "rich",
            "sqlite3",
            "tinydb",
            "msgspec",
            "httpx",
            "imapclient",
            "twilio",
            "phonenumbers",
        }
        assert not self.imported("--version") & heavy

    def test_a_command_needs_no_screen_and_no_provider(self, home: Path) -> None:
        heavy = {"textual", "rich", "httpx", "imapclient", "twilio", "phonenumbers", "smtplib"}
        assert not self.imported("--home", str(home), "inbox", "--json") & heavy

    def test_the_demo_is_painted_before_any_provider_is_needed(self, tmp_path: Path) -> None:
        code = (
            "import sys, json, pathlib\nfrom agent_tui import bootstrap\nimport agent_tui.tui.app\n"
            f"bootstrap.open_desk(bootstrap.demo_settings(pathlib.Path({str(tmp_path)!r})))\n"
            "print(json.dumps(sorted(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        heavy = {
            "httpx",
            "imapclient",
            "twilio",
            "phonenumbers",
            "smtplib",
            "selectolax",
            "uvicorn",
            "starlette",
        }
        assert not {name.partition(".")[0] for name in json.loads(done.stdout)} & heavy
