"""A line of the screen as plain data: spans of text, each with the role it plays. Widgets give roles their colours.

What is laid out here can be read, tested and measured without a terminal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import TypeAlias

from rich.cells import cell_len

from agent_tui.settings import Times
from agent_tui.tui import when
from agent_tui.tui.icons import Icons
from agent_tui.tui.keymap import DEFAULT, Keymap
from agent_tui.tui.safe import cut


class Role(StrEnum):
    """What a piece of text is, and so how it looks; each is a component class ``line--<role>`` of the style sheet."""

    TEXT = "text"
    DIM = "dim"
    STRONG = "strong"
    THEM = "them"  # a customer's name
    US = "us"  # our own
    NOTE = "note"
    NOTE_EDGE = "note-edge"
    TITLE = "title"
    RULE = "rule"  # a line drawn across
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    ACCENT = "accent"
    MARK = "mark"  # where the agent is
    LINK = "link"  # can be clicked
    FOUND = "found"  # was looked for
    CHIP = "chip"  # a filter of a search
    WRONG = "wrong"  # one that makes no sense


Span: TypeAlias = tuple[str, Role]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells; `ground` is the role of what is left of it, `about` what a click on it is about, `command` what
    it runs, `entry` the entry it leads to."""

    spans: tuple[Span, ...] = ()
    ground: Role = Role.TEXT
    about: str = ""
    command: str = ""
    entry: str = ""

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self.spans)

    @property
    def width(self) -> int:
        """In cells."""
        return cells(self.spans)


BLANK = Line()


@dataclass(slots=True, kw_only=True)
class Look:
    """What drawing depends on besides the records: the signs, the keys in force, the agent's zone (None: the
    machine's) and her name; and what she changes while she looks: how dense it is, and how times are written."""

    icons: Icons
    agent: str
    zone: tzinfo | None = None
    keys: Keymap = DEFAULT
    compact: bool = False
    times: Times = "mixed"

    def waited(self, at: datetime, now: datetime) -> str:
        """A time gone by, in a list."""
        return when.moment(at, now, self.zone) if self.times == "clock" else when.since(at, now)

    def told(self, at: datetime, now: datetime) -> str:
        """The time of something said."""
        return when.since(at, now) if self.times == "ago" else when.clock(at, self.zone)


def said(*spans: Span | str, ground: Role = Role.TEXT) -> Line:
    """A line of spans; a bare string is plain text."""
    return Line(tuple((s, Role.TEXT) if isinstance(s, str) else s for s in spans), ground)


def spread(left: Iterable[Span], right: Iterable[Span], width: int, more: str = "…") -> Line:
    """`left` and `right` at the two ends of a row. What does not fit is cut from the left part, with a mark."""
    tail = fit(((t, r) for t, r in right if t), width, more)
    room = width - cells(tail) - bool(tail)
    head = fit(left, max(room, 0), more)
    gap = width - cells((*head, *tail))
    return Line((*head, (" " * max(gap, 0), Role.TEXT), *tail))


def cells(spans: Iterable[Span]) -> int:
    """The width of spans side by side."""
    return sum(cell_len(text) for text, _ in spans)


def fit(spans: Iterable[Span], width: int, more: str = "…") -> tuple[Span, ...]:
    """The spans as far as they fit into `width` cells; a mark where something was cut."""
    fitting: list[Span] = []
    room = width
    for text, role in spans:
        if room <= 0:
            break
        cells = cell_len(text)
        fitting.append((text if cells <= room else cut(text, room, more), role))
        room -= cells
    return tuple(fitting)


def rule(label: str, width: int, icons: Icons) -> Line:
    """A label in the middle of a line drawn across."""
    shown = f" {cut(label, max(width - 6, 1), icons.more)} "
    before = max(1, (width - cell_len(shown)) // 2)
    after = max(1, width - cell_len(shown) - before)
    return said((icons.rule * before, Role.RULE), (shown, Role.DIM), (icons.rule * after, Role.RULE))
