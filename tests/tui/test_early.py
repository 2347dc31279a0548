"""Keys that come before a place to type in is there are typed into it, in their order, however fast they come."""

import asyncio

import pytest
from textual import events
from textual.widgets import Input, TextArea

from tests.tui.world import bakery, desk_of, open_app, shown, until

TURNS = (0, 1, 2, 3, 4, 6, 10, 40)  # of the program's loop, between two keys


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.parametrize("opens", ["r", "n", "/", ":", "t", "L", "V"])
async def test_no_letter_is_lost_or_overtaken(opens: str, turns: int) -> None:
    async with open_app(await bakery()) as pilot:
        app = pilot.app
        for key in f"{opens}abcdef":
            app.post_message(events.Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await until(pilot, lambda: _typed(app.focused) == "abcdef")


def _typed(field: object) -> str:
    return field.value if isinstance(field, Input) else field.text if isinstance(field, TextArea) else ""


@pytest.mark.parametrize("turns", TURNS)
async def test_early_letters_replace_the_offered_words_as_late_ones_do(turns: int) -> None:
    async with open_app(await bakery()) as pilot:
        app = pilot.app
        await until(pilot, lambda: "Twelve people" in shown(pilot))
        await pilot.press("2")
        for key in "sab":
            app.post_message(events.Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await until(pilot, lambda: _typed(app.focused) == "ab")


@pytest.mark.parametrize("turns", TURNS)
async def test_a_choice_is_taken_by_a_letter_that_came_early(turns: int) -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        for key in "am":
            pilot.app.post_message(events.Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await until(pilot, lambda: "With        Rui" in shown(pilot))
        assert pilot.app.screen is desk_of(pilot)
        await until(pilot, lambda: desk_of(pilot).is_idle)


async def test_keys_that_waited_for_a_command_wait_for_the_box_too() -> None:
    """Done holds the keys; the box that is opened next gets what was typed behind it."""
    async with open_app(await bakery()) as pilot:
        desk = desk_of(pilot)
        for key in ("e", "t", "v", "i", "p"):
            pilot.app.post_message(events.Key(key, key))
        await until(pilot, lambda: _typed(pilot.app.focused) == "vip")
        assert desk.current is not None
        assert "Tags of Bob" in shown(pilot)
