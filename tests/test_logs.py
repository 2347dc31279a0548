"""The log file: the owner's alone, without secrets, harmless to look at, never in the way."""

import logging
import stat
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent_tui import logs
from agent_tui.core.secrets import Secret

_log = logging.getLogger("agent_tui.tests")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "logs" / "agent-tui.log"


def test_only_the_owner_may_read_it(file: Path) -> None:
    with logs.kept(file):
        _log.info("hello")
    assert "INFO agent_tui.tests: hello" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_revealed_secret_is_stars_wherever_it_stands(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "correct-horse-battery")
    secret = Secret({"env": "MAIL_PASSWORD"}).reveal()
    with logs.kept(file):
        _log.warning("https://api.example/bot%s/getMe", secret)
        try:
            raise ValueError(f"LOGIN ana {secret}")
        except ValueError:
            _log.exception("it failed for %s", Secret({"env": "MAIL_PASSWORD"}))
    text = file.read_text()
    assert "correct-horse" not in text
    assert "bot****/getMe" in text
    assert "LOGIN ana ****" in text
    assert "Secret(****)" in text


def test_nothing_in_it_makes_a_terminal_do_anything(file: Path) -> None:
    with logs.kept(file):
        _log.info("subject \x1b]52;c;cm0gLXJm\x07 \x9b2J and\nagent_tui: a forged entry")
    text = file.read_text()
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "\nagent_tui" not in text


def test_what_libraries_say_about_each_request_stays_out(file: Path) -> None:
    with logs.kept(file):
        for name in ("httpx", "imapclient", "httpcore"):
            logging.getLogger(name).info("GET https://api.example/bot123:abc")
    assert "bot123" not in file.read_text()


def test_a_warning_is_written_and_not_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logs.kept(file):
        warnings.simplefilter("always")
        warnings.warn("old and tired", DeprecationWarning, stacklevel=1)
    assert "old and tired" in file.read_text()
    assert capsys.readouterr().err == ""


def test_everything_is_as_before_afterwards(file: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.raiseExceptions)
    with logs.kept(file):
        assert (root.level, list(root.handlers)) != before[:2]
    assert (root.level, list(root.handlers), logging.raiseExceptions) == before


def test_a_large_file_is_set_aside(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 2000)
    with logs.kept(file):
        for number in range(200):
            _log.info("entry %03d %s", number, "x" * 40)
    kept = [file, *(file.with_name(f"{file.name}.{number}") for number in (1, 2, 3))]
    assert all(path.stat().st_size < 2200 for path in kept)
    assert not file.with_name(f"{file.name}.4").exists()
    assert "entry 199" in file.read_text()
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept)


def test_several_writers_lose_nothing_when_it_is_set_aside(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGEST", 20_000)
    file.parent.mkdir(parents=True)
    writers = [logs.log_file_handler(file) for _ in range(4)]

    def write(number: int) -> None:
        for count in range(100):
            record = logging.LogRecord(
                "w", logging.INFO, "", 0, f"w{number}-{count:03d} " + "x" * 20, (), None
            )
            writers[number].handle(record)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    for writer in writers:
        writer.close()
    text = "".join(path.read_text() for path in file.parent.glob("agent-tui.log*"))
    assert all(f"w{number}-{count:03d} " in text for number in range(4) for count in range(100))


def test_a_disk_that_takes_nothing_costs_only_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("in the way")
    with logs.kept(tmp_path / "data" / "logs" / "agent-tui.log"):
        _log.error("nobody hears this")
    assert capsys.readouterr().err == ""
