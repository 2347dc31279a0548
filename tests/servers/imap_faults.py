"""What a scripted IMAP server does differently, once or a few times, when a command arrives."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection: FIN, or RST with ``reset``."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing more on this connection and ignore what it sends; it stays open (half-open)."""


@dataclass(frozen=True, slots=True)
class Bye:
    """``* BYE text``, then close."""

    text: str = "shutting down"


Ending: TypeAlias = Drop | Hang | Bye


@dataclass(slots=True)
class Fault:
    """One entry of the script, for the next ``times`` commands whose verb is ``verb``.

    ``verb``: ``FETCH`` means UID FETCH as well; ``CONNECT`` is the moment before the greeting.
    ``instead``: the command is not carried out; a string is its tagged reply, such as
    ``NO [UNAVAILABLE] later``. ``first`` is called before it is carried out. ``before`` and
    ``after`` are raw bytes around everything it answers (for IDLE: around ``+ idling``), sent in the
    same segment. ``lose_reply``: it is carried out, ``cut_at`` bytes of the answer are sent, then
    the connection ends in that way.
    """

    verb: str
    times: int = 1
    instead: str | Ending | None = None
    first: Callable[[], object] | None = None
    before: bytes = b""
    after: bytes = b""
    lose_reply: Ending | None = None
    cut_at: int = 0


class Script:
    """The entries not used up yet; safe to extend from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put an entry at the end."""
        with self._lock:
            self._faults.append(fault)

    def take(self, verb: str) -> Fault:
        """The first entry for ``verb``, counted down; one that changes nothing if there is none."""
        with self._lock:
            for fault in self._faults:
                if verb in (fault.verb, f"UID {fault.verb}"):
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                    return fault
        return Fault(verb)

    @property
    def left(self) -> int:
        """How many entries have not been used up."""
        with self._lock:
            return len(self._faults)
