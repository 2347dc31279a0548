"""Web addresses as they are written into settings and replies."""

from urllib.parse import urlsplit


def is_secure(address: str) -> bool:
    """Is it an https address with a host, in which no mail program finds a place to cut it?"""
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that is not closed
        return False
    return parts.scheme == "https" and bool(parts.hostname) and address.isprintable() and " " not in address
