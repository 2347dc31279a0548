"""Completing the path of a file: what a half typed one can become. Looks at one folder, never below it."""

import os
from dataclasses import dataclass
from pathlib import Path

MOST = 200  # entries of a folder that are offered


@dataclass(frozen=True, slots=True)
class Offer:
    """One file or folder: the text that names it, as typed so far plus the rest; `size` in bytes, None for a folder."""

    text: str
    name: str
    size: int | None


def expand(text: str) -> Path:
    """The path a text names; `~` is the agent's own folder."""
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # nobody of that name
        return path


def is_file(path: Path) -> bool:
    """Is it a file that can be seen?"""
    try:
        return path.is_file()
    except OSError:
        return False


def offers(text: str) -> tuple[Offer, ...]:
    """What the text can become: folders first, then by name. Hidden ones only when a dot was typed."""
    folder, _, begun = text.lstrip().rpartition("/")
    where = folder + "/" if "/" in text else ""
    try:
        with os.scandir(expand(where or ".")) as entries:
            found = [o for entry in entries if _fits(entry.name, begun) and (o := _offer(where, entry))]
    except (OSError, ValueError):
        return ()
    found.sort(key=lambda o: (o.size is not None, o.name.casefold()))
    return tuple(found[:MOST])


def _fits(name: str, begun: str) -> bool:
    if name.startswith(".") and not begun.startswith("."):
        return False
    return name.isprintable() and name.casefold().startswith(begun.casefold())


def _offer(where: str, entry: "os.DirEntry[str]") -> Offer | None:
    try:
        if entry.is_dir():
            return Offer(f"{where}{entry.name}/", f"{entry.name}/", None)
        return Offer(f"{where}{entry.name}", entry.name, entry.stat().st_size) if entry.is_file() else None
    except OSError:
        return None
