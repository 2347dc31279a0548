"""The durable queue between visitors and the terminal: what was said by either, what arrived, what was seen.

Plain SQL in functions of a connection: each is one job of `_chat_db`, so it happens whole or not at all. Everything
carries its sender's own key, and saying it again gives the first one back: that is what makes lost answers, offline
browsers and restarted terminals harmless.
"""

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from msgspec import Struct

from adapters import _chat_files as chat_files
from adapters import _chat_visitors as visitors
from adapters._chat_files import Gone
from adapters._chat_visitors import Caller, Visitor
from adapters._chat_wire import Answered, Claims, Event, FileInfo, Left, Reached, Said

BACKLOG = 100  # entries a returning visitor is shown
PAGE = 200  # events the terminal is given at a time


class Different(Exception):
    """The key was used before, for other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Something in the queue. `new`: it was not before."""

    visitor: str
    seq: int
    uid: str
    at: int
    new: bool


Keeping: TypeAlias = Callable[[sqlite3.Connection], Stored]


class Words(Struct, frozen=True, omit_defaults=True):
    """What is kept of one event beside its row."""

    text: str = ""
    name: str = ""
    mail: str = ""
    files: tuple[FileInfo, ...] = ()
    claims: Claims | None = None
    keys: tuple[str, ...] = ()
    seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a conversation, as the visitor is shown it."""

    seq: int
    mine: bool  # the visitor's own
    key: str
    at: int
    text: str
    files: tuple[FileInfo, ...]


_DECODER = msgspec.json.Decoder(Words)


def say(
    db: sqlite3.Connection,
    caller: Caller,
    key: str,
    text: str,
    files: Sequence[str],
    now: int,
    *,
    newcomers: bool,
) -> Stored:
    """The visitor says something. Raises Stranger, Unborn, Gone (a file of nobody's or somebody else's)."""
    visitor = visitors.welcomed(db, caller, now, newcomers=newcomers)
    if (stored := _stored(db, visitor.id, "said", key)) is not None:
        return stored
    claims = visitor.claims if visitor.fresh else None
    words = Words(
        text=text,
        name=visitor.claims.login_name or visitor.claims.name,
        files=chat_files.use(db, visitor.id, files),
        claims=claims,
    )
    visitors.told(db, visitor, now)
    return _add(db, visitor.id, "said", key, words, now)


def leave(db: sqlite3.Connection, caller: Caller, key: str, now: int, *, newcomers: bool) -> Stored:
    """The visitor asks to be answered at the mail address in `caller`. Raises Stranger, Unborn."""
    visitor = visitors.welcomed(db, caller, now, newcomers=newcomers)
    if (stored := _stored(db, visitor.id, "left", key)) is not None:
        return stored
    visitors.told(db, visitor, now)
    return _add(
        db,
        visitor.id,
        "left",
        key,
        Words(mail=caller.claims.mail, name=visitor.claims.login_name or visitor.claims.name),
        now,
    )


def answer(
    db: sqlite3.Connection,
    site: str,
    visitor: str,
    key: str,
    text: str,
    files: Sequence[tuple[str, str, bytes]],
    now: int,
) -> Stored:
    """The agent says something; `files` are names, types and bytes. Raises Gone, Different."""
    known = visitors.by_id(db, visitor)
    if known is None or known.site != site:
        raise Gone
    earlier = db.execute(
        "SELECT visitor, body FROM events WHERE kind = 'answered' AND key = ?", (key,)
    ).fetchone()
    if earlier is not None:
        if (earlier[0], _DECODER.decode(earlier[1]).text) != (visitor, text):
            raise Different
        return _stored(db, visitor, "answered", key) or _lost()
    infos = tuple(chat_files.add(db, visitor, *file, now, used=True) for file in files)
    db.execute("UPDATE visitors SET active = ? WHERE id = ?", (now, visitor))
    return _add(db, visitor, "answered", key, Words(text=text, files=infos), now)


def reached(db: sqlite3.Connection, visitor: str, upto: int, now: int, *, seen: bool) -> bool:
    """The agent's words arrived in the browser, or were seen, up to a `seq`; whether that is news."""
    known = visitors.by_id(db, visitor)
    if known is None:
        return False
    before = known.seen if seen else known.got
    rows = db.execute(
        "SELECT seq, key FROM events WHERE visitor = ? AND kind = 'answered' AND seq > ? AND seq <= ? ORDER BY seq",
        (visitor, before, upto),
    ).fetchall()
    if not rows:
        return False
    last = rows[-1][0]
    db.execute(
        "UPDATE visitors SET got = max(got, ?), seen = max(seen, ?) WHERE id = ?",
        (last, last if seen else 0, visitor),
    )
    words = Words(keys=tuple(key for _, key in rows), seen=seen)
    _add(db, visitor, "reached", f"{last} {seen}", words, now)
    return True


