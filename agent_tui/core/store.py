"""The port to our own files: one way to write, a handful of ways to read.

Documents are the truth; everything a reader asks is answered from what is derived of them. No query language, row
number or file name crosses this line, so that another database can stand behind it. Calls may block or fail: they
are made off the screen's thread of thought, and raise only errors of `core.errors`.

What goes without saying: a customer or identity nobody wrote has `rev` 0, is named by the address, and is first seen at
the earliest moment ever written. An address belongs to exactly the customer its Identity names; an id that has lost all
addresses stands for the owner of the address it was born with. An Identity that moves an address is news of both
customers. The same owner is granted a lease anew; another owner is not.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, TypeVar

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Cursor
from agent_tui.core.model import (
    Card,
    Claim,
    Delivery,
    DeliveryState,
    Document,
    Entry,
    InboxRow,
    Medium,
    Message,
    Position,
    Record,
)
from agent_tui.core.query import Query
from agent_tui.core.tally import Tally

R = TypeVar("R", bound=Record)
D = TypeVar("D", bound=Document)
Token: TypeAlias = str
"""A place in the stream of changes. Opaque."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of one process to host one channel. Ends when given back, or when its process ends."""

    what: str
    owner: str
    token: str  # new with each grant; a write under an older one is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorUpdate:
    """Where a channel can resume, written after the records of the same call are durable."""

    channel: str
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the writer last saw of a customer: the id of the newest message that came in (None: none had)."""

    customer_id: str
    message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one record: `duplicate_of` names the record that was there before, and nothing was written."""

    id: str
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message that is already filed under an external id."""

    id: str
    address: Address
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A claim, and whose message makes it."""

    customer_id: str
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which customers a list shows, and nothing about their order: the most urgent are always first.

    Order: broken promises first, those who wait before the others; then customers who wait, by waiting time ×
    importance × severity × effort (`standing.weight`), longest first; then the rest, newest message first; last, by
    customer id.

    "quiet": good customers (`standing.GOOD`) who neither wait nor are snoozed, and with whom nothing was said after
    `silent_since`.
    """

    show: Literal["waiting", "open", "snoozed", "done", "all", "quiet"] = "waiting"
    assigned_to: str | None = None  # an agent's name; "" for nobody's
    channel: str | None = None  # the channel of the last message
    tag: str | None = None
    unsent: bool = False  # only who has a message of ours that failed, or of which nobody is sure
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The tags and agents there are, each with how many customers have it."""

    tags: Mapping[str, int]
    agents: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Some rows of a list, and how many there are in all."""

    rows: tuple[InboxRow, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries of a timeline, oldest first; `older`: there are more before them."""

    entries: tuple[Entry, ...]
    older: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A customer whose name or address matches what was asked."""

    customer_id: str
    name: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing a search found. `entry_id` is None when the customer itself is what matches."""

    customer_id: str
    name: str
    entry_id: str | None
    type: Literal["message", "note", "activity", "customer"]
    at: datetime
    medium: Medium | None
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Something that was asked, by whom, and what we answered to it."""

    customer_id: str
    name: str
    question: Message
    answer: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something of a customer's is new or different; the reader looks again. `reset`: look at everything again."""

    token: Token
    customer_id: str
    kind: str  # the record's class in lower case: message, delivery, customer …
    id: str
    reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The store's health: empty `problems` means all is well."""

    customers: int
    messages: int
    problems: tuple[str, ...] = ()


