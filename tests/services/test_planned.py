"""Planned replies: they leave at their moment, once; and never when the customer wrote first."""

from datetime import timedelta

import pytest

from agent_tui.core.channel import Capabilities
from agent_tui.core.errors import Unavailable, Uncertain
from agent_tui.core.model import (
    Consent,
    Customer,
    DeliveryState,
    Evidence,
    Identity,
    consent_id,
    customer_id,
)
from agent_tui.core.store import View
from agent_tui.services import planned
from agent_tui.services.host import Host
from agent_tui.services.sender import Sender
from agent_tui.services.urgency import weigh
from tests.clocks import START
from tests.scripted import ANA, BOB, After, Provider, ScriptedChannel, received
from tests.services.planning import TOMORROW, kept, plan, text_message, texts, write
from tests.services.scene import Scene

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


async def test_of_who_never_wrote_what_comes_late_holds_it_too(scene: Scene) -> None:
    """He wrote while we were offline, and we planned a first message to him meanwhile."""
    bob = Customer(id=customer_id(BOB), address=BOB, name="Bob", created=START)
    his = Identity(
        id=str(BOB), address=BOB, customer_id=bob.id, evidence=Evidence.CONFIRMED, at=START, why="he is"
    )
    await scene.store.write([bob, his])
    envelope = await scene.replies.envelope(bob.id)
    delivery = await scene.replies.queue(envelope, "Welcome!", at=TOMORROW)
    await write(scene, 2, sender=BOB, at=START - timedelta(hours=1))
    held = await kept(scene, delivery)
    assert (held.state, held.held) == (DeliveryState.FAILED, True)
    scene.clock.tick(hours=22)
    await scene.round()
    assert texts(scene) == []
