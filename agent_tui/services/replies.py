"""Replies: from an envelope and words to a message in the outbox, and back again while it has not left."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from agent_tui.core.addresses import Address
from agent_tui.core.channel import File
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict, Missing, UsageError
from agent_tui.core.language import _
from agent_tui.core.model import (
    Card,
    Consent,
    Delivery,
    DeliveryState,
    Direction,
    Draft,
    Message,
    Record,
    consent_id,
    draft_id,
)
from agent_tui.core.store import Head, Store
from agent_tui.services import asides, attaching, outbox, planned, reach, signing
from agent_tui.services import envelope as envelopes
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.blanks import refuse
from agent_tui.services.envelope import Envelope
from agent_tui.services.filing import attach
from agent_tui.services.odd import odd
from agent_tui.services.plans import Plans, is_plan, queued, refuse_closed
from agent_tui.services.promises import Promises
from agent_tui.services.timeline import TRIES, Timeline

LOOK_BACK = 200  # entries searched for the message a reply on another channel answers


class Replies:
    """Answering customers on the channel they want."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        business: Business,
        channels: dict[str, ChannelInfo],
        timeline: Timeline,
    ) -> None:
        self._store = store
        self._clock = clock
        self._business = business
        self._channels = channels
        self._timeline = timeline
        self._promises = Promises(store, clock, business.agent)
        self.plans = Plans(store, clock, business, channels, self._promises)

    async def channels(self, customer_id: str) -> tuple[str, ...]:
        """The channels this customer can be written to on: the one used last first, then the preferred one."""
        card = await self._timeline.card(customer_id)
        return reach.reachable(card, self._channels, await self._came(card))

    async def _came(self, card: Card) -> Mapping[str, Message]:
        """The newest message that came in on each channel."""
        page = await self._store.page(card.customer.id, limit=LOOK_BACK)
        found = dict(reach.came(page.entries))
        if card.last_in is not None and not card.last_in.automatic:
            found.setdefault(card.last_in.channel, card.last_in)
        return found

    async def envelope(
        self,
        customer_id: str,
        *,
        channel: str | None = None,
        to: Sequence[Address] = (),
        cc: Sequence[Address] = (),
        subject: str | None = None,
    ) -> Envelope:
        """The envelope of a reply, on the channel used last unless told. Raises UsageError in words, Missing."""
        card = await self._timeline.card(customer_id)
        written = await self._came(card)
        info = self._channel(card, channel, written)
        answered, elsewhere = written.get(info.name), reach.asked(card, info)
        receivers = tuple(to) or elsewhere or self._receivers(card, info, answered)
        door = await self._door(info, receivers, answered)
        if cc and not info.can.copies:
            raise UsageError(
                _("{channel} cannot copy a message to others").format(channel=info.name),
                remedy=_("send it to each separately"),
            )
        return Envelope(
            customer_id=card.customer.id,
            name=card.customer.name,
            channel=info,
            to=receivers,
            cc=tuple(cc),
            subject=self._subject(info, answered, subject),
            threads=answered.threads if answered else (),
            answers=card.last_in if elsewhere else answered,
            journal=_journal(card, answered, receivers),
            head=Head(customer_id=card.customer.id, message_id=card.last_in.id if card.last_in else None),
            after=card.last_in.at if card.last_in else None,
            warnings=self._warnings(card, answered, receivers, cc),
            closed=door.closed,
            closes=door.closes,
            signature=self._business.signatures.get(info.name, ""),
        )

    async def odd(self, envelope: Envelope, text: str) -> tuple[str, ...]:
        """What is odd about a reply, in words: reasons to ask whether it is meant so. None for most. Raises Missing."""
        return await odd(envelope, text, timeline=self._timeline, store=self._store, business=self._business)

    async def _door(self, info: ChannelInfo, to: Sequence[Address], last: Message | None) -> reach.Door:
        """Whether the channel takes words for these addresses now."""
        kept = [await self._store.get(Consent, consent_id(info.name, address)) for address in to]
        return reach.door(info, [one for one in kept if one is not None], last, self._clock.now())

    def _warnings(
        self,
        card: Card,
        answered: Message | None,
        to: Sequence[Address],
        cc: Sequence[Address],
    ) -> tuple[str, ...]:
        mine = {one.address for one in self._channels.values()}
        others = answered and replace(
            answered,
            to=tuple(a for a in answered.to if a not in mine),
            cc=tuple(a for a in answered.cc if a not in mine),
        )
        return envelopes.warnings(card, others, to, cc)

    def _channel(self, card: Card, name: str | None, written: Mapping[str, Message]) -> ChannelInfo:
        if name is not None and name not in self._channels:
            names = ", ".join(self._channels) or _("none is configured")
            raise UsageError(
                _("there is no channel {name}").format(name=name),
                remedy=_("channels: {names}").format(names=names),
            )
        reachable = reach.reachable(card, self._channels, written)
        if not reachable:
            raise UsageError(
                _("no channel reaches {name}").format(name=card.customer.name),
                remedy=_("add one to config.toml, or an address to the customer"),
            )
        return self._channels[name or reachable[0]]

    def _receivers(self, card: Card, info: ChannelInfo, answered: Message | None) -> tuple[Address, ...]:
        if answered is not None:
            return envelopes.recipients(answered)
        for identity in card.identities:
            if identity.address.scheme in info.schemes:
                return (identity.address,)
        raise UsageError(
            _("{name} has no address on {channel}").format(name=card.customer.name, channel=info.name),
            remedy=_("name one with --to"),
        )

    def _subject(self, info: ChannelInfo, answered: Message | None, subject: str | None) -> str:
        if not info.can.subject:
            return ""
        if subject is not None:
            return " ".join(subject.split())
        return (
            envelopes.reply_subject(answered.subject)
            if answered
            else str(_("A message from {who}").format(who=self._who()))
        )

    def _who(self) -> str:
        return self._business.name or self._business.agent

    async def queue(
        self,
        envelope: Envelope,
        text: str,
        *,
        files: Sequence[File] = (),
        now: bool = False,
        promises: datetime | None = None,
        blanks: Collection[str] = (),
        at: datetime | None = None,
    ) -> Delivery:
        """Put a reply into the outbox, durably; it may leave after the medium's undo time, or at once with `now`.
        `promises`: the words say that they hear from us by then; any other answer keeps what was promised before.
        `blanks`: the keys of those that must not be open any more.
        `at`: it is planned, and leaves then, unless they write first; until then it can be taken back.

        Raises UsageError (empty, too long, an open blank, files it cannot carry), Rejected (the channel is closed for them) and Conflict when the customer wrote meanwhile: take a
        new envelope, look, and send again.
        """
        refuse(text, blanks)
        words = self._words(envelope, text, files)
        if at is not None:
            at = planned.check(at, self._clock.now(), promises)
        door = reach.Door(closed=envelope.closed, closes=envelope.closes)
        refuse_closed(door, envelope.channel.name, at or self._clock.now())
        moment = self._moment(envelope)
        blobs: dict[str, bytes] = {}
        message = self._message(envelope, words, moment)
        message = replace(message, attachments=attach(files, blobs))
        wait = 0.0 if now else self._business.undo_seconds.get(envelope.channel.medium, 0.0)
        leaves = at or self._clock.now() + timedelta(seconds=wait)
        delivery = queued(message, leaves, planned_for=at, head=envelope.head, after=envelope.after)
        delivery = await self._promises.queue(message, delivery, envelope.head, promises, blobs)
        await self._timeline.said(envelope.customer_id, envelope.channel.name, words)
        return delivery

    def _moment(self, envelope: Envelope) -> datetime:
        """Now, but never before what it answers."""
        now = self._clock.now()
        return max(now, envelope.after + timedelta(milliseconds=1)) if envelope.after else now

    def _words(self, envelope: Envelope, text: str, files: Sequence[File]) -> str:
        words, can = text.strip("\n").rstrip(), envelope.channel.can
        words = signing.signed(words, envelope.signature, letter=can.subject)
        if not words.strip() and not files:
            raise UsageError(_("the reply is empty"), remedy=_("type some words first"))
        if can.max_length is not None and len(words) > can.max_length:
            over = len(words) - can.max_length
            raise UsageError(
                _("the reply is {over} characters too long for {channel}").format(
                    over=over, channel=envelope.channel.name
                ),
                remedy=_("shorten it"),
            )
        attaching.check([(item.name, len(item.data)) for item in files], envelope.channel)
        return words

    def _message(self, envelope: Envelope, text: str, moment: datetime) -> Message:
        return Message(
            id=self._clock.new_id(),
            address=envelope.journal,
            channel=envelope.channel.name,
            medium=envelope.channel.medium,
            direction=Direction.OUT,
            at=moment,
            author=envelope.channel.address or Address("channel", envelope.channel.name),
            author_name=self._business.agent,
            to=envelope.to,
            cc=envelope.cc,
            subject=envelope.subject,
            text=text,
            in_reply_to=envelope.threads[0] if envelope.threads else None,
            threads=envelope.threads,
            seen=True,
        )

    async def undo(self, message_id: str) -> Draft:
        """Take back a reply that has not left; its words are the draft again. Raises Conflict when it has left."""
        taken = await self._step(
            message_id,
            lambda d: d.state is DeliveryState.QUEUED or outbox.is_held(d),
            outbox.cancel,
            _("it has left already"),
            self._promises.back,
        )
        message = await self._store.get(Message, message_id)
        if message is None:
            raise Missing(_("there is no message {message_id}").format(message_id=message_id))
        card = await self._owner(message)
        info = self._channels.get(message.channel)
        kept = await self._timeline.draft(card.customer.id, note=False)
        signature = self._business.signatures.get(message.channel, "")
        typed = signing.unsigned(message.text, signature, letter=bool(info and info.can.subject))
        aside, blanks = (kept.aside, kept.blanks) if kept else ((), ())
        if kept is not None and kept.channel and kept.channel != message.channel:
            aside = (asides.of(kept), *aside)
            kept = None
        text = f"{typed}\n\n{kept.text}" if kept and kept.text != typed else typed
        draft = Draft(
            id=draft_id(card.customer.id, self._business.agent, note=False),
            address=card.customer.address,
            author=self._business.agent,
            text=text,
            at=self._clock.now(),
            channel=info.name if info else "",
            subject=message.subject,
            to=message.to,
            cc=message.cc,
            promises=taken.promises,
            attachments=(*message.attachments, *(kept.attachments if kept else ())),
            aside=tuple(one for one in aside if one.channel != message.channel),
            blanks=blanks,
        )
        blobs = {a.digest: await self._store.blob(message.address, a.digest) for a in message.attachments}
        await self._timeline.put_draft(draft, blobs)
        return draft

    async def _owner(self, message: Message) -> Card:
        customer = await self._store.resolve(message.address)
        return await self._timeline.card(customer or "")

    async def resend(self, message_id: str) -> Delivery:
        """Send a failed or unsure message again, or a planned one now, as the agent decided.

        Raises Conflict when it is none of these, Rejected when the channel takes no words for them any more.
        """
        kept = await self._store.get(Delivery, message_id)
        if kept is not None and is_plan(kept):
            return await self.plans.send_now(message_id)
        states = {DeliveryState.FAILED, DeliveryState.UNSURE}
        return await self._step(
            message_id,
            lambda d: d.state in states,
            outbox.repeat,
            _("it is neither failed nor unsure"),
            self._promises.again,
        )

    async def mark_sent(self, message_id: str) -> Delivery:
        """An unsure message did arrive, the agent says. Raises Conflict when it is not unsure."""
        return await self._step(
            message_id, lambda d: d.state is DeliveryState.UNSURE, outbox.arrived, _("it is not unsure")
        )

    async def _step(
        self,
        message_id: str,
        fits: Callable[[Delivery], bool],
        step: Callable[[Delivery, datetime], Delivery],
        otherwise: str,
        also: Callable[[Delivery], Awaitable[list[Record]]] | None = None,
    ) -> Delivery:
        for _round in range(TRIES):
            delivery = await self.plans.get(message_id)
            if not fits(delivery):
                raise Conflict(
                    _("this cannot be done any more: {otherwise}").format(otherwise=otherwise),
                    remedy=_("look at the message again"),
                )
            changed = partial(step, delivery)(self._clock.now())
            try:
                more = await also(changed) if also else []
                await self._store.write([changed, *more])
            except Conflict:
                continue
            return changed
        raise Conflict(_("the message is changing too fast"), remedy=_("try again"))


def _journal(card: Card, answered: Message | None, to: Sequence[Address]) -> Address:
    """Where the message is filed: with the address it goes to when that is the customer's, so that a split is exact."""
    known = {identity.address for identity in card.identities}
    for address in to:
        if address in known:
            return address
    return answered.address if answered else card.customer.address
