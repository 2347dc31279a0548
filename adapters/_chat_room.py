"""The room: everything the parts of one chat server share, and who is in it at this moment.

What is durable is in the queue; here is only who listens, who types and who is there. A listener is told *that*
something is new and reads what is: so nothing is missed, doubled or out of order, whatever happened in between.
"""

import asyncio
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from adapters import _chat_files as files
from adapters import _chat_queue as queue
from adapters import _chat_visitors as visitors
from adapters._chat_config import Config
from adapters._chat_db import Database
from adapters._chat_limits import Meter
from adapters._chat_wire import Typing
from agent_tui.core.errors import Full

K = TypeVar("K")
AWAY_AFTER = 60.0  # seconds without a terminal that asks
HOUSEKEEPING = 60.0  # seconds between two looks at what is old
UNUSED_FILES = 3600  # seconds a file waits for its message
UPLOADS = 16  # files that are received at once: each is in memory
TYPISTS = 1000  # news about typing that wait for the terminal


class Listener(Protocol):
    """A connection of a visitor, as the room knows it."""

    def known_as(self, visitor: str) -> None:
        """Who it is, now that something was said with its token."""

    def news(self) -> None:
        """There are new lines, or the state is another."""

    def typing(self, on: bool) -> None:
        """The agent is typing, or has stopped."""


class Room:
    """One chat server's present."""

    def __init__(
        self, config: Config, now: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.config = config
        self.db = Database(config.folder)
        self.meter = Meter(config.limits, monotonic)
        self.closing = False
        self.full = False
        self.uploads = asyncio.Semaphore(UPLOADS)
        self.acknowledged = 0  # up to here the terminal has everything
        self._now = now
        self._monotonic = monotonic
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._everybody: set[Listener] = set()
        self._unknown: dict[bytes, set[Listener]] = defaultdict(set)  # by token, until it is somebody's
        self._bells: set[asyncio.Event] = set()
        self._asked = float("-inf")
        self._typists: dict[tuple[str, str], bool] = {}
        self._connections: Counter[str] = Counter()
        self._there = False

    def now(self) -> int:
        """Unix milliseconds."""
        return int(self._now().timestamp() * 1000)

    # Visitors

    @contextmanager
    def connection(self, network: str) -> Iterator[bool]:
        """Count a connection while it lasts; False: it is one too many, and is not counted."""
        limits = self.config.limits
        fits = (
            self._connections[network] < limits.address_connections
            and self._connections.total() < limits.connections
        )
        if fits:
            self._connections[network] += 1
        try:
            yield fits
        finally:
            if fits:
                self._connections[network] -= 1
                if not self._connections[network]:
                    del self._connections[network]

    def enter(self, listener: Listener, token: bytes) -> None:
        """Somebody is here; who it is may not be known yet."""
        self._everybody.add(listener)
        self._unknown[token].add(listener)

    def known(self, token: bytes, visitor: str) -> None:
        """A token is this visitor's: all its listeners want to know what is new with them."""
        for listener in self._unknown.pop(token, ()):
            self._listeners[visitor].add(listener)
            listener.known_as(visitor)

    def exit(self, listener: Listener, token: bytes, visitor: str | None) -> None:
        """It wants nothing any more."""
        self._everybody.discard(listener)
        _drop(self._unknown, token, listener)
        if visitor is not None:
            _drop(self._listeners, visitor, listener)

    def tell(self, *names: str) -> None:
        """Something is new with these visitors."""
        for name in names:
            for listener in tuple(self._listeners.get(name, ())):
                listener.news()

    def agent_types(self, visitor: str, *, on: bool) -> None:
        """The agent is typing to a visitor, or has stopped."""
        for listener in tuple(self._listeners.get(visitor, ())):
            listener.typing(on)

    # The terminal

    @contextmanager
    def bell(self) -> Iterator[asyncio.Event]:
        """Rung when there is something new for the terminal."""
        bell = asyncio.Event()
        self._bells.add(bell)
        self._asked = self._monotonic()
        self._look()
        try:
            yield bell
        finally:
            self._bells.discard(bell)
            self._asked = self._monotonic()

    def ring(self) -> None:
        """Something is new for the terminal."""
        for bell in self._bells:
            bell.set()

    async def acknowledge(self, seq: int) -> None:
        """The terminal has kept everything up to `seq`; the visitors whose words it had not before are told."""
        before, self.acknowledged = self.acknowledged, seq
        if seq != before:
            self.db.later(partial(queue.acknowledge, seq=seq))
            self.tell(*await self.db.read(partial(queue.speakers, after=before, upto=seq)))

    def visitor_types(self, site: str, visitor: str, *, on: bool) -> None:
        """A visitor is typing, or has stopped: told to the terminal once, and forgotten."""
        if self._asks() and len(self._typists) < TYPISTS:
            self._typists[site, visitor] = on
            self.ring()

    def typists(self) -> tuple[Typing, ...]:
        """Who began or stopped typing since this was asked last."""
        found = tuple(Typing(*who, on) for who, on in self._typists.items())
        self._typists.clear()
        return found

    def there(self) -> bool:
        """Whether somebody is there to answer: a terminal that asks, within the opening hours."""
        return self._asks() and self.config.hours.open(self._now())

    def _asks(self) -> bool:
        """Whether a terminal asks what is new, from time to time."""
        return bool(self._bells) or self._monotonic() - self._asked < AWAY_AFTER

    # Time passes

    async def begin(self) -> None:
        """Go on where the last one ended."""
        self.acknowledged = await self.db.read(queue.acknowledged)

    async def keep_house(self) -> None:
        """Forget what is old, for ever; notice who comes and goes."""
        while True:
            with suppress(Full):  # the file says so in the log, and to whoever writes
                await self._clear()
            ends = self._monotonic() + HOUSEKEEPING
            while self._monotonic() < ends:
                self._look()
                await asyncio.sleep(1)

    async def _clear(self) -> None:
        now = self.now()
        await self.db.do(partial(visitors.expire, before=now - self.config.keep_days * 86_400_000))
        await self.db.do(partial(files.drop_unused, before=now - UNUSED_FILES * 1000))
        self.full = await self.db.read(size) > self.config.most_bytes

    def _look(self) -> None:
        if self.there() != self._there:
            self._there = not self._there
            self._wake(self._everybody)

    def close(self) -> None:
        """Everybody is told to hang up."""
        self.closing = True
        self._wake(self._everybody)
        self.ring()

    @staticmethod
    def _wake(listeners: Iterable[Listener]) -> None:
        for listener in tuple(listeners):
            listener.news()


def _drop(among: dict[K, set[Listener]], key: K, listener: Listener) -> None:
    """Take a listener from a set, and the set away when it is empty."""
    if key in among:
        among[key].discard(listener)
        if not among[key]:
            del among[key]


def size(db: sqlite3.Connection) -> int:
    """Bytes of the server's file that hold something."""
    pages, free, each = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * each)
