"""The workstation in a real terminal: it opens, it is left, and whatever happens it gives the terminal back."""

import os
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.cli.conftest import Run
from tests.cli.running import command, spawn
from tests.cli.terminal import Terminal
from tests.servers.browser import available, chromium

LEFT = b"\x1b[?1049l"  # the alternate screen is left: the shell's own is back
SHOWN = b"\x1b[?25h"  # the cursor is shown again

Start = Callable[..., Terminal]


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    folder = tmp_path / "temp"
    folder.mkdir()
    return folder


@pytest.fixture
def start(temp: Path) -> Iterator[Start]:
    """Starts the program in a terminal of its own."""
    begun: list[Terminal] = []

    def open_one(arguments: list[str], **env: str) -> Terminal:
        begun.append(Terminal(arguments, {**os.environ, "TMPDIR": str(temp), **env}))
        return begun[-1]

    yield open_one
    for terminal in begun:
        terminal.__exit__()


def served(page: Page, url: str) -> None:
    """Opens a page as soon as its server listens: it starts beside the screen."""
    for _ in range(200):
        try:
            page.goto(url)
        except PlaywrightError:
            page.wait_for_timeout(100)
        else:
            return
    raise TimeoutError(f"nobody listens at {url}")


def given_back(terminal: Terminal) -> bool:
    tail = terminal.output[-4000:]
    return LEFT in tail and SHOWN in tail


