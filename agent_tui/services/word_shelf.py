"""The folder of saved words: one file each, the owner's to read and change. A broken one hides no other.

Whatever lies there is looked at with care: no link is followed, nothing but an ordinary file of moderate size is opened.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from errno import ELOOP
from itertools import count
from pathlib import Path
from unicodedata import normalize

from agent_tui.core.errors import Missing, StoreError, UsageError
from agent_tui.core.language import _
from agent_tui.core.tables import nearest
from agent_tui.core.text import clean_line, safe_name
from agent_tui.services import saved_words
from agent_tui.services.saved_words import Saved

ENDING = ".md"
LARGEST = 100_000  # bytes of a file
MOST = 1_000  # files that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A file that gives no words, why, and what to do about it."""

    name: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All that lies in the folder: what can be used by its title, and what cannot."""

    saved: tuple[Saved, ...] = ()
    broken: tuple[Broken, ...] = ()


class WordShelf:
    """Saved words, read from the disk each time they are asked for. Blocks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> Shelf:
        """Everything there is. Raises StoreError when the folder cannot be looked into."""
        saved, broken = [], []
        for name in self._names():
            try:
                saved.append(self._read(name))
            except (UsageError, StoreError) as error:
                broken.append(
                    Broken(name=clean_line(name), problem=error.problem, remedy=clean_line(error.remedy))
                )
        saved.sort(key=lambda one: (one.title.casefold(), one.name))
        return Shelf(saved=tuple(saved), broken=tuple(broken))

    def _names(self) -> Iterator[str]:
        try:
            entries = sorted(entry.name for entry in os.scandir(self.folder))
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(
                _("{folder} cannot be looked into: {error}").format(folder=self.folder, error=error.strerror),
                remedy=_("check its permissions"),
            ) from error
        names = [name for name in entries if name.endswith(ENDING) and not name.startswith(".")]
        yield from (name.removesuffix(ENDING) for name in names[:MOST])

    def get(self, wanted: str) -> Saved:
        """The saved words of a name, or of a title. Raises UsageError when they are broken, Missing."""
        with suppress(Missing, UsageError):
            return self._read(wanted)
        shelf = self.all()
        titled = [one for one in shelf.saved if one.title.casefold() == wanted.strip().casefold()]
        if len(titled) == 1:
            return titled[0]
        if wanted in {one.name for one in shelf.broken}:
            return self._read(wanted)
        names = [one.name for one in shelf.saved]
        remedy = nearest(wanted, names) if names else _("there are none yet: agent-tui words save NAME")
        raise _missing(wanted, remedy)

    def _read(self, name: str) -> Saved:
        return saved_words.read(normalize("NFC", name), self.written(name))

    def path(self, name: str) -> Path:
        """Where words of this name are, also when the file came from a system that takes accents off letters.

        Raises UsageError for one that could be anywhere else.
        """
        if not name or safe_name(name) != name or name.startswith("."):
            raise UsageError(
                _("{name} cannot be the name of saved words").format(name=repr(clean_line(name))),
                remedy=_("use letters, digits, spaces and -"),
            )
        spelled = [self.folder / f"{one}{ENDING}" for one in (name, normalize("NFD", name))]
        return next((path for path in spelled if os.path.lexists(path)), spelled[0])

    def written(self, name: str) -> str:
        """What stands in a file, to the letter. Raises UsageError, Missing."""
        path = self.path(name)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise _missing(name) from error
        except OSError as error:
            raise _unreadable(error) from error
        try:
            return _decoded(_bytes(handle))
        finally:
            os.close(handle)

    def save(self, saved: Saved, *, replace: bool = False) -> Path:
        """Keep words under their name. Raises UsageError when there are some already (unless `replace`), StoreError."""
        path = self.path(saved.name)
        if not replace and path.exists():
            raise UsageError(
                _("there are saved words {name} already").format(name=saved.name),
                remedy=_("choose another name"),
            )
        written = saved_words.write(saved)
        saved_words.read(saved.name, written)  # what could not be read again is not written
        self._put(path, written)
        return path

    def add(self, title: str, text: str, review: date) -> Saved:
        """Keep words under a name of their own, made of the title. Raises UsageError for none, StoreError."""
        title = clean_line(title)[: saved_words.LONGEST_TITLE]
        base = saved_words.name_for(title)
        for number in count(1):
            name = base if number == 1 else f"{base}-{number}"
            if not self.path(name).exists():
                saved = Saved(name=name, title=title, text=text.strip("\n").rstrip(), review=review)
                self.save(saved)
                return saved
        raise AssertionError("unreachable")  # `count` never ends

    def rewrite(self, name: str, written: str) -> None:
        """The file as its owner wrote it now, right or wrong: what is wrong is told in the list. Raises StoreError."""
        self._put(self.path(name), written if written.endswith("\n") else f"{written}\n")

    def remove(self, name: str) -> None:
        """Take words away for good, whatever is wrong with them. Raises Missing, UsageError, StoreError."""
        path = self.path(name)
        try:
            path.unlink()
        except FileNotFoundError as error:
            raise _missing(name) from error
        except OSError as error:
            raise StoreError(
                _("{path} cannot be removed: {error}").format(path=path, error=error.strerror),
                remedy=_("check its permissions"),
            ) from error

    def reviewed(self, name: str, until: date) -> Saved:
        """They are right as they stand: look again on that day. Raises Missing, UsageError, StoreError."""
        written = saved_words.with_review(self.written(name), until)
        saved = saved_words.read(name, written)
        self._put(self.path(name), written)
        return saved

    def _put(self, path: Path, written: str) -> None:
        """Whole or not at all, for the owner's eyes only."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary.unlink(missing_ok=True)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(written)
                file.flush()
                os.fsync(handle)
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise StoreError(
                _("{path} cannot be written: {error}").format(path=path, error=error.strerror),
                remedy=_("make room, or check the permissions"),
            ) from error


def _missing(name: str, remedy: str = "") -> Missing:
    return Missing(_("there are no saved words {name}").format(name=clean_line(name)), remedy=remedy)


def _unreadable(error: OSError) -> UsageError:
    if error.errno == ELOOP:
        return UsageError(
            _("it is a link to somewhere else"), remedy=_("put the file itself into the folder")
        )
    return UsageError(
        _("it cannot be read: {error}").format(error=error.strerror), remedy=_("check its permissions")
    )


def _bytes(handle: int) -> bytes:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise UsageError(_("it is not an ordinary file"), remedy=_("take it out of the folder"))
    data = b""
    try:
        while len(data) <= LARGEST and (more := os.read(handle, LARGEST + 1)):
            data += more
    except OSError as error:
        raise _unreadable(error) from error
    if len(data) > LARGEST:
        raise UsageError(
            _("it is larger than {count} bytes").format(count=LARGEST),
            remedy=_("attach it to a reply as a file"),
        )
    return data


def _decoded(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(_("it is not UTF-8 text"), remedy=_("save it as UTF-8 text")) from error
    if "\0" in text:
        raise UsageError(_("it is not text"), remedy=_("take it out of the folder"))
    return text
