"""Planned replies: until when one may be planned, and what keeps it from leaving when its moment has come.

Whether they wrote first is decided with the claim: the claim is written under the head that was looked at, and refused
when another message came in between. So two processes cannot both be right, and a crash leaves it planned, held or on
its way, never two of these.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_tui.core.clock import truncate
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Card, Consent, Delivery, Message, Position, consent_id
from agent_tui.core.standing import asks
from agent_tui.core.store import Head, Store

FARTHEST = timedelta(days=366)
PAGE = 50  # entries looked at in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How things stand with whom a planned reply goes to. `wrote`: what came since; `reason`: why it is held."""

    head: Head | None = None
    wrote: Message | None = None
    reason: str = ""


def check(at: datetime, now: datetime, promises: datetime | None = None) -> datetime:
    """The moment, as it is kept. Raises UsageError when nothing can be planned for it."""
    if at <= now:
        raise UsageError(_("the moment to send it has passed"), remedy=_("name one to come"))
    if at - now > FARTHEST:
        raise UsageError(_("that is more than a year away"), remedy=_("name a moment within a year"))
    if promises is not None and promises <= at:
        raise UsageError(
            _("it would leave after the time it promises"),
            remedy=_("choose an earlier moment, or promise a later time"),
        )
    return truncate(at)


async def look(store: Store, delivery: Delivery, now: datetime) -> Look:
    """Did they write since it was planned, or ask not to be written to?"""
    owner = await store.resolve(delivery.address)
    card = await store.card(owner, now) if owner else None
    if card is None:
        return Look()
    head = Head(customer_id=card.customer.id, message_id=card.last_in.id if card.last_in else None)
    wrote = await _newer(store, card, delivery.unless) if delivery.unless else None
    if wrote is not None:
        return Look(
            head=head, wrote=wrote, reason=_("held: {name} wrote first").format(name=card.customer.name)
        )
    if await _is_unwanted(store, delivery):
        return Look(
            head=head,
            reason=_("held: {name} asked not to be written to on {channel}").format(
                name=card.customer.name, channel=delivery.channel
            ),
        )
    return Look(head=head)


async def _newer(store: Store, card: Card, known: Position) -> Message | None:
    """A message that asks and stands after a position: the newest; None when there is none."""
    newest = card.last_in
    if newest is None or Position(newest.at, newest.id) <= known:
        return None
    if asks(newest):
        return newest
    before: Position | None = Position(newest.at, newest.id)
    while before is not None and before > known:
        page = await store.page(card.customer.id, before=before, limit=PAGE)
        for entry in reversed(page.entries):
            if entry.position > known and isinstance(entry.fact, Message) and asks(entry.fact):
                return entry.fact
        before = page.entries[0].position if page.entries and page.older else None
    return None


async def _is_unwanted(store: Store, delivery: Delivery) -> bool:
    message = await store.get(Message, delivery.id)
    for address in message.to if message else ():
        consent = await store.get(Consent, consent_id(delivery.channel, address))
        if consent is not None and not consent.given:
            return True
    return False
