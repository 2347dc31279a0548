"""A store in memory: the port with dictionaries, for tests, the demo's rehearsals, and as the meaning of the others.

Everything is computed anew from the records when it is asked, by the definitions of `storage._rows` and
`storage._match`, which every other store is compared with. Use from one event loop; nothing outlives the process.

A customer nobody wrote a document for has `rev` 0 and is named by the address; so has an identity that goes without
saying. An address belongs to exactly the customer its Identity names; an id that has lost all addresses stands for
the customer who has the address it was born with. A change of an Identity is a change of both customers.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Cursor
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Missing
from agent_tui.core.language import _
from agent_tui.core.model import (
    Card,
    Delivery,
    DeliveryState,
    Document,
    Message,
    Position,
    Record,
)
from agent_tui.core.query import Query
from agent_tui.core.store import (
    Answered,
    Change,
    Claimed,
    CursorUpdate,
    Found,
    Head,
    Hit,
    InboxPage,
    Known,
    Labels,
    Lease,
    Page,
    Report,
    Store,
    Token,
    View,
    Written,
)
from agent_tui.core.tally import Tally
from storage import _asked, _search, _tally
from storage._feed import Feed
from storage._rows import card, claim_order, in_view, labels, row, urgency
from storage._shelf import Shelf
from storage.blobs import named

R = TypeVar("R", bound=Record)
D = TypeVar("D", bound=Document)


class MemoryStore(Store):
    """History and notes, for as long as the process lives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shelf = Shelf()
        self._feed = Feed()
        self._closed = asyncio.Event()

    def sibling(self) -> Self:
        """A second handle on the same memory, as another process would have it."""
        other = type(self)(self._clock)
        other._shelf, other._feed = self._shelf, self._feed
        return other

    @property
    def secret(self) -> bytes:
        """32 random bytes."""
        return self._shelf.secret

    async def write(
        self,
        records: Sequence[Record],
        *,
        blobs: Mapping[str, bytes] | None = None,
        cursor: CursorUpdate | None = None,
        lease: Lease | None = None,
        head: Head | None = None,
    ) -> tuple[Written, ...]:
        """Keeps everything, or raises Conflict and keeps nothing."""
        if lease:
            self._shelf.check_lease(lease)
        if head:
            self._shelf.check_head(head)
        written = self._shelf.plan(records)
        for record, outcome in zip(records, written, strict=True):
            if outcome.duplicate_of is None:
                self._keep(record, blobs or {})
        if cursor:
            self._shelf.cursors[cursor.channel] = cursor.cursor
        self._feed.ring()
        return tuple(written)

    def _keep(self, record: Record, blobs: Mapping[str, bytes]) -> None:
        for digest in named(record):
            if digest in blobs:
                self._shelf.blobs[record.address, digest] = bytes(blobs[digest])
        for customer in sorted(self._shelf.keep(record)):
            self._feed.add(customer, type(record).__name__.lower(), record.id)

    async def get(self, kind: type[R], key: str, /) -> R | None:
        """The newest version of one record."""
        record = self._shelf.get(kind, key)
        return record if isinstance(record, kind) else None

    async def every(self, kind: type[D], /) -> tuple[D, ...]:
        """Every document of one kind, by id."""
        return self._shelf.every(kind)

    async def claims(
        self, *, of: str | None = None, addresses: Collection[Address] = ()
    ) -> tuple[Claimed, ...]:
        """What one customer claims, and who claims these addresses."""
        return tuple(sorted(self._shelf.claims(of, addresses), key=claim_order))

    async def known(self, channel: str, external_ids: Collection[str]) -> Mapping[str, Known]:
        """Which are filed, as messages or as what a provider calls one of ours."""
        found = ((name, self._shelf.external.get((channel, name))) for name in set(external_ids))
        return {name: self._known(key) for name, key in found if key is not None}

    def _known(self, key: str) -> Known:
        message = self._shelf.facts.get(key)
        if isinstance(message, Message):
            return Known(id=key, address=message.address, fingerprint=message.fingerprint)
        delivery = self._shelf.documents[Delivery, key]
        return Known(id=key, address=delivery.address, fingerprint="")

    async def resolve(self, address: Address) -> str | None:
        """Whose the address is now."""
        return self._shelf.owners.get(address)

    async def card(self, customer_id: str, now: datetime) -> Card | None:
        """The customer, or the head of a joined one."""
        group = self._shelf.group(customer_id)
        return card(group, now) if group else None

    async def page(self, customer_id: str, *, before: Position | None = None, limit: int = 50) -> Page:
        """The newest entries, over all the customer's addresses."""
        group = self._shelf.group(customer_id)
        entries = group.entries if group else ()
        rest = [entry for entry in entries if before is None or entry.position < before]
        start = max(0, len(rest) - max(0, limit))
        return Page(entries=tuple(rest[start:]), older=start > 0)

    async def inbox(self, view: View, now: datetime, *, offset: int = 0, limit: int = 50) -> InboxPage:
        """Customers of a view, most urgent first."""
        rows = [row(group, now) for group in self._shelf.groups()]
        shown = sorted((row for row in rows if in_view(row, view)), key=lambda row: urgency(row, now))
        start = max(0, offset)
        return InboxPage(rows=tuple(shown[start : start + max(0, limit)]), total=len(shown))

    async def labels(self) -> Labels:
        """Every tag and every agent a customer has."""
        return labels(group.customer for group in self._shelf.groups())

    async def find(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        """Customers by name or address."""
        return _search.find(self._shelf.groups(), text)[: max(0, limit)]

    async def search(self, query: Query, now: datetime, *, limit: int = 50) -> tuple[Hit, ...]:
        """Customers that match, then messages and notes; each newest first."""
        hits = _search.search(self._shelf.groups(), self._shelf.fields, query, now)
        return hits[: max(0, limit)]

    async def counted(self, words: Collection[str], *, most: int) -> Mapping[str, int]:
        """In how many messages and notes each word stands."""
        return _asked.counted(self._shelf.groups(), self._shelf.fields, words, most)

    async def answered(
        self, words: Collection[str], *, least: int = 1, limit: int = 50
    ) -> tuple[Answered, ...]:
        """What was asked with these words and answered, newest first."""
        return _asked.answered(self._shelf.groups(), self._shelf.fields, words, least, limit)

    async def happened(self, customer_id: str, kinds: Collection[str]) -> Mapping[str, int]:
        """How often each kind of activity is on record."""
        return _asked.happened(self._shelf.group(customer_id), kinds)

    async def tally(self, since: datetime, until: datetime, *, texts: int = 0) -> Tally:
        """What happened in a stretch of time, counted."""
        return _tally.tally(self._shelf.groups(), since, until, texts)

    async def deliveries(
        self,
        states: Collection[DeliveryState],
        *,
        channel: str | None = None,
        limit: int = 1000,
    ) -> tuple[Delivery, ...]:
        """Deliveries in these states; one without `not_before` leaves at its `at`."""
        every = (d for d in self._shelf.documents.values() if isinstance(d, Delivery))
        wanted = [d for d in every if d.state in states and channel in (None, d.channel)]
        wanted.sort(key=lambda d: (d.not_before or d.at, d.id))
        return tuple(wanted[: max(0, limit)])

    async def cursor(self, channel: str) -> Cursor | None:
        """Where the channel can resume."""
        return self._shelf.cursors.get(channel)

    async def blob(self, address: Address, digest: str) -> bytes:
        """A kept file's bytes. Raises Missing."""
        try:
            return self._shelf.blobs[address, digest]
        except KeyError:
            raise Missing(
                _("the file {digest!r} is not kept for {address}").format(digest=digest[:64], address=address)
            ) from None

    async def token(self) -> Token:
        """The present end of the stream of changes."""
        return self._feed.token()

    def changes(self, since: Token) -> AsyncIterator[tuple[Change, ...]]:
        """What changed after `since`, by any handle; ends when this one is closed."""
        return self._feed.since(since, self._closed)

    async def lease(self, what: str, owner: str) -> Lease | None:
        """A new grant for whoever has it already; None while another handle or another owner has it."""
        held = self._shelf.leases.get(what)
        if held and (held[1] is not self or held[0].owner != owner):
            return None
        lease = Lease(what=what, owner=owner, token=self._clock.new_id())
        self._shelf.leases[what] = (lease, self)
        return lease

    async def release(self, lease: Lease) -> None:
        """Gives it back, if it is still this grant."""
        held = self._shelf.leases.get(lease.what)
        if held and held[0].token == lease.token:
            del self._shelf.leases[lease.what]

    async def check(self) -> Report:
        """Counts; nothing can be wrong here."""
        messages = sum(isinstance(fact, Message) for fact in self._shelf.facts.values())
        return Report(customers=len(self._shelf.groups()), messages=messages)

    async def rebuild(self) -> Report:
        """Groups everything anew; readers of changes look at everything again."""
        self._shelf.regroup()
        self._feed.renew()
        return await self.check()

    async def aclose(self) -> None:
        """Gives back this handle's leases and ends its streams of changes."""
        leases = self._shelf.leases
        self._shelf.leases = {what: held for what, held in leases.items() if held[1] is not self}
        self._closed.set()
        self._feed.ring()
