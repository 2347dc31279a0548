"""At the door of the chat server: who asks, from which page, for which host; how much they may send, and how long.

Nothing here is trusted because a header says so. Browsers name the page's origin themselves, so a stranger's page
cannot pass for the widget's frame; `X-Forwarded-For` counts only from a proxy the owner named.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse

from adapters._chat_config import Config
from adapters._chat_limits import network

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS = 15.0  # for small bodies; a file gets a second more for each 50 kB
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
)


class Guard:
    """Refuses requests meant for another host, and marks every answer as what it is."""

    def __init__(self, app: App, config: Config) -> None:
        self._app = app
        self._hosts = {urlsplit(origin).netloc for origin in config.public}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application."""
        if scope["type"] == "http" and not self._for_us(scope):
            text = f"This server is not told that it is {_header(scope, b'host')[:100]}: name it with --public-url.\n"
            await PlainTextResponse(text, 421)(scope, receive, _marking(send))
        elif scope["type"] == "http":
            await self._app(scope, receive, _marking(send))
        else:
            await self._app(scope, receive, send)  # a WebSocket proves its origin in `from_widget`

    def _for_us(self, scope: Scope) -> bool:
        """Whether a browser would call it ours; a terminal may come by another name, and shows a token."""
        terminal = scope["path"].startswith("/agent")
        return terminal or not self._hosts or _header(scope, b"host").lower() in self._hosts


def _marking(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await send(message)

    return marked


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def from_widget(connection: HTTPConnection, config: Config) -> bool:
    """Whether the request comes from our own frame: its origin is ours. A request without an origin does not."""
    origin = connection.headers.get("origin", "").lower()
    if config.public:
        return origin in config.public
    return bool(origin) and urlsplit(origin).netloc == connection.headers.get("host", "").lower()


def caller(connection: HTTPConnection, config: Config) -> str:
    """What counts as the caller's address: the connection's, or what a proxy of ours says it is."""
    address = connection.client.host if connection.client else ""
    if address in config.proxies:
        hops = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
        strange = (hop.strip() for hop in reversed(hops) if hop.strip() not in config.proxies)
        address = next(strange, address) or address
    return network(address)


async def body(request: Request, most: int) -> bytes:
    """The whole body. Raises HTTPException: 413 when it is more than `most` bytes, 408 when it takes too long."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > most:
        raise HTTPException(413, f"At most {most} bytes.")
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS + most / 50_000):
            async for chunk in request.stream():
                data += chunk
                if len(data) > most:
                    raise HTTPException(413, f"At most {most} bytes.")
    except TimeoutError as error:
        raise HTTPException(408, "Too slow.") from error
    return bytes(data)
