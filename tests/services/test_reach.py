"""Where a customer can be answered, and when a channel is closed for them: consent, time, and who wrote first."""

from datetime import timedelta

import pytest

from agent_tui.core.addresses import PHONE, Address
from agent_tui.core.channel import Capabilities, Received
from agent_tui.core.errors import Rejected
from agent_tui.core.model import Delivery, DeliveryState, Evidence, Identity, customer_id
from agent_tui.services.keeper import Keeper
from tests.clocks import START
from tests.scripted import ANA, SHOP, Provider, ScriptedChannel, received
from tests.services.scene import Scene

NUMBER = Address(PHONE, "+351912345678")
VISITOR = Address("web", "shop/1f")
HOUR = timedelta(hours=1)


class Phones(Scene):
    """Beside mail: texts, WhatsApp and the website's chat, each with a provider of its own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        phone = frozenset({PHONE})
        self.others = {
            "sms": ScriptedChannel(Provider(), "sms", Capabilities(schemes=phone)),
            "whatsapp": ScriptedChannel(
                Provider(),
                "whatsapp",
                Capabilities(schemes=phone, start=False, window=timedelta(hours=24)),
            ),
            "web": ScriptedChannel(Provider(), "web", Capabilities(schemes=frozenset({"web"}), start=False)),
        }
        self.infos.update({name: self.info(channel) for name, channel in self.others.items()})

    async def on(self, name: str, *events: Received) -> None:
        self.others[name].provider.deliver(*events)
        await self.keep(name)

    async def keep(self, name: str) -> None:
        keeper = Keeper(self.others[name], self.store, self.clock, "test", changed=lambda: None, country="PT")
        summary = await keeper.once()
        assert summary.error is None, summary.error


@pytest.fixture
def scene() -> Phones:
    scene = Phones()
    scene.clock.tick(hours=10)
    return scene


def text(number: int, at: timedelta = HOUR, **more: object) -> Received:
    return received(number, START + at, sender=NUMBER, subject="", **more)


async def test_stop_closes_the_channel_for_the_address_and_start_opens_it(scene: Phones) -> None:
    await scene.on("sms", text(1), text(2, 2 * HOUR, text="STOP", consent=False))
    envelope = await scene.replies.envelope(customer_id(NUMBER), channel="sms")
    assert "asked not to be written to here" in envelope.closed
    with pytest.raises(Rejected, match="asked not to be written"):
        await scene.replies.queue(envelope, "Hello?")
    assert await scene.store.deliveries({DeliveryState.QUEUED}) == ()
    await scene.on("sms", text(3, 3 * HOUR, text="START", consent=True))
    envelope = await scene.replies.envelope(customer_id(NUMBER), channel="sms")
    assert not envelope.closed
    await scene.replies.queue(envelope, "Welcome back.")


async def test_the_newest_word_counts_whatever_order_they_come_in(scene: Phones) -> None:
    await scene.on(
        "sms", text(3, 3 * HOUR, text="START", consent=True), text(2, 2 * HOUR, text="STOP", consent=False)
    )
    assert not (await scene.replies.envelope(customer_id(NUMBER), channel="sms")).closed


async def test_a_refusal_of_the_provider_is_remembered(scene: Phones) -> None:
    await scene.on("sms", text(1))
    scene.others["sms"].provider.faults.append(Rejected("the customer opted out (21610)", withdrawn=True))
    delivery = await scene.replies.queue(
        await scene.replies.envelope(customer_id(NUMBER), channel="sms"), "Hello", now=True
    )
    await scene.keep("sms")
    settled = await scene.store.get(Delivery, delivery.id)
    assert settled is not None
    assert settled.state is DeliveryState.FAILED
    assert "21610" in (await scene.replies.envelope(customer_id(NUMBER), channel="sms")).closed


async def test_a_window_counts_down_and_closes_also_under_an_open_composer(scene: Phones) -> None:
    await scene.on("whatsapp", text(1, timedelta(0)))
    envelope = await scene.replies.envelope(customer_id(NUMBER), channel="whatsapp")
    assert (envelope.closed, envelope.closes) == ("", START + timedelta(hours=24))
    scene.clock.tick(hours=15)
    with pytest.raises(Rejected, match="takes words for them no longer"):
        await scene.replies.queue(envelope, "Too late?")
    late = await scene.replies.envelope(customer_id(NUMBER), channel="whatsapp")
    assert "for 24 hours after the customer's last message" in late.closed


async def test_a_channel_that_cannot_write_first_is_offered_to_whoever_wrote_there_once(
    scene: Phones,
) -> None:
    await scene.on("web", received(1, START, sender=VISITOR))
    await scene.store.write([joined(VISITOR)])
    scene.provider.deliver(received(2, START + HOUR))
    await scene.round()
    assert await scene.replies.channels(scene.ana) == ("mail", "web")
    await scene.store.write([joined(NUMBER)])
    assert await scene.replies.channels(scene.ana) == ("mail", "sms", "web"), "WhatsApp: never wrote there"


def joined(address: Address) -> Identity:
    return Identity(
        id=str(address),
        address=address,
        customer_id=customer_id(ANA),
        evidence=Evidence.CONFIRMED,
        at=START,
    )


async def test_whoever_asks_for_mail_in_the_chat_is_answered_by_mail(scene: Phones) -> None:
    await scene.on("web", received(1, START, sender=VISITOR, subject="", reply_to=(ANA,)))
    visitor = customer_id(VISITOR)
    assert await scene.replies.channels(visitor) == ("mail", "web")
    envelope = await scene.replies.envelope(visitor)
    assert (envelope.channel.name, envelope.to, envelope.journal) == ("mail", (ANA,), VISITOR)
    assert envelope.warnings == ("ana@example.com is not known as an address of Shop/1F",)


async def test_the_answer_to_that_mail_goes_on_in_the_same_timeline(scene: Phones) -> None:
    await scene.on("web", received(1, START, sender=VISITOR, reply_to=(ANA,)))
    visitor = customer_id(VISITOR)
    delivery = await scene.replies.queue(await scene.replies.envelope(visitor), "Yes, we do.", now=True)
    scene.provider.deliver(received(2, START + 3 * HOUR, text="Thank you!", answers=delivery.id))
    await scene.round()
    card = await scene.timeline.card(visitor)
    assert {i.address: i.evidence for i in card.identities}[ANA] is Evidence.OBSERVED
    assert card.last_in is not None
    assert card.last_in.text == "Thank you!"


async def test_an_address_with_a_history_is_not_taken_in_by_an_answer(scene: Phones) -> None:
    scene.provider.deliver(received(1, START))
    await scene.round()
    await scene.on("web", received(2, START, sender=VISITOR, reply_to=(ANA,)))
    visitor = customer_id(VISITOR)
    delivery = await scene.replies.queue(await scene.replies.envelope(visitor), "Yes, we do.", now=True)
    scene.provider.deliver(received(3, START + 3 * HOUR, text="Who are you?", answers=delivery.id))
    await scene.round()
    assert len((await scene.timeline.card(visitor)).identities) == 1
    assert len((await scene.store.page(scene.ana)).entries) == 2


async def test_whoever_was_not_written_to_proves_nothing_by_an_answer(scene: Phones) -> None:
    await scene.on("web", received(1, START, sender=VISITOR, reply_to=(ANA,)))
    visitor = customer_id(VISITOR)
    delivery = await scene.replies.queue(await scene.replies.envelope(visitor), "Yes.", now=True)
    stranger = Address("email", "mallory@example.net")
    scene.provider.deliver(received(2, START + 3 * HOUR, sender=stranger, answers=delivery.id))
    await scene.round()
    assert len((await scene.timeline.card(visitor)).identities) == 1
    assert SHOP not in {i.address for i in (await scene.timeline.card(visitor)).identities}
