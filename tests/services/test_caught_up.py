"""Until when planned replies wait for what the channels have to tell."""

import asyncio

from agent_tui.services.caught_up import PATIENCE, CaughtUp
from tests.clocks import START, FrozenClock


def test_all_must_have_told() -> None:
    clock = FrozenClock()
    told = CaughtUp(clock, ("mail", "sms"))
    bell = asyncio.Event()
    told.rings(told=bell, slept=asyncio.Event())
    told.told("mail")
    assert told.until() == START + PATIENCE
    assert not bell.is_set()
    told.told("sms")
    assert told.until() is None
    assert bell.is_set()


def test_patience_ends() -> None:
    clock = FrozenClock()
    told = CaughtUp(clock, ("mail",))
    for _ in range(5):
        assert told.until() == START + PATIENCE
        clock.tick(minutes=1)
    assert told.until() is None


def test_a_lost_channel_must_tell_again_and_failing_again_is_no_new_patience() -> None:
    clock = FrozenClock()
    told = CaughtUp(clock, ("mail",))
    told.told("mail")
    told.lost("mail")
    clock.tick(minutes=1)
    told.lost("mail")
    assert told.until() == START + PATIENCE
    told.told("mail")
    assert told.until() is None


def test_after_a_sleep_everybody_must_tell_again() -> None:
    clock = FrozenClock()
    told = CaughtUp(clock, ("mail",))
    slept = asyncio.Event()
    told.rings(told=asyncio.Event(), slept=slept)
    told.told("mail")
    assert told.until() is None
    assert not slept.is_set()
    woken = clock.tick(hours=9)
    assert told.until() == woken + PATIENCE
    assert slept.is_set()
    told.told("mail")
    assert told.until() is None


def test_one_round_may_take_as_long_as_it_takes() -> None:
    clock = FrozenClock()
    told = CaughtUp(clock, ("mail", "sms"))
    told.one_round()
    told.told("mail")
    clock.tick(minutes=20)
    told.told("sms")
    assert told.until() is None


def test_a_clock_that_is_set_back_does_not_make_it_wait_for_hours() -> None:
    clock = FrozenClock()
    told = CaughtUp(clock, ("mail",))
    back = clock.tick(hours=-3)
    assert told.until() == back + PATIENCE


async def test_waiting_for_all_has_an_end() -> None:
    told = CaughtUp(FrozenClock(), ("mail",))
    await told.wait(0.01)
    told.told("mail")
    async with asyncio.timeout(1):
        await told.wait(60)
    await CaughtUp(FrozenClock(), ()).wait(60)


def test_strangers_are_nobodys_business() -> None:
    told = CaughtUp(FrozenClock(), ("mail",))
    told.told("mail")
    told.lost("post")
    assert told.until() is None
