"""The composer: above it in words where this goes, below it the words. A note looks different in every way.

Nothing here sends: it shows a heading, holds a text, and tells when the agent paused. Enter and paste only ever type.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.css.scalar import Scalar
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static, TextArea
from textual.widgets.text_area import Selection as Range

from agent_tui.core.channel import Capabilities
from agent_tui.core.clock import Clock
from agent_tui.core.language import _
from agent_tui.core.segments import plain
from agent_tui.core.text import clean
from agent_tui.services.blanks import Blank, still_open
from agent_tui.services.signing import signed
from agent_tui.tui import when
from agent_tui.tui.able import able, carried, cheaper, counted, is_over, remaining
from agent_tui.tui.gate import is_letter
from agent_tui.tui.lines import Look
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.lines import plain_scrollbars

SHARE = 0.6  # of the lines between status and keys, as app.tcss has it
LOWEST, HIGHEST, LOW = 1, 16, 4  # lines of words: at least, at most, and at most in a terminal of few lines
PAUSE = 0.4  # seconds without a key after which a draft is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above the words. `closed`: why there can be none; `closes`: from when on."""

    title: str
    sentence: str
    subject: str = ""
    warnings: tuple[str, ...] = ()
    note: bool = False
    can: Capabilities | None = None
    closed: str = ""
    closes: datetime | None = None
    signature: str = ""
    files: tuple[tuple[str, int], ...] = ()  # names, and sizes in bytes
    hints: tuple[str, ...] = ()  # what is worth knowing of the words; nothing is held up by it


class Words(TextArea):
    """The text itself."""

    def __init__(self) -> None:
        super().__init__(id="words", soft_wrap=True, highlight_cursor_line=False, show_line_numbers=False)
        self.behind = False  # words she has not seen yet stand here: what she types is a line of its own
        self.blanks: tuple[str, ...] = ()  # keys of the blanks that must be filled or taken out

    def on_mount(self) -> None:
        """Draw as every terminal can."""
        plain_scrollbars(self)

    def get_line(self, line_index: int) -> Text:
        """A line of it, with its open blanks marked."""
        drawn = super().get_line(line_index)
        for blank in still_open(drawn.plain, self.blanks):
            drawn.stylize("bold underline", blank.start, blank.end)
        return drawn

    async def _on_key(self, event: events.Key) -> None:
        """A command's key is not text, nor one that was on its way here when the composer closed: the screen gets it."""
        letter = is_letter(event)
        if self.screen.focused is not self or (event.is_printable and not letter):
            event.prevent_default()
        elif letter:
            self._part()

    async def _on_paste(self, event: events.Paste) -> None:
        """A paste is text, whatever is in it: no control character, no sending."""
        event.prevent_default()
        self._part()
        await super()._on_paste(events.Paste(clean(event.text)))

    def _part(self) -> None:
        if self.behind:
            self.insert("\n")
        self.behind = False


class Head(Static):
    """What stands above the words."""

    def __init__(self, resized: Callable[[], object]) -> None:
        """`resized` is called when it takes more lines, or fewer."""
        super().__init__("", id="heading", markup=False)
        self._resized = resized

    def on_resize(self) -> None:
        """Another height, or width."""
        self._resized()


