"""The queue by keys and by mouse: lists, marks, snooze, assign, tags, why, promises, follow-ups; and their undoing."""

import re
from datetime import timedelta

import pytest
from textual.widgets import Input

from agent_tui.core.errors import Rejected
from agent_tui.core.model import CustomerState, customer_id
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)


async def card(world: World, who: str):  # type: ignore[no-untyped-def]
    return await world.desk.timeline.card(who)


async def test_snooze_to_tomorrow_with_two_keys_and_back_with_one() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("h", "t")
        await until(pilot, lambda: desk.reading.customer_id == B and "2 waiting" in shown(pilot))
        found = await card(world, A)
        assert found.state is CustomerState.SNOOZED
        tomorrow = (START + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        assert found.customer.snoozed_until == tomorrow
        await pilot.press("z")
        await until(pilot, lambda: desk.reading.customer_id == A and "3 waiting" in shown(pilot))
    assert (await card(world, A)).state is CustomerState.OPEN


async def test_snooze_until_they_write_and_a_typed_time() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("h", "w")
        await until(pilot, lambda: "2 waiting" in shown(pilot))
        assert (await card(world, A)).customer.snoozed_until is None
        await pilot.press("h", "o", *"someday", "enter")
        await until(pilot, lambda: "is no moment" in shown(pilot))
        await pilot.press(*["backspace"] * 7, "2", "d", "enter")
        await until(pilot, lambda: "1 waiting" in shown(pilot))
    assert (await card(world, B)).customer.snoozed_until == world.clock.now() + timedelta(days=2)
    await world.news(ANA, "Hello again")
    assert (await card(world, A)).state is CustomerState.OPEN


async def test_assign_with_two_keys() -> None:
    world = await bakery()
    await world.desk.inbox.assign(C, "Marta")
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.labels.agents)
        await pilot.press("a", "1")
        await until(pilot, lambda: "With        Marta" in shown(pilot))
        await pilot.press("a", "m")
        await until(pilot, lambda: "With        Rui" in shown(pilot))
        await pilot.press("a", "0")
        await until(pilot, lambda: "With  " not in shown(pilot))
        await pilot.press("z")
        await until(pilot, lambda: "With        Rui" in shown(pilot))
    assert (await card(world, A)).customer.assigned_to == "Rui"


async def test_tags_are_completed_and_taken_off() -> None:
    world = await bakery()
    await world.desk.inbox.tag(B, add=["late payer"])
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.labels.tags)
        await pilot.press("t", *"vip", "enter")
        await until(pilot, lambda: "#vip" in shown(pilot))
        await pilot.press("t", *"lat", "tab", "enter")
        await until(pilot, lambda: "#late payer" in shown(pilot))
        await pilot.press("t", *"-vip", "enter")
        await until(pilot, lambda: "tagged -#vip" in shown(pilot))
    assert (await card(world, A)).customer.tags == ("late payer",)


async def test_marked_ones_are_done_together_and_one_key_takes_it_back() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("x", "j", "x")
        await until(pilot, lambda: "2 marked" in shown(pilot) and shown(pilot).count("■ ") == 2)
        await pilot.press("e")
        await until(pilot, lambda: "1 waiting" in shown(pilot) and desk.reading.customer_id == C)
        assert "2 customers: done" in shown(pilot)
        assert not desk.inbox.marked
        await pilot.press("z")
        await until(pilot, lambda: "3 waiting" in shown(pilot))
    assert [(await card(world, who)).state for who in (A, B)] == [CustomerState.OPEN] * 2


@pytest.mark.parametrize(
    ("keys", "words"),
    [(("t", *"vip", "enter"), "tagged #vip"), (("a", "m"), "assigned to Rui"), (("h", "w"), "is snoozed")],
)
async def test_marked_ones_are_changed_together(keys: tuple[str, ...], words: str) -> None:
    world = await bakery()
    before = [(await card(world, who)).customer for who in (A, B)]
    async with open_app(world) as pilot:
        await pilot.press("x", "j", "x", *keys)
        await until(pilot, lambda: f"2 customers: {words}" in shown(pilot))
        changed = [(await card(world, who)).customer for who in (A, B)]
        assert all(one.tags or one.assigned_to or one.snoozed_at for one in changed)
        await pilot.press("z")
        await until(pilot, lambda: not desk_of(pilot).undoing and desk_of(pilot).is_idle)
    after = [(await card(world, who)).customer for who in (A, B)]
    for one, other in zip(before, after, strict=True):
        assert (one.tags, one.assigned_to, one.snoozed_at) == (
            other.tags,
            other.assigned_to,
            other.snoozed_at,
        )


async def test_marks_are_taken_off_with_escape() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("x", "escape")
        await until(pilot, lambda: "marked" not in shown(pilot))
        await pilot.press("x", "x")
        await until(pilot, lambda: "marked" not in shown(pilot))
        assert not desk_of(pilot).inbox.marked


async def test_marking_and_choosing_a_list_with_the_mouse() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.click("#inbox", offset=(5, 3), control=True)
        await until(pilot, lambda: list(desk.inbox.marked) == [B])
        await pilot.click("#inbox", offset=(5, 0))
        await until(pilot, lambda: "Failed sends" in shown(pilot))
        await pilot.press(*"every", "enter")
        await until(pilot, lambda: "Everyone 3" in shown(pilot))


