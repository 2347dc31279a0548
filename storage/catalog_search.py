"""Search: a query becomes one expression of the full-text index, read newest first, and only as far as needed.

`_match` says what a query means; here the same is asked of indexes. Words, ``from:``, ``to:``, ``on:``, ``is:note``
and ``has:attachment`` are words in columns of the index; dates are ranges of its row numbers, which rise with time.
Tags and states hold of customers: of few, their addresses' marks join the expression; of many, entries of others are
passed over. Never ordered by rank: that looks at every document with a common word.
"""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from agent_tui.core.fold import fold
from agent_tui.core.model import Message, Note
from agent_tui.core.query import IS, Query
from agent_tui.core.store import Hit
from storage import _match, _search, codec
from storage.catalog import Catalog
from storage.catalog_customers import group_of, unread_after
from storage.catalog_inbox import SHOW
from storage.filed import Filed
from storage.newest import COLUMNS, Row, newest
from storage.search_words import (
    ENTRY_FACET,
    FILE_FACET,
    NOTE_FACET,
    PER_MILLISECOND,
    address_facet,
    phrase,
    where_facet,
)

_FEW = 100
"""So many addresses may be named in one expression."""
_CUSTOMER_STATES = frozenset({"open", "snoozed", "done", "unread"})


def search(catalog: Catalog, filed: Filed, query: Query, now: datetime, limit: int) -> tuple[Hit, ...]:
    """Customers that match, then messages and notes; each newest first, equal times by id."""
    if not _match.says_something(query) or not set(query.states) <= IS or limit <= 0:
        return ()
    hits = _customers(catalog, query, now, limit)
    if len(hits) < limit:
        hits += _Entries(catalog, filed, query, now).hits(limit - len(hits))
    return tuple(hits)


def _customers(catalog: Catalog, query: Query, now: datetime, limit: int) -> list[Hit]:
    if not _match.finds_customers(query) or not set(query.states) <= _CUSTOMER_STATES:
        return []
    where, values = _of_customers(query, now)
    moment = "IFNULL(c.last_at, c.first_at)"
    if query.after is not None:
        where.append(f"{moment} >= :after")
    if query.before is not None:
        where.append(f"{moment} < :before")
    if "unread" in query.states:
        where.append("c.unread > 0")
    if words := _name_words(query):
        where.append("c.n IN (SELECT rowid FROM names WHERE names MATCH :words)")
    sql = (
        f"SELECT c.id, {moment} AS moment FROM customer c WHERE {' AND '.join(where) or 1}"
        " ORDER BY moment DESC, c.id DESC LIMIT :limit"
    )
    rows = catalog.db.execute(sql, values | {"words": words, "limit": limit}).fetchall()
    return [_search.customer_hit(group_of(catalog, key), query, codec.moment(at)) for key, at in rows]


def _of_customers(query: Query, now: datetime) -> tuple[list[str], dict[str, Any]]:
    """What has to hold of the customer, whatever is found, and the values of every condition."""
    values: dict[str, Any] = {"now": codec.milliseconds(now)}
    values |= {"after": _ceiling(query.after), "before": _ceiling(query.before)}
    values["customer"] = query.customer
    where = [SHOW[state] for state in query.states if state in SHOW]
    where += ["c.id = :customer"] if query.customer is not None else []
    for number, tag in enumerate(query.tags):
        where.append(f"EXISTS (SELECT 1 FROM json_each(c.marks) WHERE value = :tag{number})")
        values[f"tag{number}"] = fold(tag)
    return where, values


