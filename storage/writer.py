"""The write protocol. Lives in the writer's thread; the catalog's connection never leaves it.

1. The lock is taken; what a dead predecessor was writing is looked at first.
2. In one transaction of the catalog: nothing is written before lease, head, revisions and duplicates are checked.
3. The journals to be written are named in the lock file; files are kept; lines are appended, and flushed to the disk:
   from here on the write is durable. The cursor's line comes after that, durable as well.
4. The rows are kept, without waiting for the disk: a file's size tells later what is missing.
5. The lock file is emptied, the lock given back, the write acknowledged.

Whatever fails before step 5 is taken back: the appended lines are cut off, nothing counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Conflict, Damaged
from agent_tui.core.language import _
from agent_tui.core.model import Record
from agent_tui.core.store import CursorUpdate, Head, Lease, Written
from storage import blobs as files
from storage import codec
from storage.appender import Appender
from storage.catalog import Catalog, Catalogs
from storage.catalog_plan import Plan
from storage.catalog_read import has_head
from storage.catalog_write import Rows
from storage.filed import Filed
from storage.layout import Journalled, Layout
from storage.leases import Leases
from storage.lines import Measure, Place
from storage.locks import Intent, StoreLock
from storage.rebuild import Rebuild
from storage.recovery import Repair

_AT_ONCE = 100
"""So many journals are looked at before others may write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one call of `Store.write` asks for."""

    records: Sequence[Record]
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    cursor: CursorUpdate | None = None
    lease: Lease | None = None
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """The new records of one journal."""

    journal: Journalled
    address: Address
    records: list[Record]


class Writer:
    """The one who writes, in this process."""

    def __init__(self, layout: Layout, lock: StoreLock, catalogs: Catalogs, leases: Leases) -> None:
        self._layout = layout
        self._lock = lock
        self._catalogs = catalogs
        self._leases = leases
        self._filed = Filed(layout)
        self._catalog: Catalog | None = None

    def write(self, request: Request, begin: Callable[[], None]) -> tuple[Written, ...]:
        """Keeps everything, durably, or raises and keeps nothing. `begin` is called under the lock, and may raise."""
        with self.session() as (catalog, intent):
            begin()
            self._repair_stale(catalog, request)
            with closing(Appender(self._layout)) as appender:
                try:
                    with catalog.writing():
                        written = self._keep(catalog, intent, appender, request)
                except BaseException:
                    appender.undo()
                    intent.clear()
                    raise
            return written

    @contextmanager
    def session(self, *, wait: bool = True) -> Iterator[tuple[Catalog, Intent]]:
        """The lock, and the live catalog, which agrees with every journal a dead predecessor was writing.

        Raises BlockingIOError when it is not to `wait` and another has the lock.
        """
        with self._lock.held(wait=wait) as intent:
            catalog = self._live()
            if left := intent.left():
                self._repair(catalog, left)
                intent.clear()
            yield catalog, intent
            intent.clear()

    def _repair(self, catalog: Catalog, names: Sequence[str]) -> None:
        with catalog.writing():
            Repair(self._layout, catalog, self._filed).journals(names)

    def open(self) -> None:
        """Makes sure of a catalog, and looks at what a dead predecessor was writing; not while another is busy."""
        wait = self._catalogs.current() is None
        with suppress(BlockingIOError), self.session(wait=wait):
            pass

    def catch_up(self, names: Sequence[str]) -> None:
        """Looks at journals that seem to be other than the catalog says; what was missed cannot be told by changes."""
        for start in range(0, len(names), _AT_ONCE):
            with self.session() as (catalog, _other), catalog.writing():
                repair = Repair(self._layout, catalog, self._filed)
                repair.journals(names[start : start + _AT_ONCE])
                if repair.done:
                    catalog.renew_epoch()

    @property
    def is_untidy(self) -> bool:
        """Whether `tidy` has something to do. May be asked by any thread."""
        catalog = self._catalog
        return catalog is not None and catalog.is_long

    def tidy(self) -> None:
        """Moves the catalog's log into its file, when nobody waits for it."""
        with self.session() as (catalog, _other):
            if catalog.is_long:
                catalog.checkpoint()

    def renew(self) -> None:
        """Puts a new catalog in the place of one that is damaged."""
        with self._lock.held():
            self.close_catalog()
            path = self._catalogs.current()
            if path is not None and not self._catalogs.is_sound(path):
                self._catalogs.discard(path)
            self._live()

    def close_catalog(self) -> None:
        """Lets go of the connection. Only under the lock."""
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    def _live(self) -> Catalog:
        path = self._catalogs.current()
        if self._catalog is not None and self._catalog.path != path:
            self.close_catalog()
        if self._catalog is None:
            self._catalog = self._catalogs.usable(path, writes=True)
        if self._catalog is None:
            self._rebuild()
            path = self._catalogs.current()
            self._catalog = self._catalogs.usable(path, writes=True)
        if self._catalog is None:
            raise Damaged(_("the catalog cannot be made"), remedy=_("look at the disk it lies on"))
        return self._catalog

    def _rebuild(self) -> None:
        rebuild = Rebuild(self._layout, self._catalogs)
        try:
            rebuild.build()
            rebuild.switch()
        except BaseException:
            rebuild.abandon()
            raise

    # -- one write

    def _repair_stale(self, catalog: Catalog, request: Request) -> None:
        """Looks at every journal about to be written: a size that is not the noted one is the sign of a crash."""
        journals = [self._layout.address(a) for a in dict.fromkeys(r.address for r in request.records)]
        if request.cursor:
            journals.append(self._layout.channel(request.cursor.channel))
        stale = [journal.name for journal in journals if _is_stale(catalog, journal)]
        if stale:
            self._repair(catalog, stale)

    def _keep(
        self, catalog: Catalog, intent: Intent, appender: Appender, request: Request
    ) -> tuple[Written, ...]:
        self._check(catalog, request)
        written = Plan(catalog).of(request.records)
        outcomes = zip(request.records, written, strict=True)
        new = [record for record, outcome in outcomes if outcome.duplicate_of is None]
        groups = self._groups(new)
        cursor = self._layout.channel(request.cursor.channel) if request.cursor else None
        names = [group.journal.name for group in groups]
        intent.declare([*names, cursor.name] if cursor else names)
        rows = Rows(catalog, self._filed)
        places = self._append(rows, appender, groups, request.blobs)
        for record in new:
            number, lines = places[record.address]
            rows.add(record, number, next(lines))
        if request.cursor and cursor:
            self._set_cursor(rows, appender, cursor, request.cursor)
        rows.finish()
        return tuple(written)

    def _check(self, catalog: Catalog, request: Request) -> None:
        if request.lease:
            self._leases.check(request.lease)
        if request.head and not has_head(catalog, request.head):
            raise Conflict(_("a newer message has come in"), remedy=_("read it, and answer that"))

    def _groups(self, records: Sequence[Record]) -> list[_Group]:
        groups: dict[Address, _Group] = {}
        for record in records:
            if record.address not in groups:
                journal = self._layout.address(record.address)
                groups[record.address] = _Group(journal, record.address, [])
            groups[record.address].records.append(record)
        return list(groups.values())

    def _append(
        self,
        rows: Rows,
        appender: Appender,
        groups: Sequence[_Group],
        blobs: Mapping[str, bytes],
    ) -> dict[Address, tuple[int, Iterator[Place]]]:
        """Writes the lines, durably; each address's journal number and where its lines are, in order."""
        appender.make_room([group.journal for group in groups])
        files.keep(self._layout, (r for group in groups for r in group.records), blobs)
        done: list[tuple[_Group, list[Place], Measure]] = []
        for group in groups:
            versions = [codec.encode(record) for record in group.records]
            done.append((group, *appender.append(group.journal, versions)))
        appender.flush()
        places = {}
        for group, lines, measure in done:
            number = rows.journal(group.journal.name, group.address)
            rows.measure(number, measure)
            places[group.address] = (number, iter(lines))
        return places

    def _set_cursor(self, rows: Rows, appender: Appender, journal: Journalled, update: CursorUpdate) -> None:
        _other, measure = appender.append(journal, [codec.encode_cursor(update.channel, update.cursor)])
        appender.flush()
        number = rows.journal(journal.name, None)
        rows.set_cursor(update.channel, number, update.cursor)
        rows.measure(number, measure)


def _is_stale(catalog: Catalog, journal: Journalled) -> bool:
    row = catalog.one("SELECT bytes, inode, stamp FROM journal WHERE name = ?", journal.name)
    try:
        now = Measure.of(journal.path.stat())
    except FileNotFoundError:
        return row is not None
    return now != row if row else now.size > 0
