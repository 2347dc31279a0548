"""Choosing one of several: a channel, a command, yes or no. Typing narrows the list down."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from agent_tui.core.language import _
from agent_tui.tui.lines import Look
from agent_tui.tui.widgets.choices import MOVES, Choice, ChoiceList, fit_box
from agent_tui.tui.widgets.plain_input import PlainInput

__all__ = ["Choice", "Picking"]

_MOVES = {**MOVES, "ctrl+n": 1, "ctrl+p": -1}
_LETTERS = {"j": 1, "k": -1}


class Picking(ModalScreen[str | None]):
    """Gives the key of the choice, or None."""

    def __init__(self, title: str, choices: Sequence[Choice], look: Look, *, typed: bool = True) -> None:
        """`typed`: with a line to type in; else letters move as they do elsewhere."""
        super().__init__()
        self._title: Content = Content(title)
        self._all = tuple(choices)
        self._typed = typed
        self.list = ChoiceList(look, choices)

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(id="box") as box:
            box.border_title = self._title
            box.border_subtitle = Content(_("Enter takes it, Esc goes back"))
            if self._typed:
                yield PlainInput(placeholder=_("type to find"), id="typed")
            yield self.list

    def renew(self, choices: Sequence[Choice]) -> None:
        """More is known of the same choices."""
        self._all = tuple(choices)
        if self.list.is_mounted:
            self._narrow(self.query_one("#typed", Input).value if self._typed else "")

    def on_mount(self) -> None:
        """Show what was known by now."""
        self.list.put(self._all)

    def on_resize(self) -> None:
        """As low as its choices."""
        fit_box(self.query_one("#box"), self._all, around=4 if self._typed else 2)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow down: every word must occur."""
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        found = [c for c in self._all if all(word in _haystack(c) for word in words)]
        found.sort(key=lambda c: not c.label.casefold().startswith(text.casefold()))
        self.list.put(found, empty=_("Nothing is called that."))

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.list.choose()

    def on_key(self, event: events.Key) -> None:
        """Move, take, leave."""
        moves = _MOVES if self._typed else _MOVES | _LETTERS
        if event.key in moves:
            self.list.move(moves[event.key])
        elif event.key == "enter":
            self.list.choose()
        elif event.key == "escape" or (event.key == "q" and not self._typed):
            _unused = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """This one."""
        _unused = self.dismiss(event.choice.key)


def _haystack(choice: Choice) -> str:
    return f"{choice.label} {choice.detail}".casefold()
