"""What can go wrong in an SMTP session, as a script: which stage, what happens, how often.

Stages in the order of a session: ``connect``, ``ehlo``, ``auth``, ``mail``, ``rcpt``, ``data`` (the
command), ``body`` (the message is on its way, the final dot is not here yet) and ``dot`` (the whole
message was received).
"""

import threading
from dataclasses import dataclass
from typing import Literal, TypeAlias

Stage = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "body", "dot"]


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without a reply. At ``dot`` the message *is* kept.

    ``reset`` sends RST instead of FIN.
    """

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """Never reply, keep the connection open. At ``dot`` the message *is* kept."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Go on as usual, ``seconds`` later."""

    seconds: float


Happening: TypeAlias = str | Drop | Hang | Delay
"""A string is a refusal such as ``451 4.3.0 try again later``; at ``dot`` nothing is kept then."""


@dataclass(slots=True)
class _Planned:
    stage: Stage
    happening: Happening
    times: int
    recipient: str | None


class Faults:
    """The script of one server; safe to extend from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []

    def add(
        self, stage: Stage, happening: Happening, *, times: int = 1, recipient: str | None = None
    ) -> None:
        """Let ``happening`` occur the next ``times`` times ``stage`` is reached."""
        with self._lock:
            self._planned.append(_Planned(stage, happening, times, recipient))

    def take(self, stage: Stage, recipient: str | None = None) -> Happening | None:
        """What happens at ``stage`` now, or None; takes it off the script."""
        with self._lock:
            for planned in self._planned:
                if planned.stage == stage and planned.recipient in (None, recipient):
                    planned.times -= 1
                    if planned.times == 0:
                        self._planned.remove(planned)
                    return planned.happening
        return None

    @property
    def left(self) -> int:
        """How many entries of the script have not been used up."""
        with self._lock:
            return len(self._planned)
