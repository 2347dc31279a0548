"""Searching and finding among groups that are at hand: what `storage.memory` answers, and others are compared with.

Best first: customers that match, newest first, then entries, newest first; equal times by id, the larger first.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from agent_tui.core.fold import fold, tokens
from agent_tui.core.model import Message, Note
from agent_tui.core.query import Query
from agent_tui.core.store import Found, Hit
from storage import _match
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
        yield customer_hit(group, query, newest)
    for entry in group.entries:
        fact = entry.fact
        subject = Subject(fields[fact.id], fact.at, shown, read, entry)
        if isinstance(fact, Message | Note) and _match.matches(query, subject):
            yield entry_hit(shown.customer.id, shown.customer.name, fact, query)


def customer_hit(group: Group, query: Query, at: datetime) -> Hit:
    """A customer that was found; `at`: the moment of the newest message."""
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


def entry_hit(customer_id: str, name: str, fact: Message | Note, query: Query) -> Hit:
    """A message or note that was found, as a line of the result."""
    is_message = isinstance(fact, Message)
    texts = (fact.text, fact.subject, fact.quoted) if isinstance(fact, Message) else (fact.text,)
    return Hit(
        customer_id=customer_id,
        name=name,
        entry_id=fact.id,
        type="message" if is_message else "note",
        at=fact.at,
        medium=fact.medium if isinstance(fact, Message) else None,
        snippet=_match.excerpt(query, texts),
    )


def find(groups: Iterable[Group], text: str) -> tuple[Found, ...]:
    """Customers called so or with such an address first; then those with words that begin like all of the text's.

    The words are looked for in name and company together, and in each address by itself.
    """
    sought = tokens(text)
    ranked = [(rank(group, sought), group) for group in groups]
    ranked.sort(key=lambda pair: (pair[0], fold(pair[1].customer.name), pair[1].customer.id))
    return tuple(
        Found(customer_id=group.customer.id, name=group.customer.name, addresses=group.addresses)
        for place, group in ranked
        if place < NOT_FOUND
    )


NOT_FOUND = 2


def rank(group: Group, sought: list[str]) -> int:
    """0 when the words are just the name or an address, 1 when they begin words of it, else `NOT_FOUND`."""
    name = tokens(group.customer.name)
    keys = [tokens(key) for address in group.addresses for key in (str(address), address.value)]
    number = [_match.who(" ".join(sought))]  # the groups of a telephone number are one word
    if not sought:
        return NOT_FOUND
    if sought in (name, *keys) or number in keys:
        return 0
    fields = [name + tokens(group.customer.company), *keys]
    return 1 if any(_begin(words, field) for words in (sought, number) for field in fields) else NOT_FOUND


def _begin(sought: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in sought)
