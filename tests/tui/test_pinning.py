"""Pinned from the timeline, seen on the card, followed back to the message, taken off, taken back."""

from agent_tui.core.model import Customer, customer_id
from agent_tui.services import pins
from tests.scripted import ANA
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, toasts, until

A = customer_id(ANA)


async def ana(world: World) -> Customer:
    return (await world.desk.timeline.card(A)).customer


async def test_the_first_sentence_is_pinned_and_taken_back() -> None:
    world = await bakery()
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "Twelve people" in shown(pilot))
        await pilot.press("2", "s", "enter")
        await until(pilot, lambda: "Told us" in shown(pilot))
        customer = await ana(world)
        assert customer.notes_pinned == ("I need a cake for Friday.",)
        assert pins.origin(customer, customer.notes_pinned[0]) == desk.timeline.cursor
        await pilot.press("z")
        await until(pilot, lambda: "Told us" not in shown(pilot))
        assert (await ana(world)).notes_pinned == ()


async def test_it_is_changed_before_it_is_kept_or_left() -> None:
    world = await bakery()
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: "Twelve people" in shown(pilot))
        await pilot.press("2", "s", "escape")
        assert (await ana(world)).notes_pinned == ()
        await pilot.press("s", "ctrl+u", *"twelve", "enter")
        await until(pilot, lambda: "> twelve" in shown(pilot))
        assert (await ana(world)).notes_pinned == ("twelve",)


async def test_from_the_card_back_to_the_message() -> None:
    world = await bakery()
    first = (await world.messages())[0][0]
    await world.desk.inbox.pin(A, "asks for Sundays", first.id)
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "> asks for Sundays" in shown(pilot))
        assert desk.timeline.cursor != first.id
        await pilot.press("3", "enter")
        await until(pilot, lambda: desk.timeline.cursor == first.id and desk.pane == "timeline")


async def test_a_click_leads_there_too() -> None:
    world = await bakery()
    first = (await world.messages())[0][0]
    await world.desk.inbox.pin(A, "asks for Sundays", first.id)
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "> asks for Sundays" in shown(pilot))
        rows = [desk.card.line_at(y).text for y in range(40)]
        y = next(y for y, text in enumerate(rows) if "asks for Sundays" in text)
        await pilot.click(desk.card, offset=(4, y + 1))
        await until(pilot, lambda: desk.timeline.cursor == first.id and desk.pane == "timeline")


async def test_a_fact_that_names_no_message_says_so() -> None:
    world = await bakery()
    await world.desk.inbox.pin(A, "asks for Sundays")
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: "asks for Sundays" in shown(pilot))
        await pilot.press("3", "enter")
        await until(pilot, lambda: any("names the message" in toast for toast in toasts(pilot)))


async def test_which_one_is_asked_when_there_are_several() -> None:
    world = await bakery()
    messages = await world.messages()
    for number, (message, _) in enumerate(messages):
        await world.desk.inbox.pin(A, f"fact {number}", message.id)
    async with open_app(world, (160, 50)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "> fact 1" in shown(pilot))
        await pilot.press("3", "enter")
        await until(pilot, lambda: "Where was it told?" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: desk.timeline.cursor == messages[0][0].id)


async def test_unpinned_by_the_palette() -> None:
    world = await bakery()
    await world.desk.inbox.pin(A, "asks for Sundays")
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: "asks for Sundays" in shown(pilot))
        desk_of(pilot).command("unpin")
        await until(pilot, lambda: "What is to be taken off?" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "Told us" not in shown(pilot))
        assert (await ana(world)).notes_pinned == ()


async def test_how_content_they_are_is_on_the_card_and_taken_back() -> None:
    world = await bakery()
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: "Twelve people" in shown(pilot))
        desk_of(pilot).command("satisfaction")
        await until(pilot, lambda: "How content is" in shown(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "4 of 5, " in shown(pilot))
        assert (await ana(world)).satisfaction == 4
        await pilot.press("z")
        await until(pilot, lambda: "4 of 5, " not in shown(pilot))
        assert (await ana(world)).satisfaction is None


async def test_a_call_is_written_down() -> None:
    world = await bakery()
    async with open_app(world, (160, 50)) as pilot:
        await pilot.press("j", "j")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == customer_id(CARA))
        await pilot.press("L")
        await until(pilot, lambda: "Call tel:+351912345678" in shown(pilot))
        await pilot.press(*"<3 min: by Friday", "enter")
        await until(pilot, lambda: "Call: they called, 3 min." in shown(pilot))
