"""The records: what is remembered, as frozen dataclasses of plain values.

Two kinds. *Facts* (`Message`, `Note`, `Activity`) are written once and never changed. *Documents* (`Customer`,
`Identity`, `Delivery`, `Draft`) change and carry `rev`: a writer sends the next number, and is refused with
`Conflict` when someone else got there first.

Every record names the `address` whose journal holds it: history hangs on addresses; a customer is a grouping of
addresses that can be changed, and undone, without touching history. Times are aware, in UTC, to the millisecond.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal, TypeAlias

from agent_tui.core.addresses import Address
from agent_tui.core.attachments import Aside, Attachment
from agent_tui.core.language import _


class Medium(StrEnum):
    """What the agent sees a message as."""

    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    WEB = "web"

    @property
    def word(self) -> str:
        """As people say it: "reply by …"."""
        words = {"email": _("email"), "sms": _("SMS"), "chat": _("chat"), "web": _("website chat")}
        return words.get(self.value, self.value)


class Direction(StrEnum):
    """Who said it: the customer (IN) or we (OUT)."""

    IN = "in"
    OUT = "out"


class DeliveryState(StrEnum):
    """What became of a message we sent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNSURE = "unsure"
    CANCELED = "canceled"  # taken back before it left: never shown


class Evidence(StrEnum):
    """Why we believe that an address is a customer's."""

    CLAIMED = "claimed"
    OBSERVED = "observed"
    CONFIRMED = "confirmed"


