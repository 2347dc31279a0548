"""uvicorn's two protocols, with an end to their patience: nobody holds a connection by doing nothing.

uvicorn itself waits for ever for the second half of a header, and for somebody who does not read. Here a connection
has `HEADER_SECONDS` to say what it wants, again for each request, and `WRITE_SECONDS` to take what it is sent; beyond
`limit_concurrency` it is not even listened to. Bodies and silent WebSockets have their time-outs where they are read.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

HEADER_SECONDS = 10.0
WRITE_SECONDS = 20.0


class _Deadline:
    """Aborts a connection unless it is called off."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def start(self, transport: asyncio.Transport, seconds: float) -> None:
        """From now on, if it does not run already."""
        if self._timer is None and not transport.is_closing():
            self._timer = asyncio.get_running_loop().call_later(seconds, transport.abort)

    def stop(self) -> None:
        """It is called off."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class PatientHTTP(H11Protocol):
    """HTTP/1.1 with an end."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._asking = _Deadline()
        self._taking = _Deadline()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Listen, unless there are too many."""
        super().connection_made(transport)
        most = self.config.limit_concurrency
        if most is not None and len(self.connections) > most:
            transport.abort()
        else:
            self._asking.start(transport, HEADER_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Part of a request, or all of it."""
        if self._waits():
            self._asking.start(self.transport, HEADER_SECONDS)
        super().data_received(data)
        if not self._waits():
            self._asking.stop()

    def _waits(self) -> bool:
        """Whether a request's header has yet to come."""
        return self.cycle is None or self.cycle.response_complete

    def handle_websocket_upgrade(self, event: Any) -> None:
        """It becomes a WebSocket."""
        self._asking.stop()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        """The other side does not read."""
        super().pause_writing()
        self._taking.start(self.transport, WRITE_SECONDS)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._taking.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self._asking.stop()
        self._taking.stop()
        super().connection_lost(exc)


class PatientWebSocket(WSProtocol):
    """A WebSocket with an end."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._taking = _Deadline()

    def pause_writing(self) -> None:
        """The other side does not read."""
        super().pause_writing()
        self._taking.start(self.transport, WRITE_SECONDS)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._taking.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self._taking.stop()
        super().connection_lost(exc)
