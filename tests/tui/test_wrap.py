"""Wrapping: never wider than asked, nothing lost, and done in time."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from agent_tui.core.text import printable
from agent_tui.tui.wrap import NARROWEST, wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one", 10, ["one"]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one   two", 4, ["one", "two"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("to abcdefghij", 4, ["to", "abcd", "efgh", "ij"]),
        ("  indented text", 10, ["  indented", "text"]),
        ("a\n\n  b\n", 10, ["a", "", "  b", ""]),
        ("日本語です", 4, ["日本", "語で", "す"]),
        ("ab日本語です", 5, ["ab日", "本語", "です"]),
        ("日本語 hello", 8, ["日本語", "hello"]),
        ("日本hello", 6, ["日本", "hello"]),
        ("日本語", 1, ["日", "本", "語"]),
        ("ends in spaces      ", 14, ["ends in spaces"]),
        ("é" * 5, 2, ["éé", "éé", "é"]),
        ("e\u0301" * 5, 2, ["e\u0301e\u0301", "e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_wraps(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def some_text() -> st.SearchStrategy[str]:
    return st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from([" ", "  ", "\n", "word", "日本", "e\u0301", "❤\ufe0f", "👩\u200d💻", "👍🏽"]),
        ),
        max_size=40,
    ).map("".join)


@settings(max_examples=500)
@given(some_text(), st.integers(-3, 40))
@example("❤\ufe0f" * 20, 3)
@example(" " * 50, 7)
@example("\u0301" * 30, 2)
def test_never_wider_and_nothing_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= max(width, NARROWEST) for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(st.lists(st.text("abcd", min_size=1, max_size=9), max_size=40), st.integers(9, 40))
def test_short_words_stay_whole_and_fill_their_lines(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert " ".join(lines).split() == words
    for line, following in pairwise(lines):
        assert len(line) + 1 + len(following.split(" ")[0]) > width


@given(some_text(), st.integers(2, 40))
def test_wrapping_wrapped_text_changes_nothing(text: str, width: int) -> None:
    lines = wrap(printable(text), width)
    assert wrap("\n".join(lines), width) == lines


@pytest.mark.parametrize(
    "text",
    [
        "語" * 300_000,
        "x" * 1_000_000,
        "a" + "\u0301" * 300_000,
        " " * 1_000_000,
        "é " * 300_000,
        ("é" + "\u0301" * 50 + " ") * 6_000,
        "\n" * 300_000,
        "".join(map(chr, range(0x4E00, 0x9FFF))) * 15,
    ],
    ids=["ideographs", "one word", "marks", "spaces", "short words", "mixed", "lines", "every ideograph"],
)
def test_a_giant_is_soon_wrapped(text: str) -> None:
    before = time.process_time()
    lines = wrap(text, 78)
    assert time.process_time() - before < 2
    assert max(map(cell_len, lines)) <= 78
