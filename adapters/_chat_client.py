"""The terminal's side of the chat server: an HTTP client whose failures say what happened to the request.

Redirects are not followed, answers are capped, and the token is in a header: never in an address, a log or an error.
"""

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from adapters._chat_config import is_loopback
from adapters._chat_wire import WAIT, About, Answer, Page, Problem, Taken, Typing
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.language import _
from agent_tui.core.text import clean_line

T = TypeVar("T")

LARGEST = 40_000_000  # bytes of one answer
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)


class Client:
    """One chat server, as the agent."""

    def __init__(self, url: str, token: str) -> None:
        self._host = urlsplit(url).hostname or ""
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "agent-tui"},
            timeout=httpx.Timeout(10, read=WAIT + 15, write=60),
            limits=httpx.Limits(max_connections=10, keepalive_expiry=20),
            trust_env=not is_loopback(self._host),
        )

    async def about(self) -> About:
        """What kind of server it is. Raises Unavailable, NeedsPerson."""
        return _read(await self._get("agent"), About)

    async def events(self, after: str, wait: float) -> Page:
        """What follows a cursor. Raises Unavailable, NeedsPerson."""
        return _read(await self._get("agent/events", {"after": after, "wait": f"{wait:g}"}), Page)

    async def file(self, name: str) -> bytes | None:
        """A file's bytes; None when it is not there any more. Raises Unavailable, NeedsPerson."""
        return await self._get(f"agent/files/{quote(name, safe='')}", missing=True)

    async def answer(self, said: Answer) -> Taken:
        """Say something. Raises Unavailable, Rejected, Uncertain, NeedsPerson."""
        try:
            status, data = await self._ask("POST", "agent/messages", content=msgspec.json.encode(said))
        except _NOT_SENT as error:
            raise self._unavailable(error) from error
        except (httpx.HTTPError, _TooLarge) as error:
            raise Uncertain(
                _("no answer from the chat server: {reason}").format(reason=_named(error))
            ) from error
        self._ours(status)
        if status in {429, 503, 507}:
            raise Unavailable(
                _("the chat server takes nothing now: {words}").format(words=_words(status, data)),
                retry_after=5,
            )
        if 400 <= status < 500:
            raise Rejected(_("the chat server refused: {words}").format(words=_words(status, data)))
        if status != 200:
            raise Uncertain(_("the chat server failed: {words}").format(words=_words(status, data)))
        try:
            return msgspec.json.decode(data, type=Taken)
        except msgspec.MsgspecError as error:
            raise Uncertain(_("the chat server's answer cannot be read")) from error

    async def find(self, key: str) -> Taken | None:
        """What was said under a key, None for nothing. Raises Unavailable, NeedsPerson."""
        data = await self._get(f"agent/messages/{quote(key, safe='')}", missing=True)
        return None if data is None else _read(data, Taken)

    async def typing(self, said: Typing) -> None:
        """The agent is typing, or has stopped; whether that arrives is no matter."""
        try:
            await self._ask("POST", "agent/typing", content=msgspec.json.encode(said))
        except (httpx.HTTPError, _TooLarge):
            return

    async def forget(self, visitor: str) -> bool:
        """Remove every trace of a visitor; whether there was one. Raises Unavailable, NeedsPerson."""
        try:
            status, data = await self._ask("DELETE", f"agent/visitors/{quote(visitor, safe='')}")
        except (httpx.HTTPError, _TooLarge) as error:
            raise self._unavailable(error) from error
        self._ours(status)
        if status not in {204, 404}:
            raise Unavailable(_("the chat server failed: {words}").format(words=_words(status, data)))
        return status == 204

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._http.aclose()

    async def _get(
        self, path: str, query: Mapping[str, str] | None = None, *, missing: bool = False
    ) -> bytes | None:
        try:
            status, data = await self._ask("GET", path, query=query)
        except (httpx.HTTPError, _TooLarge) as error:
            raise self._unavailable(error) from error
        self._ours(status)
        if missing and status == 404:
            return None
        if status != 200:
            raise Unavailable(_("the chat server failed: {words}").format(words=_words(status, data)))
        return data

    async def _ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> tuple[int, bytes]:
        """The status and the body. Raises httpx.HTTPError, _TooLarge."""
        kind = {"Content-Type": "application/json"} if content is not None else {}
        async with self._http.stream(method, path, params=query, content=content, headers=kind) as reply:
            data = bytearray()
            async for part in reply.aiter_bytes():
                data += part
                if len(data) > LARGEST:
                    raise _TooLarge
            return reply.status_code, bytes(data)

    def _unavailable(self, error: Exception) -> Unavailable:
        return Unavailable(
            _("the chat server at {host} cannot be reached: {reason}").format(
                host=self._host, reason=_named(error)
            ),
            remedy=_("it is tried again by itself"),
        )

    def _ours(self, status: int) -> None:
        """Raises NeedsPerson when this is not our server, or it is not for us."""
        if status in {401, 403}:
            raise NeedsPerson(
                _("the chat server at {host} does not take our token").format(host=self._host),
                remedy=_("agent_token must be what its file agent-token says"),
            )
        if 300 <= status < 400 or status in {405, 421}:
            raise NeedsPerson(
                _("what answers at {host} is no chat server of ours ({status})").format(
                    host=self._host, status=status
                ),
                remedy=_("check url, or its public_url"),
            )


class _TooLarge(Exception):
    """More than any answer of ours."""


def _read(data: bytes | None, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data or b"", type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable(
            _("the chat server's answer cannot be read"), remedy=_("is its version another?")
        ) from error


def _named(error: Exception) -> str:
    """What happened, without what was asked for."""
    return clean_line(str(error))[:200] or type(error).__name__


def _words(status: int, data: bytes) -> str:
    try:
        said = msgspec.json.decode(data, type=Problem).problem
    except msgspec.MsgspecError:
        said = data[:200].decode("utf-8", "replace")
    return f"{clean_line(said)[:200]} ({status})".strip()
