"""The daily jobs with the mouse alone: whatever is clicked stands on the screen in words; only texts are typed."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from agent_tui.core.model import CustomerState, Note, customer_id
from agent_tui.tui.jobs import JOBS
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, becomes, desk_of, open_app, shown, suggested, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)
SIZE = (160, 50)


def place(pilot: Pilot[None], words: str, *, last: bool = False) -> tuple[int, int] | None:
    """The cell where words stand; of several places the first, or the last."""
    rows = list(enumerate(shown(pilot).split("\n")))
    for y, row in reversed(rows) if last else rows:
        if (at := row.rfind(words) if last else row.find(words)) >= 0:
            return cell_len(row[:at]), y
    return None


async def click(pilot: Pilot[None], words: str, *, last: bool = False) -> None:
    """Click on words, once they are there."""
    await until(pilot, lambda: place(pilot, words, last=last))
    found = place(pilot, words, last=last)
    assert found is not None
    await pilot.click(offset=(found[0] + 1, found[1]))


async def key(pilot: Pilot[None], label: str) -> None:
    """A command in the line of keys at the foot."""
    await click(pilot, label, last=True)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Text, and nothing that commands."""
    for each in text:
        pilot.app.post_message(events.Key("space" if each == " " else each, each))
    await pilot.pause()


async def command(pilot: Pilot[None], label: str) -> None:
    """A command by its name in the list of all commands."""
    await key(pilot, ": Commands")
    await until(pilot, lambda: place(pilot, "type to find"))
    await typed(pilot, label)
    await click(pilot, f"▌ {label}")


async def read(pilot: Pilot[None], world: World) -> None:
    await click(pilot, "Where is my invoice?")
    await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)
    await becomes(pilot, world, lambda card: card.unread == 0, BOB)


async def reply(pilot: Pilot[None], world: World) -> None:
    await key(pilot, "Reply")
    await until(pilot, lambda: "Reply by email to ana@example.com" in shown(pilot))
    await typed(pilot, "Of course!")
    await key(pilot, "Enter Send")
    await until(pilot, lambda: "takes back" in shown(pilot))
    assert [m.text for m, delivery in await world.messages() if delivery] == ["Of course!"]


async def words(pilot: Pilot[None], world: World) -> None:
    world.desk.words.add("Late", "It is late.", START.date())
    world.desk.words.add("Opening hours", "From 7 to 19. {agent}", START.date())
    await key(pilot, "Reply")
    await until(pilot, lambda: "Reply by email to ana@example.com" in shown(pilot))
    await key(pilot, "Saved words")
    await click(pilot, "Opening hours", last=True)
    await until(pilot, lambda: desk_of(pilot).composer.text == "From 7 to 19. Rui")


async def note(pilot: Pilot[None], world: World) -> None:
    await key(pilot, "Note")
    await until(pilot, lambda: "NOTE" in shown(pilot))
    await typed(pilot, "ask the kitchen")
    await key(pilot, "Keep note")
    await until(pilot, lambda: not desk_of(pilot).composer.is_open)
    await until(pilot, lambda: "ask the kitchen" in shown(pilot))
    page = await world.store.page(A, limit=100)
    assert [e.fact.text for e in page.entries if isinstance(e.fact, Note)] == ["ask the kitchen"]


async def done(pilot: Pilot[None], world: World) -> None:
    await key(pilot, "Done")
    await becomes(pilot, world, lambda card: card.state is CustomerState.DONE)


async def done_next(pilot: Pilot[None], world: World) -> None:
    await done(pilot, world)
    await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)


async def snooze(pilot: Pilot[None], world: World) -> None:
    await key(pilot, "Snooze")
    await click(pilot, "tomorrow 9:00")
    await becomes(pilot, world, lambda card: card.state is CustomerState.SNOOZED)


async def promise(pilot: Pilot[None], world: World) -> None:
    await command(pilot, "Promise")
    await until(pilot, lambda: "Promise to Ana by" in shown(pilot))
    await until(pilot, lambda: "hear from me" in shown(pilot))
    await key(pilot, "Enter Send")
    await becomes(pilot, world, lambda card: card.customer.promised_by is not None)


async def channel(pilot: Pilot[None], world: World) -> None:
    await world.desk.joining.join_best(A, C, "the same person")
    await key(pilot, "Reply")
    await until(pilot, lambda: "Reply by SMS" in shown(pilot))
    await key(pilot, "Other channel")
    await until(pilot, lambda: "Reply by email to ana@example.com" in shown(pilot))


async def search(pilot: Pilot[None], _world: World) -> None:
    await key(pilot, "Search")
    await until(pilot, lambda: "Esc goes back" in shown(pilot))
    await typed(pilot, "invoice")
    await until(pilot, lambda: "1 found" in shown(pilot))
    await click(pilot, "Where is my", last=True)
    await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)


async def undo(pilot: Pilot[None], world: World) -> None:
    await done(pilot, world)
    await click(pilot, "takes back")
    await becomes(pilot, world, lambda card: card.state is CustomerState.OPEN)


async def assign(pilot: Pilot[None], world: World) -> None:
    await command(pilot, "Assign")
    await click(pilot, "m  Rui")
    await becomes(pilot, world, lambda card: card.customer.assigned_to == "Rui")


async def tag(pilot: Pilot[None], world: World) -> None:
    """A tag that is known is clicked twice: it is completed, then taken. A new one is clicked once it is typed."""
    await command(pilot, "Tags")
    await click(pilot, "#late payer")
    await until(pilot, lambda: place(pilot, "│  late payer"))
    await click(pilot, "#late payer")
    await becomes(pilot, world, lambda card: card.customer.tags == ("late payer",))
    await command(pilot, "Tags")
    await until(pilot, lambda: place(pilot, "a tag, or -tag"))
    await typed(pilot, "vip")
    await until(pilot, lambda: place(pilot, " new "))
    await click(pilot, "#vip")
    await becomes(pilot, world, lambda card: "vip" in card.customer.tags)


async def join(pilot: Pilot[None], world: World) -> None:
    await click(pilot, "joins, or never asks again")
    await click(pilot, "Yes: Cara Lima")
    await becomes(pilot, world, lambda card: len(card.identities) == 2)


Way = Callable[[Pilot[None], World], Awaitable[None]]
WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        read, reply, words, note, done, done_next, snooze, promise, channel, search, undo, assign, tag, join,
    )
}  # fmt: skip


@pytest.mark.parametrize("job", [job.id for job in JOBS])
async def test_a_job_with_the_mouse_alone(job: str, tmp_path: Path) -> None:
    world = await (suggested() if job == "join" else bakery())
    world.desk.words.folder = tmp_path
    if job == "tag":
        await world.desk.inbox.tag(B, add=["late payer"])
    async with open_app(world, SIZE) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.reading.customer_id == A)
        await until(pilot, lambda: "tags" not in job or desk.labels.tags)
        await WAYS[job](pilot, world)
