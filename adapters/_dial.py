"""Connections that can be cut from another thread, and what may go wrong when one is made.

Rules: a socket is known to its `Lifeline` before it connects, so that no phase is out of reach. Certificates are
always verified. Every failure leaves here as one of our errors, in words a shop's owner can act on.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters._mail_account import Server
from agent_tui.core.errors import ChannelError, NeedsPerson, Unavailable
from agent_tui.core.language import _
from agent_tui.core.text import clean_line

_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))


class Cut(Unavailable):
    """The conversation was ended from our side."""


class Lifeline:
    """Lets any thread end the blocking conversations of another: shuts their sockets, and wakes their waits.

    It keeps a duplicate of every socket: wrapping a socket in TLS moves its descriptor, and shutting the TLS object
    itself while its thread reads is a race.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cut = threading.Event()
        self._handles: dict[int, socket.socket] = {}
        self._hooks: list[Callable[[], None]] = []

    def cut(self) -> None:
        """End everything, now and for good. May be called twice, from any thread."""
        with self._lock:
            self._cut.set()
            for handle in self._handles.values():
                with contextlib.suppress(OSError):  # it was over already
                    handle.shutdown(socket.SHUT_RDWR)
            hooks, self._hooks = self._hooks, []
        for hook in hooks:
            hook()

    def on_cut(self, hook: Callable[[], None]) -> None:
        """Call `hook` when cut; at once if it was."""
        with self._lock:
            if not self._cut.is_set():
                self._hooks.append(hook)
                return
        hook()

    @contextmanager
    def holding(self, sock: socket.socket) -> Iterator[None]:
        """`sock` can be cut while this lasts. Raises Cut when it was too late to begin."""
        with self._lock:
            self.check()
            handle = sock.dup()
            self._handles[id(handle)] = handle
        try:
            yield
        finally:
            with self._lock:
                del self._handles[id(handle)]
            handle.close()

    def check(self) -> None:
        """Raises Cut when it was cut."""
        if self._cut.is_set():
            raise Cut(_("the channel was closed"))

    def wait(self, seconds: float) -> None:
        """Sleep, unless cut: then raises Cut at once."""
        self._cut.wait(seconds)
        self.check()


@contextmanager
def dial(server: Server, lifeline: Lifeline, timeout: float, ca_file: Path | None) -> Iterator[socket.socket]:
    """A connection to `server`, with TLS where `tls` says "tls", closed at the end.

    `timeout` in seconds, for every step and afterwards for every read. Raises Unavailable or NeedsPerson.
    """
    with contextlib.ExitStack() as stack:
        with translated(server, lifeline):
            sock = _connected(server, lifeline, timeout, stack)
            if server.tls == "tls":
                sock = stack.enter_context(secure(sock, server, ca_file))
        yield sock


def secure(sock: socket.socket, server: Server, ca_file: Path | None) -> ssl.SSLSocket:
    """TLS on a connected socket, the certificate verified."""
    return tls_context(ca_file).wrap_socket(sock, server_hostname=server.host)


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """The system's certificates and `ca_file`'s, verifying. Raises NeedsPerson when that file is of no use."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise NeedsPerson(
                _("ca_file {ca_file} cannot be used: {error}").format(ca_file=ca_file, error=error),
                remedy=_("it must be a PEM file"),
            ) from error
    return context


@contextmanager
def translated(server: Server, lifeline: Lifeline) -> Iterator[None]:
    """Failures to connect, as our errors."""
    try:
        yield
    except OSError as error:
        lifeline.check()
        raise explain(error, server) from error


def explain(error: OSError, server: Server) -> ChannelError:
    """What a failed connection means, in words."""
    where = f"{server.host}:{server.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _bad_certificate(error, where)
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        remedy = _('check port and tls: usual are 993 and 465 with "tls", 143 and 587 with "starttls"')
        reason = getattr(error, "reason", None) or clean_line(str(error))
        return NeedsPerson(
            _("{where} does not speak TLS as expected ({reason})").format(where=where, reason=reason),
            remedy=remedy,
        )
    if isinstance(error, socket.gaierror):
        return Unavailable(
            _("the name {host} was not found").format(host=server.host),
            remedy=_("check the host's name, and the network"),
        )
    if isinstance(error, TimeoutError):
        return Unavailable(
            _("{where} does not answer").format(where=where), remedy=_("check host and port, and the network")
        )
    if isinstance(error, ConnectionRefusedError):
        return Unavailable(
            _("{where} refuses connections").format(where=where),
            remedy=_("check host and port; the server may be down"),
        )
    reason = clean_line(error.strerror or str(error)) or _("the connection broke")
    return Unavailable(_("{where}: {reason}").format(where=where, reason=reason))


def _bad_certificate(error: ssl.SSLCertVerificationError, where: str) -> NeedsPerson:
    problem = _("the certificate of {where} cannot be trusted: {reason}").format(
        where=where, reason=clean_line(error.verify_message or str(error))
    )
    return NeedsPerson(problem, remedy=_("check the host's name; for a private certificate name its ca_file"))


def _connected(
    server: Server, lifeline: Lifeline, timeout: float, stack: contextlib.ExitStack
) -> socket.socket:
    failure: OSError = OSError(f"{server.host} has no address")
    for family, kind, protocol, _other, address in socket.getaddrinfo(
        server.host, server.port, type=socket.SOCK_STREAM
    ):
        with contextlib.ExitStack() as attempt:
            sock = attempt.enter_context(socket.socket(family, kind, protocol))
            sock.settimeout(timeout)
            attempt.enter_context(lifeline.holding(sock))
            try:
                sock.connect(address)
            except OSError as error:
                lifeline.check()
                failure = error
                continue
            _keep_alive(sock)
            stack.push(attempt.pop_all())
            return sock
    raise failure


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
