"""Done, reopened, taken back; and messages that did not leave."""

import pytest

from agent_tui.core.errors import Rejected, Uncertain
from agent_tui.core.model import CustomerState, DeliveryState, customer_id
from tests.scripted import ANA, BOB, After
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)


async def state(world: World, who: str) -> CustomerState:
    return (await world.desk.timeline.card(who)).state


async def test_done_goes_on_to_the_next() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("e")
        await until(pilot, lambda: desk.reading.customer_id == B and "2 waiting" in shown(pilot))
        assert await state(world, A) is CustomerState.DONE
        assert "Ana is done" in shown(pilot)


async def test_done_pressed_fast_takes_one_customer_each() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("e", "e", "e")
        await until(pilot, lambda: "nobody waits" in shown(pilot))
    assert [await state(world, who) for who in (A, B, C)] == [CustomerState.DONE] * 3


async def test_done_twice_marks_no_one_behind_the_last() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("e", "e", "e", "e")
        await until(pilot, lambda: "All answered" in shown(pilot) or "nobody waits" in shown(pilot))
        assert "Nobody waits" in shown(pilot) or "done" in shown(pilot)
        assert pilot.app.is_running


async def test_undo_of_done_brings_the_customer_back() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("e")
        await until(pilot, lambda: desk.reading.customer_id == B)
        await pilot.press("z")
        await until(pilot, lambda: desk.reading.customer_id == A and "3 waiting" in shown(pilot))
        await until(pilot, lambda: any("Taken back: Ana is done" in t for t in toasts(pilot)))
    assert await state(world, A) is CustomerState.OPEN


async def test_undo_takes_back_one_step_after_the_other() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("e", "e", "z", "z")
        await until(pilot, lambda: "3 waiting" in shown(pilot))
        await pilot.press("z")
        await until(pilot, lambda: any("nothing to take back" in t for t in toasts(pilot)))
    assert [await state(world, who) for who in (A, B)] == [CustomerState.OPEN] * 2


async def test_reopening() -> None:
    world = await bakery()
    await world.desk.inbox.done(A)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("v", "v")
        await until(pilot, lambda: desk.reading.customer_id == A)
        await pilot.press("E")
        await until(pilot, lambda: "3 waiting" in shown(pilot))
    assert await state(world, A) is CustomerState.OPEN


async def failed(world: World, fault: Exception) -> None:
    """A reply to Ana that met a fault."""
    world.mail.faults.append(fault)
    envelope = await world.desk.replies.envelope(A)
    await world.desk.replies.queue(envelope, "Of course!", now=True)
    await world.sync()


async def test_a_failed_message_says_why_and_is_sent_again() -> None:
    world = await bakery()
    await failed(world, Rejected("the mailbox is full"))
    async with open_app(world) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "Not sent: the mailbox is full" in shown(pilot))
        assert "1 not sent" in shown(pilot)
        assert "S Send again" in shown(pilot)
        await pilot.press("S")
        await until(pilot, lambda: "waits to leave" in shown(pilot))
        await world.sync()
        await until(pilot, lambda: "✓ sent" in shown(pilot))
    assert [taken.text for taken in world.mail.taken] == ["Of course!"]


@pytest.mark.parametrize(("keys", "after"), [(("enter",), 1), (("j", "enter"), 2), (("escape",), 1)])
async def test_an_unsure_message_is_sent_again_only_after_asking(keys: tuple[str, ...], after: int) -> None:
    world = await bakery()
    world.mail.tells = False
    await failed(world, After(Uncertain("the line was cut")))
    async with open_app(world) as pilot:
        await pilot.press("v", "G", "enter")
        await until(pilot, lambda: "not sure it left" in shown(pilot))
        assert "1 unsure" in shown(pilot)
        await pilot.press("S")
        await until(pilot, lambda: "It may have arrived already" in shown(pilot))
        await pilot.press(*keys)
        await until(pilot, lambda: pilot.app.screen is desk_of(pilot))
        await until(pilot, lambda: not any(w.group == "resend" for w in pilot.app.workers))
    await world.sync()
    assert len(world.mail.taken) == after


async def test_an_unsure_message_is_marked_as_arrived() -> None:
    world = await bakery()
    world.mail.tells = False
    await failed(world, After(Uncertain("the line was cut")))
    async with open_app(world) as pilot:
        await pilot.press("v", "G", "enter")
        await until(pilot, lambda: "not sure it left" in shown(pilot))
        await pilot.press("M")
        await until(pilot, lambda: "✓ sent" in shown(pilot))
    assert [d.state for _, d in await world.messages() if d] == [DeliveryState.SENT]


async def test_what_cannot_be_done_says_so() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter", "S")
        await until(pilot, lambda: any("Send again" in t for t in toasts(pilot)))
        await pilot.press("z")
        await until(pilot, lambda: any("nothing to take back" in t for t in toasts(pilot)))
