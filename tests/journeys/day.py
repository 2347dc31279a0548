"""A day at the bakery, from a seed: who writes when and where, what the agent does about it, and what must be kept."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Capabilities
from agent_tui.core.model import Medium
from storage.local import LocalStore
from tests.clocks import FrozenClock
from tests.scripted import Provider, ScriptedChannel, received
from tests.tui.world import World

CUSTOMERS, MESSAGES, WAVES = 200, 600, 5
IN = 400  # of the messages; the agent types the others
WORDS = ("cake", "bread", "Friday", "nuts", "twelve", "order", "candles", "late", "thanks", "open")


class ChatChannel(ScriptedChannel):
    """As a messenger's chat."""

    medium = Medium.CHAT


class WebChannel(ScriptedChannel):
    """As the website's chat."""

    medium = Medium.WEB


SCHEMES = {"mail": "email", "sms": "phone", "telegram": "telegram", "website": "web"}


def address(number: int) -> Address:
    """The address of a customer; a quarter of them on each channel."""
    scheme = tuple(SCHEMES.values())[number % 4]
    values = {
        "email": f"customer{number}@example.com",
        "phone": f"+35191{number:07}",
        "telegram": str(number),
        "web": f"visitor{number}",
    }
    return Address(scheme, values[scheme])


@dataclass
class Kept:
    """What one customer's timeline must hold in the end, in order of each kind."""

    received: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    agent: str | None = None
    last: str = ""  # the last decision: done, snoozed, or nothing


async def opened(folder: Path) -> World:
    """An empty shop with four channels and a store of its own in files."""
    clock = FrozenClock()
    store = await LocalStore.open(folder / "data", clock=clock)
    more = {
        "telegram": _chat(ChatChannel, "telegram", Address("telegram", "shop")),
        "website": _chat(WebChannel, "website", Address("web", "shop")),
    }
    return World(clock=clock, kept=store, more=more)


def _chat(kind: type[ScriptedChannel], name: str, ours: Address) -> ScriptedChannel:
    can = Capabilities(max_length=4096, schemes=frozenset({SCHEMES[name]}))
    return kind(Provider(page=50), name, can=can, address=ours)


class Day:
    """The script. What customers write is told to `kept` as it is delivered, what the agent types as she does."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.kept = {address(number): Kept() for number in range(CUSTOMERS)}
        self._number = 0
        self._others = iter(self._whom())

    def _whom(self) -> Iterator[int]:
        """Everybody once, in some order; then again as it comes."""
        yield from self.chance.sample(range(CUSTOMERS), CUSTOMERS)
        while True:
            yield self.chance.randrange(CUSTOMERS)

    def words(self) -> str:
        """Something nobody else says."""
        self._number += 1
        return f"{self.chance.choice(WORDS)} {self._number}"

    def deliver(self, world: World, count: int) -> None:
        """So many messages arrive."""
        for left in range(count, 0, -1):
            number = next(self._others)
            who, text = address(number), self.words()
            channel = {scheme: name for name, scheme in SCHEMES.items()}[who.scheme]
            event = received(
                self._number,
                world.clock.now() - timedelta(seconds=left),
                sender=who,
                sender_name=f"Customer {number}",
                text=text,
                subject=f"About {text}" if channel == "mail" else "",
            )
            world.adapters[channel].provider.deliver(event)
            self.kept[who].received.append(text)
            self.kept[who].last = ""
