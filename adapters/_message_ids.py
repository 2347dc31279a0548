"""Our own Message-IDs: made from our message's key, and recognised again without being trusted blindly.

``<key.mac@domain>``: the mac is an HMAC-SHA-256 of the key under this channel's secret, so that nobody can invent an
id that we take for ours. Whoever got mail from us has seen ids that are ours; an id proves what it names, never who
wrote the mail that carries it.
"""

import hmac
import re

_MAC_DIGITS = 24  # 96 bits: nobody guesses them, and the id stays short enough for one header line
_OWN = re.compile(rf"<([a-z0-9-]{{1,64}})\.([0-9a-f]{{{_MAC_DIGITS}}})@[^<>@\s]{{1,255}}>")
_KEY = re.compile(r"[a-z0-9-]{1,64}")


def make_message_id(key: str, domain: str, secret: bytes) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of the message with this key; the same on every attempt.

    ValueError when the key could not be read back: it is made of small letters, digits and hyphens.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a message key: {key!r}")
    return f"<{key}.{_mac(key, secret)}@{domain}>"


def own_key(message_id: str, secret: bytes) -> str | None:
    """The key of our message with this Message-ID; None when we did not make the id."""
    found = _OWN.fullmatch(message_id.lower())
    if found and hmac.compare_digest(found[2], _mac(found[1], secret)):
        return found[1]
    return None


def own_keys(text: str, secret: bytes) -> list[str]:
    """The keys of all our Message-IDs that occur in a text, in order."""
    keys = (own_key(match.group(), secret) for match in _OWN.finditer(text.lower()))
    return list(dict.fromkeys(key for key in keys if key))


def _mac(key: str, secret: bytes) -> str:
    return hmac.digest(secret, b"message-id:" + key.encode(), "sha256").hex()[:_MAC_DIGITS]
