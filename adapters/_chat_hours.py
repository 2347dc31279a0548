"""When somebody is there to answer: opening hours as people write them, in the shop's own zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent_tui.core.errors import ConfigError
from agent_tui.core.language import N_, _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(
    r"(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+(?P<opens>\S+?)\s*-\s*(?P<closes>\S+)"
)
_REMEDY = N_('write them as hours = ["Mon-Fri 09:00-18:00", "Sat 09:00-13:00"]')


@dataclass(frozen=True, slots=True)
class _Span:
    """On these days, from `opens` up to `closes`; past midnight when that is earlier."""

    days: frozenset[int]
    opens: time
    closes: time

    def covers(self, day: int, moment: time) -> bool:
        if self.opens < self.closes:
            return day in self.days and self.opens <= moment < self.closes
        return (day in self.days and moment >= self.opens) or (
            (day - 1) % 7 in self.days and moment < self.closes
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours; none at all means always."""

    spans: tuple[_Span, ...] = ()
    zone: ZoneInfo | None = None

    def open(self, now: datetime) -> bool:
        """Whether somebody is there at that (aware) moment."""
        local = now.astimezone(self.zone)
        return not self.spans or any(span.covers(local.weekday(), local.time()) for span in self.spans)


def read(lines: Sequence[str], zone: str) -> Hours:
    """The hours in words. Raises ConfigError."""
    try:
        place = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            _("there is no time zone {zone!r}").format(zone=zone),
            remedy=_('name one such as "Europe/Lisbon"'),
        ) from error
    return Hours(tuple(_span(line) for line in lines), place)


def _span(line: str) -> _Span:
    found = _LINE.fullmatch(line.strip().lower())
    try:
        if found is None:
            raise ValueError
        first = DAYS.index(found["first"])
        last = DAYS.index(found["last"] or found["first"])
        opens, closes = (_moment(found[name]) for name in ("opens", "closes"))
    except ValueError as error:
        raise ConfigError(_("{line!r} are no opening hours").format(line=line), remedy=_(_REMEDY)) from error
    count = (last - first) % 7 + 1
    return _Span(frozenset((first + i) % 7 for i in range(count)), opens, closes)


def _moment(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)
