"""The log file: what went wrong and when, for whoever has to find out. Nothing of it reaches the screen.

Rules: one file for every process on a home, only its owner may read it, no secret stands in it, and no line in it can
make a terminal do anything. A full or read-only disk costs the log, never the program.
"""

import fcntl
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path

from agent_tui.core.language import english
from agent_tui.core.secrets import masked
from agent_tui.core.text import clean

LARGEST = 2_000_000  # bytes; the file is then set aside
KEPT = 3  # files set aside

# These print addresses, contents or URLs with tokens in them at the levels below.
_NOISY = ("httpx", "httpcore", "imapclient", "asyncio", "twilio", "urllib3", "hpack")


@contextmanager
def kept(log_file: Path, level: int = logging.INFO) -> Iterator[None]:
    """Everything logged while this lasts goes to `log_file`, and nowhere else."""
    root, handler = logging.getLogger(), log_file_handler(log_file)
    before = root.level, root.handlers[:], logging.raiseExceptions
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # a log that cannot be written must not draw on the screen
    try:
        with warnings.catch_warnings():
            logging.captureWarnings(True)
            yield
    finally:
        logging.captureWarnings(False)
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        logging.raiseExceptions = before[2]
        handler.close()


def log_file_handler(log_file: Path) -> logging.Handler:
    """What writes to `log_file`; where that cannot be, what writes nowhere."""
    try:
        log_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler: logging.Handler = _LogFile(log_file, encoding="utf-8", errors="replace")
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(_Line("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    return handler


class _Line(logging.Formatter):
    """One entry, in UTC, without secrets and without anything a terminal would obey."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """When it was logged, in UTC (RFC 3339)."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def format(self, record: logging.LogRecord) -> str:
        """The entry as it is written: in English, whatever the agent's language."""
        if isinstance(record.args, tuple):
            record.args = tuple(english(one) if isinstance(one, str) else one for one in record.args)
        return clean(masked(super().format(record))).replace("\n", "\n  ")


class _LogFile(WatchedFileHandler):
    """A file several processes append to; whoever finds it too large sets it aside, and the others follow."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry."""
        with suppress(OSError):
            self._make_room()
        super().emit(record)

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="replace", opener=_private)

    def _make_room(self) -> None:
        path = Path(self.baseFilename)
        if path.stat().st_size < LARGEST:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            if path.stat().st_size >= LARGEST:  # nobody else was faster
                _shift(path)
        finally:
            os.close(folder)


def _shift(path: Path) -> None:
    """``name`` becomes ``name.1``, that one ``name.2`` …; the oldest is replaced."""
    names = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, KEPT + 1))]
    for older, newer in zip(reversed(names[1:]), reversed(names[:-1]), strict=True):
        if newer.exists():
            newer.replace(older)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
