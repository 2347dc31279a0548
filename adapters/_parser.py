"""Reading mail in a process of its own, so that no mail can hold up the screen or the sync.

Parsing is the dear part of a sync, and what arrives may have been written to stall whoever reads it. So batches go to
a helper process that has no secrets in its environment, no terminal, a bound on memory, and for each mail a bound on
processor time that the kernel enforces (`_parser_child`). A mail that exceeds it ends the helper: that mail becomes
`Unreadable`, the rest go to the next helper. The helper ends when its pipe is closed, also when we are killed.
"""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from adapters._mime import Account, Mail, unreadable
from agent_tui.core.channel import Event, Received, Unreadable
from agent_tui.core.errors import Unavailable
from agent_tui.core.language import _

SECONDS = 2.0
"""Processor time one ordinary mail may take; ten megabytes more buy a second more."""

_BYTES_PER_SECOND = 10_000_000
MEMORY = 3 * 2**30
"""Bytes of address space a helper may use."""

_START = 60.0  # seconds a helper may take to start on a busy machine
_BATCH = 16_000_000  # bytes handed over at once
_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT")
_log = logging.getLogger(__name__)


def seconds_for(mail: Mail, seconds: float) -> float:
    """The processor time this mail may take."""
    return seconds + len(mail.raw) / _BYTES_PER_SECOND


class Parser:
    """Reads mail by the batch, one call at a time. `close` may come from any thread, and ends a waiting call."""

    def __init__(self, account: Account, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._account, self._seconds, self._memory = account, seconds, memory
        self._helper: _Helper | None = None
        self._closed = False
        self._lock = threading.Lock()  # whoever holds it owns the pipe

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse_many(self, mails: Sequence[Mail]) -> list[Event]:
        """The event of each mail, in order. Raises Unavailable when no helper can be had, or after `close`."""
        events: list[Event] = []
        with self._lock:
            while len(events) < len(mails):
                events += self._parse(list(_batch(mails[len(events) :])))
        return events

    def close(self) -> None:
        """Ends the helper; safe to call twice."""
        self._closed = True
        helper = self._helper
        if helper:
            helper.kill()
        with self._lock:
            self._drop()

    def _parse(self, batch: Sequence[Mail]) -> list[Event]:
        """The events of the first mails of a batch, at least one: as many as one helper lived to read."""
        helper, events = self._running(), list[Event]()
        try:
            helper.connection.send((self._account, self._seconds, batch))
            for mail in batch:
                events.append(self._answer(helper, mail))
        except (EOFError, OSError):
            self._check()
            events.append(_given_up(batch[len(events)], helper.obituary()))
            self._drop()
        finally:
            if len(events) < len(batch):
                self._drop()  # what it still answers must not be taken for the next batch's
        return events

    def _answer(self, helper: "_Helper", mail: Mail) -> Event:
        if not helper.connection.poll(20 * seconds_for(mail, self._seconds) + 10):
            helper.kill()  # neither working nor dead: stopped by somebody
        event: Event | str = helper.connection.recv()
        if isinstance(event, str):
            _log.error("a defect in the reader of mails:\n%s", event)
            return unreadable(mail, _("there is a defect in the program; its log has the details"))
        # The original did not travel back: it is here.
        return replace(event, raw=mail.raw) if isinstance(event, Received | Unreadable) else event

    def _running(self) -> "_Helper":
        self._check()
        if self._helper is None:
            self._helper = _Helper(self._memory)
            self._check()
        return self._helper

    def _check(self) -> None:
        if self._closed:
            self._drop()
            raise Unavailable(_("the reader of mails was stopped"))

    def _drop(self) -> None:
        if self._helper:
            self._helper.close()
            self._helper = None


def _given_up(mail: Mail, reason: str) -> Event:
    _log.warning("a mail of %d bytes could not be read: %s", len(mail.raw), reason)
    return unreadable(mail, reason)


def _batch(mails: Sequence[Mail]) -> Iterator[Mail]:
    """The first of them, as many as are handed over at once: one at least."""
    size = 0
    for mail in mails:
        if size and size + len(mail.raw) > _BATCH:
            return
        size += len(mail.raw)
        yield mail


class _Helper:
    """One helper process and the pipe to it."""

    def __init__(self, memory: int) -> None:
        self.connection, theirs = Pipe()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        try:
            self._process = _start(theirs, self._errors.fileno(), memory)
        except OSError as error:
            self.connection.close()
            self._errors.close()
            raise Unavailable(_("the reader of mails cannot be started")) from error
        finally:
            theirs.close()
        self._greet()

    def _greet(self) -> None:
        reason = _("it does not answer")
        try:
            if self.connection.poll(_START) and self.connection.recv() == "ready":
                return
        except (EOFError, OSError):
            reason = self.obituary()
        self.close()
        raise Unavailable(_("the reader of mails does not start: {reason}").format(reason=reason))

    def obituary(self) -> str:
        """Why it ended."""
        self.kill()
        code = self._process.returncode
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip()
        if said:
            _log.error("the reader of mails said before it ended: %s", said[-4000:])
        if code == -signal.SIGPROF:
            return _("it took too long")
        return (
            _("it needs too much memory")
            if "MemoryError" in said
            else _("its reader ended ({code})").format(code=code)
        )

    def kill(self) -> None:
        """Ends the process if it still runs, and waits for its end. Any thread may."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Ends the process and lets go of everything; the owner's thread only."""
        self.kill()
        self.connection.close()
        self._errors.close()


def _start(theirs: Connection, errors: int, memory: int) -> subprocess.Popen[bytes]:
    """Python again, with our module path, and nothing else of our environment."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)  # noqa: PTH100 - "" is the current folder
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "adapters._parser_child", str(theirs.fileno()), str(memory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=[theirs.fileno()],
        start_new_session=True,  # Ctrl+C in the terminal is not for it
        env={**passed, "PYTHONPATH": path},
    )
