"""Reading a hostile list: nothing missed and nothing twice, whatever it does between two pages."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import aclosing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from agent_tui.core.channel import Received
from agent_tui.core.errors import Unavailable
from tests.adapters.texting import Phone, closing
from tests.clocks import FrozenClock
from tests.contracts.channel import read_all
from tests.servers.twilio import Fault, Text, Twilio

CUSTOMERS = tuple(f"+35191234{number:04d}" for number in range(12))


class World:
    """People who write in bursts, in the same second, late and dated back, while the list is being read."""

    def __init__(self, server: Twilio, clock: FrozenClock, seed: int) -> None:
        self.server = server
        self.clock = clock
        self.random = random.Random(seed)
        self.late: list[Text] = []
        self.written: list[str] = []
        self.by_us: set[str] = set()

    def write(self, number: int) -> None:
        for _ in range(number):
            back = timedelta(seconds=self.random.choice([0, 0, 0, 1, 30, 400]))
            text = self.server.deliver(self.random.choice(CUSTOMERS), f"word {len(self.written)}", ago=back)
            text.listed = self.random.random() > 0.1
            if not text.listed:
                self.late.append(text)
            self.written.append(text.sid)

    def while_reading(self, page: int) -> None:
        """New rows push the old ones down, under whoever counts pages."""
        if self.random.random() < 0.5:
            self.write(self.random.randint(1, 3))
        if page and self.random.random() < 0.3:
            other = self.server.elsewhere_sent(self.random.choice(CUSTOMERS), "from the phone")
            self.by_us.add(other.sid)

    def arrive(self) -> None:
        """What was late is in the list now, at the place its date gives it."""
        for text in self.late:
            text.listed = True
        self.late.clear()


@pytest.mark.parametrize("by_day", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
async def test_hostile_paging(tmp_path: Path, seed: int, by_day: bool) -> None:
    clock = FrozenClock()
    with Twilio(clock.now, by_day=by_day) as server:
        world = World(server, clock, seed)
        server.largest_page = 20
        server.before_page = world.while_reading
        faults: list[Fault] = ["busy", "failed", "broken", "garbled"]
        got: Counter[str] = Counter()
        cursor: str | None = None
        rounds = 0
        while len(world.written) < 420 or rounds % 5:
            rounds += 1
            world.write(world.random.choice([0, 3, 25, 60]))
            server.page_faults(*[world.random.choice(["", "", "", *faults]) for _ in range(3)])
            cursor = await _read(Phone(server, tmp_path), clock, cursor, got)
            world.arrive()
            clock.tick(seconds=world.random.choice([1, 7, 90]))
        server.before_page = lambda _: None
        cursor = await _read(Phone(server, tmp_path), clock, cursor, got)
    assert set(got) == set(world.written) | world.by_us
    assert len(got) >= 420
    assert max(got.values()) == 1


async def _read(phone: Phone, clock: FrozenClock, cursor: str | None, got: Counter[str]) -> str | None:
    """Read until caught up as the program does: a batch is kept with its cursor, a failure begins again there."""
    for _ in range(20):
        async with closing(phone.channel(now=clock.now, since_days=0)) as channel:
            try:
                async with aclosing(channel.receive(cursor)) as batches:
                    async for batch in batches:
                        got.update(e.external_id for e in batch.events if isinstance(e, Received))
                        cursor = batch.cursor
                        if batch.caught_up:
                            return cursor
            except Unavailable:
                continue
    raise AssertionError("it never caught up")


async def test_a_look_that_ends_half_way_does_not_move_on(tmp_path: Path) -> None:
    clock = FrozenClock()
    with Twilio(clock.now) as server:
        server.largest_page = 20
        for number in range(100):
            server.deliver(CUSTOMERS[0], f"word {number}", ago=timedelta(hours=3 * number))
        got: Counter[str] = Counter()
        server.page_faults("", "", "failed", "", "busy")
        await _read(Phone(server, tmp_path), clock, None, got)
        assert set(got) == {text.sid for text in server.texts}


async def test_a_second_look_of_the_same_reading_gives_only_what_is_new(tmp_path: Path) -> None:
    clock = FrozenClock()
    with Twilio(clock.now) as server:
        phone = Phone(server, tmp_path)
        phone.deliver("first")
        texts: list[str] = []
        async with (
            closing(phone.channel(now=clock.now)) as channel,
            aclosing(channel.receive(None)) as batches,
        ):
            while len(texts) < 3:
                async with asyncio.timeout(30):
                    batch = await anext(batches)
                texts += [event.text for event in batch.events if isinstance(event, Received)]
                if texts == ["first"]:
                    phone.deliver("second")
                    server.deliver(CUSTOMERS[0], "late", ago=timedelta(minutes=9))
    assert sorted(texts) == ["first", "late", "second"]


async def test_the_list_is_asked_for_in_large_pages_and_in_utc(server: Twilio, tmp_path: Path) -> None:
    here = timezone(timedelta(hours=-7))
    now = datetime(2026, 3, 31, 20, tzinfo=here)
    async with closing(Phone(server, tmp_path).channel(now=lambda: now, since_days=1)) as channel:
        await read_all(channel)
    assert server.queries == [{"DateSent>": "2026-03-31T03:00:00Z", "PageSize": "1000"}]


async def test_pages_without_an_end_are_given_up(server: Twilio, tmp_path: Path) -> None:
    server.circle = True
    phone = Phone(server, tmp_path)
    phone.deliver("hello")
    async with closing(phone.channel()) as channel:
        with pytest.raises(Unavailable, match="no end"):
            await read_all(channel)


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running
