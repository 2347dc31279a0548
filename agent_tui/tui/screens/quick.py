"""Choosing with one key: each choice has a letter, and the last one lets the agent type something else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import N_, _
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.widgets.choices import MOVES, Choice, ChoiceList, fit_box
from agent_tui.tui.widgets.plain_input import PlainInput

TYPED = "typed:"  # what was typed comes back after this
OTHER = "o"

_MOVES = {**MOVES, "j": 1, "k": -1}


class Quick(ModalScreen[str | None]):
    """Gives the key of the choice, or what was typed, or None."""

    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        choices: Mapping[str, Choice],
        look: Look,
        *,
        hint: str = N_("a letter takes it, Esc goes back"),
        also: Mapping[str, str] | None = None,
        check: Callable[[str], object] | None = None,
    ) -> None:
        """`choices` by letter; `also`: further letters and what they give; `check` raises when words make no sense.

        Without `check` nothing else can be typed.
        """
        super().__init__()
        self._title, self._hint = Content(title), Content(_(hint))
        self._check = check
        self._gives = {letter: choice.key for letter, choice in choices.items()} | dict(also or {})
        shown = [
            replace(choice, sign=(f"{letter}  ", Role.MARK)) for letter, choice in choices.items() if letter
        ]
        if check is not None:
            shown.append(Choice(key=TYPED, label=_("other: type it"), sign=(f"{OTHER}  ", Role.MARK)))
        self._shown: Sequence[Choice] = shown
        self.list = ChoiceList(look, shown)
        self._input = PlainInput(id="typed")

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        self._input.display = False
        with Vertical(id="box") as box:
            box.border_title, box.border_subtitle = self._title, self._hint
            yield self._input
            yield self.list

    def on_resize(self) -> None:
        """As low as its choices."""
        fit_box(self.query_one("#box"), self._shown, around=4 if self._input.display else 2)

    def on_key(self, event: events.Key) -> None:
        """Take, move, leave, or begin to type."""
        if event.key == "escape":
            _unused = self.dismiss(None)
        elif self._input.display:
            return
        elif event.character in self._gives:
            _unused = self.dismiss(self._gives[event.character or ""])
        elif event.character == OTHER and self._check is not None:
            self._type()
        elif event.key in _MOVES:
            self.list.move(_MOVES[event.key])
        elif event.key == "enter":
            self.list.choose()
        elif event.key == "q":
            _unused = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def _type(self) -> None:
        self._input.display = True
        self._input.focus()
        self.on_resize()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed, when it makes sense; else say why not."""
        try:
            if self._check is not None:
                self._check(event.value)
        except AgentTuiError as error:
            self.query_one("#box").border_subtitle = Content(f"{error.problem}: {error.remedy}")
        else:
            _unused = self.dismiss(f"{TYPED}{event.value}")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """This one, by Enter or a click."""
        if event.choice.key == TYPED:
            self._type()
        else:
            _unused = self.dismiss(event.choice.key)
