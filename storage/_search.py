"""Searching and finding among groups that are at hand: what `storage.memory` answers, and others are compared with.

Best first: customers that match, newest first, then entries, newest first; equal times by id, the larger first.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from agent_tui.core.model import Card, Entry, Message, Note
from agent_tui.core.query import Query
from agent_tui.core.store import Found, Hit
from storage import _match
from storage._fold import fold, tokens
from storage._match import Fields, Subject
from storage._rows import Group, card, unread_after


def search(
    groups: Iterable[Group], fields: Mapping[str, Fields], query: Query, now: datetime
) -> tuple[Hit, ...]:
    """All hits, best first. `fields`: of each entry, folded."""
    if not _match.says_something(query):
        return ()
    hits = [hit for group in groups for hit in _hits(group, fields, query, now)]
    hits.sort(key=lambda hit: (hit.entry_id is None, hit.at, hit.entry_id or hit.customer_id))
    return tuple(reversed(hits))


def _hits(group: Group, fields: Mapping[str, Fields], query: Query, now: datetime) -> Iterator[Hit]:
    shown, read = card(group, now), unread_after(group)
    newest = max((message.at for _, message in group.messages()), default=shown.first_seen)
    own = Subject(_match.customer_fields(group.customer, group.addresses), newest, shown)
    if _match.matches(query, own):
        yield _customer_hit(group, query, newest)
    for entry in group.entries:
        fact = entry.fact
        subject = Subject(fields[fact.id], fact.at, shown, read, entry)
        if isinstance(fact, Message | Note) and _match.matches(query, subject):
            yield _entry_hit(shown, entry, fact, query)


def _customer_hit(group: Group, query: Query, at: datetime) -> Hit:
    return Hit(
        customer_id=group.customer.id,
        name=group.customer.name,
        entry_id=None,
        type="customer",
        at=at,
        medium=None,
        snippet=_match.excerpt(query, customer_texts(group)),
    )


def customer_texts(group: Group) -> tuple[str, ...]:
    """What a hit on a customer quotes from: the company and pinned notes, else the addresses."""
    customer = group.customer
    addresses = ", ".join(address.value for address in group.addresses)
    return (addresses, customer.company, *customer.notes_pinned)


def _entry_hit(shown: Card, entry: Entry, fact: Message | Note, query: Query) -> Hit:
    is_message = isinstance(fact, Message)
    texts = (fact.text, fact.subject, fact.quoted) if isinstance(fact, Message) else (fact.text,)
    return Hit(
        customer_id=shown.customer.id,
        name=shown.customer.name,
        entry_id=entry.fact.id,
        type="message" if is_message else "note",
        at=fact.at,
        medium=fact.medium if isinstance(fact, Message) else None,
        snippet=_match.excerpt(query, texts),
    )


def find(groups: Iterable[Group], text: str) -> tuple[Found, ...]:
    """Customers called so or with such an address first; then those with words that begin like all of the text's."""
    exact, sought = fold(text), tokens(text)
    ranked = [(rank, group) for group in groups if (rank := _rank(group, exact, sought)) < 2]
    ranked.sort(key=lambda pair: (pair[0], fold(pair[1].customer.name), pair[1].customer.id))
    return tuple(
        Found(customer_id=group.customer.id, name=group.customer.name, addresses=group.addresses)
        for _, group in ranked
    )


def _rank(group: Group, exact: str, sought: list[str]) -> int:
    if not sought:
        return 2
    keys = [fold(key) for address in group.addresses for key in (str(address), address.value)]
    if exact in (fold(group.customer.name), *keys) or _match.who(exact) in keys:
        return 0
    words = [*tokens(group.customer.name), *tokens(group.customer.company), *" ".join(keys).split()]
    begins = all(any(word.startswith(part) for word in words) for part in sought)
    number = _match.who(exact)
    return 1 if begins or any(word.startswith(number) for word in words) else 2
