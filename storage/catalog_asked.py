"""What was asked before and how it was answered, from indexes: `_asked` says what is meant.

"At least so many of these words" is one expression of the full-text index, which is read newest first and only as far
as needed. Only inside `Catalog.reading`.
"""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from agent_tui.core.model import Delivery, Fact, Message
from agent_tui.core.store import Answered
from storage import codec
from storage._asked import sought
from storage.catalog import Catalog
from storage.catalog_customers import owned
from storage.catalog_write import head
from storage.filed import Filed, Spot
from storage.lines import Place
from storage.newest import COLUMNS, Row, newest
from storage.search_words import phrase

_COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM words CROSS JOIN entry e ON e.n = words.rowid"
    " WHERE words MATCH ? AND e.id IS NOT NULL AND e.void < 2 LIMIT ?)"
)
_ASKED = (
    f"SELECT {COLUMNS} FROM words CROSS JOIN entry e ON e.n = words.rowid CROSS JOIN journal j ON j.n = e.journal"
    " CROSS JOIN customer c ON c.id = j.owner"
    " WHERE words MATCH ? AND words.rowid < ? AND e.id IS NOT NULL AND e.asks IS NOT NULL AND e.void < 2"
    " ORDER BY words.rowid DESC LIMIT ?"
)
_REPLIES = (
    "SELECT e.at, e.id, j.name, e.off, e.len FROM entry e JOIN journal j ON j.n = e.journal"
    " WHERE e.journal = ? AND e.reply = 1 AND e.void = 0 AND (e.at, e.id) > (?, ?) ORDER BY e.at, e.id"
)


class _Reply(NamedTuple):
    at: int
    key: str
    journal: str
    offset: int
    length: int

    @property
    def spot(self) -> Spot:
        """Where its text stands."""
        return Spot(self.journal, self.key, Place(self.offset, self.length))


def counted(catalog: Catalog, words: Collection[str], most: int) -> dict[str, int]:
    """In how many messages and notes each of these words stands."""
    return {word: _counted(catalog, sought([word]), max(most, 0)) for word in words}


def _counted(catalog: Catalog, words: Sequence[str], most: int) -> int:
    return int(catalog.value(_COUNT, _expression(words, 1), most)) if words else 0


def answered(
    catalog: Catalog, filed: Filed, words: Collection[str], least: int, limit: int
) -> tuple[Answered, ...]:
    """What was asked with at least so many of these words, and answered."""
    terms, needed = sought(words), max(least, 1)
    if needed > len(terms) or limit <= 0:
        return ()
    asked = newest(limit, partial(_part, catalog, _expression(terms, needed)))
    pairs = [(one, reply) for one in asked if (reply := _reply(catalog, one)) is not None]
    facts = _facts(filed, [*(one for one, _ in pairs), *(reply for _, reply in pairs)])
    return tuple(_told(pairs, facts))


def _part(catalog: Catalog, expression: str, top: int, limit: int) -> Iterator[Row]:
    return (Row(*row) for row in catalog.db.execute(_ASKED, (expression, top, limit)))


def _expression(words: Sequence[str], least: int) -> str:
    return f"text : ({_some(words, least)})"


def _some(words: Sequence[str], least: int) -> str:
    """At least so many of the words: the first and one less of the others, or as many of the others."""
    if least == 1:
        return " OR ".join(phrase(word) for word in words)
    if least == len(words):
        return " AND ".join(phrase(word) for word in words)
    others = words[1:]
    return f"({phrase(words[0])} AND ({_some(others, least - 1)})) OR {_some(others, least)}"


def _reply(catalog: Catalog, asked: Row) -> _Reply | None:
    """Our first answer to the customer, on whichever address."""
    firsts = (_first(catalog, one.journal, asked) for one in owned(catalog, asked.owner))
    return min((reply for reply in firsts if reply is not None), default=None)


def _first(catalog: Catalog, journal: int, asked: Row) -> _Reply | None:
    rows = catalog.db.execute(_REPLIES, (journal, asked.at, asked.key))
    return next((reply for row in rows if not _promises(catalog, (reply := _Reply(*row)).key)), None)


def _promises(catalog: Catalog, key: str) -> bool:
    sql = "SELECT body FROM document WHERE kind = 'delivery' AND id = ?"
    body: bytes | None = catalog.value(sql, key)
    return body is not None and codec.decode(Delivery, body).promises is not None


def _facts(filed: Filed, rows: Sequence[Row | _Reply]) -> dict[str, Fact]:
    spots = [row.spot for row in dict.fromkeys(rows)]
    return {fact.id: fact for fact in filed.readable(spots)}


def _told(pairs: Sequence[tuple[Row, _Reply]], facts: dict[str, Fact]) -> Iterator[Answered]:
    for asked, reply in pairs:
        question, answer = facts.get(asked.key), facts.get(reply.key)
        if isinstance(question, Message) and isinstance(answer, Message):
            yield Answered(customer_id=asked.owner, name=asked.name, question=question, answer=answer)


def happened(catalog: Catalog, customer: str, kinds: Collection[str]) -> dict[str, int]:
    """How often each of these kinds of activity is on record."""
    found = dict.fromkeys(kinds, 0)
    whose = head(catalog, customer)
    sql = "SELECT what, count(*) FROM entry WHERE journal = ? AND kind = 3 AND id IS NOT NULL GROUP BY what"
    for one in owned(catalog, whose) if whose else ():
        for kind, count in catalog.all(sql, one.journal):
            if kind in found:
                found[kind] += count
    return found
