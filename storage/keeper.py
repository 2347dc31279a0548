"""What is done beside the work: looking whether files and catalog agree, and making the catalog anew on request.

Lives in a thread of its own, with connections of its own. Looking takes no lock; whatever it finds the writer looks at
again under the lock. Only one rebuild runs at a time, over all processes.
"""

import fcntl
import os
from contextlib import closing

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
        with closing(_Alone(self._layout)):
            rebuild = Rebuild(self._layout, self._catalogs)
            try:
                rebuild.build()
                with self._lock.held():
                    rebuild.switch()
            except BaseException:
                rebuild.abandon()
                raise


class _Alone:
    """The right to rebuild."""

    def __init__(self, layout: Layout) -> None:
        self._fd = create_private(layout.cache / ".rebuild", os.O_RDWR)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def close(self) -> None:
        """Gives it back."""
        os.close(self._fd)
