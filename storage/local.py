"""The store on this machine: journals that are the truth, and a catalog derived of them. Several processes may use it.

This is the face of it: every call runs in one of four threads (one writes, two read, one looks after things) and comes
back with an answer or an error of `core.errors`. How a write is done tells `storage.writer`; what is where,
`storage.layout`. A catalog that turns out to be unusable is made anew, and the call repeated once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Cursor
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Damaged, StoreError
from agent_tui.core.language import _
from agent_tui.core.model import Card, Delivery, DeliveryState, Document, Position, Record
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
from storage import blobs as files
from storage import catalog_read, changes, health
from storage.catalog import Catalog, Catalogs
from storage.catalog_asked import answered, counted, happened
from storage.catalog_find import find
from storage.catalog_inbox import inbox, labels
from storage.catalog_search import search
from storage.catalog_tally import tally
from storage.filed import Filed, Misplaced
from storage.keeper import Keeper
from storage.lanes import Lane, Reader, patiently
from storage.layout import Layout
from storage.leases import Leases
from storage.locks import StoreLock
from storage.troubles import BrokenCatalog, translated
from storage.writer import Request, Writer

R = TypeVar("R", bound=Record)
D = TypeVar("D", bound=Document)
T = TypeVar("T")
POLL = 0.1
"""Seconds until another process's changes are looked for."""
PATIENCE = 30.0
"""Seconds until a write that has not begun is given up."""


