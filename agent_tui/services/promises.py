"""Promises: begun with a message or without, kept by an answer, broken by the clock, put back with what is taken back.

What a customer's record becomes is decided by plain functions; `Promises` writes it. An answer that is queued keeps the
promise in the same write; the clock is looked at by whoever hosts the channels. Each outcome is an activity with an id
that follows from what it is about, so that two processes that see the same write it once.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from agent_tui.core.clock import Clock
from agent_tui.core.errors import AgentTuiError, Conflict, Missing
from agent_tui.core.language import N_, _, english, many
from agent_tui.core.model import (
    Activity,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Entry,
    Message,
    Position,
    Record,
)
from agent_tui.core.standing import VOID
from agent_tui.core.store import Head, Store, View
from agent_tui.services.outbox import is_planned

KEPT, BROKEN = "promise.kept", "promise.broken"
REOPENED = "promise.reopened"  # one that was kept stands again
WITHDRAWN = "promise.withdrawn"  # any other change of a promise that is taken back
TRIES = 5
PAGE = 50  # customers, or entries, looked at in one go

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of what a customer was promised so far; `open`: promises that still stand, at most one."""

    kept: int = 0
    broken: int = 0
    open: int = 0

    @property
    def words(self) -> str:
        """``5 kept, 1 broken``; empty when nothing ever came of one."""
        kept = [many("{n} kept", "{n} kept", self.kept)] if self.kept else []
        return ", ".join([*kept, *([many("{n} broken", "{n} broken", self.broken)] if self.broken else [])])


async def outcomes(store: Store, customer: Customer, now: datetime) -> Outcomes:
    """Counted from what is on record: an answer that was taken back has kept nothing, and the clock breaks a promise
    whether or not anybody has noticed yet."""
    counted = await store.happened(customer.id, (KEPT, BROKEN, REOPENED))
    by = customer.promised_by
    noticed = by is None or by > now or await store.get(Activity, broken(customer, by).id) is not None
    return Outcomes(
        kept=max(0, counted[KEPT] - counted[REOPENED]),
        broken=counted[BROKEN] + (not noticed),
        open=int(by is not None and by > now),
    )


def begun(customer: Customer, by: datetime, at: Position) -> Customer:
    """They will hear from us by then; whatever we say after `at` keeps it."""
    return replace(customer, promised_by=by, promised_at=at)


def cleared(customer: Customer) -> Customer:
    """Nothing is promised any more."""
    return replace(customer, promised_by=None, promised_at=None)


def outcome(customer: Customer, key: str, at: datetime, agent: str | None) -> Activity | None:
    """What became of a promise that is answered at a moment; None when there was none."""
    by = customer.promised_by
    if by is None:
        return None
    if by <= at:
        return broken(customer, by)
    return _activity(customer, KEPT, key, at, N_("the promised answer is on its way"), agent)


def broken(customer: Customer, by: datetime) -> Activity:
    """The moment came without an answer: the same record, whoever notices and however often."""
    text = _("the promised answer did not come by {by:%Y-%m-%d %H:%M} UTC").format(by=by)
    return _activity(customer, BROKEN, f"{customer.id}\0{by.isoformat()}", by, text, None)


def carried(delivery: Delivery, customer: Customer, by: datetime | None) -> Delivery:
    """The delivery of a message, which remembers what it does to a promise."""
    if by is None and (customer.promised_by is None or _comes_late(delivery, customer.promised_by)):
        return delivery
    was, since = customer.promised_by, customer.promised_at
    return replace(delivery, promises=by, promised=was, promised_at=since)


def _comes_late(delivery: Delivery, promised: datetime) -> bool:
    return delivery.planned is not None and delivery.planned > promised


def answered(customer: Customer, delivery: Delivery, agent: str) -> list[Record]:
    """What else is written when a message is queued: the promise it makes, or the one it keeps."""
    if delivery.promises is None and (delivery.promised is None or customer.promised_by != delivery.promised):
        return []
    after = cleared(customer)
    if delivery.promises is not None:
        after = begun(after, delivery.promises, Position(delivery.at, delivery.id))
    key = f"{delivery.id}\0{delivery.rev}"
    before = delivery.at - timedelta(milliseconds=1)  # what was said last stays last
    told = outcome(customer, key, before, agent)
    replaced = delivery.promises is not None and told is not None and told.kind == KEPT
    activities: list[Record] = [told] if told is not None and not replaced else []
    return [*_changed(customer, after), *activities]


def taken_back(customer: Customer, delivery: Delivery, now: datetime, agent: str | None) -> list[Record]:
    """What else is written when a message was taken back, or failed: the promise is as it was before."""
    if delivery.promises == delivery.promised or customer.promised_by != delivery.promises:
        return []
    after = replace(customer, promised_by=delivery.promised, promised_at=delivery.promised_at)
    text = N_("the promise stands again") if delivery.promised else N_("the promise was taken back")
    kept = delivery.promises is None and delivery.promised is not None and delivery.promised > delivery.at
    told = _activity(
        customer, REOPENED if kept else WITHDRAWN, f"{delivery.id}\0{delivery.attempts}", now, text, agent
    )
    return [*_changed(customer, after), told]


