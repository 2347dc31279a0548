"""Moments as people write them, where they are, in summer and in winter."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core import language, when
from agent_tui.core.errors import UsageError

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)  # a Saturday
LISBON = ZoneInfo("Europe/Lisbon")
KOLKATA = ZoneInfo("Asia/Kolkata")

MEANT = {
    "3d": "2026-11-24T14:00",
    "2 h": "2026-11-21T16:00",
    "30m": "2026-11-21T14:30",
    "1w": "2026-11-28T14:00",
    "tomorrow 9am": "2026-11-22T09:00",
    "Tomorrow": "2026-11-22T09:00",
    "today 17:00": "2026-11-21T17:00",
    "17:00": "2026-11-21T17:00",
    "17h30": "2026-11-21T17:30",
    "9am": "2026-11-22T09:00",
    "12am": "2026-11-22T00:00",
    "12pm": "2026-11-22T12:00",
    "fri 14:30": "2026-11-27T14:30",
    "saturday": "2026-11-28T09:00",
    "sat 3pm": "2026-11-21T15:00",
    "2026-11-24": "2026-11-24T09:00",
    "2026-11-24 10:15": "2026-11-24T10:15",
    "2026-11-24T09:00Z": "2026-11-24T09:00",
    "2026-11-24t09:00z": "2026-11-24T09:00",
    "2026-11-24T09:00+02:00": "2026-11-24T07:00",
}


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant(text: str) -> None:
    assert when.parse(text, NOW, LISBON) == datetime.fromisoformat(MEANT[text]).replace(tzinfo=UTC)


def test_a_time_without_a_zone_is_the_readers() -> None:
    assert when.parse("tomorrow 9am", NOW, KOLKATA) == datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
    assert when.parse("2026-11-24 09:00", NOW, KOLKATA) == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_nine_is_nine_after_the_clocks_changed() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # Lisbon is an hour ahead from the 29th on
    assert when.parse("tomorrow 9am", before, LISBON) == datetime(2026, 3, 29, 8, 0, tzinfo=UTC)


def test_the_day_is_the_readers() -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # in Kolkata it is the 22nd already
    assert when.parse("tomorrow 9am", late, KOLKATA) == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


def test_without_a_zone_the_machines_own_is_meant() -> None:
    assert when.parse("tomorrow 9am", NOW) == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # tests run in UTC


WRONG = [
    "",
    "soon",
    "13pm",
    "0am",
    "tomorrow 25:00",
    "today 9:61",
    "tomorrow noon",
    "99:99",
    "2026-13-01",
    "9",
    "d",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_means_nothing_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is no moment") as raised:
        when.parse(text, NOW, LISBON)
    assert "tomorrow 9am" in raised.value.remedy


@pytest.mark.parametrize("text", ["today 9am", "0m", "2026-11-21T14:00Z", "2020-01-01"])
def test_what_has_passed_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="has passed"):
        when.parse(text, NOW, LISBON)


@given(
    st.text(max_size=30)
    | st.from_regex(r"\d{1,5} ?[mhdw]|\d{4}-\d\d-\d\d.{0,8}|[a-z]{3,9} \d+:?\d*", fullmatch=True)
)
def test_whatever_is_typed_is_a_moment_to_come_or_a_usage_error(text: str) -> None:
    try:
        assert when.parse(text, NOW, LISBON) > NOW
    except UsageError:
        return


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("amanhã 9:00", "tomorrow 9:00"),
        ("hoje 17:00", "today 17:00"),
        ("sex 14:30", "fri 14:30"),
        ("sáb 15:00", "sat 15:00"),
        ("Segunda-feira", "monday"),
        ("tomorrow 9am", "tomorrow 9am"),
        ("dom", "sunday"),
    ],
)
def test_days_are_understood_in_the_agents_language_too(text: str, same: str) -> None:
    expected = when.parse(same, NOW, LISBON)
    language.use("pt")
    assert when.parse(text, NOW, LISBON) == expected
