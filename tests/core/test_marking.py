"""What was looked for is marked where it stands, however it is written."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.marking import marks
from agent_tui.core.query import parse
from tests.clocks import START


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("cake", "A cake, two Cakes, a pancake. CAKE!", ["cake", "CAKE"]),
        ("cak*", "A cake, two Cakes, a pancake.", ["cake", "Cakes"]),
        ('"two cakes"', "two  cakes; cakes two", ["two  cakes"]),
        ('"two cakes"', "two\n   cakes", ["two\n   cakes"]),
        ("ruckgabe", "die Rückgabe", ["Rückgabe"]),
        ("strasse", "Łódzka Straße", ["Straße"]),
        ("退款", "我想退款。", ["退款"]),
        ("o'neill", "Mr O\u2019Neill", ["O\u2019Neill"]),
        ("cake -nuts", "cake nuts", ["cake"]),
        ("cake is:open from:ana", "cake open ana", ["cake"]),
        ('a "a b"', "a b a", ["a b", "a"]),
        ("[/]bold", "[/]bold", ["bold"]),
    ],
)
def test_what_is_marked(query: str, text: str, expected: list[str]) -> None:
    found = marks(parse(query, START).terms, text)
    assert [text[start:end] for start, end in found] == expected


@given(st.text(), st.lists(st.sampled_from(["a", "a*", '"a b"', "-b", "é"]), min_size=1))
def test_marks_are_in_order_and_apart(text: str, asked: list[str]) -> None:
    found = marks(parse(" ".join(["x", *asked]), START).terms, text)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert all(0 <= start < end <= len(text) for start, end in found)


def test_a_long_text_is_marked_at_once() -> None:
    assert len(marks(parse("é x", START).terms, "é " * 200_000)) == 200_000
