"""The filters of a search as chips: what each operator says in words, as many as fit in a row, each with its ✕. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.cells import cell_len

from agent_tui.core import dates
from agent_tui.core.errors import UsageError
from agent_tui.core.language import N_, _
from agent_tui.core.model import Medium
from agent_tui.core.query import Piece, operators, parse
from agent_tui.tui import when
from agent_tui.tui.bars import Zone
from agent_tui.tui.icons import Icons
from agent_tui.tui.lines import Line, Role, Span
from agent_tui.tui.safe import cut, line

OFF, AT, ADD, MORE = (
    "off ",
    "at ",
    "add ",
    "more",
)  # what a click on the row is about: a chip's number, or a filter
_LONGEST = 40  # cells of one chip's words
_FOLDED = 5  # cells that the number of chips without room needs
_STATES: Mapping[str, str] = {
    "open": N_("open"),
    "done": N_("done"),
    "snoozed": N_("snoozed"),
    "unread": N_("unread"),
    "failed": N_("not sent"),
    "note": N_("notes"),
}
_SAID: Mapping[str, str] = {
    "from": N_("from {what}"),
    "to": N_("to {what}"),
    "on": N_("on {what}"),
    "tag": N_("tag {what}"),
    "before": N_("before {what}"),
    "after": N_("after {what}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One filter: its words, safe to draw, and where it stands in what was typed; `wrong`: it cannot be understood."""

    words: str
    start: int
    end: int
    wrong: bool = False


def chips(text: str, now: datetime, zone: tzinfo | None, cursor: int = -1) -> tuple[Chip, ...]:
    """The filters of a search, in the order they were typed; those that make no sense with what is wrong.

    One that is only begun, at the cursor, is not wrong yet.
    """
    return tuple(
        Chip(words=f"{piece.operator} ?", start=piece.start, end=piece.end)
        if piece.end == cursor and text[piece.start : piece.end].lower() == f"{piece.operator}:"
        else _chip(piece, text, now, zone)
        for piece in operators(text)
    )


def without(text: str, chip: Chip) -> str:
    """What was typed but for one filter."""
    return f"{text[: chip.start].rstrip()} {text[chip.end :].lstrip()}".strip()


def _chip(piece: Piece, text: str, now: datetime, zone: tzinfo | None) -> Chip:
    try:
        query = parse(text[piece.start : piece.end], now)
    except UsageError as error:
        return Chip(words=line(error.problem), start=piece.start, end=piece.end, wrong=True)
    at = query.before or query.after
    words = _words(piece) if at is None else _said(piece.operator, _date(piece.value, at, now, zone))
    return Chip(words=line(words), start=piece.start, end=piece.end)


def _words(piece: Piece) -> str:
    """``from Ana``, ``by SMS``, ``unread``, ``tag cake``."""
    value = piece.value.lower()
    if piece.operator == "is":
        return _(_STATES[value])
    if piece.operator == "has":
        return _("with a file")
    if piece.operator == "on" and value in set(Medium):
        return _("by {medium}").format(medium=Medium(value).word)
    return _said(piece.operator, piece.value)


def _said(operator: str, what: str) -> str:
    return _(_SAID[operator]).format(what=what)


def _date(written: str, at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A date as it was written; a span of days from now on by the agent's own clock."""
    there = at if "-" in written else when.local(at, zone)
    day = f"{there.day} {dates.month_short(there)}"
    day += "" if there.year == when.local(now, zone).year else f" {there.year}"
    return f"{day} {there:%H:%M}" if "T" in written.upper() or " " in written else day


# The row

Row = tuple[Line, tuple[Zone, ...]]
_Part = tuple[str, Role, str]  # what is drawn, how, and what a click on it is about


def row(shown: Sequence[Chip], width: int, icons: Icons) -> Row:
    """The last chips, as many as fit, one at least; how many stand before them is said, in colour if one is wrong."""
    longest = min(_LONGEST, width - _FOLDED - 4)
    texts = [_text(chip, longest, icons) for chip in shown]
    sizes = [cell_len(text) + 3 for text in texts]
    last = len(shown) - 1
    begin = next(b for b in range(len(shown)) if b == last or sum(sizes[b:]) + _FOLDED * bool(b) < width)
    role = Role.WRONG if any(chip.wrong for chip in shown[:begin]) else Role.DIM
    parts: list[_Part] = [(f"+{begin}", role, f"{AT}{begin - 1}"), _GAP] if begin else []
    for index, text in enumerate(texts[begin:], begin):
        look = Role.WRONG if shown[index].wrong else Role.CHIP
        parts += [(text, look, f"{AT}{index}"), (f"{icons.off} ", look, f"{OFF}{index}"), _GAP]
    return _laid(parts)


def _text(chip: Chip, longest: int, icons: Icons) -> str:
    words = f"{icons.warn} {chip.words}" if chip.wrong else chip.words
    return f" {cut(words, max(longest, 4), icons.more)} "


def beginnings(media: Iterable[Medium], width: int) -> Row:
    """Filters to begin with, as many as fit, and how many more there are."""
    by = (f"on:{medium}" for medium in media)
    all_ = (*_FIRST, *by, *_OTHERS)
    parts: list[_Part] = []
    room = width - _FOLDED
    for at, written in enumerate(all_):
        words = _beginning(written)
        room -= cell_len(words) + 5
        if room < 0:
            parts.append((f"+{len(all_) - at}", Role.DIM, MORE))
            break
        parts += [("+ ", Role.DIM, f"{ADD}{written}"), (words, Role.LINK, f"{ADD}{written}"), _GAP, _GAP]
    return _laid([_GAP, *parts])


_GAP: _Part = (" ", Role.TEXT, "")
_WEEK = "after:7d"
_FIRST = ("is:unread", "is:failed", _WEEK)
_OTHERS = ("has:attachment", "is:note", "is:open", "is:done")


def _beginning(written: str) -> str:
    return _("last 7 days") if written == _WEEK else _words(operators(written)[0])


def _laid(parts: Iterable[_Part]) -> Row:
    spans: list[Span] = []
    zones: list[Zone] = []
    at = 0
    for text, role, about in parts:
        end = at + cell_len(text)
        spans.append((text, role))
        zones += [Zone(at, end, about)] if about else []
        at = end
    return Line(tuple(spans)), tuple(zones)
