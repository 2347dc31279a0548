"""Twisted's IMAP4 server over a Maildir, as a process.

Folders are read when it starts and looked at again a few times a second, so that mail delivered into
the Maildir arrives, in IDLE too.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from twisted.cred import error
from twisted.internet import protocol, reactor, task
from twisted.mail import imap4
from twisted.mail.interfaces import IAccountIMAP

from tests.servers import maildir
from tests.servers.plain_imap_store import Account, Folder

PASSWORD = b"secret"
SECONDS_BETWEEN_LOOKS = 0.2


class Session(imap4.IMAP4Server):
    """Signs in anybody who knows the password; may hide IDLE."""

    idle = True
    account_of_all: Account

    def authenticateLogin(self, user: bytes, passwd: bytes) -> Any:  # noqa: N802 (Twisted's)
        if passwd != PASSWORD:
            raise error.UnauthorizedLogin("wrong password")
        return IAccountIMAP, self.account_of_all, lambda: None

    def capabilities(self) -> dict[bytes, Any]:
        told: dict[bytes, Any] = super().capabilities()  # type: ignore[no-untyped-call]
        if not self.idle:
            del told[b"IDLE"]
        return told


def main() -> None:
    """Serve until the process is ended; prints the port as one JSON line."""
    parser = argparse.ArgumentParser(prog="tests.servers.plain_imap_service", description=__doc__)
    parser.add_argument("--maildir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--uidvalidity", type=int, default=1)
    parser.add_argument("--without-idle", action="store_true")
    chosen = parser.parse_args()
    names = ["INBOX", *sorted({"Sent", *maildir.folders(chosen.maildir)} - {"INBOX"})]
    folders = {name: Folder(chosen.maildir, name, chosen.uidvalidity) for name in names}
    Session.account_of_all = Account(folders)
    Session.idle = not chosen.without_idle
    _serve(list(folders.values()), chosen.port)


def _serve(folders: list[Folder], port: int) -> None:
    loop: Any = reactor  # its type is an interface that says nothing of listenTCP
    factory = protocol.Factory.forProtocol(Session)
    listening = loop.listenTCP(port, factory, interface="127.0.0.1")

    def look() -> None:
        for each in folders:
            each.look()

    _ = task.LoopingCall(look).start(SECONDS_BETWEEN_LOOKS)
    sys.stdout.write(json.dumps({"port": listening.getHost().port}) + "\n")
    sys.stdout.flush()
    loop.run()


if __name__ == "__main__":
    main()
