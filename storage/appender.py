"""The files of one write: appended, made durable, and taken back when the rest of the write does not come about."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from storage.disk import flush_all, flush_directory
from storage.journal import Journal, open_journal
from storage.layout import Journalled, Layout
from storage.lines import Measure, Place, Version

_NOTHING = Measure(0, 0, 0)
_HELD_OPEN = 64
"""A first sync writes to thousands of journals at once; a process may hold about a thousand files."""


class Appender:
    """Appends to journals, under the store's lock."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._journals: dict[Path, tuple[Journal, Measure]] = {}
        self._folders: list[Path] = []
        self._flushed = False

    def make_room(self, journals: Sequence[Journalled]) -> None:
        """Makes the folders of these journals, durably when they are few; `flush` does the rest."""
        for journal in journals:
            self._folders += self._layout.make_room(journal.path)
        if len(self._folders) <= _HELD_OPEN:
            while self._folders:
                flush_directory(self._folders.pop())

    def append(self, journal: Journalled, versions: Sequence[Version]) -> tuple[list[Place], Measure]:
        """Adds versions to one journal, all or none; where each line is, and the file as it is now."""
        database = open_journal(journal.path, meta=journal.meta)
        self._journals[journal.path] = (database, database.storage.measure() or _NOTHING)
        self._flushed = False
        places = database.storage.append(versions)
        now = database.storage.measure() or _NOTHING
        if len(self._journals) > _HELD_OPEN:
            database.close()
        return places, now

    def flush(self) -> None:
        """Makes everything appended survive a loss of power; few files in the order they were written."""
        if not self._flushed and len(self._journals) > _HELD_OPEN:
            folders = {*self._folders, *(path.parent for path in self._journals)}
            flush_all(self._layout.root, self._journals, folders)
        elif not self._flushed:
            for database, _ in self._journals.values():
                database.storage.sync()
            for folder in self._folders:
                flush_directory(folder)
        self._folders, self._flushed = [], True

    def undo(self) -> None:
        """Takes everything back, for nothing of it was acknowledged."""
        for path, (database, former) in self._journals.items():
            database.storage.truncate(former.size)
            if former.size:  # it is again what the catalog says it is
                os.utime(path, ns=(former.stamp, former.stamp))

    def close(self) -> None:
        """Lets go of the files."""
        with suppress(OSError):
            for database, _ in self._journals.values():
                database.close()
