"""Where everything lies: the folders of one store, and the names in them.

::

    store.json                          what this folder is: format, id, when it was made
    secret                              32 bytes for keyed ids
    .lock                               held while writing; names what is being written
    addresses/7f/a-7f3a…/               all that was said with one address: copy it, mail it, delete it
        timeline.jsonl                  the journal
        files/<sha256>                  attachments and originals
    channels/<name>.jsonl               where a channel can resume
    leases/<name>.lock                  held by the process that hosts a channel
    cache/                              derived; may be deleted at any time

Folders are 0700, files 0600. Names are made from hashes, so nothing a stranger wrote becomes a path.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Damaged
from agent_tui.core.language import _
from storage import codec
from storage.disk import PRIVATE_FOLDER, flush_directory, make_folder, replace_file
from storage.lines import Measure, Version

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_STORE, _SECRET = "store.json", "secret"
_TIMELINE = "timeline.jsonl"
_JSONL = ".jsonl"
_CHANNEL = "ch-"


class Identification(msgspec.Struct):
    """What ``store.json`` says."""

    format: int
    store_id: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Journalled:
    """Where a journal lies, and its first line."""

    name: str
    path: Path
    meta: Version


class Layout:
    """The paths of one store."""

    def __init__(self, root: Path, cache: Path | None = None) -> None:
        self.root = root
        self.cache = cache or root / "cache"
        self.lock = root / ".lock"
        self._addresses = root / "addresses"
        self._channels = root / "channels"
        self._leases = root / "leases"

    def prepare(self) -> None:
        """Makes the folders; they, and what is in them, are the owner's alone."""
        if not self.root.exists():
            self.root.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
            flush_directory(self.root.parent)
        self.cache.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        for folder in (self.root, self._addresses, self._channels, self._leases, self.cache):
            make_folder(folder)
            if folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.geteuid():
                folder.chmod(PRIVATE_FOLDER)

    def is_new(self) -> bool:
        """Whether `establish` has something to do."""
        return not ((self.root / _STORE).exists() and (self.root / _SECRET).exists())

    def establish(self, new_id: str, now: datetime) -> None:
        """Makes a store of the folder, when it is none. Only under the lock."""
        if not (self.root / _STORE).exists():
            made = Identification(codec.FORMAT, new_id, now)
            replace_file(self.root / _STORE, msgspec.json.encode(made) + b"\n")
        if not (self.root / _SECRET).exists():
            replace_file(self.root / _SECRET, os.urandom(32))

    def identify(self) -> bytes:
        """Makes sure that this is a store we understand; its 32 random bytes. Raises Damaged."""
        path = self.root / _STORE
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Identification)
        except msgspec.DecodeError as error:
            problem = _("{path} cannot be read: {error}").format(path=path, error=error)
            raise Damaged(problem, remedy=_("restore it from a backup")) from error
        if found.format > codec.FORMAT:
            remedy = _("install a newer version of this program")
            raise Damaged(_("{root} was written by a newer version").format(root=self.root), remedy=remedy)
        secret = (self.root / _SECRET).read_bytes()
        if len(secret) != 32:
            problem = _("{root} does not hold 32 bytes").format(root=self.root / _SECRET)
            raise Damaged(problem, remedy=_("restore it from a backup"))
        return secret

    def address(self, address: Address) -> Journalled:
        """The journal of an address."""
        name = "a-" + sha256(f"address\0{address}".encode(errors="surrogatepass")).hexdigest()[:32]
        return Journalled(name, self.path(name), codec.address_meta(name, address))

    def channel(self, channel: str) -> Journalled:
        """The journal of a channel's cursors."""
        name = _CHANNEL + safe_name(channel)
        return Journalled(name, self.path(name), codec.channel_meta(name, channel))

    def lease(self, what: str) -> Path:
        """The file whose lock is the lease."""
        return self._leases / f"{safe_name(what)}.lock"

    def path(self, name: str) -> Path:
        """The file of the journal with this name."""
        if name.startswith(_CHANNEL):
            return self._channels / f"{name.removeprefix(_CHANNEL)}{_JSONL}"
        return self._addresses / name[2:4] / name / _TIMELINE

    def make_room(self, path: Path) -> list[Path]:
        """Makes the folders a journal lies in; those whose list of names changed, to be flushed."""
        if path.parent == self._channels:
            return []
        changed = [self._addresses] if make_folder(path.parent.parent) else []
        return [*changed, path.parent.parent] if make_folder(path.parent) else changed

    def file(self, address: Address, digest: str) -> Path:
        """Where the bytes with this digest are kept for an address."""
        return self.address(address).path.parent / "files" / _file_name(digest)

    def journals(self) -> Iterator[str]:
        """The names of all journals there are, in order."""
        return (name for name, _other in self.measures())

    def measures(self) -> Iterator[tuple[str, Measure]]:
        """The names of all journals there are, in order, and their files as they are now."""
        for shelf in _names(self._addresses):
            for name in _names(self._addresses / shelf):
                if name.startswith(f"a-{shelf}"):
                    yield from _measure(name, f"{self._addresses}/{shelf}/{name}/{_TIMELINE}")
        for file in _names(self._channels):
            if file.endswith(_JSONL):
                name = _CHANNEL + file.removesuffix(_JSONL)
                yield from _measure(name, f"{self._channels}/{file}")


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  # ten thousand paths cost three times as much
    except NotADirectoryError:
        return []


def _measure(name: str, path: str) -> Iterator[tuple[str, Measure]]:
    try:
        stat = os.stat(path)  # noqa: PTH116  # as above
    except (FileNotFoundError, NotADirectoryError):
        return
    yield name, Measure.of(stat)


def safe_name(text: str) -> str:
    """A file name that says `text` as far as it safely can, and is another one for every other text."""
    told = _UNSAFE.sub("-", text)[:40].strip("-")
    return f"{told}-{sha256(text.encode(errors='surrogatepass')).hexdigest()[:12]}".lstrip("-")


def _file_name(digest: str) -> str:
    """The digest itself, when it is one; nothing else becomes part of a path."""
    if _DIGEST.fullmatch(digest):
        return digest
    return "x-" + sha256(digest.encode(errors="surrogatepass")).hexdigest()
