"""Accepted messages: in memory, and as one durable file each for tests that kill processes."""

import json
import os
import secrets
import time
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message the server took: its envelope, exact bytes, and who had signed in how."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str | None
    encrypted: bool
    options: tuple[str, ...]

    @property
    def message_id(self) -> str | None:
        """The Message-ID header, as written."""
        return message_from_bytes(self.raw)["Message-ID"]


def write(directory: Path, accepted: Accepted) -> Path:
    """Keep ``accepted`` in a file of its own, on the disk before this returns."""
    envelope = {
        "sender": accepted.sender,
        "recipients": accepted.recipients,
        "login": accepted.login,
        "encrypted": accepted.encrypted,
        "options": accepted.options,
    }
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    draft, end = directory / f".{name}", directory / f"{name}.accepted"
    with draft.open("wb") as file:
        file.write(json.dumps(envelope).encode() + b"\n" + accepted.raw)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(end)
    _sync(directory)
    return end


def read(directory: Path) -> list[Accepted]:
    """Every message kept in ``directory``, the first one first."""
    return [_read(path) for path in sorted(directory.glob("*.accepted"))]


def _read(path: Path) -> Accepted:
    head, _, raw = path.read_bytes().partition(b"\n")
    envelope = json.loads(head)
    return Accepted(
        sender=envelope["sender"],
        recipients=tuple(envelope["recipients"]),
        raw=raw,
        login=envelope["login"],
        encrypted=envelope["encrypted"],
        options=tuple(envelope["options"]),
    )


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
