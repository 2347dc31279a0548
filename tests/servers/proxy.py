"""A TCP proxy on loopback: a bad network between a client and any server.

    with Proxy(server.port) as net:
        client = IMAPClient(net.host, net.port, ssl=False)
        net.delay = 0.02            # seconds, one way
        net.segment = 1             # bytes at once
        net.stall()                 # half-open: nothing passes, nothing closes
        net.lose_reply_to(b"\\r\\n.\\r\\n")

Settings hold for open connections at once. ``up`` is from the client to the server.
"""

import asyncio
import socket
import struct
import time
from dataclasses import dataclass
from typing import Literal, Self

from tests.servers import process
from tests.servers.loop_thread import LoopThread

Direction = Literal["up", "down"]
CHUNK = 65536


@dataclass(slots=True)
class _Trap:
    """Springs when ``pattern`` passes upwards: before it, or when its reply comes."""

    pattern: bytes
    after_reply: bool
    reset: bool


@dataclass(slots=True)
class _Budget:
    """Cut once ``left`` more bytes have passed in this direction."""

    direction: Direction
    left: int
    reset: bool


class Proxy:
    """Forwards its ``port`` to ``target``."""

    host = process.HOST

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.delay = 0.0
        self.segment: int | None = None
        self.connections = 0
        self.passed: dict[Direction, int] = {"up": 0, "down": 0}
        self._stalled = False
        self._budget: _Budget | None = None
        self._trap: _Trap | None = None
        self._links: set[_Link] = set()
        self._server: asyncio.Server | None = None
        self._thread = LoopThread("proxy")

    def cut(self, *, reset: bool = False) -> None:
        """End every connection on both sides, now: FIN, or RST."""
        self._thread.run(self._cut(reset=reset))

    def cut_after(self, count: int, direction: Direction = "down", *, reset: bool = False) -> None:
        """Let ``count`` more bytes pass in a direction, then end that connection."""
        self._budget = _Budget(direction, count, reset)

    def cut_before(self, pattern: bytes, *, reset: bool = False) -> None:
        """End the connection instead of letting ``pattern`` pass upwards."""
        self._trap = _Trap(pattern, after_reply=False, reset=reset)

    def lose_reply_to(self, pattern: bytes, *, reset: bool = False) -> None:
        """Let ``pattern`` pass upwards, wait for the server's reply, end the connection without it."""
        self._trap = _Trap(pattern, after_reply=True, reset=reset)

    def stall(self) -> None:
        """Forward nothing any more but keep every connection open, new ones too."""
        self._stalled = True

    def resume(self) -> None:
        """Forward again; what came meanwhile is lost."""
        self._stalled = False

    def refuse(self) -> None:
        """Close the port: new connections are refused, open ones go on."""
        self._thread.run(self._refuse())

    def accept(self) -> None:
        """Open the port again, the same one."""
        self._thread.run(self._listen())

    def start(self) -> None:
        """Listen; ``port`` is known, open, and the same as before if it ran before."""
        self._thread.start()
        self.accept()

    def stop(self) -> None:
        """Close everything; stopping again does nothing."""
        if self._thread.running:
            self.refuse()
            self.cut()
            self._thread.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self, *, reset: bool) -> None:
        for link in list(self._links):
            link.end(reset=reset)
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            there = await asyncio.open_connection(self.host, self.target)
        except OSError:
            writer.transport.abort()
            return
        link = _Link(self, (reader, writer), there)
        self._links.add(link)
        try:
            await link.forward()
        finally:
            self._links.discard(link)

    def spend(self, direction: Direction, data: bytes) -> tuple[bytes, bool | None]:
        """What of ``data`` may pass, and whether to cut then (with RST or not), else None."""
        budget = self._budget
        if budget is None or budget.direction != direction:
            return data, None
        kept = data[: budget.left]
        budget.left -= len(kept)
        if budget.left > 0:
            return kept, None
        self._budget = None
        return kept, budget.reset

    @property
    def stalled(self) -> bool:
        """Nothing passes."""
        return self._stalled

    def sprung(self, seen: bytes) -> _Trap | None:
        """The trap, if the end of what has gone up holds its pattern; it springs once."""
        trap = self._trap
        if trap is None or trap.pattern not in seen:
            return None
        self._trap = None
        return trap


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_Queue = asyncio.Queue[tuple[float, bytes, bool | None]]


class _Link:
    """One client's connection and its connection to the server."""

    def __init__(self, proxy: Proxy, client: Ends, server: Ends) -> None:
        self._proxy = proxy
        self._client, self._server = client, server
        self._tail = b""
        self._silent: _Trap | None = None

    async def forward(self) -> None:
        """Pump both ways until both sides are through or it is cut."""
        up: _Queue = asyncio.Queue()
        down: _Queue = asyncio.Queue()
        try:
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._read("up", self._client[0], up))
                pumps.create_task(self._read("down", self._server[0], down))
                pumps.create_task(self._send("up", up, self._server[1]))
                pumps.create_task(self._send("down", down, self._client[1]))
        except* OSError:
            self.end(reset=False)
        finally:
            self.end(reset=False)

    def end(self, *, reset: bool) -> None:
        """Close both sides at once."""
        for _, writer in (self._client, self._server):
            raw = writer.get_extra_info("socket")
            if reset and raw is not None and raw.fileno() >= 0:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _read(self, direction: Direction, source: asyncio.StreamReader, queue: _Queue) -> None:
        """Note when each piece is due, so that a delay costs latency and no throughput."""
        while data := await source.read(CHUNK):
            due = time.monotonic() + self._proxy.delay
            if not self._proxy.stalled and self._may_pass(direction, data):
                queue.put_nowait((due, *self._proxy.spend(direction, data)))
        queue.put_nowait((time.monotonic() + self._proxy.delay, b"", None))

    async def _send(self, direction: Direction, queue: _Queue, sink: asyncio.StreamWriter) -> None:
        while True:
            due, data, reset = await queue.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not data and reset is None:
                break
            self._proxy.passed[direction] += len(data)
            await self._write(sink, data)
            if reset is not None:
                self.end(reset=reset)
        if sink.can_write_eof() and not sink.is_closing():
            sink.write_eof()

    def _may_pass(self, direction: Direction, data: bytes) -> bool:
        if direction == "down":
            if self._silent is not None:
                self.end(reset=self._silent.reset)
            return self._silent is None
        seen = self._tail + data
        self._tail = seen[-64:]
        trap = self._proxy.sprung(seen)
        if trap is None:
            return True
        if trap.after_reply:
            self._silent = trap
            return True
        self.end(reset=trap.reset)
        return False

    async def _write(self, sink: asyncio.StreamWriter, data: bytes) -> None:
        step = self._proxy.segment or max(len(data), 1)
        for start in range(0, len(data), step):
            sink.write(data[start : start + step])
            await sink.drain()
