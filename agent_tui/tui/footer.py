"""The line below everything: the keys that work now, in groups: moving, writing, deciding, finding. Pure.

What is most needed is there first when room is scarce; where it stands does not depend on that. What has no room is
not cut: a sign at the end says that there is more, and opens the list of all commands.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rich.cells import cell_len

from agent_tui.tui import keys
from agent_tui.tui.bars import Zone
from agent_tui.tui.icons import UNICODE, Icons
from agent_tui.tui.keymap import DEFAULT, Keymap
from agent_tui.tui.keys import Command, Pane
from agent_tui.tui.lines import Line, Role, Span, cells

OF_NOTES = {"send": "Keep note", "send_done": "Keep and done"}
OF_PLANS = {"resend": "Send now", "send.later": "Another time"}

_PARTS: Mapping[str, int] = {  # groups of the table side by side; those not named stand at the end
    "Moving": 0,
    "Reading": 0,
    "Writing": 1,
    "Deciding": 2,
    "Who is who": 2,
}
_LAST = 3
_GAP = "  "
_HELP = "help"


def footer(
    pane: Pane,
    can: Collection[str],
    width: int,
    *,
    note: bool = False,
    planned: bool = False,
    keymap: Keymap = DEFAULT,
    icons: Icons = UNICODE,
) -> tuple[Line, tuple[Zone, ...]]:
    """The keys of a pane, as many as fit, the most needed first; and where each can be clicked.

    `note`: a note is being written; nothing then speaks of sending. `planned`: the cursor is on a planned reply.
    """
    offered = [c for c in keymap.footer(pane) if c.id in can]
    other = (OF_NOTES if note else {}) | (OF_PLANS if planned else {})
    offered = [replace(c, words=other.get(c.id, c.words)) for c in offered]
    shown = _fitting(offered, pane, width - 1)
    more = len(shown) < len(offered)
    if more:
        shown = _fitting(offered, pane, width - 1 - cell_len(_GAP) - 1)
    return _drawn(shown, pane, icons, more=more)


def _part(command: Command) -> int:
    return _PARTS.get(command.group, _LAST)


def _place(command: Command) -> tuple[int, bool]:
    """In the order of the groups; help is at the end, where it always was."""
    return _part(command), command.id == _HELP


def _fitting(commands: Sequence[Command], pane: Pane, width: int) -> list[Command]:
    """The most needed ones that fit side by side, in their places; help is never left out."""
    shown = [command for command in commands if command.id == _HELP]
    for command in commands:
        if command.id == _HELP:
            continue
        if _cells([*shown, command], pane) > width:
            break
        shown.append(command)
    return sorted((c for c in commands if c in shown), key=_place)


def _cells(commands: Sequence[Command], pane: Pane) -> int:
    """The width of commands side by side, with what stands between them."""
    parts = len({_part(command) for command in commands})
    words = sum(cell_len(_key(c, pane)) + 1 + cell_len(c.label) for c in commands)
    return words + len(_GAP) * (len(commands) - 1) + parts - 1


def _key(command: Command, pane: Pane) -> str:
    return keys.name(command.keys_in(pane)[0])


def _drawn(
    commands: Sequence[Command], pane: Pane, icons: Icons, *, more: bool
) -> tuple[Line, tuple[Zone, ...]]:
    spans: list[Span] = [(" ", Role.TEXT)]
    zones: list[Zone] = []
    before: Command | None = None
    for command in commands:
        spans += _between(before, command, icons)
        _add(spans, zones, ((_key(command, pane), Role.MARK), (f" {command.label}", Role.TEXT)), command.id)
        before = command
    if more:
        spans.append((_GAP, Role.TEXT))
        _add(spans, zones, ((icons.more, Role.DIM),), "palette")
    return Line(tuple(spans)), tuple(zones)


def _between(before: Command | None, command: Command, icons: Icons) -> tuple[Span, ...]:
    if before is None:
        return ()
    if _part(before) == _part(command):
        return ((_GAP, Role.TEXT),)
    return (" ", Role.TEXT), (icons.box[3], Role.RULE), (" ", Role.TEXT)


def _add(spans: list[Span], zones: list[Zone], added: Sequence[Span], command: str) -> None:
    start = cells(spans)
    spans += added
    zones.append(Zone(start, cells(spans), command))
