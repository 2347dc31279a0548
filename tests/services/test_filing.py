"""Filing: what a batch becomes, and that filing it again changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_tui.core.channel import File, Progress, Unreadable
from agent_tui.core.model import Customer, DeliveryState, Direction, Message, customer_id
from agent_tui.core.store import View
from tests.clocks import START
from tests.scripted import ANA, BOB, SHOP, Provider, received
from tests.services.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def texts(scene: Scene, customer: str) -> list[str]:
    page = await scene.store.page(customer)
    return [entry.fact.text for entry in page.entries]


async def test_a_new_address_is_born_with_a_customer(scene: Scene) -> None:
    scene.provider.deliver(received(1, START))
    await scene.round()
    card = await scene.timeline.card(customer_id(ANA))
    assert card.customer.name == "Ana"
    assert card.waiting_since == START
    assert [identity.address for identity in card.identities] == [ANA]


async def test_both_sides_are_in_one_timeline_in_order(scene: Scene) -> None:
    mine = received(2, START + timedelta(minutes=1), sender=SHOP, recipients=(ANA,), ours=True)
    scene.clock.tick(hours=1)
    scene.provider.deliver(mine, received(1, START))
    await scene.round()
    assert await texts(scene, customer_id(ANA)) == ["message 1", "message 2"]
    card = await scene.timeline.card(customer_id(ANA))
    assert card.waiting_since is None


async def test_filing_again_from_the_start_adds_nothing(scene: Scene) -> None:
    events = [received(n, START - timedelta(hours=n), sender=ANA if n % 2 else BOB) for n in range(20)]
    scene.provider.deliver(*events)
    await scene.round()
    before = await scene.store.check()
    scene.provider.events.extend(events)
    keeper = scene.keeper()
    summary = await keeper.once()
    assert (summary.received, summary.duplicates) == (0, 20)
    assert (await scene.store.check()).messages == before.messages == 20


async def test_one_external_id_with_two_texts_is_two_messages(scene: Scene) -> None:
    one, other = received(1, START, text="a", fingerprint="x"), received(1, START, text="b", fingerprint="y")
    scene.provider.deliver(one, other, one, other)
    await scene.round()
    assert sorted(await texts(scene, customer_id(ANA))) == ["a", "b"]


async def test_two_texts_of_one_id_stay_two_when_they_come_apart(scene: Scene) -> None:
    one, other = received(1, START, text="a", fingerprint="x"), received(1, START, text="b", fingerprint="y")
    for event in (one, other, one, other):
        scene.provider.deliver(event)
        await scene.round()
    assert sorted(await texts(scene, customer_id(ANA))) == ["a", "b"]


async def test_a_clock_that_runs_ahead_does_not_pin_a_message_to_the_end(scene: Scene) -> None:
    scene.provider.deliver(received(1, START + timedelta(days=900)))
    await scene.round()
    page = await scene.store.page(customer_id(ANA))
    assert page.entries[0].fact.at == START


async def test_a_name_is_learned_when_the_customer_first_writes(scene: Scene) -> None:
    mine = received(1, START, sender=SHOP, recipients=(ANA,), ours=True, sender_name="Corner Bakery")
    scene.provider.deliver(mine)
    await scene.round()
    assert (await scene.timeline.card(customer_id(ANA))).customer.name == "ana@example.com"
    scene.provider.deliver(received(2, START, sender_name="Ana Sousa"))
    await scene.round()
    assert (await scene.timeline.card(customer_id(ANA))).customer.name == "Ana Sousa"


async def test_a_name_given_by_the_agent_is_never_replaced(scene: Scene) -> None:
    scene.provider.deliver(received(1, START))
    await scene.round()
    kept = await scene.store.get(Customer, customer_id(ANA))
    assert kept is not None
    await scene.store.write([replace(kept, name="Our Ana", rev=kept.rev + 1)])
    scene.provider.deliver(received(2, START, sender_name="ANA S."))
    await scene.round()
    assert (await scene.timeline.card(customer_id(ANA))).customer.name == "Our Ana"


async def test_what_cannot_be_read_is_kept_and_shown(scene: Scene) -> None:
    event = Unreadable(external_id="uid-7", at=START, raw=b"\xff\x00garbage", reason="no header")
    scene.provider.deliver(event, received(1, START), event)
    summary = await scene.keeper().once()
    assert (summary.unreadable, summary.received, summary.duplicates) == (1, 1, 1)
    rows, total = await scene.inbox.rows(View(show="all"))
    assert total == 2
    stub = next(row.row for row in rows if row.row.name.startswith("Messages that could not be read"))
    page = await scene.store.page(stub.customer_id)
    message = page.entries[0].fact
    assert isinstance(message, Message)
    assert message.unreadable
    assert await scene.store.blob(message.address, message.attachments[0].digest) == b"\xff\x00garbage"


async def test_files_are_kept_beside_their_message(scene: Scene) -> None:
    cake = File(name="cake.jpg", media_type="image/jpeg", data=b"jpeg")
    scene.provider.deliver(received(1, START, files=(cake,)))
    await scene.round()
    message = (await scene.store.page(customer_id(ANA))).entries[0].fact
    assert isinstance(message, Message)
    assert await scene.timeline.file(message.address, message.attachments[0].digest) == b"jpeg"


async def test_an_out_of_office_is_shown_but_nobody_waits(scene: Scene) -> None:
    scene.provider.deliver(received(1, START, automatic=True))
    await scene.round()
    card = await scene.timeline.card(customer_id(ANA))
    assert card.waiting_since is None
    assert await texts(scene, customer_id(ANA)) == ["message 1"]


async def test_news_of_something_that_is_not_ours_changes_nothing(scene: Scene) -> None:
    forged = Progress(delivery=DeliveryState.FAILED, at=START, external_id="<1@example.com>", error="bounced")
    scene.provider.deliver(received(1, START), forged)
    await scene.round()
    entry = (await scene.store.page(customer_id(ANA))).entries[0]
    assert entry.delivery is None


async def test_the_echo_of_our_own_message_is_not_a_second_one(scene: Scene) -> None:
    scene.provider.deliver(received(1, START))
    await scene.round()
    envelope = await scene.replies.envelope(customer_id(ANA))
    delivery = await scene.replies.queue(envelope, "For twelve? Of course!", now=True)
    await scene.round()
    echo = received(
        2,
        START,
        sender=SHOP,
        recipients=(ANA,),
        ours=True,
        key=delivery.id,
        external_id=f"<{delivery.id}@shop>",
    )
    scene.provider.deliver(echo)
    await scene.round()
    page = await scene.store.page(customer_id(ANA))
    assert [(e.fact.text, e.delivery and e.delivery.state) for e in page.entries] == [
        ("message 1", None),
        ("For twelve? Of course!", DeliveryState.SENT),
    ]


async def test_a_bounce_marks_the_sent_message_failed_and_they_wait_again(scene: Scene) -> None:
    scene.provider.deliver(received(1, START))
    await scene.round()
    delivery = await scene.replies.queue(await scene.replies.envelope(customer_id(ANA)), "Yes", now=True)
    await scene.round()
    bounce = Progress(delivery=DeliveryState.FAILED, at=START, key=delivery.id, error="mailbox full")
    scene.provider.deliver(bounce)
    await scene.round()
    entry = (await scene.store.page(customer_id(ANA))).entries[-1]
    assert entry.delivery is not None
    assert (entry.delivery.state, entry.delivery.error) == (DeliveryState.FAILED, "mailbox full")
    assert (await scene.timeline.card(customer_id(ANA))).waiting_since == START


async def test_ours_to_several_is_filed_once_with_the_first_recipient(scene: Scene) -> None:
    mine = received(1, START, sender=SHOP, recipients=(BOB, ANA), ours=True)
    scene.provider.deliver(mine)
    await scene.round()
    message = (await scene.store.page(customer_id(BOB))).entries[0].fact
    assert isinstance(message, Message)
    assert message.direction is Direction.OUT
    assert message.to == (BOB, ANA)
    assert await scene.store.resolve(ANA) is None


async def test_a_channel_that_dies_at_any_batch_loses_and_repeats_nothing() -> None:
    for dies_after in range(1, 5):
        scene = Scene(provider=Provider(page=2))
        scene.provider.deliver(*(received(n, START) for n in range(8)))
        batches = scene.channel.receive(None)
        keeper = scene.keeper()
        lease = await scene.store.lease("mail", "first")
        assert lease is not None
        for _ in range(dies_after):
            await keeper._keep(await anext(batches), lease)
        await batches.aclose()
        await scene.store.release(lease)
        await scene.round()
        assert (await scene.store.check()).messages == 8
