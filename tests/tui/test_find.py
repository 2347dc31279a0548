"""Finding in one customer's whole history: hits one after the other, marked; nothing lost, nobody else's, whatever is typed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from agent_tui.core.model import Position, customer_id
from agent_tui.core.store import Hit
from agent_tui.services.contacts import Contacts
from agent_tui.tui.lines import Role
from agent_tui.tui.screens.searching import Searching
from agent_tui.tui.screens.within import Within
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.hostile import PROBES, hostile_world
from tests.tui.world import World, bakery, desk_of, open_app, shown, until

A, B = customer_id(ANA), customer_id(BOB)
YEARS = 300  # messages, of which three speak of walnuts


async def years() -> World:
    """Ana wrote three hundred times; far from all of it is on the screen at first."""
    world = await bakery()
    for number in range(YEARS):
        text = f"the walnut question {number}" if number in {20, 150, 290} else f"chatter {number}"
        world.write(ANA, text, START - timedelta(days=400 - number))
    world.write(BOB, "walnut bread, please", START - timedelta(days=3))
    world.mail.page = 400
    await world.sync()
    return world


def text(pilot: Pilot[None]) -> str:
    """What the entry under the cursor says."""
    entry = desk_of(pilot).timeline.entry
    return entry.fact.text if entry is not None else ""


def told(pilot: Pilot[None]) -> str:
    """What the find line says at its right end."""
    return desk_of(pilot).find_line._told[0]


async def at_ana(pilot: Pilot[None]) -> None:
    desk = desk_of(pilot)
    await until(pilot, lambda: desk.reading.customer_id == A and desk.is_idle)
    await pilot.press("enter")
    await until(pilot, lambda: desk.pane == "timeline")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 24)])
async def test_hits_of_the_whole_history_one_after_the_other(size: tuple[int, int]) -> None:
    async with open_app(await years(), size) as pilot:
        await at_ana(pilot)
        await pilot.press("/", *"walnut")
        await until(pilot, lambda: told(pilot) == "1 of 3" and text(pilot) == "the walnut question 290")
        assert "the walnut question 290" in shown(pilot)
        assert " 1 of 3 ✕" in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: told(pilot) == "2 of 3" and text(pilot) == "the walnut question 150")
        await pilot.press("up")
        await until(pilot, lambda: told(pilot) == "3 of 3" and "the walnut question 20" in shown(pilot))
        assert "chatter 21" in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: told(pilot) == "1 of 3")
        await pilot.press("down")
        await until(pilot, lambda: told(pilot) == "3 of 3")
        view = desk_of(pilot).timeline
        lines = [view.line_at(y) for y in range(view.window.height)]
        assert {t for one in lines for t, role in one.spans if role is Role.FOUND} == {"walnut"}


async def test_leaving_stays_where_one_is_and_the_next_hit_has_a_key() -> None:
    async with open_app(await years(), (80, 24)) as pilot:
        await at_ana(pilot)
        await pilot.press("/", *"walnut", "enter", "escape")
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.pane == "timeline" and not desk.find_line.display)
        assert text(pilot) == "the walnut question 150"
        assert "} Next hit" in shown(pilot)
        await pilot.press("}")
        await until(pilot, lambda: text(pilot) == "the walnut question 20")
        await pilot.press("j", "{")
        await until(pilot, lambda: text(pilot) == "the walnut question 150")
        await pilot.press("f3")
        await until(pilot, lambda: text(pilot) == "the walnut question 20")
        await pilot.press("1", "j")
        await until(pilot, lambda: desk.reading.customer_id == B)
        assert not desk.can("find.next")
        assert desk.timeline.sought == ()
        await pilot.press("}")
        await until(pilot, lambda: "Look for something first: /" in shown(pilot))


async def test_the_words_are_still_there_the_next_time() -> None:
    async with open_app(await years(), (80, 24)) as pilot:
        await at_ana(pilot)
        await pilot.press("/", *"walnut", "escape", "/", "enter")
        await until(pilot, lambda: told(pilot) == "2 of 3")
        await pilot.press("escape", "/", *"chatter")
        await until(pilot, lambda: told(pilot).endswith(" of 297"))
        assert desk_of(pilot).find_line.input.value == "chatter"


async def test_what_is_typed_makes_the_hit_nearest_to_where_one_began() -> None:
    async with open_app(await years(), (80, 24)) as pilot:
        await at_ana(pilot)
        await pilot.press("/", *"walnut 150")
        await until(pilot, lambda: text(pilot) == "the walnut question 150")
        for _ in " 150":
            await pilot.press("backspace")
        await until(pilot, lambda: told(pilot) == "1 of 3" and text(pilot) == "the walnut question 290")


async def test_malformed_and_nothing_found_are_said_and_nothing_moves() -> None:
    async with open_app(await years(), (60, 24)) as pilot:
        await at_ana(pilot)
        before = text(pilot)
        await pilot.press("/", *"is:hungry")
        await until(pilot, lambda: "is:hungry is not known" in shown(pilot))
        await pilot.press("enter", "up", "down")
        assert text(pilot) == before
        await pilot.press("ctrl+u", *"zeppelin")
        await until(pilot, lambda: "nothing found" in shown(pilot))
        await pilot.press("ctrl+u")
        await until(pilot, lambda: told(pilot) == "")
        assert text(pilot) == before
        assert desk_of(pilot).timeline.sought == ()


async def test_from_the_list_it_is_everything_and_from_the_line_too_with_the_same_words() -> None:
    async with open_app(await years(), (80, 24)) as pilot:
        await until(pilot, lambda: desk_of(pilot).is_idle)
        await pilot.press("/")
        assert isinstance(pilot.app.screen, Searching)
        await pilot.press("escape")
        await at_ana(pilot)
        await pilot.press("/", *"walnut", "ctrl+f")
        await until(pilot, lambda: "walnut bread, please" in shown(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, Searching)
        assert screen.input.value == "walnut"
        await pilot.press("enter")
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.reading.customer_id == B and "walnut bread" in shown(pilot))
        assert not desk.find_line.display


async def test_hits_of_the_whole_search_go_on_with_the_customer_it_led_to() -> None:
    async with open_app(await years(), (80, 24)) as pilot:
        await until(pilot, lambda: desk_of(pilot).is_idle)
        await pilot.press("/", *"walnut 290", "enter")
        await until(pilot, lambda: text(pilot) == "the walnut question 290")
        assert desk_of(pilot).can("find.next")
        await pilot.press("}")
        await until(pilot, lambda: told(pilot) == "1 of 1")


async def test_with_the_mouse() -> None:
    async with open_app(await years(), (120, 40)) as pilot:
        await at_ana(pilot)
        desk = desk_of(pilot)

        async def click(words: str) -> None:
            rows = shown(pilot).split("\n")
            y = max(y for y, row in enumerate(rows) if words in row)
            await pilot.click(offset=(cell_len(rows[y][: rows[y].rindex(words)]), y))

        await click("/ Find")
        await until(pilot, lambda: desk.pane == "find")
        await pilot.press(*"walnut")
        await until(pilot, lambda: told(pilot) == "1 of 3")
        await click("Next hit")
        await until(pilot, lambda: told(pilot) == "2 of 3")
        await click("Previous hit")
        await until(pilot, lambda: told(pilot) == "1 of 3")
        await click("✕")
        await until(pilot, lambda: not desk.find_line.display and desk.pane == "timeline")


async def test_a_hit_in_what_is_quoted_is_shown() -> None:
    world = await bakery()
    quoted = "\n".join(f"line {n}" for n in range(8)) + "\nthe pistachio order"
    await world.news(ANA, "As I said.", quoted=quoted)
    async with open_app(world, (80, 24)) as pilot:
        await at_ana(pilot)
        await until(pilot, lambda: "As I said." in shown(pilot))
        assert "pistachio" not in shown(pilot)
        await pilot.press("/", *"pistachio")
        await until(pilot, lambda: "the pistachio order" in shown(pilot))


async def test_a_hit_in_what_is_cut_is_one_key_away() -> None:
    world = await bakery()
    text = "\n".join(
        [*(f"line {n}" for n in range(400)), "the pistachio order", *(f"more {n}" for n in range(99))]
    )
    await world.news(ANA, text)
    async with open_app(world, (80, 24)) as pilot:
        await at_ana(pilot)
        await pilot.press("/", *"pistachio")
        await until(pilot, lambda: told(pilot) == "1 of 1" and "more lines" in shown(pilot))
        await pilot.press("escape", "o")
        await until(pilot, lambda: "the pistachio order" in shown(pilot))
        sheet = pilot.app.screen.sheet  # type: ignore[attr-defined]
        found = [t for y in range(520) for t, role in sheet.line_at(y).spans if role is Role.FOUND]
        assert found == ["pistachio"]


async def test_news_are_counted_while_one_looks() -> None:
    world = await years()
    async with open_app(world, (80, 24)) as pilot:
        await at_ana(pilot)
        await pilot.press("/", *"walnut", "enter")
        await until(pilot, lambda: told(pilot) == "2 of 3")
        await world.news(ANA, "one more walnut")
        await until(pilot, lambda: told(pilot) == "3 of 4")
        assert text(pilot) == "the walnut question 150"


@pytest.mark.parametrize("turns", [0, 1, 2, 4, 10, 40])
async def test_keys_in_one_piece(turns: int) -> None:
    async with open_app(await years(), (80, 24)) as pilot:
        await at_ana(pilot)
        for key in ["/", *"walnut", "enter", "escape", "n", *"hi"]:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
            for _ in range(turns):
                await asyncio.sleep(0)
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.composer.text == "hi")
        assert text(pilot) == "the walnut question 150"


class Slow(Contacts):
    """Contacts whose answers come when they are let."""

    gate = asyncio.Event()

    async def search_with(self, customer_id: str, text: str, *, limit: int = 50) -> tuple[Hit, ...]:
        await self.gate.wait()
        return await super().search_with(customer_id, text, limit=limit)


async def test_on_a_slow_store_keys_wait_for_what_was_found() -> None:
    world = await years()
    Slow.gate = asyncio.Event()
    world.desk = replace(world.desk, contacts=Slow(world.store, world.clock, world.business))
    async with open_app(world, (80, 24)) as pilot:
        await at_ana(pilot)
        for key in ["/", *"walnut", "enter", "escape"]:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        desk = desk_of(pilot)
        await until(pilot, lambda: not desk.is_idle)
        for _ in range(10):
            await pilot.pause()
        assert desk.pane == "find"
        Slow.gate.set()
        await until(pilot, lambda: desk.pane == "timeline")
        assert text(pilot) == "the walnut question 150"


async def test_another_customer_ends_it() -> None:
    async with open_app(await years(), (120, 40)) as pilot:
        await at_ana(pilot)
        desk = desk_of(pilot)
        await pilot.press("/", *"walnut")
        await until(pilot, lambda: told(pilot) == "1 of 3")
        await pilot.press("alt+j")
        await until(pilot, lambda: desk.reading.customer_id == B)
        assert not desk.find_line.display
        assert desk.pane == "timeline"
        assert desk.timeline.sought == ()
        await pilot.press("/")
        assert desk.find_line.input.value == ""


async def test_other_panes_can_be_reached_from_the_line() -> None:
    async with open_app(await years(), (120, 40)) as pilot:
        await at_ana(pilot)
        desk = desk_of(pilot)
        await pilot.press("/", *"walnut", "tab")
        await until(pilot, lambda: desk.pane == "card")
        await pilot.press("2", "escape")
        await until(pilot, lambda: desk.pane == "timeline" and not desk.find_line.display)
        await pilot.press("escape")
        await until(pilot, lambda: desk.pane == "inbox")
        await pilot.press("enter", "/", "f1")
        await until(pilot, lambda: "Keys in the find line" in shown(pilot))
        assert "further back" in shown(pilot)


async def test_hostile_words_and_histories() -> None:
    async with open_app(await hostile_world(), (80, 24), icons="ascii") as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await pilot.press("v", "enter")
        for probe in PROBES:
            if probe.text.strip():
                await pilot.press("/", "ctrl+u")
                pilot.app.post_message(events.Paste(probe.text[:200]))
                await pilot.press("enter")
                await until(pilot, lambda: desk.is_idle and desk.within.hits is not None)
                assert all(row.isprintable() for row in shown(pilot).split("\n"))
                assert {cell_len(row) for row in shown(pilot).split("\n")} == {80}
                await pilot.press("escape", "alt+j")
        assert pilot.app.is_running


def test_the_next_one_is_counted_from_where_she_is() -> None:
    within = Within(None)  # type: ignore[arg-type]
    within.begin("x", "cake")
    one, two, three = (Position(START + timedelta(days=n), "") for n in range(3))
    within.hits = (three, two, one)
    assert [within.step(place, 1) for place in (three, two, one, None)] == [two, one, three, three]
    assert [within.step(place, -1) for place in (three, two, one, None)] == [one, three, two, one]
    between = Position(START + timedelta(hours=30), "")
    assert (within.step(between, 1), within.step(between, -1), within.near(between)) == (two, three, two)
    assert within.near(Position(START - timedelta(days=9), "")) == three
    within.hits = ()
    assert within.step(None, 1) is None
    assert within.near(None) is None
    assert within.told(None) == ("nothing found", Role.WARN)
