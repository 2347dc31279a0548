"""A small IMAP server whose every answer a test can change: for the traps real servers set rarely.

    with ScriptedImap() as server:
        server.inbox.add(b"Subject: hello\\r\\n\\r\\nthere\\r\\n")
        server.on("LOGIN", instead="NO [UNAVAILABLE] try later")
        server.on("IDLE", after=b"* 2 EXISTS\\r\\n")     # in the same segment as "+ idling"
        server.on("APPEND", lose_reply=Drop(reset=True))  # kept, the reply never sent

Attributes may be changed while it runs; they hold from the next command on.
"""

import itertools
import socket
import threading
from collections.abc import Callable
from typing import Self

from tests.servers import process
from tests.servers.certificates import Certificates
from tests.servers.imap_connection import Connection, Gone
from tests.servers.imap_dispatch import Dispatcher, Security
from tests.servers.imap_faults import Bye, Drop, Ending, Fault, Hang, Script
from tests.servers.imap_mailbox import Mailbox
from tests.servers.imap_session import Session
from tests.servers.imap_wire import Command

__all__ = ["Bye", "Drop", "Hang", "ScriptedImap"]
CAPABILITIES = ("IMAP4rev1", "IDLE", "UIDPLUS", "CONDSTORE", "SPECIAL-USE", "SASL-IR", "LITERAL+",
                "UNSELECT", "AUTH=PLAIN", "AUTH=XOAUTH2")  # fmt: skip


class ScriptedImap:
    """INBOX and Sent exist; ``user`` signs in with ``password`` or, by XOAUTH2, with ``token``.

    ``segment``: the most bytes sent at once on connections made from now on. ``flags_without_uid``:
    flag changes are reported by sequence number only. ``uidnext``: SELECT tells UIDNEXT.
    """

    host = process.HOST
    user = "shop"
    password = "secret"
    token = "token-1"

    def __init__(self, *, security: Security = "plain", certificates: Certificates | None = None) -> None:
        self.port = 0
        self.greeting = b"* OK ready\r\n"
        self.capabilities: tuple[str, ...] = CAPABILITIES
        self.delimiter = b"/"
        self.segment: int | None = None
        self.flags_without_uid = True
        self.uidnext = True
        self.security: Security = security
        self.context = certificates.server_context() if certificates else None
        self.lock = threading.RLock()
        self.script = Script()
        self.mailboxes: dict[bytes, Mailbox] = {}
        self.inbox = self.add_mailbox("INBOX")
        self.sent = self.add_mailbox("Sent", attributes=("\\Sent",))
        self._seen: list[Command] = []
        self._changed = threading.Condition(self.lock)
        self._sessions: list[Session] = []
        self._threads: list[threading.Thread] = []
        self._numbers = itertools.count(1)
        self._listener: socket.socket | None = None

    def add_mailbox(self, name: str | bytes, *, attributes: tuple[str, ...] = ()) -> Mailbox:
        """A new, empty mailbox. ``name`` is as on the wire (modified UTF-7), any bytes at all."""
        wire = name.encode() if isinstance(name, str) else name
        self.mailboxes[wire] = Mailbox(wire, self.lock, self._mailbox_changed, attributes)
        return self.mailboxes[wire]

    def without(self, *capabilities: str) -> Self:
        """Stop announcing these; returns the server."""
        self.capabilities = tuple(each for each in self.capabilities if each not in capabilities)
        return self

    def on(
        self,
        verb: str,
        *,
        times: int = 1,
        instead: str | Ending | None = None,
        first: Callable[[], object] | None = None,
        before: bytes = b"",
        after: bytes = b"",
        lose_reply: Ending | None = None,
        cut_at: int = 0,
    ) -> None:
        """Script the next ``times`` commands with this verb; see imap_faults.Fault."""
        self.script.add(Fault(verb, times, instead, first, before, after, lose_reply, cut_at))

    def push(self, data: bytes) -> None:
        """Send raw bytes, whole lines or not, to every connection that idles."""
        with self.lock:
            for session in self._sessions:
                if session.idling is not None:
                    session.connection.send(data)

    def end_all(self, how: Ending) -> None:
        """End every open connection in that way, and wait until that is done."""
        with self._changed:
            ending = list(self._sessions)
            for session in ending:
                session.connection.end_soon(how)

        def done() -> bool:
            return all(each.connection.silent or each not in self._sessions for each in ending)

        process.wait_until(done, "connections to end")

    @property
    def seen(self) -> list[Command]:
        """Every command so far, of all connections, in order."""
        with self.lock:
            return list(self._seen)

    def count(self, verb: str) -> int:
        """How many commands with this verb have arrived; ``FETCH`` counts UID FETCH as well."""
        return sum(each.verb in (verb, f"UID {verb}") for each in self.seen)

    @property
    def open_connections(self) -> int:
        """How many clients are connected."""
        with self.lock:
            return len(self._sessions)

    def wait_for(self, verb: str, count: int = 1, seconds: float = 20.0) -> None:
        """Block until that many commands with this verb have arrived. Raises TimeoutError."""
        self._wait(lambda: self.count(verb) >= count, f"{count} × {verb}", seconds)

    def wait_for_idle(self, count: int = 1, seconds: float = 20.0) -> None:
        """Block until that many connections idle at once. Raises TimeoutError."""

        def enough() -> bool:
            return sum(each.idling is not None for each in self._sessions) >= count

        self._wait(enough, f"{count} idling connections", seconds)

    def _wait(self, true: Callable[[], bool], what: str, seconds: float) -> None:
        with self._changed:
            if not self._changed.wait_for(true, seconds):
                raise TimeoutError(f"waited {seconds:g} s for {what}; seen: {self._seen[-20:]}")

    def start(self) -> None:
        """Listen; the port stays the same when started again after ``stop``."""
        self._listener = socket.create_server((self.host, self.port))
        self.port = int(self._listener.getsockname()[1])
        self._run(self._accept, self._listener)

    def stop(self) -> None:
        """Close the port and every connection, and wait for their threads."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
            self._listener.close()
            self._listener = None
        with self.lock:
            for session in self._sessions:
                session.connection.end_soon(Drop())
        for thread in self._threads:
            thread.join(30)
        self._threads.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def noticed(self, command: Command) -> None:
        """Called by a session for each command."""
        with self._changed:
            self._seen.append(command)
            self._changed.notify_all()

    def idles(self, session: Session, *, now: bool) -> None:
        """Called by a session when IDLE begins and ends."""
        with self._changed:
            self._changed.notify_all()

    def _mailbox_changed(self, mailbox: Mailbox) -> None:
        with self.lock:
            for session in self._sessions:
                if session.mailbox is mailbox:
                    session.notify()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            self._run(self._serve, raw)

    def _serve(self, raw: socket.socket) -> None:
        session = Session(next(self._numbers), self, Connection(raw, self.segment))
        with self._changed:
            self._sessions.append(session)
            self._changed.notify_all()
        try:
            Dispatcher(self, session).serve()
        except Gone:
            pass
        finally:
            with self._changed:
                self._sessions.remove(session)
                self._changed.notify_all()
            session.connection.close()

    def _run(self, work: Callable[[socket.socket], None], raw: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(raw,), name="scripted-imap", daemon=True)
        self._threads.append(thread)
        thread.start()
