"""Who the visitors of the website's chat are: found by their token, born with their first word. Plain SQL, in a job.

A token is 256 random bits that the visitor's browser made and keeps; only its SHA-256 is stored. A visitor the
website's login vouched for is found by the login too, on any device, and by a token never without it: whoever uses
the same browser after the customer signed out gets nothing of theirs.
"""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass, field, replace

from msgspec.structs import astuple

from adapters._chat_wire import Claims

TOKEN_LENGTH = 43  # 256 bits in base64url, without padding (RFC 4648, 5)
MOST_TOKENS = 20  # browsers of one visitor


class Stranger(Exception):
    """The token belongs to somebody whom this connection is not vouched to be."""


class Unborn(Exception):
    """Nobody has spoken with this token yet, and no more newcomers are taken now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a token, on one of the websites, and who they are said to be."""

    token: bytes  # its hash
    site: str
    claims: Claims = field(default_factory=Claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who has said something here."""

    id: str
    site: str
    claims: Claims
    fresh: bool  # the claims are news to the terminal
    got: int  # how far the agent's words reached the browser
    seen: int


def hashed(token: str) -> bytes:
    """What is kept of a token. Raises ValueError for what cannot be one."""
    if (
        len(token) != TOKEN_LENGTH
        or not token.isascii()
        or not token.replace("-", "a").replace("_", "a").isalnum()
    ):
        raise ValueError("not a token")
    return hashlib.sha256(token.encode()).digest()


def by_id(db: sqlite3.Connection, visitor: str) -> Visitor | None:
    """The visitor of that id."""
    return _one(db, "id = ?", visitor)


def _one(db: sqlite3.Connection, where: str, *values: object) -> Visitor | None:
    columns = "user, login_name, login_mail, name, mail, id, site, fresh, got, seen"
    row = db.execute(f"SELECT {columns} FROM visitors WHERE {where}", values).fetchone()  # noqa: S608 - our words
    if row is None:
        return None
    visitor, site, fresh, got, seen = row[5:]
    return Visitor(id=visitor, site=site, claims=Claims(*row[:5]), fresh=bool(fresh), got=got, seen=seen)


def recognise(db: sqlite3.Connection, caller: Caller) -> Visitor | None:
    """Who it is, None for somebody new. A vouched caller takes over what was said with the token before the login.

    Raises Stranger when the token is of another website, or of somebody whom nobody vouches for now.
    """
    user = caller.claims.user
    visitor = _one(db, "id = (SELECT visitor FROM tokens WHERE hash = ?)", caller.token)
    known = _one(db, "site = ? AND user = ?", caller.site, user) if user else None
    if visitor is not None and (visitor.site != caller.site or visitor.claims.user not in {"", user}):
        raise Stranger
    if known is not None and (visitor is None or visitor.id != known.id):
        _give(db, caller.token, known)
        visitor = known
    return _introduced(db, visitor, caller.claims) if visitor else None


def _give(db: sqlite3.Connection, token: bytes, visitor: Visitor) -> None:
    """The token is this visitor's from now on; of too many the oldest stop being."""
    db.execute("DELETE FROM tokens WHERE hash = ?", (token,))
    db.execute(
        "DELETE FROM tokens WHERE visitor = ? AND rowid NOT IN"
        " (SELECT rowid FROM tokens WHERE visitor = ? ORDER BY rowid DESC LIMIT ?)",
        (visitor.id, visitor.id, MOST_TOKENS - 1),
    )
    db.execute("INSERT INTO tokens (hash, visitor) VALUES (?, ?)", (token, visitor.id))


def _introduced(db: sqlite3.Connection, visitor: Visitor, said: Claims) -> Visitor:
    """With what is said of them now; what is not said again stays."""
    old = visitor.claims
    login = (
        (said.user, said.login_name, said.login_mail)
        if said.user
        else (old.user, old.login_name, old.login_mail)
    )
    new = Claims(*login, said.name or old.name, said.mail or old.mail)
    if new == old:
        return visitor
    db.execute(
        "UPDATE visitors SET (user, login_name, login_mail, name, mail, fresh) = (?, ?, ?, ?, ?, 1) WHERE id = ?",
        (*astuple(new), visitor.id),
    )
    return replace(visitor, claims=new, fresh=True)


def born(db: sqlite3.Connection, caller: Caller, now: int) -> Visitor:
    """Somebody new."""
    fresh = caller.claims != Claims()
    visitor = Visitor(
        id=secrets.token_hex(8), site=caller.site, claims=caller.claims, fresh=fresh, got=0, seen=0
    )
    db.execute(
        "INSERT INTO visitors (user, login_name, login_mail, name, mail, id, site, fresh, active)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*astuple(caller.claims), visitor.id, visitor.site, fresh, now),
    )
    _give(db, caller.token, visitor)
    return visitor


def welcomed(db: sqlite3.Connection, caller: Caller, now: int, *, newcomers: bool) -> Visitor:
    """Who it is, born now if need be. Raises Unborn when newcomers are not taken, Stranger."""
    visitor = recognise(db, caller)
    if visitor is None and not newcomers:
        raise Unborn
    return visitor or born(db, caller, now)


def told(db: sqlite3.Connection, visitor: Visitor, now: int) -> None:
    """The terminal is being told who they say to be, and they said something now."""
    db.execute("UPDATE visitors SET fresh = 0, active = ? WHERE id = ?", (now, visitor.id))


def forget(db: sqlite3.Connection, visitor: str) -> bool:
    """Remove every trace of one; whether there was one."""
    return db.execute("DELETE FROM visitors WHERE id = ?", (visitor,)).rowcount > 0


def expire(db: sqlite3.Connection, before: int) -> int:
    """Forget everybody with whom nothing was said since; how many that was."""
    return db.execute("DELETE FROM visitors WHERE active < ?", (before,)).rowcount
