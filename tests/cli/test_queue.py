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


def test_snooze_until_they_write(home: Path, run: Run) -> None:
    assert run(home, "snooze", "Dan Roth", "--until-they-write").code == 0
    found = customer(home, run, "Dan Roth")
    assert (found["state"], found["snoozed_until"]) == ("snoozed", None)
    assert [row["name"] for row in run(home, "inbox", "--snoozed", "--json").json].count("Dan Roth") == 1
    assert run(home, "snooze", "Dan Roth").code == 2
    assert run(home, "snooze", "Dan Roth", "--until", "3d", "--until-they-write").code == 2


def test_factors_change_the_order_and_the_reasons(home: Path, run: Run) -> None:
    before = {row["name"]: row for row in run(home, "inbox", "--json").json}
    name = next(iter(before))
    said = run(home, "set", name, "severity=3", "effort=1", "--json")
    assert (said.json["severity"], said.json["effort"]) == (3, 1)
    after = {row["name"]: row for row in run(home, "inbox", "--json").json}
    assert {"urgent", "a quick answer"} <= set(after[name]["reasons"])
    assert after[name]["priority"] > before[name]["priority"]


def test_the_lists_of_the_inbox(home: Path, run: Run) -> None:
    run(home, "assign", "Dan Roth", "Rui")
    run(home, "done", "Sofia Lindqvist")
    names = {
        option: [row["name"] for row in run(home, "inbox", *option.split(), "--json").json]
        for option in ("--mine --all", "--unassigned --all", "--done", "--tag invoice --all", "--failed")
    }
    assert "Sofia Lindqvist" in names["--done"]
    assert "Dan Roth" in names["--tag invoice --all"]
    assert "Dan Roth" not in names["--unassigned --all"]
    assert names["--failed"] == ["Tom Okafor"]
    assert "Dan Roth" in names["--mine --all"]
    assert run(home, "inbox", "--channel", "maill", "--json").code == 2
    assert run(home, "inbox", "--done", "--snoozed", "--json").code == 2


def test_checking_in_with_good_customers(home: Path, run: Run) -> None:
    config = home / "config.toml"
    config.write_text("checkin_days = 1\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    for row in run(home, "inbox", "--all", "--json").json:
        run(home, "done", row["customer_id"])
        run(home, "set", row["customer_id"], "importance=2")
    rows = run(home, "inbox", "--check-in", "--json").json
    assert rows
    assert all(row["reasons"][0].startswith("nothing said for") for row in rows)


def test_follow_up_only_after_an_answer(home: Path, run: Run) -> None:
    waits = run(home, "inbox", "--json").json[0]["customer_id"]
    assert run(home, "follow-up", waits, "--by", "3d").code == 2
    run(home, "done", "Dan Roth")
    assert run(home, "follow-up", "Dan Roth", "--by", "3d", "--json").json["follow_up"] is True


def test_a_reply_that_promises(home: Path, run: Run) -> None:
    said = run(home, "reply", "Sofia Lindqvist", "--text", "Seen!", "--promise", "tomorrow 9am", "--json")
    assert said.code == 0
    assert customer(home, run, "Sofia Lindqvist")["promised_by"].endswith("T09:00:00.000Z")
    run(home, "reply", "Sofia Lindqvist", "--text", "Here it is.")
    assert customer(home, run, "Sofia Lindqvist")["promised_by"] is None


def test_unread(home: Path, run: Run) -> None:
    before = customer(home, run, "Dan Roth")["unread"]
    assert run(home, "unread", "Dan Roth").code == 0
    assert bool(customer(home, run, "Dan Roth")["unread"]) is not bool(before)


def test_pin_and_unpin(home: Path, run: Run) -> None:
    said = run(home, "show", "Dan Roth", "--json").json["entries"]
    entry = next(one["id"] for one in said if one["type"] == "message")
    pinned = run(home, "pin", "Dan Roth", "pays by card", "--from", entry, "--json")
    assert schema.CUSTOMER(pinned.json)
    assert "pays by card" in pinned.json["notes_pinned"]
    assert pinned.json["pinned_from"] == {"pays by card": entry}
    assert run(home, "unpin", "Dan Roth", "pays by card").code == 0
    assert "pays by card" not in customer(home, run, "Dan Roth")["notes_pinned"]
    assert run(home, "unpin", "Dan Roth", "pays by card").code == 2


def test_pin_names_no_entry_of_others(home: Path, run: Run) -> None:
    said = run(home, "show", "Sofia Lindqvist", "--json").json["entries"]
    wrong = run(home, "pin", "Dan Roth", "pays by card", "--from", said[0]["id"])
    assert (wrong.code, "they have no entry" in wrong.err) == (1, True)


def test_satisfaction_is_kept_with_when(home: Path, run: Run) -> None:
    said = run(home, "set", "Dan Roth", "satisfaction=4", "company=Roth", "--json")
    assert (said.json["satisfaction"], said.json["company"]) == (4, "Roth")
    assert schema.CUSTOMER(said.json)
    assert said.json["satisfaction_at"] is not None
    assert run(home, "set", "Dan Roth", "satisfaction=2").err == "Dan Roth: set satisfaction\n"
    assert customer(home, run, "Dan Roth")["satisfaction"] == 2
    assert run(home, "set", "Dan Roth", "satisfaction=6").code == 2
