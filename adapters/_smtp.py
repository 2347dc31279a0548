"""Handing one message to the mail server, knowing at every moment whether it may have left.

Rules: the final dot is the line. Whatever fails before it was written, the message did not leave (Unavailable, or
Rejected where the server said no for good). Once it may have been written, only a reply tells; without one it is
Uncertain. smtplib's `sendmail` hides where it failed, and turns a time-out into a disconnect; so the transaction of
RFC 5321, 3.3 is written out here, on smtplib's commands. Nothing secret is sent before TLS stands.
"""

import contextlib
import re
import smtplib
import socket
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from adapters._dial import Lifeline, dial, explain, tls_context
from adapters._imap_session import sign_in_remedy
from adapters._mail_account import Server, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.errors import ChannelError, NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.language import _
from agent_tui.core.text import clean_line

FINAL_PATIENCE = 10
"""Times `timeout_seconds` to wait for the reply to the final dot: with 60, RFC 5321's ten minutes (4.5.3.2.6)."""

_CHUNK = 64 * 1024
_MAX_LINE = 8192
_MAX_LINES = 200
_GOODBYE = 0.5
_MUST_SIGN_IN = frozenset({530, 534, 535, 538})  # RFC 4954, 6


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply: its code, its words on one line."""

    code: int
    text: str

    @property
    def kind(self) -> int:
        """2 yes, 3 go on, 4 not now, 5 no (RFC 5321, 4.2.1)."""
        return self.code // 100


class _Client(smtplib.SMTP):
    """smtplib on a connected socket, with bounds on what a reply may be."""

    def __init__(self, sock: socket.socket, server: Server, timeout: float) -> None:
        super().__init__(local_hostname=_own_name(sock), timeout=timeout)
        self.sock = sock
        self._host = server.host  # what STARTTLS verifies the certificate against

    def getreply(self) -> tuple[int, bytes]:
        """One reply. Raises SMTPServerDisconnected when the connection ends, or what comes is no reply."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected(_("not connected"))
        if self.file is None:
            self.file = self.sock.makefile("rb")
        lines: list[bytes] = []
        while len(lines) < _MAX_LINES:
            line = self._line()
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        raise self._broken(_("a reply without an end"))

    def _line(self) -> bytes:
        try:
            line: bytes = self.file.readline(_MAX_LINE + 1)  # type: ignore[union-attr]
        except (OSError, ValueError) as error:
            raise self._broken(str(error)) from error
        if not line:
            raise self._broken(_("the server hung up"))
        if len(line) > _MAX_LINE or not line[:3].isdigit():
            raise self._broken(_("what came is no reply"))
        return line

    def _broken(self, why: str) -> smtplib.SMTPServerDisconnected:
        self.close()
        return smtplib.SMTPServerDisconnected(why)

    def ask(self, command: str, argument: str = "") -> Reply:
        """A command and its reply."""
        return read_reply(self.docmd(command, argument))


def _own_name(sock: socket.socket) -> str:
    """How we greet: by our address, which tells nothing about this machine (RFC 5321, 4.1.3)."""
    host = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"


def read_reply(reply: tuple[int, bytes]) -> Reply:
    """A reply of smtplib's, its words made safe."""
    code, text = reply
    return Reply(code, clean_line(text.decode("utf-8", "replace"))[:500])


def send(
    settings: Settings, lifeline: Lifeline, recipients: Sequence[Address], data: bytes
) -> tuple[tuple[Address, str], ...]:
    """Hand over one message; the recipients that were refused, each with the reason.

    Raises Unavailable, Rejected, Uncertain or NeedsPerson, as the rules above say.
    """
    with signed_in(settings, lifeline) as client:
        options = _options(client, settings, recipients, data)
        _expect(client.ask("MAIL", _mail(settings, options)), settings, _("the sender"))
        refused = _recipients(client, settings, recipients)
        _expect(client.ask("DATA"), settings, _("the message"), go_on=3)
        _body(client, settings, lifeline, data)
        return refused


