"""The workstation in lines, as it is: the real program, through a pipe and through a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_tui.cli.linear import words
from agent_tui.cli.linear.session import Session
from agent_tui.cli.linear.words import WORDS, meant, told
from agent_tui.tui import keymap, keys
from tests.cli.conftest import Run
from tests.cli.running import Said, command, spawn
from tests.cli.terminal import Terminal

Start = Callable[..., Terminal]
HOSTILE = "Eve\x1b]0;owned\x07\x1b[2J \u202eevil"


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the program in a terminal of its own."""
    begun: list[Terminal] = []

    def open_one(home: Path, *arguments: str) -> Terminal:
        begun.append(Terminal(command(home, arguments), {**os.environ}))
        return begun[-1]

    yield open_one
    for terminal in begun:
        terminal.__exit__()


def typed(home: Path, *lines: str, env: dict[str, str] | None = None) -> Said:
    """A script's lines, through a pipe."""
    return spawn(home, *(() if env else ("--linear",)), stdin="".join(f"{line}\n" for line in lines), env=env)


def last_message(shown: Said) -> dict[str, Any]:
    return next(entry for entry in reversed(shown.json["entries"]) if entry["type"] == "message")


class TestThroughAPipe:
    def test_a_file_goes_with_a_reply(self, home: Path, run: Run) -> None:
        (home / "menu.pdf").write_bytes(b"%PDF menu")
        said = typed(
            home,
            "open Dan Roth",
            f"attach {home}/none",
            f"attach {home}/menu.pdf",
            "reply Here it is.",
            "yes",
        )
        assert f"Not done: there is no file {home}/none. check its name" in said.out
        assert "With your reply go: menu.pdf, 9 bytes." in said.out
        assert "These files of your draft go with it: menu.pdf" in said.out
        (file,) = last_message(run(home, "show", "Dan Roth", "--json"))["attachments"]
        assert (file["name"], file["size"]) == ("menu.pdf", 9)

    def test_a_reply_is_planned_put_off_and_taken_back(self, home: Path, run: Run) -> None:
        said = typed(
            home,
            "open Dan Roth",
            "reply_later yesterday",
            "reply_later 400d",
            "reply_later 3d",
            "Good morning.",
            ".",
            "yes",
            "put_off 5d",
            "planned",
        )
        assert "1. Dan Roth, leaves 20" in said.out
        assert "more than a year away" in said.out
        assert "unless Dan Roth writes first; until then take_back takes it back." in said.out
        (plan,) = run(home, "planned", "--json").json
        assert plan["text"] == "Good morning."
        said = typed(home, "open Dan Roth", "take_back", "take_back")
        assert "Taken back: its words are a draft again." in said.out
        assert "no message here is like that" in said.out
        assert run(home, "planned", "--json").json == []

    def test_a_planned_reply_is_sent_now(self, home: Path, run: Run) -> None:
        said = typed(home, "open Dan Roth", "reply_later 3d", "Hi", ".", "yes", "resend", "yes", "undo")
        assert "Send it now?" in said.out
        assert "It is sent now." in said.out
        assert run(home, "planned", "--json").json == []

    def test_saved_words_begin_the_reply_and_their_blanks_are_asked_for(self, home: Path, run: Run) -> None:
        (home / "words" / "broken.md").write_bytes(b"\xff")
        said = typed(
            home, "words", "open Dan Roth", "words 9", "words where-your-order-is", "4711", "", "noon", "reply", "yes", ".", "yes",
        )  # fmt: skip
        assert "2. Opening hours, to be reviewed since 20" in said.out
        assert "broken: it is not UTF-8 text." in said.out
        assert "Not done: there are no saved words 9. 1 to 3, as words tells them" in said.out
        assert "order number? Nothing takes it out." in said.out
        sent = last_message(run(home, "show", "Dan Roth", "--json"))["text"]
        assert sent.startswith("Hello Dan, your order 4711 left the ovens at and is on its way to you.")
        assert sent.endswith("by noon, call me and I bring it myself. Rui, Corner Bakery")

    def test_a_blank_left_open_is_not_sent(self, home: Path, run: Run) -> None:
        run(home, "words", "save", "short", "--text", "Order {number}")
        before = last_message(run(home, "show", "Dan Roth", "--json"))
        typed(home, "open Dan Roth", "words short")
        said = typed(home, "open Dan Roth", "reply", "yes", ".", "yes")
        assert "Not done: a blank is not filled: {number}" in said.out
        assert last_message(run(home, "show", "Dan Roth", "--json")) == before

    def test_the_queue_is_read_by_numbers_and_a_customer_opened(self, home: Path) -> None:
        said = typed(home, "list", "1", "card", "older")
        assert said.code == 0, said.err
        assert "Waiting: " in said.out
        assert "\n1. Ana Sousa, " in said.out
        assert "is it nut free?" in said.out
        assert "email ana.sousa@example.com" in said.out
        assert "There is more before: older" in said.out
        assert said.err == ""

    def test_an_earlier_answer_begins_the_reply_and_a_name_left_in_it_is_told(
        self, home: Path, run: Run
    ) -> None:
        said = typed(
            home,
            "open Ana Sousa",
            "earlier",
            "earlier 7",
            "earlier 1",
            "yes",
            "reply",
            "yes",
            "So Okafor",
            ".",
            "no",
        )
        assert '1. "nut free" ×2' in said.out
        assert "Not done: there is no answer 7. 1 to 2, as earlier tells them" in said.out
        assert "Rui to Tom Okafor:\n  It is: the bread" in said.out
        assert "Warning: the words name Okafor: they are from an answer to Tom Okafor" in said.out
        assert "Nothing was sent" in said.out

    def test_nothing_like_it_was_answered(self, home: Path) -> None:
        said = typed(home, "earlier", "open Dan Roth", "earlier", "earlier 1")
        assert "Not done: no customer is open" in said.out
        assert said.out.count("Nothing like it was answered before.") == 2

    def test_a_reply_is_read_out_asked_about_and_queued(self, home: Path, run: Run) -> None:
        said = typed(home, "open Dan Roth", "reply", "Dear Dan,", "", "..as you say.", ".", "yes")
        assert "Reply by email to dan.roth@example.org, from hello@corner-bakery.example" in said.out
        assert "It leaves in 10 seconds" in said.out
        assert "A reply has not left yet" in said.out
        entry = last_message(run(home, "show", "Dan Roth", "--json"))
        assert (entry["text"], entry["delivery"]) == ("Dear Dan,\n\n.as you say.", "queued")

    def test_without_a_yes_nothing_is_sent_and_the_words_are_kept(self, home: Path, run: Run) -> None:
        before = run(home, "show", "Dan Roth", "--json").json["entries"][-1]["id"]
        said = typed(home, "open Dan Roth", "reply Not this", "no", "reply", "yes", "at all", "/cancel")
        assert "Nothing was sent. The words are kept as a draft." in said.out
        assert run(home, "show", "Dan Roth", "--json").json["entries"][-1]["id"] == before
        again = typed(home, "open Dan Roth", "reply")
        assert "Your draft:\n  Not this\n  at all" in again.out

    def test_the_end_of_the_input_keeps_what_was_being_written(self, home: Path) -> None:
        typed(home, "open Dan Roth", "reply", "half a sent")
        assert "Your draft:\n  half a sent" in typed(home, "open Dan Roth", "reply").out

    def test_a_reply_is_taken_back(self, home: Path, run: Run) -> None:
        said = typed(home, "open Dan Roth", "reply Oh no", "yes", "undo")
        assert "Taken back: the reply to Dan Roth. Its words are a draft again." in said.out
        entry = last_message(run(home, "show", "Dan Roth", "--json"))
        assert (entry["direction"], entry["text"][:13]) == ("in", "Sorry to push"), "as if nothing was said"

    def test_a_note_is_never_sent(self, home: Path, run: Run) -> None:
        said = typed(home, "open Dan Roth", "note ask the bookkeeper")
        assert "only we see it, it is never sent" in said.out
        entry = run(home, "show", "Dan Roth", "--json").json["entries"][-1]
        assert (entry["type"], entry["text"]) == ("note", "ask the bookkeeper")

    def test_the_days_work(self, home: Path, run: Run) -> None:
        said = typed(
            home,
            "open Dan Roth",
            "tag +late -office",
            "assign Eva",
            "promise 3d",
            "snooze 2d",
            "undo",
            "done",
            "reopen",
            "done",
        )
        assert "Not done" not in said.out
        customer = run(home, "show", "Dan Roth", "--json").json["customer"]
        assert (customer["state"], customer["assigned_to"]) == ("done", "Eva")
        assert "late" in customer["tags"]
        assert "office" not in customer["tags"]

    def test_the_next_who_waits(self, home: Path) -> None:
        said = typed(home, "next", "next", "previous")
        names = [line for line in said.out.splitlines() if " · waiting " in line]
        assert len(names) == 3
        assert names[0] == names[2] != names[1]

    def test_the_screens_keys_and_ids_mean_the_same(self, home: Path) -> None:
        said = typed(home, "]", "e", "z", "nav.next_waiting", "/ cake")
        assert " is done." in said.out
        assert "Taken back: " in said.out
        assert "\n1. " in said.out

    def test_what_is_wrong_is_said_and_the_next_command_works(self, home: Path) -> None:
        said = typed(
            home, "reply", "opne 1", "theme", "snooze gestern", "open nobody at all", "list kitchen", "help"
        )
        assert "no customer is open" in said.out
        assert "There is no command opne: did you mean open?" in said.out
        assert "Light or dark is of the screen only." in said.out
        assert "nobody is called" in said.out
        assert "there is no list kitchen" in said.out
        assert said.out.rstrip().endswith("drafts are kept")

    def test_words_are_found_with_the_customer_who_is_open(self, home: Path) -> None:
        said = typed(
            home, "find cake", "open ana.sousa@example.com", "find cake", "find is:x", "find", "find xyzzy"
        )
        assert "Not done: no customer is open" in said.out
        found = said.out.split("ana.sousa@example.com")[-1]
        assert ", email: " in found
        assert "cake" in found.lower()
        assert "Not done: is:x is not known" in said.out
        assert "Not done: there is nothing to look for" in said.out
        assert "Nothing was found." in said.out

    def test_names_and_words_cannot_command_the_terminal(self, home: Path) -> None:
        assert spawn(home, "set", "Dan Roth", f"name={HOSTILE}").code == 0
        assert spawn(home, "note", "dan.roth@example.org", "--text", HOSTILE).code == 0
        said = typed(home, "list", "open dan.roth@example.org", "done", "search evil", f"open {HOSTILE}")
        assert "Eve" in said.out
        for bad in "\x1b\x07\u202e\x9b":
            assert bad not in said.out + said.err

    @pytest.mark.parametrize("value", ["1", "yes"])
    def test_the_environment_asks_for_it(self, home: Path, value: str) -> None:
        assert "waiting. Type help" in typed(home, "quit", env={"AGENT_TUI_LINEAR": value}).out

    def test_the_settings_ask_for_it(self, home: Path) -> None:
        file = home / "config.toml"
        file.write_text("linear = true\n" + file.read_text())
        assert "waiting. Type help" in spawn(home, stdin="quit\n").out

    def test_the_demo_speaks_in_lines_too(self, home: Path) -> None:
        said = spawn(home, "demo", "--linear", stdin="list\nquit\n")
        assert said.code == 0
        assert "Ana Sousa" in said.out

    def test_a_mistake_in_the_keys_stops_it_first(self, home: Path) -> None:
        file = home / "config.toml"
        file.write_text(file.read_text() + '\n[keys]\ndone = "r"\n')
        said = typed(home, "list")
        assert said.code == 2
        assert said.out == ""
        assert (
            'done = "r"'
            in file.read_text().splitlines()[int(said.err.partition("line ")[2].partition(":")[0]) - 1]
        )

    def test_other_keys_are_in_force(self, home: Path) -> None:
        file = home / "config.toml"
        file.write_text(file.read_text() + '\n[keys]\ndone = "ω"\n')
        said = typed(home, "]", "e", "ω", "help")
        assert "There is no command e" in said.out
        assert " is done." in said.out
        assert "done, or ω: " in said.out

    def test_nothing_of_the_screens_library_is_loaded(self, home: Path) -> None:
        code = (
            "import sys, runpy\nfrom agent_tui.cli import main\n"
            "code = main(sys.argv[1:])\n"
            "print(code, sorted(m for m in sys.modules if m.partition('.')[0] in {'textual', 'rich'}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "--home", str(home), "--linear"],
            input=b"list\n1\nhelp\n",
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert done.stdout.decode().rstrip().endswith("0 []")


class TestThroughATerminal:
    def test_it_prompts_answers_and_ends_without_moving_the_cursor(self, start: Start, home: Path) -> None:
        terminal = start(home, "--linear")
        terminal.wait_for("agent-tui>")
        terminal.type(b"1\r")
        terminal.wait_for("Not done")  # no list yet: a number means nobody
        terminal.type(b"open Dan Roth\r")
        terminal.wait_for("Dan Roth>")
        terminal.type(b"quit\r")
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.output

    def test_who_writes_is_told_on_a_line_of_its_own(self, start: Start, home: Path) -> None:
        terminal = start(home, "--linear")
        terminal.wait_for("agent-tui>")
        terminal.wait_for("\r\nNews: ", 60)
        terminal.wait_for(" wrote. ", 60)
        news = terminal.output.partition(b"News: ")[0]
        assert news.endswith(b"> \r\n")

    def test_the_end_of_the_input_ends_it(self, start: Start, home: Path) -> None:
        terminal = start(home, "--linear")
        terminal.wait_for("agent-tui>")
        terminal.type(b"\x04")
        assert terminal.wait() == 0

    def test_an_interrupt_keeps_what_was_being_written(self, start: Start, home: Path) -> None:
        terminal = start(home, "--linear")
        terminal.wait_for("agent-tui>")
        terminal.type(b"open Dan Roth\r")
        terminal.wait_for("Dan Roth>")
        terminal.type(b"reply half a sentence\r")
        terminal.wait_for("Send it to Dan Roth")
        terminal.type(b"no\rreply\r")
        terminal.wait_for("Begin with it?")
        terminal.type(b"yes\r")
        terminal.wait_for("Write your reply.")
        terminal.output = b""
        terminal.type(b"\x03")
        assert terminal.wait() == 0
        assert "kept as a draft" in terminal.output.decode()

    def test_a_lost_connection_ends_it(self, start: Start, home: Path) -> None:
        terminal = start(home, "--linear")
        terminal.wait_for("agent-tui>")
        terminal.hang_up()
        assert terminal.wait() in {0, 1}

    def test_leaving_asks_while_a_reply_has_not_left(self, start: Start, home: Path) -> None:
        terminal = start(home, "--linear")
        terminal.wait_for("agent-tui>")
        terminal.type(b"open Dan Roth\r")
        terminal.wait_for("Dan Roth>")
        terminal.type(b"reply Yes, today.\r")
        terminal.wait_for("Send it to Dan Roth")
        terminal.type(b"yes\rquit\r")
        terminal.wait_for("Quit all the same?")
        terminal.type(b"yes\r")
        assert terminal.wait() == 0


class TestWords:
    def test_each_is_done_by_something(self) -> None:
        assert all(callable(getattr(Session, f"do_{word.word}", None)) for word in WORDS)

    def test_each_is_a_command_of_the_screen_or_says_itself_what_it_does(self) -> None:
        assert all(word.help or word.id in keys.BY_ID for word in WORDS)

    @pytest.mark.parametrize("name", ["default", "gmail", "vim"])
    def test_the_keys_told_are_the_keys_understood(self, name: str) -> None:
        chosen = keymap.preset(name)
        for word in WORDS:
            _, _, key = told(word, chosen).partition(":")[0].partition(", or ")
            assert not key or meant(key, chosen) == word

    def test_the_help_has_them_all(self) -> None:
        page = list(words.help_lines(keymap.DEFAULT))
        assert len(page) == len(WORDS) + 1
