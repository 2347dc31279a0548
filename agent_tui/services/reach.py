"""Where a customer can be answered: on which channels, and whether a channel takes words for them at this moment.

The default is where they wrote last, or where they asked for the answer. A channel that cannot write first is offered
to those who wrote on it; one that takes words for a while only is closed after that while, and one they asked not to be
written to on is closed until they ask again. Pure: whoever asks the store gives the answers in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_tui.core.addresses import Address
from agent_tui.core.language import _, retold
from agent_tui.core.model import Card, Consent, Direction, Entry, Message
from agent_tui.services.about import ChannelInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Whether words may go there: `closed` says why not; `closes`, until when they may."""

    closed: str = ""
    closes: datetime | None = None


def came(entries: Iterable[Entry]) -> Mapping[str, Message]:
    """The newest message that came in on each channel."""
    facts = (entry.fact for entry in entries)
    return {
        fact.channel: fact
        for fact in facts
        if isinstance(fact, Message) and fact.direction is Direction.IN and not fact.automatic
    }


def asked(card: Card, channel: ChannelInfo) -> tuple[Address, ...]:
    """The addresses on this channel that the last message, which came on another, asks to be answered at."""
    last = card.last_in
    if last is None or last.channel == channel.name or not last.reply_to:
        return ()
    return tuple(address for address in last.reply_to if address.scheme in channel.schemes)


def reachable(
    card: Card, channels: Mapping[str, ChannelInfo], written: Mapping[str, Message]
) -> tuple[str, ...]:
    """The channels they can be answered on, the best first."""
    own = {identity.address.scheme for identity in card.identities}
    return tuple(
        sorted(
            (name for name, info in channels.items() if _open(card, info, own, written)),
            key=lambda name: _rank(card, channels[name]),
        )
    )


def _open(card: Card, info: ChannelInfo, own: Collection[str], written: Mapping[str, Message]) -> bool:
    if not info.can.start:
        return info.name in written
    return bool(info.schemes & set(own)) or bool(asked(card, info))


def _rank(card: Card, info: ChannelInfo) -> int:
    if asked(card, info):
        return 0
    first = [card.last_in.channel if card.last_in else None, card.customer.preferred_channel]
    return 1 + (first.index(info.name) if info.name in first else len(first))


def door(info: ChannelInfo, consents: Iterable[Consent], last: Message | None, now: datetime) -> Door:
    """Whether the channel takes words now. `last`: the newest message that came in on it."""
    refused = next((consent for consent in consents if not consent.given), None)
    if refused is not None:
        return Door(
            closed=_("{address} is closed on {channel}: {why}").format(
                address=refused.address.value, channel=info.name, why=retold(refused.why)
            )
        )
    if info.can.window is None:
        return Door()
    if last is None:
        return Door(
            closed=_("{channel} takes words only after the customer has written there").format(
                channel=info.name
            )
        )
    closes = last.at + info.can.window
    if now < closes:
        return Door(closes=closes)
    hours = info.can.window // timedelta(hours=1)
    return Door(
        closed=_(
            "{channel} takes words for {hours} hours after the customer's last message there, no longer"
        ).format(channel=info.name, hours=hours)
    )
