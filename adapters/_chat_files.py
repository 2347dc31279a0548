"""Files in the website's chat: what they may be, what they are called, and where they are kept.

A file is what its first bytes say, whatever its name and the browser claim. From visitors only the kinds of `KINDS`
are taken: pictures, PDF and plain text; SVG, HTML and anything a browser could run are not. Names are for people to
read; files are kept and fetched under random ids.
"""

import re
import secrets
import sqlite3
from collections.abc import Iterable
from hashlib import sha256

from adapters._chat_wire import FileInfo
from agent_tui.core.text import clean_line

OTHER = "application/octet-stream"
KINDS = {  # media type → endings a name may have
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".log", ".csv"),
}
LONGEST_NAME = 100  # characters

_MAGIC = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb".{4}ftyp(?:heic|heix|hevc|mif1|msf1|heim|heis)", re.DOTALL), "image/heic"),
    (re.compile(rb"%PDF-\d"), "application/pdf"),
)
_MARKUP = re.compile(r"\s*<[!?/a-z]|<\s*(?:script|html|svg|iframe|body|head|object|embed)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_UNSAFE = re.compile(r'[<>:"|?*\\/\x00-\x1f]+')


def digest(data: bytes) -> str:
    """A name made from bytes alone: SHA-256 (FIPS 180-4), in hex."""
    return sha256(data).hexdigest()


class Gone(Exception):
    """There is no such file, or no such visitor."""


def sniffed(data: bytes) -> str | None:
    """The media type the bytes themselves prove, one of `KINDS`; None for everything else."""
    for magic, kind in _MAGIC:
        if magic.match(data):
            return kind
    return "text/plain" if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    """UTF-8 that could be printed, and that no browser would take for markup."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return (
        bool(text.strip())
        and not _CONTROL.search(text)
        and not _MARKUP.match(text)
        and not _MARKUP.search(text, 0, 4096)
    )


def safe_name(name: str, kind: str) -> str:
    """A base name for people to read, that says what the file is: ``photo.html`` of a picture gets ``.png`` too."""
    base = re.split(r"[\\/]", clean_line(name))[-1]
    base = _UNSAFE.sub("_", base).strip(". ")[-LONGEST_NAME:].strip(". ") or "file"
    endings = KINDS.get(kind)
    if endings and not base.lower().endswith(endings):
        base += endings[0]
    return base


def add(
    db: sqlite3.Connection, visitor: str, name: str, kind: str, data: bytes, now: int, *, used: bool
) -> FileInfo:
    """Keep a file; `used`: a message names it already."""
    info = FileInfo(id=secrets.token_urlsafe(18), name=name, type=kind, size=len(data))
    db.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", (info.id, visitor, now, name, kind, data, used)
    )
    return info


def get(db: sqlite3.Connection, name: str, visitor: str | None = None) -> tuple[FileInfo, bytes]:
    """The file with an id, and its bytes; only this visitor's, if one is named. Raises Gone."""
    row = db.execute("SELECT visitor, name, type, data FROM files WHERE id = ?", (name,)).fetchone()
    if row is None or visitor not in {None, row[0]}:
        raise Gone
    return FileInfo(id=name, name=row[1], type=row[2], size=len(row[3])), row[3]


def use(db: sqlite3.Connection, visitor: str, ids: Iterable[str]) -> tuple[FileInfo, ...]:
    """A message of the visitor names these. Raises Gone."""
    infos = tuple(get(db, name, visitor)[0] for name in ids)
    db.executemany("UPDATE files SET used = 1 WHERE id = ?", [(info.id,) for info in infos])
    return infos


def unused_bytes(db: sqlite3.Connection, visitor: str) -> int:
    """How much a visitor has sent that no message names."""
    row = db.execute(
        "SELECT sum(length(data)) FROM files WHERE visitor = ? AND NOT used", (visitor,)
    ).fetchone()
    return row[0] or 0


def drop_unused(db: sqlite3.Connection, before: int) -> int:
    """Remove files sent before then that no message names; how many there were."""
    return db.execute("DELETE FROM files WHERE NOT used AND at < ?", (before,)).rowcount
