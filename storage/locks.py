"""The lock of a store: one writer at a time, over threads and processes, and what it was writing.

flock(2) on one file, waited for in the kernel: fair, and given back by the kernel when its holder is killed. The
file's content names the journals being written; whoever gets the lock and finds it not empty has a dead predecessor,
and looks at those journals first. It need not survive a loss of power: then every journal is looked at.
"""

import fcntl
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.disk import create_private


class StoreLock:
    """The right to write. Not reentrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.Lock()  # flock is one for all threads that share the file
        self._fd: int | None = None

    @contextmanager
    def held(self, *, wait: bool = True) -> Iterator["Intent"]:
        """Holds the lock; waits for it as long as it takes, or raises BlockingIOError."""
        if not self._thread.acquire(blocking=wait):
            raise BlockingIOError("another thread has the lock")
        try:
            if self._fd is None:
                self._fd = create_private(self._path, os.O_RDWR)
            fcntl.flock(self._fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            try:
                yield Intent(self._fd)
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._thread.release()

    def close(self) -> None:
        """Lets go of the file."""
        with self._thread:
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None


class Intent:
    """What the holder of the lock is writing, for whoever comes after its death."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def left(self) -> list[str]:
        """The journals a dead predecessor was writing; also those this holder declared."""
        size = os.fstat(self._fd).st_size
        return os.pread(self._fd, size, 0).decode("ascii", "ignore").split("\n")[:-1] if size else []

    def declare(self, names: Iterable[str]) -> None:
        """Says which journals are about to be written."""
        os.pwrite(self._fd, "".join(f"{name}\n" for name in names).encode(), 0)

    def clear(self) -> None:
        """Says that catalog and journals agree."""
        os.ftruncate(self._fd, 0)
