"""Moments worth offering, each under one letter, and the words of a promise. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from agent_tui.core import dates
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.when import parse

SOON = timedelta(minutes=30)  # nearer than this, a time of today is not offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A letter, what it is called, and when it is; None: when they write."""

    letter: str
    name: str
    at: datetime | None


def snoozes(now: datetime, zone: tzinfo | None) -> tuple[Moment, ...]:
    """Until when somebody may be out of sight."""
    return (
        Moment(letter="3", name=_("in 3 hours"), at=now + timedelta(hours=3)),
        Moment(letter="t", name=_("tomorrow 9:00"), at=parse("tomorrow 9:00", now, zone)),
        Moment(letter="m", name=_("Monday 9:00"), at=parse("monday 9:00", now, zone)),
        Moment(letter="w", name=_("until they write"), at=None),
    )


def promises(now: datetime, zone: tzinfo | None) -> tuple[Moment, ...]:
    """By when somebody may hear from us."""
    return (*_today(now, zone), *_days(now, zone, "10:00"))


def later(now: datetime, zone: tzinfo | None) -> tuple[Moment, ...]:
    """When a reply may leave."""
    return (*_today(now, zone), *_days(now, zone, "9:00"))


def usual(now: datetime, zone: tzinfo | None) -> datetime:
    """By when somebody hears from us when nothing else is chosen: the next round time of today, or tomorrow's."""
    return next(m.at for m in promises(now, zone) if m.letter != "1" and m.at is not None)


def follow_ups(now: datetime, zone: tzinfo | None) -> tuple[Moment, ...]:
    """When to ask again."""
    three, seven = (now + timedelta(days=days) for days in (3, 7))
    return (
        *_days(now, zone, "9:00"),
        Moment(letter="3", name=_("in 3 days"), at=_morning(three, zone)),
        Moment(letter="w", name=_("in a week"), at=_morning(seven, zone)),
    )


def _morning(day: datetime, zone: tzinfo | None) -> datetime:
    return parse(f"{day.astimezone(zone):%Y-%m-%d}", day - timedelta(days=1), zone)


def _days(now: datetime, zone: tzinfo | None, time: str) -> tuple[Moment, ...]:
    return (
        Moment(
            letter="t", name=_("tomorrow {time}").format(time=time), at=parse(f"tomorrow {time}", now, zone)
        ),
        Moment(letter="m", name=_("Monday {time}").format(time=time), at=parse(f"monday {time}", now, zone)),
    )


def _today(now: datetime, zone: tzinfo | None) -> Iterator[Moment]:
    hour = now + timedelta(hours=1)
    round_up = timedelta(minutes=-hour.minute % 5, seconds=-hour.second, microseconds=-hour.microsecond)
    yield Moment(letter="1", name=_("in an hour"), at=hour + round_up)
    for letter, time in (("n", "12:00"), ("a", "16:00"), ("e", "18:00")):
        try:
            at = parse(f"today {time}", now, zone)
        except UsageError:  # it has passed
            continue
        if at - now > SOON:
            yield Moment(letter=letter, name=_("today {time}").format(time=time), at=at)


def by_words(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A promised moment as it is said to a customer: ``16:00 today``, ``Monday, 10:00``, ``4 December, 10:00``."""
    that, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (that.date() - today).days
    time = f"{that:%H:%M}"
    if days < 2:
        return (_("{time} today") if days <= 0 else _("{time} tomorrow")).format(time=time)
    if days < 7:
        return _("{weekday}, {time}").format(weekday=dates.weekday(that), time=time)
    return _("{day} {month}, {time}").format(day=that.day, month=dates.month(that), time=time)


def seen_text(name: str, agent: str, by: str, *, letter: bool, limit: int | None) -> str:
    """The words of a promise, a start to be made personal: the fullest that fits. `letter`: written as a mail is."""
    first = (
        name.split(maxsplit=1)[0] if name and not any(char.isdigit() or char in "@:" for char in name) else ""
    )
    hello = _("Hello {first}").format(first=first) if first else _("Hello")
    full = _("{hello},\n\nI have seen your message. You will hear from me by {by}.\n\n{agent}").format(
        hello=hello, by=by, agent=agent
    )
    short = _("{hello}, I have seen your message. You will hear from me by {by}. {agent}").format(
        hello=hello, by=by, agent=agent
    )
    tiny = _("Seen. You will hear from me by {by}.").format(by=by)
    fitting = [words for words in (full, short, tiny) if letter or words is not full]
    return next((words for words in fitting if limit is None or len(words) <= limit), tiny[:limit])
