"""Calls, as notes that say who called whom, for how long, and what was said. Pure."""

import re
from dataclasses import dataclass

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _, english
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
        raise UsageError(
            _("no call takes {minutes} minutes").format(minutes=call.minutes),
            remedy=_("0 to {most}").format(most=LONGEST),
        )
    said = f"{english(_head(call))}\n{call.text.strip()}"
    return said.strip()


def _head(call: Call) -> str:
    """Who called whom, for how long."""
    theirs = call.direction is Direction.IN
    if call.minutes is None:
        return _("Call: they called.") if theirs else _("Call: we called.")
    text = _("Call: they called, {minutes} min.") if theirs else _("Call: we called, {minutes} min.")
    return text.format(minutes=call.minutes)