class Store(Protocol):
    """The history and notes of one business."""

    @property
    def secret(self) -> bytes:
        """32 random bytes made with the store and kept in it: for keyed ids."""
        ...

    async def write(
        self,
        records: Sequence[Record],
        *,
        blobs: Mapping[str, bytes] | None = None,
        cursor: CursorUpdate | None = None,
        lease: Lease | None = None,
        head: Head | None = None,
    ) -> tuple[Written, ...]:
        """Keep `records`, in their order, and make them visible. Durable when it returns.

        A fact whose id, or whose (channel, external id), is known is a duplicate: skipped, and said so. A document
        is kept when its `rev` is one more than the kept one's (1 for a new one). `blobs` maps digests the records
        name to bytes; they are durable before the records are. The cursor is written last.

        Everything or nothing for each journal; across journals every prefix is valid. Raises Conflict (a stale
        `rev`, `head` or `lease`: nothing was written), Busy, Full.
        """
        ...

    async def get(self, kind: type[R], record_id: str, /) -> R | None:
        """The newest version of one record."""
        ...

    async def every(self, kind: type[D], /) -> tuple[D, ...]:
        """The newest version of every document of one kind, by id. Of kinds of which there are few."""
        ...

    async def known(self, channel: str, external_ids: Collection[str]) -> Mapping[str, Known]:
        """Which of these external ids are filed, and as what."""
        ...

    async def claims(
        self, *, of: str | None = None, addresses: Collection[Address] = ()
    ) -> tuple[Claimed, ...]:
        """What the messages of one customer claim, and whoever claims one of these addresses; each once."""
        ...

    async def resolve(self, address: Address) -> str | None:
        """The id of the customer an address belongs to now; None when it was never seen."""
        ...

    async def card(self, customer_id: str, now: datetime) -> Card | None:
        """A customer with all that follows from the history; the head of a joined one for any of its ids."""
        ...

    async def page(self, customer_id: str, *, before: Position | None = None, limit: int = 50) -> Page:
        """The newest `limit` entries before a position (or of all), oldest first. Canceled messages are left out."""
        ...

    async def inbox(self, view: View, now: datetime, *, offset: int = 0, limit: int = 50) -> InboxPage:
        """Customers of a view, most urgent first."""
        ...

    async def labels(self) -> Labels:
        """Every tag and every agent a customer has."""
        ...

    async def find(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        """Customers by name or address: exact ones first, then those with a word that begins so."""
        ...

    async def search(self, query: Query, now: datetime, *, limit: int = 50) -> tuple[Hit, ...]:
        """Customers that match, then messages and notes, each newest first; activities are not searched.

        ``is:unread`` means messages not read yet, and customers who have some.
        """
        ...

    async def counted(self, words: Collection[str], *, most: int) -> Mapping[str, int]:
        """In how many messages and notes each of these words stands, as search finds it; counted as far as `most`."""
        ...

    async def answered(
        self, words: Collection[str], *, least: int = 1, limit: int = 50
    ) -> tuple[Answered, ...]:
        """Of the newest `limit` messages that ask (`core.standing`) and have at least so many of these words, those
        that were answered, newest first; with our first answer to that customer after each, on any address. A message
        that only promised one (`Delivery.promises`) is no answer.
        """
        ...

    async def happened(self, customer_id: str, kinds: Collection[str]) -> Mapping[str, int]:
        """How often each of these kinds of activity is on record for a customer."""
        ...

    async def tally(self, since: datetime, until: datetime, *, texts: int = 0) -> Tally:
        """What happened from `since` until before `until`, counted, with what was said in the newest `texts`
        messages that ask. Who waits, and who carries which tag, is as it stands at `until` by what is known now.
        """
        ...

    async def deliveries(
        self, states: Collection[DeliveryState], *, channel: str | None = None, limit: int = 1000
    ) -> tuple[Delivery, ...]:
        """Deliveries in these states, the earliest to leave first."""
        ...

    async def cursor(self, channel: str) -> Cursor | None:
        """Where the channel can resume; None before its first batch."""
        ...

    async def blob(self, address: Address, digest: str) -> bytes:
        """A kept file's bytes. Raises Missing."""
        ...

    async def token(self) -> Token:
        """The present end of the stream of changes."""
        ...

    def changes(self, since: Token) -> AsyncIterator[tuple[Change, ...]]:
        """What changed after `since`, by any process, for ever. One `reset` when `since` is too old to say."""
        ...

    async def lease(self, what: str, owner: str) -> Lease | None:
        """The right to host `what`, or None while another process has it."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give a lease back. Harmless when it is gone already."""
        ...

    async def check(self) -> Report:
        """Is all well?"""
        ...

    async def rebuild(self) -> Report:
        """Make everything derived anew from the documents."""
        ...

    async def aclose(self) -> None:
        """Let go of files and threads. May be called twice."""
        ...
