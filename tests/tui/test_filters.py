"""Filters of a search: shown as chips in words, taken off, begun with, completed; whatever stands in them, at any width."""

import asyncio
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from agent_tui.core.model import Medium, customer_id
from agent_tui.core.query import IS, OPERATORS, parse
from agent_tui.core.store import Found, Labels
from agent_tui.services.contacts import Contacts
from agent_tui.tui import chips, completing
from agent_tui.tui.completing import Known, Spot, quoted, spot
from agent_tui.tui.icons import ASCII, UNICODE
from agent_tui.tui.lines import Role
from agent_tui.tui.screens.searching import Searching
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.hostile import PROBES, hostile_world
from tests.tui.world import World, bakery, desk_of, open_app, shown, until

B = customer_id(BOB)


def words(text: str) -> list[str]:
    """What the chips of a search say; ``!`` before those that make no sense."""
    return [f"{'! ' * chip.wrong}{chip.words}" for chip in chips.chips(text, START, UTC)]


def test_filters_are_said_in_words() -> None:
    typed = 'from:Ana cake to:shop on:sms on:mail is:unread is:failed is:note tag:"late payer" has:attachment'
    assert words(typed) == [
        "from Ana", "to shop", "by SMS", "on mail", "unread", "not sent", "notes", "tag late payer", "with a file",
    ]  # fmt: skip
    assert words("before:2026-11-03 after:7d before:2025-01-02 after:2026-11-20T09:30") == [
        "before 3 Nov", "after 14 Nov", "before 2 Jan 2025", "after 20 Nov 09:30",
    ]  # fmt: skip
    assert words("cake 10:30 http://x") == []


def test_what_makes_no_sense_says_why() -> None:
    assert words("is:hungry before:soon -is:open from: cake") == [
        "! is:hungry is not known",
        "! before:soon is not a date",
        "! -is: is not possible",
        "! from: needs a value",
    ]
    assert words('tag:"late') == ['! the quote before "late" is not closed']
    begun = chips.chips("cake from:", START, UTC, cursor=10)
    assert [(chip.words, chip.wrong) for chip in begun] == [("from ?", False)]


def test_a_filter_is_taken_out_of_what_was_typed() -> None:
    text = 'nut  tag:"a b" free is:open'
    first, last = chips.chips(text, START, UTC)
    assert chips.without(text, first) == "nut free is:open"
    assert chips.without(text, last) == 'nut  tag:"a b" free'


PIECES = st.sampled_from(
    ["is:open", "is:x", "from:ana", 'tag:"late payer"', "on:sms", "before:7d", "tag:漢字かな"]
)


@given(st.lists(PIECES, min_size=1, max_size=12), st.integers(24, 140), st.sampled_from([UNICODE, ASCII]))
def test_chips_that_have_no_room_are_counted_and_none_is_cut_off(pieces, width, icons) -> None:  # type: ignore[no-untyped-def]
    shown_ = chips.chips(" ".join(pieces), START, UTC)
    line, zones = chips.row(shown_, width, icons)
    assert line.width <= width
    off = [int(zone.command.split()[1]) for zone in zones if zone.command.startswith(chips.OFF)]
    assert off == list(range(len(pieces) - len(off), len(pieces)))
    assert line.text.startswith(f"+{off[0]}") is (off[0] > 0)
    hidden_wrong = any(chip.wrong for chip in shown_[: off[0]])
    assert (line.spans[0][1] is Role.WRONG) is (hidden_wrong or (not off[0] and shown_[0].wrong))
    for zone in zones:
        if zone.command.startswith(chips.OFF):
            assert line.text.count(icons.off) >= len(off)
            assert zone.end - zone.start == 2


@given(st.text(max_size=80), st.integers(20, 90))
def test_chips_of_anything_can_be_drawn(text: str, width: int) -> None:
    shown_ = chips.chips(text, START, UTC)
    line, _ = chips.row(shown_, width, UNICODE) if shown_ else chips.beginnings(list(Medium), width)
    assert line.text.isprintable()
    assert line.width <= width


def test_every_operator_and_state_can_be_completed() -> None:
    assert set(completing.MEANS) == OPERATORS
    known = Known(now=START, labels=Labels(tags={}, agents={}))
    states = completing.offers(Spot(start=0, end=3, operator="is", begun=""), known)
    assert {offer.written.removeprefix("is:") for offer in states} == IS


@given(st.text(max_size=30), st.sampled_from(sorted(OPERATORS - {"before", "after", "is", "has"})))
def test_whatever_is_offered_is_understood_as_what_it_is(value: str, operator: str) -> None:
    if written := quoted(value):
        (chip,) = chips.chips(f"{operator}:{written}", START, UTC)
        assert not chip.wrong
        assert parse(f"{operator}:{written} cake", START).terms[0].text == "cake"


