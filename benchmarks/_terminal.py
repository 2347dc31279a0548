"""A program on a pseudo-terminal, and how long it takes from a key to the first and to the last byte it paints."""

import fcntl
import os
import pty
import random
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks._table import Samples

SIZE = (140, 45)
QUIET = 0.08  # seconds without a byte: the picture is complete
PATIENCE = 60.0


class Terminal:
    """What a terminal emulator is to the program: it sends keys and takes bytes."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=side, stdout=side, stderr=side, cwd=folder, env=environment, start_new_session=True
        )
        os.close(side)
        self.seen = b""

    def wait_for(self, words: bytes) -> float:
        """Seconds since the start until these words were painted."""
        end = time.perf_counter() + PATIENCE
        while words not in self.seen:
            self._take(0.05)
            if time.perf_counter() > end:
                raise SystemExit(f"{words!r} was never painted: {self.seen[-1000:]!r}")
        return time.perf_counter() - self.started

    def _take(self, seconds: float) -> bytes:
        if not select.select([self._main], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._main, 1 << 20)
        except OSError as error:
            raise SystemExit(f"the program ended: {self.seen[-2000:]!r}") from error
        self.seen = (self.seen + data)[-(1 << 20) :]
        return data

    def settle(self) -> None:
        """Take what comes until nothing comes."""
        while self._take(QUIET):
            pass

    def press(self, keys: bytes, first: Samples, last: Samples | None = None) -> None:
        """One key: how long to the first byte painted, and to the last before it is quiet."""
        time.sleep(random.uniform(0.0, 0.02))  # not in step with the program's own frames
        while self._take(0):
            pass
        start = time.perf_counter()
        os.write(self._main, keys)
        while not self._take(PATIENCE):
            pass
        first.seconds.append(end := time.perf_counter() - start)
        while self._take(QUIET if last is not None else 0.02):
            end = time.perf_counter() - start
        if last is not None:
            last.seconds.append(end)

    def send(self, keys: bytes) -> None:
        """Keys nobody measures."""
        os.write(self._main, keys)
        self.settle()

    def close(self) -> None:
        """End the program, if it has not ended by itself."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._main)
