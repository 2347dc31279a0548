"""What is said to the terminal beside the screen: its title, the desktop's notification; and it may vanish.

The terminal's far end may vanish at any moment, as a lost connection does: the program then still ends well.

Textual writes from a thread that dies of the first write that fails; whoever writes next waits for it for ever, and a
draft would never be kept. So what nobody can read any more is dropped, and the signal that follows is heard.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from agent_tui.tui.keyboard import Keyboard
from agent_tui.tui.safe import cut, line

LONGEST = 120  # cells of a title or notification
# The terminal keeps its old title on a stack meanwhile (XTWINOPS 22 and 23).
_SAVE, _RESTORE, _END = "\x1b[22;2t", "\x1b[23;2t", "\x1b\\"


def titled(text: str) -> str:
    """What makes a terminal take a title (OSC 2); whoever wrote the text, it ends nothing early."""
    return f"\x1b]2;{_said(text)}{_END}"


def told(text: str) -> str:
    """What makes a terminal tell the desktop: OSC 777 where that is known, OSC 9 elsewhere."""
    if "rxvt" in os.environ.get("TERM", "") or os.environ.get("VTE_VERSION"):
        return f"\x1b]777;notify;agent-tui;{_said(text)}{_END}"
    return f"\x1b]9;agent-tui: {_said(text)}{_END}"  # without the name, "4;…" would be a progress bar


def _said(text: str) -> str:
    """One line without a control character, and without what separates the parts of such a sequence."""
    return cut(line(text), LONGEST).replace(";", ",")


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


linux_driver.XTermParser = Keyboard  # type: ignore[attr-defined]


class PatientDriver(LinuxDriver):
    """Textual's own, on a file that outlasts its terminal."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app=app, **options)
        self._file: Any = Patient(self._file)
        self._title: str | None = None

    def entitle(self, text: str) -> None:
        """Have the terminal's window called this, until the screen is left."""
        if text == self._title or os.environ.get("TERM") == "linux":  # the console has no title
            return
        self.write((_SAVE if self._title is None else "") + titled(text))
        self._title = text

    def tell_desktop(self, text: str) -> None:
        """Have the desktop tell something."""
        self.write(told(text))

    def stop_application_mode(self) -> None:
        """Leave the screen, for good or for an editor: the title is what it was."""
        if self._title is not None:
            self._title = None
            self.write(_RESTORE)
        super().stop_application_mode()
