"""How we answered this before: on the card as she reads, written with by one key, gone to, and never in her way."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.model import Message, customer_id
from agent_tui.core.store import Answered
from storage.memory import MemoryStore
from tests.clocks import START, FrozenClock
from tests.contracts.records import came, went
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)
DAN = Address("email", "dan.roth@example.com")
D = customer_id(DAN)
ANSWER = "Hello Dan,\n\nall our cakes are baked without nuts. See you, Dan!\n\nRui"


def asked(key: str, text: str, days: float, who: Address = DAN) -> Message:
    at = START - timedelta(days=days)
    return replace(came(key, text=text), address=who, author=who, author_name="Dan Roth", at=at, subject="")


def said(key: str, text: str, days: float, who: Address = DAN) -> Message:
    at = START - timedelta(days=days)
    return replace(went(key, text=text), address=who, to=(who,), author_name="Rui", at=at, subject="")


async def remembered() -> World:
    """The bakery; Dan asked about nuts and about Sundays once, and was answered. Cara asks: is it nut free?"""
    world = await bakery()
    await world.store.write(
        [
            asked("q-nut", "Are your cakes nut free?", 40),
            said("a-nut", ANSWER, 39.9),
            asked("q-sun", "Do you bake on Sundays, too?", 30),
            said("a-sun", "Only from March on.", 29.9),
        ]
    )
    await world.set(DAN, name="Dan Roth")
    return world


async def test_the_card_tells_how_it_was_answered_and_follows_the_reader() -> None:
    world = await remembered()
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: "Before on this" in shown(pilot))
        assert desk.reading.customer_id == C
        assert '"nut free" ▸' in shown(pilot)
        assert "All our cakes" in shown(pilot)
        assert "Oct, Rui to Dan" in shown(pilot)
        await pilot.press("k")
        await until(pilot, lambda: desk.reading.customer_id == B and "Before on this" not in shown(pilot))


async def test_it_is_about_the_message_she_stands_on() -> None:
    world = await remembered()
    await world.store.write([asked("q-c", "A cake for twelve people?", 9), said("a-c", "For 32 euros.", 8.9)])
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: {one.answer.id for one in desk.reading.before} == {"a-c", "a-sun"})
        await pilot.press("2", "k")
        await until(pilot, lambda: [one.answer.id for one in desk.reading.before] == ["a-sun"])
        assert '"bake Sundays"' in shown(pilot)
        await pilot.press("j")
        await until(pilot, lambda: len(desk.reading.before) == 2)


async def test_it_is_there_again_when_the_same_customer_is_shown_anew() -> None:
    world = await remembered()
    (last, _) = (await world.messages(CARA))[-1]
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.before)
        window = desk.timeline.window
        desk.go_to_customer(C, at=last.at, entry_id=last.id)
        await until(pilot, lambda: desk.timeline.window is not window and desk.reading.before)


async def test_nothing_similar_and_the_key_says_so() -> None:
    world = await bakery()
    async with open_app(world, (120, 40)) as pilot:
        await pilot.press('"')
        await until(pilot, lambda: any("Nothing like this" in toast for toast in toasts(pilot)))
        assert not desk_of(pilot).composer.is_open
        assert "Before on this" not in shown(pilot)


async def test_one_key_writes_with_it_and_the_others_name_does_not_go_out_unnoticed() -> None:
    world = await remembered()
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.before)
        await pilot.press('"', *" Bye", "ctrl+j")
        await until(pilot, lambda: "Is this meant for Cara Lima?" in shown(pilot))
        assert "the words name Dan" in " ".join(shown(pilot).split())
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is desk)
        assert desk.composer.text == "All our cakes are baked without nuts. See you, Dan!\n\nRui Bye"
        assert await world.queued() == ()
        desk.composer.write("All our cakes are baked without nuts.")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: not desk.composer.is_open and "takes back" in shown(pilot))
    [delivery] = await world.queued()
    assert delivery.address == CARA


async def test_while_writing_it_comes_in_where_the_cursor_is() -> None:
    world = await remembered()
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.before)
        await pilot.press("r", *"ab", "left", "alt+e")
        await until(pilot, lambda: "Rui" in desk.composer.text)
        assert desk.composer.text.startswith("aAll our cakes")
        assert desk.composer.text.endswith("Ruib")


async def test_pressed_before_it_was_found_what_follows_is_text() -> None:
    world = await remembered()
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j", '"', *" done")
        await until(pilot, lambda: desk.composer.text.endswith("Rui done"))
        assert (desk.reading.customer_id, desk.current) == (C, C)


async def test_a_draft_stays_before_it() -> None:
    world = await remembered()
    await world.desk.timeline.save_draft(C, "Dear Cara,", note=False)
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.before)
        await pilot.press('"')
        await until(pilot, lambda: desk.composer.text.startswith("Dear Cara,\nAll our cakes"))


class TestOnTheCard:
    async def test_gone_through_by_keys_followed_and_written_with(self) -> None:
        world = await remembered()
        other = asked("q-eve", "Something nut free for the children? Or gluten?", 9, BOB)
        await world.store.write([other, said("a-eve", "The brownies are.", 8.9, BOB)])
        async with open_app(world, (120, 40)) as pilot:
            desk = desk_of(pilot)
            await pilot.press("j", "j")
            await until(pilot, lambda: len(desk.reading.before) == 2)
            second = desk.reading.before[1]
            await pilot.press("3", "j", "j")
            assert desk.card.entry_id == second.answer.id
            rows = [line for line in shown(pilot).splitlines() if "▌" in line]
            assert any(second.text[:12] in row for row in rows)
            await pilot.press('"')
            await until(pilot, lambda: desk.composer.text == second.text)
            await pilot.press("escape", "3", "enter")
            await until(pilot, lambda: desk.timeline.cursor == second.answer.id and desk.pane == "timeline")
            assert desk.reading.customer_id == second.customer_id

    async def test_enter_without_a_cursor_goes_to_the_best(self) -> None:
        world = await remembered()
        async with open_app(world, (120, 40)) as pilot:
            desk = desk_of(pilot)
            await pilot.press("j", "j")
            await until(pilot, lambda: desk.reading.before)
            await pilot.press("3", "enter")
            await until(pilot, lambda: desk.timeline.cursor == "a-nut" and desk.reading.customer_id == D)

    async def test_pinned_facts_are_gone_through_too(self) -> None:
        world = await remembered()
        (first, _), *_rest = await world.messages(CARA)
        await world.desk.inbox.pin(C, "asks for nuts", first.id)
        await world.desk.inbox.pin(C, "lives in Graça")
        async with open_app(world, (120, 50)) as pilot:
            desk = desk_of(pilot)
            await pilot.press("j", "j")
            await until(pilot, lambda: desk.reading.before)
            await pilot.press("3", "j")
            assert desk.card.fact == "asks for nuts"
            await pilot.press("j", "j")
            assert (desk.card.fact, desk.card.entry_id) == ("", "a-nut")
            await pilot.press("k", "k", "enter")
            await until(pilot, lambda: desk.timeline.cursor == first.id and desk.pane == "timeline")

    async def test_by_mouse(self) -> None:
        world = await remembered()
        async with open_app(world, (120, 40)) as pilot:
            desk = desk_of(pilot)
            await pilot.press("j", "j")
            await until(pilot, lambda: "writes with it" in shown(pilot))
            rows = [desk.card.line_at(y).text for y in range(40)]

            def at(words: str) -> tuple[int, int]:
                return 4, next(y for y, text in enumerate(rows) if words in text) + 1

            await pilot.click(desk.card, offset=at("writes with it"))
            await until(pilot, lambda: "All our cakes" in desk.composer.text)
            await pilot.click(desk.card, offset=at('"nut free"'))
            assert desk.card.entry_id == "a-nut"
            await pilot.click(desk.card, offset=at("All our cakes"))
            await until(pilot, lambda: desk.timeline.cursor == "a-nut" and desk.reading.customer_id == D)

    async def test_a_long_card_is_still_scrolled_by_lines(self) -> None:
        world = await remembered()
        async with open_app(world, (120, 12)) as pilot:
            desk = desk_of(pilot)
            await pilot.press("j", "j")
            await until(pilot, lambda: desk.reading.before)
            await pilot.press("3", "j")
            assert (desk.card.top, desk.card.entry_id) == (1, "")
            await pilot.press(*"j" * 20)
            assert desk.card.entry_id == "a-nut"
            await pilot.press(*"k" * 20)
            assert desk.card.top == 0


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_where_the_card_is_folded_one_is_chosen(size: tuple[int, int]) -> None:
    world = await remembered()
    async with open_app(world, size) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: desk.reading.customer_id == C and desk.reading.before)
        await until(pilot, lambda: '"nut free"' in shown(pilot))
        await pilot.press('"')
        await until(pilot, lambda: "answered before" in shown(pilot))
        assert "All our cakes" in shown(pilot)
        await pilot.press("enter", *"!")
        await until(pilot, lambda: desk.composer.text.endswith("Rui!"))
        await pilot.press("alt+e", "escape", "?")
        await until(pilot, lambda: desk.composer.text.endswith("Rui!?"))


async def test_a_hidden_card_is_like_a_narrow_screen() -> None:
    world = await remembered()
    async with open_app(world, (120, 40), icons="ascii") as pilot:
        await pilot.press("j", "j", "i")
        await until(pilot, lambda: desk_of(pilot).reading.before)
        await pilot.press('"')
        await until(pilot, lambda: "answered before" in shown(pilot))


class SlowStore(MemoryStore):
    """Answers the question about answers when it is let."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__(clock)
        self.let = asyncio.Event()
        self.asked = 0
        self.left = 0

    async def answered(
        self, words: Collection[str], *, least: int = 1, limit: int = 50
    ) -> tuple[Answered, ...]:
        self.asked += 1
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        return await super().answered(words, least=least, limit=limit)


