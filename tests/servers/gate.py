"""A gate in front of an HTTP server: it lets requests through, and does wrong what the server behind it will not.

    with Gate(server.url) as gate:
        gate.next("PUT", "/send/", Lost())         # taken, and the line is cut before the answer
        gate.next("GET", "/sync", Said(200, b"[]"))  # answered without asking the server

Every request that came is in `seen`, with its headers. `go_away` refuses every connection from then on.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import urlsplit

from tests.servers.loop_thread import LoopThread
from tests.servers.process import HOST


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer that the server did not give."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lost:
    """The line is cut: after the server took it, or before it was told."""

    after: bool = True


@dataclass(frozen=True)
class Bent:
    """The server's own answer, changed."""

    change: Callable[[bytes], bytes]


Fault: TypeAlias = Said | Lost | Bent


def said_json(status: int, said: object) -> Said:
    """An answer in JSON."""
    return Said(status, json.dumps(said).encode(), {"Content-Type": "application/json"})


class Gate:
    """Listens on loopback, in a thread of its own."""

    def __init__(self, url: str) -> None:
        self._behind = urlsplit(url)
        self._loop = LoopThread("gate")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._faults: list[tuple[str, str, Fault]] = []
        self.seen: list[Asked] = []
        self.url = ""

    def next(self, method: str, part: str, fault: Fault, *, times: int = 1) -> None:
        """What becomes of the next such requests; `part` occurs in their address."""
        self._faults += [(method, part, fault)] * times

    def go_away(self) -> None:
        """From now on nobody answers."""
        self._loop.run(self._close())

    def __enter__(self) -> Self:
        self._loop.start()
        self._loop.run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._close())
        self._loop.stop()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=1 << 20)
        self.url = f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._open):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
                while (answer := await self._answer(await _request(reader))) is not None:
                    writer.write(answer)
                    await writer.drain()
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, asked: Asked) -> bytes | None:
        """The bytes of an answer; None to cut the line."""
        self.seen.append(asked)
        fault = self._fault(asked)
        if isinstance(fault, Said):
            return _written(fault)
        if isinstance(fault, Lost) and not fault.after:
            return None
        answer = await self._pass_on(asked)
        if isinstance(fault, Lost):
            return None
        return _written(replace(answer, body=fault.change(answer.body)) if fault else answer)

    def _fault(self, asked: Asked) -> Fault | None:
        for number, (method, part, fault) in enumerate(self._faults):
            if method == asked.method and part in asked.target:
                del self._faults[number]
                return fault
        return None

    async def _pass_on(self, asked: Asked) -> Said:
        reader, writer = await asyncio.open_connection(self._behind.hostname, self._behind.port)
        try:
            kept = {name: value for name, value in asked.headers.items() if name != "accept-encoding"}
            writer.write(_head(f"{asked.method} {asked.target} HTTP/1.0", {**kept, "connection": "close"}))
            writer.write(asked.body)
            await writer.drain()
            first, headers = _parted(await reader.readuntil(b"\r\n\r\n"))
            body = await reader.read()  # HTTP/1.0: it ends with the connection
            return Said(int(first.split(" ")[1]), body, headers)
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Asked:
    first, headers = _parted(await reader.readuntil(b"\r\n\r\n"))
    method, target, _ = first.split(" ")
    return Asked(method, target, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def _parted(head: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    split = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in split}


def _head(first: str, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{first}\r\n{lines}\r\n".encode("latin-1")


def _written(answer: Said) -> bytes:
    unsaid = {"content-length", "connection", "transfer-encoding"}
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in unsaid}
    return (
        _head(f"HTTP/1.1 {answer.status} Answer", {**kept, "content-length": str(len(answer.body))})
        + answer.body
    )
