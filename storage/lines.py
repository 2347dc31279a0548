"""The lines of a journal: written, read, and told apart from debris.

A line counts when it ends with a line feed, is JSON of the right shape and, if it is part of a group, when the whole
group stands behind it in order. A group begins with ``1/n``, so what a dead writer left unfinished can never be
completed by a later writer's lines. Pure but for reading from a file descriptor.
"""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import msgspec

META = "meta"
_CHUNK = 1 << 20
_SPREAD = 4
"""Lines are read one by one when more than this times their bytes lies between the first and the last."""


class Version(NamedTuple):
    """One version of one document: JSON of an object, or None when it was removed."""

    table: str
    id: str
    document: bytes | None


class Place(NamedTuple):
    """Where a line stands: bytes from the beginning of the file, length without the line feed."""

    offset: int
    length: int


class Measure(NamedTuple):
    """What tells a file from what it was: size in bytes, inode, nanoseconds of its last change."""

    size: int
    inode: int
    stamp: int

    @classmethod
    def of(cls, stat: os.stat_result) -> Self:
        """The measure of a file."""
        return cls(stat.st_size, stat.st_ino, stat.st_mtime_ns)


class Line(NamedTuple):
    """A line that was read."""

    table: str
    id: str
    document: bytes | None
    place: Place
    part: int = 1  # of a group …
    parts: int = 1  # … of so many


class _Shape(msgspec.Struct, array_like=True):
    table: str
    id: str
    document: msgspec.Raw
    part: str = ""


_DECODER = msgspec.json.Decoder(_Shape)
_encode = msgspec.json.encode


def line_bytes(version: Version, part: str = "") -> bytes:
    """A version as it stands in the file, with its line feed."""
    document = b"null" if version.document is None else version.document
    tail = b',"' + part.encode() + b'"]\n' if part else b"]\n"
    return b"[" + _encode(version.table) + b"," + _encode(version.id) + b"," + document + tail


def parse(text: bytes, offset: int) -> Line | None:
    """The line with these bytes (without the line feed); None when it is not one of ours."""
    try:
        shape = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    document = bytes(shape.document)
    if document != b"null" and not document.startswith(b"{"):
        return None
    part, parts = _part(shape.part) if shape.part else (1, 1)
    kept = None if document == b"null" else document
    place = Place(offset, len(text))
    return Line(shape.table, shape.id, kept, place, part, parts) if part else None


def _part(text: str) -> tuple[int, int]:
    part, slash, parts = text.partition("/")
    if not slash or not (part.isdecimal() and parts.isdecimal()):
        return 0, 0
    return (int(part), int(parts)) if 1 <= int(part) <= int(parts) else (0, 0)


def read_places(fd: int, places: Sequence[Place]) -> list[Line | None]:
    """The lines at these places; None where none that can be read begins and ends. One read when they lie together."""
    start = min(place.offset for place in places)
    length = max(place.offset + place.length for place in places) + 1 - start
    if length > _SPREAD * sum(place.length for place in places):
        return [line for place in places for line in read_places(fd, [place])]
    text = os.pread(fd, length, start)
    return [_cut(text, place.offset - start, place) for place in places]


def _cut(text: bytes, begin: int, place: Place) -> Line | None:
    end = begin + place.length
    return parse(text[begin:end], place.offset) if text[end : end + 1] == b"\n" else None


class Scan:
    """The lines that count, in order. After the last: `end`, where the next scan begins, and what was `skipped`."""

    def __init__(self, fd: int | None, start: int = 0) -> None:
        self.end = start
        self.skipped = 0
        self.pending = 0
        """Lines at the end of the file that belong to a group not yet whole; they stand after `end`."""
        self._fd = fd

    def __iter__(self) -> Iterator[Line]:
        group: list[Line] = []
        for offset, text in _whole_lines(self._fd, self.end):
            after = offset + len(text) + 1
            line = parse(text, offset)
            if group and (line is None or not _continues(group[-1], line)):
                self.skipped += len(group)
                self.end, group = offset, []
            if line is None or (not group and line.part != 1):
                self.skipped += 1
                self.end = after
                continue
            group.append(line)
            if line.part == line.parts:
                yield from group
                self.end, group = after, []
        self.pending = len(group)


def _continues(last: Line, line: Line) -> bool:
    """Whether the line is the one a group is waiting for."""
    return line.part == last.part + 1 and line.parts == last.parts


def _whole_lines(fd: int | None, start: int) -> Iterator[tuple[int, bytes]]:
    """Each line that has its line feed, and where it begins."""
    rest, offset = b"", start
    while fd is not None and (chunk := os.pread(fd, _CHUNK, offset + len(rest))):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield offset, line
            offset += len(line) + 1
