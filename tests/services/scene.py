"""A small business on a store in memory: what every test of a service starts from."""

from dataclasses import dataclass, field

from agent_tui.core.model import Customer, customer_id
from agent_tui.core.store import Store
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.contacts import Contacts
from agent_tui.services.feed import Feed
from agent_tui.services.host import Host
from agent_tui.services.inbox import Inbox
from agent_tui.services.joining import Joining
from agent_tui.services.keeper import Keeper
from agent_tui.services.replies import Replies
from agent_tui.services.suggesting import Suggesting
from agent_tui.services.timeline import Timeline
from storage.memory import MemoryStore
from tests.clocks import FrozenClock
from tests.scripted import ANA, Provider, ScriptedChannel


@dataclass
class Scene:
    """Everything at hand."""

    clock: FrozenClock = field(default_factory=FrozenClock)
    provider: Provider = field(default_factory=Provider)
    business: Business = field(default_factory=lambda: Business(agent="Rui", name="Corner Bakery"))
    store: Store = field(init=False)
    channel: ScriptedChannel = field(init=False)
    kept: Store | None = None  # another store than one in memory

    def __post_init__(self) -> None:
        self.store = self.kept or MemoryStore(self.clock)
        self.channel = ScriptedChannel(self.provider)
        self.feed = Feed(self.store)
        self.infos = {"mail": self.info(self.channel)}
        self.timeline = Timeline(self.store, self.clock, self.business)
        self.inbox = Inbox(self.store, self.clock, self.business)
        self.contacts = Contacts(self.store, self.clock, self.business)
        self.joining = Joining(self.store, self.clock, self.business)
        self.suggesting = Suggesting(self.store, self.clock)
        self.replies = Replies(self.store, self.clock, self.business, self.infos, self.timeline)

    @staticmethod
    def info(channel: ScriptedChannel) -> ChannelInfo:
        return ChannelInfo(name=channel.name, medium=channel.medium, can=channel.can, address=channel.address)

    def keeper(self) -> Keeper:
        return Keeper(self.channel, self.store, self.clock, "test", changed=lambda: None, country="PT")

    def host(self) -> Host:
        return Host(self.store, {"mail": self.channel}, self.clock, self.feed)

    async def round(self) -> None:
        """One round with the channel, which must go well."""
        summary = await self.keeper().once()
        assert summary.error is None, summary.error

    @property
    def ana(self) -> str:
        return customer_id(ANA)

    async def customer(self) -> Customer:
        return (await self.timeline.card(self.ana)).customer
