"""The JSON of the commands, exactly as the contract has it: fields may be added, none is ever missing.

Times are RFC 3339 in UTC with ``Z``; addresses are ``scheme:value``.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from agent_tui.core.addresses import Address
from agent_tui.core.attachments import Attachment
from agent_tui.core.model import Activity, Card, Delivery, DeliveryState, Entry, Last, Message, Note
from agent_tui.core.store import Hit
from agent_tui.services.earlier import Before
from agent_tui.services.envelope import Envelope
from agent_tui.services.inbox import Queued
from agent_tui.services.outbox import is_held
from agent_tui.services.promises import Outcomes
from agent_tui.services.suggesting import Suggestion

Document: TypeAlias = dict[str, Any]


def moment(at: datetime) -> str:
    """A time, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe(at: datetime | None) -> str | None:
    """A time, where there is one."""
    return moment(at) if at else None


def addresses(some: Iterable[Address]) -> list[str]:
    """Addresses as strings."""
    return [str(address) for address in some]


def queued(one: Queued) -> Document:
    """One customer of ``inbox``."""
    row = one.row
    return {
        "customer_id": row.customer_id,
        "name": row.name,
        "state": row.state.value,
        "waiting_since": maybe(row.waiting_since),
        "unread": row.unread,
        "assigned_to": row.assigned_to,
        "priority": one.priority,
        "reasons": list(one.reasons),
        "promised_by": maybe(row.promised_by),
        "importance": row.importance,
        "severity": row.severity,
        "effort": row.effort,
        "unsent": row.unsent,
        "held": row.held,
        "tags": list(row.tags),
        "last": last(row.last) if row.last else None,
    }


def last(one: Last) -> Document:
    """The newest message of a customer."""
    return {
        "entry_id": one.entry_id,
        "medium": one.medium.value,
        "channel": one.channel,
        "direction": one.direction.value,
        "at": moment(one.at),
        "snippet": one.snippet,
    }


def customer(card: Card, promised: Outcomes) -> Document:
    """The customer of ``show``."""
    known = card.customer
    return {
        "id": known.id,
        "name": known.name,
        "company": known.company,
        "importance": known.importance,
        "severity": known.severity,
        "effort": known.effort,
        "tags": list(known.tags),
        "notes_pinned": list(known.notes_pinned),
        "pinned_from": {one.text: one.entry_id for one in known.pinned_from},
        "satisfaction": known.satisfaction,
        "satisfaction_at": maybe(known.satisfaction_at),
        "preferred_channel": known.preferred_channel,
        "state": card.state.value,
        "waiting_since": maybe(card.waiting_since),
        "promised_by": maybe(known.promised_by),
        "snoozed_until": maybe(known.snoozed_until),
        "follow_up": known.follow_up,
        "assigned_to": known.assigned_to,
        "first_seen": moment(card.first_seen),
        "unread": card.unread,
        "promises": {"kept": promised.kept, "broken": promised.broken, "open": promised.open},
        "identities": [
            {
                "scheme": identity.address.scheme,
                "value": identity.address.value,
                "evidence": identity.evidence.value,
                "shared": identity.shared,
                "by": identity.by,
                "why": identity.why,
            }
            for identity in card.identities
        ],
    }


def suggestion(one: Suggestion) -> Document:
    """Somebody a customer may be besides."""
    return {
        "customer_id": one.customer_id,
        "name": one.name,
        "addresses": addresses(one.addresses),
        "reasons": list(one.reasons),
        "vouched": one.vouched,
    }


def entry(one: Entry) -> Document:
    """One entry of a timeline."""
    fact = one.fact
    if isinstance(fact, Message):
        return message(fact, one.delivery)
    return note(fact) if isinstance(fact, Note) else activity(fact)


