"""Planned replies: they leave at their moment, once; and never when the customer wrote first."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent_tui.core.channel import Batch, Capabilities, File
from agent_tui.core.errors import Conflict, Missing, Rejected, Unavailable, Uncertain, UsageError
from agent_tui.core.model import (
    Activity,
    Consent,
    Delivery,
    DeliveryState,
    Direction,
    Medium,
    Message,
    consent_id,
)
from agent_tui.core.store import View
from agent_tui.services import planned
from agent_tui.services.host import Host
from agent_tui.services.sender import Sender
from agent_tui.services.urgency import weigh
from storage.local import LocalStore
from tests.clocks import START
from tests.scripted import ANA, BOB, After, Provider, ScriptedChannel, received
from tests.services.scene import Scene
from tests.services.test_host import Stubborn, until

TOMORROW = START + timedelta(hours=19)  # 9:00


@pytest.fixture(params=["memory", "local"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """Ana asked something, five minutes ago."""
    scene = Scene()
    if request.param == "local":
        scene = Scene(clock=scene.clock, kept=await LocalStore.open(tmp_path, clock=scene.clock))
    scene.provider.deliver(received(1, START))
    await scene.round()
    scene.clock.tick(minutes=5)
    yield scene
    await scene.store.aclose()


async def plan(
    scene: Scene, at: datetime = TOMORROW, text: str = "Good morning!", **more: object
) -> Delivery:
    envelope = await scene.replies.envelope(scene.ana)
    return await scene.replies.queue(envelope, text, at=at, **more)  # type: ignore[arg-type]


async def kept(scene: Scene, delivery: Delivery) -> Delivery:
    found = await scene.store.get(Delivery, delivery.id)
    assert found is not None
    return found


async def write(scene: Scene, number: int, **more: object) -> None:
    """A message of Ana's, filed, and nothing sent."""
    scene.provider.deliver(received(number, more.pop("at", scene.clock.now()), **more))  # type: ignore[arg-type]
    await scene.round()


def text_message(scene: Scene) -> Message:
    """Ana wrote on another channel, and no sender has looked yet."""
    return Message(
        id="m-2",
        address=ANA,
        channel="sms",
        medium=Medium.SMS,
        direction=Direction.IN,
        at=scene.clock.now(),
        author=ANA,
    )


def texts(scene: Scene) -> list[str]:
    return [taken.text for taken in scene.provider.taken]


# Leaving


async def test_it_leaves_at_its_moment_and_not_before(scene: Scene) -> None:
    delivery = await plan(scene)
    assert (delivery.not_before, delivery.planned) == (TOMORROW, TOMORROW)
    scene.clock.tick(hours=18)
    await scene.round()
    assert texts(scene) == []
    scene.clock.tick(minutes=55)
    await scene.round()
    await scene.round()
    assert texts(scene) == ["Good morning!"]
    assert (await kept(scene, delivery)).state is DeliveryState.SENT


async def test_it_is_dated_as_it_leaves_not_as_it_was_written(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=22)
    await scene.round()
    assert scene.provider.taken[0].at == scene.clock.now()
    assert (await kept(scene, delivery)).planned == scene.clock.now()


async def test_a_second_attempt_has_the_date_of_the_first(scene: Scene) -> None:
    await plan(scene)
    scene.clock.tick(hours=20)
    scene.provider.faults = [Unavailable("the line is down")]
    await scene.round()
    left = scene.clock.now()
    scene.clock.tick(minutes=30)
    await scene.round()
    assert [taken.at for taken in scene.provider.taken] == [left]


async def test_nobody_waits_while_it_is_planned_until_they_write_again(scene: Scene) -> None:
    await plan(scene)
    assert (await scene.timeline.card(scene.ana)).waiting_since is None
    scene.clock.tick(hours=1)
    await write(scene, 2)
    assert (await scene.timeline.card(scene.ana)).waiting_since == START


# They write first


