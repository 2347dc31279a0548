"""Mail as it lies in files: one message a file, mbox files, Maildir folders, and folders of any of them.

What a file is is told by what stands in it, not by its name. Files are read one message at a time; one that is no mail,
cannot be read or is too large is named with the reason, and the next one is read.

Formats: Maildir (cr.yp.to/proto/maildir.html) with Dovecot's folders inside it, mbox (RFC 4155) with the lines that
begin with ``From `` quoted as in mboxrd or mboxo.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from agent_tui.core.language import _

LARGEST = 50_000_000  # bytes of one message

_FROM = re.compile(rb"From \S*.*\d\d?:\d\d.*\d{4}")  # how a message of an mbox begins
_QUOTED_FROM = re.compile(rb">+From ")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")  # RFC 5322, 2.2
_READ = re.compile(rb"^(?:X-)?Status:[ \t]*[A-Z]*R", re.MULTILINE | re.IGNORECASE)
_LOOK = 4096  # bytes that tell what a file is


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One message as it lies there, or why there is none. `row` counts from 1 in a file of several."""

    path: Path
    row: int | None = None
    raw: bytes = b""
    at: datetime  # when it came, as far as the file tells
    seen: bool = False
    reason: str = ""


def originals(paths: Iterable[Path]) -> Iterator[Original]:
    """Every message under some files and folders, folder by folder in the order of their names."""
    for path in paths:
        yield from _folder(path, within_maildir=False) if path.is_dir() else _guarded(path)


def _folder(folder: Path, *, within_maildir: bool) -> Iterator[Original]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        yield _refused(folder, error)
        return
    names = {path.name for path in inside if path.is_dir()}
    maildir = {"cur", "new"} <= names
    for path in inside:
        if path.is_dir() and not path.is_symlink():
            mail = maildir and path.name in {"cur", "new"}
            if mail:
                yield from _messages(path)
            elif not (maildir and path.name == "tmp") and (maildir or within_maildir or path.name[0] != "."):
                yield from _folder(path, within_maildir=maildir or within_maildir)
        elif path.is_file() and not (maildir or within_maildir or path.name[0] == "."):
            yield from _guarded(path)


def _messages(folder: Path) -> Iterator[Original]:
    """The messages of a Maildir's ``cur`` or ``new``: one a file, its flags in the name."""
    for path in sorted(folder.iterdir()):
        if path.name[0] == "." or not path.is_file():
            continue
        _sep, _sep, flags = path.name.rpartition(":2,")
        seconds = path.name.partition(".")[0]
        try:
            at = datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() else _changed(path)
            yield _whole(path, at=at, seen=folder.name == "cur" and "S" in flags)
        except (OSError, ValueError, OverflowError) as error:
            yield _refused(path, error)


def _guarded(path: Path) -> Iterator[Original]:
    try:
        yield from _file(path)
    except OSError as error:
        yield _refused(path, error)


def _file(path: Path) -> Iterator[Original]:
    """One file: an mbox, a message, or neither. Who calls it .eml says that it is a message."""
    with path.open("rb") as file:
        start = file.read(_LOOK)
        file.seek(0)
        if _FROM.match(start):
            yield from _mbox(path, file)
        elif path.suffix.lower() != ".eml" and (b"\0" in start or not _HEADER.match(_first_line(start))):
            reason = _("it is empty") if not start.strip() else _("it is neither a message nor an mbox")
            yield Original(path=path, at=_changed(path), reason=reason)
        else:
            yield _whole(path, at=_changed(path), seen=False)


def _first_line(start: bytes) -> bytes:
    """The first line that says something; some programs put an empty one, or ``From `` without a date, above it."""
    lines = [line for line in start.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()]
    if lines and lines[0].startswith((b"From ", b">From ")):
        del lines[0]
    return lines[0] if lines else b""


def _whole(path: Path, *, at: datetime, seen: bool) -> Original:
    size = path.stat().st_size
    if size > LARGEST:
        return Original(path=path, at=at, reason=_too_large(size))
    return Original(path=path, at=at, seen=seen, raw=path.read_bytes())


def _mbox(path: Path, file: BinaryIO) -> Iterator[Original]:
    """The messages of an mbox; a line counts as a beginning only after an empty one."""
    changed = _changed(path)
    lines: list[bytes] = []
    row, size, blank = 0, 0, True
    for line in file:
        if blank and _FROM.match(line):
            if row:
                yield _of_mbox(path, row, lines, size, changed)
            row, size, lines = row + 1, 0, []
        else:
            size += len(line)
            if size <= LARGEST:
                lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
        blank = not line.strip()
    yield _of_mbox(path, row, lines, size, changed)


def _of_mbox(path: Path, row: int, lines: list[bytes], size: int, at: datetime) -> Original:
    if size > LARGEST:
        return Original(path=path, row=row, at=at, reason=_too_large(size))
    raw = b"".join(lines)
    if raw.endswith((b"\n\n", b"\r\n\r\n")):
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")  # the empty line belongs to the mbox
    head = raw.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    return Original(path=path, row=row, raw=raw, at=at, seen=_READ.search(head) is not None)


def _too_large(size: int) -> str:
    return _("it is too large: {size:,} bytes, {largest:,} are read").format(size=size, largest=LARGEST)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _refused(path: Path, error: Exception) -> Original:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Original(
        path=path,
        at=datetime.fromtimestamp(0, UTC),
        reason=_("it cannot be read: {reason}").format(reason=reason),
    )
