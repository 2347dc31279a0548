"""The outbox: every failure, and a crash at every step, against three kinds of provider. Nothing twice, no lie."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from agent_tui.core.channel import Capabilities, File, Progress
from agent_tui.core.errors import Conflict, Full, NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.model import Delivery, DeliveryState, customer_id
from agent_tui.core.store import Lease
from agent_tui.services import outbox
from agent_tui.services.sender import Sender
from storage.local import LocalStore
from tests.clocks import START, FrozenClock
from tests.scripted import ANA, After, received
from tests.services.scene import Scene


class Crash(BaseException):
    """The process is gone, here."""


async def queued(scene: Scene, text: str = "Yes") -> Delivery:
    scene.provider.deliver(received(len(scene.provider.events), scene.clock.now()))
    await scene.round()
    envelope = await scene.replies.envelope(customer_id(ANA))
    return await scene.replies.queue(envelope, text, now=True)


async def state(scene: Scene, delivery: Delivery) -> Delivery:
    kept = await scene.store.get(Delivery, delivery.id)
    assert kept is not None
    return kept


async def sender(scene: Scene) -> tuple[Sender, Lease]:
    lease = await scene.store.lease("mail", "test")
    assert lease is not None
    return Sender(scene.store, scene.channel, lease, scene.clock), lease


async def settle(scene: Scene, rounds: int = 8) -> None:
    """Let a host work long enough for every retry and every look."""
    working, lease = await sender(scene)
    for _ in range(rounds):
        try:
            await working.drain()
        except NeedsPerson:
            scene.provider.faults.clear()
        scene.clock.tick(minutes=30)
    await scene.store.release(lease)


async def test_what_is_in_our_own_hands_is_not_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was sent, and that could not be written down: another round of the same host must not send it twice."""
    scene = Scene()
    delivery = await queued(scene)
    working, _lease = await sender(scene)

    async def full(*_: object) -> None:
        raise Full("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(working, "_settle", full)
        with pytest.raises(Full):
            await working.drain()
    scene.clock.tick(minutes=30)
    await working.drain()
    assert [taken.key for taken in scene.provider.taken] == [delivery.id]
    assert (await state(scene, delivery)).state is DeliveryState.SENDING


async def test_a_reply_is_sent_once() -> None:
    scene = Scene()
    delivery = await queued(scene)
    await settle(scene)
    assert (await state(scene, delivery)).state is DeliveryState.SENT
    assert [taken.key for taken in scene.provider.taken] == [delivery.id]


async def test_it_waits_for_the_undo_time() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START))
    await scene.round()
    delivery = await scene.replies.queue(await scene.replies.envelope(customer_id(ANA)), "Yes")
    working, _ = await sender(scene)
    scene.clock.tick(seconds=9)
    await working.drain()
    assert scene.provider.taken == []
    scene.clock.tick(seconds=1)
    await working.drain()
    assert [taken.key for taken in scene.provider.taken] == [delivery.id]


async def test_taken_back_it_never_leaves_and_the_words_are_the_draft_again() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START))
    await scene.round()
    delivery = await scene.replies.queue(await scene.replies.envelope(customer_id(ANA)), "Oops")
    await scene.replies.undo(delivery.id)
    await settle(scene)
    assert scene.provider.taken == []
    draft = await scene.timeline.draft(customer_id(ANA), note=False)
    assert draft is not None
    assert draft.text == "Oops"
    page = await scene.store.page(customer_id(ANA))
    assert len(page.entries) == 1
    assert (await scene.timeline.card(customer_id(ANA))).waiting_since == START


async def test_what_has_left_cannot_be_taken_back() -> None:
    scene = Scene()
    delivery = await queued(scene)
    await settle(scene)
    with pytest.raises(Conflict):
        await scene.replies.undo(delivery.id)


FAULTS: dict[str, Callable[[], Exception | None]] = {
    "none": lambda: None,
    "unavailable": lambda: Unavailable("the line is down"),
    "rejected": lambda: Rejected("no such user"),
    "uncertain, not taken": lambda: Uncertain("no answer"),
    "uncertain, taken": lambda: After(Uncertain("no answer")),
    "needs a person": lambda: NeedsPerson("sign in again"),
}
PROVIDERS = {
    "tells": (True, False),
    "keeps no list": (False, False),
    "honours keys": (False, True),
}


@pytest.mark.parametrize(("fault", "provider"), list(product(FAULTS, PROVIDERS)))
async def test_every_fault_on_every_provider(fault: str, provider: str) -> None:
    scene = Scene()
    scene.provider.tells, exactly_once = PROVIDERS[provider]
    scene.channel.can = Capabilities(exactly_once=exactly_once, subject=True, threads=True)
    delivery = await queued(scene)
    made = FAULTS[fault]()
    scene.provider.faults = [made] if made is not None else []
    await settle(scene)
    kept = await state(scene, delivery)
    reached = {taken.key for taken in scene.provider.taken}
    if not exactly_once:
        assert len(scene.provider.taken) <= 1
    if kept.state is DeliveryState.SENT:
        assert reached == {delivery.id}
    elif kept.state is DeliveryState.FAILED:
        assert reached == set()
    else:
        assert kept.state is DeliveryState.UNSURE
        assert provider == "keeps no list"
        assert fault.startswith("uncertain")


CRASHES = ["before the claim", "after the claim", "after the provider took it"]


