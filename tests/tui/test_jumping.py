"""Jumping: a letter on everything in sight, none on a word; each goes to what it stands at, at every size and without colour."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from agent_tui.core.model import customer_id
from agent_tui.services import pins
from agent_tui.tui.footer import footer
from agent_tui.tui.jump import Target, in_bar, labelled, letters
from agent_tui.tui.keymap import preset
from agent_tui.tui.keys import BY_ID
from agent_tui.tui.screens.jumping import Jump
from tests.scripted import ANA, BOB
from tests.tui.hostile import hostile_world
from tests.tui.test_recalling import remembered
from tests.tui.world import CARA, bakery, desk_of, open_app, shown, suggested, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)


@given(st.integers(0, 700))
def test_no_letters_begin_others(count: int) -> None:
    found = list(letters(count))
    assert len(found) == max(count, 26) if count <= 26 else len(found) >= min(count, 26 * 26)
    assert len(set(found)) == len(found)
    singles = {one for one in found if len(one) == 1}
    assert not any(two[0] in singles for two in found if len(two) == 2)


def test_where_there_is_one_cell_there_is_one_letter() -> None:
    targets = [Target(key=f"said {n}", end=2, y=n) for n in range(60)]
    targets += [Target(key=f"run {n}", end=1, y=n, room=1) for n in range(5)]
    found = labelled(targets)
    assert len(found) == 65
    assert all(len(found[f"run {n}"]) == 1 for n in range(5))


@pytest.mark.parametrize("width", range(20, 140, 7))
@pytest.mark.parametrize("pane", ["inbox", "timeline", "composer", "find"])
def test_letters_at_the_keys_of_the_foot_cover_only_blanks(pane, width: int) -> None:  # type: ignore[no-untyped-def]
    line, zones = footer(pane, frozenset(BY_ID), width)
    targets = list(in_bar(line, zones, 0, 0))
    assert len(targets) == len(zones)
    for target in targets:
        assert line.text[target.end - target.room : target.end].strip() == ""


def jump(pilot: Pilot[None]) -> Jump:
    assert isinstance(pilot.app.screen, Jump)
    return pilot.app.screen


def label(pilot: Pilot[None], key: str) -> str:
    """The letters of a target."""
    return jump(pilot)._letters[key]


async def opened(pilot: Pilot[None], key: str = "g") -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, Jump))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 24)])
@pytest.mark.parametrize("icons", ["unicode", "ascii"])
@pytest.mark.parametrize("no_color", [False, True])
async def test_letters_cover_no_word(
    size: tuple[int, int], icons: str, no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(await suggested(), size, icons=icons) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle and (size[0] < 110 or "May be Cara Lima" in shown(pilot)))
        before = shown(pilot).split("\n")
        await opened(pilot)
        await until(pilot, lambda: shown(pilot).split("\n") != before)
        after = shown(pilot).split("\n")
        covered = {
            old
            for row, other in zip(before, after, strict=True)
            for old, new in zip(row, other, strict=True)
            if old != new
        }
        assert not any(cell.isalnum() for cell in covered), covered
        count = sum(len(row) for row in jump(pilot)._rows.values())
        assert count == len(jump(pilot)._letters) > 8
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is desk)
        assert shown(pilot).split("\n") == before


async def test_to_a_customer_an_entry_a_command() -> None:
    async with open_app(await bakery(), (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        await pilot.press(label(pilot, f"who {B}"))
        await until(pilot, lambda: desk.reading.customer_id == B and desk.pane == "inbox")
        await pilot.press("k")
        await until(pilot, lambda: desk.reading.customer_id == A)
        first = desk.timeline.window.stretch.entries[0].fact.id
        await opened(pilot)
        await pilot.press(label(pilot, f"said {first}"))
        await until(pilot, lambda: desk.pane == "timeline" and desk.timeline.cursor == first)
        await opened(pilot)
        await pilot.press(label(pilot, "run note"))
        await until(pilot, lambda: desk.composer.is_open)
        await pilot.press(*"hi")
        await opened(pilot, "alt+g")
        await pilot.press(label(pilot, "run view"))
        await until(pilot, lambda: "Failed sends" in shown(pilot))


async def test_on_one_pane_a_customer_is_opened() -> None:
    async with open_app(await bakery(), (60, 24)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        await pilot.press(label(pilot, f"who {B}"))
        await until(pilot, lambda: desk.reading.customer_id == B and desk.pane == "timeline")


async def test_to_whom_they_may_be_and_to_where_a_fact_was_told() -> None:
    world = await suggested()
    entry = (await world.messages())[0][0]
    await world.desk.inbox.pin(A, "bakes on Sundays", entry.id)
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle and "bakes on Sundays" in shown(pilot))
        await until(pilot, lambda: "May be Cara Lima" in shown(pilot))
        card = desk.reading.card
        assert card is not None
        assert pins.origin(card.customer, card.customer.notes_pinned[0]) == entry.id
        await opened(pilot)
        await pilot.press(label(pilot, f"told {card.customer.notes_pinned[0]}"))
        await until(pilot, lambda: desk.timeline.cursor == entry.id and desk.pane == "timeline")
        await opened(pilot)
        await pilot.press(label(pilot, "run join"))
        await until(pilot, lambda: "is the same person as" in shown(pilot))


async def test_what_is_quoted_is_unfolded() -> None:
    world = await bakery()
    await world.news(ANA, "As I said.", quoted="\n".join(f"line {n}" for n in range(8)))
    async with open_app(world, (80, 24)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle and "As I said." in shown(pilot))
        await opened(pilot)
        (fold,) = [key for key in jump(pilot)._letters if key.startswith("fold ")]
        await pilot.press(label(pilot, fold))
        await until(pilot, lambda: "▾ 8 quoted lines" in shown(pilot))


async def test_two_letters_where_there_are_many() -> None:
    world = await bakery()
    for number in range(40):
        world.write(ANA, f"chatter {number}")
    world.mail.page = 100
    await world.sync()
    async with open_app(world, (140, 100), compact=True) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        key, two = next(
            (k, v) for k, v in jump(pilot)._letters.items() if len(v) == 2 and k.startswith("said")
        )
        await pilot.press(two[0])
        await until(pilot, lambda: 0 < sum(map(len, jump(pilot)._rows.values())) <= 26)
        await pilot.press(two[1])
        await until(pilot, lambda: desk.timeline.cursor == key.removeprefix("said "))


@pytest.mark.parametrize("turns", [0, 1, 2, 4, 10])
async def test_keys_in_one_piece(turns: int) -> None:
    async with open_app(await bakery(), (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        to_bob = label(pilot, f"who {B}")
        await pilot.press("escape")
        for key in ["g", *to_bob, "n", *"hi"]:
            pilot.app.post_message(events.Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await until(pilot, lambda: desk.composer.text == "hi")
        sheet = desk.writing.sheet
        assert sheet is not None
        assert sheet.customer_id == B


async def test_a_letter_can_be_clicked_and_a_click_elsewhere_leaves() -> None:
    async with open_app(await bakery(), (80, 24)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        await until(pilot, lambda: jump(pilot)._rows)
        y, begin = next(
            (y, begin) for y, row in jump(pilot)._rows.items() for begin, _l, key in row if key == f"who {B}"
        )
        await pilot.click(offset=(begin, y))
        await until(pilot, lambda: desk.reading.customer_id == B)
        await opened(pilot)
        await pilot.click(offset=(40, 10))
        await until(pilot, lambda: pilot.app.screen is desk)
        assert desk.reading.customer_id == B


async def test_a_letter_that_is_nowhere_leaves() -> None:
    async with open_app(await bakery(), (60, 24)) as pilot:
        await until(pilot, lambda: desk_of(pilot).is_idle)
        await opened(pilot)
        await pilot.press("9")
        await until(pilot, lambda: pilot.app.screen is desk_of(pilot))


async def test_letters_stay_with_what_they_were_given_to() -> None:
    world = await bakery()
    async with open_app(world, (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        to_bob = label(pilot, f"who {B}")
        await desk.desk.inbox.describe(C, severity=3)
        await until(pilot, lambda: desk.inbox.roll.position(C) == 0 or desk.inbox.roll.position(B) != 1)
        await pilot.press(to_bob)
        await until(pilot, lambda: desk.reading.customer_id == B)


async def test_hostile_names_and_texts_are_jumped_to() -> None:
    async with open_app(await hostile_world(), (120, 40)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.is_idle)
        await opened(pilot)
        await until(pilot, lambda: jump(pilot)._rows)
        assert all(row.isprintable() for row in shown(pilot).split("\n"))
        assert {cell_len(row) for row in shown(pilot).split("\n")} == {120}
        told = [key for key in jump(pilot)._letters if key.startswith(("told", "said"))]
        await pilot.press(*label(pilot, told[-1]))
        await until(pilot, lambda: pilot.app.screen is desk)
        assert pilot.app.is_running


def test_every_preset_has_a_key_for_it_everywhere() -> None:
    for name in ("default", "gmail", "vim"):
        command = preset(name).by_id["jump"]
        assert command.panes == {"inbox", "timeline", "card", "composer"}


async def test_to_an_earlier_answer_on_the_card() -> None:
    async with open_app(await remembered(), (120, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: "Before on this" in shown(pilot))
        await opened(pilot)
        await pilot.press(*label(pilot, "answer a-nut"))
        await until(pilot, lambda: desk.pane == "card" and desk.card.entry_id == "a-nut")
