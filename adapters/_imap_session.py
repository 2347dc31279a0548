"""A signed-in IMAP connection, and how one comes about.

Rules: nothing secret is sent before TLS stands, nor after a greeting that claims we are signed in already
(CVE-2020-28896: PREAUTH makes STARTTLS impossible). What was said before TLS is forgotten. Only a server that says
that the password is wrong makes us ask a person; a server that is busy, full or gone is waited for.
"""

import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters._dial import Lifeline, dial, explain, tls_context
from adapters._imap_answers import Answer
from adapters._imap_folders import Folder, find_marked, find_named, find_sent
from adapters._imap_wire import Lost, Refused, Wire
from adapters._mail_account import Server, Settings
from agent_tui.core.errors import ChannelError, NeedsPerson, Unavailable
from agent_tui.core.language import _
from agent_tui.core.text import clean_line

_GOODBYE = 0.5
"""Seconds a polite LOGOUT may take."""

# RFC 5530: what a person must put right. ALERT and WEBALERT are Gmail's, with a bare reason in the text.
_PERSON = frozenset(
    {
        "",
        "AUTHENTICATIONFAILED",
        "AUTHORIZATIONFAILED",
        "EXPIRED",
        "PRIVACYREQUIRED",
        "CONTACTADMIN",
        "NOPERM",
    }
    | {"ALERT", "WEBALERT"}
)
_PASSING = re.compile(
    r"too many|simultaneous|try again|temporar|throttl|rate limit|limit exceeded|unavailable", re.IGNORECASE
)
_log = logging.getLogger(__name__)


class Session:
    """One connection, signed in, owned by one thread."""

    def __init__(self, wire: Wire, lifeline: Lifeline, capabilities: frozenset[str], greeting: str) -> None:
        self.wire = wire
        self.lifeline = lifeline
        self.capabilities = capabilities
        self.greeting = greeting

    @property
    def numbers_late(self) -> bool:
        """Does it number a folder for good only when that is opened for writing, else anew at every opening?"""
        return "courier" in self.greeting.lower()

    def folders(self) -> list[Folder]:
        """Every folder; asked a second time for the marks where the server does not tell them unasked (RFC 6154)."""
        folders = self.wire.list_folders("LIST")
        if "SPECIAL-USE" in self.capabilities and not find_marked(folders, "\\sent"):
            with contextlib.suppress(Refused):
                folders = self.wire.list_folders("LIST (SPECIAL-USE)") + folders
        return folders

    def examine(self, folder: str, *, writable: bool = False) -> dict[bytes, Any]:
        """Open a folder, for reading only unless told. Raises Refused when there is none."""
        try:
            opened: dict[bytes, Any] = self.wire.ask(
                _("opening {folder!r}").format(folder=folder),
                self.wire.client.select_folder,
                folder,
                not writable,
            )
        except Lost as error:
            if not isinstance(error.__cause__, imaplib.IMAP4.readonly):
                raise
            return self.examine(folder)  # asked for writing, opened for reading: then for reading
        return opened

    def leave(self) -> None:
        """Close the folder that `examine` opened for reading, where some servers would refuse to add to it.

        CLOSE expunges nothing then (RFC 3501, 6.4.2); of a folder opened for writing it would.
        """
        client = self.wire.client
        if "UNSELECT" in self.capabilities:
            self.wire.ask("UNSELECT", client.unselect_folder)
        else:
            self.wire.ask("CLOSE", client.close_folder)

    def status(self, folder: str) -> dict[bytes, int]:
        """How a folder stands that is not open: UIDNEXT, UIDVALIDITY, MESSAGES, as far as the server tells."""
        items = ("UIDNEXT", "UIDVALIDITY", "MESSAGES")
        told: dict[bytes, int] = self.wire.ask("STATUS", self.wire.client.folder_status, folder, items)
        return told

    def noop(self) -> None:
        """Let the server say what is new. Raises Lost when it is gone."""
        self.wire.noop()

    def append(self, folder: str, data: bytes, at: datetime) -> None:
        """Add a message that was read already. Raises Refused."""
        self.wire.ask("APPEND", self.wire.client.append, folder, data, ["\\Seen"], at)

    def mark_seen(self, uids: list[int]) -> None:
        """Mark messages of the open folder as read."""
        self.wire.ask("STORE", self.wire.client.add_flags, uids, [b"\\Seen"], True)


@dataclass(frozen=True, slots=True)
class Found:
    """The account's folders, as the server spells them. `all`: to be read, the watched one first, Sent last."""

    all: tuple[str, ...]
    missing: tuple[str, ...]
    sent: str | None
    listed: tuple[Folder, ...]


def find(settings: Settings, session: Session) -> Found:
    """Which folders to read. Raises NeedsPerson when none of them exists."""
    listed = session.folders()
    named = {name: find_named(listed, name) for name in settings.folders}
    there = [name for name in named.values() if name is not None]
    if not there:
        names = ", ".join(folder.name for folder in listed[:20])
        problem = _("{address} has none of the folders {names}").format(
            address=settings.address.value, names=", ".join(settings.folders)
        )
        raise NeedsPerson(problem, remedy=_("the server has: {reason}").format(reason=clean_line(names)))
    sent = find_named(listed, settings.sent_folder) if settings.sent_folder else find_sent(listed)
    every = tuple(dict.fromkeys([*there, *([sent] if sent else [])]))
    return Found(every, tuple(name for name, at in named.items() if at is None), sent, tuple(listed))


