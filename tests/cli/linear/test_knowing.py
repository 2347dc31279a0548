"""Who is who, why they wait, how content they are, how the day goes: in lines, by the real program."""

from pathlib import Path

from agent_tui.cli.linear.words import WORDS
from agent_tui.tui import keys
from tests.cli.conftest import Run
from tests.cli.linear.test_linear import typed

DRAWN = {
    *(
        command.id for command in keys.COMMANDS if command.group == "Moving"
    ),  # lines have no panes and no pages
    *{"back", "view.next", "mark", "unmark", "copy", "jump", "palette", "theme", "compact", "times"},
    *{"find.next", "find.prev", "find.close", "pin.open"},  # every hit is said, with its time
    *{
        "send",
        "send_done",
        "leave",
        "note.toggle",
        "channel.next",
        "editor",
        "plain",
        "draft.save",
    },  # a composer's
    *{
        "promise.by",
        "blank",
        "words.save",
    },  # the moment and the blanks are asked for; `agent-tui words save` keeps some
}
"""What only a screen has; each has a reason here, everything else has a word."""


def test_the_same_actions_as_on_the_screen() -> None:
    spoken = {word.id for word in WORDS}
    assert {command.id for command in keys.COMMANDS} - spoken - DRAWN == set()
    assert not DRAWN - {command.id for command in keys.COMMANDS}


def test_why_they_wait_is_told_and_changed(home: Path, run: Run) -> None:
    said = typed(
        home, "why", "open Dan Roth", "why severity=3 effort=1", "why", "why luck=3", "why effort=9", "undo"
    )
    assert "no customer is open" in said.out
    assert said.out.count("severity=3: ") == 2
    assert "there is no factor luck" in said.out
    assert "effort 9 is not 1, 2 or 3" in said.out
    assert "Taken back: Dan Roth: severity=3 effort=1." in said.out
    found = run(home, "show", "Dan Roth", "--json").json["customer"]
    assert (found["severity"], found["effort"]) == (1, 2)


def test_how_content_they_are(home: Path, run: Run) -> None:
    said = typed(home, "open Dan Roth", "satisfaction", "satisfaction 6", "satisfaction 4")
    assert "write satisfaction 1, not at all, to 5, very" in said.out
    assert "satisfaction 6 is not 1 to 5" in said.out
    assert "Dan Roth: satisfaction 4." in said.out
    assert run(home, "show", "Dan Roth", "--json").json["customer"]["satisfaction"] == 4


def test_joined_and_taken_back(home: Path, run: Run) -> None:
    before = run(home, "show", "Dan Roth", "--json").json
    said = typed(home, "open Dan Roth", "join", "join Tom Okafor", "card", "undo")
    assert " is joined." in said.out
    assert "Taken back: " in said.out
    after = run(home, "show", "Dan Roth", "--json").json
    assert after["customer"]["identities"] == before["customer"]["identities"]
    assert len(after["entries"]) == len(before["entries"])


def test_an_address_leaves_and_is_shared(home: Path, run: Run) -> None:
    theirs = run(home, "show", "Ana Sousa", "--json").json["customer"]["identities"]
    phone = next(each["value"] for each in theirs if each["scheme"] == "phone")
    said = typed(
        home,
        "open Ana Sousa",
        f"share {phone}",
        f"share {phone}",
        "split nobody@example.com",
        f"split {phone}",
        "undo",
    )
    assert f"{phone} is shared by several people." in said.out
    assert f"{phone} is one person's." in said.out
    assert "is none of their addresses. they have email:" in said.out
    assert f"{phone} left Ana Sousa." in said.out
    now = run(home, "show", "Ana Sousa", "--json").json["customer"]["identities"]
    assert [(each["value"], each["shared"]) for each in now] == [(e["value"], e["shared"]) for e in theirs]


def test_two_people_are_not_asked_about_again(home: Path) -> None:
    said = typed(home, "open Dan Roth", "apart", "apart Tom Okafor")
    assert "nobody is named" in said.out
    assert "They are two people." in said.out


def test_the_newest_message_whole_and_the_day(home: Path) -> None:
    said = typed(
        home, "open Dan Roth", "whole", "today", "today 30d", "today tomorrow", "call_link", "meeting_link"
    )
    assert said.out.count("waiting now") == 2
    assert "tomorrow is no moment that has passed" in said.out
    assert (
        "Sorry to push, the bookkeeper" in said.out.split("Dan Roth>")[-1]
        or said.out.count("Sorry to push") >= 2
    )
    assert "your own number is not known" in said.out
    assert "no meeting address is set" in said.out
