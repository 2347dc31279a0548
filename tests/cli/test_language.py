"""The commands in another language, from the environment or the settings; what scripts read is always English."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import pseudo
from tests.cli.conftest import Run
from tests.cli.running import spawn

PT = {"LC_ALL": "", "LANG": "pt_PT.UTF-8"}


@pytest.fixture
def portuguese(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("portuguese")
class TestTheEnvironment:
    def test_says_the_language(self, home: Path) -> None:
        said = spawn(home, "inbox", env=PT)
        assert said.code == 0
        assert "à espera há" in said.out
        assert "waiting" not in said.out

    def test_what_scripts_read_is_english(self, home: Path, run: Run) -> None:
        said = run(home, "inbox", "--json")
        reasons = [reason for row in said.json for reason in row["reasons"]]
        assert any(reason.startswith("waiting ") for reason in reasons)
        assert not any("espera" in reason for reason in reasons)
        assert json.loads(run(home, "show", "Ana Sousa", "--json").out) == said_in_english(home, run)

    def test_help_and_complaints(self, home: Path, run: Run) -> None:
        assert "Clientes que esperam por nós" in run(None, "inbox", "--help").out
        assert "Mostra esta mensagem e termina." in run(None, "--help").out
        assert (
            run(None, "snooze").err == "agent-tui: Falta o argumento 'WHO'.\nveja agent-tui snooze --help\n"
        )
        wrong = run(home, "done", "nobody at all")
        assert (wrong.code, wrong.err.splitlines()[0]) == (1, "agent-tui: ninguém se chama 'nobody at all'")

    def test_what_was_done_is_kept_in_english_and_told_in_the_language(self, home: Path, run: Run) -> None:
        assert (
            run(home, "snooze", "Dan Roth", "--until-they-write").err == "Dan Roth: adiado até escreverem\n"
        )
        assert "adiado até escreverem" in run(home, "show", "Dan Roth").out
        entries = run(home, "show", "Dan Roth", "--json").json["entries"]
        assert entries[-1]["text"] == "snoozed until they write"

    def test_a_log_is_english(self, home: Path, run: Run) -> None:
        run(home, "done", "nobody at all")
        assert "ninguém" not in (home / "data" / "logs" / "agent-tui.log").read_text(encoding="utf-8")


def said_in_english(home: Path, run: Run) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANG", "C.UTF-8")
        return json.loads(run(home, "show", "Ana Sousa", "--json").out)


class TestTheSettings:
    @staticmethod
    def write(home: Path, chosen: str) -> None:
        config = home / "config.toml"
        config.write_text(f'language = "{chosen}"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")

    def test_win_over_the_environment(self, home: Path, run: Run) -> None:
        self.write(home, "pt")
        assert "à espera há" in run(home, "inbox").out
        assert "Clientes que esperam" in run(home, "inbox", "--help").out

    @pytest.mark.usefixtures("portuguese")
    def test_may_say_english(self, home: Path, run: Run) -> None:
        self.write(home, "en")
        assert "waiting " in run(home, "inbox").out

    def test_a_language_there_is_not(self, home: Path, run: Run) -> None:
        self.write(home, "tlh")
        said = run(home, "inbox")
        assert said.code == 2
        assert said.err == (
            f"agent-tui: {home}/config.toml, line 1: language cannot be 'tlh'\nuse one of en, pt\n"
        )


class TestLines:
    LINES = (
        "help",
        "list",
        "view",
        "open Dan Roth",
        "older",
        "snooze",
        "promise tomorrow 9am",
        "undo",
        "nonsense",
    )

    def test_in_portuguese(self, home: Path) -> None:
        said = spawn(home, "--linear", stdin="\n".join([*self.LINES, "quit"]) + "\n", env=PT)
        assert "Escreva help para ver os comandos." in said.out
        assert "Dan Roth: adiado até escreverem." in said.out
        assert "Não há nenhum comando nonsense" in said.out

    def test_every_text_is_said(self, empty: Path, tmp_path: Path) -> None:
        """On a desk without customers everything that is said is the program's own."""
        pseudo.speak(tmp_path)
        lines = [
            "help",
            "list",
            "view",
            "next",
            "open",
            "channels",
            "sync",
            "undo",
            "reply",
            "nonsense",
            "quit",
        ]
        done = subprocess.run(
            [sys.executable, "-c", SPEAKING, str(tmp_path), "--home", str(empty), "--linear"],
            input="\n".join(lines).encode(),
            capture_output=True,
            timeout=60,
            check=True,
        )
        words = pseudo.plain_words(done.stdout.decode())
        assert words <= typed_words(), words - typed_words()


SPEAKING = """
import sys
from pathlib import Path
from agent_tui.cli import main
from agent_tui.core import language
from tests import pseudo
language.LOCALE = Path(sys.argv[1])
language.wanted = lambda: pseudo.NAME
sys.exit(main(sys.argv[2:]))
"""


def typed_words() -> set[str]:
    """What is typed, and names of the settings and channels."""
    from agent_tui.cli.linear.words import WORDS

    names = {
        "nonsense",
        "Corner",
        "Bakery",
        "mail",
        "sms",
        "channel",
        "website",
        "telegram",
        "failed",
        "waiting",
        "all",
        "mine",
    }
    return (
        names
        | {part for word in WORDS for part in word.word.split("_")}
        | {"unassigned", "snoozed", "check", "in"}
    )
