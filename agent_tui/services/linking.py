"""What a join, a split and their undoing change, as plain functions over cards and linkings; `joining` writes it."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime

from agent_tui.core.addresses import Address
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import (
    Card,
    Customer,
    Evidence,
    Identity,
    Linking,
    Moved,
    Position,
    Record,
    customer_id,
)

_OWN = frozenset({"id", "address", "created", "rev"})  # of a customer: never taken over, never put back


def merged(kept: Card, joined: Card, now: datetime) -> Customer:
    """The one who is kept, with what must not be lost of the other: tags, facts, a promise, that somebody waits."""
    mine, theirs = kept.customer, joined.customer
    promises = [by for by in (mine.promised_by, theirs.promised_by) if by is not None]
    asked = theirs if _asked_later(theirs, mine) else mine
    together = replace(
        mine,
        satisfaction=asked.satisfaction,
        satisfaction_at=asked.satisfaction_at,
        company=mine.company or theirs.company,
        importance=max(mine.importance, theirs.importance),
        severity=max(mine.severity, theirs.severity),
        tags=tuple(dict.fromkeys((*mine.tags, *theirs.tags))),
        notes_pinned=tuple(dict.fromkeys((*mine.notes_pinned, *theirs.notes_pinned))),
        pinned_from=tuple(dict.fromkeys((*mine.pinned_from, *theirs.pinned_from))),
        preferred_channel=mine.preferred_channel or theirs.preferred_channel,
        assigned_to=mine.assigned_to or theirs.assigned_to,
        promised_by=min(promises, default=None),
    )
    waits = [card.waiting_since for card in (kept, joined) if card.waiting_since is not None]
    done = _later(mine.done_upto, theirs.done_upto)
    if not waits:
        return replace(together, done_upto=done)
    if done is not None and done.at < min(waits):
        together = replace(together, done_upto=done)
    # What the one was answered may stand after what the other still waits for: a wake-up says that somebody waits.
    return replace(together, snoozed_until=now, snoozed_at=None, follow_up=False)


def _asked_later(one: Customer, other: Customer) -> bool:
    """Was the one asked how content they are, and the other not or before?"""
    at, before = one.satisfaction_at, other.satisfaction_at
    return at is not None and (before is None or at > before)


def restored(now: Customer, linking: Linking) -> Customer:
    """The customer without what a join or split changed; what was changed since is left as it is."""
    back = {
        item.name: getattr(linking.before, item.name)
        for item in fields(Customer)
        if item.name not in _OWN
        and getattr(linking.before, item.name) != getattr(linking.after, item.name)
        and getattr(now, item.name) == getattr(linking.after, item.name)
    }
    return replace(now, **back)


def changes(before: Customer, after: Customer) -> list[Record]:
    """The customer to be written, if anything is different."""
    plain = replace(after, rev=before.rev)
    return [replace(after, rev=before.rev + 1)] if plain != before else []


def _later(one: Position | None, other: Position | None) -> Position | None:
    return max((p for p in (one, other) if p is not None), default=None)


def precedence(card: Card) -> tuple[bool, datetime, str]:
    """A key: who should be kept of two comes first."""
    nameless = any(card.customer.name == identity.address.value for identity in card.identities)
    return (nameless, card.first_seen, card.customer.id)


def moved_to(identity: Identity, to: str) -> Moved:
    """An address as it changes hands."""
    return Moved(
        address=identity.address,
        was=identity.customer_id,
        now=to,
        evidence=identity.evidence,
        shared=identity.shared,
        by=identity.by,
        why=identity.why,
    )


def identity_after(moved: Moved, plan: Linking, rev: int) -> Identity:
    """Whose the address is after a join or split."""
    joined = plan.kind == "join"
    return Identity(
        id=str(moved.address),
        address=moved.address,
        customer_id=moved.now,
        evidence=Evidence.CONFIRMED if joined else moved.evidence,
        at=plan.at,
        rev=rev,
        by=plan.by if joined else moved.by,
        why=plan.why if joined else moved.why,
        shared=moved.shared,
    )


def join_of(address: Address, owner: str, linkings: Iterable[Linking]) -> Linking | None:
    """The join in force that brought the address to its customer; for the customer's first one, the last join."""
    joins = [linking for linking in linkings if linking.kind == "join" and _holds(linking, owner)]
    came = next((join for join in joins if any(m.address == address for m in join.moved)), None)
    if came is not None or customer_id(address) != owner or not joins:
        return came
    if len(joins) > 1:
        raise UsageError(
            _("{address} is the first address of this customer").format(address=address.value),
            remedy=_("name the address that is somebody else's"),
        )
    return joins[0]


def _holds(linking: Linking, owner: str) -> bool:
    return all(moved.now == owner for moved in linking.moved)


def going_home(identity: Identity, card: Card) -> Moved:
    """An address that nobody joined by hand goes back to the customer it was born with."""
    own = customer_id(identity.address)
    if own == card.customer.id:
        raise UsageError(
            _("{address} is the first address of {name}").format(
                address=identity.address.value, name=card.customer.name
            ),
            remedy=_("name the address that is somebody else's"),
        )
    return replace(moved_to(identity, own), evidence=Evidence.OBSERVED, by="", why="")


def identity_of(card: Card, address: Address) -> Identity:
    """What is known of one address of a customer."""
    return next(identity for identity in card.identities if identity.address == address)


def has(card: Card, address: Address) -> bool:
    """Is it one of the customer's addresses?"""
    return any(identity.address == address for identity in card.identities)


def pairs(one: Card, other: Card) -> Iterable[tuple[str, str]]:
    """Every two of the customers that the addresses were born with: a later join or split changes nothing."""
    for mine in one.identities:
        for theirs in other.identities:
            yield customer_id(mine.address), customer_id(theirs.address)
