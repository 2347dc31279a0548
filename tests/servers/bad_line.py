"""A bad line to an HTTP server on loopback: it carries everything, but for what a test asks it to spoil.

with BadLine(port, spoils=b"POST /agent/messages") as line:
    line.next("lost")        # that request arrives, its answer does not
"""

import asyncio
import contextlib
import re
from types import TracebackType
from typing import Literal, Self, TypeAlias

from tests.servers.loop_thread import LoopThread

Fault: TypeAlias = Literal["busy", "refused", "lost", "broken"]
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nRetry-After: 1\r\n\r\nbusy"
_REFUSED = (
    b"HTTP/1.1 422 Unprocessable\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n"
    b'{"problem":"refused by it"}'
)


class BadLine:
    """Carries requests to a port, one connection for each that comes in."""

    def __init__(self, port: int, *, spoils: bytes) -> None:
        self._port = port
        self._spoils = spoils
        self._faults: list[Fault] = []
        self._loop = LoopThread("bad-line")
        self._server: asyncio.Server | None = None
        self.port = 0

    def next(self, *faults: Fault) -> None:
        """What becomes of the next requests of the kind that is spoilt.

        busy: 503. refused: 422. lost: it arrives, and the connection ends. broken: the connection ends before.
        """
        self._faults += faults

    def hang_up(self) -> None:
        """Nobody answers from now on."""
        self._loop.run(self._close())

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # asyncio 3.11 logs a cancelled handler as an error
            await self._relay(reader, writer)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.TaskGroup() as group:
                back = group.create_task(_pump(there_reader, writer))
                await self._requests(reader, writer, there, there_reader, back)
                back.cancel()
        except* (OSError, asyncio.IncompleteReadError):
            pass  # either side hung up: so does the line
        finally:
            for end in (writer, there):
                end.close()

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamWriter,
        there_reader: asyncio.StreamReader,
        back: "asyncio.Task[None]",
    ) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            request = head + await reader.readexactly(int(length[1]) if length else 0)
            fault = self._faults.pop(0) if head.startswith(self._spoils) and self._faults else None
            if fault == "broken":
                return
            if fault in {"busy", "refused"}:
                writer.write(_BUSY if fault == "busy" else _REFUSED)
                continue
            if fault == "lost":
                back.cancel()
                await asyncio.wait({back})
            there.write(request)
            if fault == "lost":
                await there_reader.readuntil(b"\r\n\r\n")
                return

    def __enter__(self) -> Self:
        self._loop.start()
        self._loop.run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        self._loop.stop()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError
