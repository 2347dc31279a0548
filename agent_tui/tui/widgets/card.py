"""The customer's card, beside the timeline: read, scrolled, and gone through from one thing that leads somewhere to the
next: a pinned fact, an earlier answer."""

from collections.abc import Iterator

from textual import events
from textual.message import Message

from agent_tui.core.clock import Clock
from agent_tui.core.model import Card
from agent_tui.services.earlier import Before
from agent_tui.services.promises import Outcomes
from agent_tui.services.suggesting import Suggestion
from agent_tui.tui.cards import NONE, card_lines
from agent_tui.tui.jump import Target
from agent_tui.tui.lines import BLANK, Line, Look, Role
from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.lines import LineView


class CardView(LineView):
    """One customer's card, a cursor on one of the things that lead somewhere, or on none."""

    class Told(Message):
        """A pinned fact was clicked."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Followed(Message):
        """An earlier answer was clicked when it was chosen already."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    def __init__(self, look: Look, clock: Clock) -> None:
        super().__init__("card")
        self._look = look
        self._clock = clock
        self._card: Card | None = None
        self._reasons: tuple[str, ...] = ()
        self._maybe: tuple[Suggestion, ...] = ()
        self._promised = NONE
        self._before: tuple[Before, ...] = ()
        self._lines: tuple[Line, ...] = ()
        self._cursor: tuple[str, str] | None = None  # what its line is about, and the entry

    def show(
        self,
        card: Card | None,
        reasons: tuple[str, ...],
        maybe: tuple[Suggestion, ...] = (),
        promised: Outcomes = NONE,
        before: tuple[Before, ...] = (),
    ) -> None:
        """Another customer, or the same one changed; `maybe`: who they may be besides; `promised`: what became of
        promises; `before`: how we answered what they ask."""
        self._card, self._reasons, self._maybe = card, reasons, maybe
        self._promised, self._before = promised, before
        self.lay()

    def lay(self) -> None:
        """Lay it out again: what it says of time has changed, or its width."""
        card, width = self._card, max(self.width - 2, 10)
        self._lines = self._laid(card, width) if card else ()
        if self._cursor not in map(_leads, self._lines):
            self._cursor = None
        self.grow(max(len(self._lines), 1))
        self.refresh()

    def _laid(self, card: Card, width: int) -> tuple[Line, ...]:
        return card_lines(
            card,
            self._reasons,
            self._maybe,
            width,
            self._clock.now(),
            self._look,
            promised=self._promised,
            before=self._before,
        )

    # Going through it

    @property
    def fact(self) -> str:
        """The pinned fact under the cursor; empty for none."""
        return self._cursor[0] if self._cursor else ""

    @property
    def entry_id(self) -> str:
        """The earlier answer under the cursor, by its entry; empty for none."""
        return self._cursor[1] if self._cursor else ""

    def move(self, by: int) -> None:
        """To the next thing that leads somewhere, if it is in sight or comes into sight; else scroll by a line."""
        following = self._next(1 if by > 0 else -1)
        if following is None:
            self.go(max(0, self.top + by))
            return
        first, last = self._span(following)
        if first < self.top - 1 or last > self.top + self.height:
            self.go(max(0, self.top + by))
            return
        self._cursor = following
        self.show_lines(first, last)
        self.refresh()

    def _next(self, by: int) -> tuple[str, str] | None:
        stops = [*dict.fromkeys(stop for row in self._lines if (stop := _leads(row)) is not None)]
        if self._cursor is not None:
            at = stops.index(self._cursor) + by
            return stops[at] if 0 <= at < len(stops) else None
        ahead = [stop for stop in stops if self._span(stop)[1] >= self.top]
        return next(iter(ahead), None) if by > 0 else None

    def _span(self, stop: tuple[str, str]) -> tuple[int, int]:
        rows = [y for y, row in enumerate(self._lines) if _leads(row) == stop]
        return rows[0], rows[-1]

    def choose(self, entry_id: str) -> None:
        """Put the cursor on an earlier answer."""
        self._cursor = next((_leads(row) for row in self._lines if row.entry == entry_id), self._cursor)
        self.refresh()

    def page(self, direction: int) -> None:
        """Scroll by a page."""
        self.go(max(0, self.top + direction * max(1, self.height - 1)))

    # Drawing

    def line_at(self, y: int) -> Line:
        """A line of it, after the mark of the cursor."""
        if y >= len(self._lines):
            return BLANK
        row = self._lines[y]
        here = self.has_focus and self._cursor is not None and _leads(row) == self._cursor
        sign = (self._look.icons.cursor, Role.MARK) if here else (" ", Role.TEXT)
        return Line((sign, *row.spans), row.ground)

    def targets(self) -> Iterator[Target]:
        """Pinned facts, earlier answers, and what can be done; of several lines about the same, the first."""
        before = BLANK
        for y, row in enumerate(self._lines):
            if row.about and row.about != before.about:
                yield from self.target(f"told {row.about}", y)
            elif row.entry and row.entry != before.entry:
                yield from self.target(f"answer {row.entry}", y)
            elif row.command and row.command != before.command:
                yield from self.target(f"run {row.command}", y)
            before = row

    def on_click(self, event: events.Click) -> None:
        """A click on a pinned fact: where was it told? On an earlier answer: that one; again: to where it stands. On
        what can be done: do it."""
        y = self.top + event.get_content_offset_capture(self).y
        row = self._lines[y] if 0 <= y < len(self._lines) else BLANK
        if row.about:
            self.post_message(self.Told(row.about))
        elif row.entry:
            again, self._cursor = self._cursor == _leads(row), _leads(row)
            self.refresh()
            if again:
                self.post_message(self.Followed(row.entry))
        elif row.command:
            self.post_message(Bar.Clicked(row.command))

    def on_resize(self, _event: events.Resize) -> None:
        """Another width."""
        self.lay()


def _leads(row: Line) -> tuple[str, str] | None:
    """What a line leads to."""
    return (row.about, row.entry) if row.about or row.entry else None
