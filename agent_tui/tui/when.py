"""Times in words, as an agent reads them: her own zone, no second she does not need."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from agent_tui.core import dates
from agent_tui.core.language import _

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def local(at: datetime, zone: tzinfo | None) -> datetime:
    """`at` in the agent's zone; None is the machine's own."""
    return at.astimezone(zone)


def clock(at: datetime, zone: tzinfo | None) -> str:
    """``14:02``."""
    return f"{local(at, zone):%H:%M}"


def day(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """``Today``, ``Yesterday``, ``Friday 20 November``, with the year when it is not this one."""
    that, today = local(at, zone).date(), local(now, zone).date()
    if that == today:
        return _("Today")
    if that == today - timedelta(days=1):
        return _("Yesterday")
    if that.year != today.year:
        return dates.full(that)
    return _("{weekday} {day} {month}").format(
        weekday=dates.weekday(that), day=that.day, month=dates.month(that)
    )


def since(at: datetime, now: datetime) -> str:
    """How long ago, in one unit: ``now``, ``4 min``, ``2 h``, ``3 d``, ``5 wk``, ``2 y``."""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < _MINUTE:
        return _("now")
    if seconds < _HOUR:
        return _("{minutes} min").format(minutes=seconds // _MINUTE)
    if seconds < 2 * _DAY:
        return _("{hours} h").format(hours=seconds // _HOUR)
    days = seconds // _DAY
    if days < 21:
        return _("{days} d").format(days=days)
    if days < 365:
        return _("{weeks} wk").format(weeks=days // 7)
    return _("{years} y").format(years=days // 365)


def moment(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time to come or gone by, short: ``15:00``, ``Tue 15:00``, ``24 Nov``, ``Nov 2023``."""
    that, today = local(at, zone), local(now, zone).date()
    distance = abs((that.date() - today).days)
    if distance == 0:
        return f"{that:%H:%M}"
    if distance < 7:
        return f"{dates.weekday_short(that)} {that:%H:%M}"
    if that.year == today.year:
        return _("{day} {month}").format(day=that.day, month=dates.month_short(that))
    return month(at, zone)


def on_day(that: date, today: date) -> str:
    """A day of the calendar: ``24 Nov``, with the year when it is not this one."""
    if that.year == today.year:
        return _("{day} {month}").format(day=that.day, month=dates.month_short(that))
    return _("{day} {month} {year}").format(day=that.day, month=dates.month_short(that), year=that.year)


def ahead(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A moment to come, with its time always: ``today 18:00``, ``tomorrow 9:00``, ``Tue 09:00``, ``24 Nov 09:00``."""
    that, today = local(at, zone), local(now, zone).date()
    days = (that.date() - today).days
    if days in (0, 1):
        text = _("tomorrow {time}") if days else _("today {time}")
        return text.format(time=f"{that:%H:%M}")
    if 0 < days < 7:
        return f"{dates.weekday_short(that)} {that:%H:%M}"
    return f"{on_day(that.date(), today)} {that:%H:%M}"


def month(at: datetime, zone: tzinfo | None) -> str:
    """``Mar 2023``."""
    that = local(at, zone)
    return _("{month} {year}").format(month=dates.month_short(that), year=that.year)


_WRITTEN = re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b", re.ASCII)


def spoken(text: str, zone: tzinfo | None) -> str:
    """What a record says happened, its times (``2026-11-24 09:00 UTC``) by the agent's clock, without the zone."""
    return _WRITTEN.sub(lambda found: _spoken(found[0], zone), text)


def _spoken(written: str, zone: tzinfo | None) -> str:
    try:
        at = datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
        return f"{local(at, zone):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):  # no such day, or one that the other zone has not
        return written


def left(until: datetime, now: datetime) -> int:
    """Whole seconds still to go, rounded up; 0 when it has come."""
    seconds = (until - now).total_seconds()
    return max(0, -int(-seconds // 1))
