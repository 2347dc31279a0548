"""What the system's and SQLite's errors mean for the store: one boundary, so that only `core.errors` leaves it."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from agent_tui.core.errors import Busy, Damaged, Full, StoreError
from agent_tui.core.language import _

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
_FULL_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY})
_UNWRITABLE = frozenset(
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE}
)
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_STRANGE = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})


class BrokenCatalog(Exception):  # an event inside this package: the answer is another catalog
    """The catalog's file cannot be used; it has to be made anew."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file is no catalog, is damaged or gone; a lock or a full disk does not."""
    extended, code = _codes(error)
    return code in _DAMAGE | _STRANGE and extended not in _UNWRITABLE


def _codes(error: sqlite3.Error) -> tuple[int, int]:
    """SQLite's extended and plain result code; 0 when the error is not one of SQLite's own (a bug of ours)."""
    extended: int = getattr(error, "sqlite_errorcode", 0)
    return extended, extended & 0xFF


@contextmanager
def translated() -> Iterator[None]:
    """Everything that goes wrong inside is raised as one of `core.errors`, or as `BrokenCatalog`."""
    try:
        yield
    except OSError as error:
        raise _of_system(error) from error
    except sqlite3.Error as error:
        raise _of_sqlite(error) from error


def _of_system(error: OSError) -> StoreError:
    where = f" ({error.filename})" if error.filename else ""
    problem = _("the store's disk refused: {strerror}{where}").format(
        strerror=error.strerror or error, where=where
    )
    if error.errno in _FULL:
        return Full(problem, remedy=_("free some space, or make the disk writable, and try again"))
    if error.errno in _FORBIDDEN:
        return StoreError(problem, remedy=_("the folder must belong to whoever runs this program"))
    return StoreError(problem)


def _of_sqlite(error: sqlite3.Error) -> Exception:
    extended, code = _codes(error)
    if code in _LOCKED:
        return Busy(_("the catalog is locked by another program"), remedy=_("close it and try again"))
    if code in _FULL_SQLITE or extended in _UNWRITABLE:
        remedy = _("free some space, or make the disk writable, and try again")
        return Full(_("the catalog's disk refused: {error}").format(error=error), remedy=remedy)
    if isinstance(error, sqlite3.OperationalError) and "fts5" in str(error):
        return Damaged(
            _("this Python's SQLite has no full-text search"), remedy=_("use a Python whose SQLite has FTS5")
        )
    if is_damage(error):
        return BrokenCatalog(str(error))
    return StoreError(_("the catalog failed: {error}").format(error=error)) if code else error
