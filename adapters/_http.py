"""What every adapter that speaks HTTP holds to: capped answers, no redirects, and errors that say what was sent.

A failure is translated by what became of the request. Before it left: `Unavailable`. Of a question, whatever went
wrong: `Unavailable` too, since asking again is harmless. Of an order that left and had no answer: `Uncertain`.
Addresses and headers never stand in an error: they may hold a token. The library is imported with the first client: it
takes a while, and brings more along than it needs.
"""

import asyncio
import email.utils
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from adapters._mail_account import is_loopback
from agent_tui.core.errors import ConfigError, NeedsPerson, Unavailable, Uncertain
from agent_tui.core.language import _
from agent_tui.core.secrets import Secret
from agent_tui.core.text import clean_line

LONGEST_WAIT = 3600.0
"""Seconds a provider may ask us to wait; what asks for more is asked again then."""


class TooLargeError(Exception):
    """More than the answer may hold."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Web:
    """One provider's HTTP client. `seconds`: the longest silence of an answer, unless a request says otherwise."""

    def __init__(self, base: str, *, seconds: float = 10.0, largest: int = 20_000_000) -> None:
        import httpx

        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(
                logging.WARNING
            )  # they log every address they ask, tokens included
        self.host = urlsplit(base).hostname or ""
        self._largest = largest
        self._seconds = seconds
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=10),
            limits=httpx.Limits(max_connections=4, keepalive_expiry=5),
            trust_env=not is_loopback(self.host),
            follow_redirects=False,
        )

    async def ask(self, method: str, url: str, *, seconds: float = 0.0, **request: Any) -> Answer:
        """One request, one answer of whatever status.

        Raises Unavailable when it did not leave, or when it was a question (GET, HEAD); else Uncertain.
        """
        from httpx import HTTPError, InvalidURL

        order = method.upper() not in {"GET", "HEAD"}
        silence = seconds or self._seconds
        try:
            async with asyncio.timeout(silence * 4 if not order else silence + 10):
                return await self._exchange(method, url, silence, request)
        except (HTTPError, InvalidURL, TimeoutError, TooLargeError) as error:
            if order and not _stayed(error):
                raise Uncertain(
                    _("no answer from {host}: {reason}").format(host=self.host, reason=named(error))
                ) from error
            raise self._unavailable(error) from error

    async def _exchange(self, method: str, url: str, silence: float, request: Mapping[str, Any]) -> Answer:
        from httpx import Timeout

        timeout = Timeout(silence, connect=min(10, silence))
        async with self._http.stream(method, url, timeout=timeout, **request) as reply:
            body = bytearray()
            async for part in reply.aiter_bytes():
                body += part
                if len(body) > self._largest:
                    raise TooLargeError
            return Answer(reply.status_code, bytes(body), dict(reply.headers))

    def _unavailable(self, error: Exception) -> Unavailable:
        return Unavailable(
            _("{host} cannot be reached: {reason}").format(host=self.host, reason=named(error)),
            remedy=_("it is tried again by itself"),
        )

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._http.aclose()


def _stayed(error: Exception) -> bool:
    """Is it certain that the request did not leave?"""
    import httpx

    before = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
    return isinstance(error, (*before, httpx.UnsupportedProtocol, httpx.InvalidURL))


def named(error: Exception) -> str:
    """What happened, without what was asked for."""
    if isinstance(error, TooLargeError):
        return _("the answer is too large")
    if isinstance(error, TimeoutError) or type(error).__name__.endswith("Timeout"):
        return _("it took too long")
    return clean_line(str(error))[:200] or type(error).__name__


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds to wait that an answer asks for (RFC 9110, 10.2.3), at most `LONGEST_WAIT`; None for no wish."""
    wish = headers.get("retry-after", headers.get("Retry-After", "")).strip()
    if wish.isascii() and wish.isdecimal():
        return min(float(wish[:9]), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(wish)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (aware - (now or datetime.now(UTC))).total_seconds()), LONGEST_WAIT)


def checked_base(key: str, url: str) -> None:
    """Raises ConfigError for a server's address that is not one, or not safe; loopback may be plain http."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or (parts.scheme != "https" and not local):
        raise ConfigError(
            _("{key} {url!r} is not safe").format(key=key, url=url), remedy=_("begin it with https://")
        )
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(
            _("{key} is more than an address").format(key=key),
            remedy=_('write it as "https://chat.example.com"'),
        )


def revealed(secret: Secret, account: str) -> str:
    """A token for a header, from where it is kept. Raises NeedsPerson. May take 30 s."""
    try:
        token = secret.reveal(account)
    except ConfigError as error:
        raise NeedsPerson(error.problem, remedy=error.remedy) from error
    if not token.isascii() or not token.isprintable():
        raise NeedsPerson(_("the token has strange characters"), remedy=_("store it again, as one line"))
    return token