def entries(db: sqlite3.Connection, visitor: str, after: int) -> list[Entry]:
    """The conversation after a `seq`, oldest first; from 0: its newest lines."""
    chosen = "SELECT seq, kind, key, at, body FROM events WHERE visitor = ? AND kind IN ('said', 'answered')"
    if after:
        rows = db.execute(f"{chosen} AND seq > ? ORDER BY seq LIMIT ?", (visitor, after, BACKLOG))
    else:
        rows = db.execute(f"{chosen} ORDER BY seq DESC LIMIT ?", (visitor, BACKLOG))
    return sorted((_entry(*row) for row in rows), key=lambda entry: entry.seq)


def _entry(seq: int, kind: str, key: str, at: int, body: bytes) -> Entry:
    words = _DECODER.decode(body)
    return Entry(seq=seq, mine=kind == "said", key=key, at=at, text=words.text, files=words.files)


def answered(db: sqlite3.Connection, visitor: str) -> int:
    """The last of the agent's answers: whoever gave it must have seen what was said before."""
    row = db.execute(
        "SELECT max(seq) FROM events WHERE visitor = ? AND kind = 'answered'", (visitor,)
    ).fetchone()
    return row[0] or 0


def feed(db: sqlite3.Connection, after: int) -> tuple[list[Event], bool]:
    """What the terminal is to know after a `seq`, and whether there is still more."""
    rows = db.execute(
        "SELECT seq, uid, e.visitor, site, kind, key, at, body FROM events e JOIN visitors v ON v.id = e.visitor"
        " WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, PAGE + 1),
    ).fetchall()
    return [_event(*row) for row in rows[:PAGE]], len(rows) > PAGE


def _event(seq: int, uid: str, visitor: str, site: str, kind: str, key: str, at: int, body: bytes) -> Event:
    words = _DECODER.decode(body)
    if kind == "said":
        return Said(seq, uid, at, site, visitor, words.text, words.name, words.files, words.claims)
    if kind == "left":
        return Left(seq, uid, at, site, visitor, words.mail, words.name)
    if kind == "answered":
        return Answered(seq, uid, at, site, visitor, key, words.text, words.files)
    return Reached(seq, uid, at, site, visitor, words.keys, words.seen)


def place(db: sqlite3.Connection, cursor: str) -> int:
    """The `seq` a cursor stands for; 0, all over again, for one that this file does not know.

    A file put back from an old copy gives numbers out again: the `uid` in the cursor tells.
    """
    number, _, uid = cursor.partition(".")
    seq = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    row = db.execute("SELECT uid FROM events WHERE seq = ?", (seq,)).fetchone()
    if row is not None:
        return seq if row[0] == uid else 0
    return seq if seq <= newest(db) else 0


def newest(db: sqlite3.Connection) -> int:
    """The last number given out."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return row[0] if row else 0


def acknowledged(db: sqlite3.Connection) -> int:
    """The `seq` up to which the terminal has kept everything."""
    row = db.execute("SELECT value FROM facts WHERE name = 'acknowledged'").fetchone()
    return row[0] if row else 0


def acknowledge(db: sqlite3.Connection, seq: int) -> None:
    """The terminal has kept everything up to `seq`."""
    db.execute(
        "INSERT INTO facts VALUES ('acknowledged', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (seq,),
    )


def speakers(db: sqlite3.Connection, after: int, upto: int) -> list[str]:
    """The visitors who said something in between."""
    rows = db.execute(
        "SELECT DISTINCT visitor FROM events WHERE seq > ? AND seq <= ? AND kind = 'said'", (after, upto)
    )
    return [row[0] for row in rows]


def find(db: sqlite3.Connection, key: str) -> tuple[Stored, Visitor] | None:
    """What the agent said under a key, and to whom."""
    row = db.execute("SELECT visitor FROM events WHERE kind = 'answered' AND key = ?", (key,)).fetchone()
    stored = _stored(db, row[0], "answered", key) if row else None
    visitor = visitors.by_id(db, row[0]) if row else None
    return (stored, visitor) if stored and visitor else None


def _stored(db: sqlite3.Connection, visitor: str, kind: str, key: str) -> Stored | None:
    row = db.execute(
        "SELECT seq, uid, at FROM events WHERE visitor = ? AND kind = ? AND key = ?", (visitor, kind, key)
    ).fetchone()
    return Stored(visitor=visitor, seq=row[0], uid=row[1], at=row[2], new=False) if row else None


def _lost() -> Stored:
    raise Gone


def _add(db: sqlite3.Connection, visitor: str, kind: str, key: str, words: Words, now: int) -> Stored:
    uid = secrets.token_hex(16)
    seq = db.execute(
        "INSERT INTO events (uid, visitor, kind, key, at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (uid, visitor, kind, key, now, msgspec.json.encode(words)),
    ).lastrowid
    return Stored(visitor=visitor, seq=seq or 0, uid=uid, at=now, new=True)
