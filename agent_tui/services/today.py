"""How the work goes: volume, waiting, promises, and what rises; from the store's tally to a report.

`report` is a plain function. A stretch of time is compared with the one before it, just as far into the day: today
until now with yesterday until now.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from agent_tui.core.clock import Clock
from agent_tui.core.errors import UsageError
from agent_tui.core.language import N_, _
from agent_tui.core.store import Store
from agent_tui.core.tally import Tally
from agent_tui.services.promises import BROKEN, KEPT, REOPENED
from agent_tui.services.rising import TEXTS, Rising, rising

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MADE = "promised"
WITHIN = (
    (N_("15 min"), timedelta(minutes=15)),
    (N_("1 h"), timedelta(hours=1)),
    (N_("4 h"), timedelta(hours=4)),
    (N_("1 d"), DAY),
)
LATER = N_("later")
TODAY = N_("today")  # the name of the period


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when on, and how far back the time lies that it is compared with."""

    name: str
    since: datetime
    until: datetime
    step: timedelta

    @property
    def before(self) -> tuple[datetime, datetime]:
        """What it is compared with."""
        return self.since - self.step, self.until - self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Messages in and out of one channel, or in one hour."""

    came: int = 0
    went: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Lengths of time: how many, the middle one, and the one that nine of ten do not exceed."""

    count: int = 0
    median: timedelta | None = None
    ninth: timedelta | None = None
    longest: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """Promises made, kept and broken."""

    made: int
    kept: int
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A tag, on so many customers who wrote, now and before."""

    name: str
    now: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the screen and the commands tell."""

    period: Period
    flow: Flow
    flow_before: Flow
    wrote: int
    wrote_before: int
    channels: tuple[tuple[str, Flow], ...]  # the busiest first
    hours: tuple[Flow, ...]  # of the agent's day, 24 of them
    response: Spread
    response_before: Spread
    within: tuple[tuple[str, int], ...]  # answered so fast, and no faster
    waiting: Spread
    promises: Promises
    tags: tuple[Counted, ...]  # what rises most, first
    rising: tuple[Rising, ...]
    rising_since: datetime


class Today:
    """Asks the store, and reports."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def report(self, days: int, zone: tzinfo | None = None) -> Report:
        """Of today (1), or of the last so many days."""
        return await self.over(last(days, self._clock.now(), zone), zone)

    async def since(self, since: datetime, zone: tzinfo | None = None) -> Report:
        """From a moment until now. Raises UsageError."""
        now = self._clock.now()
        if since >= now:
            raise UsageError(_("that has not come yet"), remedy=_("name a moment that has passed, as 7d"))
        return await self.over(Period(name=_("since then"), since=since, until=now, step=now - since), zone)

    async def over(self, period: Period, zone: tzinfo | None = None) -> Report:
        """Of any period. What people say needs a week at least."""
        is_short = period.until - period.since < WEEK
        now = await self._store.tally(period.since, period.until, texts=0 if is_short else TEXTS)
        before = await self._store.tally(*period.before, texts=0 if is_short else TEXTS)
        week, former = now, before
        if is_short:
            start = period.until - WEEK
            week = await self._store.tally(start, period.until, texts=TEXTS)
            former = await self._store.tally(start - WEEK, start, texts=TEXTS)
        words = await asyncio.to_thread(rising, week.told, former.told)
        return report(period, now, before, words, week.since, zone)


def last(days: int, now: datetime, zone: tzinfo | None) -> Period:
    """Today since midnight of the agent's day, or the last so many days."""
    if days > 1:
        length = timedelta(days=days)
        return Period(
            name=_("the last {days} days").format(days=days), since=now - length, until=now, step=length
        )
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(name=TODAY, since=midnight.astimezone(now.tzinfo), until=now, step=DAY)


def report(
    period: Period,
    now: Tally,
    before: Tally,
    words: tuple[Rising, ...],
    words_since: datetime,
    zone: tzinfo | None,
) -> Report:
    """What two tallies say."""
    happened = dict(now.activities)
    return Report(
        period=period,
        flow=_flow((v.came, v.went) for v in now.volumes),
        flow_before=_flow((v.came, v.went) for v in before.volumes),
        wrote=now.wrote,
        wrote_before=before.wrote,
        channels=_channels(now),
        hours=_hours(now, zone),
        response=spread(now.responses),
        response_before=spread(before.responses),
        within=_within(now.responses),
        waiting=spread([period.until - since for since in reversed(now.waiting)]),
        promises=Promises(
            made=happened.get(MADE, 0),
            kept=max(0, happened.get(KEPT, 0) - happened.get(REOPENED, 0)),
            broken=happened.get(BROKEN, 0),
        ),
        tags=_tags(now, before),
        rising=words,
        rising_since=words_since,
    )


def spread(lengths: Sequence[timedelta]) -> Spread:
    """Of lengths in their order, the shortest first. The ninth is one of them: the nearest rank."""
    if not lengths:
        return Spread()
    count = len(lengths)
    middle = (lengths[(count - 1) // 2] + lengths[count // 2]) / 2
    return Spread(count=count, median=middle, ninth=lengths[-(-count * 9 // 10) - 1], longest=lengths[-1])


def _flow(pairs: Iterable[tuple[int, int]]) -> Flow:
    listed = list(pairs)
    return Flow(came=sum(came for came, _other in listed), went=sum(went for _other, went in listed))


def _channels(tally: Tally) -> tuple[tuple[str, Flow], ...]:
    names = {volume.channel for volume in tally.volumes}
    flows = {n: _flow((v.came, v.went) for v in tally.volumes if v.channel == n) for n in names}
    return tuple(sorted(flows.items(), key=lambda item: (-item[1].came - item[1].went, item[0])))


def _hours(tally: Tally, zone: tzinfo | None) -> tuple[Flow, ...]:
    came: Counter[int] = Counter()
    went: Counter[int] = Counter()
    for volume in tally.volumes:
        hour = volume.at.astimezone(zone).hour
        came[hour] += volume.came
        went[hour] += volume.went
    return tuple(Flow(came=came[hour], went=went[hour]) for hour in range(24))


def _within(responses: Sequence[timedelta]) -> tuple[tuple[str, int], ...]:
    counted = Counter(next((name for name, most in WITHIN if r <= most), LATER) for r in responses)
    return tuple((name, counted[name]) for name in (*(name for name, _other in WITHIN), LATER))


def _tags(now: Tally, before: Tally) -> tuple[Counted, ...]:
    former = dict(before.tags)
    counted = [Counted(name=tag, now=count, before=former.get(tag, 0)) for tag, count in now.tags]
    counted.sort(key=lambda tag: (tag.before - tag.now, -tag.now, tag.name))
    return tuple(counted)
