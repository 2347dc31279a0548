"""One channel's sender: takes what is due from the outbox, hands it to the channel, records what became of it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias, TypeVar

from agent_tui.core.channel import Channel, File, Outgoing
from agent_tui.core.clock import Clock
from agent_tui.core.errors import (
    ConfigError,
    Conflict,
    Missing,
    NeedsPerson,
    Rejected,
    Unavailable,
    Uncertain,
)
from agent_tui.core.language import N_, _, english
from agent_tui.core.model import Consent, Delivery, DeliveryState, Message, consent_id
from agent_tui.core.store import Head, Lease, Store
from agent_tui.services import outbox, planned
from agent_tui.services.caught_up import CaughtUp

_log = logging.getLogger(__name__)

UNSETTLED = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNSURE})
D = TypeVar("D", Delivery, Consent)
Step: TypeAlias = Callable[[Delivery, datetime], Delivery]
IDLE_SECONDS = 30.0  # a look at the outbox even when nobody woke us


@dataclass(slots=True)
class Sent:
    """What a sender did."""

    sent: int = 0
    failed: int = 0
    unsure: int = 0
    held: int = 0


class Sender:
    """Drains the outbox of one channel, under its lease. One at a time: order is kept."""

    def __init__(
        self, store: Store, channel: Channel, lease: Lease, clock: Clock, caught_up: CaughtUp | None = None
    ) -> None:
        self._store = store
        self._channel = channel
        self._lease = lease
        self._clock = clock
        self._caught_up = caught_up
        self.has_plans = False  # some message here depends on whether they write
        self._looks: dict[str, tuple[int, datetime]] = {}
        self._stopping = False
        self.tally = Sent()

    async def run(self, woken: asyncio.Event) -> None:
        """Drain when something is due, or when `woken` says that the outbox changed, until `stop`."""
        while not self._stopping:
            woken.clear()
            await self.drain()
            await self._rest(woken)

    def stop(self) -> None:
        """Finish the message in hand, and no other. The caller wakes `run`."""
        self._stopping = True

    async def _rest(self, woken: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(await self._pause()):
                await woken.wait()
        except TimeoutError:
            return

    async def _pause(self) -> float:
        """Seconds until the next delivery may leave or be looked for."""
        now = self._clock.now()
        moments = [m for d in await self._unsettled() if (m := self._when(d)) is not None]
        return min([IDLE_SECONDS, *(max(0.05, (m - now).total_seconds()) for m in moments)])

    def _when(self, delivery: Delivery) -> datetime | None:
        if delivery.state is DeliveryState.UNSURE and delivery.id in self._looks:
            return self._looks[delivery.id][1]
        barred = self._barred() if _depends(delivery) else None
        return max(delivery.not_before or barred, barred) if barred else delivery.not_before

    def _barred(self) -> datetime | None:
        """Until when no planned message may leave."""
        return self._caught_up.until() if self._caught_up is not None else None

    async def _unsettled(self) -> tuple[Delivery, ...]:
        found = await self._store.deliveries(UNSETTLED, channel=self._channel.name)
        self.has_plans = any(_depends(delivery) for delivery in found)
        return found

    async def drain(self) -> None:
        """Settle everything that is due now. Raises NeedsPerson; anything else is recorded with the message."""
        self._barred()
        for delivery in await self._unsettled():
            if self._stopping:
                return
            try:
                await self._attend(delivery)
            except Conflict as conflict:  # taken back, or the echo was faster: the next look sees it
                _log.info("delivery %s changed under us: %s", delivery.id, conflict.problem)

    async def _attend(self, delivery: Delivery) -> None:
        now = self._clock.now()
        if outbox.abandoned(delivery, self._lease):
            delivery = await self._put(
                outbox.unsure(delivery, now, reason=N_("the program ended while sending"))
            )
            self.tally.unsure += 1
            await self._look(delivery)
        elif delivery.state is DeliveryState.UNSURE:
            if (moment := self._when(delivery)) is None or moment <= now:
                await self._look(delivery)
        elif _depends(delivery):
            await self._send_unless(delivery, now)
        elif delivery.state is DeliveryState.QUEUED and outbox.due(delivery, now):
            await self._send(delivery)

    async def _send_unless(self, delivery: Delivery, now: datetime) -> None:
        """A planned message: held as soon as they have written; else sent when it is due."""
        look = await planned.look(self._store, delivery, now)
        if look.reason:
            await self._put(outbox.hold(delivery, now, reason=look.reason))
            self.tally.held += 1
        elif outbox.due(delivery, now) and self._barred() is None:
            await self._send(delivery, look.head)

    async def _put(self, document: D, head: Head | None = None) -> D:
        await self._store.write([document], lease=self._lease, head=head)
        return document

    async def _send(self, delivery: Delivery, head: Head | None = None) -> None:
        """`head`: what was known of them when this was decided; when more has come, it is decided anew."""
        claimed = outbox.claim(delivery, self._lease, self._clock.now())
        try:
            message = await self._outgoing(claimed)
        except Missing as error:  # its words or a file of it are gone: the others leave all the same
            await self._settle(delivery, partial(outbox.failed, reason=error.problem))
            return
        delivery = await self._put(claimed, head)
        step = await self._attempt(delivery, message)
        await self._settle(delivery, step)

    async def _attempt(self, delivery: Delivery, message: Outgoing) -> Step:
        """One attempt; gives what the delivery then becomes. Raises NeedsPerson, the message back in the queue."""
        try:
            receipt = await self._channel.send(message)
        except Unavailable as error:
            return partial(outbox.later, reason=error.problem, retry_after=error.retry_after)
        except Rejected as error:
            if error.withdrawn:
                await self._withdrawn(message, error)
            return partial(outbox.failed, reason=error.problem)
        except Uncertain as error:
            return partial(outbox.unsure, reason=error.problem)
        except (NeedsPerson, ConfigError) as error:
            await self._settle(delivery, partial(outbox.later, reason=error.problem))
            raise
        return partial(outbox.sent, receipt=receipt)

    async def _withdrawn(self, message: Outgoing, error: Rejected) -> None:
        """The provider says that they asked not to be written to: remembered, so that nobody tries again."""
        for address in message.to:
            key = consent_id(self._channel.name, address)
            kept = await self._store.get(Consent, key)
            if kept is None or kept.given:
                consent = Consent(
                    id=key,
                    address=address,
                    channel=self._channel.name,
                    at=self._clock.now(),
                    given=False,
                    rev=kept.rev + 1 if kept else 1,
                    why=english(error.problem),
                )
                await self._put(consent)

    async def _settle(self, delivery: Delivery, step: Step) -> None:
        """Record the outcome; the echo of the message may have said SENT before us."""
        settled = step(delivery, self._clock.now())
        try:
            await self._put(settled)
        except Conflict:
            newest = await self._store.get(Delivery, delivery.id)
            if newest is None or newest.state in UNSETTLED:
                raise
            settled = newest
        self._count(settled)

    def _count(self, delivery: Delivery) -> None:
        if delivery.state is DeliveryState.FAILED:
            self.tally.failed += 1
        elif delivery.state is DeliveryState.UNSURE:
            self.tally.unsure += 1
        elif delivery.state is not DeliveryState.QUEUED:
            self.tally.sent += 1

    async def _look(self, delivery: Delivery) -> None:
        """Did an unsure message leave after all?"""
        if self._channel.can.exactly_once:
            await self._put(outbox.repeat(delivery, self._clock.now()))
            return
        try:
            receipt = await self._channel.find(await self._outgoing(delivery))
        except (Uncertain, Unavailable) as error:
            self._postpone(delivery, error.problem)
            return
        self._looks.pop(delivery.id, None)
        now = self._clock.now()
        found = outbox.sent(delivery, now, receipt=receipt) if receipt else outbox.again(delivery, now)
        self.tally.unsure = max(0, self.tally.unsure - 1)
        self.tally.sent += receipt is not None
        await self._put(found)

    def _postpone(self, delivery: Delivery, why: str) -> None:
        looks, _other = self._looks.get(delivery.id, (0, None))
        self._looks[delivery.id] = (looks + 1, outbox.look_again(looks + 1, self._clock.now()))
        _log.info("delivery %s is still unsure: %s", delivery.id, why)

    async def _outgoing(self, delivery: Delivery) -> Outgoing:
        message = await self._store.get(Message, delivery.id)
        if message is None:
            raise Missing(
                _("the words of the outgoing message {delivery} are gone").format(delivery=delivery.id)
            )
        files = [
            File(name=a.name, media_type=a.media_type, data=await self._store.blob(message.address, a.digest))
            for a in message.attachments
        ]
        return Outgoing(
            key=message.id,
            at=max(message.at, delivery.planned or message.at),
            to=message.to,
            cc=message.cc,
            subject=message.subject,
            text=message.text,
            threads=message.threads,
            files=tuple(files),
        )


def _depends(delivery: Delivery) -> bool:
    """Does it leave only if they did not write?"""
    return delivery.state is DeliveryState.QUEUED and delivery.unless is not None
