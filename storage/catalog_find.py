"""Customers by name or address, as `_search.find` ranks them, from indexes."""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

from agent_tui.core.fold import fold, tokens
from agent_tui.core.store import Found
from storage import _match, _search
from storage.catalog import Catalog
from storage.catalog_customers import group_of
from storage.search_words import phrase

_ANYWHERE = "{name address scheme}"
_CHUNK = 50


def find(catalog: Catalog, text: str, limit: int) -> tuple[Found, ...]:
    """Those called so or with such an address first, then those with words that begin like all of the text's."""
    words = tokens(text)
    if not words or limit <= 0:
        return ()
    groups = {key: group_of(catalog, key) for key in _exact(catalog, fold(text))}
    for start in range(0, 1 << 30, _CHUNK):
        keys = _beginning(catalog, words, start)
        groups |= {key: group_of(catalog, key) for key in keys if key not in groups}
        found = _search.find(groups.values(), text)
        if len(found) >= limit or len(keys) < _CHUNK:
            return found[:limit]
    return ()


def _exact(catalog: Catalog, text: str) -> list[str]:
    """By the whole name, or the whole address, with or without what kind it is, in groups or in one."""
    values = {text, _match.who(text), text.partition(" ")[2]}
    marks = ", ".join("?" * len(values))
    sql = (
        "SELECT id FROM customer WHERE folded = ?"
        f" UNION SELECT owner FROM journal WHERE folded IN ({marks}) AND folded <> ''"
    )
    return [row[0] for row in catalog.all(sql, text, *values) if row[0] is not None]


def _beginning(catalog: Catalog, words: list[str], start: int) -> list[str]:
    """Those who have all the words somewhere, by name; more than are wanted, for they must not be spread."""
    every = " AND ".join(f"{_ANYWHERE} : {phrase(word, prefix=True)}" for word in words)
    number = phrase(_match.who(" ".join(words)), prefix=True)
    sql = (
        "SELECT c.id FROM names CROSS JOIN customer c ON c.n = names.rowid"
        " WHERE names MATCH ? ORDER BY c.folded, c.id LIMIT ? OFFSET ?"
    )
    rows = catalog.all(sql, f"({every}) OR {_ANYWHERE} : {number}", _CHUNK, start)
    return [row[0] for row in rows]
