"""One client's session with the scripted IMAP server: its state, what it has been told, its script.

A session has its own view of the selected mailbox (RFC 3501 section 7): sequence numbers change for
it only when an EXPUNGE was sent to it, and never inside FETCH, STORE or SEARCH.
"""

import threading
from typing import Protocol

from tests.servers.imap_connection import Connection, Gone
from tests.servers.imap_mailbox import Mailbox, Message
from tests.servers.imap_wire import Command, Malformed, Reader, flag_list

QUIET = {"FETCH", "STORE", "SEARCH"}


class House(Protocol):
    """What a session needs of its server."""

    lock: threading.RLock
    flags_without_uid: bool

    def noticed(self, command: Command) -> None:
        """Record a command that arrived."""

    def idles(self, session: "Session", *, now: bool) -> None:
        """Record that a session has begun or ended to idle."""


class Session:
    """State of one connection. ``out`` gathers the answer to the command being carried out."""

    def __init__(self, number: int, house: House, connection: Connection) -> None:
        self.number = number
        self.house = house
        self.connection = connection
        self.reader = Reader(connection.receive, self._allow_literal)
        self.out = bytearray()
        self.user: str | None = None
        self.encrypted = False
        self.mailbox: Mailbox | None = None
        self.read_only = False
        self.idling: bytes | None = None
        self.condstore = False
        self.view: list[Message] = []
        self.told: dict[int, frozenset[str]] = {}

    def say(self, line: bytes) -> None:
        """Add an untagged line (or part of a literal line) to the answer."""
        self.out += line + b"\r\n"

    def select(self, mailbox: Mailbox | None, *, read_only: bool = False) -> None:
        """Open a mailbox, or none."""
        self.mailbox, self.read_only = mailbox, read_only
        self.view = list(mailbox.messages) if mailbox else []
        self.told = {each.uid: frozenset(each.flags) for each in self.view}

    def opened(self) -> Mailbox:
        """The selected mailbox. Raises Malformed when there is none."""
        if self.mailbox is None:
            raise Malformed("no mailbox is selected")
        return self.mailbox

    def tell(self, message: Message) -> None:
        """Remember that the client knows this message's flags as they are."""
        self.told[message.uid] = frozenset(message.flags)

    def report(self, verb: str = "") -> None:
        """Add to the answer what changed in the mailbox since the client last heard of it."""
        if self.mailbox is None:
            return
        if verb.removeprefix("UID ") not in QUIET:
            self._report_expunged()
        known = {each.uid for each in self.view}
        fresh = [each for each in self.mailbox.messages if each.uid not in known]
        self.view += fresh
        if fresh:
            self.say(b"* %d EXISTS" % len(self.view))
            for message in fresh:
                self.tell(message)
        self._report_flags()

    def _report_expunged(self) -> None:
        left = {each.uid for each in self.mailbox.messages} if self.mailbox else set()
        for sequence in range(len(self.view), 0, -1):
            if self.view[sequence - 1].uid not in left:
                del self.view[sequence - 1]
                self.say(b"* %d EXPUNGE" % sequence)

    def _report_flags(self) -> None:
        for sequence, message in enumerate(self.view, 1):
            if self.told.get(message.uid) != frozenset(message.flags):
                self.tell(message)
                self.say(self._flags_line(sequence, message))

    def _flags_line(self, sequence: int, message: Message) -> bytes:
        parts = [b"FLAGS " + flag_list(sorted(message.flags))]
        if not self.house.flags_without_uid:
            parts.insert(0, b"UID %d" % message.uid)
        if self.condstore:
            parts.append(b"MODSEQ (%d)" % message.modseq)
        return b"* %d FETCH (%s)" % (sequence, b" ".join(parts))

    def flush(self) -> None:
        """Send what has been gathered, in one go. Raises Gone."""
        data, self.out = bytes(self.out), bytearray()
        if data:
            self.connection.send(data)

    def notify(self) -> None:
        """If idling, tell the client at once what changed; called under the server's lock."""
        if self.idling is None:
            return
        self.report()
        try:
            self.flush()
        except Gone:
            self.idling = None

    def _allow_literal(self) -> None:
        self.connection.send(b"+ go ahead\r\n")
