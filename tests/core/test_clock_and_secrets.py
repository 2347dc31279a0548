"""Ids rise, times are whole milliseconds; secrets are read where they are kept and never shown."""

import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from agent_tui.core.clock import SYSTEM, SystemClock, truncate
from agent_tui.core.errors import ConfigError
from agent_tui.core.secrets import Secret


def test_ids_rise_and_are_version_seven() -> None:
    clock = SystemClock()
    made = [clock.new_id() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(UUID(text).version == 7 for text in made[:100])


def test_now_is_utc_in_whole_milliseconds() -> None:
    now = SYSTEM.now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_a_moment_of_another_zone_is_turned_to_utc() -> None:
    lisbon = datetime(2026, 7, 1, 12, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=1)))
    assert truncate(lisbon) == datetime(2026, 7, 1, 11, 0, 0, 123_000, tzinfo=UTC)


def test_the_four_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAIL_WORD", "from env")
    (tmp_path / "word").write_text("from file\n", encoding="utf-8")
    assert Secret({"env": "MAIL_WORD"}).reveal() == "from env"
    assert Secret({"file": str(tmp_path / "word")}).reveal() == "from file"
    assert Secret({"command": f"{sys.executable} -c 'print(\"from command\")'"}).reveal() == "from command"


def test_it_prints_as_stars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_WORD", "hunter2")
    secret = Secret({"env": "MAIL_WORD"})
    secret.reveal()
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"


@pytest.mark.parametrize(
    "source", ["plain", {}, {"env": "A", "file": "b"}, {"vault": "x"}, {"env": ""}, {"env": 3}, None]
)
def test_what_is_not_a_place(source: object) -> None:
    with pytest.raises(ConfigError):
        Secret(source)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"env": "NOT_SET_ANYWHERE"}, "is not set"),
        ({"file": "/nowhere/at/all"}, "cannot be read"),
        ({"command": "exit 3"}, r"failed \(3\)"),
        ({"command": "true"}, "is empty"),
    ],
)
def test_what_cannot_be_had(source: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as raised:
        Secret(source).reveal()
    assert raised.value.remedy
