"""All that a catalog says, in words that do not depend on the order in which it was told: for comparing two of them."""

import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from storage.catalog import Catalogs
from storage.layout import Layout
from storage.rebuild import Rebuild

_PLAIN = {
    "journal": "SELECT name, address, scheme, value, folded, birth, owner, bytes, inode, stamp, seen, skipped FROM journal",
    "entry": (
        "SELECT e.id, e.kind, j.name, e.at, e.off, e.len, e.asks, e.reply, e.void, e.fingerprint"
        " FROM entry e LEFT JOIN journal j ON j.n = e.journal WHERE e.id IS NOT NULL"
    ),
    "external": "SELECT channel, name, source, id FROM external",
    "document": (
        "SELECT d.kind, d.id, j.name, d.rev, d.body FROM document d LEFT JOIN journal j ON j.n = d.journal"
    ),
    "delivery": "SELECT id, channel, state, leave FROM delivery",
    "claim": (
        "SELECT c.address, j.name, c.vouched, c.why FROM claim c LEFT JOIN journal j ON j.n = c.journal"
    ),
    "cursor": "SELECT c.channel, j.name, c.cursor FROM cursor c LEFT JOIN journal j ON j.n = c.journal",
    "names": (
        "SELECT c.id, w.name, w.address, w.scheme, w.note FROM names w LEFT JOIN customer c ON c.n = w.rowid"
    ),
}
_FACET = re.compile(r"j(\d+)")
Dump = dict[str, list[tuple[object, ...]]]


def dump(path: Path) -> Dump:
    """What the catalog in this file says, table by table."""
    with closing(sqlite3.connect(path)) as db:
        said = {table: sorted(db.execute(sql), key=repr) for table, sql in _PLAIN.items()}
        said["customer"] = _customers(db)
        said["words"] = _words(db)
    return said


def _customers(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    columns = [row[1] for row in db.execute("PRAGMA table_info(customer)") if row[1] != "n"]
    return sorted(db.execute(f"SELECT {', '.join(columns)} FROM customer"), key=repr)


def _words(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Every word of every entry, in its column and place; numbers of journals as their names."""
    db.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)")
    names = dict(db.execute("SELECT n, name FROM journal").fetchall())
    found: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    sql = "SELECT e.id, v.col, v.offset, v.term FROM temp.vocabulary v JOIN entry e ON e.n = v.doc"
    for key, column, offset, term in db.execute(f"{sql} WHERE e.id IS NOT NULL"):
        if column == "facet" and (match := _FACET.fullmatch(term)):
            term = names.get(int(match[1]))
        found[key].append((column, offset, term))
    return sorted((key, *sorted(words, key=repr)) for key, words in found.items())


def live(root: Path, cache: Path | None = None) -> Dump:
    """What the store's own catalog says."""
    layout = Layout(root, cache)
    path = Catalogs(layout.cache, root).current()
    assert path is not None
    return dump(path)


def anew(root: Path, scratch: Path) -> Dump:
    """What a catalog says that is made of the journals alone."""
    layout = Layout(root, scratch)
    scratch.mkdir(exist_ok=True)
    catalogs = Catalogs(scratch, root)
    rebuild = Rebuild(layout, catalogs)
    rebuild.build()
    rebuild.switch()
    path = catalogs.current()
    assert path is not None
    return dump(path)


def differences(one: Dump, other: Dump) -> list[str]:
    """What is in one and not in the other, in a few words each."""
    return [
        f"{table} {side} {row!r:.400}"
        for table in one
        for side, rows, others in (("-", one[table], other[table]), ("+", other[table], one[table]))
        for row in rows
        if row not in others
    ]
