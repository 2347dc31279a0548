"""Twilio's webhooks: a knock on the door, and nothing more.

A signed request makes the channel look at the list at once, and ask about the message it names; what it says is never
filed. So a forged one changes nothing, and a replayed one only costs a look, at most one a second. The signature is
checked against the address the owner gave to Twilio, never against what the request says of itself: scheme, host and
port are the proxy's business (twilio.com/docs/usage/security). Everything is refused alike, with 403.
"""

import asyncio
import logging
import re
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import uvicorn
from starlette.datastructures import FormData, Headers

from adapters._chat_config import listening
from adapters._chat_patience import PatientHTTP

LARGEST = 65_536  # bytes; Twilio's are under 5 kB
SECONDS = 10.0  # for the whole of a request
CONNECTIONS = 50

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'  # TwiML for: no answer from here
_log = logging.getLogger(__name__)


class Door:
    """The ASGI application. `knock` is called with the message's name, in the server's thread."""

    def __init__(self, public_url: str, account: str, token: str, knock: Callable[[str], None]) -> None:
        self._url = public_url
        self._path = urlsplit(public_url).path or "/"
        self._account = account
        self._token = token
        self._knock = knock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        form = await self._form(scope, receive)
        if form is None or not self._signed(Headers(scope=scope), form):
            await _answer(send, 403, b"")
            return
        sid = str(form.get("MessageSid", ""))
        self._knock(sid if _SID.fullmatch(sid) else "")
        await _answer(send, 200, _EMPTY)

    async def _form(self, scope: Scope, receive: Receive) -> FormData | None:
        """The fields; None for what cannot be a webhook of ours."""
        if scope["method"] != "POST" or scope["path"] != self._path or scope.get("query_string"):
            return None
        try:
            async with asyncio.timeout(SECONDS):
                body = await _body(receive)
            fields = parse_qsl(body.decode(), keep_blank_values=True)
            return FormData([(name, value) for name, value in fields]) if fields else None
        except (TimeoutError, ValueError):
            return None

    def _signed(self, headers: Headers, form: FormData) -> bool:
        """Whether Twilio signed it, for our account, with a signature of a kind we know."""
        from twilio.request_validator import RequestValidator

        signature = headers.get("x-twilio-signature", "")
        if not signature or headers.get("x-twilio-webhooks-signature-settings"):
            return False  # the second: signed with another secret than the auth token
        signed = RequestValidator(self._token).validate(self._url, form, signature)
        return bool(signed) and form.get("AccountSid") == self._account


async def _body(receive: Receive) -> bytes:
    """The whole body. Raises ValueError when it is too long, or the other side hung up."""
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] != "http.request":
            raise ValueError("hung up")
        body += part.get("body", b"")
        if len(body) > LARGEST:
            raise ValueError("too long")
        if not part.get("more_body"):
            return bytes(body)


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/xml"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Hook:
    """A door on a port, in a thread of its own."""

    def __init__(self, door: Door, listen: str) -> None:
        self._door = door
        self._host, self._port = listening(listen)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        place = socket.create_server((self._host, self._port), family=family)
        self.port = place.getsockname()[1]
        self._server = uvicorn.Server(_config(self._door))
        self._thread = threading.Thread(
            target=self._run, args=(self._server, place), name="webhooks", daemon=True
        )
        self._thread.start()

    @staticmethod
    def _run(server: uvicorn.Server, place: socket.socket) -> None:
        try:
            asyncio.run(server.serve(sockets=[place]))
        finally:
            place.close()

    def stop(self) -> None:
        """Let go; waits until that is done."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None


def _config(door: Door) -> uvicorn.Config:
    return uvicorn.Config(
        door,
        http=PatientHTTP,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
    )
