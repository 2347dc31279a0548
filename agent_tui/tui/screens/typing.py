"""Who is typing at this moment: the customer, as the screen says it, and the agent, as the customer is shown it."""

from collections.abc import Callable, Collection
from time import monotonic

from agent_tui.core.addresses import Address
from agent_tui.core.model import Card
from agent_tui.services.envelope import Envelope
from agent_tui.services.presence import Presence

FADES = 8.0  # seconds after the last word of it: nobody says that they have stopped when their line is dead
AGAIN = 3.0  # seconds between two tellings that the agent types


class Typing:
    """Both sides. Nothing of it is kept, and losing some is no harm."""

    def __init__(self, presence: Presence, changed: Callable[[Address], None]) -> None:
        self._presence = presence
        self._changed = changed
        self._since: dict[Address, float] = {}
        self._told: tuple[str, Address] | None = None
        self._told_at = 0.0

    def listen(self) -> Callable[[], None]:
        """Hear from every channel that can tell; gives what ends that."""
        return self._presence.listen(self._heard)

    def _heard(self, who: Address, on: bool) -> None:  # the port's listeners are called so
        if on:
            self._since[who] = monotonic()
        else:
            self._since.pop(who, None)
        self._changed(who)

    def is_typing(self, card: Card | None) -> bool:
        """Is this customer typing?"""
        addresses = [identity.address for identity in card.identities] if card else []
        return any(monotonic() - self._since.get(address, -FADES) < FADES for address in addresses)

    def fade(self) -> Collection[Address]:
        """Who has been silent too long to be typing still; each is named once."""
        gone = [who for who, at in self._since.items() if monotonic() - at >= FADES]
        for who in gone:
            del self._since[who]
        return gone

    async def ours(self, envelope: Envelope | None, *, on: bool) -> None:
        """The agent types to whom the envelope names, or has stopped."""
        where = (envelope.channel.name, envelope.to[0]) if envelope and envelope.to else None
        if not on:
            where, self._told = self._told, None
        elif where is None or (where == self._told and monotonic() - self._told_at < AGAIN):
            return
        else:
            self._told, self._told_at = where, monotonic()
        if where is not None:
            await self._presence.typing(*where, on=on)
