"""The chat server as a process or a thread: it listens, serves until it is told to stop, and closes its file.

Beside the website it is a program of its own (`serve`, behind ``agent-tui webchat-server``); inside the workstation it
is a thread with its own event loop, so that a thousand visitors never make the screen stutter.
"""

import asyncio
import logging
import os
import secrets
import signal
import socket
import threading
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import uvicorn

from adapters import _chat_config as configs
from adapters._chat_app import application
from adapters._chat_config import Config, Widget, is_loopback, listening
from adapters._chat_frames import LONGEST
from adapters._chat_patience import PatientHTTP, PatientWebSocket
from adapters._chat_room import Room
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import ConfigError, Unavailable
from agent_tui.core.language import _
from agent_tui.core.tables import convert

_log = logging.getLogger(__name__)

STOP_SECONDS = 5  # what is being answered may take so long when the server stops
KEEP_ALIVE = 30  # seconds an idle connection of a browser, proxy or terminal stays


class ChatServer:
    """One chat server: `open`, then `run` in this thread or `start` in one of its own; `stop` from anywhere."""

    def __init__(self, config: Config, listen: str, now: Callable[[], datetime] = SYSTEM.now) -> None:
        self._config = config
        self._host, self._port = listening(listen)
        self._now = now
        self._socket: socket.socket | None = None
        self._room: Room | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.url = ""

    def open(self) -> None:
        """Take the port and the file; `url` is then known. Raises Unavailable, Busy, ConfigError."""
        try:
            self._socket = _listening(self._host, self._port)
        except OSError as error:
            where = f"{self._host}:{self._port}"
            raise Unavailable(
                _("the chat server cannot listen at {where}: {strerror}").format(
                    where=where, strerror=error.strerror
                ),
                remedy=_("is another one running?"),
            ) from error
        try:
            self._prepare(self._socket.getsockname()[1])
        except BaseException:
            self._socket.close()
            raise

    def _prepare(self, port: int) -> None:
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"http://{shown}:{port}"
        public = self._config.public
        if not public and is_loopback(self._host):
            public = tuple(f"http://{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]"))
        room = Room(replace(self._config, public=public), self._now)
        room.db.open()
        self._room = room
        self._server = _Server(_uvicorn(room), room)

    def run(self) -> None:
        """Serve until `stop`, or until SIGINT or SIGTERM where this is the main thread."""
        assert self._server is not None
        assert self._room is not None
        assert self._socket is not None
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        finally:
            self._room.db.close()
            self._socket.close()

    def start(self) -> None:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.run, name="chat-server", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Whether the thread still serves."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Say goodbye to everybody and let go; waits until that is done. May be called twice."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError.

    Its protocol is named, as `socket.create_server` does not: only then asyncio switches Nagle's algorithm off, which
    would hold back the second half of an answer for 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
    except BaseException:
        made.close()
        raise
    return made


class _Server(uvicorn.Server):
    """uvicorn, which tells those who wait before it waits for them."""

    def __init__(self, config: uvicorn.Config, room: Room) -> None:
        super().__init__(config)
        self._room = room

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM end it, and are nobody else's business afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Nobody new; everybody hangs up."""
        self._room.close()
        await super().shutdown(sockets)


def _uvicorn(room: Room) -> uvicorn.Config:
    """Every default of uvicorn that would be dangerous on the open internet, set."""
    return uvicorn.Config(
        application(room),
        http=PatientHTTP,
        ws=PatientWebSocket,
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=LONGEST,
        ws_per_message_deflate=False,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=room.config.limits.connections + 100,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def serve(
    listen: str, data: Path, origins: Sequence[str], say: Callable[[str], None], *, public_url: str = ""
) -> None:
    """The chat server as a program: returns when it was told to stop. `say` tells the person who started it.

    In `data`: ``agent-token``, made at the first start; ``signing-key`` and ``chat.toml`` (see `Widget`), if the owner
    puts them there. Raises ConfigError, Unavailable, Busy.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    widget = _file(data / "chat.toml")
    widget = replace(widget, public_url=public_url or widget.public_url)
    config = configs.config(
        widget,
        folder=data,
        origins=origins,
        agent=sha256(_token(data / "agent-token").encode()).digest(),
        signing_key=_optional(data / "signing-key"),
    )
    server = ChatServer(config, listen)
    server.open()
    say(
        _("the chat server listens at {url}; the agent's token is in {data}").format(
            url=server.url, data=data / "agent-token"
        )
    )
    server.run()


def _file(path: Path) -> Widget:
    """The owner's file, or the defaults. Raises ConfigError."""
    try:
        return convert(Widget, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Widget()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: {error}", remedy=_("see https://toml.io for how such a file is written")
        ) from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.problem}", remedy=error.remedy) from error


def _token(path: Path) -> str:
    """The agent's token, made when there is none."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    except FileExistsError:
        pass
    token = path.read_text(encoding="utf-8").strip()
    if len(token) < 32:
        raise ConfigError(
            _("the token in {path} is shorter than 32 characters").format(path=path),
            remedy=_("remove the file: one is made"),
        )
    return token


def _optional(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except FileNotFoundError:
        return b""
