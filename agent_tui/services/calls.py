"""Calls, as notes that say who called whom, for how long, and what was said. Pure."""

import re
from dataclasses import dataclass

from agent_tui.core.errors import UsageError
from agent_tui.core.model import Direction

LONGEST = 24 * 60
"""Minutes of a call."""

_TYPED = re.compile(r"(<?)\s*(?:(\d{1,4}) ?min\b[:,.]?)?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was made. `direction`: IN, they called; `minutes`: None when nobody counted."""

    text: str
    direction: Direction = Direction.OUT
    minutes: int | None = None


def typed(text: str) -> Call:
    """A call as it is typed on one line: ``< 5 min: wants it on Friday``; ``<`` when they called."""
    found = _TYPED.fullmatch(text.strip())
    sign, minutes, words = found.groups() if found else ("", None, text)
    direction = Direction.IN if sign else Direction.OUT
    return Call(text=words, direction=direction, minutes=int(minutes) if minutes else None)


def words(call: Call) -> str:
    """The note of a call. Raises UsageError for minutes that no call takes."""
    if call.minutes is not None and not 0 <= call.minutes <= LONGEST:
        raise UsageError(f"no call takes {call.minutes} minutes", remedy=f"0 to {LONGEST}")
    who = "they called" if call.direction is Direction.IN else "we called"
    length = f", {call.minutes} min" if call.minutes is not None else ""
    return f"Call: {who}{length}.\n{call.text.strip()}".strip()
