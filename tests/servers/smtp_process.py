"""The SMTP server as a process of its own: it goes on when the program under test is killed."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.servers import process, smtp_records
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_records import Accepted

ROOT = Path(__file__).parents[2]


class SmtpProcess(process.Server):
    """``lose_replies``: the first so many messages are kept, their replies never sent.

    ``file_into``: a Maildir whose Sent folder gets a copy of every accepted message.
    """

    host = process.HOST
    user = SmtpServer.user
    password = SmtpServer.password

    def __init__(
        self,
        *,
        directory: Path | None = None,
        file_into: Path | None = None,
        lose_replies: int = 0,
    ) -> None:
        super().__init__()
        self.port = 0
        self.directory = directory or Path(tempfile.mkdtemp(prefix="smtp-"))
        self._arguments = ["--directory", str(self.directory), "--lose-replies", str(lose_replies)]
        if file_into is not None:
            self._arguments += ["--file-into", str(file_into)]

    def start(self) -> None:
        """Start, on the same port as before if it ran before."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.smtp", "--port", str(self.port), *self._arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if self._process.stdout is None:
            raise OSError("no standard output")
        self.port = int(json.loads(self._process.stdout.readline())["port"])

    def stop(self) -> None:
        """End it by closing its standard input, as it is meant to end."""
        if self._process is not None:
            self._process.communicate(timeout=30)
            self._process = None

    def kill(self) -> None:
        """SIGKILL; what was accepted stays in ``directory``."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate(timeout=30)
            self._process = None

    @property
    def accepted(self) -> list[Accepted]:
        """What was accepted so far, read from the disk."""
        return smtp_records.read(self.directory)

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Accepted]:
        """Block until ``count`` messages were accepted. Raises TimeoutError."""
        process.wait_until(lambda: len(self.accepted) >= count, f"{count} messages", seconds)
        return self.accepted
