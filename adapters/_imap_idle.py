"""IDLE (RFC 2177): being told that something happened, by a server that may be dead, slow, or early.

IMAPClient's `idle_check` is not used. It takes a closed connection for silence and spins on it, does not see what
came in the same packet as the server's "+", and ends the session when a line comes in two pieces. Here any sign of
life ends the wait; DONE is sent, and whole lines are read with the usual time limit. So a closed connection fails at
once, a half-open one when the round is renewed, early news is seen, and half a line is waited for.
"""

import select
import ssl
from time import monotonic
from typing import Any

from adapters._imap_session import Session
from adapters._imap_wire import Lost, Wire
from agent_tui.core.language import _


def idle(session: Session, seconds: float) -> None:
    """Wait until something happens in the open folder, at most `seconds`. It may also be nothing of interest.

    Raises Refused when the server will not have it, Lost when the connection is gone, Cut when we were.
    """
    wire = session.wire
    wire.ask("IDLE", _round, wire, seconds)
    session.lifeline.check()


def _round(wire: Wire, seconds: float) -> None:
    protocol: Any = wire.protocol
    tag = protocol._command("IDLE")
    early = False
    while protocol._get_response() is not None:  # None: the "+"; anything before it is news already
        if protocol.tagged_commands[tag] is not None:
            _end(protocol, tag)
            return
        early = True
    if not early:
        wait_readable(protocol, seconds)
    protocol.send(b"DONE\r\n")
    while protocol.tagged_commands[tag] is None:
        protocol._get_response()
    _end(protocol, tag)


def _end(protocol: Any, tag: bytes) -> None:
    status, _other = protocol.tagged_commands.pop(tag)
    if status != "OK":
        raise protocol.error("IDLE refused")
    protocol._check_bye()


def wait_readable(protocol: Any, seconds: float) -> bool:
    """Whether anything came, or the connection was closed, within `seconds`. Looks into both buffers first:

    lines that were read along with earlier ones, and bytes that TLS has decrypted but nobody has read.
    """
    sock = protocol.sock
    patience = sock.gettimeout()
    sock.settimeout(0)
    try:
        return _readable(protocol, monotonic() + seconds)
    finally:
        sock.settimeout(patience)


def _readable(protocol: Any, deadline: float) -> bool:
    poller = select.poll()
    poller.register(protocol.sock.fileno(), select.POLLIN)
    came = _buffered(protocol.file)
    while not came:
        if not poller.poll(max(0.0, deadline - monotonic()) * 1000):
            return False
        came = _buffered(protocol.file)
        if came is False:
            return True  # readable, and nothing to read: closed by the other side
    return True


def _buffered(file: Any) -> bool | None:
    """Whether there is something to read; None when TLS was busy with itself."""
    try:
        return bool(file.peek(1))
    except ssl.SSLWantReadError:
        return None
    except OSError as error:
        raise Lost(_("the connection broke while waiting")) from error
