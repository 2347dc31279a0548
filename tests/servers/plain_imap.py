"""A plain IMAP server of another family, from PyPI, so that it runs everywhere: Twisted's IMAP4.

No SPECIAL-USE, MOVE, CONDSTORE, UIDPLUS, LITERAL+ or ID; SELECT tells neither UIDNEXT nor
PERMANENTFLAGS. Use whole messages: it ignores partial fetches and cannot send 8-bit headers alone.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.servers import process
from tests.servers.mailroom import Mailroom

ROOT = Path(__file__).parents[2]


class PlainImap(process.Server, Mailroom):
    """One server with one user, any name, ``password``. Fill the Maildir before ``start`` or after.

    Every ``start`` numbers messages anew; ``uidvalidity`` goes up by one each time but the first.
    """

    host = process.HOST
    password = "secret"

    @staticmethod
    def available() -> str | None:
        """Always None: it comes with the tests' own packages."""
        return None

    def __init__(self, *, idle: bool = True) -> None:
        process.Server.__init__(self)
        account = process.ourselves()
        self.home = process.Home("imap", account)
        Mailroom.__init__(self, self.home.path / "mail", account)
        self.port = 0
        self.uidvalidity = 0
        self._options = [] if idle else ["--without-idle"]

    def start(self) -> None:
        """Start, on the same port as before if it ran before."""
        self.uidvalidity += 1
        self.maildir().mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.servers.plain_imap_service"]
        command += ["--maildir", str(self.maildir()), "--port", str(self.port)]
        command += ["--uidvalidity", str(self.uidvalidity), *self._options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if self._process.stdout is None:
            raise OSError("no standard output")
        with self._process.stdout as told:
            self.port = int(json.loads(told.readline())["port"])

    def restart(self) -> None:
        """Stop and start on the same port, under a new UIDVALIDITY."""
        self.stop()
        self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
        self.home.remove()
