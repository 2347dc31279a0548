"""What an agent does about planned replies: another moment, or now after all; also with those that are held.

One that is held, and one that is sent before its moment, becomes another message, of this moment: so it stands after
what they wrote meanwhile, answers that, and is dated as it leaves. Both steps are one write: it is there once.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict, Missing, Rejected, UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Card, Consent, Delivery, DeliveryState, Message, Position, Record, consent_id
from agent_tui.core.store import Head, Store
from agent_tui.services import outbox, planned, reach
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.promises import Promises

LOOK_BACK = 200  # entries searched for the last message on a channel
NOTHING_KNOWN = Position(datetime.fromtimestamp(0, UTC), "")  # before whatever they write


class Plans:
    """Replies that wait for their moment, or for a decision."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        business: Business,
        channels: dict[str, ChannelInfo],
        promises: Promises,
    ) -> None:
        self._store = store
        self._clock = clock
        self._business = business
        self._channels = channels
        self._promises = promises

    async def all(self) -> tuple[Delivery, ...]:
        """Every one of them, the next to leave first."""
        found = await self._store.deliveries({DeliveryState.QUEUED, DeliveryState.FAILED})
        return tuple(one for one in found if is_plan(one))

    async def told(self) -> tuple[tuple[Delivery, Message, Card], ...]:
        """All of them, with the words and whom they are for; what was erased meanwhile is left out."""
        found = []
        for delivery in await self.all():
            with suppress(Missing):
                found.append((delivery, *await self.message(delivery)))
        return tuple(found)

    async def get(self, message_id: str) -> Delivery:
        """What became of one. Raises Missing."""
        delivery = await self._store.get(Delivery, message_id)
        if delivery is None:
            raise Missing(_("there is no outgoing message {message_id}").format(message_id=message_id))
        return delivery

    async def message(self, delivery: Delivery) -> tuple[Message, Card]:
        """The words, and whom they are for. Raises Missing."""
        message = await self._store.get(Message, delivery.id)
        owner = await self._store.resolve(delivery.address)
        card = await self._store.card(owner, self._clock.now()) if owner else None
        if message is None or card is None:
            raise Missing(_("there is no message {message_id}").format(message_id=delivery.id))
        return message, card

    async def send_now(self, message_id: str) -> Delivery:
        """It leaves after the medium's undo time. Raises Conflict (it is no plan any more), Rejected (the channel is closed for them)."""
        return await self._anew(await self._plan(message_id))

    async def move(self, message_id: str, at: datetime) -> Delivery:
        """It leaves at another moment. Raises UsageError (the moment), Conflict, Rejected."""
        plan = await self._plan(message_id)
        at = planned.check(at, self._clock.now(), plan.promises)
        if outbox.is_held(plan):
            return await self._anew(plan, at)
        message, card = await self.message(plan)
        await self._refuse_closed(message, card, at)
        plan, more = await self._unkept(plan, at)
        moved = outbox.plan(plan, self._clock.now(), at=at)
        await self._store.write([moved, *more])
        return moved

    async def _unkept(self, plan: Delivery, at: datetime) -> tuple[Delivery, list[Record]]:
        """By then it keeps no promise it kept so far, when that was for an earlier moment."""
        if plan.promised is None or plan.promises is not None or at <= plan.promised:
            return plan, []
        return replace(plan, promised=None, promised_at=None), await self._promises.back(plan)

    async def _plan(self, message_id: str) -> Delivery:
        delivery = await self.get(message_id)
        if not is_plan(delivery):
            raise Conflict(
                _("this cannot be done any more: {otherwise}").format(otherwise=_("it is not planned")),
                remedy=_("look at the message again"),
            )
        return delivery

    async def _anew(self, plan: Delivery, at: datetime | None = None) -> Delivery:
        """Another message with the same words, of this moment, to leave now or later."""
        old, card = await self.message(plan)
        now, last = self._clock.now(), card.last_in
        await self._refuse_closed(old, card, at or now)
        kept, more = await self._unkept(plan, at or now)
        moment = max(now, last.at + timedelta(milliseconds=1)) if last else now
        message = replace(old, id=self._clock.new_id(), at=moment)
        head = Head(customer_id=card.customer.id, message_id=last.id if last else None)
        delivery = replace(
            queued(
                message,
                at or now + self._undo_time(message),
                planned_for=at,
                head=head,
                after=last.at if last else None,
            ),
            promises=kept.promises,
            promised=kept.promised,
            promised_at=kept.promised_at,
        )
        blobs = {a.digest: await self._store.blob(old.address, a.digest) for a in old.attachments}
        more += await self._promises.again(delivery)
        await self._store.write([outbox.cancel(plan, now), message, delivery, *more], blobs=blobs, head=head)
        return delivery

    def _undo_time(self, message: Message) -> timedelta:
        return timedelta(seconds=self._business.undo_seconds.get(message.medium, 0.0))

    async def _refuse_closed(self, message: Message, card: Card, at: datetime) -> None:
        info = self._channels.get(message.channel)
        if info is None:
            raise UsageError(
                _("there is no channel {name}").format(name=message.channel),
                remedy=_("take it back, and answer on another"),
            )
        page = await self._store.page(card.customer.id, limit=LOOK_BACK)
        kept = [await self._store.get(Consent, consent_id(info.name, address)) for address in message.to]
        last = reach.came(page.entries).get(info.name)
        refuse_closed(reach.door(info, [one for one in kept if one], last, self._clock.now()), info.name, at)


def is_plan(delivery: Delivery) -> bool:
    """Does it wait for its moment, or for a decision?"""
    return outbox.is_planned(delivery) or outbox.is_held(delivery)


def queued(
    message: Message, leaves: datetime, *, planned_for: datetime | None, head: Head, after: datetime | None
) -> Delivery:
    """The delivery of a new message. `head`, of the moment `after`: the newest of theirs that is known. Of who never
    wrote anything does, also what was written before and comes only now.
    """
    known = Position(after, head.message_id) if after and head.message_id else NOTHING_KNOWN
    return Delivery(
        id=message.id,
        address=message.address,
        channel=message.channel,
        state=DeliveryState.QUEUED,
        at=message.at,
        not_before=leaves,
        planned=planned_for,
        unless=known if planned_for else None,
    )


def refuse_closed(door: reach.Door, channel: str, at: datetime) -> None:
    """Raises Rejected when a channel takes no words for them at a moment."""
    if door.closed or (door.closes is not None and door.closes <= at):
        raise Rejected(
            door.closed or _("by then {channel} takes words for them no longer").format(channel=channel),
            remedy=_("answer on another channel"),
        )
