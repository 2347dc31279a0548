"""One customer in the inbox, laid out as two lines: who and since when; what they said last. Or as one. Pure."""

from datetime import datetime

from agent_tui.core import words
from agent_tui.core.language import _
from agent_tui.core.model import CustomerState, Direction, InboxRow
from agent_tui.services.inbox import Queued
from agent_tui.tui import when
from agent_tui.tui.lines import BLANK, Line, Look, Role, Span, cells, fit, spread
from agent_tui.tui.safe import line


def height(look: Look) -> int:
    """Lines of a row."""
    return 1 if look.compact else 2


def lines(
    queued: Queued | None,
    width: int,
    now: datetime,
    look: Look,
    *,
    guest: bool = False,
    marked: bool = False,
) -> tuple[Line, ...]:
    """The lines of a row, at most `width` cells; blank ones while it is not known."""
    if queued is None:
        return (BLANK,) * height(look)
    row = queued.row
    mark: list[Span] = [(f"{look.icons.marked} ", Role.MARK)] if marked else []
    if look.compact:
        return (_alone(row, mark, width, now, look, guest=guest),)
    first = spread([*mark, *_name(row, look)], [_since(row, now, look, guest=guest)], width, look.icons.more)
    second = spread(_last(row, look), _unread(row, look), width, look.icons.more)
    return first, second


def _alone(row: InboxRow, mark: list[Span], width: int, now: datetime, look: Look, *, guest: bool) -> Line:
    """All of it in one line: a third is the name's, the rest is what they said."""
    right = (*_unread(row, look), (" ", Role.TEXT), _since(row, now, look, guest=guest))
    name = fit([*mark, *_name(row, look)], max(10, width // 3), look.icons.more)
    gap = " " * (max(10, width // 3) - cells(name) + 1)
    return spread((*name, (gap, Role.TEXT), *_last(row, look)), right, width, look.icons.more)


def _name(row: InboxRow, look: Look) -> list[Span]:
    role = Role.STRONG if row.unread else Role.TEXT
    stars = look.icons.star * (row.importance - 1)
    return [(line(row.name), role), (f" {stars}" if stars else "", Role.WARN)]


def _since(row: InboxRow, now: datetime, look: Look, *, guest: bool) -> Span:
    if guest:
        return _standing(row) if row.waiting_since is None else _("moved"), Role.DIM
    if row.promised_by is not None:
        late = row.promised_by <= now
        told = when.moment(row.promised_by, now, look.zone)
        text = _("late {when}") if late else _("by {when}")
        return text.format(when=told), Role.BAD if late else Role.WARN
    if row.waiting_since is not None:
        return look.waited(row.waiting_since, now), Role.ACCENT
    if row.state is not CustomerState.OPEN:
        return _standing(row), Role.DIM
    return (look.waited(row.last.at, now) if row.last else ""), Role.DIM


def _standing(row: InboxRow) -> str:
    return _("answered") if row.state is CustomerState.OPEN else words.standing(row.state)


def _last(row: InboxRow, look: Look) -> list[Span]:
    if row.last is None:
        return [(_("nothing said yet"), Role.DIM)]
    ours = row.last.direction is Direction.OUT
    sign = look.icons.medium[row.last.medium]
    text = line(row.last.snippet) or _("(no text)")
    return [
        (f"{sign} ", Role.US if ours else Role.THEM),
        (_("you: {text}").format(text=text) if ours else text, Role.DIM),
    ]


def _unread(row: InboxRow, look: Look) -> list[Span]:
    return [(look.icons.unread.format(row.unread), Role.ACCENT)] if row.unread else []
