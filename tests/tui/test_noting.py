"""Notes while a reply is written: these words were sent before, or say nothing of what was asked. Nothing is held up."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from agent_tui.core.model import customer_id
from agent_tui.services.saved_words import Saved
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)
HOURS = (
    "Hello {first_name}, we are open from 7 to 19, on Saturdays until 14, and closed on Sundays. The last bread comes out of "
    "the oven at five. {agent}"
)


@pytest.fixture
async def world(tmp_path: Path) -> World:
    made = await bakery()
    made.desk.words.folder = tmp_path / "words"
    made.desk.words.save(Saved(name="hours", title="Opening hours", text=HOURS))
    return made


async def sent(world: World, who: str = A, text: str = HOURS.replace("{first_name}", "Ana")) -> None:
    """These words were sent; then they asked something else."""
    await world.desk.replies.queue(await world.desk.replies.envelope(who), text, now=True)
    world.clock.tick(days=2)
    for other in {A, B, C} - {who, A}:
        await world.desk.inbox.done(other)
    await world.news(ANA if who == A else BOB, "Where is my invoice?", subject="")


async def insert(pilot: Pilot[None]) -> None:
    await pilot.press("semicolon", *"hours", "enter")
    await until(pilot, lambda: "open from 7 to 19" in desk_of(pilot).composer.text)


async def test_words_they_got_before_are_pointed_out_and_can_be_sent(world: World) -> None:
    await sent(world)
    async with open_app(world) as pilot:
        await insert(pilot)
        await until(pilot, lambda: "Ana already got these words on 21 Nov, by email" in shown(pilot))
        count = len(await world.messages())
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
        assert len(await world.messages()) == count + 1
        assert not any("already got" in toast for toast in toasts(pilot))


async def test_words_typed_again_are_pointed_out_even_when_they_leave_at_once(world: World) -> None:
    await sent(world)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r")
        await until(pilot, lambda: desk.writing.sheet and desk.writing.sheet.envelope)
        desk.composer.type(HOURS.replace("{first_name}", "dear Ana").replace("{agent}", "Rui"))
        await pilot.press("ctrl+j")
        await until(
            pilot, lambda: any("Ana already got these words on 21 Nov" in toast for toast in toasts(pilot))
        )
    assert len(await world.queued()) == 1


async def test_somebody_elses_words_are_no_reason(world: World) -> None:
    await sent(world, B)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await insert(pilot)
        await until(pilot, lambda: desk.writing.sheet and desk.writing.sheet.known)
        assert desk.writing.sheet is not None
        assert desk.writing.sheet.customer_id == A
        await pilot.pause()
        assert "already got" not in shown(pilot)


async def test_a_reply_that_says_nothing_of_what_was_asked_is_hinted_at_until_it_does(world: World) -> None:
    await sent(world, A, "Yes, of course!")
    async with open_app(world) as pilot:
        await insert(pilot)
        await until(pilot, lambda: "says nothing of: invoice" in shown(pilot))
        await pilot.press(*" Your invoice is here.")
        await until(pilot, lambda: "says nothing of" not in shown(pilot))


async def test_a_short_answer_raises_no_hint(world: World) -> None:
    await sent(world, A, "Yes, of course!")
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"yes")
        await until(pilot, lambda: desk.writing.sheet and desk.writing.sheet.known)
        await pilot.pause()
        assert "says nothing of" not in shown(pilot)


async def test_a_draft_that_was_there_is_looked_at_too(world: World) -> None:
    await sent(world)
    await world.desk.timeline.save_draft(A, HOURS.replace("{first_name}", "Ana"), note=False)
    async with open_app(world) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "already got these words" in shown(pilot))
        assert "says nothing of: invoice" in shown(pilot)


async def test_what_they_write_meanwhile_counts(world: World) -> None:
    await sent(world, A, "Yes, of course!")
    async with open_app(world) as pilot:
        await insert(pilot)
        await until(pilot, lambda: "says nothing of: invoice" in shown(pilot))
        world.clock.tick(seconds=1)
        await world.news(ANA, "And are you open on Sundays?", subject="")
        await until(pilot, lambda: "And are you open" in shown(pilot))
        await pilot.press(*"!")
        await until(pilot, lambda: "says nothing of" not in shown(pilot))


async def test_a_note_is_nobodys_answer(world: World) -> None:
    await sent(world)
    async with open_app(world) as pilot:
        await pilot.press("n", "ctrl+r")
        await until(pilot, lambda: "Opening hours" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "open from 7 to 19" in desk_of(pilot).composer.text)
        for _ in range(20):
            await pilot.pause()
        assert "already got" not in shown(pilot)
        assert "says nothing of" not in shown(pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_it_can_be_read_at_every_size(world: World, size: tuple[int, int]) -> None:
    await sent(world)
    async with open_app(world, size, icons="ascii") as pilot:
        await insert(pilot)
        await until(pilot, lambda: "already got these words" in " ".join(shown(pilot).split()))
        assert [cell_len(row) for row in shown(pilot).splitlines()] == [size[0]] * size[1]


async def test_nothing_in_what_they_asked_is_obeyed(world: World) -> None:
    await sent(world, A, "Yes, of course!")
    await world.news(ANA, "Where is [/red]\x1b]52;c;SEk=\x07invoice\u202e?", subject="[@click=app.quit]")
    async with open_app(world) as pilot:
        await insert(pilot)
        await until(pilot, lambda: "says nothing of" in shown(pilot))
        assert "\x1b" not in shown(pilot)
