"""A new catalog from the journals, beside the old one, and the switch from one to the other.

`build` needs no lock: it reads what is there; writers go on. `switch`, under the lock, reads what they appended
meanwhile and makes the new catalog the live one, under a name that was never used; other processes notice by the name.
Entries are added in the order of time, so that the index grows at its end; two passes, since nobody has all texts
in memory: the first notes where each newest version stands.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from typing import NamedTuple

from agent_tui.core.errors import Damaged
from storage import codec
from storage.catalog import Catalog, Catalogs
from storage.catalog_write import Rows
from storage.filed import Filed
from storage.journal import Journal, open_journal
from storage.layout import Layout
from storage.lines import Line, Place
from storage.recovery import Repair, add_line, address_in, belongs, see, to_record, versions

_BATCH = 5000
_OPEN = 200


class _Located(NamedTuple):
    """Where a record stands; sorts by time."""

    at: int
    journal: int
    offset: int
    length: int


class Rebuild:
    """One rebuild. The connection belongs to the thread that calls `build` and `switch`."""

    def __init__(self, layout: Layout, catalogs: Catalogs) -> None:
        self._layout = layout
        self._catalogs = catalogs
        self._filed = Filed(layout)
        self._catalog = catalogs.create()
        self._rows = Rows(self._catalog, self._filed, live=False)
        self._names: dict[int, str] = {}

    def build(self) -> None:
        """Fills the new catalog from the journals as they are."""
        located: list[_Located] = []
        with self._catalog.writing():
            for name in self._layout.journals():
                located += self._locate(name)
        located.sort()
        pending = iter(located)
        while batch := list(islice(pending, _BATCH)):
            with self._catalog.writing():
                self._add(batch)
                self._rows.flush()
        with self._catalog.writing():
            self._rows.finish()

    def switch(self) -> None:
        """Catches up, and makes the new catalog the live one. Only under the lock."""
        with self._catalog.writing():
            repair = Repair(self._layout, self._catalog, self._filed)
            repair.journals(stale(self._layout, self._catalog))
            self._catalog.renew_epoch()
        self._catalog.close()
        self._catalogs.switch(self._catalog.path)

    def abandon(self) -> None:
        """Throws the new catalog away."""
        self._catalog.close()
        self._catalogs.discard(self._catalog.path)

    def _locate(self, name: str) -> Iterator[_Located]:
        """Documents are added at once, since entries need them; where entries stand is told."""
        with closing(open_journal(self._layout.path(name))) as journal:
            address = address_in(journal.storage)
            if not belongs(self._layout, name, address):
                return
            number = self._rows.journal(name, address)
            self._names[number] = name
            scan = journal.storage.scan()
            skipped = 0
            live, former = versions(scan)
            see(self._rows, number, former)
            for line in live:
                if codec.CLASSES.get(line.table) in codec.FACTS:
                    yield _Located(_moment(line), number, *line.place)
                else:
                    skipped += not add_line(self._catalog, self._rows, number, line)
            if now := journal.storage.measure():  # what was added since the scan ended is met by the switch
                self._rows.measure(number, now._replace(size=scan.end), scan.skipped + skipped)

    def _add(self, batch: Sequence[_Located]) -> None:
        with ExitStack() as stack:
            opened: dict[int, Journal] = {}
            for each in batch:
                if each.journal not in opened and len(opened) >= _OPEN:
                    stack.close()
                    opened.clear()
                if each.journal not in opened:
                    journal = open_journal(self._layout.path(self._names[each.journal]))
                    opened[each.journal] = stack.enter_context(closing(journal))
                line = opened[each.journal].storage.at(Place(each.offset, each.length))
                if line is None or not add_line(self._catalog, self._rows, each.journal, line):
                    self._rows.measure_skipped(each.journal)


def _moment(line: Line) -> int:
    """When an entry was said; one that cannot be read is met again, and counted, when it is added."""
    try:
        record = to_record(line)
    except Damaged:
        return 0
    return codec.milliseconds(record.at) if isinstance(record, codec.FACTS) else 0


def stale(layout: Layout, catalog: Catalog) -> list[str]:
    """The journals whose files are not what the catalog says. Looks at every file; changes nothing."""
    known = {row[0]: row[1:] for row in catalog.all("SELECT name, bytes, inode, stamp FROM journal")}
    found = [name for name, now in layout.measures() if known.pop(name, ()) != now]
    return [*found, *known]
