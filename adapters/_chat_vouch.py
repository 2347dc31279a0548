"""Vouching: the website's own login says who somebody is, signed, for a while.

The website computes, on its server, where the key is and no browser ever looks:

    HMAC-SHA256(key, "agent-tui vouch 1\\n" origin "\\n" user "\\n" name "\\n" mail "\\n" until)     in hex

`origin` is the page's (``https://www.example.com``), `user` its own id for the customer, `until` a time in Unix
seconds. Name and mail may be empty. What is vouched for is not joined to anybody's history by this program by itself:
it is shown as what the website says.
"""

import hmac
import re
from hashlib import sha256

from msgspec import Struct

LONGEST = 31 * 86400  # seconds a signature may hold
PREFIX = "agent-tui vouch 1"
SHORTEST_KEY = 16  # bytes
_HEX = re.compile(r"[0-9a-f]{64}")


class Vouched(Struct, frozen=True):
    """What a page says its login said."""

    user: str
    until: int
    signature: str
    name: str = ""
    mail: str = ""


def sign(key: bytes, origin: str, user: str, until: int, *, name: str = "", mail: str = "") -> str:
    """The signature, in hex. Raises ValueError when a part has a line break in it: it could pass for two."""
    parts = (PREFIX, origin, user, name, mail, str(until))
    if any("\n" in part or "\r" in part for part in parts):
        raise ValueError("a line break in what is signed")
    return hmac.new(key, "\n".join(parts).encode(), sha256).hexdigest()


def holds(key: bytes, origin: str, vouched: Vouched, now: float) -> bool:
    """Whether the login really said so, and still does. Never without a key."""
    if not key or not vouched.user or not now < vouched.until <= now + LONGEST:
        return False
    try:
        right = sign(key, origin, vouched.user, vouched.until, name=vouched.name, mail=vouched.mail)
    except ValueError:
        return False
    given = vouched.signature.lower()
    return bool(_HEX.fullmatch(given)) and hmac.compare_digest(right, given)
