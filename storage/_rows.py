"""What follows from one customer's records, as the readers of a store see it: card, row of a list, order of a list.

Pure functions over a `Group`: everything that is filed under the addresses of one customer. Nothing here is stored.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent_tui.core.addresses import Address
from agent_tui.core.model import (
    Card,
    Customer,
    CustomerState,
    Delivery,
    DeliveryState,
    Direction,
    Entry,
    Evidence,
    Fact,
    Identity,
    InboxRow,
    Last,
    Message,
    Position,
)
from agent_tui.core.standing import GOOD, History, history, standing, wakes, weight
from agent_tui.core.store import Claimed, Labels, View
from agent_tui.core.text import snippet

EPOCH = datetime.fromtimestamp(0, UTC)
_FOREVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A customer's own document, whose addresses they are, and all entries that show, oldest first."""

    customer: Customer
    identities: tuple[Identity, ...]
    entries: tuple[Entry, ...]

    @property
    def past(self) -> History:
        """What standing depends on."""
        return history((message, entry.delivery) for entry, message in self.messages())

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address of the customer."""
        return tuple(identity.address for identity in self.identities)

    def messages(self) -> Iterable[tuple[Entry, Message]]:
        """The messages among the entries."""
        return ((entry, entry.fact) for entry in self.entries if isinstance(entry.fact, Message))


def shows(fact: Fact, delivery: Delivery | None) -> bool:
    """Whether anybody sees it; what was taken back before it left is shown nowhere."""
    canceled = delivery is not None and delivery.state is DeliveryState.CANCELED
    return not (isinstance(fact, Message) and canceled)


def unwritten_customer(key: str, address: Address, seen: datetime) -> Customer:
    """A customer nobody has written a document for: `rev` 0, so that the first one written is 1."""
    return Customer(id=key, address=address, name=address.value, created=seen, rev=0)


def unwritten_identity(address: Address, customer_id: str, seen: datetime) -> Identity:
    """Whose an address is while no document says so: its own customer's, as observed."""
    return Identity(
        id=str(address),
        address=address,
        customer_id=customer_id,
        evidence=Evidence.OBSERVED,
        at=seen,
        rev=0,
    )


def card(group: Group, now: datetime) -> Card:
    """The customer with all that follows from the history. First seen: made, or first heard of."""
    place = standing(group.customer, group.past, now)
    came = [message for _, message in group.messages() if message.direction is Direction.IN]
    return Card(
        customer=group.customer,
        state=place.state,
        identities=group.identities,
        first_seen=min([group.customer.created, *(entry.fact.at for entry in group.entries[:1])]),
        waiting_since=place.waiting_since,
        unread=place.unread,
        last_in=came[-1] if came else None,
    )


def row(group: Group, now: datetime) -> InboxRow:
    """The customer as one line of a list."""
    customer, past = group.customer, group.past
    place = standing(customer, past, now)
    since = place.waiting_since
    return InboxRow(
        customer_id=customer.id,
        name=customer.name,
        state=place.state,
        waiting_since=since,
        unread=place.unread,
        assigned_to=customer.assigned_to,
        importance=customer.importance,
        promised_by=customer.promised_by,
        last=_last(group),
        tags=customer.tags,
        severity=customer.severity,
        effort=customer.effort,
        follow_up=customer.follow_up and since is not None and since == wakes(customer, past),
        unsent=sum(_unsent(entry.delivery) for entry, _ in group.messages()),
        held=sum(_held(entry.delivery) for entry, _ in group.messages()),
    )


def _unsent(delivery: Delivery | None) -> bool:
    return delivery is not None and delivery.state in (DeliveryState.FAILED, DeliveryState.UNSURE)


def _held(delivery: Delivery | None) -> bool:
    return _unsent(delivery) and delivery is not None and delivery.held


def _last(group: Group) -> Last | None:
    messages = [message for _, message in group.messages()]
    return last(messages[-1]) if messages else None


def last(message: Message) -> Last:
    """The newest message, as a line of a list shows it; one without words shows its subject."""
    return Last(
        entry_id=message.id,
        medium=message.medium,
        channel=message.channel,
        direction=message.direction,
        at=message.at,
        snippet=snippet(message.text) or snippet(message.subject),
    )


def unread_after(group: Group) -> Position | None:
    """Nothing up to here counts as unread."""
    marks = (group.customer.read_upto, group.past.newest_answer)
    return max((mark for mark in marks if mark is not None), default=None)


def claim_order(claimed: Claimed) -> tuple[str, Address, bool, str]:
    """A key: the order claims are told in."""
    claim = claimed.claim
    return (claimed.customer_id, claim.address, claim.vouched, claim.why)


def in_view(row: InboxRow, view: View) -> bool:
    """Whether a list shows this customer."""
    if view.show == "waiting" and row.waiting_since is None:
        return False
    if view.show in ("open", "snoozed", "done") and row.state is not CustomerState(view.show):
        return False
    if view.show == "quiet" and not _quiet(row, view.silent_since):
        return False
    return (
        (view.assigned_to is None or (row.assigned_to or "") == view.assigned_to)
        and (view.channel is None or (row.last is not None and row.last.channel == view.channel))
        and (view.tag is None or view.tag in row.tags)
        and (not view.unsent or row.unsent > 0)
    )


def _quiet(row: InboxRow, since: datetime | None) -> bool:
    if row.importance < GOOD or row.waiting_since is not None or row.state is CustomerState.SNOOZED:
        return False
    return row.last is not None and (since is None or row.last.at < since)


def labels(customers: Iterable[Customer]) -> Labels:
    """Every tag and every agent, and how many customers have it."""
    tags: Counter[str] = Counter()
    agents: Counter[str] = Counter()
    for customer in customers:
        tags.update(set(customer.tags))
        agents.update([customer.assigned_to] if customer.assigned_to else [])
    return Labels(tags=dict(tags), agents=dict(agents))


def urgency(row: InboxRow, now: datetime) -> tuple[bool, bool, int, str]:
    """A key: smaller is more urgent.

    Promises whose moment has come stand before all others; in either part, who waits stands before who does not.
    Who waits is ordered by milliseconds × weight, longest first; who does not by the newest message, newest
    first, and who has no message at all is last. What is equal is ordered by the customer's id.
    """
    broken = row.promised_by is not None and row.promised_by <= now
    if row.waiting_since is not None:
        measure = _milliseconds(now - row.waiting_since) * weight(row.importance, row.severity, row.effort)
    else:
        measure = _milliseconds(row.last.at - EPOCH) if row.last else -_FOREVER
    return (not broken, row.waiting_since is None, -measure, row.customer_id)


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