async def test_who_writes_first_holds_it_at_once(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    await write(scene, 2)
    held = await kept(scene, delivery)
    assert (held.state, held.held, held.error) == (DeliveryState.FAILED, True, "held: Ana wrote first")
    scene.clock.tick(days=2)
    await scene.round()
    assert texts(scene) == []


async def test_the_list_and_the_counts_name_it(scene: Scene) -> None:
    await plan(scene)
    await write(scene, 2, at=scene.clock.now() + timedelta(minutes=1))
    row = (await scene.store.inbox(View(unsent=True, show="all"), scene.clock.now())).rows[0]
    assert (row.unsent, row.held) == (1, 1)
    reasons = weigh(row, scene.clock.now()).reasons
    assert "a planned reply waits for your decision" in reasons
    assert "a message did not leave" not in reasons
    counts = await scene.inbox.counts()
    assert (counts.held, counts.failed, counts.unsure) == (1, 0, 0)


async def test_a_message_that_was_written_before_but_comes_after_holds_it_too(scene: Scene) -> None:
    delivery = await plan(scene)
    await write(scene, 2, at=scene.clock.now() - timedelta(minutes=2))
    assert (await kept(scene, delivery)).held


async def test_history_that_is_brought_later_holds_nothing(scene: Scene) -> None:
    delivery = await plan(scene)
    await write(scene, 2, at=START - timedelta(days=400))
    assert (await kept(scene, delivery)).state is DeliveryState.QUEUED


@pytest.mark.parametrize("more", [{"automatic": True}, {"sender": BOB}])
async def test_what_does_not_ask_and_what_others_write_holds_nothing(
    scene: Scene, more: dict[str, object]
) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    await write(scene, 2, **more)
    assert (await kept(scene, delivery)).state is DeliveryState.QUEUED


async def test_an_out_of_office_does_not_hide_the_question_before_it(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    at = scene.clock.now()
    scene.provider.deliver(
        received(2, at), *(received(n, at + timedelta(minutes=n), automatic=True) for n in range(3, 80))
    )
    await scene.round()
    assert (await kept(scene, delivery)).held


async def test_any_channel_counts(scene: Scene) -> None:
    delivery = await plan(scene)
    phone = Provider()
    sms = ScriptedChannel(phone, "sms")
    scene.clock.tick(hours=1)
    phone.deliver(received(2, scene.clock.now(), external_id="sms-2"))
    await Host(scene.store, {"mail": scene.channel, "sms": sms}, scene.clock, scene.feed).once()
    assert (await kept(scene, delivery)).held


async def test_whoever_asked_not_to_be_written_to_is_not(scene: Scene) -> None:
    delivery = await plan(scene)
    consent = Consent(
        id=consent_id("mail", ANA), address=ANA, channel="mail", at=scene.clock.now(), given=False
    )
    await scene.store.write([consent])
    await scene.round()
    assert (await kept(scene, delivery)).error == "held: Ana asked not to be written to on mail"


async def test_a_message_that_comes_between_the_look_and_the_claim_holds_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is refused, since the head is another: two processes cannot both be right."""
    delivery = await plan(scene)
    scene.clock.tick(hours=20)
    look = planned.look

    async def slow(*args: object) -> planned.Look:
        seen = await look(*args)  # type: ignore[arg-type]
        monkeypatch.setattr(planned, "look", look)
        await scene.store.write([text_message(scene)])
        return seen

    monkeypatch.setattr(planned, "look", slow)
    lease = await scene.store.lease("mail", "test")
    assert lease is not None
    sender = Sender(scene.store, scene.channel, lease, scene.clock)
    await sender.drain()
    assert (await kept(scene, delivery)).state is DeliveryState.QUEUED
    await sender.drain()
    assert (await kept(scene, delivery)).held
    assert (texts(scene), sender.tally.held, sender.tally.sent) == ([], 1, 0)


# A crash at every step


class Crash(BaseException):
    """The process is gone, here."""


@pytest.mark.parametrize("at", ["look", "claim", "send", "sent", "settle"])
@pytest.mark.parametrize("writes", [False, True])
async def test_a_crash_anywhere_leaves_it_sent_once_or_held(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, at: str, writes: bool
) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=20)
    await _crash(scene, monkeypatch, at)
    if writes:
        scene.provider.deliver(received(2, scene.clock.now()))
    for _ in range(6):
        await scene.round()
        scene.clock.tick(minutes=20)
    left = at in ("sent", "settle")
    now = await kept(scene, delivery)
    assert len(texts(scene)) == (1 if left or not writes else 0)
    assert now.state is (DeliveryState.FAILED if writes and not left else DeliveryState.SENT)
    assert now.held is (writes and not left)


async def _crash(scene: Scene, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise Crash

    lease = await scene.store.lease("mail", "a process that dies")
    assert lease is not None
    sender = Sender(scene.store, scene.channel, lease, scene.clock)
    with monkeypatch.context() as patched:
        match at:
            case "look":
                patched.setattr(planned, "look", gone)
            case "claim":
                patched.setattr(sender, "_put", gone)
            case "send":
                patched.setattr(scene.channel, "send", gone)
            case "sent":
                scene.provider.faults = [After(Uncertain("gone"))]
                patched.setattr(sender, "_settle", gone)
            case _:
                patched.setattr(sender, "_settle", gone)
        with pytest.raises(Crash):
            await sender.drain()
    await scene.store.release(lease)


async def test_where_repeating_is_harmless_an_answer_to_it_does_not_hold_it(scene: Scene) -> None:
    """It may have left, and what they wrote may answer it: it is repeated, not held."""
    scene.channel.can = Capabilities(exactly_once=True)
    delivery = await plan(scene)
    scene.clock.tick(hours=20)
    scene.provider.faults = [After(Uncertain("no answer"))]
    await scene.round()
    scene.clock.tick(minutes=1)
    await write(scene, 2)
    await scene.round()
    assert (await kept(scene, delivery)).state is DeliveryState.SENT
    assert {taken.key for taken in scene.provider.taken} == {delivery.id}


async def test_a_retry_of_what_did_not_leave_is_held_when_they_write(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=20)
    scene.provider.faults = [Unavailable("the line is down")]
    await scene.round()
    scene.clock.tick(minutes=10)
    await write(scene, 2)
    assert (await kept(scene, delivery)).held
    assert texts(scene) == []


# The agent decides


async def test_a_held_one_is_sent_anyway_as_written_now(scene: Scene) -> None:
    delivery = await plan(scene, files=[File(name="a.txt", media_type="text/plain", data=b"cake")])
    scene.clock.tick(hours=1)
    await write(scene, 2)
    scene.clock.tick(hours=1)
    sent = await scene.replies.resend(delivery.id)
    await scene.round()
    assert (texts(scene), scene.provider.taken[0].files[0].data) == (["Good morning!"], b"cake")
    assert scene.provider.taken[0].at == scene.clock.now()
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


# While nobody was here


async def test_what_came_while_nobody_was_here_is_read_first(scene: Scene) -> None:
    """Due since 9:00, and Ana wrote at 8:00: nothing overtakes her."""
    delivery = await plan(scene)
    scene.provider.deliver(received(2, TOMORROW - timedelta(hours=1)))
    scene.clock.tick(days=1)
    host = scene.host()
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await until(lambda: host.summaries()["mail"].received == 1)
        await _becomes(scene, delivery, DeliveryState.FAILED)
        host.stop()
        await running
        feed.cancel()
    assert texts(scene) == []


async def _becomes(scene: Scene, delivery: Delivery, state: DeliveryState) -> None:
    async with asyncio.timeout(10):
        while (await kept(scene, delivery)).state is not state:  # noqa: ASYNC110 - as `until`
            await asyncio.sleep(0.005)


async def test_it_leaves_once_all_channels_have_told(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    host = scene.host()
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await _becomes(scene, delivery, DeliveryState.SENT)
        host.stop()
        await running
        feed.cancel()
    assert texts(scene) == ["Good morning!"]


async def test_one_round_reads_every_channel_before_anything_planned_leaves(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    phone = Provider()
    phone.deliver(received(2, scene.clock.now(), external_id="sms-2"))
    told = asyncio.Event()

    class Slow(ScriptedChannel):
        async def receive(self, since: str | None) -> AsyncGenerator[Batch, None]:
            for _ in range(50):
                await asyncio.sleep(0)
            told.set()
            async for batch in super().receive(since):
                yield batch

    channels = {"mail": scene.channel, "sms": Slow(phone, "sms")}
    await Host(scene.store, channels, scene.clock, scene.feed).once()
    assert told.is_set()
    assert texts(scene) == []
    assert (await kept(scene, delivery)).held


async def test_a_channel_that_is_down_holds_it_up_for_five_minutes_only(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    down = Stubborn(Provider(), Unavailable("the line is down"))
    down.name = "sms"
    host = Host(scene.store, {"mail": scene.channel, "sms": down}, scene.clock, scene.feed)
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "ok" and host.health()["sms"].state == "waiting")
        await scene.replies.queue(await scene.replies.envelope(scene.ana), "An ordinary one", now=True)
        await until(lambda: texts(scene) == ["An ordinary one"])
        assert (await kept(scene, delivery)).state is DeliveryState.QUEUED
        for _ in range(6):
            scene.clock.tick(seconds=55)
            host.poke()
            await asyncio.sleep(0.05)
        await _becomes(scene, delivery, DeliveryState.SENT)
        host.stop()
        await running
        feed.cancel()
