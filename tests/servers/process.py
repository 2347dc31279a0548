"""Ports, waiting, and processes that a test starts and ends itself (by their own id)."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

HOST = "127.0.0.1"
POLL_SECONDS = 0.01
Work: TypeAlias = Callable[[socket.socket], None]


def free_ports(count: int) -> list[int]:
    """``count`` different loopback TCP ports nobody listens on."""
    held = []
    try:
        for _ in range(count):
            probe = socket.create_server((HOST, 0))
            held.append(probe)
        return [int(probe.getsockname()[1]) for probe in held]
    finally:
        for probe in held:
            probe.close()


def wait_until(true: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Return as soon as ``true()`` is; raise TimeoutError naming ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s for {what}")
        time.sleep(POLL_SECONDS)


def greets(port: int, start: bytes) -> bool:
    """A server on ``port`` accepts and its first bytes begin with ``start``."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            return connection.recv(200).startswith(start)
    except OSError:
        return False


def greets_http(port: int) -> bool:
    """Somebody on ``port`` accepts connections."""
    try:
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Account:
    """The system user a server runs as: ourselves, or nobody when the tests run as root."""

    name: str
    group_name: str
    group: int
    user: int
    switch: bool

    @property
    def owner(self) -> tuple[int, int] | None:
        """Whom to give files to, or None where they are ours anyway."""
        return (self.user, self.group) if self.switch else None


def ourselves() -> Account:
    """Whoever runs the tests."""
    entry = pwd.getpwuid(os.getuid())
    group = grp.getgrgid(entry.pw_gid).gr_name
    return Account(entry.pw_name, group, entry.pw_gid, entry.pw_uid, switch=False)


def unprivileged() -> Account:
    """Ourselves, or ``nobody`` when the tests run as root, whom Dovecot refuses to serve."""
    if os.getuid() == 0:
        other = pwd.getpwnam("nobody")
        group = grp.getgrgid(other.pw_gid).gr_name
        return Account(other.pw_name, group, other.pw_gid, other.pw_uid, switch=True)
    return ourselves()


class Home:
    """A temporary directory with a short path (UNIX sockets end at 107 bytes) for one server."""

    def __init__(self, name: str, account: Account) -> None:
        base = tempfile.gettempdir()
        self.path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=base if len(base) < 40 else "/tmp"))
        self.path.chmod(0o755)
        if account.owner:
            os.chown(self.path, *account.owner)

    def remove(self) -> None:
        """Delete it with everything inside."""
        shutil.rmtree(self.path, ignore_errors=True)


class Server(ABC):
    """A child process. Entering starts it and returns when it serves; leaving ends it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def start(self) -> None:
        """Start, and return once the server answers. Raises TimeoutError if it never does."""

    def stop(self) -> None:
        """End the process and wait for it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def kill(self) -> None:
        """End the process with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
            self._process = None

    @property
    def pid(self) -> int:
        """The process id. Raises LookupError when it is not running."""
        if self._process is None:
            raise LookupError("the server is not running")
        return self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def spawn(
    command: Sequence[str],
    account: Account,
    environment: Mapping[str, str] | None = None,
    *,
    on: socket.socket | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``command`` as ``account``, talking to the socket ``on``, or with its output thrown away."""
    stream = subprocess.DEVNULL if on is None else on.fileno()
    return subprocess.Popen(
        command,
        stdin=stream,
        stdout=stream,
        stderr=subprocess.DEVNULL,
        env=environment,
        user=account.user if account.switch else None,
        group=account.group if account.switch else None,
        extra_groups=[] if account.switch else None,
    )


def run(command: Sequence[str], account: Account) -> str:
    """Run ``command`` as ``account`` and return what it printed. Raises CalledProcessError."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        user=account.user if account.switch else None,
        group=account.group if account.switch else None,
        extra_groups=[] if account.switch else None,
    )
    return done.stdout
