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
            stat = journal.storage.stat()
            row = self._catalog.one("SELECT n, bytes, inode, address FROM journal WHERE name = ?", name)
            if stat is None:
                self._drop(row)
            elif row is None:
                self._index(name, journal.storage)
            elif (stat.st_size, stat.st_ino) != row[1:3]:
                self.done = True
                changed = stat.st_ino != row[2] or stat.st_size < row[1]
                self._bring(row, journal.storage, start=0 if changed else row[1])

    def _drop(self, row: tuple[int, int, int, str] | None) -> None:
        if row is not None:
            self.done = True
            self._rows.forget(row[0])
            self._catalog.db.execute("DELETE FROM journal WHERE n = ?", row[:1])

    def _index(self, name: str, storage: JournalStorage) -> None:
        storage.seal()
        stat = storage.stat()
        address = address_in(storage)
        if stat is None or not belongs(self._layout, name, address):
            return
        self.done = True
        number = self._rows.journal(name, stat.st_ino, address)
        self._read(number, storage, 0)

    def _bring(self, row: tuple[int, int, int, str], storage: JournalStorage, start: int) -> None:
        storage.seal()
        if start == 0 or self._rewrites(storage.scan(start)):
            self._rows.forget(row[0])
            start = 0
        self._read(row[0], storage, start)

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
        stat = storage.stat()
        skipped = scan.skipped + scan.pending + unread
        if stat is not None:
            sql = "UPDATE journal SET inode = ? WHERE n = ?"
            self._catalog.db.execute(sql, (stat.st_ino, number))
            self._rows.measure(number, stat.st_size, skipped)


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
