"""A real Courier-IMAP: the second server, with other habits than Dovecot's.

No SPECIAL-USE, MOVE, CONDSTORE or UIDNEXT in SELECT; every folder is below ``INBOX.``; ``UID n:*``
beyond the end finds nothing; an ``[ALERT]`` greets whoever signs in. Courier's own imapd serves each
connection. Only what runs before it is ours: Debian's starter, login and password daemon insist on
system directories, so a thread here says hello, checks LOGIN and hands the socket over.

The Debian packages conflict with Dovecot's; ``python -m tests.servers.courier_packages`` therefore
unpacks them beside the virtual environment without installing anything.
"""

import functools
import secrets
import socket
import subprocess
import threading
from pathlib import Path
from typing import Self

from tests.servers import imap_login, imap_wire, process
from tests.servers import maildir as folders
from tests.servers.courier_packages import UNPACKED
from tests.servers.mailroom import Mailroom

CAPABILITY = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA"


@functools.cache
def available() -> str | None:
    """None if Courier can run here, else the name of the missing system package."""
    return None if _binary() else "courier-imap (run: python -m tests.servers.courier_packages)"


def _binary() -> Path | None:
    for root in (UNPACKED, Path("/")):
        path = root / "usr/bin/imapd"
        if path.exists() and (root / "usr/lib/courier").is_dir():
            return path
    return None


class Courier(Mailroom):
    """One server. ``idle``: whether IDLE is offered (Courier then looks for mail every second)."""

    host = process.HOST
    password = "secret"
    available = staticmethod(available)

    def __init__(self, *, idle: bool = True) -> None:
        account = process.ourselves()
        self.home = process.Home("courier", account)
        super().__init__(self.home.path / "mail", account)
        self.capability = f"{CAPABILITY} IDLE" if idle else CAPABILITY
        self.port = 0
        self._listener: socket.socket | None = None
        self._notifier: socket.socket | None = None
        self._notifier_id = secrets.token_hex(6)
        self._threads: list[threading.Thread] = []
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._waiting: set[socket.socket] = set()

    def start(self) -> None:
        """Listen, on the same port as before if it was started before."""
        self._listener = socket.create_server((self.host, self.port))
        self.port = int(self._listener.getsockname()[1])
        self._notifier = self._no_notifier()
        self._run(self._accept, self._listener)
        self._run(_turn_away, self._notifier)

    def stop(self) -> None:
        """Close the port, end every imapd, keep the mail."""
        for listener in (self._listener, self._notifier):
            if listener is not None:
                listener.shutdown(socket.SHUT_RDWR)
                listener.close()
        self._listener = self._notifier = None
        for raw in list(self._waiting):
            raw.shutdown(socket.SHUT_RDWR)
        for child in list(self._children.values()):
            child.terminate()
        for thread in self._threads:
            thread.join(30)
        self._threads.clear()

    def restart(self) -> None:
        """Stop and start on the same port."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        self.home.remove()

    def bump_uidvalidity(self, folder: str = "INBOX", *, user: str | None = None) -> None:
        """Give a folder a new UIDVALIDITY and forget its UIDs; end connections first."""
        path = folders.folder_path(self.maildir(user), folder) / "courierimapuiddb"
        version = int(path.read_text().split()[1]) + 1
        path.write_text(f"1 {version} 1\n")

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            self._waiting.add(raw)
            self._run(self._serve, raw)

    def _serve(self, raw: socket.socket) -> None:
        with raw:
            try:
                signed_in = self._sign_in(raw)
            except OSError:
                signed_in = None
            self._waiting.discard(raw)
            if signed_in is None:
                return
            child = self._imapd(raw, *signed_in)
            self._children[child.pid] = child
        child.wait()
        self._children.pop(child.pid)

    def _sign_in(self, raw: socket.socket) -> tuple[str, bytes] | None:
        """The user and the tag of the LOGIN that succeeded, or None when the client left."""
        raw.sendall(f"* OK [CAPABILITY {self.capability}] Courier-IMAP ready.\r\n".encode())
        reader = imap_wire.Reader(lambda: raw.recv(65536), lambda: raw.sendall(b"+ OK\r\n"))
        while (command := reader.command(0)) is not None:
            words = [each.decode() for each in command.arguments if isinstance(each, bytes)]
            if command.verb == "LOGIN" and len(words) == 2 and words[1] == self.password:
                return words[0], command.tag
            raw.sendall(self._before_login(command))
            if command.verb == "LOGOUT":
                return None
        return None

    def _before_login(self, command: imap_wire.Command) -> bytes:
        if command.verb == "CAPABILITY":
            return f"* CAPABILITY {self.capability}\r\n".encode() + command.tag + b" OK done\r\n"
        if command.verb == "LOGOUT":
            return b"* BYE bye\r\n" + command.tag + b" OK done\r\n"
        if command.verb == "LOGIN":
            return command.tag + b" " + imap_login.REFUSED.encode() + b"\r\n"
        return command.tag + (b" OK done\r\n" if command.verb == "NOOP" else b" NO sign in first\r\n")

    def _imapd(self, raw: socket.socket, user: str, tag: bytes) -> subprocess.Popen[bytes]:
        root = folders.create(self.maildir(user), "INBOX", owner=self.account.owner)
        folders.create(root, "Sent", owner=self.account.owner)
        binary = _binary() or Path("imapd")
        libraries = [UNPACKED / "usr/lib", *(UNPACKED / "usr/lib").glob("*-linux-*")]
        environment = {
            "AUTHENTICATED": user,
            "IMAPLOGINTAG": tag.decode(),
            "TCPREMOTEIP": self.host,
            "TCPREMOTEPORT": str(raw.getpeername()[1]),
            "IMAP_CAPABILITY": self.capability,
            "IMAP_IDLE_TIMEOUT": "1",
            "IMAP_KEYWORDS": "1",
            "GAM_CLIENT_ID": self._notifier_id,
            "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        }
        return process.spawn([str(binary), str(root)], self.account, environment, on=raw)

    def _no_notifier(self) -> socket.socket:
        """Where imapd looks for Gamin, the file watcher it then does without.

        Finding nobody there it would knock for two seconds at each sign-in.
        """
        name = f"\0/tmp/fam-{self.account.name}-{self._notifier_id}".encode()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(name.ljust(108, b"\0"))
        listener.listen(100)
        return listener

    def _run(self, work: process.Work, raw: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(raw,), name="courier", daemon=True)
        self._threads.append(thread)
        thread.start()


def _turn_away(listener: socket.socket) -> None:
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            return