@pytest.mark.parametrize(("crash", "provider"), list(product(CRASHES, PROVIDERS)))
async def test_a_crash_at_every_step(crash: str, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    scene.provider.tells, exactly_once = PROVIDERS[provider]
    scene.channel.can = Capabilities(exactly_once=exactly_once, subject=True, threads=True)
    delivery = await queued(scene)
    working, lease = await sender(scene)
    with monkeypatch.context() as patched:
        if crash == "before the claim":
            patched.setattr(working, "_put", _crash)
        elif crash == "after the claim":
            patched.setattr(scene.channel, "send", _crash)
        else:
            patched.setattr(working, "_settle", _crash)
        with pytest.raises(Crash):
            await working.drain()
    await scene.store.release(lease)
    await settle(scene)
    kept = await state(scene, delivery)
    if not exactly_once:
        assert len(scene.provider.taken) <= 1
    if provider == "keeps no list" and crash != "before the claim":
        assert kept.state is DeliveryState.UNSURE
    else:
        assert kept.state is DeliveryState.SENT
        assert {taken.key for taken in scene.provider.taken} == {delivery.id}


async def _crash(*_: object, **__: object) -> None:
    raise Crash


async def test_the_agent_decides_what_nobody_can_tell() -> None:
    scene = Scene()
    scene.provider.tells = False
    delivery = await queued(scene)
    scene.provider.faults = [Uncertain("no answer")]
    await settle(scene)
    with pytest.raises(Conflict):
        await scene.replies.undo(delivery.id)
    await scene.replies.resend(delivery.id)
    await settle(scene)
    assert (await state(scene, delivery)).state is DeliveryState.SENT
    assert len(scene.provider.taken) == 1
    with pytest.raises(Conflict):
        await scene.replies.mark_sent(delivery.id)


async def test_the_agent_may_say_that_it_arrived() -> None:
    scene = Scene()
    scene.provider.tells = False
    delivery = await queued(scene)
    scene.provider.faults = [After(Uncertain("no answer"))]
    await settle(scene)
    await scene.replies.mark_sent(delivery.id)
    await settle(scene)
    assert (await state(scene, delivery)).state is DeliveryState.SENT
    assert len(scene.provider.taken) == 1


async def test_replies_leave_in_the_order_they_were_written() -> None:
    scene = Scene()
    for number in range(5):
        await queued(scene, f"reply {number}")
        scene.clock.tick(seconds=1)
    await settle(scene)
    assert [taken.text for taken in scene.provider.taken] == [f"reply {n}" for n in range(5)]


@pytest.mark.parametrize("first", list(DeliveryState))
@pytest.mark.parametrize("then", list(DeliveryState))
def test_news_only_climbs(first: DeliveryState, then: DeliveryState) -> None:
    kept = Delivery(id="1", address=ANA, channel="mail", state=first, at=START)
    after = outbox.progress(kept, Progress(delivery=then, at=START, key="1"))
    if first in (DeliveryState.FAILED, DeliveryState.CANCELED, DeliveryState.READ):
        assert after is kept
    if first is DeliveryState.DELIVERED:
        assert after.state in (DeliveryState.DELIVERED, DeliveryState.READ)
    if first is DeliveryState.SENT:
        assert after.state not in (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNSURE)


def test_waits_grow_and_obey_the_provider() -> None:
    kept = Delivery(id="1", address=ANA, channel="mail", state=DeliveryState.SENDING, at=START, attempts=1)
    early = outbox.later(kept, START, reason="busy")
    asked = outbox.later(kept, START, reason="busy", retry_after=400)
    assert early.not_before is not None
    assert asked.not_before is not None
    assert 4 <= (early.not_before - START).total_seconds() <= 6
    assert (asked.not_before - START).total_seconds() == 400


def test_a_price_may_come_late_and_is_kept() -> None:
    sent = Delivery(id="m", address=ANA, channel="sms", state=DeliveryState.DELIVERED, at=START)
    news = Progress(delivery=DeliveryState.SENT, at=START, key="m", price="0.0083 USD")
    priced = outbox.progress(sent, news)
    assert (priced.state, priced.price, priced.rev) == (DeliveryState.DELIVERED, "0.0083 USD", 2)
    assert outbox.progress(priced, news) is priced
    read = outbox.progress(priced, Progress(delivery=DeliveryState.READ, at=START, key="m"))
    assert (read.state, read.price) == (DeliveryState.READ, "0.0083 USD")


async def test_a_file_that_is_gone_fails_its_message_and_holds_up_no_other(tmp_path: Path) -> None:
    """Somebody deleted it from the owner's folder after the reply was queued."""
    store = await LocalStore.open(tmp_path / "data", clock=FrozenClock())
    scene = Scene(kept=store)
    scene.provider.deliver(received(0, scene.clock.now()))
    await scene.round()
    envelope = await scene.replies.envelope(customer_id(ANA))
    file = File(name="menu.pdf", media_type="application/pdf", data=b"%PDF")
    lost = await scene.replies.queue(envelope, "Here it is.", files=(file,), now=True)
    other = await scene.replies.queue(await scene.replies.envelope(customer_id(ANA)), "Yes", now=True)
    for path in (tmp_path / "data" / "addresses").rglob("files/*"):
        path.unlink()
    await settle(scene)
    assert (await state(scene, other)).state is DeliveryState.SENT
    failed = await state(scene, lost)
    assert failed.state is DeliveryState.FAILED
    assert "file" in str(failed.error)
    assert [taken.key for taken in scene.provider.taken] == [other.id]
    await store.aclose()
