"""From tallies to the report, without a store; and the table made of it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent_tui.core.errors import UsageError
from agent_tui.core.tally import Tally, Volume
from agent_tui.services.rising import Rising
from agent_tui.services.today import Flow, Period, Promises, Report, Spread, Today, last, report, spread
from agent_tui.services.today_sheet import HEADER, as_csv, file_name
from storage.memory import MemoryStore
from tests.clocks import START, FrozenClock
from tests.contracts.records import came, customer, went

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
MIN = timedelta(minutes=1)
WEEK = Period(name="week", since=NOW - timedelta(days=7), until=NOW, step=timedelta(days=7))


def tally(**facts: object) -> Tally:
    return replace(Tally(since=WEEK.since, until=NOW), **facts)  # type: ignore[arg-type]


def made(
    now: Tally, before: Tally | None = None, zone: str = "UTC", rising: tuple[Rising, ...] = ()
) -> Report:
    return report(WEEK, now, before or tally(), rising, WEEK.since, ZoneInfo(zone))


def volume(hour: int, minute: int, channel: str, came: int, went: int) -> Volume:
    at = NOW.replace(hour=hour, minute=minute)
    return Volume(at=at, channel=channel, came=came, went=went)


VOLUMES = (volume(9, 0, "mail", 3, 1), volume(9, 30, "sms", 1, 0), volume(23, 45, "mail", 0, 2))


class TestReport:
    def test_nothing_at_all(self) -> None:
        empty = made(tally())
        assert (empty.flow, empty.response, empty.waiting) == (Flow(), Spread(), Spread())
        assert empty.hours == (Flow(),) * 24
        assert (empty.channels, empty.tags, empty.rising) == ((), (), ())

    def test_channels_the_busiest_first(self) -> None:
        told = made(tally(volumes=VOLUMES))
        assert told.flow == Flow(came=4, went=3)
        assert told.channels == (("mail", Flow(came=3, went=3)), ("sms", Flow(came=1, went=0)))

    @pytest.mark.parametrize(
        ("zone", "hours"),
        [("UTC", {9: (4, 1), 23: (0, 2)}), ("Asia/Kolkata", {14: (3, 1), 15: (1, 0), 5: (0, 2)})],
    )
    def test_hours_are_the_agents_own(self, zone: str, hours: dict[int, tuple[int, int]]) -> None:
        told = made(tally(volumes=VOLUMES), zone=zone)
        assert {n: (f.came, f.went) for n, f in enumerate(told.hours) if f != Flow()} == hours

    def test_promises_made_kept_and_broken(self) -> None:
        kinds = (("done", 9), ("promise.broken", 1), ("promise.kept", 3), ("promised", 4))
        assert made(tally(activities=kinds)).promises == Promises(made=4, kept=3, broken=1)

    def test_an_answer_taken_back_kept_no_promise(self) -> None:
        kinds = (("promise.kept", 3), ("promise.reopened", 1), ("promise.withdrawn", 1))
        assert made(tally(activities=kinds)).promises.kept == 2
        assert made(tally(activities=(("promise.reopened", 1),))).promises.kept == 0

    def test_tags_that_rise_stand_first(self) -> None:
        told = made(tally(tags=(("a", 5), ("b", 3), ("c", 3))), tally(tags=(("a", 6), ("b", 2))))
        assert [(t.name, t.now, t.before) for t in told.tags] == [("c", 3, 0), ("b", 3, 2), ("a", 5, 6)]

    def test_who_waits(self) -> None:
        told = made(tally(waiting=(NOW - 60 * MIN, NOW - 10 * MIN)))
        assert told.waiting == Spread(count=2, median=35 * MIN, ninth=60 * MIN, longest=60 * MIN)

    def test_answered_within(self) -> None:
        lengths = tuple(n * MIN for n in (1, 15, 16, 241, 1441))
        counts = made(tally(responses=lengths)).within
        assert counts == (("15 min", 2), ("1 h", 1), ("4 h", 0), ("1 d", 1), ("later", 1))


@pytest.mark.parametrize(
    ("lengths", "middle", "ninth"),
    [([1], 1, 1), ([1, 3], 2, 3), (list(range(1, 11)), 5.5, 9), ([1, 2, 9], 2, 9)],
)
def test_the_middle_and_nine_of_ten(lengths: list[int], middle: float, ninth: int) -> None:
    told = spread([n * MIN for n in lengths])
    assert (told.count, told.median, told.ninth) == (len(lengths), middle * MIN, ninth * MIN)


class TestPeriods:
    def test_today_begins_at_the_agents_midnight(self) -> None:
        period = last(1, NOW, ZoneInfo("Asia/Kolkata"))
        assert period.since == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
        assert period.before == (period.since - timedelta(days=1), NOW - timedelta(days=1))

    def test_days(self) -> None:
        assert last(7, NOW, UTC).before == (NOW - timedelta(days=14), NOW - timedelta(days=7))

    async def test_the_future_has_no_report(self) -> None:
        with pytest.raises(UsageError):
            await Today(MemoryStore(FrozenClock()), FrozenClock()).since(START + MIN)


async def test_a_day_from_the_store_and_what_rises_over_a_week() -> None:
    clock, store = FrozenClock(), MemoryStore(FrozenClock())
    back = (START - datetime(2026, 11, 21, 12, tzinfo=UTC)) / MIN
    names = ("ana", "bob", "cleo")
    await store.write([customer(name, tags=("vip",)) for name in names])
    await store.write([came(f"m-{n}", n, back - 3 * 1440, text="The checkout hangs") for n in names])
    await store.write([came(f"m-old-{n}", n, back - 9 * 1440, text="rye") for n in names])
    await store.write([came("m-now", "ana", back - 30), went("m-answer", "ana", back - 10)])
    told = await Today(store, clock).report(1, UTC)
    assert (told.flow, told.wrote, told.response.median) == (
        Flow(came=1, went=1),
        1,
        9 * 1440 * MIN - 10 * MIN,
    )
    assert [(word.words, word.now) for word in told.rising] == [("checkout hangs", 3)]
    assert [(tag.name, tag.now) for tag in told.tags] == [("vip", 1)]


class TestTable:
    def test_every_figure_has_a_row(self) -> None:
        told = made(
            tally(volumes=VOLUMES, responses=(MIN,), wrote=2), rising=(Rising(words="rye", now=3, before=1),)
        )
        rows = list(csv.reader(io.StringIO(as_csv(told))))
        assert tuple(rows[0]) == HEADER
        assert all(len(row) == len(HEADER) for row in rows)
        assert ["messages", "in", "4", "0", "messages"] in rows
        assert ["first response", "90th percentile", "60", "", "seconds"] in rows
        assert ["channel in", "mail", "3", "", "messages"] in rows
        assert sum(row[0] == "hour in" for row in rows) == 24

    def test_outside_text_is_no_formula(self) -> None:
        hostile = '=HYPERLINK("//evil.example")'
        told = made(
            tally(tags=((hostile, 3),), volumes=(volume(9, 0, "@SUM(A1)", 1, 0),)),
            rising=(Rising(words="+1", now=3, before=0),),
        )
        cells = [cell for row in csv.reader(io.StringIO(as_csv(told))) for cell in row]
        assert f"'{hostile}" in cells
        assert not any(cell[:1] in set("=+-@%|") for cell in cells if cell)

    def test_the_file_says_what_and_when(self) -> None:
        assert file_name(made(tally()), NOW) == "7-days-2026-11-21.csv"
