"""One TCP connection of the scripted IMAP server: bytes in and out, segments, the ways to die.

Only the thread that serves a connection closes it: closing a socket in which another thread waits
sends no RST before that thread returns. Other threads ask with ``end_soon``.
"""

import select
import socket
import ssl
import struct
import threading

from tests.servers.imap_faults import Bye, Drop, Ending


class Gone(Exception):
    """The connection has ended; the thread that serves it may too."""


class Connection:
    """A socket with a lock around its use. ``segment``: the most bytes sent at once, or None."""

    def __init__(self, raw: socket.socket, segment: int | None) -> None:
        self._socket = raw
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wake, self._waker = socket.socketpair()
        self._asked: Ending = Drop()
        self._lock = threading.Lock()
        self.segment = segment
        self.silent = False

    def receive(self) -> bytes:
        """The next bytes, empty at the end; while silent they are thrown away. Raises Gone."""
        while True:
            if not self._pending():
                ready, _, _ = select.select([self._socket, self._wake], [], [])
                if self._wake in ready:
                    self.end(self._asked)
            data = self._take()
            if not data or not self.silent:
                return data

    def _pending(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def _take(self) -> bytes:
        with self._lock:  # OpenSSL allows one thread at a time
            try:
                return self._socket.recv(65536)
            except OSError:
                return b""

    def send(self, data: bytes) -> None:
        """Send everything unless silent. Raises Gone."""
        with self._lock:
            if self.silent:
                return
            step = self.segment or max(len(data), 1)
            try:
                for start in range(0, len(data), step):
                    self._socket.sendall(data[start : start + step])
            except OSError as error:
                raise Gone from error

    def end(self, how: Ending) -> None:
        """Die in the given way. Raises Gone, except for a hang, which only stops all talk."""
        if isinstance(how, Bye):
            self.send(f"* BYE {how.text}\r\n".encode())
        if isinstance(how, Drop | Bye):
            self.close(reset=isinstance(how, Drop) and how.reset)
            raise Gone
        self.silent = True
        self._drain_wake()

    def end_soon(self, how: Ending) -> None:
        """Let the serving thread do ``end``; for every other thread."""
        self._asked = how
        try:
            self._waker.send(b"!")
        except OSError:  # it has ended by itself meanwhile
            return

    def close(self, *, reset: bool = False) -> None:
        """FIN, or RST; closing again does nothing."""
        if reset and self._socket.fileno() >= 0:
            option = struct.pack("ii", 1, 0)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
        self._socket.close()  # after a failed TLS handshake it is closed already, the pair is not
        self._wake.close()
        self._waker.close()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Continue in TLS. Raises Gone if the client does not want to."""
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except OSError as error:
            raise Gone from error

    def _drain_wake(self) -> None:
        self._wake.setblocking(False)
        try:
            self._wake.recv(100)
        except BlockingIOError:
            return
