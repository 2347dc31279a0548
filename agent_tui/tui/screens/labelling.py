"""Typing tags: what is known is offered while she types; Tab completes, a minus takes off, a comma comes between."""

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from agent_tui.core.language import _
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.choices import Choice, ChoiceList, fit_box
from agent_tui.tui.widgets.plain_input import PlainInput


def parse(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags to put on and those to take off: ``vip, late payer, -new``."""
    words = [" ".join(word.split()) for word in text.split(",")]
    on = [word.lstrip("+#").strip() for word in words if word and not word.startswith("-")]
    off = [word[1:].lstrip("#").strip() for word in words if word.startswith("-")]
    return tuple(word for word in on if word), tuple(word for word in off if word)


class Labelling(ModalScreen[str | None]):
    """Gives what was typed, or None."""

    def __init__(self, title: str, known: Mapping[str, int], has: Sequence[str], look: Look) -> None:
        super().__init__()
        self._title: Content = Content(title)
        self._known, self._has = known, frozenset(has)
        self.list = ChoiceList(look, self._choices(""))
        self.input = PlainInput(placeholder=_("a tag, or -tag to take it off"), id="typed")

    def _choices(self, begun: str) -> list[Choice]:
        """The tags that go on as the last word does; those of this customer first."""
        sign, word = ("-", begun[1:]) if begun.startswith("-") else ("", begun.lstrip("+#"))
        names = sorted({*self._known, *self._has}, key=lambda tag: (tag not in self._has, tag.casefold()))
        found = [tag for tag in names if word.strip().casefold() in tag.casefold()]
        return [
            Choice(
                key=f"{sign}{tag}",
                label=f"#{line(tag)}",
                right=(_("on"), Role.GOOD) if tag in self._has else (str(self._known.get(tag, 0)), Role.DIM),
            )
            for tag in found
        ] or _new(sign, word.strip())

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(id="box") as box:
            box.border_title = self._title
            box.border_subtitle = Content(_("Enter takes it, Tab completes, Esc goes back"))
            yield self.input
            yield self.list

    def on_resize(self) -> None:
        """As low as its choices."""
        fit_box(self.query_one("#box"), self._choices(""), around=4)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what goes on so."""
        self.list.put(self._choices(_last(event.value)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """These."""
        _unused = self.dismiss(event.value if any(parse(event.value)) else None)

    def on_key(self, event: events.Key) -> None:
        """Move, complete, leave."""
        if event.key == "escape":
            _unused = self.dismiss(None)
        elif event.key in ("down", "up"):
            self.list.move(1 if event.key == "down" else -1)
        elif event.key == "tab":
            self._complete()
        else:
            return
        event.stop()
        event.prevent_default()

    def _complete(self) -> None:
        """Take the row under the cursor into the line; what stands there already is whole."""
        last = _last(self.input.value)
        if [choice.key for choice in self._choices(last)] != [last]:
            self.list.choose()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """The last word becomes this one; what it is already was clicked to be taken."""
        if _last(self.input.value) == event.choice.key:
            _unused = self.dismiss(self.input.value)
            return
        before, comma, _sep = self.input.value.rpartition(",")
        self.input.value = f"{before}{comma} {event.choice.key}" if comma else event.choice.key
        self.input.cursor_position = len(self.input.value)
        self.input.focus()


def _last(typed: str) -> str:
    """The tag she is at: what stands behind the last comma."""
    return typed.rpartition(",")[2].strip()


def _new(sign: str, word: str) -> list[Choice]:
    """A tag nobody has yet."""
    if not word or sign:
        return []
    return [Choice(key=word, label=f"#{line(word)}", right=("new", Role.ACCENT))]
