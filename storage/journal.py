"""One address's documents as a TinyDB database that is only ever appended to.

One line per document version: ``["table","id",{…}]``, ``null`` instead of the object when it was removed; of an id,
the last line holds. The first line of a file, ``["meta",…]``, says what the file is. Lines that were written together
carry a fourth element, ``"2/3"``: a group that is not whole was never acknowledged, and does not count. Neither does
a line that cannot be read: it is skipped and counted, never deleted, and the next append starts on a line of its own.

TinyDB's own storage rewrites the whole file for every change; here `read` folds what was added since the last time,
and `write` appends the versions that differ. Raw bytes are remembered, documents parsed afresh by each `read`,
because TinyDB changes what it was given. Nobody is locked out here: writers of one file hold the store's lock.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from agent_tui.core.clock import SYSTEM
from storage.disk import create_private, flush, flush_directory, write_all
from storage.lines import META, Line, Measure, Place, Scan, Version, line_bytes, read_places

_Tables = dict[str, dict[str, Any]]


class JournalStorage(Storage):
    """The file of one database. `meta` becomes its first line when it does not exist yet.

    Raises OSError as the system gave it; what a failed append wrote is taken back.
    """

    def __init__(self, path: str | Path, *, meta: Version | None = None) -> None:
        self.path = Path(path)
        self.skipped = 0
        """Lines met so far that could not be read, or belong to a group that is not whole."""
        self._meta = meta or Version(META, self.path.stem, b'{"format":1}')
        self._fd: int | None = None
        self._appends = False
        self._made = False
        self._live: dict[str, dict[str, bytes]] = {}
        self._position = 0
        self._inode = 0

    # -- as TinyDB asks for it

    def read(self) -> _Tables | None:
        """Every table's documents, parsed afresh; None when there are none."""
        self._fold()
        tables = {
            table: {key: json.loads(document) for key, document in documents.items()}
            for table, documents in self._live.items()
            if documents
        }
        return tables or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Appends the versions by which `data` differs from what was read last, durably."""
        if not data:
            self._fold()  # everything is to go, also what others wrote since
        versions = list(self._differences(data))
        if versions:
            self.append(versions)
            self.sync()

    def close(self) -> None:
        """Lets go of the file. May be called twice; the next use opens it again."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    # -- as the store asks for it

    def append(self, versions: Sequence[Version]) -> list[Place]:
        """Adds versions, all or none, in one write; where each line went. Durable only after `sync`."""
        fd = self._writable()
        size = os.fstat(fd).st_size
        head = self._head(fd, size)
        places, parts = [], [head]
        offset = size + len(head)
        for number, version in enumerate(versions, 1):
            part = f"{number}/{len(versions)}" if len(versions) > 1 else ""
            line = line_bytes(version, part)
            places.append(Place(offset, len(line) - 1))
            parts.append(line)
            offset += len(line)
        write_all(fd, b"".join(parts), size)
        return places

    def sync(self) -> None:
        """Makes what was appended, and the file's name, survive a loss of power."""
        flush(self._writable())
        if self._made:
            flush_directory(self.path.parent)
            self._made = False

    def seal(self) -> None:
        """Ends a line that a dead writer left without its end. Only for whoever holds the store's lock."""
        fd = self._writable()
        size = os.fstat(fd).st_size
        if size and self._head(fd, size):
            write_all(fd, b"\n", size)

    def truncate(self, size: int) -> None:
        """Takes back what was appended after `size` and never acknowledged."""
        fd = self._writable()
        os.ftruncate(fd, size)
        flush(fd)

    def measure(self) -> Measure | None:
        """The file as it is now; None while there is none."""
        fd = self._readable()
        return None if fd is None else Measure.of(os.fstat(fd))

    def is_boundary(self, offset: int) -> bool:
        """Whether a line ends just before this byte."""
        fd = self._readable()
        return offset == 0 or (fd is not None and os.pread(fd, 1, offset - 1) == b"\n")

    def scan(self, start: int = 0) -> Scan:
        """The lines that count, from a line's beginning on."""
        return Scan(self._readable(), start)

    def at(self, place: Place) -> Line | None:
        """The line at a place; None when no line that can be read begins and ends there."""
        return self.at_all([place])[0]

    def at_all(self, places: Sequence[Place]) -> list[Line | None]:
        """The lines at these places, or None; read at once when they lie together."""
        fd = self._readable()
        return [None] * len(places) if fd is None else read_places(fd, places)

    def live(self, table: str) -> Mapping[str, bytes]:
        """A table's newest documents as JSON, by id."""
        self._fold()
        return self._live.get(table, {})

    # -- inside

    def _readable(self) -> int | None:
        if self._fd is None:
            with suppress(FileNotFoundError):
                self._fd, self._appends = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC), False
        return self._fd

    def _writable(self) -> int:
        if self._fd is None or not self._appends:
            self.close()
            made = not self.path.exists()
            self._fd, self._appends = create_private(self.path, os.O_RDWR | os.O_APPEND), True
            self._made = self._made or made
        return self._fd

    def _head(self, fd: int, size: int) -> bytes:
        """What has to stand before the next line: the first line of all, or the end of a torn one."""
        if size == 0:
            self._made = True
            return line_bytes(self._meta)
        return b"" if os.pread(fd, 1, size - 1) == b"\n" else b"\n"

    def _fold(self) -> None:
        if self._fd is not None and self._is_replaced():
            self.close()
        fd = self._readable()
        if fd is None:
            return
        now = os.fstat(fd)
        if now.st_size < self._position or now.st_ino != self._inode:
            self._live, self._position, self._inode, self.skipped = {}, 0, now.st_ino, 0
        scan = Scan(fd, self._position)
        for line in scan:
            self._take(line)
        self._position, self.skipped = scan.end, self.skipped + scan.skipped

    def _is_replaced(self) -> bool:
        try:
            return self.path.stat().st_ino != self._inode != 0
        except FileNotFoundError:
            return False

    def _take(self, line: Line) -> None:
        if line.table == META:
            return
        documents = self._live.setdefault(line.table, {})
        if line.document is None:
            documents.pop(line.id, None)
        else:
            documents[line.id] = line.document

    def _differences(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> Iterable[Version]:
        for table, documents in data.items():
            known = self._live.get(table, {})
            for key, document in documents.items():
                raw = encode(document)
                if known.get(str(key)) != raw:
                    yield Version(table, str(key), raw)
        for table, known in self._live.items():
            kept = {str(key) for key in data.get(table, ())}
            yield from (Version(table, key, None) for key in known if key not in kept)


class JournalTable(Table):
    """A table whose ids are strings, and whose insertions cost the same however large the file is."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's annotations know integers only

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, **kwargs: Any) -> None:
        if name == META:
            raise ValueError(f"the table {META} is the file's own")
        # Cached answers would hide what another handle or process has written.
        super().__init__(storage, name, cache_size=cache_size, **kwargs)

    def insert(self, document: Mapping[str, Any]) -> str:  # type: ignore[override]
        """Adds one document; its id. ValueError when the id is taken."""
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[str]:  # type: ignore[override]
        """Adds documents, all or none, in one write; their ids. ValueError when one is taken."""
        taken = set(cast(JournalStorage, self._storage).live(self.name))
        added: dict[str, Mapping[str, Any]] = {}
        for document in documents:
            if not isinstance(document, Mapping):
                raise ValueError("Document is not a Mapping")  # noqa: TRY004  # as TinyDB does
            key = str(document.doc_id) if isinstance(document, Document) else SYSTEM.new_id()
            if key in taken or key in added:
                raise ValueError(f"Document with ID {key} already exists")
            added[key] = document
        self._append([Version(self.name, key, encode(d)) for key, d in added.items()])
        return list(added)

    def put(self, document: Document) -> None:
        """The newest version of a document, whatever was there before; nothing is read."""
        self._append([Version(self.name, str(document.doc_id), encode(document))])

    def newest(self, key: str) -> Document | None:
        """One document, parsed alone."""
        raw = cast(JournalStorage, self._storage).live(self.name).get(key)
        return None if raw is None else document_of(key, json.loads(raw))

    def _append(self, versions: list[Version]) -> None:
        if versions:
            storage = cast(JournalStorage, self._storage)
            storage.append(versions)
            storage.sync()


class Journal(TinyDB):
    """The database of one address, or of one channel's cursors."""

    table_class = JournalTable  # type: ignore[assignment]  # TinyDB's annotations leave no room
    default_storage_class = JournalStorage  # type: ignore[assignment]

    def table(self, name: str, **kwargs: Any) -> JournalTable:
        """One table; made by its first document."""
        return cast(JournalTable, super().table(name, **kwargs))

    @property
    def storage(self) -> JournalStorage:
        """The file behind it."""
        return cast(JournalStorage, super().storage)


def open_journal(path: str | Path, *, meta: Version | None = None) -> Journal:
    """The database in the file at `path`, which is made by the first write. Its folder must exist."""
    return Journal(path, meta=meta)


def document_of(key: str, fields: Mapping[str, Any]) -> Document:
    """A document with its id, for `JournalTable.put` and `insert`."""
    return Document(fields, cast(int, key))


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as one line of JSON. Raises TypeError or ValueError for what JSON cannot say."""
    text = json.dumps(dict(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(dict(document), separators=(",", ":"), allow_nan=False).encode()
