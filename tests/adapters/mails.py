"""Mails for the tests: short to write, with line ends as on the wire."""

from datetime import UTC, datetime

from adapters._mime import Account, Mail, parse
from agent_tui.core.addresses import Address, email
from agent_tui.core.channel import Event, Received

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
SHOP = email("support@shop.example")
SECRET = b"a secret of 32 bytes for testing"
ACCOUNT = Account(own=frozenset({SHOP}), secret=SECRET, names=frozenset({"Corner Bakery"}))
HEAD = "From: Ana <ana@example.com>\nMessage-ID: <1@example.com>\nDate: Wed, 4 Mar 2026 09:59:00 +0000"


def wire(text: str | bytes) -> bytes:
    """With CRLF line ends."""
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def event(text: str | bytes, *, sent: bool = False, seen: bool = False, at: datetime = NOW) -> Event:
    """The event a mail is, for the account of the shop."""
    return parse(Mail(raw=wire(text), received_at=at, sent=sent, seen=seen), ACCOUNT)


def received(text: str | bytes, *, sent: bool = False, seen: bool = False, at: datetime = NOW) -> Received:
    """The message a mail is."""
    got = event(text, sent=sent, seen=seen, at=at)
    assert isinstance(got, Received)
    return got


def from_ana(headers: str, body: str | bytes = "Hello") -> bytes:
    """A mail of Ana's with these further headers."""
    data = body.encode() if isinstance(body, str) else body
    return (
        f"{HEAD}\n{headers.strip()}\n\n".lstrip("\n").encode() + data
        if headers
        else f"{HEAD}\n\n".encode() + data
    )


def multipart(kind: str, *parts: str, head: str = "") -> bytes:
    """A multipart of Ana's; each part is its headers, an empty line and its body."""
    body = "".join(f"--=_b\n{part}\n" for part in parts)
    return from_ana(
        f'{head}\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="=_b"', f"{body}--=_b--\n"
    )


def address(text: str) -> Address:
    """A mail address."""
    return email(text)