@contextmanager
def signed_in(settings: Settings, lifeline: Lifeline) -> Iterator[_Client]:
    """A connection on which mail can be sent. Raises Unavailable or NeedsPerson; failures inside become the same."""
    server = settings.smtp.at_smtp()
    secret = settings.reveal()
    with dial(server, lifeline, settings.timeout_seconds, settings.ca_file) as sock:
        client = _Client(sock, server, settings.timeout_seconds)
        try:
            _greet(client, server)
            if server.tls == "starttls":
                _start_tls(client, server, settings)
            _sign_in(client, server, settings, secret)
            yield client
        except (OSError, ValueError) as error:
            lifeline.check()
            cause = error if isinstance(error, OSError) else OSError(str(error))
            raise explain(cause, server) from error
        finally:
            _leave(client)


def _greet(client: _Client, server: Server) -> None:
    greeting = read_reply(client.getreply())
    if greeting.kind != 2:
        raise Unavailable(
            _("{host}:{port} takes no mail now: {code} {text}").format(
                host=server.host, port=server.port, code=greeting.code, text=greeting.text
            )
        )
    hello = read_reply(client.ehlo())
    if hello.kind == 5:  # a server of before 1995 (RFC 5321, 3.2)
        hello = read_reply(client.helo())
    if hello.kind != 2:
        raise Unavailable(
            _("{host}:{port} does not greet back: {code} {text}").format(
                host=server.host, port=server.port, code=hello.code, text=hello.text
            )
        )


def _start_tls(client: _Client, server: Server, settings: Settings) -> None:
    if not client.has_extn("starttls"):
        problem = _("{host}:{port} offers no STARTTLS").format(host=server.host, port=server.port)
        remedy = _('use tls = "tls" with port 465; if it used to work, somebody may be listening')
        raise NeedsPerson(problem, remedy=remedy)
    try:
        client.starttls(context=tls_context(settings.ca_file))
    except smtplib.SMTPResponseException as error:
        reply = read_reply((error.smtp_code, _bytes(error.smtp_error)))
        raise Unavailable(
            _("{host}:{port} does not start TLS: {code} {text}").format(
                host=server.host, port=server.port, code=reply.code, text=reply.text
            )
        ) from error
    client.ehlo()  # what was offered before TLS does not count (RFC 3207, 4.2)


def _sign_in(client: _Client, server: Server, settings: Settings, secret: str) -> None:
    """AUTH (RFC 4954). A server that offers none knows us by where we are, or says so when mail is to leave."""
    offered = client.esmtp_features.get("auth", "").upper().replace("=", " ").split()
    if not offered:
        return
    user = settings.login
    if settings.auth == "xoauth2":
        reply = _auth(client, "XOAUTH2", f"user={user}\1auth=Bearer {secret}\1\1", "")
    elif "PLAIN" in offered or "LOGIN" not in offered:
        reply = _auth(client, "PLAIN", f"\0{user}\0{secret}")
    else:
        reply = _auth(client, "LOGIN", user, secret)
    if reply.kind != 2:
        raise _not_signed_in(reply, server, settings)


def _auth(client: _Client, mechanism: str, first: str, *more: str) -> Reply:
    """One exchange; smtplib's own cannot carry a password that is not ASCII."""
    reply = client.ask("AUTH", f"{mechanism} {_base64(first)}")
    for answer in more:
        if reply.kind != 3:
            break
        reply = client.ask(_base64(answer))
    return reply


def _not_signed_in(reply: Reply, server: Server, settings: Settings) -> ChannelError:
    words = f"{reply.code} {reply.text}"
    if reply.kind != 5:
        return Unavailable(
            _("{host} does not let {login} in now: {words}").format(
                host=server.host, login=settings.login, words=words
            )
        )
    problem = _("{host} does not accept the sign-in of {login}: {words}").format(
        host=server.host, login=settings.login, words=words
    )
    return NeedsPerson(problem, remedy=sign_in_remedy(settings))


