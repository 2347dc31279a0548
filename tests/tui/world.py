"""A bakery on a store in memory with two channels, and people who wrote to it: what the screen's tests look at.

The desk is the real one, the clock stands still. `open_app` runs the program headless with its feed beside it, and
`settle` waits until nothing is left to do.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Capabilities
from agent_tui.core.model import Card, Claim, Customer, Delivery, DeliveryState, Medium, Message, customer_id
from agent_tui.core.store import Store
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.contacts import Contacts
from agent_tui.services.desk import Desk
from agent_tui.services.earlier import Earlier
from agent_tui.services.exports import Exports
from agent_tui.services.feed import Feed
from agent_tui.services.host import Host
from agent_tui.services.inbox import Inbox
from agent_tui.services.joining import Joining
from agent_tui.services.keeper import Keeper
from agent_tui.services.presence import Presence
from agent_tui.services.replies import Replies
from agent_tui.services.suggesting import Suggesting
from agent_tui.services.timeline import Timeline
from agent_tui.services.today import Today
from agent_tui.services.word_shelf import WordShelf
from agent_tui.tui.app import AgentApp
from agent_tui.tui.screens.desk import DeskScreen
from storage.memory import MemoryStore
from tests.clocks import START, FrozenClock
from tests.scripted import ANA, BOB, Provider, ScriptedChannel, received

CARA = Address("phone", "+351912345678")
SHOP_NUMBER = Address("phone", "+351210000000")


class SmsChannel(ScriptedChannel):
    """The same, as text messages."""

    medium = Medium.SMS


@dataclass
class World:
    """Everything at hand."""

    clock: FrozenClock = field(default_factory=FrozenClock)
    mail: Provider = field(default_factory=Provider)
    sms: Provider = field(default_factory=Provider)
    business: Business = field(default_factory=lambda: Business(agent="Rui", name="Corner Bakery"))
    numbers: int = 0
    exports: Path = Path("/nonexistent/exports")  # a test that exports says where
    saved: Path = Path("/nonexistent/words")  # a test with saved words says where
    kept: Store | None = None  # another store than one in memory
    more: dict[str, ScriptedChannel] = field(default_factory=dict)  # further channels

    def __post_init__(self) -> None:
        self.store: Store = self.kept or MemoryStore(self.clock)
        can = Capabilities(max_length=160, schemes=frozenset({"phone"}))
        self.adapters: dict[str, ScriptedChannel] = {
            "mail": ScriptedChannel(self.mail),
            "sms": SmsChannel(self.sms, "sms", can=can, address=SHOP_NUMBER),
            **self.more,
        }
        infos = {
            name: ChannelInfo(name=name, medium=c.medium, can=c.can, address=c.address)
            for name, c in self.adapters.items()
        }
        feed = Feed(self.store)
        timeline = Timeline(self.store, self.clock, self.business)
        self.desk = Desk(
            business=self.business,
            channels=infos,
            clock=self.clock,
            inbox=Inbox(self.store, self.clock, self.business),
            timeline=timeline,
            replies=Replies(self.store, self.clock, self.business, infos, timeline),
            joining=Joining(self.store, self.clock, self.business),
            suggesting=Suggesting(self.store, self.clock),
            earlier=Earlier(self.store, timeline, self.business),
            presence=Presence(self.adapters),
            contacts=Contacts(self.store, self.clock, self.business),
            today=Today(self.store, self.clock),
            exports=Exports(self.exports),
            words=WordShelf(self.saved),
            host=Host(self.store, self.adapters, self.clock, feed),
            feed=feed,
        )

    def write(self, sender: Address, text: str, at: datetime | None = None, **more: object) -> None:
        """A customer writes; it is at the provider until `sync`."""
        self.numbers += 1
        provider = self.sms if sender.scheme == "phone" else self.mail
        provider.deliver(received(self.numbers, at or self.clock.now(), sender=sender, text=text, **more))

    async def sync(self) -> None:
        """One round with every channel: everything is filed, what is due leaves."""
        for adapter in self.adapters.values():
            summary = await Keeper(adapter, self.store, self.clock, "test", changed=lambda: None).once()
            assert summary.error is None, summary.error

    async def news(self, sender: Address, text: str, **more: object) -> None:
        """A customer writes, and it is here."""
        self.write(sender, text, **more)  # type: ignore[arg-type]
        await self.sync()

    async def messages(self, who: Address = ANA) -> list[tuple[Message, Delivery | None]]:
        """All messages of a customer, in order."""
        page = await self.store.page(customer_id(who), limit=10_000)
        return [(e.fact, e.delivery) for e in page.entries if isinstance(e.fact, Message)]

    async def queued(self) -> tuple[Delivery, ...]:
        """What stands in the outbox."""
        return await self.store.deliveries({DeliveryState.QUEUED})

    async def set(self, who: Address, **facts: Any) -> None:
        """Change a customer's document."""
        card = await self.store.card(customer_id(who), self.clock.now())
        assert card is not None
        changed: Customer = replace(card.customer, **facts)
        await self.store.write([replace(changed, rev=card.customer.rev + 1)])


