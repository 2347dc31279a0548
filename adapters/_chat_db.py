"""The chat server's file: SQLite on threads of its own, and nothing is said to be kept before it is on the disk.

Everybody hands in functions of a connection. The writing thread takes all that wait, runs each under a savepoint in
one transaction, and answers when that is committed and synced: a hundred messages at once cost one `fsync`, and one
that fails takes no other with it. The reading thread never waits for the disk; whoever was told that something is kept
can read it.
"""

import asyncio
import fcntl
import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from agent_tui.core.errors import Busy, Full
from agent_tui.core.language import _

T = TypeVar("T")
_log = logging.getLogger(__name__)

MOST = 256  # jobs in one transaction
SCHEMA = """
CREATE TABLE IF NOT EXISTS visitors (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  user TEXT NOT NULL,             -- whom the website's own login vouched for; empty: nobody
  login_name TEXT NOT NULL,       -- … and what it said beside
  login_mail TEXT NOT NULL,
  name TEXT NOT NULL,             -- what they typed
  mail TEXT NOT NULL,
  fresh INTEGER NOT NULL,         -- some of the five above is news to the terminal
  active INTEGER NOT NULL,        -- when something was last said, by either side
  got INTEGER NOT NULL DEFAULT 0, -- how far the agent's words reached the browser
  seen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS visitors_user ON visitors (site, user) WHERE user <> '';
CREATE INDEX IF NOT EXISTS visitors_active ON visitors (active);
CREATE TABLE IF NOT EXISTS tokens (
  hash BLOB PRIMARY KEY,
  visitor TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX IF NOT EXISTS tokens_visitor ON tokens (visitor);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL,
  visitor TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,              -- the sender's own name for it: the same again is the same message
  at INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (visitor, kind, key)
) STRICT;
CREATE INDEX IF NOT EXISTS events_visitor ON events (visitor, seq);
CREATE INDEX IF NOT EXISTS events_answered ON events (key) WHERE kind = 'answered';
CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY,
  visitor TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  data BLOB NOT NULL,
  used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS files_visitor ON files (visitor);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to do, and who waits for it."""

    work: Callable[[sqlite3.Connection], Any]
    future: "asyncio.Future[Any] | None" = None
    loop: asyncio.AbstractEventLoop | None = None


class _Worker:
    """A thread with a connection, and what it has to do."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(connection,), name=name, daemon=True)
        self._thread.start()

    def put(self, job: _Job | None) -> None:
        """Do this; None: end."""
        self._jobs.put(job)

    def end(self) -> None:
        """Finish what was handed in."""
        self.put(None)
        self._thread.join()

    def _run(self, connection: sqlite3.Connection) -> None:
        going = True
        while going:
            jobs = [self._jobs.get()]
            while len(jobs) < MOST and not self._jobs.empty():
                jobs.append(self._jobs.get())
            going = None not in jobs
            work = [job for job in jobs if job is not None]
            _answer(work, _together(connection, work))
        connection.close()


class Database:
    """One file of one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: _Worker | None = None
        self._reader: _Worker | None = None
        self._lock = -1

    def open(self) -> None:
        """Take the folder, making it when there is none. Raises Busy when another process has it, OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path = self._folder / "chat.sqlite"
            writing, reading = _opened(path), _connected(path)
        except BlockingIOError as error:
            self._unlock()
            raise Busy(
                _("another chat server uses {folder}").format(folder=self._folder), remedy=_("end it first")
            ) from error
        except BaseException:
            self._unlock()
            raise
        reading.execute("PRAGMA query_only = ON")
        self._writer, self._reader = _Worker(writing, "chat-writer"), _Worker(reading, "chat-reader")

    def close(self) -> None:
        """Finish what was handed in, and let go. May be called twice."""
        for worker in (self._reader, self._writer):
            if worker is not None:
                worker.end()
        if self._lock >= 0:
            self._unlock()
        self._reader = self._writer = None

    def _unlock(self) -> None:
        os.close(self._lock)
        self._lock = -1

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` returns, once it is on the disk. Raises what it raised, or Full when the disk took no more."""
        return await _asked(self._writer, work)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work`, which changes nothing, returns. Raises what it raised."""
        return await _asked(self._reader, work)

    def later(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do this some time soon; nobody waits for it."""
        assert self._writer is not None
        self._writer.put(_Job(work))


async def _asked(worker: _Worker | None, work: Callable[[sqlite3.Connection], T]) -> T:
    assert worker is not None
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    worker.put(_Job(work, future, loop))
    return await future


def _opened(path: Path) -> sqlite3.Connection:
    """The file, made or brought up; one that is damaged beyond reading is set aside and named."""
    try:
        return _connected(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk, not the file
            raise OSError(f"{path}: {error}") from error
        aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
        for suffix in ("", "-wal", "-shm"):
            if (part := path.with_name(path.name + suffix)).exists():
                part.rename(aside.with_name(aside.name + suffix))
        _log.error("the chat server's file was damaged (%s): it is set aside as %s", error, aside)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what a visitor had erased is not left in free pages
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()) != ("ok",):
            raise sqlite3.DatabaseError(found[0])
        connection.executescript(SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _together(connection: sqlite3.Connection, jobs: list[_Job]) -> list[tuple[bool, Any]]:
    """Every job in one transaction: for each whether it went well, and its result or error."""
    try:
        connection.execute("BEGIN")
        results = [_attempt(connection, job) for job in jobs]
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        _log.error("the chat server's file took nothing: %s", error)
        full = Full(
            _("the chat server's disk took nothing: {error}").format(error=error), remedy=_("free some space")
        )
        return [(False, full)] * len(jobs)
    return results


def _attempt(connection: sqlite3.Connection, job: _Job) -> tuple[bool, Any]:
    connection.execute("SAVEPOINT job")
    try:
        result = job.work(connection)
    except sqlite3.OperationalError:
        raise  # the disk: it concerns them all
    except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits for it
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return False, error
    connection.execute("RELEASE job")
    return True, result


def _answer(jobs: list[_Job], results: list[tuple[bool, Any]]) -> None:
    """Tell everybody who waits, in order, with one call for each loop."""
    for loop in {job.loop for job in jobs}:
        mine = [(job.future, *result) for job, result in zip(jobs, results, strict=True) if job.loop is loop]
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_settle, mine)


def _settle(mine: "list[tuple[asyncio.Future[Any] | None, bool, Any]]") -> None:
    for future, went_well, result in mine:
        if future is None or future.done():
            continue  # nobody waits any more; it is kept all the same
        if went_well:
            future.set_result(result)
        else:
            future.set_exception(result)
