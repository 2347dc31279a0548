"""The command ``today``: figures for a person, JSON, and a table for a spreadsheet."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli import schema
from tests.cli.conftest import Run


class TestToday:
    def test_as_json(self, home: Path, run: Run) -> None:
        said = run(home, "today", "--since", "30d", "--json")
        assert said.code == 0
        assert schema.TODAY(said.json)
        told = said.json
        assert sum(c["in"] for c in told["channels"]) == told["messages"]["in"] > 0
        assert sum(h["in"] for h in told["hours"]) == told["messages"]["in"]
        assert sum(w["count"] for w in told["answered_within"]) == told["first_response"]["count"] > 0
        assert told["waiting"]["count"] == len(run(home, "inbox", "--json").json)
        assert told["promises"]["made"] == 2

    def test_a_home_without_history(self, empty: Path, run: Run) -> None:
        said = run(empty, "today", "--json")
        assert schema.TODAY(said.json)
        assert said.json["messages"]["in"] == 0
        assert said.json["first_response"] == {"count": 0, "median_s": None, "p90_s": None, "longest_s": None}

    def test_as_text(self, home: Path, run: Run) -> None:
        said = run(home, "today", "--since", "30d")
        assert said.code == 0
        assert "first answers" in said.out
        assert "promises" in said.out

    def test_as_a_table_on_stdout(self, home: Path, run: Run) -> None:
        run(home, "tag", "Ana Sousa", "+=HYPERLINK(1)")
        said = run(home, "today", "--since", "30d", "--csv", "-")
        assert (said.code, said.err) == (0, "")
        rows = list(csv.reader(io.StringIO(said.out)))
        assert rows[0] == ["section", "name", "now", "before", "unit"]
        assert ["tag", "'=HYPERLINK(1)", "1", "1", "customers"] in rows

    def test_a_table_in_a_file_of_its_own(self, home: Path, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "week.csv"
        said = run(home, "today", "--since", "7d", "--csv", str(file))
        assert (said.code, said.out) == (0, "")
        assert file.stat().st_mode & 0o777 == 0o600
        before = file.read_bytes()
        again = run(home, "today", "--csv", str(file))
        assert (again.code, again.out) == (2, "")
        assert file.read_bytes() == before

    @pytest.mark.parametrize("since", ["soon", "2999-01-01", "0d", "7d tag:x", "", "99999999999d"])
    def test_a_moment_that_is_none(self, home: Path, run: Run, since: str) -> None:
        said = run(home, "today", "--since", since or " ")
        assert (said.code, said.out) == (2, "")

    def test_two_ways_at_once(self, home: Path, run: Run) -> None:
        assert run(home, "today", "--json", "--csv", "-").code == 2
