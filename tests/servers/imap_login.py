"""Signing in to the scripted IMAP server: LOGIN, PLAIN and XOAUTH2."""

import base64
import json

from tests.servers.imap_session import Session
from tests.servers.imap_verbs import text
from tests.servers.imap_wire import Command

REFUSED = "NO [AUTHENTICATIONFAILED] Invalid credentials"


def login(session: Session, command: Command, passwords: dict[str, str]) -> str:
    """LOGIN user password."""
    return _sign_in(session, text(command, 0).decode(), text(command, 1).decode(), passwords)


def authenticate(
    session: Session, command: Command, passwords: dict[str, str], tokens: dict[str, str]
) -> str:
    """AUTHENTICATE, with or without an initial response (RFC 4959)."""
    mechanism = text(command, 0).upper()
    given = command.arguments[1] if len(command.arguments) > 1 else _ask(session, b"")
    if not isinstance(given, bytes) or given == b"*":
        return "BAD cancelled"
    blob = b"" if given == b"=" else base64.b64decode(given)
    if mechanism == b"PLAIN":
        _, user, password = blob.decode().split("\0")
        return _sign_in(session, user, password, passwords)
    if mechanism == b"XOAUTH2":
        return _with_token(session, blob.decode(), tokens)
    return "NO unknown mechanism"


def _with_token(session: Session, blob: str, tokens: dict[str, str]) -> str:
    fields = dict(each.partition("=")[::2] for each in blob.split("\x01") if each)
    user, token = fields.get("user", ""), fields.get("auth", "").removeprefix("Bearer ")
    if tokens.get(user) == token and token:
        session.user = user
        return "OK signed in"
    explained = json.dumps({"status": "400", "schemes": "Bearer", "scope": "mail"})
    _ask(session, base64.b64encode(explained.encode()))
    return REFUSED


def _ask(session: Session, challenge: bytes) -> bytes:
    session.connection.send(b"+ " + challenge + b"\r\n")
    return session.reader.line() or b""


def _sign_in(session: Session, user: str, password: str, passwords: dict[str, str]) -> str:
    if passwords.get(user) != password:
        return REFUSED
    session.user = user
    return "OK signed in"
