"""Maildir++ folders: written fast for a corpus, and one message at a time while a server runs.

File names, sizes and flags follow the Maildir++ description that Dovecot and Courier share. The
file's modification time is the message's INTERNALDATE. Lines end in LF on the disk, as both expect
(Courier adds a CR to each, whatever is there), and in CRLF everywhere else.
"""

import itertools
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.servers.corpus.mail import Mail

LETTERS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}
FLAGS = {letter: flag for flag, letter in LETTERS.items()}
_deliveries = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message file: its bytes, system flags and date (UTC)."""

    raw: bytes
    flags: tuple[str, ...]
    date: datetime


def folder_path(root: Path, folder: str) -> Path:
    """Where a folder lives; ``INBOX`` is the root, others start with a dot."""
    return root if folder.upper() == "INBOX" else root / f".{folder}"


def create(root: Path, folder: str, *, owner: tuple[int, int] | None = None) -> Path:
    """A folder's three directories; existing ones are left as they are. Returns its path."""
    path = folder_path(root, folder)
    for each in (root, path, path / "cur", path / "new", path / "tmp"):
        if not each.exists():
            each.mkdir(parents=True, mode=0o700)
            _own(each, owner)
    return path


def write_maildir(
    root: Path, mails: Iterable[Mail], *, owner: tuple[int, int] | None = None
) -> dict[str, int]:
    """Write ``mails`` below ``root``; returns how many went to each folder.

    ``owner`` (user id, group id) is who the files belong to, for a server that runs as somebody else.
    """
    counts: dict[str, int] = {}
    paths: dict[str, Path] = {}
    for mail in mails:
        if mail.folder not in paths:
            paths[mail.folder] = create(root, mail.folder, owner=owner)
        seconds = int(mail.date.timestamp())
        stem = f"{seconds}.M{mail.number:06d}P1.corpus"
        name = _name(stem, mail.raw, mail.flags)
        _write(paths[mail.folder] / "cur" / name, mail.raw, mail.date, owner)
        counts[mail.folder] = counts.get(mail.folder, 0) + 1
    return counts


def deliver(
    root: Path,
    raw: bytes,
    folder: str = "INBOX",
    *,
    flags: tuple[str, ...] = (),
    date: datetime | None = None,
    owner: tuple[int, int] | None = None,
) -> Path:
    """Put one message into a folder as a delivery agent does: written to tmp, then moved."""
    path = create(root, folder, owner=owner)
    stem = f"{int(time.time())}.M{next(_deliveries):06d}P{os.getpid()}R{secrets.token_hex(4)}.here"
    draft = path / "tmp" / stem
    _write(draft, raw, date or datetime.now(UTC), owner)
    end = path / ("cur" if flags else "new") / _name(stem, raw, flags, always=bool(flags))
    return draft.rename(end)


def read(root: Path, folder: str = "INBOX") -> list[Stored]:
    """Every message of a folder, in the order of the file names."""
    path = folder_path(root, folder)
    files = [each for part in ("cur", "new") for each in (path / part).iterdir()]
    return [stored(each) for each in sorted(files, key=lambda each: each.name)]


def folders(root: Path) -> Iterator[str]:
    """The names of the folders below ``root``, INBOX first."""
    yield "INBOX"
    for each in sorted(root.glob(".?*")):
        if (each / "cur").is_dir():
            yield each.name[1:]


def clear(root: Path) -> None:
    """Empty a Maildir of everything, the server's index files included."""
    for each in root.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()


def _name(stem: str, raw: bytes, flags: tuple[str, ...], *, always: bool = True) -> str:
    # S is the size on the disk, W the size with CRLF.
    name = f"{stem},S={len(_stored_lines(raw))},W={len(raw)}"
    letters = "".join(sorted(LETTERS[flag] for flag in flags))
    return f"{name}:2,{letters}" if always or letters else name


def _write(path: Path, raw: bytes, date: datetime, owner: tuple[int, int] | None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, _stored_lines(raw))
        if owner is not None:
            os.fchown(descriptor, *owner)
        os.utime(descriptor, (date.timestamp(), date.timestamp()))
    finally:
        os.close(descriptor)


def _own(path: Path, owner: tuple[int, int] | None) -> None:
    if owner is not None:
        os.chown(path, *owner)


def stored(path: Path) -> Stored:
    """One message file. Raises FileNotFoundError if a server has just renamed it."""
    letters = path.name.partition(":2,")[2]
    flags = tuple(FLAGS[letter] for letter in letters if letter in FLAGS)
    when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Stored(path.read_bytes().replace(b"\n", b"\r\n"), flags, when)


def _stored_lines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n")
