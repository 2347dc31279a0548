"""The daily jobs, each with exactly the keys that docs/keys.md promises, on the real screen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from agent_tui.core.model import CustomerState, Note, customer_id
from agent_tui.tui.jobs import JOBS, TEXT, Job
from agent_tui.tui.keymap import DEFAULT
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, becomes, desk_of, open_app, shown, suggested, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)
TYPED = {
    "reply": "Of course, Ana!",
    "note": "ask the kitchen",
    "search": "invoice",
    "tag": "vip",
    "words": "hours",
}

Check = Callable[[Pilot[None], World], Awaitable[object]]


async def _card(world: World, who: str = A):  # type: ignore[no-untyped-def]
    return await world.desk.timeline.card(who)


async def read(pilot: Pilot[None], world: World) -> None:
    desk = desk_of(pilot)
    await until(pilot, lambda: desk.reading.customer_id == B and desk.pane == "timeline")
    await becomes(pilot, world, lambda card: card.unread == 0, BOB)


async def reply(pilot: Pilot[None], world: World) -> None:
    await until(pilot, lambda: not desk_of(pilot).composer.is_open and "takes back" in shown(pilot))
    assert [m.text for m, delivery in await world.messages() if delivery] == [TYPED["reply"]]
    assert len(await world.queued()) == 1


async def words(pilot: Pilot[None], world: World) -> None:
    await until(pilot, lambda: desk_of(pilot).composer.text == "Hello Ana, from 7 to 19. Rui")
    assert desk_of(pilot).pane == "composer"
    assert await world.queued() == ()


async def note(pilot: Pilot[None], world: World) -> None:
    await until(pilot, lambda: not desk_of(pilot).composer.is_open and TYPED["note"] in shown(pilot))
    page = await world.store.page(A, limit=100)
    assert [e.fact.text for e in page.entries if isinstance(e.fact, Note)] == [TYPED["note"]]
    assert await world.queued() == ()


async def done(pilot: Pilot[None], world: World) -> None:
    await becomes(pilot, world, lambda card: card.state is CustomerState.DONE)


async def done_next(pilot: Pilot[None], world: World) -> None:
    await done(pilot, world)
    await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)


async def snooze(pilot: Pilot[None], world: World) -> None:
    await becomes(pilot, world, lambda card: card.state is CustomerState.SNOOZED)
    until_ = (await _card(world)).customer.snoozed_until
    assert until_ is not None
    assert until_.date() == (START + timedelta(days=1)).date()


async def promise(pilot: Pilot[None], world: World) -> None:
    await until(pilot, lambda: "Promised by" in shown(pilot))
    (_, delivery), *_ = [(m, d) for m, d in await world.messages() if d is not None]
    assert delivery is not None
    by = (await _card(world)).customer.promised_by
    assert by is not None
    assert START < by < START + timedelta(days=1)
    assert f"{by:%H:%M} today" in (await world.messages())[-1][0].text


async def channel(pilot: Pilot[None], world: World) -> None:
    """Ana wrote by text message last."""
    await until(pilot, lambda: "Reply by email to ana@example.com" in shown(pilot))
    assert await world.queued() == ()


async def search(pilot: Pilot[None], world: World) -> None:
    await until(pilot, lambda: desk_of(pilot).reading.customer_id == B and "invoice?" in shown(pilot))
    assert world.desk.business.agent == "Rui"


async def undo(pilot: Pilot[None], world: World) -> None:
    await until(pilot, lambda: "Taken back" in shown(pilot))
    await becomes(pilot, world, lambda card: card.state is CustomerState.OPEN)


async def assign(pilot: Pilot[None], world: World) -> None:
    await becomes(pilot, world, lambda card: card.customer.assigned_to == "Rui")


async def tag(pilot: Pilot[None], world: World) -> None:
    await becomes(pilot, world, lambda card: card.customer.tags == (TYPED["tag"],))


async def join(pilot: Pilot[None], world: World) -> None:
    await becomes(pilot, world, lambda card: len(card.identities) == 2)
    assert (await _card(world, C)).customer.id == A


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        read, reply, words, note, done, done_next, snooze, promise, channel, search, undo, assign, tag, join,
    )
}  # fmt: skip


async def prepared(job: Job, folder: Path) -> World:
    """The bakery, and what the job needs besides."""
    world = await (suggested() if job.id == "join" else bakery())
    world.desk.words.folder = folder
    for title, text in (
        ("Late", "It is late."),
        ("Opening hours", "Hello {first_name}, from 7 to 19. {agent}"),
    ):
        world.desk.words.add(title, text, START.date())
    if job.id == "channel":
        await world.desk.joining.join_best(A, C, "the same person")
    return world


@asynccontextmanager
async def at_the_list(job: Job, folder: Path) -> AsyncIterator[tuple[Pilot[None], World]]:
    """The program, Ana's row under the cursor and all that is known of her on the screen."""
    world = await prepared(job, folder)
    async with open_app(world, (160, 50)) as pilot:
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == A)
        if job.id == "join":
            await until(pilot, lambda: "May be Cara Lima" in shown(pilot))
        yield pilot, world


async def press(pilot: Pilot[None], keys: tuple[str, ...], text: str) -> None:
    """The keys, and the text where it belongs; as fast as they can be typed."""
    for key in keys:
        for each in text if key == TEXT else (key,):
            await pilot.press("space" if each == " " else each)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.id)
async def test_a_job_takes_no_more_keys_than_promised(job: Job, tmp_path: Path) -> None:
    async with at_the_list(job, tmp_path) as (pilot, world):
        desk = desk_of(pilot)
        await press(pilot, job.given, "")
        if job.id == "channel":
            await until(pilot, lambda: "Reply by SMS to +351912345678" in shown(pilot))
        if job.id == "undo":
            await until(pilot, lambda: bool(desk.undoing))
        if job.id == "promise":
            await press(pilot, job.keys[:1], "")
            await until(pilot, lambda: desk.writing.sheet is not None and desk.writing.sheet.offered != "")
            await until(pilot, lambda: desk.writing.sheet is not None and not desk.writing.sheet.unseen)
            await press(pilot, job.keys[1:], "")
        else:
            await press(pilot, job.keys, TYPED.get(job.id, ""))
        await CHECKS[job.id](pilot, world)
    assert job.strokes <= job.most


def test_every_job_is_there_and_its_first_key_is_a_command() -> None:
    assert {job.id for job in JOBS} == set(CHECKS)
    for job in JOBS:
        first = job.keys[0]
        pane = "composer" if job.is_writing else "inbox"
        assert any(pane in c.keys.get(first, ()) for c in DEFAULT.commands), job


@pytest.mark.parametrize(
    "job", [job for job in JOBS if not job.given and job.id != "promise"], ids=lambda job: job.id
)
async def test_keys_that_arrive_in_one_piece_do_the_same(job: Job, tmp_path: Path) -> None:
    """As over a slow line: nobody waits for a box to open. (A promise does: its words must have been seen.)"""
    async with at_the_list(job, tmp_path) as (pilot, world):
        for key in job.keys:
            for each in TYPED[job.id] if key == TEXT else (key,):
                name = "space" if each == " " else each
                pilot.app.post_message(events.Key(name, each if len(each) == 1 else None))
        await CHECKS[job.id](pilot, world)