class LocalStore(Store):
    """History and notes in a folder of this machine."""

    def __init__(self, data_dir: Path, *, clock: Clock, cache_dir: Path | None = None) -> None:
        """Opens nothing yet: the first call does. `cache_dir` must be on a local disk."""
        self._layout = Layout(data_dir, cache_dir)
        self._clock = clock
        self._lock = StoreLock(self._layout.lock)
        self._leases = Leases(self._layout, clock)
        self._catalogs = Catalogs(self._layout.cache, data_dir)
        self._filed = Filed(self._layout)
        self._writer = Writer(self._layout, self._lock, self._catalogs, self._leases)
        self._writing = Lane("store-writer")
        self._keeping = Lane("store-keeper")
        self._readers = [Reader(f"store-reader-{n}", self._catalogs) for n in (1, 2)]
        self._keeper = Keeper(self._layout, self._lock, self._catalogs)
        self._opening = asyncio.Lock()
        self._secret: bytes | None = None
        self._sweep: asyncio.Future[None] | None = None
        self._tidying: asyncio.Future[None] | None = None
        self._bell = asyncio.Event()
        self._closed = asyncio.Event()

    @classmethod
    async def open(cls, data_dir: Path, *, clock: Clock, cache_dir: Path | None = None) -> Self:
        """An opened store. Raises Damaged (written by a newer version, not a store), Full or StoreError."""
        store = cls(data_dir, clock=clock, cache_dir=cache_dir)
        try:
            await store._opened()
        except BaseException:
            await store.aclose()
            raise
        return store

    @property
    def secret(self) -> bytes:
        """32 random bytes."""
        if self._secret is None:
            with translated():
                self._secret = self._identify()
        return self._secret

    def _identify(self) -> bytes:
        self._layout.prepare()
        if self._layout.is_new():
            with self._lock.held():
                self._layout.establish(self._clock.new_id(), self._clock.now())
        return self._layout.identify()

    async def _opened(self) -> None:
        """Opens the store, once."""
        if self._closed.is_set():
            raise StoreError(_("the store is closed"))
        async with self._opening:
            if self._sweep is None:
                await self._writing.run(self._begin)
                self._sweep = self._keeping.start(self._look)

    def _begin(self) -> None:
        self._secret = self._identify()
        self._writer.open()

    def _look(self) -> None:
        self._keeper.clear_away()
        if names := self._keeper.stale():
            self._writing.post(partial(self._writer.catch_up, names)).result()

    # -- writing

    async def write(
        self,
        records: Sequence[Record],
        *,
        blobs: Mapping[str, bytes] | None = None,
        cursor: CursorUpdate | None = None,
        lease: Lease | None = None,
        head: Head | None = None,
    ) -> tuple[Written, ...]:
        """Keeps everything, durably, or raises and keeps nothing."""
        request = Request(records=records, blobs=blobs or {}, cursor=cursor, lease=lease, head=head)
        await self._opened()
        try:
            written = await self._write(request)
        except BrokenCatalog:
            await self._writing.run(self._writer.renew)
            written = await self._write(request)
        self._ring()
        if self._writer.is_untidy:
            self._tidying = self._writing.start(self._writer.tidy)
        return written

    async def _write(self, request: Request) -> tuple[Written, ...]:
        return await patiently(self._writing, partial(self._writer.write, request), PATIENCE)

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()

    # -- reading

    async def _ask(self, question: Callable[[Catalog], T]) -> T:
        await self._opened()
        try:
            return await self._reader().ask(question)
        except BrokenCatalog:
            await self._writing.run(self._writer.renew)
        except Misplaced as error:
            await self._writing.run(partial(self._writer.catch_up, [error.journal]))
        try:
            return await self._reader().ask(question)
        except BrokenCatalog as error:
            raise Damaged(
                _("the catalog cannot be used: {error}").format(error=error), remedy=_("run reindex")
            ) from error

    def _reader(self) -> Reader:
        return min(self._readers, key=lambda reader: reader.lane.waiting)

    async def get(self, kind: type[R], key: str, /) -> R | None:
        """The newest version of one record."""
        return await self._ask(lambda catalog: catalog_read.get(catalog, self._filed, kind, key))

    async def every(self, kind: type[D], /) -> tuple[D, ...]:
        """Every document of one kind, by id."""
        return await self._ask(lambda catalog: catalog_read.every(catalog, kind))

    async def claims(
        self, *, of: str | None = None, addresses: Collection[Address] = ()
    ) -> tuple[Claimed, ...]:
        """What one customer claims, and who claims these addresses."""
        return await self._ask(lambda catalog: catalog_read.claims(catalog, of, addresses))

    async def known(self, channel: str, external_ids: Collection[str]) -> Mapping[str, Known]:
        """Which are filed, as messages or as what a provider calls one of ours."""
        return await self._ask(lambda catalog: catalog_read.known(catalog, channel, external_ids))

    async def resolve(self, address: Address) -> str | None:
        """Whose the address is now."""
        return await self._ask(lambda catalog: catalog_read.resolve(catalog, address))

    async def card(self, customer_id: str, now: datetime) -> Card | None:
        """The customer, or the head of a joined one."""
        return await self._ask(lambda c: catalog_read.card(c, self._filed, customer_id, now))

    async def page(self, customer_id: str, *, before: Position | None = None, limit: int = 50) -> Page:
        """The newest entries, over all the customer's addresses."""
        return await self._ask(
            lambda catalog: catalog_read.page(catalog, self._filed, customer_id, before, limit)
        )

    async def inbox(self, view: View, now: datetime, *, offset: int = 0, limit: int = 50) -> InboxPage:
        """Customers of a view, most urgent first."""
        return await self._ask(lambda catalog: inbox(catalog, view, now, offset, limit))

    async def labels(self) -> Labels:
        """Every tag and every agent a customer has."""
        return await self._ask(labels)

    async def find(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        """Customers by name or address."""
        return await self._ask(lambda catalog: find(catalog, text, limit))

    async def search(self, query: Query, now: datetime, *, limit: int = 50) -> tuple[Hit, ...]:
        """Customers that match, then messages and notes; each newest first."""
        return await self._ask(lambda catalog: search(catalog, self._filed, query, now, limit))

    async def counted(self, words: Collection[str], *, most: int) -> Mapping[str, int]:
        """In how many messages and notes each word stands."""
        return await self._ask(lambda catalog: counted(catalog, words, most))

    async def answered(
        self, words: Collection[str], *, least: int = 1, limit: int = 50
    ) -> tuple[Answered, ...]:
        """What was asked with these words and answered, newest first."""
        return await self._ask(lambda catalog: answered(catalog, self._filed, words, least, limit))

    async def happened(self, customer_id: str, kinds: Collection[str]) -> Mapping[str, int]:
        """How often each kind of activity is on record."""
        return await self._ask(lambda catalog: happened(catalog, customer_id, kinds))

    async def tally(self, since: datetime, until: datetime, *, texts: int = 0) -> Tally:
        """What happened in a stretch of time, counted."""
        return await self._ask(lambda catalog: tally(catalog, self._filed, since, until, texts))

    async def deliveries(
        self,
        states: Collection[DeliveryState],
        *,
        channel: str | None = None,
        limit: int = 1000,
    ) -> tuple[Delivery, ...]:
        """Deliveries in these states; one without `not_before` leaves at its `at`."""
        return await self._ask(lambda c: catalog_read.deliveries(c, states, channel, limit))

    async def cursor(self, channel: str) -> Cursor | None:
        """Where the channel can resume."""
        return await self._ask(lambda catalog: catalog_read.cursor(catalog, channel))

    async def blob(self, address: Address, digest: str) -> bytes:
        """A kept file's bytes. Raises Missing."""
        await self._opened()
        return await self._reader().lane.run(lambda: files.read(self._layout, address, digest))

    # -- changes, leases

    async def token(self) -> Token:
        """The present end of the stream of changes."""
        return await self._ask(changes.token)

    async def changes(self, since: Token) -> AsyncIterator[tuple[Change, ...]]:
        """What changed after `since`, by any process; ends when this handle is closed."""
        while not self._closed.is_set():
            bell = self._bell
            if found := await self._ask(partial(changes.after, since=since)):
                since = found[-1].token
                yield found
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await bell.wait()

    async def lease(self, what: str, owner: str) -> Lease | None:
        """A new grant for whoever has it already; None while another process, handle or owner has it."""
        await self._opened()
        return await self._keeping.run(lambda: self._leases.grant(what, owner))

    async def release(self, lease: Lease) -> None:
        """Gives it back, if it is still this grant."""
        if not self._closed.is_set():
            await self._keeping.run(lambda: self._leases.release(lease))

    # -- looking after it

    async def check(self) -> Report:
        """Counts, and what a person should know, after files and catalog were compared."""
        await self._opened()
        if self._sweep is not None:
            with suppress(BrokenCatalog):  # the question itself will find out, and mend it
                await asyncio.shield(self._sweep)
        return await self._ask(lambda catalog: health.report(self._layout, catalog))

    async def rebuild(self) -> Report:
        """Makes the catalog anew from the journals; others go on meanwhile, and then look at everything again."""
        await self._opened()
        try:
            await self._keeping.run(self._keeper.rebuild)
        except BrokenCatalog as error:
            raise Damaged(_("the catalog cannot be made: {error}").format(error=error)) from error
        self._ring()
        return await self.check()

    async def aclose(self) -> None:
        """Gives back leases, ends streams of changes, closes every file and thread. May be called twice."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._ring()
        await self._keeping.run(self._leases.close)
        for reader in self._readers:
            await reader.lane.run(partial(self._close_under_lock, reader.close))
        await self._writing.run(partial(self._close_under_lock, self._writer.close_catalog))
        for lane in (self._keeping, self._writing, *(reader.lane for reader in self._readers)):
            lane.close()
        self._lock.close()

    def _close_under_lock(self, close: Callable[[], None]) -> None:
        if self._layout.lock.exists():  # else nothing was ever opened
            with self._lock.held():
                close()
