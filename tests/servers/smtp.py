"""A real SMTP server on loopback that keeps what it accepts and fails where a test says so.

    with SmtpServer() as server:
        server.fail_next("dot", Drop())          # takes the message, loses the reply
        server.refuse("gone@mail.example", "550 5.1.1 no such user")
        ...
        [message] = server.wait_for(1)

It runs in a thread of its own. ``python -m tests.servers.smtp --directory D`` is the same server as
a process that survives its client: it prints its port as one JSON line and keeps one file a message.
"""

import argparse
import asyncio
import json
import os
import ssl
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, Self

from aiosmtpd.smtp import SMTP

from tests.servers import maildir, process, smtp_records
from tests.servers.certificates import Certificates
from tests.servers.loop_thread import LoopThread
from tests.servers.smtp_faults import Delay, Drop, Faults, Hang, Happening, Stage
from tests.servers.smtp_records import Accepted
from tests.servers.smtp_session import Conversation, Refuser, Rules

__all__ = ["Accepted", "Delay", "Drop", "Hang", "SmtpServer"]
Security = Literal["plain", "starttls", "tls"]


class SmtpServer:
    """One server. ``user`` and ``password`` sign in by PLAIN and LOGIN, ``token`` by XOAUTH2.

    ``size_limit`` is announced and held, in bytes. ``hide`` leaves extensions out of the greeting,
    such as ``8BITMIME``. ``directory`` keeps every accepted message in a file, durably. ``file_into``
    is called with the bytes of each accepted message before the reply, as Gmail files into Sent.
    """

    host = process.HOST
    user = "shop@bakery.example"
    password = "secret"
    token = "token-1"

    def __init__(
        self,
        *,
        port: int = 0,
        security: Security = "plain",
        certificates: Certificates | None = None,
        auth_required: bool = False,
        size_limit: int = 33_554_432,
        hide: Iterable[str] = (),
        smtputf8: bool = True,
        directory: Path | None = None,
        file_into: Callable[[bytes], object] | None = None,
    ) -> None:
        self.port = port
        self.connections = 0
        self.file_into = file_into
        self._directory = directory
        self._accepted: list[Accepted] = []
        self._changed = threading.Condition()
        self._context = certificates.server_context() if certificates else None
        self._implicit: ssl.SSLContext | None = self._context if security == "tls" else None
        self._rules = Rules(
            passwords={self.user: self.password},
            tokens={self.user: self.token},
            hidden=frozenset(hide),
            auth_required=auth_required,
            keep=self._keep,
        )
        self._options = {
            "hostname": "mx.bakery.example",
            "data_size_limit": size_limit,
            "enable_SMTPUTF8": smtputf8,
            "tls_context": self._context if security == "starttls" else None,
            "require_starttls": security == "starttls",
            "auth_require_tls": security == "starttls",
        }
        self._thread = LoopThread("smtp")
        self._server: asyncio.Server | None = None
        self._sessions: set[Conversation] = set()

    @property
    def faults(self) -> Faults:
        """The script of what fails."""
        return self._rules.faults

    def fail_next(
        self, stage: Stage, happening: Happening, *, times: int = 1, recipient: str | None = None
    ) -> None:
        """Let something happen the next ``times`` times ``stage`` is reached; see smtp_faults."""
        self.faults.add(stage, happening, times=times, recipient=recipient)

    def refuse(self, recipient: str, reply: str) -> None:
        """Always answer ``reply`` to this recipient."""
        self._rules.refusals[recipient] = reply

    def change_password(self, password: str) -> None:
        """From now on only ``password`` signs in."""
        self.password = password
        self._rules.passwords[self.user] = password

    def change_token(self, token: str) -> None:
        """From now on only ``token`` signs in by XOAUTH2."""
        self.token = token
        self._rules.tokens[self.user] = token

    @property
    def accepted(self) -> list[Accepted]:
        """What was accepted so far, in order."""
        with self._changed:
            return list(self._accepted)

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Accepted]:
        """Block until ``count`` messages were accepted. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._accepted) >= count, seconds):
                raise TimeoutError(f"{len(self._accepted)} of {count} messages in {seconds:g} s")
            return list(self._accepted)

    def start(self) -> None:
        """Listen; ``port`` is known, open, and the same as before if it ran before."""
        self._thread.start()
        self._thread.run(self._listen())

    def stop(self) -> None:
        """Close the port and every connection; stopping again does nothing."""
        if self._thread.running:
            self._thread.run(self._close())
            self._thread.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def drop_connections(self) -> None:
        """Close every open connection at once."""
        self._thread.run(self._drop())

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self.host, self.port, ssl=self._implicit)
        self.port = self._server.sockets[0].getsockname()[1]

    def _connection(self) -> asyncio.Protocol | SMTP:
        self.connections += 1
        happening = self.faults.take("connect")
        if happening is not None and not isinstance(happening, Delay):
            return Refuser(happening)
        session = Conversation(self._rules, loop=asyncio.get_running_loop(), **self._options)
        self._sessions.add(session)
        return session

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._drop()

    async def _drop(self) -> None:
        for session in self._sessions:
            if isinstance(session.transport, asyncio.Transport):
                with suppress(AttributeError):  # Python before 3.11.4, when it was closed already
                    session.transport.abort()
        self._sessions.clear()
        await asyncio.sleep(0)

    def _keep(self, accepted: Accepted) -> None:
        if self._directory is not None:
            smtp_records.write(self._directory, accepted)
        if self.file_into is not None:
            self.file_into(accepted.raw)
        with self._changed:
            self._accepted.append(accepted)
            self._changed.notify_all()


def _owner(folder: Path) -> tuple[int, int] | None:
    """Whose files the copies must be, so that the IMAP server can handle them; None: ours."""
    found = next(place for place in (folder, *folder.parents) if place.exists()).stat()
    return (found.st_uid, found.st_gid) if os.getuid() == 0 else None


def main(arguments: list[str] | None = None) -> None:
    """Serve until standard input ends or the process is killed."""
    parser = argparse.ArgumentParser(prog="tests.servers.smtp", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--file-into", type=Path, help="a Maildir that gets a copy of each message")
    parser.add_argument("--folder", default="Sent")
    parser.add_argument("--lose-replies", type=int, default=0, help="the next N after the final dot")
    chosen = parser.parse_args(arguments)
    owner = _owner(chosen.file_into) if chosen.file_into else None
    filed = partial(maildir.deliver, chosen.file_into, folder=chosen.folder, flags=("\\Seen",), owner=owner)
    server = SmtpServer(
        port=chosen.port, directory=chosen.directory, file_into=filed if chosen.file_into else None
    )
    if chosen.lose_replies:
        server.fail_next("dot", Drop(), times=chosen.lose_replies)
    with server:
        sys.stdout.write(json.dumps({"port": server.port}) + "\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
