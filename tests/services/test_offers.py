"""Moments to choose from, and the words of a promise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent_tui.services import offers

LISBON = ZoneInfo("Europe/Lisbon")
NOON = datetime(2026, 11, 20, 12, 7, 30, tzinfo=UTC)  # a Friday


def test_every_moment_lies_ahead_and_has_a_letter_of_its_own() -> None:
    for hour in range(72):
        now = NOON + timedelta(hours=hour)
        for offered in (
            offers.snoozes(now, LISBON),
            offers.promises(now, LISBON),
            offers.follow_ups(now, LISBON),
        ):
            assert all(moment.at is None or moment.at > now for moment in offered)
            letters = [moment.letter for moment in offered]
            assert len(set(letters)) == len(letters)
            assert not {"o", "q", "j", "k"} & set(letters)


def test_times_of_today_that_are_near_or_gone_are_not_offered() -> None:
    def names(now: datetime) -> list[str]:
        return [moment.name for moment in offers.promises(now, UTC)]

    assert names(NOON)[:3] == ["in an hour", "today 16:00", "today 18:00"]
    assert names(NOON.replace(hour=15, minute=45))[1] == "today 18:00"
    assert names(NOON.replace(hour=22))[1] == "tomorrow 10:00"


def test_an_hour_is_rounded_up_to_five_minutes() -> None:
    (hour, *_) = offers.promises(NOON, UTC)
    assert hour.at == NOON.replace(hour=13, minute=10, second=0)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=4), "16:07 today"),
        (timedelta(days=1), "12:07 tomorrow"),
        (timedelta(days=3), "Monday, 12:07"),
        (timedelta(days=14), "4 December, 12:07"),
    ],
)
def test_a_moment_as_it_is_said(length: timedelta, words: str) -> None:
    assert offers.by_words(NOON + length, NOON, UTC) == words


@pytest.mark.parametrize("limit", [None, 160, 70, 50, 10])
@pytest.mark.parametrize("name", ["Ana Sousa", "ana@example.com", "+351912345678", ""])
def test_the_words_fit(limit: int | None, name: str) -> None:
    for letter in (True, False):
        text = offers.seen_text(name, "Rui", "16:00 today", letter=letter, limit=limit)
        assert limit is None or len(text) <= limit
        assert "@" not in text
        assert ("\n" in text) <= letter


def test_a_mail_is_written_as_one() -> None:
    text = offers.seen_text("Ana Sousa", "Rui", "16:00 today", letter=True, limit=None)
    assert text.startswith("Hello Ana,\n")
    assert text.endswith("\n\nRui")