class CustomerState(StrEnum):
    """Where a customer stands in the queue."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a timeline: entries are in the order of (`at`, `id`)."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An address somebody says is theirs, and how they said it. It opens nobody's history; it makes a suggestion.

    `vouched`: not they say so but the business's own login, signed.
    """

    address: Address
    why: str
    vouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said, by a customer (IN) or by us (OUT). Never changed once written."""

    id: str
    address: Address  # the customer's side, whichever way it went: the journal it is filed in
    channel: str
    medium: Medium
    direction: Direction
    at: datetime  # the provider's time, never later than the moment of filing
    author: Address
    author_name: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    quoted: str = ""
    external_id: str = ""  # unique with (channel, …); empty while the provider has not named it
    fingerprint: str = ""  # tells two different messages with one external id apart
    in_reply_to: str | None = None
    threads: tuple[
        str, ...
    ] = ()  # keys of the thread, nearest first: its own, its parent's, its grandparent's …
    attachments: tuple[Attachment, ...] = ()
    raw: str | None = None  # digest of the original, where it was kept
    automatic: bool = False  # out-of-office, bounce, bulk: shown, but nobody waits and nothing was answered
    seen: bool = False  # already read elsewhere when it was filed
    unreadable: bool = False
    notices: tuple[str, ...] = ()  # what the agent should know about it ("the name contains another address")
    claims: tuple[Claim, ...] = ()  # further addresses its author says are theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing written about a customer. Has no recipients, no channel and no delivery: it cannot be sent."""

    id: str
    address: Address
    at: datetime
    author: str
    text: str
    call: Direction | None = None  # it is about a call: they called (IN), or we
    minutes: int | None = None  # how long the call was


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something that happened to a customer's record: done, reopened, assigned, joined …"""

    id: str
    address: Address
    at: datetime
    kind: str
    text: str
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of the outgoing message with the same `id`."""

    id: str
    address: Address
    channel: str
    state: DeliveryState
    at: datetime  # when this state was reached
    rev: int = 1
    not_before: datetime | None = None  # QUEUED: when it may leave
    attempts: int = 0
    error: str | None = None
    external_id: str = ""  # the provider's name for it, once known
    owner: str = ""  # SENDING: the lease under which it was claimed
    price: str = ""  # what the provider took for it, once known: "0.0083 USD"
    promises: datetime | None = None  # the answer this message promises …
    promised: datetime | None = (
        None  # … and what was promised before it: what it kept, put back if it is taken back
    )
    promised_at: Position | None = None  # … and since when
    planned: datetime | None = None  # the moment it was planned for; once claimed, when it left
    unless: Position | None = None  # planned: it is held instead of sent, when they wrote after this
    held: bool = False  # FAILED, but nobody tried: they wrote first, and the agent decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Unsent words: one per customer, agent and purpose (`note` or reply). No text and no file: there is none."""

    id: str
    address: Address
    author: str
    text: str
    at: datetime
    rev: int = 1
    note: bool = False
    channel: str = ""
    subject: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    promises: datetime | None = None  # the answer these words promise
    attachments: tuple[Attachment, ...] = ()  # the files that go with them
    aside: tuple[Aside, ...] = ()  # what was begun for other channels
    blanks: tuple[str, ...] = ()  # keys of the blanks that came with saved words, filled or not

    @property
    def is_empty(self) -> bool:
        """Is there nothing to go on with?"""
        return not self.text and not self.attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The entry of the timeline that a pinned fact came from."""

    text: str
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person or firm as the agent sees it. Lives in the journal of the address it was born with (`address`)."""

    id: str
    address: Address
    name: str
    created: datetime
    rev: int = 1
    company: str = ""
    importance: int = 1  # 1 ordinary, 2 good, 3 best
    severity: int = 1  # 1 ordinary, 2 serious, 3 urgent
    effort: int = 2  # 1 a quick answer, 2 ordinary, 3 a long one
    tags: tuple[str, ...] = ()
    notes_pinned: tuple[str, ...] = ()
    preferred_channel: str | None = None
    assigned_to: str | None = None
    done_upto: Position | None = None  # everything up to here was dealt with
    read_upto: Position | None = None
    snoozed_until: datetime | None = None  # None, with `snoozed_at`: until they write
    snoozed_at: Position | None = None  # the newest entry when it was snoozed: a later message wakes it
    follow_up: bool = False  # the snooze is a reminder to ask again: it is over when they write first
    promised_by: datetime | None = None
    promised_at: Position | None = None  # an answer after this one keeps the promise
    pinned_from: tuple[Pinned, ...] = ()  # where facts of `notes_pinned` came from, if known
    satisfaction: int | None = None  # how content they were when last asked: 1 not at all … 5 very
    satisfaction_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose an address is, and why we think so. Without one, an address is its own customer's, as observed."""

    id: str  # str(address)
    address: Address
    customer_id: str
    evidence: Evidence
    at: datetime
    rev: int = 1
    by: str = ""
    why: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Whether an address may be written to on a channel, as its owner last said there (STOP, START)."""

    id: str
    address: Address
    channel: str
    at: datetime
    given: bool
    rev: int = 1
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An address that changed hands: whose it was and is, and what was known of it before."""

    address: Address
    was: str
    now: str
    evidence: Evidence = Evidence.OBSERVED
    shared: bool = False
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """One join or split, and all it takes to undo it. Lives with the customer who was kept."""

    id: str
    address: Address
    at: datetime
    kind: Literal["join", "split"]
    moved: tuple[Moved, ...]
    before: Customer  # the one who was kept, as it was …
    after: Customer  # … and as it was made: what has been changed since is left alone by an undo
    rev: int = 1
    by: str = ""
    why: str = ""
    undone: bool = False
    of: str = ""  # a split: the join it withdraws


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Two customers who are not the same person: nobody is asked again."""

    id: str
    address: Address
    at: datetime
    customers: tuple[str, str]
    apart: bool = True
    rev: int = 1
    by: str = ""


Fact: TypeAlias = Message | Note | Activity
Document: TypeAlias = Customer | Identity | Delivery | Draft | Consent | Linking | Apart
Record: TypeAlias = Fact | Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a timeline: a fact, and for a message of ours what became of it."""

    fact: Fact
    delivery: Delivery | None = None

    @property
    def position(self) -> Position:
        """Where it stands in the timeline."""
        return Position(self.fact.at, self.fact.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A customer with what follows from the history."""

    customer: Customer
    state: CustomerState
    identities: tuple[Identity, ...]
    first_seen: datetime
    waiting_since: datetime | None = None
    unread: int = 0
    last_in: Message | None = None  # the newest message that came in: what a reply answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The newest message of a customer, as a line of the inbox shows it."""

    entry_id: str
    medium: Medium
    channel: str
    direction: Direction
    at: datetime
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One customer in a list."""

    customer_id: str
    name: str
    state: CustomerState
    waiting_since: datetime | None
    unread: int
    assigned_to: str | None
    importance: int
    promised_by: datetime | None
    last: Last | None
    tags: tuple[str, ...] = field(default=())
    severity: int = 1
    effort: int = 2
    follow_up: bool = False  # waits because we wanted to ask again
    unsent: int = 0  # messages of ours that failed, or of which nobody is sure …
    held: int = 0  # … of these, planned ones that wait for a decision, because they wrote first


def customer_id(address: Address) -> str:
    """The id of the customer an address is born with."""
    return "c-" + sha256(f"customer\0{address}".encode()).hexdigest()[:32]


def message_id(channel: str, external_id: str) -> str:
    """The id of a received message: the same message is the same record, however often it comes."""
    return "m-" + sha256(f"message\0{channel}\0{external_id}".encode()).hexdigest()[:32]


def draft_id(customer: str, author: str, *, note: bool) -> str:
    """The id of the one draft an agent has for a customer and a purpose."""
    return "d-" + sha256(f"draft\0{customer}\0{author}\0{note}".encode()).hexdigest()[:32]


def consent_id(channel: str, address: Address) -> str:
    """The id of what an address said about being written to on a channel."""
    return "k-" + sha256(f"consent\0{channel}\0{address}".encode()).hexdigest()[:32]


def apart_id(one: str, other: str) -> str:
    """The id of what is known of two customers not being one, whichever is named first."""
    return "x-" + sha256("apart\0{}\0{}".format(*sorted((one, other))).encode()).hexdigest()[:32]
