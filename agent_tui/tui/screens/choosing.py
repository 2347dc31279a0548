"""Choosing a file by its path: the list shows what the typed text can become, Tab completes it."""

from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from agent_tui.core.language import _
from agent_tui.core.text import size
from agent_tui.tui import paths
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.choices import MOVES, Choice, ChoiceList


class FileChoosing(ModalScreen[Path | str | None]):
    """Gives the path of a file; or the key of one of `also`, which stand first; or None."""

    def __init__(self, title: str, begun: str, also: Sequence[Choice], look: Look) -> None:
        super().__init__()
        self._title: Content = Content(title)
        self._also = tuple(also)
        self._input = Input(begun, id="typed", select_on_focus=False)
        self.list = ChoiceList(look)

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(id="box") as box:
            box.border_title = self._title
            box.border_subtitle = Content(_("Tab completes, Enter takes it, Esc goes back"))
            yield self._input
            yield self.list

    def on_mount(self) -> None:
        """What is in the folder."""
        self._input.cursor_position = len(self._input.value)
        self._offer()

    def on_resize(self) -> None:
        """As much as there is room for: folders are of all sizes."""
        self.query_one("#box").styles.height = self.size.height * 2 // 3

    def on_input_changed(self) -> None:
        """Another text."""
        self._offer()

    def _offer(self) -> None:
        typed = self._input.value
        found = [
            Choice(
                key=offer.text,
                label=line(offer.name),
                right=(_("folder") if offer.size is None else size(offer.size), Role.DIM),
            )
            for offer in paths.offers(typed)
        ]
        also = self._also if typed == "" or typed.endswith("/") else ()
        self.list.put([*also, *found], empty=_("No file is called that."))
        if self.list.choice in also and found:  # taking one off is above, never under the cursor by itself
            self.list.move(len(also))

    def on_key(self, event: events.Key) -> None:
        """Move, complete, leave."""
        if event.key in MOVES:
            self.list.move(MOVES[event.key])
        elif event.key == "tab":
            self._complete()
        elif event.key == "escape":
            _unused = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def _complete(self) -> None:
        choice = self.list.choice
        if choice is not None and choice not in self._also:
            self._type(choice.key)

    def _type(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)

    def on_input_submitted(self) -> None:
        """The file that is typed in full, or the one under the cursor."""
        path = paths.expand(self._input.value)
        if self._input.value.strip() and paths.is_file(path):
            _unused = self.dismiss(path)
        elif self.list.choice is None:
            self.query_one("#box").border_subtitle = Content(
                _("There is no file {path}.").format(path=line(str(path)))
            )
        else:
            self.list.choose()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """A folder is opened, a file is taken."""
        if event.choice in self._also:
            _unused = self.dismiss(event.choice.key)
        elif event.choice.key.endswith("/"):
            self._type(event.choice.key)
        else:
            _unused = self.dismiss(paths.expand(event.choice.key))
