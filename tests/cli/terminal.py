"""A terminal to run the program in: a pty of a given size, keys in, bytes out."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from typing import Self

SIZE = (40, 120)


class Terminal:
    """One program in one terminal; ends with it."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self.output = b""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], list(command), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self._code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._code is None and not self._ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._fd, keys)

    def send(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Read until `text` has been painted. Raises TimeoutError."""
        wanted, end = text.encode(), time.monotonic() + seconds
        while wanted not in self.output:
            if time.monotonic() > end:
                raise TimeoutError(f"{text!r} was not painted: {self.output[-2000:]!r}")
            self._read()

    def wait(self, seconds: float = 20) -> int:
        """Read until the program ends; its exit code. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while not self._ended():
            if time.monotonic() > end:
                raise TimeoutError(f"it did not end: {self.output[-2000:]!r}")
            self._read()
        self._read()
        assert self._code is not None
        return self._code

    def _ended(self) -> bool:
        pid, status = os.waitpid(self.pid, os.WNOHANG) if self._code is None else (0, 0)
        if pid:
            self._code = os.waitstatus_to_exitcode(status)
        return self._code is not None

    def _read(self) -> None:
        if self._fd < 0:
            time.sleep(0) if self._code else select.select([], [], [], 0.05)
            return
        ready, _, _ = select.select([self._fd], [], [], 0.05)
        try:
            self.output += os.read(self._fd, 65536) if ready else b""
        except OSError:  # the other side has closed it
            select.select([], [], [], 0.01)
