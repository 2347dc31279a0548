"""Asked only when something is odd: nothing leaves until she says so, and Enter goes on writing."""

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.model import customer_id
from tests.scripted import ANA, BOB
from tests.tui.world import World, bakery, desk_of, open_app, shown, until

A, B = customer_id(ANA), customer_id(BOB)
ELSEWHERE = Address("email", "orders@elsewhere.example")


async def reasons(world: World, who: str, text: str, **envelope: object) -> tuple[str, ...]:
    desk = world.desk
    asked = await desk.replies.envelope(who, **envelope)  # type: ignore[arg-type]
    return await desk.replies.odd(asked, text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello Ana,\n\nof course. See you on Friday!\n\nRui",
        "Of course!",
        "Dear Ana, Corner Bakery is open on Monday and Tuesday.",
        "It was Bob who asked",
        "",
    ],
)
async def test_nothing_is_odd_about_most_replies(text: str) -> None:
    assert await reasons(await bakery(), A, text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [("Hello Bob,\nof course", "Bob"), ("Bob! Yes", "Bob"), ("I told Cara Lima yesterday", "Cara Lima")],
)
async def test_another_customers_name(text: str, name: str) -> None:
    [reason] = await reasons(await bakery(), A, text)
    assert f"the words name {name}" in reason
    assert reason.endswith("this is Ana")


async def test_third_parties_in_copy() -> None:
    found = await reasons(await bakery(), A, "Yes", cc=[BOB])
    assert "bob@example.org gets a copy and is not Ana" in found


async def test_the_first_message_to_an_address_is_the_only_one_asked_about() -> None:
    world = await bakery()
    await world.news(ANA, "Answer there, please", reply_to=(ELSEWHERE,))
    assert any("this is the first message to orders@" in r for r in await reasons(world, A, "Yes"))
    await world.desk.replies.queue(await world.desk.replies.envelope(A), "Yes", now=True)
    assert not any("first message" in r for r in await reasons(world, A, "Yes"))


async def test_answers_wanted_elsewhere_are_asked_about_and_enter_sends_nothing() -> None:
    world = await bakery()
    await world.news(ANA, "Answer there, please", reply_to=(ELSEWHERE,))
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Yes", "ctrl+j")
        await until(pilot, lambda: "Is this meant for Ana?" in shown(pilot))
        assert "asked for answers to go to" in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is desk)
        assert desk.composer.text == "Yes"
        assert await world.queued() == ()
        await pilot.press("!", "ctrl+j")
        await until(pilot, lambda: "Is this meant for Ana?" in shown(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: not desk.composer.is_open and "takes back" in shown(pilot))
    [delivery] = await world.queued()
    assert delivery.channel == "mail"
    assert [m.text for m, d in await world.messages() if d] == ["Yes!"]


async def test_a_name_that_slipped_is_mended_and_not_asked_about_again() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Bob, yes", "alt+s")
        await until(pilot, lambda: "Bob is another customer, this is Ana" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is desk)
        await pilot.press(*["backspace"] * 8, *"Ana, yes", "alt+s")
        await until(pilot, lambda: desk.reading.customer_id == B)
    assert [m.text for m, d in await world.messages() if d] == ["Ana, yes"]
