"""Choosing saved words: typing finds them, the words under the cursor are shown as they would be inserted."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import _
from agent_tui.services import blanks
from agent_tui.services.saved_words import Saved
from agent_tui.services.word_shelf import Shelf
from agent_tui.tui import when
from agent_tui.tui.fuzzy import NONE, rank
from agent_tui.tui.gate import is_letter
from agent_tui.tui.lines import Look, Role, Span
from agent_tui.tui.safe import body, line
from agent_tui.tui.widgets.choices import MOVES, Choice, ChoiceList
from agent_tui.tui.widgets.plain_input import PlainInput

REVIEWED, EDIT = "alt+r", "ctrl+o"
BROKEN = "broken:"  # a file's name comes after this; else it is that of saved words
LOOKED_AT = 600  # characters of the words in which what is typed may stand
_MOVES = {**MOVES, "ctrl+n": 1, "ctrl+p": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the words are wanted for: the day, the channel, and what is known of their blanks."""

    today: date
    channel: str
    values: Mapping[str, str]


class Typed(PlainInput):
    """A line in which keys with Alt type nothing, though terminals send their letters too."""

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not is_letter(event):
            event.prevent_default()


class ChoosingWords(ModalScreen[Saved | str | None]):
    """Gives the saved words that were chosen, the name of a file to be edited, or None."""

    def __init__(
        self,
        shelf: Shelf,
        wanted: Wanted,
        look: Look,
        reviewed: Callable[[str], Awaitable[Shelf]],
        *,
        at: str = "",
    ) -> None:
        """`reviewed`: these words are right as they stand; gives what the shelf holds then. `at`: begin at this file."""
        super().__init__()
        self._at = at
        self._shelf, self._wanted, self._look, self._reviewed = shelf, wanted, look, reviewed
        self._input = Typed(placeholder=_("type to find"), id="typed")
        self.list = ChoiceList(look)
        self._shown = Static("", id="preview", markup=False)

    def compose(self) -> ComposeResult:
        """A line to type in, what there is, and what the chosen words say."""
        with Vertical(id="box", classes="-words") as box:
            box.border_title = Content(_("Saved words"))
            box.border_subtitle = Content(_("Enter inserts, Alt+R: reviewed, Ctrl+O edits, Esc"))
            yield self._input
            yield self.list
            with VerticalScroll(id="previewed", can_focus=False):
                yield self._shown

    def on_mount(self) -> None:
        """All of them."""
        self._find("")
        keys = [choice.key.removeprefix(BROKEN) for choice in self.list.choices]
        self.list.move(keys.index(self._at) if self._at in keys else 0)
        self._preview()

    def on_resize(self) -> None:
        """As many lines for the titles as there are, and more for the words than for them."""
        count = len(self._shelf.saved) + len(self._shelf.broken)
        room = self.query_one("#box").size.height
        self.list.styles.height = max(1, min(count, room // 2 - 2))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find by the title, then by tags and words."""
        self._find(event.value)

    def _find(self, typed: str) -> None:
        found = sorted(self._fits(typed), key=lambda one: one[0])
        self.list.put([choice for _fit, choice in found], empty=_("No saved words are called that."))
        self._preview()

    def _fits(self, typed: str) -> Iterator[tuple[tuple[bool, int, int], Choice]]:
        """What fits, and how well: words meant for another channel come later, broken files last."""
        for number, one in enumerate(self._shelf.saved):
            fit = rank(typed, one.title, f"{' '.join(one.tags)} {one.name} {one.text[:LOOKED_AT]}")
            if fit < NONE:
                yield (not one.fits(self._wanted.channel), fit, number), self._choice(one)
        for number, broken in enumerate(self._shelf.broken):
            if rank(typed, broken.name) < NONE:
                told: Span = (_("cannot be read"), Role.WARN)
                key = f"{BROKEN}{broken.name}"
                yield (True, NONE, number), Choice(key=key, label=line(broken.name), right=told, faint=True)

    def _choice(self, one: Saved) -> Choice:
        return Choice(key=one.name, label=line(one.title), right=self._right(one))

    def _right(self, one: Saved) -> Span:
        if one.review is not None and one.is_due(self._wanted.today):
            day = when.on_day(one.review, self._wanted.today)
            return _("to be reviewed since {day}").format(day=day), Role.WARN
        if not one.fits(self._wanted.channel):
            return _("for {channels}").format(channels=line(", ".join(one.channels))), Role.DIM
        return " ".join(f"#{line(tag)}" for tag in one.tags), Role.DIM

    @property
    def _chosen(self) -> Saved | None:
        choice = self.list.choice
        return next((s for s in self._shelf.saved if choice is not None and s.name == choice.key), None)

    def _preview(self) -> None:
        """The words as they would be inserted; or why a file gives none."""
        saved, choice = self._chosen, self.list.choice
        self.query_one("#previewed", VerticalScroll).scroll_home(animate=False)
        if saved is not None:
            self._shown.update(_marked(body(blanks.filled(saved.text, self._wanted.values))))
        elif choice is not None:
            name = choice.key.removeprefix(BROKEN)
            told = next(one for one in self._shelf.broken if one.name == name)
            self._shown.update(Content(f"{line(told.problem)}\n{line(told.remedy)}"))
        else:
            self._shown.update("")

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.list.choose()

    def on_key(self, event: events.Key) -> None:
        """Move, mark as reviewed, edit, leave."""
        if event.key in _MOVES:
            self.list.move(_MOVES[event.key])
            self._preview()
        elif event.key == REVIEWED:
            self._review()
        elif event.key == EDIT and (choice := self.list.choice) is not None:
            _leaving = self.dismiss(choice.key.removeprefix(BROKEN))
        elif event.key == "escape":
            _leaving = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def _review(self) -> None:
        saved = self._chosen
        if saved is not None:
            self.run_worker(self._renew(saved.name), group="reviewed", exclusive=True, exit_on_error=False)

    async def _renew(self, name: str) -> None:
        try:
            self._shelf = await self._reviewed(name)
        except AgentTuiError as error:
            self._shown.update(Content(f"{line(error.problem)}\n{line(error.remedy)}"))
            return
        self._find(self._input.value)
        saved = self._chosen
        if saved is not None and saved.review is not None:
            day = when.on_day(saved.review, self._wanted.today)
            box = self.query_one("#box")
            box.border_subtitle = Content(_("Reviewed: to be looked at again on {day}").format(day=day))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """These words; a broken file stays where it is, with what to do about it."""
        event.stop()
        saved = self._chosen
        if saved is not None:
            _leaving = self.dismiss(saved)
        else:
            self._preview()


def _marked(text: str) -> Content:
    """The words, with their open blanks marked."""
    spans = [(blank.start, blank.end) for blank in blanks.found(text)]
    shown = Content(text)
    for start, end in spans:
        shown = shown.stylize("bold $warning", start, end)
    return shown
