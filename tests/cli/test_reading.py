"""inbox, show and search: the contract's JSON to the letter, and text a person can read."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.cli import schema
from tests.cli.conftest import Run


class TestInbox:
    def test_who_waits_most_urgent_first(self, home: Path, run: Run) -> None:
        said = run(home, "inbox", "--json")
        assert said.code == 0
        assert schema.INBOX(said.json)
        assert said.json[0]["name"] == "Ana Sousa"
        assert all(row["state"] == "open" and row["waiting_since"] for row in said.json)
        priorities = [row["priority"] for row in said.json]
        assert priorities == sorted(priorities, reverse=True)

    def test_everyone(self, home: Path, run: Run) -> None:
        said = run(home, "inbox", "--all", "--json")
        assert schema.INBOX(said.json)
        assert {row["state"] for row in said.json} == {"open", "snoozed", "done"}
        assert len(said.json) > len(run(home, "inbox", "--json").json)

    def test_a_limit_says_what_it_hides(self, home: Path, run: Run) -> None:
        said = run(home, "inbox", "--all", "--limit", "2", "--json")
        assert len(said.json) == 2
        assert "more" in said.err

    @pytest.mark.parametrize("limit", ["0", "-1", "many"])
    def test_a_limit_that_is_none(self, home: Path, run: Run, limit: str) -> None:
        said = run(home, "inbox", "--limit", limit)
        assert (said.code, said.out) == (2, "")
        assert len(said.err.splitlines()) <= 2

    def test_one_line_each_aligned(self, home: Path, run: Run) -> None:
        lines = run(home, "inbox", "--all").out.splitlines()
        ana = next(line for line in lines if line.startswith("Ana Sousa"))
        dan = next(line for line in lines if line.startswith("Dan Roth"))
        assert ana.index("web ") == dan.index("email ")
        assert "promise broken" in ana

    def test_nobody(self, empty: Path, run: Run) -> None:
        assert run(empty, "inbox", "--json").json == []
        said = run(empty, "inbox")
        assert (said.code, said.out, said.err) == (0, "", "nobody waits\n")


class TestShow:
    def test_both_sides_in_time_order(self, home: Path, run: Run) -> None:
        said = run(home, "show", "ana.sousa@example.com", "--json")
        assert said.code == 0
        assert schema.SHOW(said.json)
        entries = said.json["entries"]
        times = [datetime.fromisoformat(entry["at"]) for entry in entries]
        assert times == sorted(times)
        assert {entry["direction"] for entry in entries if entry["type"] == "message"} == {"in", "out"}
        assert {entry["type"] for entry in entries} == {"message", "note", "activity"}
        assert {entry["medium"] for entry in entries if entry["type"] == "message"} == {"email", "sms", "web"}

    def test_deliveries_and_files(self, home: Path, run: Run) -> None:
        tom = run(home, "show", "Tom Okafor", "--json").json["entries"]
        failed = next(entry for entry in tom if entry.get("delivery") == "failed")
        assert "could not be reached" in failed["error"]
        assert all(entry["delivery"] is None for entry in tom if entry.get("direction") == "in")
        sofia = run(home, "show", "Sofia Lindqvist", "--json").json["entries"]
        assert sofia[0]["attachments"][0]["name"] == "guests.csv"

    @pytest.mark.parametrize(
        "who",
        [
            "ana.sousa@example.com",
            "ANA.SOUSA@EXAMPLE.COM",
            "+351 912 345 678",
            "912345678",
            "Ana Sousa",
            "web:website/visitor-7f3a",
            "email:ana.sousa@example.com",
        ],
    )
    def test_who_by_any_of_their_names(self, home: Path, run: Run, who: str) -> None:
        assert run(home, "show", who, "--json").json["customer"]["name"] == "Ana Sousa"

    def test_who_by_id(self, home: Path, run: Run) -> None:
        key = run(home, "inbox", "--json").json[0]["customer_id"]
        assert run(home, "show", key, "--json").json["customer"]["id"] == key

    def test_nobody_of_that_name(self, home: Path, run: Run) -> None:
        said = run(home, "show", "Zacharias", "--json")
        assert (said.code, said.out) == (1, "")
        assert "'Zacharias'" in said.err

    def test_several_are_named(self, home: Path, run: Run) -> None:
        run(home, "set", "Dan Roth", "name=Ana Sousa")
        said = run(home, "show", "Ana Sousa")
        assert (said.code, said.out) == (1, "")
        assert "dan.roth@example.org" in said.err
        assert "ana.sousa@example.com" in said.err

    def test_pages_backwards_without_a_gap(self, home: Path, run: Run) -> None:
        whole = [entry["id"] for entry in run(home, "show", "Ana Sousa", "--json").json["entries"]]
        pages: list[str] = []
        before: list[str] = []
        while len(pages) < len(whole):
            page = run(home, "show", "Ana Sousa", "--limit", "7", *before, "--json").json["entries"]
            pages = [entry["id"] for entry in page] + pages
            before = ["--before", page[0]["id"]]
        assert pages == whole
        assert run(home, "show", "Ana Sousa", *before, "--json").json["entries"] == []

    def test_before_an_entry_there_is_not(self, home: Path, run: Run) -> None:
        said = run(home, "show", "Ana Sousa", "--before", "m-nothing")
        assert (said.code, said.out) == (1, "")

    def test_as_text(self, home: Path, run: Run) -> None:
        out = run(home, "show", "Ana Sousa").out
        assert "★★★" in out
        assert "! Inês is allergic to nuts" in out
        assert "phone +351912345678 confirmed (she wrote from this number about order 4711)" in out
        assert " · read\n" in out
        assert "note · Rui" in out

    def test_times_are_the_agents_own(self, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        import time

        before = run(home, "show", "Ana Sousa").out
        monkeypatch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        after = run(home, "show", "Ana Sousa").out
        assert "09:14  email ·" in before
        assert "14:44  email ·" in after

    def test_times_within_what_happened_are_too(
        self, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import time

        run(home, "promise", "Dan Roth", "--by", "2099-01-02T10:00Z")
        monkeypatch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        assert "promised an answer by 2099-01-02 15:30\n" in run(home, "show", "Dan Roth").out + "\n"
        told = run(home, "show", "Dan Roth", "--json").json["entries"][-1]["text"]
        assert told == "promised an answer by 2099-01-02 10:00 UTC"

    def test_promises_kept_and_broken(self, home: Path, run: Run) -> None:
        before = run(home, "show", "Dan Roth", "--json").json["customer"]["promises"]
        assert before["open"] == 1
        run(home, "reply", "Dan Roth", "--text", "It is in your mail.")
        after = run(home, "show", "Dan Roth", "--json").json["customer"]["promises"]
        assert after == {"kept": before["kept"] + 1, "broken": before["broken"], "open": 0}
        assert "promises: 1 kept" in run(home, "show", "Dan Roth").out


class TestEarlier:
    def test_how_it_was_answered_for_others(self, home: Path, run: Run) -> None:
        said = run(home, "earlier", "Ana Sousa", "--json")
        assert said.code == 0
        assert schema.EARLIER(said.json)
        before = said.json[0]
        assert (before["words"], before["times"], before["name"]) == ("nut free", 2, "Tom Okafor")
        assert before["answer"].startswith("It is: the bread is baked in the morning")
        assert (before["by"], before["medium"]) == ("Rui", "sms")
        entries = run(home, "show", before["customer_id"], "--json").json["entries"]
        assert before["entry_id"] in {entry["id"] for entry in entries}

    def test_what_one_message_asked(self, home: Path, run: Run) -> None:
        entries = run(home, "show", "Ana Sousa", "--json").json["entries"]
        first = next(e for e in entries if e["type"] == "message" and e["direction"] == "in")
        assert run(home, "earlier", "Ana Sousa", "--entry", first["id"], "--json").json == []
        said = run(home, "earlier", "Ana Sousa", "--entry", "m-nothing")
        assert (said.code, said.out) == (1, "")

    def test_as_text(self, home: Path, run: Run) -> None:
        out = run(home, "earlier", "Ana Sousa").out
        assert out.startswith('1. "nut free" ×2\n')
        assert "Tom Okafor: The author's agent asks: is the bread nut free?" in out
        assert "Rui, SMS:\n     It is: the bread" in out

    def test_nothing_like_it(self, home: Path, run: Run) -> None:
        said = run(home, "earlier", "Dan Roth")
        assert (said.code, said.out, said.err) == (0, "", "nothing like it was answered before\n")
        assert run(home, "earlier", "Dan Roth", "--json").json == []

    def test_it_marks_nothing_as_read(self, home: Path, run: Run) -> None:
        before = run(home, "inbox", "--all", "--json").json
        run(home, "earlier", "Ana Sousa")
        after = run(home, "inbox", "--all", "--json").json
        assert [(row["customer_id"], row["unread"]) for row in after] == [
            (row["customer_id"], row["unread"]) for row in before
        ]

    def test_nothing_a_terminal_would_obey(self, home: Path, run: Run) -> None:
        run(home, "reply", "Dan Roth", "--text", "ticket \x1b]0;owned\x07\u202egnp", "--now")
        for who in ("Dan Roth", "Ana Sousa"):
            out = run(home, "earlier", who).out
            assert "\x1b" not in out
            assert "\x07" not in out


class TestSearch:
    def test_messages_notes_and_customers(self, home: Path, run: Run) -> None:
        said = run(home, "search", "octopus*", "--json")
        assert schema.SEARCH(said.json)
        assert "octopus" in said.json[0]["snippet"].lower()
        assert schema.SEARCH(run(home, "search", "kitchen", "--json").json)
        assert {hit["type"] for hit in run(home, "search", "kitchen", "--json").json} >= {"note"}

    def test_words_from_the_command_line_are_one_query(self, home: Path, run: Run) -> None:
        assert (
            run(home, "search", "dark", "rye", "--json").json
            == run(home, "search", "dark rye", "--json").json
        )

    def test_an_excluded_word_is_no_option(self, home: Path, run: Run) -> None:
        with_it = run(home, "search", "rye", "--json").json
        without = run(home, "search", "rye", "-Thursday*", "--json").json
        assert 0 < len(without) < len(with_it)

    def test_with_one_customer(self, home: Path, run: Run) -> None:
        everywhere = run(home, "search", "cake", "--limit", "1000", "--json").json
        here = run(home, "search", "cake", "--with", "ana.sousa@example.com", "--json").json
        assert schema.SEARCH(here)
        ana = here[0]["customer_id"]
        assert here == [hit for hit in everywhere if hit["customer_id"] == ana and hit["entry_id"]]
        assert len(here) < len(everywhere)
        nobody = run(home, "search", "cake", "--with", "nobody@example.com")
        assert nobody.code == 1
        assert run(home, "search", "is:x", "--with", "ana.sousa@example.com").code == 2

    def test_a_limit(self, home: Path, run: Run) -> None:
        assert len(run(home, "search", "a*", "--limit", "3", "--json").json) == 3

    @pytest.mark.parametrize("query", [[], [""], ['"open'], ["is:nothing"], ["-only"], ["before:soon"]])
    def test_a_malformed_query_says_what_is_wrong(self, home: Path, run: Run, query: list[str]) -> None:
        said = run(home, "search", *query, "--json")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("agent-tui: ")

    def test_nothing(self, home: Path, run: Run) -> None:
        assert run(home, "search", "xyzzy", "--json").json == []
        assert run(home, "search", "xyzzy").err == "nothing was found\n"
