"""One customer on several channels: each has words of its own."""

from agent_tui.core.model import Evidence, Identity, customer_id
from tests.clocks import START
from tests.scripted import ANA
from tests.tui.test_writing import kept
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, until

A = customer_id(ANA)


async def both_ways() -> World:
    """Ana is reached by mail and by SMS; by SMS first."""
    world = await bakery()
    claim = Identity(
        id=str(CARA), address=CARA, customer_id=A, evidence=Evidence.CONFIRMED, at=START, by="Rui"
    )
    await world.store.write([claim])
    return world


async def test_each_channel_has_words_of_its_own() -> None:
    world = await both_ways()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Dear Ana")
        await until(pilot, lambda: "Reply by SMS" in shown(pilot))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Reply by email" in shown(pilot))
        assert desk.composer.text == "Dear Ana"
        await pilot.press(*" Sousa")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Reply by SMS" in shown(pilot) and desk.composer.text == "Dear Ana")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: desk.composer.text == "Dear Ana Sousa")
        await pilot.press("escape")
        await until(pilot, lambda: not desk.composer.is_open)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r")
        await until(
            pilot, lambda: "Reply by email" in shown(pilot) and desk.composer.text == "Dear Ana Sousa"
        )
        await pilot.press("ctrl+t")
        await until(pilot, lambda: desk.composer.text == "Dear Ana")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 3 s" in shown(pilot))
    assert await kept(world, A) == "", "the same reply, fitted to a channel, is not offered again"


async def test_other_words_for_another_channel_stay_when_something_was_sent() -> None:
    world = await both_ways()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "Reply by SMS" in shown(pilot))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Reply by email" in shown(pilot))
        await pilot.press(*"the long story", "ctrl+t")
        await until(pilot, lambda: "Reply by SMS" in shown(pilot))
        desk.composer.write("call you soon")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 3 s" in shown(pilot))
        assert await kept(world, A) == "the long story"
        await pilot.press("z")
        await until(pilot, lambda: desk.composer.text == "call you soon")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: desk.composer.text == "the long story")
    assert await world.queued() == ()