async def slow() -> tuple[World, SlowStore]:
    clock = FrozenClock()
    store = SlowStore(clock)
    world = World(clock=clock, kept=store)
    for number, who in enumerate((ANA, BOB, CARA)):
        world.write(who, "is it nut free?", START - timedelta(hours=3 - number), subject="")
    await world.sync()
    await world.store.write([asked("q-nut", "nut free?", 40), said("a-nut", ANSWER, 39.9)])
    return world, store


async def test_a_slow_store_keeps_no_key_waiting_and_what_is_left_is_not_looked_for() -> None:
    world, store = await slow()
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: store.asked == 1)
        await pilot.press("j")
        await until(pilot, lambda: desk.reading.customer_id == B and store.asked == 2)
        assert store.left == 1
        await pilot.press("r", *"Yes")
        assert desk.composer.text == "Yes"
        assert "Before on this" not in shown(pilot)
        store.let.set()
        await until(pilot, lambda: "Before on this" in shown(pilot))
        assert desk.composer.text == "Yes"


async def test_the_key_waits_a_moment_and_then_says_that_it_is_still_looked_for() -> None:
    world, store = await slow()
    async with open_app(world, (120, 40)) as pilot:
        await until(pilot, lambda: store.asked == 1)
        await pilot.press('"')
        await until(pilot, lambda: any("Still looking" in toast for toast in toasts(pilot)), rounds=4000)
        assert not desk_of(pilot).composer.is_open