def message(said: Message, delivery: Delivery | None) -> Document:
    """A message, with what became of it when it is ours."""
    return {
        "type": "message",
        "id": said.id,
        "at": moment(said.at),
        "medium": said.medium.value,
        "channel": said.channel,
        "direction": said.direction.value,
        "author": {"name": said.author_name, "address": str(said.author)},
        "to": addresses(said.to),
        "cc": addresses(said.cc),
        "reply_to": addresses(said.reply_to),
        "subject": said.subject,
        "text": said.text,
        "quoted": said.quoted,
        "external_id": said.external_id or (delivery.external_id if delivery else ""),
        "in_reply_to": said.in_reply_to,
        "attachments": [attachment(one) for one in said.attachments],
        "automatic": said.automatic,
        "unreadable": said.unreadable,
        "notices": list(said.notices),
        "claims": [{"address": str(c.address), "why": c.why, "vouched": c.vouched} for c in said.claims],
        "delivery": delivery.state.value if delivery else None,
        "error": delivery.error if delivery else None,
        "send_at": _send_at(delivery),
        "planned": bool(delivery and delivery.planned),
        "held": bool(delivery and is_held(delivery)),
        "price": (delivery.price or None) if delivery else None,
    }


def _send_at(delivery: Delivery | None) -> str | None:
    """When it may leave; nothing for what has left, or does not leave by itself."""
    waits = delivery is not None and delivery.state is DeliveryState.QUEUED
    return moment(delivery.not_before or delivery.at) if delivery is not None and waits else None


def plan(said: Message, delivery: Delivery, card: Card) -> Document:
    """A reply that leaves later, or is held."""
    return {
        "id": said.id,
        "customer_id": card.customer.id,
        "name": card.customer.name,
        "channel": said.channel,
        "to": addresses(said.to),
        "cc": addresses(said.cc),
        "subject": said.subject,
        "text": said.text,
        "delivery": delivery.state.value,
        "error": delivery.error,
        "send_at": _send_at(delivery),
        "held": is_held(delivery),
    }


def attachment(one: Attachment) -> Document:
    """A file that came or went with a message."""
    return {"name": one.name, "media_type": one.media_type, "size": one.size, "digest": one.digest}


def note(written: Note) -> Document:
    """A note."""
    return {
        "type": "note",
        "id": written.id,
        "at": moment(written.at),
        "author": written.author,
        "text": written.text,
        "call": {"direction": written.call.value, "minutes": written.minutes} if written.call else None,
    }


def activity(done: Activity) -> Document:
    """Something that happened to the customer's record."""
    return {
        "type": "activity",
        "id": done.id,
        "at": moment(done.at),
        "author": done.author,
        "kind": done.kind,
        "text": done.text,
    }


def hit(found: Hit) -> Document:
    """One thing ``search`` found."""
    return {
        "customer_id": found.customer_id,
        "name": found.name,
        "entry_id": found.entry_id,
        "type": found.type,
        "at": moment(found.at),
        "medium": found.medium.value if found.medium else None,
        "snippet": found.snippet,
    }


def before(one: Before) -> Document:
    """One of ``earlier``: what was asked, and how we answered it; `entry_id` is the answer's."""
    return {
        "words": one.words,
        "times": one.times,
        "customer_id": one.customer_id,
        "name": one.name,
        "question": one.question.text,
        "question_id": one.question.id,
        "asked_at": moment(one.question.at),
        "answer": one.text,
        "answered_at": moment(one.answer.at),
        "by": one.answer.author_name or one.answer.author.value,
        "channel": one.answer.channel,
        "medium": one.answer.medium.value,
        "entry_id": one.answer.id,
    }


def reply(envelope: Envelope, delivery: Delivery) -> Document:
    """A reply that was queued."""
    return {
        "id": delivery.id,
        "customer_id": envelope.customer_id,
        "channel": envelope.channel.name,
        "to": addresses(envelope.to),
        "cc": addresses(envelope.cc),
        "subject": envelope.subject,
        "delivery": delivery.state.value,
        "send_at": moment(delivery.not_before or delivery.at),
        "planned": delivery.planned is not None,
    }
