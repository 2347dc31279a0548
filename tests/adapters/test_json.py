"""JSON of strangers: whatever it is, reading it raises nothing, and gives what it should have been."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._json import NEVER, moment, number, rows, table, text, value

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def test_what_is_there_is_found() -> None:
    told = {"a": {"b": "words", "c": [{"d": 1}, 2, "3", {"d": 4}], "n": 2.5}}
    assert value(told, "a", "n") == 2.5
    assert text(told, "a", "b") == "words"
    assert table(told, "a") == told["a"]
    assert rows(told, "a", "c") == [{"d": 1}, {"d": 4}]
    assert number(told, "a", "n") == 2.5


@given(told=JSON, path=st.lists(st.sampled_from("abc"), max_size=3))
def test_whatever_it_is_the_kind_is_right(told: Any, path: list[str]) -> None:
    assert isinstance(text(told, *path), str)
    assert isinstance(table(told, *path), dict)
    assert all(isinstance(row, dict) for row in rows(told, *path))
    assert isinstance(moment(told, *path), datetime)
    found = number(told, *path)
    assert found is None or 0 <= found < 1e15


@pytest.mark.parametrize("stamp", [True, "1", None, -1, 1e18, float("nan"), float("inf"), [], 9e14])
def test_what_is_no_time_is_never(stamp: object) -> None:
    assert moment({"at": stamp}, "at") == NEVER


def test_milliseconds_are_a_time() -> None:
    assert moment({"at": 1_767_225_600_500}, "at") == datetime(2026, 1, 1, 0, 0, 0, 500_000, UTC)