async def bakery() -> World:
    """Three people wait: Ana longest, then Bob, then Cara by text message."""
    world = World()
    world.write(ANA, "Do you bake on Sundays?", START - timedelta(days=2, hours=3), subject="Opening hours")
    world.write(
        ANA,
        "I need a cake for Friday.\nTwelve people.",
        START - timedelta(hours=3),
        subject="Cake for Friday",
    )
    world.write(BOB, "Where is my invoice?", START - timedelta(hours=2), subject="Invoice 4711")
    world.write(CARA, "is it nut free?", START - timedelta(hours=1), sender_name="Cara Lima", subject="")
    await world.sync()
    return world


async def suggested() -> World:
    """The bakery; and Cara's number stands under one of Ana's mails."""
    world = await bakery()
    claim = Claim(address=CARA, why="the number stands under what they wrote")
    world.write(ANA, "And candles, please.", START - timedelta(minutes=30), claims=(claim,))
    await world.sync()
    return world


@asynccontextmanager
async def open_app(
    world: World, size: tuple[int, int] = (120, 40), *, ready: bool = True, **options: Any
) -> AsyncIterator[Pilot[None]]:
    """The program, headless, with the feed running beside it."""
    told: dict[str, Any] = {"icons": "unicode", "zone": UTC, **options}
    app = AgentApp(world.desk, **told)
    try:
        async with asyncio.TaskGroup() as group:
            feed = group.create_task(world.desk.feed.run())
            try:
                async with app.run_test(size=size, notifications=True) as pilot:
                    if ready:
                        await until(pilot, lambda: desk_of(pilot).reading.card is not None)
                    yield pilot
            finally:
                feed.cancel()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def desk_of(pilot: Pilot[None]) -> DeskScreen:
    """The desk's screen, whatever is open above it."""
    app = pilot.app
    assert isinstance(app, AgentApp)
    return app.desk_screen


async def until(pilot: Pilot[None], true: Callable[[], object], *, rounds: int = 400) -> None:
    """Let the program go on until something is so."""
    for _ in range(rounds):
        if true():
            return
        await pilot.pause()
    raise AssertionError(f"never came: {shown(pilot)}")


async def becomes(
    pilot: Pilot[None], world: World, true: Callable[[Card], object], who: Address = ANA
) -> None:
    """Let the program go on until a customer's card is so."""
    for _ in range(400):
        if true(await world.desk.timeline.card(customer_id(who))):
            return
        await pilot.pause()
    raise AssertionError(f"never came: {await world.desk.timeline.card(customer_id(who))}\n{shown(pilot)}")


def shown(pilot: Pilot[None]) -> str:
    """Every line of the terminal as it is now."""
    app = pilot.app
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def toasts(pilot: Pilot[None]) -> list[str]:
    """What was said in toasts."""
    return [notification.message for notification in pilot.app._notifications]
