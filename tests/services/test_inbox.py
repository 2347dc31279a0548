"""The queue: who waits and why; done, snooze, tags, promises, and their undoing."""

import asyncio
from datetime import timedelta

import pytest

from agent_tui.core.errors import Missing, UsageError
from agent_tui.core.model import Activity, CustomerState, DeliveryState
from agent_tui.core.store import View
from tests.clocks import START
from tests.scripted import ANA, BOB, received
from tests.services.scene import Scene


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    scene.clock.tick(hours=5)
    scene.provider.deliver(received(1, START + timedelta(hours=1)), received(2, START, sender=BOB))
    await scene.round()
    return scene


async def waiting(scene: Scene) -> list[str]:
    rows, _ = await scene.inbox.rows(View())
    return [queued.row.name for queued in rows]


async def test_the_longest_waiting_first_with_the_reason(scene: Scene) -> None:
    rows, total = await scene.inbox.rows(View())
    assert total == 2
    assert [queued.row.name for queued in rows] == ["Bob", "Ana"]
    assert rows[0].reasons == ("waiting 5 h",)
    assert rows[0].priority == 5.0


async def test_done_leaves_the_list_and_undo_brings_back(scene: Scene) -> None:
    before = await scene.inbox.done(scene.ana)
    assert await waiting(scene) == ["Bob"]
    await scene.inbox.undo(before)
    assert await waiting(scene) == ["Bob", "Ana"]


async def test_done_reopens_when_they_write(scene: Scene) -> None:
    await scene.inbox.done(scene.ana)
    assert (await scene.timeline.card(scene.ana)).state is CustomerState.DONE
    scene.provider.deliver(received(3, scene.clock.now()))
    await scene.round()
    assert await waiting(scene) == ["Bob", "Ana"]


async def test_an_older_message_that_arrives_late_does_not_reopen(scene: Scene) -> None:
    await scene.inbox.done(scene.ana)
    scene.provider.deliver(received(3, START + timedelta(minutes=1)))
    await scene.round()
    assert await waiting(scene) == ["Bob"]


async def test_an_answer_ends_the_waiting_and_a_failed_one_brings_it_back(scene: Scene) -> None:
    from agent_tui.core.errors import Rejected

    await scene.replies.queue(await scene.replies.envelope(scene.ana), "Yes", now=True)
    assert await waiting(scene) == ["Bob"]
    scene.provider.faults = [Rejected("no such mailbox")]
    await scene.round()
    assert await waiting(scene) == ["Bob", "Ana"]
    counts = await scene.inbox.counts()
    assert (counts.waiting, counts.failed, counts.unsure) == (2, 1, 0)


async def test_snoozed_is_out_of_sight_until_its_time_or_until_they_write(scene: Scene) -> None:
    await scene.inbox.snooze(scene.ana, scene.clock.now() + timedelta(hours=2))
    assert await waiting(scene) == ["Bob"]
    scene.clock.tick(hours=2)
    assert await waiting(scene) == ["Bob", "Ana"]
    await scene.inbox.snooze(scene.ana, scene.clock.now() + timedelta(hours=2))
    scene.provider.deliver(received(3, scene.clock.now()))
    scene.clock.tick(minutes=1)
    await scene.round()
    assert "Ana" in await waiting(scene)
    with pytest.raises(UsageError):
        await scene.inbox.snooze(scene.ana, scene.clock.now())


async def test_a_broken_promise_outranks_everyone(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, scene.clock.now() + timedelta(hours=1))
    rows, _ = await scene.inbox.rows(View())
    assert rows[1].reasons[0] == "promised within 1 h"
    scene.clock.tick(hours=3)
    rows, _ = await scene.inbox.rows(View())
    assert [queued.row.name for queued in rows] == ["Ana", "Bob"]
    assert rows[0].reasons[0] == "promise broken 2 h ago"
    assert rows[0].priority > 1_000_000


async def test_reading_is_remembered_and_says_nothing_in_the_timeline(scene: Scene) -> None:
    assert (await scene.timeline.card(scene.ana)).unread == 1
    await scene.inbox.read(scene.ana)
    assert (await scene.timeline.card(scene.ana)).unread == 0
    assert len((await scene.timeline.page(scene.ana)).entries) == 1


async def test_what_was_done_stands_in_the_timeline(scene: Scene) -> None:
    await scene.inbox.done(scene.ana)
    await scene.inbox.tag(scene.ana, add=["vip", "vip"], remove=["new"])
    facts = [entry.fact for entry in (await scene.timeline.page(scene.ana)).entries]
    activities = [(fact.kind, fact.text, fact.author) for fact in facts if isinstance(fact, Activity)]
    assert activities == [("done", "marked as done", "Rui"), ("tagged", "+vip -new", "Rui")]
    assert (await scene.customer()).tags == ("vip",)


async def test_ten_agents_at_once_lose_nothing(scene: Scene) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(scene.inbox.tag(scene.ana, add=[f"tag{number}"]))
    assert set((await scene.customer()).tags) == {f"tag{number}" for number in range(4)}


async def test_nobody(scene: Scene) -> None:
    with pytest.raises(Missing):
        await scene.inbox.done("c-nobody")


async def test_views(scene: Scene) -> None:
    await scene.inbox.assign(scene.ana, "Rui")
    rows, _ = await scene.inbox.rows(View(assigned_to="Rui"))
    assert [queued.row.name for queued in rows] == ["Ana"]
    rows, _ = await scene.inbox.rows(View(assigned_to=""))
    assert [queued.row.name for queued in rows] == ["Bob"]
    await scene.inbox.done(scene.ana)
    rows, total = await scene.inbox.rows(View(show="done"))
    assert ([queued.row.name for queued in rows], total) == (["Ana"], 1)
    assert await scene.store.deliveries({DeliveryState.FAILED}) == ()


async def test_who_means_one_customer(scene: Scene) -> None:
    assert await scene.contacts.who(scene.ana) == scene.ana
    assert await scene.contacts.who("ANA@Example.com") == scene.ana
    assert await scene.contacts.who("ana") == scene.ana
    with pytest.raises(Missing, match="nobody is called"):
        await scene.contacts.who("Zoe")
    other = received(9, START, sender_name="Ana", sender=type(ANA)("email", "ana@other.example"))
    scene.provider.deliver(other)
    await scene.round()
    with pytest.raises(Missing, match="may be several"):
        await scene.contacts.who("Ana")
