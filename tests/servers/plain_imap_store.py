"""What Twisted's IMAP4 server asks of a mail store, over a Maildir: account, folders, messages."""
# ruff: noqa: N802, N815 (the names of Twisted's interfaces)

import email
import io
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

from twisted.internet import defer
from twisted.mail import imap4
from twisted.mail.interfaces import (
    IAccountIMAP,
    IMailboxIMAP,
    IMessageIMAP,
    IMessageIMAPFile,
    ISearchableIMAPMailbox,
)
from zope.interface import implementer  # type: ignore[import-untyped]

from tests.servers import maildir
from tests.servers.imap_search import search
from tests.servers.imap_wire import Token


@implementer(IMessageIMAP, IMessageIMAPFile)
class Letter:
    """One message file."""

    def __init__(self, uid: int, path: Path) -> None:
        self.uid = uid
        self.name = path.name.partition(":")[0]
        stored = maildir.stored(path)
        self.flags = set(stored.flags)
        self.date = stored.date
        self.size = len(stored.raw)
        self.modseq = 0
        self._path = path

    @property
    def raw(self) -> bytes:
        """The message, read anew each time; a mailbox of 10,000 need not fit into memory."""
        return maildir.stored(self._path).raw

    def getUID(self) -> int:
        return self.uid

    def getFlags(self) -> list[str]:
        return sorted(self.flags)

    def getInternalDate(self) -> str:
        return format_datetime(self.date)

    def getSize(self) -> int:
        return self.size

    def getHeaders(self, negate: bool, *names: bytes) -> dict[str, str]:
        wanted = {name.decode().lower() for name in names}
        found = email.message_from_bytes(self.raw).items()
        return {key.lower(): str(value) for key, value in found if (key.lower() in wanted) != negate}

    def getBodyFile(self) -> io.BytesIO:
        return io.BytesIO(self.raw.partition(b"\r\n\r\n")[2])

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.raw)

    def isMultipart(self) -> bool:
        return False

    def getSubPart(self, part: int) -> None:
        raise TypeError("not asked for")


@implementer(IMailboxIMAP, ISearchableIMAPMailbox)
class Folder:
    """A Maildir folder, its messages numbered in the order in which they were found."""

    def __init__(self, root: Path, name: str, uidvalidity: int) -> None:
        self._root = root
        self._name = name
        self._uidvalidity = uidvalidity
        self._path = maildir.create(root, name)
        self._letters: list[Letter] = []
        self._known: set[str] = set()
        self._next = 1
        self._listeners: list[Any] = []
        self.look()

    def look(self) -> None:
        """Take in files that have come since, and tell whoever has the folder open."""
        files = [each for part in ("cur", "new") for each in (self._path / part).iterdir()]
        fresh = [each for each in files if each.name.partition(":")[0] not in self._known]
        for path in sorted(fresh, key=lambda each: each.name):
            self._letters.append(Letter(self._next, path))
            self._known.add(self._letters[-1].name)
            self._next += 1
        if fresh:
            for listener in self._listeners:
                listener.newMessages(len(self._letters), None)

    def getFlags(self) -> list[str]:
        return ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return self._uidvalidity

    def getUIDNext(self) -> int:
        return self._next

    def getUID(self, message: int) -> int:
        return self._letters[message - 1].uid

    def getMessageCount(self) -> int:
        return len(self._letters)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return sum("\\Seen" not in letter.flags for letter in self._letters)

    def isWriteable(self) -> bool:
        return True

    def requestStatus(self, names: list[str]) -> dict[str, int]:
        known = {
            "MESSAGES": self.getMessageCount(),
            "RECENT": 0,
            "UIDNEXT": self._next,
            "UIDVALIDITY": self._uidvalidity,
            "UNSEEN": self.getUnseenCount(),
        }
        return {name: known[name] for name in names if name in known}

    def addListener(self, listener: object) -> None:
        self._listeners.append(listener)

    def removeListener(self, listener: object) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def addMessage(self, message: Any, flags: list[str], date: bytes | None) -> "defer.Deferred[int]":
        when = parsedate_to_datetime(date.decode("ascii")) if date else datetime.now(UTC)
        known = tuple(flag for flag in flags if flag in maildir.LETTERS)
        maildir.deliver(self._root, message.read(), self._name, flags=known, date=when)
        self.look()
        return defer.succeed(self._letters[-1].uid)

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, Letter]]:
        return self._chosen(messages, uid=uid)

    def search(self, query: list[Token], uid: bool) -> list[int]:
        """Sequence numbers. Twisted's own search compares bytes with text and fails on headers."""
        return [n for n, _ in search(query, self._letters)]

    def store(self, messages: Any, flags: list[str], mode: int, uid: bool) -> dict[int, list[str]]:
        changed = {}
        for sequence, letter in self._chosen(messages, uid=uid):
            given = set(flags)
            combined = {1: letter.flags | given, -1: letter.flags - given, 0: given}
            letter.flags = combined[mode]
            changed[sequence] = letter.getFlags()
        return changed

    def _chosen(self, messages: Any, *, uid: bool) -> list[tuple[int, Letter]]:
        pairs = list(enumerate(self._letters, 1))
        if not pairs:
            return []
        messages.last = self._letters[-1].uid if uid else len(self._letters)
        wanted = set(messages)
        return [(n, each) for n, each in pairs if (each.uid if uid else n) in wanted]

    def expunge(self) -> list[int]:
        dead = [n for n, each in enumerate(self._letters, 1) if "\\Deleted" in each.flags]
        self._letters = [each for each in self._letters if "\\Deleted" not in each.flags]
        return dead

    def close(self) -> None:
        """Nothing is buffered."""

    def destroy(self) -> None:
        raise imap4.MailboxException("folders stay")


@implementer(IAccountIMAP, imap4.INamespacePresenter)
class Account:
    """The folders of one Maildir, by exact name but for INBOX."""

    def __init__(self, folders: dict[str, Folder]) -> None:
        self._folders = folders

    def select(self, name: str, rw: bool = True) -> Folder | None:
        return self._folders.get("INBOX" if name.upper() == "INBOX" else name)

    def listMailboxes(self, ref: str, wildcard: str) -> list[tuple[str, Folder]]:
        pattern = imap4.wildcardToRegexp(ref + wildcard, "/")
        return [(name, each) for name, each in self._folders.items() if pattern.match(name)]

    def isSubscribed(self, name: str) -> bool:
        return name in self._folders

    def create(self, pathspec: str) -> bool:
        raise imap4.MailboxException("no new folders")

    def getPersonalNamespaces(self) -> list[list[str]]:
        return [["", "/"]]

    def getSharedNamespaces(self) -> None:
        return None

    getOtherNamespaces = getSharedNamespaces