@pytest.mark.parametrize("probe", PROBES)
def test_hostile_names_and_tags_are_offered_safely(probe) -> None:  # type: ignore[no-untyped-def]
    labels = Labels(tags={probe.text: 1}, agents={probe.text: 1})
    known = Known(
        now=START, labels=labels, people=[Found(customer_id="x", name=probe.text, addresses=(ANA,))]
    )
    for operator in ("from", "to", "tag"):
        for offer in completing.offers(Spot(start=0, end=0, operator=operator, begun=""), known):
            assert offer.written.isprintable()
            assert offer.more.isprintable()
            assert [chip.wrong for chip in chips.chips(offer.written, START, UTC)] == [False]


def test_where_the_cursor_is() -> None:
    assert spot("cake fro", 8) == Spot(start=5, end=8, operator="", begun="fro")
    assert spot('from:"Ana So x', 12) == Spot(start=0, end=14, operator="from", begun="Ana So")
    assert spot("is:op cake", 5) == Spot(start=0, end=5, operator="is", begun="op")
    assert completing.put("is:op cake", spot("is:op cake", 5), completing.Offer(written="is:open")) == (
        "is:open cake",
        8,
    )


# On the screen


def searching(pilot: Pilot[None]) -> Searching:
    """The search that is open."""
    assert isinstance(pilot.app.screen, Searching)
    return pilot.app.screen


def place(pilot: Pilot[None], text: str, *, after: int = 0) -> tuple[int, int]:
    """The cell where words stand, below some row."""
    rows = shown(pilot).split("\n")
    y = next(y for y, row in enumerate(rows) if text in row and y > after)
    return cell_len(rows[y][: rows[y].index(text)]), y


async def paste(pilot: Pilot[None], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await until(pilot, lambda: searching(pilot).input.value.endswith(text))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_chips_stand_below_what_is_typed(size: tuple[int, int]) -> None:
    async with open_app(await bakery(), size) as pilot:
        await pilot.press("/", *"is:open")
        await pilot.press("space", *"on:email")
        await until(pilot, lambda: " open ✕   by email ✕ " in shown(pilot))
        await until(pilot, lambda: "3 found" in shown(pilot) or "found" in shown(pilot))


async def test_what_is_malformed_is_said_twice_and_nothing_is_found() -> None:
    async with open_app(await bakery(), (80, 24)) as pilot:
        await pilot.press("/")
        await paste(pilot, "cake is:hungry")
        await until(pilot, lambda: "▲ is:hungry is not known ✕" in shown(pilot))
        await until(pilot, lambda: "use one of done, failed" in shown(pilot))
        assert len(searching(pilot).list) == 0


async def test_backspace_at_the_beginning_and_a_click_take_filters_off() -> None:
    async with open_app(await bakery(), (80, 24)) as pilot:
        await pilot.press("/")
        await paste(pilot, "is:open cake on:email tag:x")
        await pilot.press("home", "backspace")
        await until(pilot, lambda: searching(pilot).input.value == "is:open cake on:email")
        await until(pilot, lambda: "tag x" not in shown(pilot))
        x, y = place(pilot, "✕")
        await pilot.click(offset=(x, y))
        await until(pilot, lambda: searching(pilot).input.value == "cake on:email")
        assert searching(pilot).focused is searching(pilot).input
        await pilot.press("backspace")
        await until(pilot, lambda: searching(pilot).input.value == "cake")
        await pilot.press("backspace")
        assert searching(pilot).input.value == "cake"


async def test_a_narrow_screen_folds_chips_and_says_how_many() -> None:
    async with open_app(await bakery(), (60, 24)) as pilot:
        await pilot.press("/")
        await paste(pilot, "is:open on:email tag:cake from:ana is:wrong before:2026-11-03 after:7d")
        await until(pilot, lambda: "+5  before 3 Nov ✕   after 14 Nov ✕" in shown(pilot))
        x, y = place(pilot, "+5")
        await pilot.click(offset=(x, y))
        await until(pilot, lambda: "is:" in shown(pilot) and searching(pilot).field.list.display)
        assert searching(pilot).input.cursor_position == searching(pilot).input.value.index(" before")


async def test_a_filter_to_begin_with_is_a_click_away() -> None:
    async with open_app(await bakery(), (60, 24)) as pilot:
        await pilot.press("/")
        await until(pilot, lambda: "+ unread" in shown(pilot))
        await pilot.click(offset=place(pilot, "+ unread"))
        await until(pilot, lambda: searching(pilot).input.value == "is:unread ")
        await until(pilot, lambda: "found" in shown(pilot))
        await pilot.press(*"cake")
        await until(pilot, lambda: searching(pilot).input.value == "is:unread cake")


async def test_the_rest_of_the_filters_is_a_click_away_too() -> None:
    async with open_app(await bakery(), (60, 24)) as pilot:
        await pilot.press("/")
        await until(pilot, lambda: "+ unread" in shown(pilot))
        x, y = place(pilot, "+8" if "+8" in shown(pilot) else "+6")
        await pilot.click(offset=(x, y))
        await until(pilot, lambda: "how it stands" in shown(pilot))
        await pilot.click(offset=place(pilot, "has:"))
        await until(
            pilot, lambda: "has:attachment" in searching(pilot).input.value or "a file" in shown(pilot)
        )


async def test_tab_offers_names_then_values_and_enter_takes_them() -> None:
    world = await bakery()
    await world.set(BOB, tags=("late payer", "lathe"))
    async with open_app(world, (80, 24)) as pilot:
        await until(pilot, lambda: desk_of(pilot).is_idle)
        await pilot.press("/", "tab")
        await until(pilot, lambda: "who wrote it" in shown(pilot))
        await pilot.press(*"t")
        await until(pilot, lambda: "who wrote it" not in shown(pilot) and "whom it went to" in shown(pilot))
        await pilot.press("down", "enter", *"lat")
        await until(pilot, lambda: "tag:lathe" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "tag:lathe" not in shown(pilot))
        assert searching(pilot).input.value == "tag:lat"
        await pilot.press("e", "tab")
        await until(pilot, lambda: searching(pilot).input.value == 'tag:"late payer" ')
        await until(pilot, lambda: "tag late payer ✕" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)


async def test_a_tag_that_is_new_in_another_window_and_our_own_names_are_offered_too() -> None:
    world = await bakery()
    async with open_app(world, (80, 24)) as pilot:
        await until(pilot, lambda: desk_of(pilot).is_idle)
        await world.set(BOB, tags=("wholesale",))
        await pilot.press("/", *"tag:")
        await until(pilot, lambda: "wholesale" in desk_of(pilot).labels.tags)
        await pilot.press("tab")
        await until(pilot, lambda: searching(pilot).input.value == "tag:wholesale ")
        await pilot.press(*"from:ru", "tab")
        await until(pilot, lambda: searching(pilot).input.value == "tag:wholesale from:Rui ")


async def test_an_offer_is_taken_by_a_click() -> None:
    async with open_app(await bakery(), (80, 24)) as pilot:
        await pilot.press("/", *"on:", "tab")
        await until(pilot, lambda: "on:sms" in shown(pilot))
        await pilot.click(offset=place(pilot, "on:sms"))
        await until(pilot, lambda: searching(pilot).input.value == "on:sms ")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is desk_of(pilot))


