"""Entries of a timeline, laid out as lines: what was said, by whom, on what, and what became of it. Pure.

A message's head says when, the sign of its medium, who, and at the right end on what and whether it arrived. A note
is a box of its own colour that says NOTE. What is quoted is folded; what is long is cut, and says how much is missing.
"""

from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size

from agent_tui.core.language import _, many, retold
from agent_tui.core.model import Activity, Direction, Entry, Message, Note
from agent_tui.core.text import size
from agent_tui.core.words import happened
from agent_tui.services.envelope import bare_subject
from agent_tui.tui import when
from agent_tui.tui.delivery import fate, remarks
from agent_tui.tui.lines import BLANK, Line, Look, Role, Span, cells, rule, said, spread
from agent_tui.tui.safe import body, cut, line
from agent_tui.tui.wrap import wrap

LONGEST = 40  # lines of one message shown in the timeline
LONGEST_TEXT = 20_000  # characters of it looked at
INDENT = 7  # under the time, so that names and texts stand in one column
NARROW, NARROW_INDENT = 46, 2


@dataclass(frozen=True, slots=True)
class Before:
    """What the line above an entry has said already: its day, and the subject."""

    day: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One entry, laid out. `fold` and `more` are the lines that open the quoted text and the whole message."""

    id: str
    lines: tuple[Line, ...]
    head: int = 0  # the line its own words begin with, after a day's separator
    fold: int | None = None
    more: int | None = None


def after(entry: Entry, before: Before, now: datetime, look: Look) -> Before:
    """What has been said once this entry stands there too."""
    fact = entry.fact
    subject = bare_subject(fact.subject) if isinstance(fact, Message) and fact.subject else before.subject
    return Before(day=when.day(fact.at, now, look.zone), subject=subject)


def block(entry: Entry, before: Before, width: int, now: datetime, look: Look, *, unfolded: bool) -> Block:
    """An entry as lines of at most `width` cells; `unfolded` shows what it quotes."""
    day = when.day(entry.fact.at, now, look.zone)
    lines = [] if day == before.day else [rule(day, width, look.icons), *(() if look.compact else (BLANK,))]
    drawing = _Drawing(lines, width, now, look)
    match entry.fact:
        case Message():
            drawing.message(entry, entry.fact, before.subject, unfolded=unfolded)
        case Note():
            drawing.note(entry.fact)
        case Activity():
            drawing.activity(entry.fact)
    return Block(entry.fact.id, tuple(drawing.lines), drawing.head, drawing.fold, drawing.more)


class _Drawing:
    """The lines of one entry as they come to be."""

    def __init__(self, lines: list[Line], width: int, now: datetime, look: Look) -> None:
        self.lines = lines
        self.head = len(lines)
        self.fold: int | None = None
        self.more: int | None = None
        self._width = width
        self._now = now
        self._look = look
        self._indent = INDENT if width >= NARROW else NARROW_INDENT

    def message(self, entry: Entry, message: Message, above: str, *, unfolded: bool) -> None:
        self.lines.append(self._who(entry, message))
        if message.subject and bare_subject(message.subject) != above:
            self._say(line(retold(message.subject) if message.unreadable else message.subject), Role.STRONG)
        self._copies(message)
        self._words(message)
        self._quoted(message.quoted, unfolded=unfolded)
        for attachment in message.attachments:
            name = f"{self._look.icons.file} {line(attachment.name) or _('a file')}"
            self._say(f"{name}, {size(attachment.size)}", Role.DIM)
        for notice in message.notices:
            self._say(f"{self._look.icons.warn} {line(retold(notice))}", Role.WARN)
        for text, role in remarks(entry.delivery, self._now, self._look):
            self._say(text, role)
        self._gap()

    def _who(self, entry: Entry, message: Message) -> Line:
        icons = self._look.icons
        sign = icons.medium[message.medium]
        time = (f"{self._look.told(message.at, self._now):<6} ", Role.DIM)
        if message.direction is Direction.IN:
            name = line(message.author_name) or message.author.value
            left: list[Span] = [time, (f"{sign} ", Role.THEM), (line(name), Role.THEM)]
        else:
            name = author(message, self._look)
            left = [time, (f"{sign} ", Role.US), (f"{name} {icons.to} {self._to(message)}", Role.US)]
        if message.automatic:
            left.append((f" {icons.dot} " + _("automatic"), Role.DIM))
        right = self._right(entry, message)
        if cells((*left, *right)) >= self._width and len(right) > 1:
            right = right[
                -1:
            ]  # the name is worth more than the word for the medium, whose sign stands there too
        return spread(left, right, self._width, icons.more)

    def _to(self, message: Message) -> str:
        names = [line(address.value) for address in message.to]
        if not names:
            return _("everybody")
        if len(names) == 1:
            return names[0]
        return many("{name} and {n} more", "{name} and {n} more", len(names) - 1, name=names[0])

    def _right(self, entry: Entry, message: Message) -> tuple[Span, ...]:
        state = fate(entry.delivery, self._now, self._look)
        word = message.medium.word
        return ((word, Role.DIM), *_after_gap(state))

    def _copies(self, message: Message) -> None:
        if message.cc:
            names = ", ".join(line(address.value) for address in message.cc)
            self._say(_("also to {names}").format(names=names), Role.DIM)

    def _words(self, message: Message) -> None:
        if message.unreadable:
            told = _("This message could not be read. Its original is kept.")
            self._say(f"{self._look.icons.warn} {told}", Role.WARN)
        text = body(_text(message)[:LONGEST_TEXT]).strip("\n")
        if not text.strip():
            if not message.unreadable:
                self._say(_("(no text)"), Role.DIM)
            return
        lines = self._wrapped(text)
        for words in lines[:LONGEST]:
            self._put(words, Role.TEXT)
        if len(lines) > LONGEST or len(message.text) > LONGEST_TEXT:
            self.more = len(self.lines)
            missing = (
                many("{n} more line", "{n} more lines", len(lines) - LONGEST)
                if len(message.text) <= LONGEST_TEXT
                else _("much more")
            )
            self._say(f"{self._look.icons.folded} {missing}: {self._opens()}", Role.LINK)

    def _opens(self) -> str:
        return self._look.keys.fill(_("{whole} opens it in full"), "timeline")

    def _gap(self) -> None:
        if not self._look.compact:
            self.lines.append(BLANK)

    def _quoted(self, quoted: str, *, unfolded: bool) -> None:
        text = body(quoted[:LONGEST_TEXT]).strip("\n")
        if not text.strip():
            return
        lines = self._wrapped(text)
        icons = self._look.icons
        self.fold = len(self.lines)
        count = many("{n} quoted line", "{n} quoted lines", len(lines))
        self._say(f"{icons.open if unfolded else icons.folded} {count}", Role.LINK)
        for words in lines[:LONGEST] if unfolded else ():
            self._put(words, Role.DIM)
        if unfolded and len(lines) > LONGEST:
            missing = many("{n} more line", "{n} more lines", len(lines) - LONGEST)
            self._say(f"{missing}: {self._opens()}", Role.DIM)

    def note(self, note: Note) -> None:
        """A box: other colour, other border, and the word."""
        corner, edge, end, side, low, low_end = tuple(self._look.icons.box)
        head = _("NOTE by {name}, {time}, only we see it").format(
            name=self._name(note.author), time=self._look.told(note.at, self._now)
        )
        label = corner + cut(f"{edge} {head} ", self._width - 3, self._look.icons.more)
        inner = self._width - 4
        self._edge(label, edge, end)
        for words in wrap(body(_written(note)[:LONGEST_TEXT]).strip("\n"), inner):
            row = (set_cell_size(words, inner), Role.NOTE)
            self.lines.append(
                said((f"{side} ", Role.NOTE_EDGE), row, (f" {side}", Role.NOTE_EDGE), ground=Role.NOTE)
            )
        self._edge(low, edge, low_end)
        self._gap()

    def _edge(self, label: str, edge: str, end: str) -> None:
        text = label + edge * (self._width - 1 - cell_len(label)) + end
        self.lines.append(said((text, Role.NOTE_EDGE), ground=Role.NOTE))

    def activity(self, activity: Activity) -> None:
        time = self._look.told(activity.at, self._now)
        told = line(when.spoken(happened(activity.kind, activity.text), self._look.zone))
        if activity.author:
            told = _("{who} {did}").format(who=self._name(activity.author), did=told)
        text = f"{self._look.icons.dot} {told}"
        if self._indent > len(time):
            first, *more = self._wrapped(text)
            self.lines.append(said((f"{time:<{self._indent}}{first}", Role.DIM)))
        else:
            first, *more = self._wrapped(f"{time} {text}")
            self.lines.append(said((first, Role.DIM)))
        for words in more:
            self._put(words, Role.DIM)
        self._gap()

    def _name(self, name: str) -> str:
        return _("you") if name == self._look.agent else line(name)

    def _wrapped(self, text: str) -> list[str]:
        return wrap(text, self._width - self._indent)

    def _say(self, text: str, role: Role) -> None:
        for words in self._wrapped(text):
            self._put(words, role)

    def _put(self, words: str, role: Role) -> None:
        self.lines.append(said(" " * self._indent, (words, role)))


def author(message: Message, look: Look) -> str:
    """Who of us said it."""
    name = line(message.author_name)
    return _("you") if name in ("", look.agent) else name


def _text(message: Message) -> str:
    """What was said; where nobody could read it, what we say of that."""
    return retold(message.text) if message.unreadable else message.text


def _written(note: Note) -> str:
    """A note's words; of a call, the line that says who called is ours."""
    if note.call is None:
        return note.text
    head, cut_off, rest = note.text.partition("\n")
    return f"{retold(head)}{cut_off}{rest}"


def _after_gap(state: Span | None) -> tuple[Span, ...]:
    return (("  ", Role.TEXT), state) if state else ()