class TestWriting:
    def test_typed_and_killed_the_draft_is_back(self, home: Path, start: Start) -> None:
        arguments = command(home, [])
        terminal = start(arguments)
        terminal.wait_for("Ana Sousa")
        terminal.type(b"r")
        terminal.wait_for("Reply by")
        terminal.type(b"Zwetschgenkuchen")
        terminal.wait_for("Zwetschgenkuchen")
        select.select([], [], [], 1.5)
        terminal.send(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
        again = start(arguments)
        again.wait_for("goes on with your draft: Zwetschgenkuchen")

    def test_an_open_blank_is_known_as_one_after_the_program_was_killed(
        self, home: Path, start: Start
    ) -> None:
        terminal = start(command(home, []))
        terminal.wait_for("Ana Sousa")
        terminal.type(b";")
        terminal.wait_for("Ctrl+O edits")
        terminal.type(b"where\r")
        terminal.wait_for("left the ovens")
        select.select([], [], [], 1.5)
        terminal.send(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
        again = start(command(home, []))
        again.wait_for("goes on with your draft")
        again.type(b"r")
        again.wait_for("Next blank")
        again.type(b"\n")
        again.wait_for("is not filled")
        again.type(b"4711\x1bn9\x1bn10")
        again.wait_for("not there by 10, call me")
        select.select([], [], [], 1.5)
        said = spawn(home, "--linear", stdin="open Ana Sousa\nreply\nno\n/cancel\n")
        assert "  Hello Ana, your order 4711 left the ovens at 9 and" in said.out
        assert "not there by 10, call me" in said.out

    def test_a_paste_commands_nothing_whatever_is_in_it(self, home: Path, start: Start) -> None:
        terminal = start(command(home, []))
        terminal.wait_for("Ana Sousa")
        terminal.type(b"\x1b[200~a\x1bq\x1bq\x1bn\x1be\x1b[201~r")
        terminal.wait_for("Reply by")
        terminal.type(b"\x1b[200~Zwetschgen\x1bq\x1b[201~")
        terminal.wait_for("Zwetschgenq")

    def test_keys_with_alt_are_commands_and_no_text(self, home: Path, run: Run, start: Start) -> None:
        terminal = start(command(home, []))
        terminal.wait_for("Ana Sousa")
        terminal.type(b"r")
        terminal.wait_for("Reply by")
        terminal.type(b"Zwetschgenkuchen")
        terminal.wait_for("Zwetschgenkuchen")
        terminal.type(b"\x1bd")
        terminal.wait_for("will hear from us by")
        terminal.type(b"\x1b")
        select.select([], [], [], 0.5)
        terminal.type(b"\x1bl")
        terminal.wait_for("unless they write first")
        terminal.type(b"m")
        terminal.wait_for("It leaves")
        (plan,) = run(home, "planned", "--json").json
        assert plan["text"].splitlines()[0] == "Zwetschgenkuchen"

    def test_the_words_are_edited_elsewhere(
        self, home: Path, temp: Path, start: Start, tmp_path: Path
    ) -> None:
        editor = tmp_path / "editor"
        seen = tmp_path / "seen"
        editor.write_text(
            f'#!/bin/sh\nstat -c %a "$1" > {seen}\ncat "$1" >> {seen}\nprintf " Quittenbrot" >> "$1"\n'
        )
        editor.chmod(0o700)
        terminal = start(command(home, []), EDITOR=str(editor), VISUAL="")
        terminal.wait_for("Ana Sousa")
        terminal.type(b"r")
        terminal.wait_for("Reply by")
        terminal.type(b"Dear")
        terminal.wait_for("Dear")
        terminal.type(b"\x0f")
        terminal.wait_for("Quittenbrot")
        assert seen.read_text() == "600\nDear"
        assert list(temp.glob("agent-tui-*")) == []

    def test_saved_words_are_reviewed_with_the_key_a_terminal_sends(self, home: Path, start: Start) -> None:
        file = home / "words" / "opening-hours.md"
        before = file.read_text(encoding="utf-8").splitlines()
        terminal = start(command(home, []))
        terminal.wait_for("Ana Sousa")
        terminal.type(b";")
        terminal.wait_for("Ctrl+O edits")
        terminal.type(b"hours")
        terminal.wait_for("The last")
        terminal.type(b"\x1br")
        terminal.wait_for("Reviewed: to be looked at again")
        after = file.read_text(encoding="utf-8").splitlines()
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert [line[:9] for line in changed] == ["review = "]

    def test_saved_words_are_edited_as_the_file_they_are(
        self, home: Path, start: Start, tmp_path: Path
    ) -> None:
        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\nprintf "Auf Wiedersehen\\n" >> "$1"\n')
        editor.chmod(0o700)
        terminal = start(command(home, []), EDITOR=str(editor), VISUAL="")
        terminal.wait_for("Ana Sousa")
        terminal.type(b";")
        terminal.wait_for("Ctrl+O edits")
        terminal.type(b"hours")
        terminal.wait_for("The last")
        terminal.type(b"\x0f")
        terminal.wait_for("Wiedersehen")
        written = (home / "words" / "opening-hours.md").read_text(encoding="utf-8")
        assert written.startswith('+++\ntitle = "Opening hours"\nreview = ')
        assert written.endswith("{business}\nAuf Wiedersehen\n")

    def test_an_editor_that_fails_leaves_the_words(self, home: Path, start: Start) -> None:
        terminal = start(command(home, []), EDITOR="false", VISUAL="")
        terminal.wait_for("Ana Sousa")
        terminal.type(b"r")
        terminal.wait_for("Reply by")
        terminal.type(b"Dear\x0f")
        terminal.wait_for("ended")
        terminal.type(b"!")
        terminal.wait_for("Dear!")


class TestDemo:
    def test_it_opens_on_ana_and_leaves_nothing_behind(self, start: Start, temp: Path) -> None:
        terminal = start([sys.executable, "-m", "agent_tui", "demo"])
        terminal.wait_for("Ana Sousa")
        assert len(list(temp.iterdir())) == 1
        terminal.type(b"q")
        assert terminal.wait() == 0
        assert given_back(terminal)
        assert list(temp.iterdir()) == []

    @pytest.mark.skipif(available() is not None, reason="no chromium: apt-get install chromium")
    def test_a_browser_chats_with_it(self, start: Start, temp: Path) -> None:
        terminal = start([sys.executable, "-m", "agent_tui", "demo"])
        terminal.wait_for("with its chat: http://127.0.0.1:")
        found = re.search(rb"with its chat: (http://127\.0\.0\.1:\d+)/", terminal.output)
        assert found is not None
        terminal.wait_for("Be a customer yourself")
        with chromium() as browser:
            page = browser.new_page()
            served(page, found[1].decode())
            page.get_by_role("button", name="Chat").click()
            chat = page.frame_locator("iframe")
            chat.locator("#text").fill("is the rye still warm?")
            chat.locator("#text").press("Enter")
            expect(chat.locator(".line:not(#greeting)")).to_contain_text("is the rye still warm?")
            terminal.wait_for("is the rye still warm?")
        terminal.type(b"q")
        assert terminal.wait() == 0
        assert list(temp.iterdir()) == []

    def test_a_terminal_that_cannot_be_drawn_on_is_refused(self, start: Start, temp: Path) -> None:
        terminal = start(["/usr/bin/env", "TERM=dumb", sys.executable, "-m", "agent_tui", "demo"])
        assert terminal.wait() == 2
        assert b"TERM=dumb" in terminal.output
        assert b"\x1b" not in terminal.output
        assert list(temp.iterdir()) == []

    def test_somebody_writes_while_one_looks(self, start: Start) -> None:
        terminal = start([sys.executable, "-m", "agent_tui", "demo"])
        terminal.wait_for("(I'm at work", 60)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_to_end_ends_it_well(self, start: Start, temp: Path, number: signal.Signals) -> None:
        terminal = start([sys.executable, "-m", "agent_tui", "demo"])
        terminal.wait_for("Ana Sousa")
        terminal.send(number)
        assert terminal.wait() == 0
        assert given_back(terminal)
        assert list(temp.iterdir()) == []

    def test_a_lost_connection_ends_it_too(self, start: Start, temp: Path) -> None:
        terminal = start([sys.executable, "-m", "agent_tui", "demo"])
        terminal.wait_for("Ana Sousa")
        terminal.hang_up()
        assert terminal.wait() == 0
        assert list(temp.iterdir()) == []


class TestWorkstation:
    def test_it_opens_on_the_owners_home_and_hosts_its_channels(
        self, start: Start, home: Path, run: Run
    ) -> None:
        terminal = start(command(home, []))
        terminal.wait_for("Corner Bakery")
        terminal.wait_for("Ana Sousa")
        elsewhere = {"another agent-tui is looking after this channel"}
        found: set[str | None] = set()
        for _ in range(20):  # it paints before it hosts: the first round may still be ours
            said = run(home, "sync", "--once", "--json")
            found = {summary["error"] for summary in said.json["channels"].values()}
            if found == elsewhere:
                break
        assert found == elsewhere
        terminal.type(b"\x11")
        assert terminal.wait() == 0
        assert run(home, "sync", "--once", "--json").code == 0

    def test_what_a_command_writes_is_painted(self, start: Start, home: Path, run: Run) -> None:
        terminal = start(command(home, []))
        terminal.wait_for("Ana Sousa")
        run(home, "set", "Tom Okafor", "name=Tom the Reader")
        terminal.wait_for("Tom the Reader")

    def test_a_mistake_in_the_settings_stops_it_before_the_screen(self, start: Start, empty: Path) -> None:
        (empty / "config.toml").write_text('agnet = "Rui"\n')
        terminal = start(command(empty, []))
        assert terminal.wait() == 2
        assert b"agnet is not known" in terminal.output
        assert b"\x1b[?1049h" not in terminal.output


BROKEN = """
import sys
from {module} import {name}
def broken(*_, **__):
    raise RuntimeError("wires crossed: customer Ana")
async def soon_broken(*_, **__):
    broken()
{name}.{method} = {how}
from agent_tui.cli import main
sys.exit(main(["--home", sys.argv[1]]))
"""


class TestCrash:
    @pytest.mark.parametrize(
        ("module", "name", "method", "how"),
        [
            ("agent_tui.tui.app", "AgentApp", "_look", "broken"),
            ("agent_tui.services.feed", "Feed", "run", "soon_broken"),
            ("agent_tui.services.host", "Host", "run", "soon_broken"),
        ],
        ids=["the screen", "the feed", "the host"],
    )
    def test_the_terminal_is_given_back_and_the_log_is_named(
        self, start: Start, home: Path, module: str, name: str, method: str, how: str
    ) -> None:
        code = BROKEN.format(module=module, name=name, method=method, how=how)
        terminal = start([sys.executable, "-c", code, str(home)])
        assert terminal.wait() == 1
        assert given_back(terminal)
        after = terminal.output.rpartition(LEFT)[2]
        log = home / "data" / "logs" / "agent-tui.log"
        assert b"unexpected error" in after
        assert b"RuntimeError" in after
        assert str(log).encode() in after.replace(b"\r\n", b"")
        assert b"Traceback" not in after
        assert b"wires crossed" not in after
        assert "wires crossed" in log.read_text()
