"""From a command to its answer: the script first, then the verb, then what has changed meanwhile."""

import ssl
from collections.abc import Callable
from contextlib import nullcontext
from typing import Literal, Protocol

from tests.servers import imap_login, imap_verbs
from tests.servers.imap_connection import Gone
from tests.servers.imap_faults import Fault, Script
from tests.servers.imap_mailbox import Mailbox
from tests.servers.imap_session import House, Session
from tests.servers.imap_wire import Command, Malformed

Security = Literal["plain", "starttls", "tls"]
BEFORE_LOGIN = {"CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "LOGIN", "AUTHENTICATE", "ID"}


class Host(House, Protocol):
    """What answering needs of the server, besides what a session needs."""

    script: Script
    greeting: bytes
    capabilities: tuple[str, ...]
    delimiter: bytes
    uidnext: bool
    security: Security
    context: ssl.SSLContext | None
    user: str
    password: str
    token: str
    mailboxes: dict[bytes, Mailbox]

    def add_mailbox(self, name: str | bytes, *, attributes: tuple[str, ...] = ()) -> Mailbox:
        """Create a mailbox."""


class Dispatcher:
    """Serves one session until its connection ends."""

    def __init__(self, host: Host, session: Session) -> None:
        self._host = host
        self._session = session
        self._verbs: dict[str, Callable[[Command], str]] = {
            "CAPABILITY": self._capability,
            "NOOP": self._nothing,
            "CHECK": self._nothing,
            "ID": self._identify,
            "ENABLE": self._enable,
            "SUBSCRIBE": self._nothing,
            "LOGIN": self._login,
            "AUTHENTICATE": self._authenticate,
            "NAMESPACE": self._namespace,
            "LIST": self._list,
            "LSUB": self._list,
            "STATUS": self._status,
            "SELECT": self._select,
            "EXAMINE": self._select,
            "CLOSE": self._close,
            "UNSELECT": self._close,
            "CREATE": self._create,
            "APPEND": self._append,
            "SEARCH": lambda command: imap_verbs.search(session, command),
            "FETCH": lambda command: imap_verbs.fetch(session, command),
            "STORE": lambda command: imap_verbs.store(session, command),
            "EXPUNGE": lambda command: imap_verbs.expunge(session, command),
        }

    def serve(self) -> None:
        """Greet, then answer. Raises Gone or returns when the connection ends."""
        session, host = self._session, self._host
        if host.security == "tls" and host.context:
            session.connection.encrypt(host.context)
            session.encrypted = True
        fault = host.script.take("CONNECT")
        if fault.instead is not None and not isinstance(fault.instead, str):
            session.connection.end(fault.instead)
        session.connection.send(fault.before + host.greeting + fault.after)
        if host.greeting.upper().startswith(b"* PREAUTH"):
            session.user = host.user
        while (command := session.reader.command(session.number)) is not None:
            host.noticed(command)
            self._answer(command)

    def _answer(self, command: Command) -> None:
        fault = self._host.script.take(command.verb)
        if fault.first is not None:
            fault.first()
        if fault.instead is not None:
            self._instead(command, fault)
        elif command.verb == "IDLE":
            self._idle(command, fault)
        elif command.verb == "STARTTLS":
            self._starttls(command, fault)
        else:
            # Signing in may wait for the client's answer to a challenge: never under the lock.
            unlocked = command.verb in BEFORE_LOGIN
            with nullcontext() if unlocked else self._host.lock:
                self._session.out += fault.before
                self._carry_out(command)
                self._session.out += fault.after
                self._send(fault)
            if command.verb == "LOGOUT":
                self._session.connection.close()
                raise Gone

    def _instead(self, command: Command, fault: Fault) -> None:
        if isinstance(fault.instead, str):
            tagged = b"%s %s\r\n" % (command.tag, fault.instead.encode())
            self._session.connection.send(fault.before + tagged + fault.after)
        elif fault.instead is not None:
            self._session.connection.end(fault.instead)

    def _carry_out(self, command: Command) -> None:
        session = self._session
        try:
            reply = self._reply(command)
        except (Malformed, ValueError, KeyError) as error:
            reply = f"BAD {error}".replace("\r", " ").replace("\n", " ")
        if command.verb not in ("SELECT", "EXAMINE", "LOGOUT"):
            session.report(command.verb)
        session.out += b"%s %s\r\n" % (command.tag, reply.encode())

    def _reply(self, command: Command) -> str:
        verb = command.verb.removeprefix("UID ")
        if verb == "LOGOUT":
            self._session.say(b"* BYE logging out")
            return "OK done"
        if self._session.user is None and verb not in BEFORE_LOGIN:
            return "BAD sign in first"
        known = self._verbs.get(verb)
        return known(command) if known else f"BAD unknown command {command.verb}"

    def _send(self, fault: Fault) -> None:
        session = self._session
        if fault.lose_reply is None:
            session.flush()
            return
        data, session.out = bytes(session.out[: fault.cut_at]), bytearray()
        session.connection.send(data)
        session.connection.end(fault.lose_reply)

    def _idle(self, command: Command, fault: Fault) -> None:
        session = self._session
        with self._host.lock:
            session.out += fault.before + b"+ idling\r\n" + fault.after
            self._send(fault)
            session.idling = command.tag
            self._host.idles(session, now=True)
            session.notify()
        line = session.reader.line()
        with self._host.lock:
            session.idling = None
            self._host.idles(session, now=False)
            if line is None:
                raise Gone
            done = line.strip().upper() == b"DONE"
            self._finish_idle(command, self._host.script.take("DONE"), done=done)

    def _finish_idle(self, command: Command, fault: Fault, *, done: bool) -> None:
        session = self._session
        if fault.instead is not None:
            self._instead(command, fault)
            return
        session.out += fault.before
        session.report()
        session.out += b"%s %s\r\n" % (command.tag, b"OK done" if done else b"BAD expected DONE")
        session.out += fault.after
        self._send(fault)

    def _starttls(self, command: Command, fault: Fault) -> None:
        session, context = self._session, self._host.context
        if context is None or session.encrypted:
            session.connection.send(command.tag + b" BAD no TLS here\r\n")
            return
        session.connection.send(fault.before + command.tag + b" OK begin\r\n" + fault.after)
        session.reader.clear()
        session.connection.encrypt(context)
        session.encrypted = True

    def _capability(self, command: Command) -> str:
        announced = list(self._host.capabilities)
        if self._host.security == "starttls" and not self._session.encrypted:
            announced = [each for each in announced if not each.startswith("AUTH=")]
            announced += ["STARTTLS", "LOGINDISABLED"]
        self._session.say(b"* CAPABILITY " + " ".join(announced).encode())
        return "OK done"

    def _nothing(self, command: Command) -> str:
        return "OK done"

    def _identify(self, command: Command) -> str:
        self._session.say(b'* ID ("name" "scripted")')
        return "OK done"

    def _enable(self, command: Command) -> str:
        names = [each for each in command.arguments if isinstance(each, bytes)]
        self._session.condstore |= b"CONDSTORE" in [each.upper() for each in names]
        self._session.say(b" ".join([b"* ENABLED", *names]))
        return "OK done"

    def _login(self, command: Command) -> str:
        if self._host.security == "starttls" and not self._session.encrypted:
            return "NO [PRIVACYREQUIRED] use STARTTLS first"
        return imap_login.login(self._session, command, {self._host.user: self._host.password})

    def _authenticate(self, command: Command) -> str:
        passwords = {self._host.user: self._host.password}
        tokens = {self._host.user: self._host.token}
        return imap_login.authenticate(self._session, command, passwords, tokens)

    def _namespace(self, command: Command) -> str:
        self._session.say(b'* NAMESPACE (("" "%s")) NIL NIL' % self._host.delimiter)
        return "OK done"

    def _list(self, command: Command) -> str:
        words = [each for each in command.arguments if isinstance(each, bytes)]
        pattern = words[0] + words[1] if len(words) > 1 else b"*"
        for mailbox in self._host.mailboxes.values():
            if imap_verbs.matches(mailbox.name, pattern, self._host.delimiter):
                line = imap_verbs.list_line(mailbox, self._host.delimiter)
                self._session.say(line.replace(b"LIST", command.verb.encode(), 1))
        return "OK done"

    def _mailbox(self, command: Command) -> Mailbox | None:
        name = imap_verbs.text(command, 0)
        return self._host.mailboxes.get(b"INBOX" if name.upper() == b"INBOX" else name)

    def _status(self, command: Command) -> str:
        mailbox = self._mailbox(command)
        if mailbox is None:
            return "NO [NONEXISTENT] no such mailbox"
        return imap_verbs.status(self._session, mailbox, command)

    def _select(self, command: Command) -> str:
        mailbox = self._mailbox(command)
        if mailbox is None:
            self._session.select(None)
            return "NO [NONEXISTENT] no such mailbox"
        return imap_verbs.select(
            self._session,
            mailbox,
            read_only=command.verb == "EXAMINE",
            uidnext=self._host.uidnext,
            modseq="CONDSTORE" in self._host.capabilities,
        )

    def _close(self, command: Command) -> str:
        self._session.select(None)
        return "OK done"

    def _create(self, command: Command) -> str:
        if self._mailbox(command) is not None:
            return "NO [ALREADYEXISTS] it exists"
        self._host.add_mailbox(imap_verbs.text(command, 0))
        return "OK done"

    def _append(self, command: Command) -> str:
        mailbox = self._mailbox(command)
        if mailbox is None:
            return "NO [TRYCREATE] no such mailbox"
        return imap_verbs.append(mailbox, command, uidplus="UIDPLUS" in self._host.capabilities)
