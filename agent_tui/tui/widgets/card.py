"""The customer's card, beside the timeline: read, scrolled, no more."""

from textual import events
from textual.message import Message

from agent_tui.core.clock import Clock
from agent_tui.core.model import Card
from agent_tui.services.suggesting import Suggestion
from agent_tui.tui.cards import card_lines
from agent_tui.tui.lines import BLANK, Line, Look, Role, said
from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.lines import LineView


class CardView(LineView):
    """One customer's card."""

    class Told(Message):
        """A pinned fact was clicked."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, look: Look, clock: Clock) -> None:
        super().__init__("card")
        self._look = look
        self._clock = clock
        self._card: Card | None = None
        self._reasons: tuple[str, ...] = ()
        self._maybe: tuple[Suggestion, ...] = ()
        self._lines: tuple[Line, ...] = ()

    def show(self, card: Card | None, reasons: tuple[str, ...], maybe: tuple[Suggestion, ...] = ()) -> None:
        """Another customer, or the same one changed; `maybe`: who they may be besides."""
        self._card, self._reasons, self._maybe = card, reasons, maybe
        self.lay()

    def lay(self) -> None:
        """Lay it out again: what it says of time has changed, or its width."""
        card, width = self._card, max(self.width - 2, 10)
        now = self._clock.now()
        self._lines = card_lines(card, self._reasons, self._maybe, width, now, self._look) if card else ()
        self.grow(max(len(self._lines), 1))
        self.refresh()

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self.go(max(0, self.top + by))

    def page(self, direction: int) -> None:
        """Scroll by a page."""
        self.move(direction * max(1, self.height - 1))

    def line_at(self, y: int) -> Line:
        """A line of it."""
        return said((" ", Role.TEXT), *self._lines[y].spans) if y < len(self._lines) else BLANK

    def on_click(self, event: events.Click) -> None:
        """A click on a pinned fact: where was it told? On what can be done: do it."""
        y = self.top + event.get_content_offset_capture(self).y
        row = self._lines[y] if 0 <= y < len(self._lines) else BLANK
        if row.about:
            self.post_message(self.Told(row.about))
        elif row.command:
            self.post_message(Bar.Clicked(row.command))

    def on_resize(self, _event: events.Resize) -> None:
        """Another width."""
        self.lay()
