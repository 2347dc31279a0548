"""The line above everything: how the business stands; and what parts of a drawn line run when they are clicked. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from agent_tui.core.language import N_, _, many
from agent_tui.services.host import Health
from agent_tui.services.inbox import Counts
from agent_tui.tui import when
from agent_tui.tui.lines import Line, Look, Role, Span, spread
from agent_tui.tui.safe import line

_STATES: Mapping[str, tuple[str, Role]] = {
    "ok": (N_("ok"), Role.GOOD),
    "connecting": (N_("connecting"), Role.DIM),
    "elsewhere": (N_("open in another window"), Role.DIM),
    "waiting": (N_("no connection, trying again"), Role.WARN),
    "needs you": (N_("needs you"), Role.BAD),
    "broken": (N_("stopped by an error"), Role.BAD),
    "off": (N_("off"), Role.DIM),
}


@dataclass(frozen=True, slots=True)
class Zone:
    """Cells of a line, from `start` up to `end`, that run a command when clicked."""

    start: int
    end: int
    command: str


def state(health: Health) -> Span:
    """How a channel is, in words."""
    if health.state == "ok" and health.remaining:
        return _("{n} to come").format(n=health.remaining), Role.ACCENT
    words, role = _STATES.get(health.state, (health.state, Role.TEXT))
    return _(words), role


def named(health: Health) -> Span:
    """The same, after the channel's name."""
    words, role = state(health)
    return f"{line(health.channel)} {words}", role


def status(
    business: str,
    counts: Counts | None,
    healths: Sequence[Health],
    now: datetime,
    look: Look,
    width: int,
) -> Line:
    """``Corner Bakery · 7 waiting · mail ok · sms ok``, the agent and the time at the right end."""
    left: list[Span] = [(" ", Role.TEXT), (line(business) or "agent-tui", Role.STRONG)]
    for span in (*_counted(counts), *_channels(healths, width)):
        left += [(f"  {look.icons.dot}  " if width >= 100 else f" {look.icons.dot} ", Role.DIM), span]
    agent = f"{line(look.agent)}  " if width >= 70 else ""
    right: list[Span] = [(agent, Role.DIM), (f"{when.clock(now, look.zone)} ", Role.STRONG)]
    return spread(left, right, width, look.icons.more)


def _counted(counts: Counts | None) -> Iterable[Span]:
    if counts is None:
        return
    waiting = _("{n} waiting").format(n=counts.waiting) if counts.waiting else _("nobody waits")
    yield waiting, Role.ACCENT if counts.waiting else Role.GOOD
    if counts.failed:
        yield _("{n} not sent").format(n=counts.failed), Role.BAD
    if counts.held:
        yield _("{n} held").format(n=counts.held), Role.WARN
    if counts.unsure:
        yield _("{n} unsure").format(n=counts.unsure), Role.WARN


def _channels(healths: Sequence[Health], width: int) -> Iterable[Span]:
    """Every channel where there is room; else the ones in trouble by name, and the others as a number."""
    spans = [named(health) for health in healths]
    if sum(cell_len(text) + 5 for text, _other in spans) <= width - 50:
        return spans
    well = [h for h in healths if h.state == "ok" and not h.remaining]
    summed = [(many("{n} channel ok", "{n} channels ok", len(well)), Role.GOOD)] if well else []
    return [*(named(health) for health in healths if health not in well), *summed]


# Said as names of commands: the catalogs have them from here.
