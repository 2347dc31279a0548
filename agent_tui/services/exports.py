"""Files made for the owner: private, in one folder, and never in the place of another."""

import os
from itertools import count
from pathlib import Path

from agent_tui.core.errors import StoreError, UsageError
from agent_tui.core.language import _
from agent_tui.core.text import safe_name


class Exports:
    """The folder of exports; made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, name: str, text: str) -> Path:
        """A new file ``name``, or ``name-2`` and so on when there is one. Blocks. Raises StoreError."""
        stem, dot, ending = safe_name(name).rpartition(".")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number in count(1):
                path = self._folder / f"{stem}{'' if number == 1 else f'-{number}'}{dot}{ending}"
                try:
                    write_new(path, text)
                except FileExistsError:
                    continue
                return path
        except OSError as error:
            raise StoreError(
                _("{folder} cannot be written to: {strerror}").format(
                    folder=self._folder, strerror=error.strerror
                ),
                remedy=_("make room, or check its rights"),
            ) from error
        raise AssertionError("unreachable")  # `count` never ends


def write_new(path: Path, text: str) -> None:
    """A file only we can read, which was not there. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def save_as(path: Path, text: str) -> None:
    """A new file where the owner wants it. Raises UsageError when there is one, StoreError."""
    try:
        write_new(path, text)
    except FileExistsError as error:
        raise UsageError(
            _("{path} exists").format(path=path), remedy=_("name another file, or move that one away")
        ) from error
    except OSError as error:
        raise StoreError(
            _("{path} cannot be written: {strerror}").format(path=path, strerror=error.strerror)
        ) from error
