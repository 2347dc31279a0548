"""What is done beside the work: looking whether files and catalog agree, and making the catalog anew on request.

Lives in a thread of its own, with connections of its own. Looking takes no lock; whatever it finds the writer looks at
again under the lock. Only one rebuild runs at a time, over all processes.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from storage.catalog import Catalogs
from storage.disk import create_private
from storage.layout import Layout
from storage.locks import StoreLock
from storage.rebuild import Rebuild, stale


class Keeper:
    """Looks after one store."""

    def __init__(self, layout: Layout, lock: StoreLock, catalogs: Catalogs) -> None:
        self._layout = layout
        self._lock = lock
        self._catalogs = catalogs

    def clear_away(self) -> None:
        """Deletes catalogs nobody uses; another time, when somebody rebuilds or writes just now."""
        with suppress(BlockingIOError), _alone(self._layout, wait=False), self._lock.held(wait=False):
            self._catalogs.clear_away()

    def stale(self) -> list[str]:
        """The journals that seem to be other than the catalog says: a crash, a restored backup, an edit by hand."""
        catalog = self._catalogs.usable(self._catalogs.current(), writes=False)
        if catalog is None:
            return []  # whoever needs one makes one, from all journals
        try:
            with catalog.reading():
                return stale(self._layout, catalog)
        finally:
            with self._lock.held():
                catalog.close()

    def rebuild(self) -> None:
        """Makes a new catalog while others work, and the live one of it."""
        with _alone(self._layout):
            rebuild = Rebuild(self._layout, self._catalogs)
            try:
                rebuild.build()
                with self._lock.held():
                    rebuild.switch()
            except BaseException:
                rebuild.abandon()
                raise


@contextmanager
def _alone(layout: Layout, *, wait: bool = True) -> Iterator[None]:
    """The right to rebuild. Raises BlockingIOError when it is not to `wait` and another has it."""
    fd = create_private(layout.cache / ".rebuild", os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(fd)
