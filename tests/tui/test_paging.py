"""A stretch that moves through the years: whatever way it goes, nothing is skipped and nothing doubled."""

from datetime import timedelta

import pytest

from agent_tui.core.model import customer_id
from agent_tui.tui.paging import FIRST, LONGEST, Pages, Stretch
from tests.clocks import START
from tests.scripted import ANA
from tests.tui.world import World

A = customer_id(ANA)


def texts(stretch: Stretch) -> list[int]:
    return [int(entry.fact.text) for entry in stretch.entries]


async def wrote(*ages: timedelta) -> World:
    world = World()
    world.mail.page = len(ages) + 1
    for number, age in enumerate(ages):
        world.write(ANA, str(number), START - age)
    await world.sync()
    return world


STEADY = tuple(timedelta(hours=1000 - n) for n in range(1000))
BURSTS = tuple(timedelta(days=300 * (4 - n // 250), milliseconds=-(n % 250)) for n in range(1000))
ONE_MOMENT = tuple(timedelta(hours=1) for _ in range(700))


@pytest.mark.parametrize("ages", [STEADY, BURSTS, ONE_MOMENT], ids=["steady", "bursts", "one moment"])
async def test_back_to_the_first_and_forward_to_the_last(ages: tuple[timedelta, ...]) -> None:
    world = await wrote(*ages)
    every = [int(m.text) for m, _ in await world.messages()]
    pages = Pages(world.desk.timeline, A)
    stretch = await pages.newest()
    assert texts(stretch) == every[-FIRST:]
    while stretch.older:
        before = stretch
        stretch = await pages.earlier(stretch)
        assert contiguous(texts(stretch), every)
        assert set(texts(before)[: LONGEST // 2]) <= set(texts(stretch))
        assert len(stretch.entries) <= LONGEST
    assert texts(stretch)[0] == every[0]
    while stretch.newer:
        before = stretch
        stretch = await pages.later(stretch)
        assert contiguous(texts(stretch), every)
        assert len(stretch.entries) > 0
        assert texts(stretch)[-1] != texts(before)[-1] or not stretch.newer
    assert texts(stretch)[-1] == every[-1]
    assert stretch.older


def contiguous(some: list[int], every: list[int]) -> bool:
    start = every.index(some[0])
    return every[start : start + len(some)] == some


async def test_around_a_moment() -> None:
    world = await wrote(*STEADY)
    pages = Pages(world.desk.timeline, A)
    stretch = await pages.around(START - STEADY[400])
    assert 400 in texts(stretch)
    assert (stretch.older, stretch.newer) == (True, True)
    assert texts(stretch)[0] < 380
    assert texts(stretch)[-1] > 420
    last = await pages.around(START - STEADY[-1])
    assert texts(last)[-1] == 999
    assert not last.newer


async def test_before_everything_the_end_is_shown() -> None:
    world = await wrote(*STEADY[:10])
    stretch = await Pages(world.desk.timeline, A).around(START - timedelta(days=4000))
    assert texts(stretch) == list(range(10))


async def test_again_finds_what_came_at_the_end_in_the_middle_and_before() -> None:
    world = await wrote(*STEADY[-100:])
    pages = Pages(world.desk.timeline, A)
    stretch = await pages.newest()
    world.write(ANA, "1000", START)
    world.write(ANA, "1001", START - timedelta(hours=10, minutes=30))
    world.write(ANA, "1002", START - timedelta(days=3000))
    await world.sync()
    again = await pages.again(stretch)
    assert set(texts(again)) - set(texts(stretch)) == {1000, 1001}
    assert texts(again)[-1] == 1000
    assert again.entries[0] == stretch.entries[0]
    assert again.older


async def test_again_when_very_much_came() -> None:
    world = await wrote(*STEADY[-10:])
    pages = Pages(world.desk.timeline, A)
    stretch = await pages.newest()
    for number in range(500):
        world.write(ANA, str(2000 + number), START)
    world.mail.page = 600
    await world.sync()
    again = await pages.again(stretch)
    assert len(again.entries) == 510
    assert not again.older


async def test_again_far_back_does_not_run_to_the_end() -> None:
    world = await wrote(*STEADY)
    pages = Pages(world.desk.timeline, A)
    stretch = await pages.around(START - STEADY[300])
    assert await pages.again(stretch) == stretch


async def test_nobody_said_anything() -> None:
    world = World()
    pages = Pages(world.desk.timeline, A)
    stretch = await pages.newest()
    assert stretch == Stretch()
    assert await pages.again(stretch) == await pages.earlier(stretch) == await pages.later(stretch) == stretch
