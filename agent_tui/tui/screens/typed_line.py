"""One line to be typed, or changed: Enter takes it, Escape leaves all as it was."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from agent_tui.core.language import _
from agent_tui.tui.widgets.plain_input import PlainInput

HEIGHT = 4


class TypedLine(ModalScreen[str | None]):
    """Gives what was typed, or None when that is nothing."""

    def __init__(self, title: str, text: str, *, hint: str = "", longest: int = 0) -> None:
        """`text` stands there already; `longest`: no more characters than that, 0 for any number."""
        super().__init__()
        self._title: Content = Content(title)
        self.input = PlainInput(text, placeholder=hint, max_length=longest, id="typed")

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(id="box") as box:
            box.border_title = self._title
            box.border_subtitle = Content(_("Enter takes it, Esc goes back"))
            box.styles.height = HEIGHT
            yield self.input

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """This."""
        _unused = self.dismiss(event.value.strip() or None)

    def on_key(self, event: events.Key) -> None:
        """Leave."""
        if event.key == "escape":
            event.stop()
            _unused = self.dismiss(None)