def answer(entries: Sequence[Entry], since: Position | None) -> Entry | None:
    """The first thing we said after a promise was made, on any way we can see."""
    if since is None:
        return None
    return next((entry for entry in entries if entry.position > since and _answers(entry)), None)


def _answers(entry: Entry) -> bool:
    """Is it an answer, and no planned one that is still here?"""
    fact, delivery = entry.fact, entry.delivery
    ours = isinstance(fact, Message) and fact.direction is Direction.OUT and not fact.automatic
    return ours and (delivery is None or not (delivery.state in VOID or is_planned(delivery)))


def _said_at(said: Entry) -> datetime:
    """When it was said: a planned one, when it left."""
    planned = said.delivery.planned if said.delivery else None
    return planned or said.fact.at


def _changed(before: Customer, after: Customer) -> list[Record]:
    return [replace(after, rev=before.rev + 1)] if after != before else []


def _activity(
    customer: Customer, kind: str, key: str, at: datetime, text: str, author: str | None
) -> Activity:
    made = "a-" + sha256(f"{kind}\0{key}".encode()).hexdigest()[:32]
    return Activity(id=made, address=customer.address, at=at, kind=kind, text=english(text), author=author)


class Promises:
    """Writes what becomes of promises."""

    def __init__(self, store: Store, clock: Clock, agent: str = "") -> None:
        self._store = store
        self._clock = clock
        self._agent = agent

    async def queue(
        self,
        message: Message,
        delivery: Delivery,
        head: Head,
        by: datetime | None,
        blobs: Mapping[str, bytes],
    ) -> Delivery:
        """Write a message that leaves, and in the same step the promise it makes or keeps."""
        for _round in range(TRIES):
            customer = await self._customer(head.customer_id)
            sent = carried(delivery, customer, by)
            more = answered(customer, sent, self._agent)
            try:
                await self._store.write([message, sent, *more], blobs=blobs, head=head)
            except Conflict:
                if not more or (await self._customer(head.customer_id)).rev == customer.rev:
                    raise  # it was not the customer's record that changed
                continue
            return sent
        raise Conflict(_("this customer is being changed elsewhere too"), remedy=_("try again"))

    async def back(self, delivery: Delivery) -> list[Record]:
        """What to write along with a delivery that was taken back."""
        customer = await self._owner(delivery)
        return taken_back(customer, delivery, self._clock.now(), self._agent) if customer else []

    async def again(self, delivery: Delivery) -> list[Record]:
        """What to write along with a delivery that is tried again."""
        customer = await self._owner(delivery)
        same = customer is not None and customer.promised_by == delivery.promised
        return answered(customer, delivery, self._agent) if customer is not None and same else []

    async def look(self) -> None:
        """Record what became of promises whose time has come, and of those whose message did not leave."""
        now = self._clock.now()
        for delivery in await self._store.deliveries({DeliveryState.FAILED}):
            if delivery.promises != delivery.promised:
                await self._careful(await self._failed(delivery, now))
        for customer_id in await self._due(now):
            await self._careful(await self._judge(customer_id, now))

    async def _failed(self, delivery: Delivery, now: datetime) -> list[Record]:
        customer = await self._owner(delivery)
        if customer is None:
            return []
        page = await self._store.page(customer.id, limit=PAGE)
        if delivery.promised is not None and answer(page.entries, delivery.promised_at):
            return []  # another answer was given since
        return await self._new(taken_back(customer, delivery, now, None))

    async def _due(self, now: datetime) -> list[str]:
        """Everybody whose promise has come; they stand before all others."""
        found: list[str] = []
        while True:
            page = await self._store.inbox(View(show="all"), now, offset=len(found), limit=PAGE)
            due = [row.customer_id for row in page.rows if row.promised_by and row.promised_by <= now]
            found += due
            if len(due) < PAGE:
                return found

    async def _judge(self, customer_id: str, now: datetime) -> list[Record]:
        customer = await self._customer(customer_id)
        by = customer.promised_by
        if by is None or by > now:
            return []
        page = await self._store.page(customer_id, limit=PAGE)
        said = answer(page.entries, customer.promised_at)
        if said is None:
            return await self._new([broken(customer, by)])
        told = outcome(customer, said.fact.id, _said_at(said), None)
        return [*_changed(customer, cleared(customer)), *([told] if told else [])]

    async def _new(self, records: list[Record]) -> list[Record]:
        """Nothing, when what happened is on record already."""
        for record in records:
            if isinstance(record, Activity) and await self._store.get(Activity, record.id) is not None:
                return []
        return records

    async def _careful(self, records: list[Record]) -> None:
        try:
            if records:
                await self._store.write(records)
        except AgentTuiError as error:
            _log.info("a promise is looked at again later: %s", error.problem)

    async def _customer(self, customer_id: str) -> Customer:
        card = await self._store.card(customer_id, self._clock.now())
        if card is None:
            raise Missing(_("there is no customer {customer_id}").format(customer_id=customer_id))
        return card.customer

    async def _owner(self, delivery: Delivery) -> Customer | None:
        if delivery.promises == delivery.promised:
            return None
        owner = await self._store.resolve(delivery.address)
        return await self._customer(owner) if owner else None
