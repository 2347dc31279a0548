"""A disk that keeps, when the power goes, only what it was told to keep.

While a disk is `watched`, every fsync(2) and fdatasync(2) of this process is noted: of a file, its bytes; of a folder,
the names in it. What it would hold is then what a disk of the worst kind that still tells the truth holds: no name that
its folder was not flushed with, no byte that was not flushed. What SQLite flushes is not noted; the catalog may be
anything.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

Image = dict[str, bytes]
"""Files by path, below the store's folder."""


@dataclass(frozen=True)
class Loss:
    """What is there when the power goes, just before something would have been flushed."""

    kept: Image
    written: (
        Image  # the journals, as the living system saw them: any part of what is more than kept may be there
    )
    promises: int  # how many were made before


class Disk:
    """What is durable below one folder. Every `stride`-th flush is a moment at which the power may have gone."""

    def __init__(self, root: Path, stride: int = 1) -> None:
        self.losses: list[Loss] = []
        self.promises = 0
        self._root = root
        self._stride = stride
        self._flushes = 0
        self._names: dict[str, dict[str, int]] = {}  # of each flushed folder: names and inodes
        self._bytes: dict[int, bytes] = {}

    def flush(self, fd: int) -> None:
        """A file or folder is flushed."""
        path = Path(f"/proc/self/fd/{fd}").readlink()
        if path == self._root or path.is_relative_to(self._root):
            self._remember()
            self._keep(path)

    def flush_everything(self) -> None:
        """The whole file system is flushed."""
        self._remember()
        for path in (self._root, *self._root.rglob("*")):
            self._keep(path)

    def image(self) -> Image:
        """The files the disk would hold if the power went now."""
        return dict(self._files(str(self._root)))

    def _keep(self, path: Path) -> None:
        if path.is_dir():
            self._names[str(path)] = {entry.name: entry.inode() for entry in os.scandir(path)}
        else:
            self._bytes[path.stat().st_ino] = path.read_bytes()

    def _remember(self) -> None:
        self._flushes += 1
        if self._flushes % self._stride == 0:
            journals = self._root.rglob("*.jsonl")
            written = {str(path.relative_to(self._root)): path.read_bytes() for path in journals}
            self.losses.append(Loss(self.image(), written, self.promises))

    def _files(self, folder: str) -> Iterator[tuple[str, bytes]]:
        for name, inode in self._names.get(folder, {}).items():
            path = f"{folder}{os.sep}{name}"
            if path in self._names or Path(path).is_dir():
                yield from self._files(path)
            else:
                yield os.path.relpath(path, self._root), self._bytes.get(inode, b"")


@contextmanager
def watched(disk: Disk) -> Iterator[None]:
    """Notes what is flushed. Nothing is really flushed meanwhile: this machine's power does not go."""

    def flush_everything(_: Path) -> bool:
        disk.flush_everything()
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", disk.flush)
        patch.setattr(os, "fdatasync", disk.flush)
        patch.setattr("storage.disk.flush_file_system", flush_everything)
        yield


def restore(root: Path, loss: Loss, chance: random.Random) -> None:
    """Makes `root` what the disk kept, in place; the cache stays as it is."""
    for path in [path for path in root.rglob("*") if path.is_file()]:
        name = str(path.relative_to(root))
        if name.startswith("cache"):
            continue
        if name not in loss.kept:
            path.unlink()
            continue
        kept = loss.kept[name]
        tail = _debris(loss.written[name][len(kept) :], chance) if name in loss.written else b""
        with path.open("r+b") as file:
            file.truncate(0)
            file.write(kept + tail)


def put_back(root: Path, image: Image) -> None:
    """Puts a backup in the place of what is there, as rsync(1) does: what is equal is left alone, the rest replaced."""
    for path in [path for path in root.rglob("*") if path.is_file()]:
        name = str(path.relative_to(root))
        if not name.startswith("cache") and path.read_bytes() != image.get(name):
            (root / "new").write_bytes(image.get(name, b""))
            (root / "new").replace(path)
            if name not in image:
                path.unlink()


def _debris(lost: bytes, chance: random.Random) -> bytes:
    """What may stand behind the bytes that were kept: nothing, a part of what was lost, zeros, garbage."""
    some = lost[: chance.randint(0, len(lost))]
    stray = b'["message","stray",{"v":1}]\n'
    zeros = bytes(chance.randint(1, 5000))
    return chance.choice((b"", some, some, zeros, chance.randbytes(200), zeros + b"\n" + stray))
