"""The port to the outside: what an adapter gives us and what it is given.

A channel is an async iterator of batches. Being asked for the next batch means that the last one is durably kept:
there is no acknowledgement method, and nothing between the two. A channel may repeat what it said, it may not skip;
it never ends by itself, it waits. An outside author of an adapter needs this module and `core.errors`, no more.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Uncertain
from agent_tui.core.language import _
from agent_tui.core.model import Claim, DeliveryState, Direction, Medium

Cursor: TypeAlias = str
"""Where reading can resume. Opaque to everyone but the adapter that made it."""

ASGIApp: TypeAlias = Callable[..., Awaitable[None]]
"""A web application (asgi.readthedocs.io): a widget, a webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes with a name, on their way in or out. `name` is already a safe base name."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Someone said something. `ours`: we did, from another program (the phone, a mail client)."""

    external_id: str  # stable across repeats; unique in this channel, but for what `fingerprint` tells apart
    sender: Address
    at: datetime  # when the provider got it, aware
    sender_name: str = ""
    recipients: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    quoted: str = ""
    fingerprint: str = ""
    in_reply_to: str | None = None
    threads: tuple[str, ...] = ()  # keys of its thread, nearest first: its own, its parent's, …
    files: tuple[File, ...] = ()
    ours: bool = False
    key: str | None = None  # our own message id, proven (HMAC), when this is the echo of something we sent
    automatic: bool = False
    seen: bool = False
    notices: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()  # further addresses the sender says are theirs
    consent: bool | None = None  # the sender asks not to be written to here any more (False), or again (True)
    answers: str | None = None  # our own message id, proven, of what this answers
    raw: bytes | None = None  # the original, kept so that reading it can be redone


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """News of something we sent: `key` is our message id, or `external_id` the provider's name for it."""

    delivery: DeliveryState
    at: datetime
    key: str | None = None
    external_id: str = ""
    error: str | None = None
    price: str = ""  # what the provider took for it, once it says so: "0.0083 USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A message that could not be read: filed as a stub with its original, never dropped, never blocking."""

    external_id: str
    at: datetime
    raw: bytes
    reason: str
    sender: Address | None = None


Event: TypeAlias = Received | Progress | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some events, and where to resume once these are kept."""

    events: tuple[Event, ...]
    cursor: Cursor | None
    caught_up: bool = False  # nothing older is waiting at the provider
    remaining: int | None = None  # how many messages are still to come, where known


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply on its way out: a frozen envelope."""

    key: str  # our message id: the idempotency key, the same on every attempt
    at: datetime  # when the agent wrote it
    to: tuple[Address, ...]
    text: str
    cc: tuple[Address, ...] = ()
    subject: str = ""
    threads: tuple[str, ...] = ()  # what it answers, nearest first
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The provider took the message. `refused`: recipients it did not take, each with its reason."""

    external_id: str
    refused: tuple[tuple[Address, str], ...] = ()
    delivery: DeliveryState = DeliveryState.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do; the composer and the outbox are drawn from it. The core asks nothing else."""

    schemes: frozenset[str] = frozenset()  # of addresses it writes to; empty: the scheme of its own address
    start: bool = True  # may write first
    subject: bool = False
    threads: bool = False  # False: one running conversation per address
    copies: bool = False  # further recipients (Cc)
    files: int = 0  # largest, in bytes
    max_length: int | None = None  # of a text, in characters
    window: timedelta | None = None  # words are taken only so long after the customer's last message here
    parts: bool = False  # a text is cut into parts, each of which costs (core.segments)
    receipts: bool = False  # reports delivered or read
    exactly_once: bool = False  # the provider honours Outgoing.key: repeating is harmless


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said between this channel and one address."""

    id: str
    at: datetime
    direction: Direction
    text: str
    delivery: DeliveryState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the program lends an adapter when it makes one."""

    now: Callable[[], datetime]
    secret: bytes  # 32 bytes, this store's and this channel's own: for keyed ids
    transcript: Callable[
        [Address, int], Awaitable[Sequence[Line]]
    ]  # this channel's own words with one address
    sender: str = ""  # the business's name, for outgoing mail
    folder: Path | None = None  # this channel's own, for what it must keep itself; made when needed


class Live(Protocol):
    """What happens at this moment and is never a record: somebody is typing. Losing some of it is no harm."""

    def listen(self, hear: Callable[[Address, bool], None]) -> Callable[[], None]:
        """Calls `hear` on the event loop when a customer begins or stops typing; returns what ends that."""
        ...

    async def typing(self, to: Address, *, on: bool) -> None:
        """The agent begins or stops typing. Never raises: nobody waits for it."""
        ...


class Channel(Protocol):
    """One configured account. Nothing is opened before the first call; `aclose` may be called twice.

    Adapters subclass this protocol. A module in ``adapters/`` offers two names: ``Settings``, a frozen dataclass the
    account's table is converted to, and ``Adapter(name, settings, kit)``.
    """

    name: str
    medium: Medium
    can: Capabilities
    address: Address | None = None  # our own on this channel, where it has one
    web: ASGIApp | None = None  # what it serves, if anything
    live: Live | None = None  # typing, where it can be seen and shown

    def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """Batches in the channel's order, for ever. Asking for the next acknowledges the last.

        Raises Unavailable (wait, call again with the last kept cursor) or NeedsPerson.
        """
        ...

    async def send(self, message: Outgoing) -> Receipt:
        """Hand one message to the provider. Raises Unavailable, Rejected, Uncertain or NeedsPerson."""
        ...

    async def find(self, message: Outgoing) -> Receipt | None:
        """Did it leave after all? None only when it is certain that it did not; Uncertain when nobody can tell."""
        raise Uncertain(
            _("{channel} cannot look up whether {message} was sent").format(
                channel=self.name, message=message.key
            )
        )

    async def check(self) -> None:
        """Raises what is wrong with the account; returns when all is well."""
        ...

    async def aclose(self) -> None:
        """Let go of every connection, thread and process."""
        ...


class AdapterModule(Protocol):
    """What a module in ``adapters/`` offers."""

    Settings: type[Any]
    Adapter: Callable[[str, Any, Kit], Channel]
