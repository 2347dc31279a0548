"""Bringing the catalog's rows of a journal up to date with its file, whatever happened in between.

A file longer than its rows: a writer died, or power was lost before the catalog's last transactions reached the disk;
the rest is read. A shorter or another file: it was restored or edited; its rows are dropped and all of it is read.
No file: its rows are dropped. Lines that cannot be read are counted. Only under the store's lock.
"""

from collections.abc import Iterable
from contextlib import closing, suppress

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Damaged
from agent_tui.core.model import Record
from storage import codec
from storage.catalog import Catalog
from storage.catalog_write import Rows
from storage.filed import Filed
from storage.journal import JournalStorage, open_journal
from storage.layout import Layout
from storage.lines import META, Line, Scan


class Repair:
    """Repairs within one transaction; `done` says whether anything was different."""

    def __init__(self, layout: Layout, catalog: Catalog, filed: Filed) -> None:
        self._layout = layout
        self._catalog = catalog
        self._rows = Rows(catalog, filed)
        self.done = False

    def journals(self, names: Iterable[str]) -> None:
        """Brings the rows of these journals up to date."""
        for name in names:
            self._journal(name)
        self._rows.finish()

    def _journal(self, name: str) -> None:
        with closing(open_journal(self._layout.path(name))) as journal:
            now = journal.storage.measure()
            row = self._catalog.one("SELECT n, bytes, inode, stamp FROM journal WHERE name = ?", name)
            if now is None:
                self._drop(row)
            elif row is None:
                self._index(name, journal.storage)
            elif now != row[1:]:
                self.done = True
                grown = now.inode == row[2] and now.size > row[1]
                is_longer = grown and journal.storage.is_boundary(row[1])
                self._bring(row[0], journal.storage, start=row[1] if is_longer else 0)

    def _drop(self, row: tuple[int, int, int, int] | None) -> None:
        if row is not None:
            self.done = True
            self._rows.forget(row[0])
            self._catalog.db.execute("DELETE FROM journal WHERE n = ?", row[:1])

    def _index(self, name: str, storage: JournalStorage) -> None:
        storage.seal()
        address = address_in(storage)
        if not belongs(self._layout, name, address):
            return
        self.done = True
        number = self._rows.journal(name, address)
        self._read(number, storage, 0)

    def _bring(self, number: int, storage: JournalStorage, start: int) -> None:
        storage.seal()
        if start == 0 or self._rewrites(storage.scan(start)):
            self._rows.forget(number)
            start = 0
        self._read(number, storage, start)

    def _rewrites(self, scan: Scan) -> bool:
        """Whether a line takes back or replaces a fact, which only an edit by hand does."""
        sql = "SELECT 1 FROM entry WHERE id = ?"
        return any(
            line.document is None
            or (codec.CLASSES.get(line.table) in codec.FACTS and self._catalog.one(sql, line.id))
            for line in scan
            if line.table != META
        )

    def _read(self, number: int, storage: JournalStorage, start: int) -> None:
        scan = storage.scan(start)
        live, former = versions(scan)
        see(self._rows, number, former)
        unread = sum(not add_line(self._catalog, self._rows, number, line) for line in live)
        if now := storage.measure():
            self._rows.measure(number, now, scan.skipped + scan.pending + unread)


def versions(scan: Scan) -> tuple[list[Line], list[Line]]:
    """The last version of each document that is still there, in the order of the file; and all that came before."""
    live: dict[tuple[str, str], Line] = {}
    former: list[Line] = []
    for line in scan:
        if line.table == META:
            continue
        if older := live.pop((line.table, line.id), None):
            former.append(older)
        if line.document is not None:
            live[line.table, line.id] = line
    return list(live.values()), former


def see(rows: Rows, journal: int, former: Iterable[Line]) -> None:
    """Notes what former versions tell: when the address was first heard of."""
    for line in former:
        with suppress(Damaged):
            rows.see(to_record(line), journal)


def add_line(catalog: Catalog, rows: Rows, journal: int, line: Line) -> bool:
    """Adds what a line says; False when it cannot be read, or says what another journal has said already."""
    if line.table == codec.CURSOR and line.document is not None:
        rows.set_cursor(line.id, journal, codec.decode_cursor(line.document))
        return True
    try:
        record = to_record(line)
    except Damaged:
        return False
    if isinstance(record, codec.FACTS) and catalog.one("SELECT 1 FROM entry WHERE id = ?", record.id):
        return False
    rows.add(record, journal, line.place)
    return True


def to_record(line: Line) -> Record:
    """The record a line holds. Raises Damaged."""
    kind = codec.CLASSES.get(line.table)
    if kind is None or line.document is None:
        raise Damaged(f"{line.id} is no record")
    return codec.decode(kind, line.document)


def address_in(storage: JournalStorage) -> Address | None:
    """Whose journal a file says it is; None when it is a channel's, or does not say."""
    for line in storage.scan():
        try:
            if line.table == META and line.document is not None:
                return codec.decode_meta(line.document).address
            return to_record(line).address
        except Damaged:
            continue
    return None


def belongs(layout: Layout, name: str, address: Address | None) -> bool:
    """Whether a journal lies where it has to; a folder copied by hand to another name does not count."""
    if address is None:
        return name.startswith("ch-")
    return layout.address(address).name == name
