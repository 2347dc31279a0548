"""Leases: the right of one process to host one channel, as a file held with flock(2).

The kernel gives the file back when its holder ends, however it ends. The file says which grant is the present one, so
that a write under an older one can be told from a write under this one; it is read under the store's lock.
"""

import fcntl
import os
import threading
from contextlib import suppress

from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict
from agent_tui.core.language import _
from agent_tui.core.store import Lease
from storage.disk import create_private, write_all
from storage.layout import Layout


class Leases:
    """The leases of one handle on a store."""

    def __init__(self, layout: Layout, clock: Clock) -> None:
        self._layout = layout
        self._clock = clock
        self._held: dict[str, tuple[Lease, int]] = {}
        self._lock = threading.Lock()

    def grant(self, what: str, owner: str) -> Lease | None:
        """A new grant; None while another handle, process or owner has it."""
        with self._lock:
            held = self._held.get(what)
            if held and held[0].owner != owner:
                return None
            fd = held[1] if held else self._acquire(what)
            if fd is None:
                return None
            lease = Lease(what=what, owner=owner, token=self._clock.new_id())
            self._held[what] = (lease, fd)
            os.ftruncate(fd, 0)
            write_all(fd, lease.token.encode(), 0)
            return lease

    def release(self, lease: Lease) -> None:
        """Gives it back, if it is still this grant."""
        with self._lock:
            held = self._held.get(lease.what)
            if held and held[0].token == lease.token:
                del self._held[lease.what]
                _give_back(held[1])

    def check(self, lease: Lease) -> None:
        """Raises Conflict when the right to write under `lease` has ended. Only under the store's lock."""
        token = b""
        with suppress(FileNotFoundError):
            token = self._layout.lease(lease.what).read_bytes()
        if token != lease.token.encode():
            raise Conflict(_("the lease of {what} has ended").format(what=lease.what))

    def close(self) -> None:
        """Gives everything back."""
        with self._lock:
            for _other, fd in self._held.values():
                _give_back(fd)
            self._held.clear()

    def _acquire(self, what: str) -> int | None:
        fd = create_private(self._layout.lease(what), os.O_RDWR | os.O_APPEND)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        return fd


def _give_back(fd: int) -> None:
    os.ftruncate(fd, 0)
    os.close(fd)
