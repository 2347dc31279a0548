"""What the agent does about a planned reply: sent now, moved, taken back; and what becomes of promises."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent_tui.core.channel import Capabilities, File
from agent_tui.core.errors import Conflict, Missing, Rejected, Uncertain, UsageError
from agent_tui.core.model import (
    Activity,
    Message,
)
from tests.clocks import START
from tests.scripted import ANA
from tests.services.planning import TOMORROW, kept, plan, text_message, texts, write
from tests.services.scene import Scene

# The agent decides


async def test_a_held_one_is_sent_anyway_as_written_now(scene: Scene) -> None:
    delivery = await plan(scene, files=[File(name="a.txt", media_type="text/plain", data=b"cake")])
    scene.clock.tick(hours=1)
    await write(scene, 2)
    scene.clock.tick(hours=1)
    sent = await scene.replies.resend(delivery.id)
    assert sent.not_before == scene.clock.now() + timedelta(seconds=10)  # it can be taken back, as any other
    written = scene.clock.now()
    scene.clock.tick(seconds=10)
    await scene.round()
    assert (texts(scene), scene.provider.taken[0].files[0].data) == (["Good morning!"], b"cake")
    assert scene.provider.taken[0].at == written
    page = await scene.store.page(scene.ana)
    assert [entry.fact.id for entry in page.entries if isinstance(entry.fact, Message)][-1] == sent.id
    assert delivery.id not in [entry.fact.id for entry in page.entries]
    card = await scene.timeline.card(scene.ana)
    assert card.waiting_since is None
    assert (await scene.inbox.counts()).held == 0


async def test_a_planned_one_is_sent_now(scene: Scene) -> None:
    delivery = await plan(scene)
    await scene.replies.resend(delivery.id)
    await scene.round()
    scene.clock.tick(days=2)
    await scene.round()
    assert texts(scene) == ["Good morning!"]


@pytest.mark.parametrize("held", [False, True])
async def test_it_is_taken_back_into_a_draft(scene: Scene, held: bool) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    if held:
        await write(scene, 2)
    draft = await scene.replies.undo(delivery.id)
    assert (draft.text, draft.to, draft.channel) == ("Good morning!", (ANA,), "mail")
    scene.clock.tick(days=2)
    await scene.round()
    assert texts(scene) == []
    assert (await scene.timeline.card(scene.ana)).waiting_since == START
    with pytest.raises(Conflict):
        await scene.replies.undo(delivery.id)


async def test_what_left_is_not_taken_back(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    await scene.round()
    for work in (scene.replies.undo, scene.replies.resend, scene.replies.plans.send_now):
        with pytest.raises(Conflict):
            await work(delivery.id)
    with pytest.raises(Conflict):
        await scene.replies.plans.move(delivery.id, scene.clock.now() + timedelta(days=1))
    with pytest.raises(Missing):
        await scene.replies.plans.send_now("nothing")


async def test_another_moment(scene: Scene) -> None:
    delivery = await plan(scene)
    later = TOMORROW + timedelta(days=1)
    await scene.replies.plans.move(delivery.id, later)
    scene.clock.tick(days=1)
    await scene.round()
    assert texts(scene) == []
    scene.clock.tick(days=1)
    await scene.round()
    assert texts(scene) == ["Good morning!"]


async def test_another_moment_forgets_nothing_they_wrote(scene: Scene) -> None:
    """The message came, but no sender has looked yet: the reply is held all the same."""
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    await scene.store.write([text_message(scene)])
    await scene.replies.plans.move(delivery.id, TOMORROW + timedelta(days=1))
    await scene.round()
    assert (await kept(scene, delivery)).held


async def test_a_held_one_is_planned_anew(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    await write(scene, 2)
    anew = await scene.replies.plans.move(delivery.id, TOMORROW)
    assert [one.id for one in await scene.replies.plans.all()] == [anew.id]
    scene.clock.tick(days=1)
    await scene.round()
    assert texts(scene) == ["Good morning!"]


async def test_an_unsure_one_that_the_agent_repeats_is_not_held(scene: Scene) -> None:
    scene.provider.tells = False
    delivery = await plan(scene)
    scene.clock.tick(hours=20)
    scene.provider.faults = [Uncertain("no answer")]
    await scene.round()
    await write(scene, 2)
    await scene.replies.resend(delivery.id)
    await scene.round()
    assert texts(scene) == ["Good morning!"]


@pytest.mark.parametrize(
    ("at", "says"),
    [(START, "has passed"), (START + timedelta(days=400), "more than a year")],
)
async def test_moments_that_make_no_sense_are_refused(scene: Scene, at: datetime, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        await plan(scene, at)
    delivery = await plan(scene)
    with pytest.raises(UsageError, match=says):
        await scene.replies.plans.move(delivery.id, at)
    assert (await kept(scene, delivery)) == delivery


async def test_a_channel_that_is_closed_by_then_is_refused(scene: Scene) -> None:
    scene.infos["mail"] = replace(
        scene.infos["mail"], can=Capabilities(subject=True, window=timedelta(hours=24))
    )
    with pytest.raises(Rejected, match="by then mail takes words"):
        await plan(scene, START + timedelta(hours=25))
    delivery = await plan(scene)
    with pytest.raises(Rejected, match="by then mail takes words"):
        await scene.replies.plans.move(delivery.id, START + timedelta(hours=25))


# Promises


async def kinds(scene: Scene) -> list[str]:
    page = await scene.store.page(scene.ana, limit=100)
    return [entry.fact.kind for entry in page.entries if isinstance(entry.fact, Activity)]


async def test_one_that_leaves_in_time_keeps_the_promise(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, TOMORROW + timedelta(hours=1))
    scene.clock.tick(minutes=1)
    await plan(scene)
    assert (await scene.customer()).promised_by is None
    assert await kinds(scene) == ["promised", "promise.kept"]


async def test_one_that_leaves_too_late_does_not(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, TOMORROW - timedelta(hours=1))
    await plan(scene)
    scene.clock.tick(hours=18, minutes=30)
    await scene.host().once()
    assert (await scene.customer()).promised_by is not None
    assert await kinds(scene) == ["promised", "promise.broken"]
    scene.clock.tick(hours=1)
    for _ in range(2):
        await scene.host().once()
    assert (await scene.customer()).promised_by is None
    assert await kinds(scene) == ["promised", "promise.broken"]


@pytest.mark.parametrize("looked", [False, True])
async def test_a_promise_stands_again_when_its_answer_is_held_and_put_off(scene: Scene, looked: bool) -> None:
    by = TOMORROW + timedelta(hours=1)
    await scene.inbox.promise(scene.ana, by)
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    await write(scene, 2)
    if looked:
        await scene.host().once()
        assert (await scene.customer()).promised_by == by
    anew = await scene.replies.plans.move(delivery.id, by + timedelta(hours=1))
    assert (await scene.customer()).promised_by == by
    await scene.replies.plans.move(anew.id, by + timedelta(hours=2))
    assert (await scene.customer()).promised_by == by


async def test_a_later_moment_than_was_promised_puts_the_promise_back(scene: Scene) -> None:
    by = TOMORROW + timedelta(hours=1)
    await scene.inbox.promise(scene.ana, by)
    delivery = await plan(scene)
    await scene.replies.plans.move(delivery.id, by + timedelta(hours=1))
    assert (await scene.customer()).promised_by == by


async def test_it_cannot_promise_what_comes_before_it_leaves(scene: Scene) -> None:
    with pytest.raises(UsageError, match="after the time it promises"):
        await plan(scene, promises=TOMORROW - timedelta(hours=1))
    delivery = await plan(scene, promises=TOMORROW + timedelta(hours=1))
    with pytest.raises(UsageError, match="after the time it promises"):
        await scene.replies.plans.move(delivery.id, TOMORROW + timedelta(hours=2))


async def test_a_moment_is_kept_to_the_millisecond(scene: Scene) -> None:
    delivery = await plan(scene, TOMORROW + timedelta(microseconds=1234))
    assert delivery.planned == TOMORROW + timedelta(milliseconds=1)
