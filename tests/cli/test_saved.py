"""Saved words from the command line: listed, shown, kept, reviewed, removed; and a reply made of them."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.running import spawn

KEYS = {"name", "title", "text", "review", "due", "channels", "tags", "blanks", "file", "problem", "remedy"}


def test_the_list_shows_what_is_due(home: Path, run: Run) -> None:
    said = run(home, "words")
    assert said.code == 0
    rows = {row.split()[0]: row for row in said.out.splitlines()}
    assert set(rows) == {"nuts-and-allergens", "opening-hours", "where-your-order-is"}
    assert "to be reviewed since" in rows["opening-hours"]
    assert "to be reviewed since" not in rows["where-your-order-is"]


def test_the_list_as_json(home: Path, run: Run) -> None:
    (home / "words" / "broken.md").write_bytes(b"\xff\xfe")
    said = run(home, "words", "--json")
    assert said.code == 0
    assert all(set(one) == KEYS for one in said.json)
    found = {one["name"]: one for one in said.json}
    assert found["where-your-order-is"]["blanks"] == [
        "first name", "order number", "time", "latest", "agent", "business",
    ]  # fmt: skip
    assert (found["opening-hours"]["due"], found["opening-hours"]["problem"]) == (True, None)
    assert (found["broken"]["problem"], found["broken"]["text"]) == ("it is not UTF-8 text", None)


def test_a_broken_file_is_named_beside_the_others(home: Path, run: Run) -> None:
    (home / "words" / "broken.md").write_bytes(b"+++\ntitel = 'x'\n+++\nwords")
    said = run(home, "words")
    assert len(said.out.splitlines()) == 3
    assert "broken: titel is not known; did you mean title?" in said.err


def test_a_home_without_any(empty: Path, run: Run) -> None:
    said = run(empty, "words")
    assert (said.code, said.out) == (0, "")
    assert "there are no saved words yet" in said.err
    assert run(empty, "words", "--json").json == []


def test_kept_shown_reviewed_removed(empty: Path, run: Run) -> None:
    said = run(
        empty, "words", "save", "hours", "--text", "From 7 to 19, {first_name}.", "--review", "2020-01-01"
    )
    assert (said.code, said.out) == (0, f"{empty / 'words' / 'hours.md'}\n")
    assert run(empty, "words", "show", "hours").out == "From 7 to 19, {first_name}.\n"
    assert run(empty, "words", "show", "hours", "--json").json["due"] is True
    assert run(empty, "words", "reviewed", "hours", "--json").json["due"] is False
    assert run(empty, "words", "remove", "hours").code == 0
    gone = run(empty, "words", "show", "hours")
    assert (gone.code, gone.out) == (1, "")


def test_kept_from_stdin_with_all_that_can_be_said(empty: Path, run: Run) -> None:
    said = run(
        empty, "words", "save", "late", "--title", "It is late", "--on", "sms", "--tag", "delivery", "--json",
        stdin="Sorry,\n\nit is late.\n",
    )  # fmt: skip
    assert (said.json["title"], said.json["channels"], said.json["tags"]) == (
        "It is late",
        ["sms"],
        ["delivery"],
    )
    assert said.json["text"] == "Sorry,\n\nit is late."


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["save", "../x", "--text", "x"], 2, "cannot be the name"),
        (["save", "opening-hours", "--text", "x"], 2, "already"),
        (["save", "new", "--text", "  "], 2, "it has no words"),
        (["save", "new", "--text", "x", "--review", "soon"], 2, "--review soon is no date"),
        (["save", "new", "--text", "x", "--on", "pigeon"], 2, "there is no channel pigeon"),
        (["show", "opning-hours"], 1, "did you mean opening-hours?"),
        (["remove", "nothing"], 1, "there are no saved words nothing"),
        (["reviewed", "nothing"], 1, "there are no saved words nothing"),
    ],
)
def test_what_cannot_be_done_is_said(
    home: Path, run: Run, arguments: list[str], code: int, words: str
) -> None:
    said = run(home, "words", *arguments)
    assert said.code == code
    assert words in said.err
    assert said.out == ""


class TestReply:
    def test_known_blanks_fill_themselves_and_others_are_given(self, home: Path, run: Run) -> None:
        said = run(
            home, "reply", "Dan Roth", "--words", "where-your-order-is", "--blank", "order number=4711",
            "--blank", "{time}=ten", "--blank", "latest=noon", "--json",
        )  # fmt: skip
        assert said.code == 0
        newest = run(home, "show", "Dan Roth", "--json").json["entries"][-1]
        assert newest["text"].startswith("Hello Dan, your order 4711 left the ovens at ten")
        assert newest["text"].endswith("Rui, Corner Bakery")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--words", "where-your-order-is"], 'order number, time, latest\ngive --blank "order number=…"'),
            (["--words", "opening-hours", "--blank", "size=1"], "the words have no blank size"),
            (["--words", "opening-hours", "--blank", "size"], "--blank size fills nothing"),
            (["--words", "opening-hours", "--text", "x"], "two ways to say"),
            (["--text", "Hello {first_name}"], "not every blank is filled: first name"),
            (["--text", "Hello {First Name}"], "not every blank is filled: first name"),
        ],
    )
    def test_an_open_blank_never_leaves(self, home: Path, run: Run, arguments: list[str], words: str) -> None:
        before = run(home, "show", "Dan Roth", "--json").json["entries"]
        said = run(home, "reply", "Dan Roth", *arguments)
        assert said.code == 2
        assert words in said.err
        assert run(home, "show", "Dan Roth", "--json").json["entries"] == before

    def test_braces_of_ones_own_leave_as_they_are(self, home: Path, run: Run) -> None:
        said = run(
            home, "reply", "Dan Roth", "--text", "set {colour} and {:)} and {name}", "--blank", "name={name}"
        )
        assert said.code == 0
        newest = run(home, "show", "Dan Roth", "--json").json["entries"][-1]
        assert newest["text"] == "set {colour} and {:)} and {name}"


def test_words_they_got_before_are_noted(home: Path, run: Run) -> None:
    filled = ("--words", "opening-hours")
    first = run(home, "reply", "Dan Roth", *filled)
    assert first.code == 0
    assert "already got these words" not in first.err
    second = run(home, "reply", "Dan Roth", *filled)
    assert second.code == 0
    assert "note: Dan Roth already got these words on 20" in second.err
    assert ", by email" in second.err


def test_a_reply_beside_the_point_is_noted(home: Path, run: Run) -> None:
    said = run(home, "reply", "Ana Sousa", "--words", "opening-hours")
    assert "note: says nothing of: " in said.err
    assert "note: says nothing of" not in run(home, "reply", "Ana Sousa", "--text", "Yes.").err


def test_help_names_each_command(empty: Path) -> None:
    said = spawn(empty, "words", "--help")
    assert said.code == 0
    assert all(name in said.out for name in ("show", "save", "remove", "reviewed"))
