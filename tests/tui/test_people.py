"""Who is who on the screen: suggested on the card, joined with two keys, taken back with one."""

from agent_tui.core.addresses import Address
from agent_tui.core.model import Claim, customer_id
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, bakery, desk_of, open_app, shown, suggested, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)


async def test_a_suggested_customer_is_joined_with_two_keys_and_parted_with_one() -> None:
    world = await suggested()
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "May be Cara Lima" in shown(pilot))
        await pilot.press("J", "enter")
        await until(pilot, lambda: "is it nut free?" in shown(pilot) and "+351912345678" in shown(pilot))
        card = await world.desk.timeline.card(C)
        assert (card.customer.id, len(card.identities)) == (A, 2)
        joined = next(one for one in card.identities if one.address == CARA)
        assert "stands under what they wrote" in joined.why
        await pilot.press("z")
        await until(pilot, lambda: any("Taken back" in toast for toast in toasts(pilot)))
        assert (await world.desk.timeline.card(C)).customer.id == C
        assert desk.current == A


async def test_never_asked_again() -> None:
    world = await suggested()
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: "May be Cara Lima" in shown(pilot))
        await pilot.press("J", "down", "enter")
        await until(pilot, lambda: "May be" not in shown(pilot))
        assert await world.desk.suggesting.of(A) == ()


async def test_somebody_else_is_found_by_name() -> None:
    world = await bakery()
    async with open_app(world, (160, 50)) as pilot:
        await pilot.press("J", "enter")
        await pilot.press(*"bob")
        await until(pilot, lambda: "bob@example.org" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: any("Joined." in toast for toast in toasts(pilot)))
        card = await world.desk.timeline.card(B)
        assert {identity.address for identity in card.identities} == {ANA, BOB}


async def test_an_address_is_split_off_and_one_is_shared() -> None:
    world = await bakery()
    await world.desk.joining.join(A, C)
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.reading.card and len(desk.reading.card.identities) == 2)
        desk.command("share")
        await until(pilot, lambda: "Which address do several people share?" in shown(pilot))
        await pilot.press(*"ana@", "enter")
        await until(pilot, lambda: "shared with" in shown(pilot))
        desk.command("split")
        await until(pilot, lambda: "Which address is somebody else's?" in shown(pilot))
        await pilot.press(*"351", "enter")
        await until(pilot, lambda: any("Split off" in toast for toast in toasts(pilot)))
        assert (await world.desk.timeline.card(C)).customer.id == C


async def test_a_stranger_with_a_terrible_name_is_drawn_and_obeyed_in_nothing() -> None:
    world = await bakery()
    evil = "[/] [@click=app.quit]x[/]\x1b]52;c;SEVMTE8=\x07"
    visitor = Address("web", "shop/1f")
    claim = Claim(address=ANA, why=evil)
    world.write(visitor, "hello", START, sender_name=evil, subject="", claims=(claim,))
    await world.sync()
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: "May be" in shown(pilot))
        await pilot.press("J")
        await until(pilot, lambda: "is the same person as" in shown(pilot))
        assert "\x1b" not in shown(pilot)
        assert "\x07" not in shown(pilot)
