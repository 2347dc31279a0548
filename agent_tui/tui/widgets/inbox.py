"""The list of customers: two lines each, or one, most urgent first, of any length.

Shows what it is given and asks for what it lacks (`Wanted`). The selected customer stays selected and stays where it
is on the screen, whatever comes and goes around it.
"""

from collections.abc import Iterator, Sequence

from textual import events
from textual.message import Message

from agent_tui.core.clock import Clock
from agent_tui.core.language import _
from agent_tui.services.inbox import Queued
from agent_tui.tui import rows
from agent_tui.tui.jump import Target
from agent_tui.tui.lines import Line, Look, Role, fit, said
from agent_tui.tui.roll import Roll
from agent_tui.tui.widgets.lines import LineView, entitle
from agent_tui.tui.wrap import wrap

NEAR = 10  # rows beyond what is seen that must be known; else so many are asked for at once:
AHEAD = 50
WHILE = 10  # seconds a row's times are good for
REMEMBERED = 500  # rows laid out


class InboxList(LineView):
    """Customers, a cursor on one of them."""

    ALLOW_SELECT = False

    class Moved(Message):
        """The agent put the cursor on a customer."""

        def __init__(self, customer_id: str) -> None:
            super().__init__()
            self.customer_id = customer_id

    class Opened(Moved):
        """She wants to read and answer this one."""

    class Marked(Moved):
        """Ctrl and a click: this one too."""

    class Titled(Message):
        """A click on what the list is called."""

    def __init__(self, look: Look, clock: Clock) -> None:
        super().__init__("inbox")
        self.marked: dict[str, str] = {}  # ids and names, in the order they were marked
        self.roll = Roll()
        self.empty: tuple[str, ...] = ()
        self._look = look
        self._clock = clock
        self._above = 0
        # By a row's identity; the row is kept along, so that no other can have it.
        self._laid: dict[tuple[int, int, bool, bool, int], tuple[Queued | None, tuple[Line, ...]]] = {}

    @property
    def tall(self) -> int:
        """Lines of a row."""
        return rows.height(self._look)

    def relay(self) -> None:
        """Rows are to look otherwise: lay them out again, around the cursor."""
        self._laid.clear()
        self.grow(max(len(self.roll) * self.tall, 1))
        self.go(max(0, self.roll.cursor * self.tall - self.height // 2))
        self.refresh()
        self.post_message(self.Looked())

    # What it is given

    def missing(self) -> tuple[int, int] | None:
        """The rows (from, count) to load so that what is seen is known and fresh."""
        first, seen = self.top // self.tall, self.height // self.tall + 1
        if self.roll.missing(first - NEAR, first + seen + NEAR) is None:
            return None
        return self.roll.missing(first - AHEAD, first + seen + AHEAD)

    def take(self, offset: int, queued: Sequence[Queued], total: int) -> None:
        """Show these rows; what the agent looks at stays where it is."""
        anchor = self._anchor()
        was = self.roll.position(anchor)
        self.roll.place(offset, queued, total)
        self.grow(max(len(self.roll) * self.tall, 1))
        now = self.roll.position(anchor)
        if was is not None and now is not None and was != now:
            self._shift(now - was)
        self.refresh()

    def _anchor(self) -> str | None:
        first = self.top // self.tall
        if first <= self.roll.cursor < first + max(1, self.height // self.tall):
            return self.roll.selected
        row = self.roll.row(first)
        return row.row.customer_id if row else None

    def _shift(self, count: int) -> None:
        self._above = max(0, self._above + count)
        self.go(self.top + count * self.tall)
        self._count_above()

    def _count_above(self) -> None:
        self._above = min(self._above, self.top // self.tall)
        arrow = self._look.icons.down.replace("↓", "↑").replace("v", "^")
        entitle(
            self,
            subtitle=_("{n} more").format(n=self._above) + f" {arrow}" if self._above else "",
        )

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows above that were scrolled to have been seen."""
        super().watch_scroll_y(old_value, new_value)
        if self._above:
            self._count_above()

    def clear(self) -> None:
        """Another list comes; marks that are not seen would be forgotten."""
        self.marked.clear()
        self.roll.clear()
        self._above = 0
        self.go(0)
        self.refresh()

    # Moving about

    @property
    def selected(self) -> Queued | None:
        """The row under the cursor, as far as it is known."""
        return self.roll.row(self.roll.cursor)

    def move_to(self, position: int) -> None:
        """Put the cursor on a row and show it."""
        old = self.roll.cursor
        guest = self.roll.guest
        if not self.roll.move(position):
            return
        if guest != self.roll.guest:
            self.grow(max(len(self.roll) * self.tall, 1))
            self.refresh()
        for row in (old, self.roll.cursor):
            self.refresh_lines(row * self.tall, self.tall)
        self.show_cursor()
        if self.roll.selected is not None:
            self.post_message(self.Moved(self.roll.selected))

    def move(self, by: int) -> None:
        """Put the cursor some rows further."""
        self.move_to(self.roll.cursor + by)

    def page(self, direction: int, part: int = 1) -> None:
        """One page up (-1) or down (1), or a part of one."""
        self.move(direction * max(1, (self.height // self.tall - 1) // part))

    def show_cursor(self) -> None:
        """Scroll to where the cursor is, a third of a page further at a time: she sees who comes, and less is painted."""
        first, further = self.roll.cursor * self.tall, self.height // 3
        if first < self.top:
            self.go(max(0, first - further) // self.tall * self.tall)
        elif first + self.tall > self.top + self.height:
            self.go(-(-(first + self.tall + further - self.height) // self.tall) * self.tall)

    def select(self, customer_id: str) -> bool:
        """Put the cursor on a customer whose row is known."""
        position = self.roll.position(customer_id)
        if position is not None:
            self.move_to(position)
        return position is not None

    def targets(self) -> Iterator[Target]:
        """The customers in sight, and what the list is called."""
        yield Target(key="run view", end=self.region.x + 2, y=self.region.y)
        for position in range(self.top // self.tall, (self.top + self.height) // self.tall + 1):
            row = self.roll.row(position) if position < len(self.roll) else None
            if row is not None:
                yield from self.target(f"who {row.row.customer_id}", max(position * self.tall, self.top))

    # Drawing

    def line_at(self, y: int) -> Line:
        """A row's first or second line, after the mark of the cursor."""
        if self.roll.loaded and not len(self.roll):
            return self._nothing(y)
        position, part = divmod(y, self.tall)
        if position >= len(self.roll):
            return Line()
        here = position == self.roll.cursor
        sign = (self._look.icons.cursor if self.has_focus else self._look.icons.there) if here else " "
        row = self.roll.row(position)
        return said(
            (sign, Role.MARK), *self._lines(row, guest=here and self.roll.guest is not None)[part].spans
        )

    def _lines(self, row: Queued | None, *, guest: bool) -> tuple[Line, ...]:
        """A row's lines, laid out once while they say the same."""
        width, now = max(self.width - 2, 4), self._clock.now()
        marked = row is not None and row.row.customer_id in self.marked
        key = (id(row), width, guest, marked, int(now.timestamp()) // WHILE)
        if key not in self._laid:
            if len(self._laid) > REMEMBERED:
                self._laid.clear()
            self._laid[key] = (row, rows.lines(row, width, now, self._look, guest=guest, marked=marked))
        return self._laid[key][1]

    def ground_at(self, y: int) -> str:
        """The row under the cursor has a ground of its own."""
        if not len(self.roll) or y // self.tall != self.roll.cursor:
            return ""
        return "here" if self.has_focus else "there"

    def _nothing(self, y: int) -> Line:
        words: list[str] = []
        for sentence in self.empty:
            words += ["", *wrap(self._look.keys.fill(sentence, "inbox"), max(self.width - 4, 4))]
        role = Role.STRONG if y == 1 else Role.DIM
        return said("  ", *fit([(words[y], role)], self.width - 2)) if y < len(words) else Line()

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self.grow(max(len(self.roll) * self.tall, 1))
        self.show_cursor()
        self.post_message(self.Looked())

    def mark(self, customer_id: str, name: str) -> None:
        """Mark a customer, or take the mark off."""
        if self.marked.pop(customer_id, None) is None:
            self.marked[customer_id] = name
        self.refresh()

    def unmark(self) -> None:
        """Nobody is marked."""
        self.marked.clear()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click on a customer opens it; with Ctrl it marks; one on the title chooses a list."""
        if event.y == 0:
            self.post_message(self.Titled())
            return
        position = (self.top + event.get_content_offset_capture(self).y) // self.tall
        if 0 <= position < len(self.roll):
            if event.ctrl and (row := self.roll.row(position)) is not None:
                self.mark(row.row.customer_id, row.row.name)
                self.post_message(self.Marked(row.row.customer_id))
                return
            self.move_to(position)
            if self.roll.selected is not None:
                self.post_message(self.Opened(self.roll.selected))