async def test_looking_marks_nothing_as_read() -> None:
    world = await remembered()
    before = await world.desk.timeline.card(D)
    async with open_app(world, (120, 40)) as pilot:
        await pilot.press("j", "j")
        await until(pilot, lambda: desk_of(pilot).reading.before)
    assert await world.desk.timeline.card(D) == before


async def test_what_strangers_wrote_is_drawn_and_typed_clean() -> None:
    world = await bakery()
    bad = "[red]\x1b]0;owned\x07nut free \u202egnp[/] \x1b[2J"
    await world.store.write([asked("q", bad, 9), said("a", bad, 8.9)])
    await world.set(DAN, name="[/]\x1b[2JDan")
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: "Before on this" in shown(pilot))
        assert not {"\x1b", "\x07", "\u202e"} & set(shown(pilot))
        await pilot.press('"')
        await until(pilot, lambda: "nut free" in desk.composer.text)
        assert not {"\x1b", "\x07", "\u202e"} & set(desk.composer.text)


async def test_promises_kept_and_broken_stand_on_the_card_also_after_one_is_taken_back() -> None:
    world = await bakery()
    envelope = await world.desk.replies.envelope(A)
    by = world.clock.now() + timedelta(hours=3)
    await world.desk.replies.queue(envelope, "Seen.", promises=by)
    world.clock.tick(minutes=1)
    async with open_app(world, (120, 40)) as pilot:
        await pilot.press("k", "k", "k")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id is not None)
        desk = desk_of(pilot)
        desk.go_to_customer(A)
        await until(pilot, lambda: desk.reading.customer_id == A)
        assert "Promises" not in shown(pilot)
        await pilot.press("r", *"Yes", "ctrl+j")
        await until(pilot, lambda: "1 kept" in shown(pilot))
        await pilot.press("z")
        await until(pilot, lambda: "1 kept" not in shown(pilot))
