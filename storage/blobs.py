"""Attachments and raw originals: files named by their digest beside the journal whose lines name them.

Written before the line, and durable before it, so a line never names what is not there. Never changed. What a crash
left half written has no line yet; it is compared, and written again, when the message comes again.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Missing
from agent_tui.core.language import _
from agent_tui.core.model import Draft, Message, Record
from storage.disk import create_private, flush_all, make_folder, write_all
from storage.layout import Layout


def named(record: Record) -> tuple[str, ...]:
    """The digests a record names."""
    if isinstance(record, Draft):
        files = (*record.attachments, *(file for one in record.aside for file in one.attachments))
        return tuple(attachment.digest for attachment in files)
    if not isinstance(record, Message):
        return ()
    originals = (record.raw,) if record.raw else ()
    return (*(attachment.digest for attachment in record.attachments), *originals)


def keep(layout: Layout, records: Iterable[Record], blobs: Mapping[str, bytes]) -> None:
    """Keeps, durably, what the records name and `blobs` has. The folders of their journals are there."""
    wanted = {(r.address, digest) for r in records for digest in named(r) if digest in blobs}
    written: set[Path] = set()
    folders: set[Path] = set()
    for address, digest in sorted(wanted):
        path = layout.file(address, digest)
        if make_folder(path.parent):
            folders.add(path.parent.parent)
        folders.add(path.parent)
        _write(path, blobs[digest])
        written.add(path)
    flush_all(layout.root, written, folders)


def read(layout: Layout, address: Address, digest: str) -> bytes:
    """A kept file's bytes. Raises Missing."""
    try:
        return layout.file(address, digest).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise Missing(
            _("the file {digest!r} is not kept for {address}").format(digest=digest[:64], address=address)
        ) from None


def _write(path: Path, data: bytes) -> None:
    """Makes the file hold `data`."""
    fd = create_private(path, os.O_RDWR)
    try:
        if os.fstat(fd).st_size == len(data) and os.pread(fd, len(data), 0) == data:
            return
        os.ftruncate(fd, 0)
        write_all(fd, data, 0)
    finally:
        os.close(fd)
