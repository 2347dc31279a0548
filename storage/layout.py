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
from storage import codec
from storage.disk import PRIVATE_FOLDER, flush_directory, make_folder, replace_file
from storage.lines import Version

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TIMELINE = "timeline.jsonl"
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
        self.root.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.cache.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        for folder in (self.root, self._addresses, self._channels, self._leases, self.cache):
            make_folder(folder)
            if folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.geteuid():
                folder.chmod(PRIVATE_FOLDER)

    def identify(self, new_id: str, now: datetime) -> Identification:
        """What this store is; it becomes one when it was none. Only under the lock. Raises Damaged."""
        path = self.root / "store.json"
        if not path.exists():
            made = Identification(codec.FORMAT, new_id, now)
            replace_file(path, msgspec.json.encode(made) + b"\n")
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Identification)
        except msgspec.DecodeError as error:
            raise Damaged(f"{path} cannot be read: {error}", remedy="restore it from a backup") from error
        if found.format > codec.FORMAT:
            remedy = "install a newer version of this program"
            raise Damaged(f"{self.root} was written by a newer version", remedy=remedy)
        return found

    def secret(self) -> bytes:
        """The store's 32 random bytes, made by the first who asks. Only under the lock. Raises Damaged."""
        path = self.root / "secret"
        if not path.exists():
            replace_file(path, os.urandom(32))
        secret = path.read_bytes()
        if len(secret) != 32:
            raise Damaged(f"{path} does not hold 32 bytes", remedy="restore it from a backup")
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
            return self._channels / f"{name.removeprefix(_CHANNEL)}.jsonl"
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
        for shelf in sorted(self._addresses.iterdir()):
            for folder in sorted(shelf.iterdir()) if shelf.is_dir() else ():
                if (
                    folder.name[:2] == "a-"
                    and folder.name[2:4] == shelf.name
                    and (folder / _TIMELINE).exists()
                ):
                    yield folder.name
        for path in sorted(self._channels.glob("*.jsonl")):
            yield _CHANNEL + path.stem

    def flush(self) -> None:
        """Makes the names of the store's own folders survive."""
        flush_directory(self.root)


def safe_name(text: str) -> str:
    """A file name that says `text` as far as it safely can, and is another one for every other text."""
    told = _UNSAFE.sub("-", text)[:40].strip("-")
    return f"{told}-{sha256(text.encode(errors='surrogatepass')).hexdigest()[:12]}".lstrip("-")


def _file_name(digest: str) -> str:
    """The digest itself, when it is one; nothing else becomes part of a path."""
    if _DIGEST.fullmatch(digest):
        return digest
    return "x-" + sha256(digest.encode(errors="surrogatepass")).hexdigest()
