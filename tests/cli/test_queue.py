"""The day's work from a script: each command leaves the customer as the screen would."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli import schema
from tests.cli.conftest import Run


def customer(home: Path, run: Run, who: str) -> dict[str, Any]:
    found = run(home, "show", who, "--json").json["customer"]
    assert isinstance(found, dict)
    return found


def test_done(home: Path, run: Run) -> None:
    said = run(home, "done", "Dan Roth", "--json")
    assert said.code == 0
    assert schema.CUSTOMER(said.json)
    assert said.json["state"] == "done"
    assert said.json["promised_by"] is None
    assert "Dan Roth" not in {row["name"] for row in run(home, "inbox", "--json").json}


def test_done_says_so_on_stderr_only(home: Path, run: Run) -> None:
    said = run(home, "done", "Dan Roth")
    assert (said.out, said.err) == ("", "Dan Roth: done\n")


def test_snooze(home: Path, run: Run) -> None:
    assert run(home, "snooze", "Dan Roth", "--until", "3d").code == 0
    found = customer(home, run, "Dan Roth")
    assert found["state"] == "snoozed"
    until = datetime.fromisoformat(found["snoozed_until"])
    assert abs(until - datetime.now(UTC) - timedelta(days=3)) < timedelta(minutes=1)


def test_promise_with_what_was_promised(home: Path, run: Run) -> None:
    run(home, "promise", "Sofia Lindqvist", "--by", "tomorrow 9am", "--text", "the recipe, typed")
    assert customer(home, run, "Sofia Lindqvist")["promised_by"].endswith("T09:00:00.000Z")
    kinds = {entry["type"] for entry in run(home, "show", "Sofia Lindqvist", "--json").json["entries"][-2:]}
    assert kinds == {"note", "activity"}


def test_tags_on_and_off(home: Path, run: Run) -> None:
    run(home, "tag", "Dan Roth", "+vip", "-office", "+late payer")
    assert customer(home, run, "Dan Roth")["tags"] == ["invoice", "vip", "late payer"]


def test_assign_and_take_away(home: Path, run: Run) -> None:
    run(home, "assign", "Dan Roth", "Marta")
    assert customer(home, run, "Dan Roth")["assigned_to"] == "Marta"
    run(home, "assign", "Dan Roth", "")
    assert customer(home, run, "Dan Roth")["assigned_to"] is None


def test_set(home: Path, run: Run) -> None:
    run(home, "set", "+351936111204", "name=Paulo, flour", "company=Moinho = Velho", "importance=2")
    found = customer(home, run, "+351936111204")
    assert (found["name"], found["company"], found["importance"]) == ("Paulo, flour", "Moinho = Velho", 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["snooze", "Dan Roth"], "--until"),
        (["snooze", "Dan Roth", "--until", "someday"], "is no moment"),
        (["snooze", "Dan Roth", "--until", "2020-01-01"], "has passed"),
        (["promise", "Dan Roth", "--by", "yesterday"], "is no moment"),
        (["tag", "Dan Roth"], "Missing argument"),
        (["tag", "Dan Roth", "vip"], "'vip' is no tag"),
        (["tag", "Dan Roth", "+"], "'+' is no tag"),
        (["set", "Dan Roth", "nmae=x"], "did you mean name?"),
        (["set", "Dan Roth", "name"], "cannot be set"),
        (["set", "Dan Roth", "name= "], "needs a name"),
        (["set", "Dan Roth", "importance=9"], "is not 1, 2 or 3"),
    ],
)
def test_what_makes_no_sense_changes_nothing(home: Path, run: Run, arguments: list[str], words: str) -> None:
    before = customer(home, run, "Dan Roth")
    said = run(home, *arguments, "--json")
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert customer(home, run, "Dan Roth") == before


def test_hostile_words_stay_words(home: Path, run: Run) -> None:
    run(home, "set", "Dan Roth", "name=Dan\x1b[2J \u202eRoth")
    assert customer(home, run, "dan.roth@example.org")["name"] == "Dan <U+202E>Roth"
