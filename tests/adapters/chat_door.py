"""Strangers at the chat server's door: bare connections, requests, and servers with limits of their own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from adapters._chat_config import Limits, Widget
from tests.servers import chat
from tests.servers.chat import AMPLE, Site

OPENS = Callable[..., Site]


@contextmanager
def opening(folder: Path) -> Iterator[OPENS]:
    """Makes chat servers, each with limits of its own."""
    sites: list[Site] = []

    def opened(limits: Limits = AMPLE, **more: Any) -> Site:
        site = Site(folder / str(len(sites)), widget=Widget(limits=limits, **more))
        site.start()
        sites.append(site)
        return site

    yield opened
    for site in sites:
        site.__exit__(None, None, None)


def raw(site: Site) -> socket.socket:
    """A bare connection."""
    return socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2])), timeout=10)


def is_ended(connection: socket.socket) -> bool:
    """Whether the server hangs up, whatever it says first; waits for that."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def ended(visitor: chat.Visitor) -> int:
    """The code the server hangs up with; waits for that."""
    with pytest.raises(ConnectionClosed) as closed:
        visitor.wait("never")
    return closed.value.rcvd.code if closed.value.rcvd else 1006


def post(site: Site, path: str = "/poll", **more: Any) -> httpx.Response:
    headers = {"Origin": site.url, "Content-Type": "application/json", **more.pop("headers", {})}
    return httpx.post(site.url + path, headers=headers, trust_env=False, timeout=20, **more)


def hello(**more: Any) -> dict[str, Any]:
    return {"t": "hello", "token": chat.token(), "site": chat.WEBSITE, **more}
