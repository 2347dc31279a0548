"""Who we are and what we can be reached on: the plain facts services and screens are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Capabilities
from agent_tui.core.model import Medium

UNDO_SECONDS = {Medium.EMAIL: 10.0, Medium.SMS: 3.0, Medium.CHAT: 3.0, Medium.WEB: 3.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """The owner's words about herself. `home_country` (ISO 3166) reads phone numbers written without a prefix."""

    agent: str = "me"
    name: str = ""
    home_country: str = ""
    agents: tuple[str, ...] = ()  # who answers besides this agent
    phone: str = ""  # our number as it is written into a reply
    meeting: str = ""  # where we meet by video; ``{room}`` becomes a name of its own each time
    checkin_days: int = 90  # days of silence after which a good customer is worth a word
    undo_seconds: Mapping[Medium, float] = field(default_factory=lambda: dict(UNDO_SECONDS))
    signatures: Mapping[str, str] = field(
        default_factory=dict
    )  # what ends every reply, by the channel's name


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelInfo:
    """A configured account, as screens and services know it."""

    name: str
    medium: Medium
    can: Capabilities
    address: Address | None = None

    @property
    def schemes(self) -> frozenset[str]:
        """The schemes of addresses it can write to."""
        return self.can.schemes or frozenset({self.address.scheme} if self.address else ())

    @property
    def label(self) -> str:
        """Our own address on it, as the customer sees it; its name where it has none."""
        return self.address.value if self.address else self.name