def _ceiling(moment: datetime | None) -> int | None:
    return None if moment is None else -((codec.EPOCH - moment) // codec.MILLISECOND)


def _name_words(query: Query) -> str:
    asked = [
        f"{{name address note}} : {phrase(fold(term.text), prefix=term.prefix)}"
        for term in query.terms
        if not term.negated
    ]
    return " AND ".join(asked) + _unless(query, "{name address note}") if asked else ""


def _unless(query: Query, columns: str) -> str:
    """What must not be there; a term without a word in it excludes nothing."""
    negated = ((fold(term.text), term.prefix) for term in query.terms if term.negated)
    return "".join(f" NOT {columns} : {phrase(words, prefix=p)}" for words, p in negated if words)


class _Entries:
    """The messages and notes a query finds."""

    def __init__(self, catalog: Catalog, filed: Filed, query: Query, now: datetime) -> None:
        self._catalog = catalog
        self._filed = filed
        self._query = query
        self._customer, self._values = _of_customers(query, now)
        self._addresses = self._few_addresses()
        self._expression = self._words(self._addresses or [])
        self._sql = self._select()
        self._read: dict[str, tuple[int, str]] = {}

    def hits(self, limit: int) -> list[Hit]:
        """The first `limit`, newest first."""
        if self._addresses == []:
            return []  # a state or tag that nobody has
        return self._hits_of(newest(limit, self._chunk, self._is_unread))

    def _chunk(self, top: int, limit: int) -> Iterator[Row]:
        values = {"top": top, "limit": limit, "words": self._expression}
        return (Row(*row) for row in self._catalog.db.execute(self._sql, self._values | values))

    def _hits_of(self, rows: list[Row]) -> list[Hit]:
        spots = [row.spot for row in rows]
        facts = {fact.id: fact for fact in self._filed.readable(spots)}
        hits = []
        for row in rows:
            fact = facts.get(row.key)
            if isinstance(fact, Message | Note):
                hits.append(_search.entry_hit(row.owner, row.name, fact, self._query))
        return hits

    # -- the question

    def _select(self) -> str:
        where = ["e.id IS NOT NULL", "e.kind < 3", "e.void < 2", "e.n < :top", *self._customer]
        where += ["e.at >= :after", f"e.n >= :after * {PER_MILLISECOND}"] if self._query.after else []
        where += ["e.at < :before"] if self._query.before else []
        where += [_ENTRY_STATES[s] for s in self._query.states if s in _ENTRY_STATES]
        source, order = "entry e", "e.n"
        if self._expression:
            source, order = "words CROSS JOIN entry e ON e.n = words.rowid", "words.rowid"
            where += ["words MATCH :words", "words.rowid < :top"]
        elif "failed" in self._query.states:
            source = "delivery d CROSS JOIN entry e ON d.state = 'failed' AND e.id = d.id"
        return (
            f"SELECT {COLUMNS} FROM {source} CROSS JOIN journal j ON j.n = e.journal"
            f" CROSS JOIN customer c ON c.id = j.owner WHERE {' AND '.join(where)}"
            f" ORDER BY {order} DESC LIMIT :limit"
        )

    def _few_addresses(self) -> list[int] | None:
        """The addresses an entry must be said with, when a state or tag leaves only few; None when it does not."""
        if not self._customer and "unread" not in self._query.states:
            return None
        where = [*self._customer, *(["c.unread > 0"] if "unread" in self._query.states else [])]
        sql = (
            "SELECT j.n FROM customer c JOIN journal j ON j.owner = c.id"
            f" WHERE {' AND '.join(where)} LIMIT {_FEW + 1}"
        )
        found = [row[0] for row in self._catalog.db.execute(sql, self._values)]
        return found if len(found) <= _FEW else None

    def _words(self, journals: list[int]) -> str:
        query = self._query
        asked = [
            f"text : {phrase(fold(term.text), prefix=term.prefix)}"
            for term in query.terms
            if not term.negated
        ]
        asked += [_from(text) for text in query.sender]
        asked += [f"recipient : {phrase(_match.who(text))}" for text in query.recipient]
        asked += [f"facet : {where_facet(name)}" for name in query.on]
        asked += [f"facet : {NOTE_FACET}"] if "note" in query.states else []
        asked += [f"facet : {FILE_FACET}"] if query.attachment else []
        if journals:
            asked.append(f"facet : ({' OR '.join(map(address_facet, journals))})")
        unless = _unless(query, "text")
        if unless and not asked:
            asked = [f"facet : {ENTRY_FACET}"]
        return f"({' AND '.join(asked)}){unless}" if asked else ""

    # -- what no index knows

    def _is_unread(self, row: Row) -> bool:
        """Whether an entry counts as unread, where that was asked for."""
        if "unread" not in self._query.states:
            return True
        if row.owner not in self._read:
            self._read[row.owner] = unread_after(self._catalog, row.owner)
        return (row.at, row.key) > self._read[row.owner]


_ENTRY_STATES = {"failed": "e.void = 1", "unread": "e.asks = 0 AND c.unread > 0"}


def _from(text: str) -> str:
    """A person who wrote a message, whose telephone number may be asked for in groups; or a note, by name."""
    folded, asked = fold(text), _match.who(text)
    if folded == asked:
        return f"sender : {phrase(asked)}"
    note = f"(sender : {phrase(folded)} AND facet : {NOTE_FACET})"
    return f"((sender : {phrase(asked)} NOT facet : {NOTE_FACET}) OR {note})"
