"""Files that are private and survive: created 0600, written whole or not at all, flushed to the disk itself.

Everything here raises OSError as the system gave it; `storage.troubles` says what that means for the store.
"""

import ctypes
import fcntl
import os
import sys
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_MANY = 32
"""From so many files on, one flush of the file system is faster than one of each."""


def create_private(path: Path, flags: int) -> int:
    """An open file that only its owner may read, made when it is not there."""
    return os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def make_folder(path: Path) -> bool:
    """Makes a folder only its owner may enter; whether it was new. Its parent must exist."""
    try:
        path.mkdir(PRIVATE_FOLDER)
    except FileExistsError:
        return False
    return True


def write_all(fd: int, data: bytes, size: int) -> None:
    """Appends `data` whole, or leaves the file at `size` bytes and raises OSError."""
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
    except OSError:
        os.ftruncate(fd, size)
        raise


if sys.platform == "darwin":

    def flush(fd: int) -> None:
        """Makes a file's bytes survive a loss of power (fsync on a Mac leaves them in the drive's memory)."""
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)

else:

    def flush(fd: int) -> None:
        """Makes a file's bytes survive a loss of power."""
        os.fdatasync(fd)


def flush_directory(path: Path) -> None:
    """Makes the names in a folder survive a loss of power."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def flush_all(root: Path, written: Collection[Path], folders: Collection[Path]) -> None:
    """Makes files, and the names in folders, survive a loss of power: each, or many at once. All lie under `root`."""
    if len(written) + len(folders) > _MANY and flush_file_system(root):
        return
    for path in written:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            flush(fd)
        finally:
            os.close(fd)
    for folder in folders:
        flush_directory(folder)


def flush_file_system(path: Path) -> bool:
    """Makes everything written to the file system of `path` survive; False where that cannot be asked for.

    Linux's syncfs(2): one call instead of one for each file, and, other than sync(2), it reports errors.
    """
    call = _syncfs()
    if call is None:
        return False
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if call(fd) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(fd)
    return True


@cache
def _syncfs() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    call: Callable[[int], int] | None = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    return call


def replace_file(path: Path, data: bytes) -> None:
    """Puts `data` in the place of a file: whole and durable, or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    fd = create_private(temporary, os.O_WRONLY | os.O_TRUNC)
    try:
        try:
            write_all(fd, data, 0)
            flush(fd)
        finally:
            os.close(fd)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    flush_directory(path.parent)
