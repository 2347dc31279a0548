"""reply --at, and planned: what leaves later, what is held, and what becomes of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_tui import bootstrap, settings
from agent_tui.core.addresses import email
from agent_tui.core.clock import SYSTEM
from agent_tui.core.model import Direction, Medium, Message
from tests.cli import schema
from tests.cli.conftest import Run
from tests.cli.running import Said
from tests.cli.test_answering import entries

DAN = email("dan.roth@example.org")
PLAN = schema.table(
    id=schema.some,
    customer_id=schema.some,
    name=schema.some,
    channel=schema.some,
    to=schema.each(schema.address),
    cc=schema.each(schema.address),
    subject=schema.text,
    text=schema.text,
    delivery=schema.DELIVERY,
    error=schema.maybe(schema.some),
    send_at=schema.maybe(schema.time),
    held=schema.flag,
)


def plan(home: Path, run: Run, at: str = "3d") -> Said:
    said = run(home, "reply", "Dan Roth", "--text", "Good morning.", "--at", at, "--json")
    assert said.code == 0, said.err
    return said


def writes(home: Path, text: str = "Forget it.") -> None:
    """Dan writes, and it is filed."""

    async def file() -> None:
        async with bootstrap.at_desk(settings.load(home)) as (_, store):
            message = Message(
                id=f"m-{text}",
                address=DAN,
                channel="mail",
                medium=Medium.EMAIL,
                direction=Direction.IN,
                at=SYSTEM.now(),
                author=DAN,
                text=text,
            )
            await store.write([message])

    asyncio.run(file())


def newest(home: Path, run: Run) -> dict[str, Any]:
    return next(entry for entry in reversed(entries(home, run, "Dan Roth")) if entry["direction"] == "out")


class TestReplyAt:
    def test_it_is_queued_for_then_and_says_so(self, home: Path, run: Run) -> None:
        before = datetime.now(UTC)
        said = plan(home, run)
        assert schema.REPLY(said.json)
        assert said.json["planned"] is True
        at = datetime.fromisoformat(said.json["send_at"])
        assert timedelta(days=3) <= at - before < timedelta(days=3, minutes=1)
        assert "it leaves at" in said.err
        assert "unless they write first" in said.err
        entry = newest(home, run)
        assert (entry["delivery"], entry["send_at"], entry["planned"], entry["held"]) == (
            "queued",
            said.json["send_at"],
            True,
            False,
        )
        assert run(home, "sync", "--once", "--json").json["channels"]["mail"]["sent"] == 0

    def test_the_timeline_says_when(self, home: Path, run: Run) -> None:
        plan(home, run)
        assert "leaves 20" in run(home, "show", "Dan Roth").out

    @pytest.mark.parametrize("at", ["2020-01-01", "400d", "soon", "", "today 00:00"])
    def test_moments_that_make_no_sense_are_asked_for_wrongly(self, home: Path, run: Run, at: str) -> None:
        said = run(home, "reply", "Dan Roth", "--text", "x", "--at", at)
        assert (said.code, said.out) == (2, "")
        assert run(home, "planned", "--json").json == []

    def test_now_and_later_is_neither(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Dan Roth", "--text", "x", "--at", "3d", "--now")
        assert (said.code, said.out) == (2, "")

    def test_a_promise_for_an_earlier_time_is_refused(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Dan Roth", "--text", "x", "--at", "3d", "--promise", "2d")
        assert (said.code, said.out) == (2, "")
        assert "after the time it promises" in said.err


class TestPlanned:
    def test_all_of_them(self, home: Path, run: Run) -> None:
        assert run(home, "planned").err == "nothing is planned\n"
        key = plan(home, run).json["id"]
        (one,) = run(home, "planned", "--json").json
        assert PLAN(one)
        assert (one["id"], one["name"], one["text"], one["held"]) == (key, "Dan Roth", "Good morning.", False)
        line = run(home, "planned").out
        assert line.startswith(f"{key}  Dan Roth  leaves 20")
        assert line.endswith("Good morning.\n")

    def test_one_that_is_held_says_so_everywhere(self, home: Path, run: Run) -> None:
        plan(home, run)
        writes(home)
        summary = run(home, "sync", "--once", "--json").json["channels"]["mail"]
        assert (summary["held"], summary["failed"], summary["sent"]) == (1, 0, 0)
        entry = newest(home, run)
        assert schema.MESSAGE(entry)
        assert (entry["delivery"], entry["held"], entry["send_at"]) == ("failed", True, None)
        assert entry["error"] == "held: Dan Roth wrote first"
        (row,) = (one for one in run(home, "inbox", "--json").json if one["name"] == "Dan Roth")
        assert "a planned reply waits for your decision" in row["reasons"]
        assert row["held"] == 1
        assert "held, not sent" in run(home, "show", "Dan Roth").out
        assert "held, not sent" in run(home, "planned").out
        found = run(home, "search", "is:failed", "--json").json
        assert entry["id"] in [one["entry_id"] for one in found]

    def test_it_is_sent_now_all_the_same(self, home: Path, run: Run) -> None:
        key = plan(home, run).json["id"]
        writes(home)
        run(home, "sync", "--once")
        said = run(home, "planned", key, "--now", "--json")
        assert said.code == 0, said.err
        assert PLAN(said.json)
        assert said.json["id"] != key
        assert newest(home, run)["id"] == said.json["id"]
        assert run(home, "planned", "--json").json == []

    def test_another_moment(self, home: Path, run: Run) -> None:
        said = plan(home, run)
        key = said.json["id"]
        moved = run(home, "planned", key, "--at", "5d")
        assert moved.out == f"{key} queued\n"
        assert run(home, "planned", "--json").json[0]["send_at"] > said.json["send_at"]
        assert run(home, "planned", key, "--at", "yesterday").code == 2

    def test_taken_back(self, home: Path, run: Run) -> None:
        key = plan(home, run).json["id"]
        said = run(home, "planned", key, "--back")
        assert said.code == 0
        assert "its words are a draft again" in said.err
        assert run(home, "planned", "--json").json == []
        assert run(home, "planned", key, "--back").code == 1

    @pytest.mark.parametrize(
        "more", [("x",), ("--now",), ("x", "--now", "--back"), ("x", "--at", "3d", "--now")]
    )
    def test_what_makes_no_sense(self, home: Path, run: Run, more: tuple[str, ...]) -> None:
        said = run(home, "planned", *more)
        assert (said.code, said.out) == (2, "")

    def test_what_is_not_there(self, home: Path, run: Run) -> None:
        said = run(home, "planned", "nothing", "--now")
        assert (said.code, said.out) == (1, "")
        assert "no outgoing message nothing" in said.err

    def test_an_export_and_a_reindex_keep_it(self, home: Path, run: Run) -> None:
        key = plan(home, run).json["id"]
        assert run(home, "reindex").code == 0
        assert [one["id"] for one in run(home, "planned", "--json").json] == [key]