@pytest.mark.parametrize(
    ("typed", "title", "who"),
    [
        ("mine", "Mine 1", B),
        ("unassigned", "Unassigned 2", A),
        ("snoozed", "Snoozed 0", None),
        ("sms", "On sms 1", C),
        ("vip", "#vip 1", C),
        ("check", "Check in 0", None),
    ],
)
async def test_lists_by_name(typed: str, title: str, who: str | None) -> None:
    world = await bakery()
    await world.desk.inbox.assign(B, "Rui")
    await world.desk.inbox.tag(C, add=["vip"])
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await until(pilot, lambda: re.search(r"Everyone +3", shown(pilot)))
        await pilot.press(*typed)
        await until(pilot, lambda: title.split()[-2] in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: title in shown(pilot))
        if who is not None:
            await until(pilot, lambda: desk.reading.customer_id == who)


async def test_failed_sends_are_a_list() -> None:
    world = await bakery()
    world.mail.faults.append(Rejected("the mailbox is full"))
    await world.desk.replies.queue(await world.desk.replies.envelope(A), "Of course!", now=True)
    await world.sync()
    async with open_app(world) as pilot:
        await pilot.press("V", *"failed", "enter")
        await until(pilot, lambda: "Failed sends 1" in shown(pilot))
        await until(pilot, lambda: "a message did not" in shown(pilot))


async def test_a_factor_is_changed_at_once_and_taken_back() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.customer_id == C)
        await pilot.press("w")
        await until(pilot, lambda: "How urgent is" in shown(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "Severity: serious" in shown(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "waiting time counts × 3" in shown(pilot))
        await pilot.press("e", "e")
        await until(pilot, lambda: "Effort: a quick answer" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "urgent" in shown(pilot))
        rows, _ = await world.desk.inbox.rows(desk.listing.named.view)
        assert [row.row.customer_id for row in rows] == [A, C, B]
        await pilot.press("z", "z", "z", "z")
        await until(pilot, lambda: not desk.undoing and desk.is_idle)
    customer = (await card(world, C)).customer
    assert (customer.severity, customer.effort) == (1, 2)


async def test_unread_and_read() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: desk.reading.card is not None and desk.reading.card.unread == 0)
        await pilot.press("U")
        await until(pilot, lambda: desk.reading.card is not None and desk.reading.card.unread == 1)
        await pilot.press("U")
        await until(pilot, lambda: desk.reading.card is not None and desk.reading.card.unread == 0)


async def test_a_promise_is_written_edited_and_sent() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "you will hear from me by 16:00 today" in desk.composer.text.casefold())
        await pilot.press("alt+d", "t")
        await until(pilot, lambda: "10:00 tomorrow" in desk.composer.text)
        assert "Hello Ana" in desk.composer.text
        assert "Promise to Ana by" in shown(pilot)
        await until(pilot, lambda: desk.writing.sheet is not None and not desk.writing.sheet.unseen)
        await pilot.press(*"PS", "ctrl+j")
        await until(pilot, lambda: not desk.composer.is_open)
        await until(pilot, lambda: "Promised by" in shown(pilot))
        tomorrow = (START + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
        assert (await card(world, A)).customer.promised_by == tomorrow
        await pilot.press("z")
        await until(pilot, lambda: desk.composer.is_open and "PS" in desk.composer.text)
        assert (await card(world, A)).customer.promised_by is None
        assert "Promise to Ana by" in shown(pilot)


async def test_a_promise_fits_the_channel() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.customer_id == C)
        await pilot.press("p")
        await until(pilot, lambda: "hear from me" in desk.composer.text)
        assert len(desk.composer.text) <= 160
        assert "\n" not in desk.composer.text.strip()


async def test_a_promise_without_a_message() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "hear from me" in desk_of(pilot).composer.text)
        await pilot.press("alt+d", "T")
        await until(pilot, lambda: "Promised by" in shown(pilot))
        assert not desk_of(pilot).composer.is_open
        assert await world.queued() == ()
        await pilot.press("z")
        await until(pilot, lambda: "Promised by" not in shown(pilot))


async def test_a_promise_that_was_put_aside_is_still_one() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "hear from me" in desk.composer.text)
        await pilot.press("escape")
        await until(pilot, lambda: desk.reading.draft is not None)
        await pilot.press("r")
        await until(pilot, lambda: "Promise to Ana by" in shown(pilot))
        assert desk.composer.text.count("hear from me") == 1


async def test_follow_up_after_an_answer() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("F", "t")
        await until(pilot, lambda: any("waits for an answer" in t for t in toasts(pilot)))
        await pilot.press("r", *"Yes", "ctrl+j")
        await until(pilot, lambda: "2 waiting" in shown(pilot))
        await pilot.press("F", "3")
        await until(pilot, lambda: "Snoozed to" in shown(pilot))
        assert (await card(world, A)).customer.follow_up
        world.clock.tick(days=4)
        desk_of(pilot).changed([A])
        await until(pilot, lambda: "you wanted to follow" in shown(pilot))


async def test_the_next_waiting_from_inside_the_composer() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"half a", "alt+w")
        await until(pilot, lambda: desk.reading.customer_id == B)
        assert not desk.composer.is_open
    draft = await world.desk.timeline.draft(A, note=False)
    assert draft is not None
    assert draft.text == "half a"
