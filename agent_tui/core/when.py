"""A moment to come as people write it: ``2026-11-24T09:00Z``, ``tomorrow 9am``, ``fri 14:30``, ``17:00``, ``3d``.

Pure. A time without a zone is the reader's own; a day without a time is nine in the morning of it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent_tui.core import dates
from agent_tui.core.errors import UsageError
from agent_tui.core.language import N_, _, _c

MORNING = time(9)

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d|w)")
_SPANS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REMEDY = N_('write it as 2026-11-24T09:00Z, "tomorrow 9am", "fri 14:30", 17:00 or 3d')


def parse(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment `text` means, in UTC; `zone` is the reader's (None: the machine's). Raises UsageError.

    A moment that has passed is refused: there is nothing to wait for.
    """
    wanted = " ".join(text.lower().split())
    try:
        moment = _span(wanted, now) or _written(wanted, zone) or _day_and_time(wanted, now, zone)
        moment = moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError) as error:
        raise UsageError(
            _("{text!r} is no moment: {error}").format(text=text, error=error), remedy=_(_REMEDY)
        ) from error
    if moment is None:
        raise UsageError(_("{text!r} is no moment").format(text=text), remedy=_(_REMEDY))
    if moment <= now:
        raise UsageError(_("{text!r} has passed").format(text=text), remedy=_("name a moment to come"))
    return moment


def _span(text: str, now: datetime) -> datetime | None:
    match = _SPAN.fullmatch(text)
    return now + timedelta(**{_SPANS[match[2]]: int(match[1])}) if match else None


def _written(text: str, zone: tzinfo | None) -> datetime | None:
    """A date as ISO 8601 writes it, with or without a time and a zone."""
    if not re.match(r"\d{4}-?\d{2}-?\d{2}", text):
        return None
    moment = datetime.fromisoformat(text.upper())
    if len(text) <= len("2026-11-24"):
        moment = datetime.combine(moment, MORNING)
    return moment if moment.tzinfo else _local(moment, zone)


def _day_and_time(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """A day in words and a time, or one of them; a weekday or time that has passed is the next such."""
    word, _sep, rest = text.partition(" ")
    today = now.astimezone(zone).date()
    day, step = _day(word, today), 7
    at = _time(rest) if rest else MORNING
    if day is None:
        day, step, at = today, 1, _time(text)
    if at is None:
        return None
    moment = _local(datetime.combine(day, at), zone)
    if moment > now or _near(word) is not None:
        return moment
    return _local(datetime.combine(day + timedelta(days=step), at), zone)


def _day(word: str, today: date) -> date | None:
    if (near := _near(word)) is not None:
        return today + timedelta(days=near)
    named = [n for n in range(7) if len(word) >= 3 and any(name.startswith(word) for name in _names(n))]
    return today + timedelta(days=(named[0] - today.weekday()) % 7) if named else None


def _near(word: str) -> int | None:
    """How many days away a word is; English is understood in every language."""
    words = {"today": 0, "tomorrow": 1, _("today").lower(): 0, _c("a day", "tomorrow").lower(): 1}
    return words.get(word)


def _names(weekday: int) -> tuple[str, str]:
    """A day of the week in English, and in the agent's language."""
    day = date(2024, 1, 1 + weekday)  # a Monday, and the days after it
    return _DAYS[weekday], dates.weekday(day).lower()


def _time(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    if match is None or (match[2] is None and match[3] is None):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and not 1 <= hour <= 12:
        raise ValueError(_("there is no {text}").format(text=text))
    return time(hour % 12 + 12 * (match[3] == "pm") if match[3] else hour, minute)


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.replace(tzinfo=zone) if zone is not None else moment.astimezone()