@contextmanager
def connected(settings: Settings, lifeline: Lifeline) -> Iterator[Session]:
    """A signed-in session, closed at the end. Raises Unavailable or NeedsPerson."""
    server = settings.imap.at_imap()
    secret = settings.reveal()  # first: a slow command must not keep a server waiting
    with dial(server, lifeline, settings.timeout_seconds, settings.ca_file) as sock:
        wire = _greeted(Wire, sock, server, settings)
        try:
            if server.tls == "starttls":
                _start_tls(wire, server, settings)
            capabilities = _sign_in(wire, server, settings, secret)
            for alert in wire.protocol.alerts:
                _log.warning("%s says: %s", server.host, alert)
            yield Session(wire, lifeline, capabilities, str(wire.client.welcome))
        finally:
            _leave(wire)


def _greeted(make: type[Wire], sock: Any, server: Server, settings: Settings) -> Wire:
    try:
        return make(sock, server.host, server.port, settings.timeout_seconds, tls=server.tls == "tls")
    except Lost as error:
        remedy = _("check port and tls: a server that expects TLS says nothing to a client without")
        problem = _("{host}:{port} does not greet as a mail server: {problem}").format(
            host=server.host, port=server.port, problem=error.problem
        )
        raise Unavailable(problem, remedy=remedy) from error


def _start_tls(wire: Wire, server: Server, settings: Settings) -> None:
    """TLS on a plain connection (RFC 3501, 6.2.1); refused in every state that an attacker could have made up."""
    if wire.protocol.state != "NONAUTH":
        problem = _(
            "{host}:{port} claims that we are signed in before TLS: somebody may be listening"
        ).format(host=server.host, port=server.port)
        raise NeedsPerson(problem, remedy=_('use tls = "tls"; ask whoever runs the network'))
    if "STARTTLS" not in wire.protocol.capabilities:
        problem = _("{host}:{port} offers no STARTTLS").format(host=server.host, port=server.port)
        raise NeedsPerson(
            problem, remedy=_('use tls = "tls" with port 993; if it used to work, somebody may be listening')
        )
    try:
        wire.ask("STARTTLS", wire.client.starttls, tls_context(settings.ca_file))
    except Lost as error:
        if isinstance(error.__cause__, ssl.SSLError):
            raise explain(error.__cause__, server) from error
        raise
    wire.protocol.fresh()


def _sign_in(wire: Wire, server: Server, settings: Settings, secret: str) -> frozenset[str]:
    try:
        offered = wire.ask("sign-in", _authenticate, wire, settings, secret)
    except Refused as error:
        raise refusal(error.answer, server.host, settings, wire.protocol.alerts) from error
    if "ID" in offered:
        with contextlib.suppress(Refused):  # 163.com opens no folder for a program that did not say its name
            wire.ask("ID", wire.client.id_, {"name": "agent-tui"})
    return frozenset(offered)


def _authenticate(wire: Wire, settings: Settings, secret: str) -> list[str]:
    """Sign in, unless the server knows us already; what the server offers to those who are."""
    client, user = wire.client, settings.login
    if wire.protocol.state != "NONAUTH":
        pass
    elif settings.auth == "xoauth2":
        client.sasl_login("XOAUTH2", token_answer(user, secret))
    elif "LOGINDISABLED" in wire.protocol.capabilities or not (user + secret).isascii():
        client.sasl_login(
            "PLAIN", lambda _other: f"\0{user}\0{secret}"
        )  # RFC 4616; LOGIN cannot carry all of Unicode
    else:
        client.login(wire.protocol._quote(user), secret)  # imaplib quotes the password only
    return [name.decode("ascii", "replace") for name in client.capabilities()]


def token_answer(user: str, token: str) -> Any:
    """What answers the challenges of XOAUTH2: the token once; then an empty line, which makes the server say why."""
    answers = iter([f"user={user}\1auth=Bearer {token}\1\1"])
    return lambda _challenge=None: next(answers, "")


def refusal(answer: Answer, host: str, settings: Settings, alerts: list[str]) -> ChannelError:
    """What a refused sign-in means. RFC 5530; a NO without a code is an old server's way to say "wrong password"."""
    words = "; ".join(dict.fromkeys(part for part in (answer.text, *alerts) if part)) or answer.code
    passing = _PASSING.search(words) is not None and answer.code != "AUTHENTICATIONFAILED"
    if answer.status != "NO" or answer.code not in _PERSON or passing:
        return Unavailable(
            _("{host} does not let {login} in now: {words}").format(
                host=host, login=settings.login, words=words
            )
        )
    return NeedsPerson(
        _("{host} does not accept the sign-in of {login}: {words}").format(
            host=host, login=settings.login, words=words
        ),
        remedy=sign_in_remedy(settings),
    )


def sign_in_remedy(settings: Settings) -> str:
    """What helps against a refused sign-in, for the providers that want something special."""
    hosts = f"{settings.imap.host} {settings.smtp.host}".lower()
    if settings.auth == "xoauth2":
        return _("sign in again, so that the token's command gives a fresh one")
    if "gmail" in hosts or "google" in hosts:
        return _(
            "Gmail wants an app password: myaccount.google.com/apppasswords (it needs 2-step verification)"
        )
    if any(name in hosts for name in ("outlook", "office365", "hotmail")):
        return _('Microsoft takes no passwords for mail: set auth = "xoauth2" with a token')
    if any(name in hosts for name in ("yahoo", "aol", "icloud", "me.com", "fastmail")):
        return _("this provider wants an app password, made in the account's security settings")
    return _("check username and password; some providers want an app password")


def _leave(wire: Wire) -> None:
    """Say goodbye, if the server still listens, and close."""
    with contextlib.suppress(Unavailable, OSError):
        if wire.protocol.answered is not None or wire.protocol.state != "LOGOUT":
            wire.client.socket().settimeout(_GOODBYE)
            wire.ask("LOGOUT", wire.client.logout)
    with contextlib.suppress(OSError, ValueError):
        wire.client.shutdown()
