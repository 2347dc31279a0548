"""No test reaches the network: an audit hook that refuses every address but this machine's own.

The hook sits below every library, C code included, so it needs no list of ways to open a connection. A refusal
is raised where it happens and remembered, because a program that translates errors may well swallow it:
`take_refusals` lets a fixture fail the test all the same. The hook cannot be taken out again; it starts with
`install` and holds for the process. Processes that a test starts are not covered.
"""

import ipaddress
import socket
import sys

_REACHES_ADDRESS = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_ASKS_NAME = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})
_installed: list[bool] = []
_refusals: list[str] = []


class OutsideRefusedError(AssertionError):
    """A test tried to leave this machine."""


def install() -> None:
    """Refuse from now on, in this process; repeating it changes nothing."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_hook)


def take_refusals() -> list[str]:
    """What was refused since the last call."""
    taken = _refusals[:]
    _refusals.clear()
    return taken


def is_loopback(host: object) -> bool:
    """Whether `host`, as given to the socket module, can only mean this machine's own loopback."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return False
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event in _REACHES_ADDRESS:
        _check_address(event, *args[:2])
    elif event in _ASKS_NAME and args[0] is not None and not is_loopback(args[0]):
        _refuse(event, args[0])


def _check_address(event: str, sock: object, address: object) -> None:
    if (
        getattr(sock, "family", None) in _INTERNET
        and isinstance(address, tuple)
        and not is_loopback(address[0])
    ):
        _refuse(event, address)


def _refuse(event: str, what: object) -> None:
    text = f"{event} {what!r}: tests stay on loopback (name hosts and EHLO names 'localhost')"
    _refusals.append(text)
    raise OutsideRefusedError(text)
