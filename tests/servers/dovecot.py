"""A real Dovecot on loopback: its own configuration, ports and mail, nothing of the system's.

    with Dovecot() as server:
        server.deliver(b"Subject: hello\\r\\n\\r\\nthere\\r\\n")
        client = IMAPClient(server.host, server.port, ssl=False)
        client.login(server.user, server.password)

Any user name signs in with ``password``. Run by root it serves as ``nobody``; run by anybody else, as
them. STARTTLS is offered on ``port``; ``tls_port`` is TLS from the start.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tests.servers import certificates, process
from tests.servers import maildir as folders
from tests.servers.certificates import Certificates
from tests.servers.dovecot_config import Options, Place, configuration
from tests.servers.mailroom import Mailroom

__all__ = ["Dovecot", "Options", "available"]
IMAP = Path("/usr/lib/dovecot/imap")


@functools.cache
def available() -> str | None:
    """None if Dovecot can run here, else the name of the missing system package."""
    if _find("dovecot") is None or _find("doveadm") is None or not IMAP.exists():
        return "dovecot-imapd"
    if not _version().startswith(("2.3.", "2.4.")):
        return f"dovecot-imapd 2.3 or 2.4 (found {_version()})"
    return certificates.available()


@functools.cache
def _version() -> str:
    command = [_find("dovecot") or "dovecot", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return told.split(" ")[0].strip()


def _find(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


class Dovecot(process.Server, Mailroom):
    """One server. Its ports and mail survive ``stop`` and ``restart``; leaving it removes them."""

    host = process.HOST
    available = staticmethod(available)

    def __init__(self, options: Options | None = None) -> None:
        process.Server.__init__(self)
        account = process.unprivileged()
        self.home = process.Home("dovecot", account)
        Mailroom.__init__(self, self.home.path / "mail", account)
        self.options = options or Options()
        self.password = self.options.password
        self.port, self.tls_port = process.free_ports(2)
        self.certificates = Certificates(self.home.path / "tls")
        self.certificates.give_to(self.account.owner)
        self._configure()

    def _configure(self) -> None:
        for name in ("mail", "run"):
            directory = self.home.path / name
            directory.mkdir(exist_ok=True)
            if self.account.owner:
                os.chown(directory, *self.account.owner)
        place = Place(self.home.path, self.account, self.port, self.tls_port)
        text = configuration(_version(), place, self.options)
        self._config.write_text(text)

    @property
    def _config(self) -> Path:
        return self.home.path / "dovecot.conf"

    def start(self) -> None:
        """Start and wait for the greeting. Raises TimeoutError with the end of the log."""
        binary = _find("dovecot") or "dovecot"
        self._process = process.spawn([binary, "-F", "-c", str(self._config)], self.account)
        try:
            process.wait_until(lambda: process.greets(self.port, b"* OK"), "Dovecot")
        except TimeoutError as error:
            self.stop()
            raise TimeoutError(f"{error}: {self.log()[-800:]}") from error

    def restart(self) -> None:
        """Stop and start on the same ports; every connection is lost, no mail is."""
        self.stop()
        self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
        self.home.remove()

    def log(self) -> str:
        """What the server has logged so far."""
        path = self.home.path / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def bump_uidvalidity(
        self, folder: str = "INBOX", *, user: str | None = None, renumber: bool = True
    ) -> None:
        """Give a folder a new UIDVALIDITY, as after a restored backup.

        ``renumber`` forgets the UIDs as well, so that the same numbers mean other messages.
        """
        who = user or self.user
        self.kick(user=who)
        path = folders.folder_path(self.maildir(who), folder)
        version = int((path / "dovecot-uidlist").read_text().split()[1][1:]) + 1
        if renumber:
            for each in [path / "dovecot-uidlist", *path.glob("dovecot.index*")]:
                each.unlink(missing_ok=True)
        self._doveadm("mailbox", "update", "-u", who, "--uid-validity", str(version), folder)

    def kick(self, *, user: str | None = None) -> None:
        """Close every connection of a user from the server's side, and wait until they are gone."""
        who = user or self.user
        try:
            self._doveadm("kick", who)
        except subprocess.CalledProcessError as error:
            if error.returncode != os.EX_NOHOST:  # nobody of that name is signed in
                raise
        process.wait_until(lambda: who not in self._doveadm("who"), f"{who} to be gone")

    def _doveadm(self, *arguments: str) -> str:
        binary = _find("doveadm") or "doveadm"
        return process.run([binary, "-c", str(self._config), *arguments], self.account)