class Slow(Contacts):
    """Contacts whose answers come when they are let."""

    gate = asyncio.Event()

    async def find(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        await self.gate.wait()
        return await super().find(text, limit=limit)


async def slow() -> World:
    """The bakery, with a store that takes its time over names."""
    world = await bakery()
    Slow.gate = asyncio.Event()
    world.desk = replace(world.desk, contacts=Slow(world.store, world.clock, world.business))
    return world


@pytest.mark.parametrize("turns", [0, 1, 3, 10])
async def test_keys_in_one_piece_on_a_slow_store_end_in_the_same_search(turns: int) -> None:
    async with open_app(await slow(), (80, 24)) as pilot:
        keys = ["/", *"from:bo", "tab", *"invoice", "enter"]
        for key in keys:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
            for _ in range(turns):
                await asyncio.sleep(0)
        await until(pilot, lambda: not desk_of(pilot).is_idle and "from:bo" in shown(pilot))
        for _ in range(20):
            await pilot.pause()
        assert "invoice" not in searching(pilot).input.value
        Slow.gate.set()
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == B and desk_of(pilot).timeline.sought)
        assert [term.text for term in desk_of(pilot).timeline.sought] == ["invoice"]


async def test_a_letter_behind_enter_is_for_the_customer_who_was_found() -> None:
    async with open_app(await bakery()) as pilot:
        for key in ["/", *"invoice", "enter", "r", *"hi"]:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: desk_of(pilot).composer.text == "hi")
        sheet = desk_of(pilot).writing.sheet
        assert sheet is not None
        assert sheet.customer_id == B


async def test_hostile_tags_and_names_can_be_offered_taken_and_taken_off() -> None:
    async with open_app(await hostile_world(), (80, 24), icons="ascii") as pilot:
        await until(pilot, lambda: desk_of(pilot).is_idle)
        await pilot.press("/", *"tag:", "tab")
        field = searching(pilot).field
        count = len(field.list)
        assert count > 10
        for number in range(count):
            await pilot.press(*["down"] * number, "enter")
            await until(pilot, lambda: not field.is_offering)
            assert all(row.isprintable() for row in shown(pilot).split("\n"))
            assert {cell_len(row) for row in shown(pilot).split("\n")} == {80}
            assert [chip.wrong for chip in field.chips] == [False]
            await pilot.press("home", "backspace")
            await until(pilot, lambda: searching(pilot).input.value == "")
            await pilot.press(*"tag:", "tab")
