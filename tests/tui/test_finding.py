"""Search, palette, help, channels: what was asked for is found, and only what works is offered."""

import asyncio
from datetime import timedelta

import pytest

from agent_tui.core.errors import NeedsPerson
from agent_tui.core.model import customer_id
from agent_tui.tui.keys import COMMANDS
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import bakery, desk_of, open_app, shown, until

A, B = customer_id(ANA), customer_id(BOB)


async def test_search_finds_as_one_types_and_opens_the_customer_at_the_hit() -> None:
    world = await bakery()
    for number in range(300):
        text = "the walnut question" if number == 20 else f"chatter {number}"
        world.write(ANA, text, START - timedelta(days=400 - number))
    world.mail.page = 400
    await world.sync()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j")
        await until(pilot, lambda: desk.reading.customer_id == B)
        await pilot.press("/", *"walnut")
        await until(pilot, lambda: "the walnut question" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: desk.reading.customer_id == A and "walnut" in shown(pilot))
        assert desk.timeline.entry is not None
        assert desk.timeline.entry.fact.text == "the walnut question"
        assert "chatter 19" in shown(pilot)
        assert "chatter 21" in shown(pilot)
        assert "newer ↓" in shown(pilot)
        await pilot.press("end")
        await until(pilot, lambda: "Twelve people" in shown(pilot))


async def test_enter_pressed_before_the_results_are_there_opens_the_first() -> None:
    async with open_app(await bakery()) as pilot:
        desk = desk_of(pilot)
        await pilot.press("/", *"invoice", "enter")
        await until(pilot, lambda: desk.reading.customer_id == B)
        assert pilot.app.screen is desk


async def test_a_malformed_search_is_answered_with_words() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("/", *"is:hungry")
        await until(pilot, lambda: "is:hungry is not known" in shown(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is desk_of(pilot)


async def test_nothing_found_is_said() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("/", *"zeppelin")
        await until(pilot, lambda: "Nothing found for zeppelin" in shown(pilot))


async def test_the_palette_runs_a_command_by_its_name() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press(":", *"write a note")
        await until(pilot, lambda: "only we see it" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "NOTE" in shown(pilot))
        assert desk_of(pilot).composer.is_open


async def test_the_palette_opens_while_writing_and_goes_back_to_it() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("r", *"a", "ctrl+p")
        await until(pilot, lambda: "Commands" in shown(pilot))
        await pilot.press("escape", *"b")
        await until(pilot, lambda: desk_of(pilot).composer.text == "ab")


async def test_help_lists_the_keys_that_work_where_one_is() -> None:
    async with open_app(await bakery(), (140, 60)) as pilot:
        await pilot.press("?")
        await until(pilot, lambda: "Keys in the list of customers" in shown(pilot))
        assert "Open the customer's timeline" in shown(pilot)
        assert "Show or fold what the message quotes" not in shown(pilot)
        assert "Take back" not in shown(pilot)
        await pilot.press("escape", "r", "f1")
        await until(pilot, lambda: "Keys in the composer" in shown(pilot))
        assert "Keep the words, send nothing" in shown(pilot)
        assert "Next customer, or next message" not in shown(pilot)


async def test_every_command_has_a_method() -> None:
    async with open_app(await bakery()) as pilot:
        desk = desk_of(pilot)
        for command in COMMANDS:
            assert callable(getattr(desk, command.method)), command.id


@pytest.mark.parametrize("command", [c.id for c in COMMANDS if not c.id.startswith("quit")])
async def test_every_command_of_the_palette_can_be_run_and_the_program_lives(command: str) -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("enter")
        desk_of(pilot).command(command)
        await pilot.pause()
        assert pilot.app.is_running


async def test_a_channel_in_trouble_says_what_to_do_and_is_tried_again() -> None:
    world = await bakery()
    world.mail.faults.append(NeedsPerson("the password was refused", remedy="put the new one in the keyring"))
    envelope = await world.desk.replies.envelope(A)
    await world.desk.replies.queue(envelope, "Of course!", now=True)
    async with asyncio.TaskGroup() as group:
        host = group.create_task(world.desk.host.run())
        async with open_app(world) as pilot:
            await until(pilot, lambda: "mail needs you" in shown(pilot))
            await pilot.press("C")
            await until(pilot, lambda: "put the new one in the keyring" in shown(pilot))
            assert "the password was refused" in shown(pilot)
            world.clock.tick(minutes=30)
            await pilot.press("enter")
            await until(pilot, lambda: "needs you" not in shown(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: "mail ok" in shown(pilot) and world.mail.taken)
        world.desk.host.stop()
        await host
    assert [taken.text for taken in world.mail.taken] == ["Of course!"]


async def test_looking_for_news_now() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("f5")
        await until(pilot, lambda: "Asking every channel" in shown(pilot))


async def test_copying_a_message() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("enter", "y")
        await until(pilot, lambda: pilot.app.clipboard == "I need a cake for Friday.\nTwelve people.")


async def test_copying_what_is_marked_with_the_mouse() -> None:
    async with open_app(await bakery()) as pilot:
        timeline = desk_of(pilot).timeline
        rows = shown(pilot).splitlines()
        y = next(y for y, row in enumerate(rows) if "I need a cake for Friday." in row and y > 8)
        x = rows[y].index("I need a cake for Friday.", timeline.region.x)
        await pilot.mouse_down(offset=(x + 2, y))
        await pilot.hover(offset=(x + 10, y))
        await pilot.mouse_up(offset=(x + 10, y))
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.clipboard.strip() == "need a c" or pilot.app.clipboard)
        assert pilot.app.clipboard.startswith("need a c")
