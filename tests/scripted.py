"""A channel and its provider in one object: tests say what the provider does and look at what it got."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime

from agent_tui.core.addresses import Address, email
from agent_tui.core.channel import Batch, Capabilities, Channel, Event, Outgoing, Receipt, Received
from agent_tui.core.errors import Uncertain
from agent_tui.core.model import Medium

SHOP = email("shop@example.com")
ANA = email("ana@example.com")
BOB = email("bob@example.org")


def received(number: int, at: datetime, *, sender: Address = ANA, **more: object) -> Received:
    """A mail of a customer, number `number` at the provider."""
    facts: dict[str, object] = {
        "external_id": f"<{number}@example.com>",
        "sender": sender,
        "at": at,
        "sender_name": sender.value.partition("@")[0].title(),
        "recipients": (SHOP,),
        "subject": "Cake",
        "text": f"message {number}",
        "fingerprint": f"f{number}",
        "threads": (f"<{number}@example.com>",),
    }
    return Received(**(facts | more))  # type: ignore[arg-type]


@dataclass
class Provider:
    """What a provider holds and does. `faults` are raised by the next calls of `send`: before the message is taken,
    or after it when wrapped in `After`."""

    events: list[Event] = field(default_factory=list)
    taken: list[Outgoing] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    tells: bool = True  # can be asked what was sent
    page: int = 3
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def deliver(self, *events: Event) -> None:
        self.events.extend(events)
        self.arrived.set()


class After(Exception):
    """The provider takes the message, and then this happens."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault


class ScriptedChannel(Channel):
    """A well-behaved channel in front of a `Provider`; its cursor is the number of events read."""

    medium = Medium.EMAIL

    def __init__(
        self, provider: Provider, name: str = "mail", can: Capabilities | None = None, address: Address = SHOP
    ) -> None:
        self.name = name
        self.provider = provider
        self.can = can or Capabilities(subject=True, threads=True, copies=True, files=1_000_000)
        self.address = address
        self.closed = 0

    async def receive(self, since: str | None) -> AsyncGenerator[Batch, None]:
        place = int(since or 0)
        while True:
            self.provider.arrived.clear()
            events = tuple(self.provider.events[place : place + self.provider.page])
            place += len(events)
            left = len(self.provider.events) - place
            yield Batch(events=events, cursor=str(place), caught_up=left == 0, remaining=left)
            if left == 0:
                await self.provider.arrived.wait()

    async def send(self, message: Outgoing) -> Receipt:
        fault = self.provider.faults.pop(0) if self.provider.faults else None
        if fault is not None and not isinstance(fault, After):
            raise fault
        self.provider.taken.append(message)
        if isinstance(fault, After):
            raise fault.fault
        return Receipt(external_id=f"<{message.key}@shop>")

    async def find(self, message: Outgoing) -> Receipt | None:
        if not self.provider.tells:
            raise Uncertain("the provider keeps no list")
        keys = {taken.key for taken in self.provider.taken}
        return Receipt(external_id=f"<{message.key}@shop>") if message.key in keys else None

    async def check(self) -> None:
        if self.provider.faults:
            raise self.provider.faults[0]

    async def aclose(self) -> None:
        self.closed += 1
