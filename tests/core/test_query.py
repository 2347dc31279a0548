"""What an agent types into search, understood or refused with words."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.errors import UsageError
from agent_tui.core.query import Query, Term, operators, parse
from tests.clocks import START


def test_words_phrases_prefixes_and_what_not_to_find() -> None:
    query = parse('cake "nut free" choc* -coffee -"to go"', START)
    assert query.terms == (
        Term(text="cake"),
        Term(text="nut free"),
        Term(text="choc", prefix=True),
        Term(text="coffee", negated=True),
        Term(text="to go", negated=True),
    )


def test_operators() -> None:
    query = parse(
        'from:ana@example.com to:shop on:sms is:OPEN tag:vip has:attachment from:"Ana Sousa"', START
    )
    assert query == Query(
        sender=("ana@example.com", "Ana Sousa"),
        recipient=("shop",),
        on=("sms",),
        states=("open",),
        tags=("vip",),
        attachment=True,
    )


def test_times() -> None:
    query = parse("before:2026-11-01 after:2w", START)
    assert query.before == datetime(2026, 11, 1, tzinfo=UTC)
    assert query.after == START - timedelta(weeks=2)


def test_what_looks_like_an_operator_is_a_word() -> None:
    assert parse("10:30 http://example.com", START).terms == (
        Term(text="10:30"),
        Term(text="http://example.com"),
    )


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("-cake", "only says what not to find"),
        ('"cake', "not closed"),
        ("is:sleepy", "is:sleepy is not known"),
        ("before:tomorrow", "is not a date"),
        ("has:cake", "is not known"),
        ('from:""', "needs a value"),
        ("from:", "needs a value"),
        ("cake is: open", "needs a value"),
        ("-is:open", "is not possible"),
        ('"---"', "names no word"),
        ('subject:"cake"', "no operator subject:"),
    ],
)
def test_mistakes_are_named(typed: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as raised:
        parse(typed, START)
    assert raised.value.remedy


@given(st.text(max_size=60))
def test_it_never_fails_in_another_way(typed: str) -> None:
    with suppress(UsageError):
        assert parse(typed, START) != Query()


def test_operators_are_found_where_they_stand() -> None:
    typed = 'cake on:SMS -is:open tag:"a b" 10:30 from: "on:x" IS:hungry'
    assert [(typed[p.start : p.end], p.operator, p.value) for p in operators(typed)] == [
        ("on:SMS", "on", "SMS"),
        ("-is:open", "is", "open"),
        ('tag:"a b"', "tag", "a b"),
        ("from:", "from", ""),
        ("IS:hungry", "is", "hungry"),
    ]


@given(st.text(max_size=60))
def test_operators_are_read_from_anything(typed: str) -> None:
    assert all(typed[p.start : p.end] for p in operators(typed))
