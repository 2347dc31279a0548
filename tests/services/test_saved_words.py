"""The file of saved words: read strictly, with what to write instead; written so that it reads the same."""

from datetime import date

import pytest

from agent_tui.core.errors import UsageError
from agent_tui.services.saved_words import Saved, half_a_year_on, name_for, read, with_review, write

FULL = """\
+++
# asked every week
title = "Where your order is"
review = 2027-05-01
channels = ["sms"]
tags = ["late"]
+++

Hello {first_name},

it is on its way.
"""


def test_a_whole_file() -> None:
    assert read("order", FULL) == Saved(
        name="order",
        title="Where your order is",
        text="Hello {first_name},\n\nit is on its way.",
        review=date(2027, 5, 1),
        channels=("sms",),
        tags=("late",),
    )


@pytest.mark.parametrize(
    ("written", "title", "text"),
    [
        ("Just words\n", "Opening hours", "Just words"),
        ("\ufeffJust words", "Opening hours", "Just words"),
        ("+++\r\ntitle = 'A'\r\n+++\r\nWords\r\nmore\r\n", "A", "Words\nmore"),
        ("---\ntitle = 'A'\n---\nWords", "A", "Words"),
        ("+++\n+++\n+++\nWords", "Opening hours", "+++\nWords"),
        ("+++\nreview = '2027-05-01'\n+++\nWords", "Opening hours", "Words"),
        ("Words\x1b]52;c;SEk=\x07 and \x9b2J\u202emore", "Opening hours", "Words and <U+202E>more"),
    ],
)
def test_kindly_read(written: str, title: str, text: str) -> None:
    saved = read("opening-hours", written)
    assert (saved.title, saved.text) == (title, text)


@pytest.mark.parametrize(
    ("written", "problem", "remedy"),
    [
        ("", "it has no words", "write them below"),
        ("+++\ntitle = 'A'\n+++\n  \n", "it has no words", "write them below"),
        ("+++\ntitle = 'A'\nWords", "no second one", "write +++ on a line"),
        ("+++\ntitle = A\n+++\nWords", "line 2", "in quotes"),
        ("+++\ntitel = 'A'\n+++\nWords", "titel is not known", "did you mean title?"),
        ("+++\ntitle = 7\n+++\nWords", "must be text in quotes", ""),
        ("+++\nreview = 'soon'\n+++\nWords", "review is no date", "2027-05-01"),
        ("+++\nreview = 12\n+++\nWords", "review is no date", "2027-05-01"),
        ("+++\nchannels = 'sms'\n+++\nWords", "channels", ""),
        ("+++\ntitle = 'a\x1b'\n+++\nWords", "head cannot be read", ""),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(written: str, problem: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        read("x", written)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    "saved",
    [
        Saved(name="x", title='A "quoted" \\ title', text="+++\nnot a head"),
        Saved(
            name="x",
            title="ÄÖ 日本",
            text="a\n\nb",
            review=date(2027, 1, 2),
            channels=("a", "b"),
            tags=("c",),
        ),
    ],
)
def test_what_is_written_reads_the_same(saved: Saved) -> None:
    assert read("x", write(saved)) == saved


def test_another_review_date_leaves_everything_else_as_its_owner_wrote_it() -> None:
    day = date(2028, 1, 31)
    assert with_review(FULL, day) == FULL.replace("2027-05-01", "2028-01-31")
    assert (
        with_review("Words about review = 1\n", day)
        == "+++\nreview = 2028-01-31\n+++\nWords about review = 1\n"
    )
    bare = "---\ntitle = 'A'\n---\nreview = no\n"
    assert with_review(bare, day) == "---\ntitle = 'A'\nreview = 2028-01-31\n---\nreview = no\n"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Where is it?", "where-is-it"),
        ("Öffnungszeiten", "öffnungszeiten"),
        ("注文", "注文"),
        ("../../etc/passwd", "etc-passwd"),
        ("...", "words"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_name_made_of_a_title(title: str, name: str) -> None:
    assert name_for(title) == name


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 29), date(2027, 5, 29)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_half_a_year_on(day: date, later: date) -> None:
    assert half_a_year_on(day) == later


def test_due_from_the_day_itself_on() -> None:
    saved = Saved(name="x", title="x", text="x", review=date(2027, 5, 1))
    assert not saved.is_due(date(2027, 4, 30))
    assert saved.is_due(date(2027, 5, 1))
