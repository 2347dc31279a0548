"""The catalog's file: opening it, telling whether it is the right one, and putting another in its place.

SQLite in WAL mode. Which file is the live one says ``CURRENT-v…``, replaced atomically by a rebuild; a name is never
used twice, so whoever has an old one open notices. The schema's number is part of all names, so that two versions of
the program can work side by side. A catalog that was copied
from elsewhere, or cannot be read, is not used: nothing in it is true only there.

Every connection belongs to the thread that opened it. Checkpoints are made, and connections closed, under the store's
lock only: a writer and a checkpoint in two processes at once can damage a WAL in SQLite before 3.51.3.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agent_tui.core.errors import Damaged, StoreError
from agent_tui.core.language import Said, _, english
from storage.disk import create_private, flush_all, replace_file
from storage.troubles import is_damage

SCHEMA = 4
_PREFIX = f"catalog-v{SCHEMA}-"
_CURRENT = f"CURRENT-v{SCHEMA}"
KEPT_CHANGES = 100_000
_LONG = 4 << 20
_PATIENCE = 30
_VERSION = re.compile(r"catalog-v(\d{1,6})-")
_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables


class Catalog:
    """One connection to one catalog file."""

    def __init__(self, path: Path, *, writes: bool, building: bool = False) -> None:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            remedy = _("install a Python that comes with 3.37 or newer")
            raise StoreError(
                _("SQLite {version} is too old").format(version=sqlite3.sqlite_version),
                remedy=remedy,
            )
        self.path = path
        self._log = Path(f"{path}-wal")
        self._long = _LONG  # so many bytes of log are worth a checkpoint
        uri = f"file:{quote(str(path))}?mode=rw"  # a file that was deleted must not come back empty
        sqlite3.register_adapter(Said, english)  # as the journals keep it
        self.db = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=_PATIENCE, cached_statements=256
        )
        try:
            self._prepare(writes=writes, building=building)
        except sqlite3.Error:
            self.db.close()
            raise

    def _prepare(self, *, writes: bool, building: bool) -> None:
        run = self.db.execute
        run(f"PRAGMA journal_mode = {'OFF' if building else 'WAL'}").fetchone()
        run(f"PRAGMA synchronous = {'OFF' if building else 'NORMAL'}")
        run("PRAGMA wal_autocheckpoint = 0").fetchone()
        run(f"PRAGMA cache_size = -{64 << 10 if writes else 16 << 10}")
        run("PRAGMA temp_store = MEMORY")
        if not writes:
            run("PRAGMA query_only = 1")

    def one(self, sql: str, *values: Any) -> Any:
        """The first row, or None."""
        return self.db.execute(sql, values).fetchone()

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.db.execute(sql, values).fetchone()
        return row[0] if row else None

    def all(self, sql: str, *values: Any) -> list[Any]:
        """Every row."""
        return self.db.execute(sql, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every question inside is answered from the same moment."""
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    @property
    def is_long(self) -> bool:
        """Whether the log has grown enough to be moved into the file."""
        return self._log_size() >= self._long

    def checkpoint(self) -> None:
        """Moves the log into the file. Only under the store's lock.

        The log is emptied too, unless somebody reads just now; then it is tried again when it has grown further.
        """
        self.db.execute("PRAGMA busy_timeout = 0").fetchone()
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.db.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}").fetchone()
        self._long = self._log_size() + _LONG

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except FileNotFoundError:
            return 0

    def close(self) -> None:
        """Only in the thread that opened it, and under the store's lock."""
        self.db.close()

    # -- meta

    def meta(self, key: str) -> str | None:
        """A fact about the catalog itself."""
        found: str | None = self.value("SELECT v FROM meta WHERE k = ?", key)
        return found

    def set_meta(self, key: str, value: str) -> None:
        """Notes a fact about the catalog itself."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def renew_epoch(self) -> None:
        """Every reader of changes has to look at everything again."""
        self.set_meta("epoch", os.urandom(8).hex())

    def prune_changes(self) -> None:
        """Forgets the oldest changes."""
        newest = self.value("SELECT max(seq) FROM change") or 0
        self.db.execute("DELETE FROM change WHERE seq <= ?", (newest - KEPT_CHANGES,))


class Catalogs:
    """The folder of catalogs: the live one's name, new ones, old ones."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder = folder
        self._home = home

    def current(self) -> Path | None:
        """The live catalog's file; None when there is none for this version of the program."""
        try:
            name = (self._folder / _CURRENT).read_text("ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        path = self._folder / name
        return path if name.startswith(_PREFIX) and "/" not in name and path.exists() else None

    def open(self, path: Path, *, writes: bool) -> Catalog:
        """A connection, if the file is a catalog of this very store. Raises Damaged."""
        catalog = None
        try:
            catalog = Catalog(path, writes=writes)
            if catalog.meta("home") == self._identity():
                return catalog
            problem = _("belongs to another folder")
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            problem = _("cannot be read: {error}").format(error=error)
        if catalog is not None:
            catalog.close()
        raise Damaged(
            _("the catalog {path} {problem}").format(path=path.name, problem=problem), remedy=_("run reindex")
        )

    def usable(self, path: Path | None, *, writes: bool) -> Catalog | None:
        """A connection; None when there is no catalog that can be used."""
        try:
            return self.open(path, writes=writes) if path else None
        except Damaged:
            return None

    def is_sound(self, path: Path) -> bool:
        """Whether SQLite finds nothing wrong with a catalog. Reads all of it."""
        catalog = self.usable(path, writes=False)
        if catalog is None:
            return False
        try:
            return bool(catalog.value("PRAGMA quick_check(1)") == "ok")
        except sqlite3.DatabaseError:
            return False
        finally:
            catalog.close()

    def create(self) -> Catalog:
        """A new, empty catalog that nobody uses yet; an error leaves it useless, so it is not logged."""
        path = self._folder / f"{_PREFIX}{os.urandom(6).hex()}.db"
        os.close(create_private(path, os.O_RDWR | os.O_EXCL))
        catalog = Catalog(path, writes=True, building=True)
        with catalog.writing():
            _run_schema(catalog.db)
            catalog.set_meta("home", self._identity())
            catalog.renew_epoch()
        return catalog

    def switch(self, path: Path) -> None:
        """Makes this the live catalog, and deletes the former. Only under the store's lock; it is closed."""
        former = self.current()
        flush_all(self._folder, [path], [self._folder])
        replace_file(self._folder / _CURRENT, path.name.encode() + b"\n")
        if former is not None and former != path:
            self.discard(former)

    def clear_away(self) -> None:
        """Deletes what rebuilds that died, and older versions of the program, left. Only while nobody rebuilds."""
        live = self.current()
        for path in self._folder.glob("catalog-v*.db"):
            version = _VERSION.match(path.name)
            if path != live and version and int(version[1]) <= SCHEMA:
                self.discard(path)

    def discard(self, path: Path) -> None:
        """Deletes a catalog that is not, or no longer, the live one."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)

    def _identity(self) -> str:
        """A copied folder is another one, and what was copied with it while it was written to may be torn."""
        return str((self._home / "store.json").stat().st_ino)


def _run_schema(db: sqlite3.Connection) -> None:
    script = (files("storage") / "schema.sql").read_text("utf-8")
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
