"""What a `Query` means, on one entry or one customer: the definition every store follows. Pure functions.

- A term stands in one *field* (subject, body, a name, an address …): its words next to each other, in order; of a
  prefix the last may go on. A term without a word in it matches nothing; negated, it excludes nothing.
- ``from:`` is looked for in the author's name and address, ``to:`` in the addresses of To and Cc; as phrases.
- ``on:``, ``is:failed``, ``has:attachment`` hold of messages, ``is:note`` of notes; ``is:unread`` of messages that
  count as unread and of customers who have some; ``is:open/snoozed/done`` and ``tag:`` of a customer and all entries.
- ``after:`` includes its moment, ``before:`` does not; a customer's moment is the one of the newest message.
- Customers are found only by words, ``tag:`` and ``is:``, for nobody looking for messages wants a list of names.
- One customer's query (`customer`) finds what was said with them, not themselves; it alone says nothing.
- A query that says nothing, or only what not to find, finds nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from agent_tui.core.addresses import Address
from agent_tui.core.fold import fold, tokens
from agent_tui.core.marking import marks
from agent_tui.core.model import (
    Activity,
    Card,
    Customer,
    DeliveryState,
    Entry,
    Message,
    Note,
    Position,
)
from agent_tui.core.query import Query, Term
from agent_tui.core.standing import asks
from agent_tui.core.text import snippet

Fields = tuple[str, ...]
_SNIPPET = 120
_LOOKED_AT = 20_000  # characters
_WORD_ENDS = r"(?!\w)"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a query is held against: folded fields, and what else is asked about."""

    fields: Fields
    at: datetime
    card: Card
    read: Position | None = None  # nothing up to here counts as unread
    entry: Entry | None = None


def says_something(query: Query) -> bool:
    """Whether the query names anything to find; one that does not finds nothing."""
    asked = [*(term.text for term in query.terms if not term.negated), *query.sender]
    asked += [*query.recipient, *query.tags]
    parts = (query.on, query.states, query.before, query.after, query.attachment, asked)
    return any(parts) and all(tokens(text) for text in asked)


def finds_customers(query: Query) -> bool:
    """Whether a customer can match at all."""
    told = query.tags or query.states or any(not term.negated for term in query.terms)
    others = query.sender or query.recipient or query.on or query.attachment or query.customer
    return bool(told) and not others


def matches(query: Query, subject: Subject) -> bool:
    """Whether every part of the query holds."""
    return (
        says_something(query)
        and all(stands(term, subject.fields) is not term.negated for term in query.terms)
        and all(_is(state, subject) for state in query.states)
        and query.customer in (None, subject.card.customer.id)
        and {fold(tag) for tag in query.tags} <= {fold(tag) for tag in subject.card.customer.tags}
        and (query.after is None or subject.at >= query.after)
        and (query.before is None or subject.at < query.before)
        and _fits(query, subject)
    )


def stands(term: Term, fields: Fields) -> bool:
    """Whether the words of `term` stand in one of the folded fields."""
    return _within(fold(term.text), fields, prefix=term.prefix)


def _within(words: str, fields: Fields, *, prefix: bool = False) -> bool:
    sought = f" {words}" if prefix else f" {words} "
    return bool(words) and any(sought in f" {field} " for field in fields)


def _fits(query: Query, subject: Subject) -> bool:
    if subject.entry is None:
        return finds_customers(query)
    fact = subject.entry.fact
    if isinstance(fact, Message):
        return _fits_message(query, fact)
    if query.recipient or query.on or query.attachment:
        return False
    return all(_within(fold(sender), (fold(fact.author or ""),)) for sender in query.sender)


def _fits_message(query: Query, message: Message) -> bool:
    kinds = {message.medium.value.casefold(), message.channel.casefold()}
    return (
        all(where.casefold() in kinds for where in query.on)
        and all(_within(who(text), sender_fields(message)) for text in query.sender)
        and all(_within(who(text), recipient_fields(message)) for text in query.recipient)
        and (bool(message.attachments) or not query.attachment)
    )


def _is(state: str, subject: Subject) -> bool:
    entry = subject.entry
    if state == "note":
        return entry is not None and isinstance(entry.fact, Note)
    if state == "failed":
        delivery = entry.delivery if entry else None
        return delivery is not None and delivery.state is DeliveryState.FAILED
    if state == "unread":
        return _is_unread(subject)
    return subject.card.state.value == state


def _is_unread(subject: Subject) -> bool:
    if subject.entry is None:
        return subject.card.unread > 0
    fact = subject.entry.fact
    after = subject.read is None or subject.entry.position > subject.read
    return isinstance(fact, Message) and asks(fact) and not fact.seen and after


def who(text: str) -> str:
    """A name or address as it is looked for; a phone number's groups are one word."""
    words = tokens(text)
    return ("" if all(word.isdigit() for word in words) else " ").join(words)


def entry_fields(fact: Message | Note | Activity) -> Fields:
    """Where words are looked for in an entry: folded, one by one."""
    if not isinstance(fact, Message):
        return (fold(fact.text),)
    names = (attachment.name for attachment in fact.attachments)
    said = (fact.subject, fact.text, fact.quoted, *names)
    return (*(fold(text) for text in said), *sender_fields(fact))


def customer_fields(customer: Customer, addresses: tuple[Address, ...]) -> Fields:
    """Where words are looked for in a customer."""
    said = (customer.name, customer.company, *customer.notes_pinned)
    return tuple(fold(text) for text in (*said, *(address.value for address in addresses)))


def sender_fields(message: Message) -> Fields:
    """Where ``from:`` looks."""
    return (fold(message.author_name), fold(message.author.value))


def recipient_fields(message: Message) -> Fields:
    """Where ``to:`` looks."""
    return tuple(fold(address.value) for address in (*message.to, *message.cc))


def excerpt(query: Query, texts: tuple[str, ...]) -> str:
    """One line around the first thing found, of the first of `texts` that has it; else the beginning of the first."""
    for term in query.terms:
        for text in () if term.negated else texts:
            if (start := _first(term, text)) is not None:
                begin = text.rfind(" ", 0, max(0, start - _SNIPPET // 3)) + 1
                return snippet(text[begin:], _SNIPPET)
    return snippet(next((text for text in texts if text.strip()), ""), _SNIPPET)


def _first(term: Term, text: str) -> int | None:
    """Where the term stands: mostly as it was typed; else as it is compared."""
    plain = re.search(rf"\b{re.escape(term.text)}{'' if term.prefix else _WORD_ENDS}", text, re.IGNORECASE)
    if plain is not None:
        return plain.start()
    folded = marks((term,), text[:_LOOKED_AT])
    return folded[0][0] if folded else None