def _options(client: _Client, settings: Settings, recipients: Sequence[Address], data: bytes) -> list[str]:
    """The parameters of MAIL; Rejected when the server can be seen to be unable to take this message."""
    options = []
    if client.has_extn("size"):
        limit = client.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(data):
            allowed = _("the server takes at most {megabytes}").format(megabytes=_megabytes(int(limit)))
            raise Rejected(
                _("the message is too large: {megabytes}, and {allowed}").format(
                    megabytes=_megabytes(len(data)), allowed=allowed
                )
            )
        options.append(f"SIZE={len(data)}")
    if client.has_extn("8bitmime") and not data.isascii():
        options.append("BODY=8BITMIME")
    if strange := [address.value for address in recipients if not address.value.isascii()]:
        if not client.has_extn("smtputf8"):
            raise Rejected(
                _("{host} cannot write to {names}: it lacks SMTPUTF8 (RFC 6531)").format(
                    host=settings.smtp.host, names=", ".join(strange)
                )
            )
        options.append("SMTPUTF8")
        client.command_encoding = "utf-8"
    return options


def _mail(settings: Settings, options: Sequence[str]) -> str:
    return " ".join([f"FROM:<{settings.address.value}>", *options])


def _recipients(
    client: _Client, settings: Settings, recipients: Sequence[Address]
) -> tuple[tuple[Address, str], ...]:
    """RCPT for each; when none is taken, the message as a whole is not."""
    replies = [(address, client.ask("RCPT", f"TO:<{address.value}>")) for address in recipients]
    refused = [(address, reply) for address, reply in replies if reply.kind != 2]
    if len(refused) == len(replies):
        worst = max((reply for _other, reply in refused), key=lambda reply: reply.kind)
        words = "; ".join(f"{address.value}: {reply.code} {reply.text}" for address, reply in refused)
        _expect(worst, settings, _("any recipient ({words})").format(words=words), told=True)
    return tuple((address, f"{reply.code} {reply.text}") for address, reply in refused)


def _expect(reply: Reply, settings: Settings, what: str, *, go_on: int = 2, told: bool = False) -> None:
    """Raises what a reply means that is not the one hoped for."""
    if reply.kind == go_on:
        return
    problem = _("{host} does not take {what}").format(host=settings.smtp.host, what=what) + (
        "" if told else f": {reply.code} {reply.text}"
    )
    if reply.code in _MUST_SIGN_IN:
        raise NeedsPerson(problem, remedy=sign_in_remedy(settings))
    raise Rejected(problem) if reply.kind == 5 else Unavailable(problem)


def _body(client: _Client, settings: Settings, lifeline: Lifeline, data: bytes) -> None:
    """The message, its dots doubled (RFC 5321, 4.5.2), and the final one on its own."""
    lines = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", data))
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    assert client.sock is not None
    try:
        for start in range(0, len(lines), _CHUNK):  # a time limit holds for one `sendall` as a whole
            client.sock.sendall(lines[start : start + _CHUNK])
    except OSError:
        _expect(_last_words(client), settings, _("the message"))
        raise
    lifeline.check()
    _expect(_dot(client, settings), settings, _("the message"))


def _last_words(client: _Client) -> Reply:
    """Why the server hung up amid the message, if it said so."""
    try:
        return read_reply(client.getreply())
    except OSError as error:
        raise Unavailable(_("the connection broke before the message was complete")) from error


def _dot(client: _Client, settings: Settings) -> Reply:
    """The end of the message, and what the server made of it. Raises Uncertain when it does not say."""
    try:
        assert client.sock is not None
        client.sock.settimeout(settings.timeout_seconds * FINAL_PATIENCE)
        client.sock.sendall(b".\r\n")
        reply = read_reply(client.getreply())
    except OSError as error:
        raise _lost(settings) from error
    if reply.kind not in (2, 4, 5):
        raise _lost(settings)
    return reply


def _lost(settings: Settings) -> Uncertain:
    return Uncertain(
        _("{host} was given the whole message and did not say whether it took it").format(
            host=settings.smtp.host
        )
    )


def _leave(client: _Client) -> None:
    with contextlib.suppress(OSError):
        if client.sock is not None:
            client.sock.settimeout(_GOODBYE)
            client.docmd("QUIT")
    client.close()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
