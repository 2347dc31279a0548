"""A list to choose from: a label, something at its right end, and words below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from textual import events
from textual.message import Message
from textual.widget import Widget

from agent_tui.core.query import Term
from agent_tui.tui.lines import Line, Look, Role, Span, said, spread
from agent_tui.tui.marks import marked
from agent_tui.tui.widgets.lines import LineView
from agent_tui.tui.wrap import wrap

DEEP = 3  # lines of a detail
MOVES: Final[Mapping[str, int]] = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}  # keys, and how far


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose. Its texts are already safe to draw; `key` is what choosing it gives."""

    key: str
    label: str
    detail: str = ""
    right: Span = ("", Role.DIM)
    sign: Span = ("", Role.TEXT)
    faint: bool = False  # cannot be done now; choosing it tells why


def fit_box(box: Widget, choices: Sequence[Choice], around: int) -> None:
    """As low as its choices need, with so many lines around them; never more than most of the screen."""
    lines = sum(1 + (choice.detail.count("\n") + 1 if choice.detail else 0) for choice in choices)
    box.styles.height = min(max(lines, 1) + around, box.screen.size.height * 4 // 5)


class ChoiceList(LineView):
    """Choices, a cursor on one of them; it may be moved without having the focus."""

    ALLOW_SELECT = False
    can_focus = False

    class Chosen(Message):
        """This one."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, look: Look, choices: Sequence[Choice] = (), *, empty: str = "") -> None:
        super().__init__("choices")
        self._look = look
        self._choices = tuple(choices)
        self._empty = empty
        self._rows: list[tuple[int, Line]] = []
        self.sought: tuple[Term, ...] = ()  # marked where it stands
        self.cursor = 0

    def put(self, choices: Sequence[Choice], *, empty: str = "") -> None:
        """Other choices; the cursor stays on the same one if it is still there."""
        before = self.choice
        self._choices, self._empty = tuple(choices), empty
        keys = [choice.key for choice in self._choices]
        self.cursor = keys.index(before.key) if before and before.key in keys else 0
        self.lay()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All that can be chosen now."""
        return self._choices

    @property
    def choice(self) -> Choice | None:
        """The one under the cursor."""
        return self._choices[self.cursor] if self.cursor < len(self._choices) else None

    def __len__(self) -> int:
        return len(self._choices)

    def __bool__(self) -> bool:
        return True  # a widget is there, however many choices it has

    def lay(self) -> None:
        """Lay the rows out for the present width."""
        width = max(self.width - 3, 8)
        self._rows = []
        for index, choice in enumerate(self._choices):
            label = spread(
                [choice.sign, (choice.label, Role.DIM if choice.faint else Role.STRONG)],
                [choice.right],
                width,
                self._look.icons.more,
            )
            self._rows.append((index, label))
            for words in wrap(choice.detail, width - 2)[:DEEP] if choice.detail else ():
                self._rows.append((index, said("  ", (words, Role.DIM))))
        self.grow(max(len(self._rows), 1))
        self.refresh()

    def move(self, by: int) -> None:
        """The cursor some choices further."""
        self.cursor = min(max(0, self.cursor + by), max(0, len(self._choices) - 1))
        rows = [y for y, (index, _) in enumerate(self._rows) if index == self.cursor]
        if rows:
            self.show_lines(rows[0], rows[-1])
        self.refresh()

    def choose(self) -> None:
        """Take the one under the cursor."""
        if self.choice is not None:
            self.post_message(self.Chosen(self.choice))

    def line_at(self, y: int) -> Line:
        """A row, after the mark of the cursor."""
        if not self._choices:
            words = wrap(self._empty, max(self.width - 4, 4))
            return said("  ", (words[y], Role.DIM)) if y < len(words) else Line()
        if y >= len(self._rows):
            return Line()
        index, line = self._rows[y]
        return Line(
            (
                (self._look.icons.cursor if index == self.cursor else " ", Role.MARK),
                (" ", Role.TEXT),
                *marked(line, self.sought).spans,
            )
        )

    def ground_at(self, y: int) -> str:
        """The one under the cursor has a ground of its own."""
        return "here" if y < len(self._rows) and self._rows[y][0] == self.cursor else ""

    def on_resize(self, _event: events.Resize) -> None:
        """Another width."""
        self.lay()

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        y = self.top + event.get_content_offset_capture(self).y
        if 0 <= y < len(self._rows):
            self.cursor = self._rows[y][0]
            self.choose()
