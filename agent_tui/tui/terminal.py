"""The terminal's far end may vanish at any moment, as a lost connection does: the program then still ends well.

Textual writes from a thread that dies of the first write that fails; whoever writes next waits for it for ever, and a
draft would never be kept. So what nobody can read any more is dropped, and the signal that follows is heard.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from textual.drivers.linux_driver import LinuxDriver


class Patient:
    """A file that takes everything, whether or not somebody still reads it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.fileno: Callable[[], int] = file.fileno

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what can be handed on."""
        with suppress(OSError):
            self._file.flush()


class PatientDriver(LinuxDriver):
    """Textual's own, on a file that outlasts its terminal."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app=app, **options)
        self._file: Any = Patient(self._file)