class Composer(Vertical):
    """Hidden until there is something to write."""

    class Paused(Message):
        """The agent stopped typing for a moment."""

    class Typed(Message):
        """The agent typed something (`on`), or the composer closed."""

        def __init__(self, *, on: bool) -> None:
            super().__init__()
            self.on = on

    def __init__(self, look: Look, clock: Clock) -> None:
        super().__init__(id="composer")
        self._look = look
        self._clock = clock
        self._heading: Heading | None = None
        self._head = Head(self._fit)
        self._pause: Timer | None = None
        self.words = Words()

    def compose(self) -> ComposeResult:
        """Where it goes, and the words."""
        yield self._head
        yield self.words

    @property
    def is_open(self) -> bool:
        """Is it on the screen?"""
        return self.display

    @property
    def text(self) -> str:
        """What was typed."""
        return self.words.text

    def open(self, heading: Heading, text: str = "") -> None:
        """Show it, empty or with words."""
        self.words.load_text(clean(text))
        self.words.move_cursor(self.words.document.end)
        self.head(heading)
        self.display = True

    def head(self, heading: Heading) -> None:
        """Say where this goes."""
        self._heading = heading
        self.set_class(heading.note, "-note")
        self.set_class(bool(heading.closed), "-closed")
        self.words.read_only = bool(heading.closed)
        self.border_title = Content(heading.title)
        self._head.update(self._headed(heading))
        self._count()

    def on_resize(self) -> None:
        """Another size."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """The words are as high as there is room for below the heading, so that the cursor stays in sight."""
        around = self.parent
        if not self.display or not isinstance(around, Widget) or not around.size.height:
            return
        share, most = (1.0, LOW) if self.screen.has_class("-low") else (SHARE, HIGHEST)
        others = sum(_least(other) for other in around.children if other.display and other is not self)
        whole = min(int(around.size.height * share), around.size.height - others)
        room = whole - self._head.outer_size.height - self.gutter.height
        height = min(most, max(LOWEST, room))
        if self.words.styles.max_height != Scalar.from_number(height):
            self.words.styles.max_height = height
            self.call_after_refresh(self.words.scroll_cursor_visible)

    def _headed(self, heading: Heading) -> Content:
        parts: list[tuple[str, str]] = [(line(heading.sentence), "bold")]
        if heading.subject:
            parts.append(("\n" + _("Subject: {subject}").format(subject=line(heading.subject)), "dim"))
        if heading.signature.strip():
            parts.append(
                (
                    "\n" + _("Signed: {text}").format(text=line(" / ".join(heading.signature.split("\n")))),
                    "dim",
                )
            )
        if heading.files and heading.can is not None:
            parts.append((f"\n{carried(heading.files, heading.can, self._look.icons)}", ""))
        warnings = [*heading.warnings, *self._limits(heading)]
        parts += [(f"\n{self._look.icons.warn} {line(w)}", "bold $warning") for w in warnings]
        parts += [(f"\n{self._look.icons.note} {line(hint)}", "$note") for hint in heading.hints]
        if heading.can is not None and not heading.closed:
            parts.append((f"\n{able(heading.can, self._look.icons)}", "dim"))
        return Content.assemble(*parts)

    def _limits(self, heading: Heading) -> list[str]:
        """That the channel is closed for them, or closes."""
        if heading.closed:
            return [_("Nothing can be written here: {closed}.").format(closed=heading.closed)]
        if heading.closes is None:
            return []
        return [_("Open for words for {time} more").format(time=remaining(heading.closes, self._clock.now()))]

    def tick(self) -> None:
        """Time has passed: what counts down is said again."""
        if self.display and self._heading is not None and self._heading.closes is not None:
            self._head.update(self._headed(self._heading))

    @property
    def cheaper(self) -> bool:
        """Would plain quotes and dashes make the text cheaper?"""
        can = self._heading.can if self._heading else None
        return self.display and can is not None and cheaper(self.text, can)

    def make_plain(self) -> None:
        """Typographic quotes and dashes as every phone has them; one step for the text's own undo."""
        words = self.words
        words.replace(plain(words.text), (0, 0), words.document.end)

    def say_instead(self, before: str, now: str) -> bool:
        """Words of one line of the text become others, where they stand; False when they stand nowhere."""
        at = self.words.text.find(before)
        if at < 0:
            return False
        row, column = _place(self.words.text, at)
        self.words.replace(now, (row, column), (row, column + len(before)))
        return True

    def empty(self) -> None:
        """No words; the text's own undo has them."""
        self.words.clear()

    def moment(self, at: datetime, now: datetime) -> str:
        """A moment as the agent reads it."""
        return when.moment(at, now, self._look.zone)

    def put_before(self, text: str) -> None:
        """Words that were there already, before those typed meanwhile."""
        if text:
            typed = self.words.text
            self.words.load_text(clean(f"{text}\n{typed}" if typed else text))
            self.words.move_cursor(self.words.document.end)
            self.words.behind = not typed
            self.call_after_refresh(self._seen)

    def _seen(self) -> None:
        self.words.behind = False

    def type(self, text: str) -> None:
        """Text as if typed; where nothing can be written, nothing is."""
        if not self.words.read_only:
            self.words.insert(text)

    def insert(self, text: str) -> None:
        """Words where the cursor is, instead of what is marked; the cursor goes to their first blank, else behind them."""
        words = self.words
        start, end = sorted(words.selection)
        at = _index(words.text, start)
        words.replace(clean(text), start, end, maintain_selection_offset=False)
        self.to_blank(at)

    def to_blank(self, at: int | None = None) -> bool:
        """Mark the next open blank, so that what is typed takes its place; after the last one comes the first.

        `at`: behind so many characters, else behind the cursor. False when none is open.
        """
        words = self.words
        left = still_open(words.text, words.blanks)
        if not left:
            return False
        if at is None:
            start, end = sorted(words.selection)
            at = _index(words.text, start) + (start != end)
        found = next((blank for blank in left if blank.start >= at), left[0])
        words.selection = Range(
            _place(words.text, found.start),
            _place(words.text, found.end),
        )
        return True

    @property
    def open_blanks(self) -> tuple[Blank, ...]:
        """Those that are neither filled nor taken out."""
        return still_open(self.words.text, self.words.blanks)

    def mark_blanks(self, keys: tuple[str, ...]) -> None:
        """These are the blanks of saved words."""
        if keys != self.words.blanks:
            self.words.blanks = keys
            self.words.refresh()

    def write(self, text: str) -> None:
        """These words instead of those that were there; undoing brings them back."""
        self.words.replace(clean(text), (0, 0), self.words.document.end)
        self.words.move_cursor(self.words.document.end)

    def close(self) -> None:
        """Hide it; the words are somebody else's now."""
        self._stop()
        self.post_message(self.Typed(on=False))
        self.display = False
        self.mark_blanks(())
        self.words.load_text("")

    def _count(self) -> None:
        can = self._heading.can if self._heading else None
        leaves = self._leaves(can)
        self.border_subtitle = Content(counted(leaves, can, self._look.icons) if can else "")
        self.set_class(can is not None and is_over(leaves, can), "-over")

    def _leaves(self, can: Capabilities | None) -> str:
        """What leaves: the words, and the signature below them."""
        signature = self._heading.signature if self._heading else ""
        return signed(self.words.text, signature, letter=can is not None and can.subject)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count, and wait for a pause."""
        event.stop()
        self._count()
        self._stop()
        if self.display:
            self.post_message(self.Typed(on=bool(self.words.text)))
            self._pause = self.set_timer(PAUSE, self._paused)

    def _paused(self) -> None:
        self.post_message(self.Paused())

    def _stop(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None


def _place(text: str, index: int) -> tuple[int, int]:
    """The row and column of a character."""
    return text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1


def _index(text: str, place: tuple[int, int]) -> int:
    """How many characters stand before a row and column."""
    row, column = place
    return sum(len(line_) + 1 for line_ in text.split("\n")[:row]) + column


def _least(other: Widget) -> int:
    """The lines that something beside the composer takes at least: what gives way to it, its borders."""
    height = other.styles.height
    gives_way = isinstance(height, Scalar) and height.is_fraction
    return other.gutter.height if gives_way else other.outer_size.height
