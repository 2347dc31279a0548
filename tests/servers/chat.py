"""The website's chat for tests: a real chat server on loopback, visitors who write to it, and a bad line to it.

with chat.Site(folder) as site:
    ana = site.visitor()
    ana.say("hello")
    site.agent.get("/agent/events")
"""

import asyncio
import itertools
import json
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.sync.client import connect
from websockets.typing import Origin

from adapters import _chat_config as configs
from adapters._chat_config import Limits, Widget
from adapters._chat_server import ChatServer

WEBSITE = "https://www.example.com"
SITE = "www.example.com"
TOKEN = "the-agent-s-token-of-the-tests-0123456789"
AMPLE = Limits(
    burst=10_000,
    messages=10_000,
    newcomers=10_000,
    all_newcomers=100_000,
    all_messages=1_000_000,
    connections=3000,
    address_connections=3000,
)
_names = itertools.count(1)


def token() -> str:
    """A visitor's token, as a browser makes it."""
    return secrets.token_urlsafe(32)


class Site:
    """A chat server in a thread. It may be stopped and started again on the same port and folder."""

    def __init__(
        self,
        folder: Path,
        *,
        origins: Sequence[str] = (WEBSITE,),
        widget: Widget | None = None,
        signing_key: bytes = b"",
        port: int = 0,
    ) -> None:
        widget = widget or Widget(title="Corner Bakery", limits=AMPLE)
        agent = sha256(TOKEN.encode()).digest()
        self.config = configs.config(
            widget, folder=folder, origins=origins, agent=agent, signing_key=signing_key
        )
        self.name = configs.site_of(self.config.origins[0])
        self._listen = f"127.0.0.1:{port}"
        self._visitors: list[Visitor] = []
        self.server = ChatServer(self.config, self._listen)
        self.agent = httpx.Client()
        self._waiters = ThreadPoolExecutor(4)

    def start(self) -> None:
        """Listen, and serve."""
        self.server = ChatServer(self.config, self._listen)
        self.server.open()
        self.server.start()
        self._listen = self.server.url.removeprefix("http://")
        self.agent.close()
        self.agent = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False, timeout=40
        )

    def stop(self) -> None:
        """Stop; visitors stay as they are."""
        self.server.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    def visitor(self, **more: Any) -> "Visitor":
        """Somebody on the website with the widget open."""
        found = Visitor(self.url, **more)
        self._visitors.append(found)
        return found

    def events(self, after: str = "", wait: float = 0) -> tuple[list[dict[str, Any]], str]:
        """What is new for the terminal, and the next cursor."""
        reply = self.agent.get("/agent/events", params={"after": after, "wait": wait})
        reply.raise_for_status()
        page = reply.json()
        return page["events"], page["cursor"]

    def callers(self) -> set[int]:
        """The ports of everybody who is connected."""
        connections = self.server._server.server_state.connections  # type: ignore[union-attr]
        return {connection.client[1] for connection in tuple(connections) if connection.client}

    def do(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do something to the server's file, on its own thread."""
        asyncio.run(self.server._room.db.do(work))  # type: ignore[union-attr]

    def waiting(self, after: str = "", wait: float = 20) -> "Future[dict[str, Any]]":
        """The terminal waits for what is new, while the test goes on."""
        asked = self.url, {"Authorization": f"Bearer {TOKEN}"}, {"after": after, "wait": wait}
        return self._waiters.submit(_ask, *asked)

    def answer(self, visitor: str, text: str, key: str = "", **more: Any) -> httpx.Response:
        """The agent says something to a visitor."""
        said = {
            "key": key or f"key-{next(_names)}",
            "site": self.name,
            "visitor": visitor,
            "text": text,
            **more,
        }
        return self.agent.post("/agent/messages", json=said)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for visitor in self._visitors:
            visitor.close()
        self.agent.close()
        self.stop()
        self._waiters.shutdown()


def _ask(url: str, headers: dict[str, str], query: dict[str, Any]) -> dict[str, Any]:
    reply = httpx.get(f"{url}/agent/events", params=query, headers=headers, trust_env=False, timeout=40)
    page: dict[str, Any] = reply.raise_for_status().json()
    return page


class Visitor:
    """A browser's side of the WebSocket, without a browser."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        site: str = WEBSITE,
        after: int = 0,
        origin: str = "",
        hello: dict[str, Any] | None = None,
        silent: bool = False,
    ) -> None:
        self.url = url
        self.token = token or secrets.token_urlsafe(32)
        self.frames: list[dict[str, Any]] = []
        self.hello = {"t": "hello", "token": self.token, "site": site, "after": after, **(hello or {})}
        self._open = ExitStack()
        address = url.replace("http", "ws", 1) + "/socket"
        line = connect(
            address,
            origin=Origin(origin or url),
            proxy=None,
            max_size=None,
            max_queue=None,
            close_timeout=1,
            legacy=False,
        )
        self.socket = self._open.enter_context(line)
        if not silent:
            self.send(self.hello)

    def send(self, frame: object) -> None:
        """Say one frame."""
        self.socket.send(json.dumps(frame))

    def read(self, seconds: float = 10) -> list[dict[str, Any]]:
        """The frames of the next message from the server, kept in `frames` as well."""
        frames: list[dict[str, Any]] = json.loads(self.socket.recv(timeout=seconds))
        self.frames += frames
        return frames

    def wait(self, kind: str, true: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The first frame of a kind, of those that came and those that will, that is as asked."""
        seen = 0
        while True:
            for frame in self.frames[seen:]:
                if frame["t"] == kind and true(frame):
                    return frame
            seen = len(self.frames)
            self.read()

    def say(self, text: str, key: str = "", files: Sequence[str] = ()) -> dict[str, Any]:
        """Say something; what the server answered to it."""
        key = key or f"say-{next(_names)}"
        self.send({"t": "say", "id": key, "text": text, "files": list(files)})
        seen = len(self.frames)
        while True:
            for frame in self.frames[seen:]:
                if frame["t"] in {"ack", "no"} and frame["id"] == key:
                    return frame
            seen = len(self.frames)
            self.read()

    def texts(self) -> list[str]:
        """The lines of the conversation that came so far, in order."""
        return [line["text"] for frame in self.frames if frame["t"] == "entries" for line in frame["entries"]]

    def close(self) -> None:
        """Go."""
        self._open.close()
