"""The find line at the foot of the timeline: what is looked for in it, and which of how many hits she is at."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from agent_tui.core.language import _
from agent_tui.tui.bars import Zone
from agent_tui.tui.lines import Line, Look, Role, Span, cells, fit
from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.plain_input import PlainInput


class FindLine(Horizontal):
    """A line of text, and words at its right end. Its keys are the screen's affair."""

    class Typed(Message):
        """Other words are looked for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, look: Look) -> None:
        super().__init__(id="find")
        self._look = look
        self._told: Span = ("", Role.DIM)
        self.input = PlainInput(id="sought", placeholder=_("find in what was said here"))
        self._bar = Bar(self._row, name="found")

    def compose(self) -> ComposeResult:
        """The text, what was found."""
        yield self.input
        yield self._bar

    def on_mount(self) -> None:
        """As narrow as what it says."""
        self._fit()

    def tell(self, words: str, role: Role) -> None:
        """Say what was found, or what is wrong."""
        if (words, role) != self._told:
            self._told = words, role
            self._fit()
            self._bar.look_again()

    def on_resize(self, _event: events.Resize) -> None:
        """Another width."""
        self._fit()

    def _fit(self) -> None:
        """No more than two thirds of the line are for what is told."""
        wanted = cells(self._spans(10_000))
        self._bar.styles.width = min(wanted, max(self.size.width * 2 // 3, 3)) if self.size.width else wanted

    def _spans(self, width: int) -> tuple[Span, ...]:
        told = fit((self._told,), width - 3, self._look.icons.more)
        return (*told, (f" {self._look.icons.off} ", Role.MARK))

    def _row(self, width: int) -> tuple[Line, tuple[Zone, ...]]:
        spans = self._spans(width)
        end = cells(spans)
        return Line(spans), (Zone(end - 3, end, "find.close"),)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Told at once."""
        event.stop()
        self.post_message(self.Typed(event.value))
