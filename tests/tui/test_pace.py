"""Whole collections wait for a moment without keys."""

import gc
import weakref

from agent_tui.tui.app import AgentApp
from agent_tui.tui.pace import EVERY, QUIET, Pace
from tests.tui.world import bakery, open_app


class _Ring:
    def __init__(self) -> None:
        self.me = self


def test_everything_is_collected_in_a_quiet_moment_and_then_not_soon_again() -> None:
    gc.disable()
    try:
        ring = weakref.ref(_Ring())
        pace = Pace()
        assert not pace.rest()
        pace.typed_at -= QUIET
        assert not pace.rest()
        assert ring() is not None
        pace.collected_at -= EVERY
        assert pace.rest()
        assert ring() is None
        assert not pace.rest()
    finally:
        gc.enable()


def test_nothing_is_collected_under_her_hands() -> None:
    pace = Pace()
    pace.collected_at -= EVERY
    pace.typed_at -= QUIET
    pace.typed()
    assert not pace.rest()


async def test_a_key_and_a_click_tell_that_she_is_at_it() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        assert isinstance(pilot.app, AgentApp)
        pace = pilot.app._pace
        for act in (pilot.press("j"), pilot.click("#inbox")):
            pace.typed_at = 0.0
            await act
            assert pace.typed_at > 0
