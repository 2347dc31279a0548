"""Search over all that was ever said: results while typing, Enter opens the customer where it was said."""

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.query import Term
from agent_tui.core.store import Hit
from agent_tui.services.desk import Desk
from agent_tui.tui import when
from agent_tui.tui.lines import Look, Role, Span
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.choices import MOVES, Choice, ChoiceList

SOON = 0.08  # seconds after a key, so that fast typing asks once
MOST = 50
HINT = (
    'Words that must all occur, "a phrase", begin*, -not. '
    "Also from:ana  on:email  is:open  tag:vip  after:7d  has:attachment"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Where to go: a customer, and a moment of the timeline when it was something said."""

    hit: Hit
    sought: tuple[Term, ...] = ()  # the words, to be marked there


class Searching(ModalScreen[Found | None]):
    """Gives the hit that was chosen, or None."""

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._hits: tuple[Hit, ...] = ()
        self._soon: Timer | None = None
        self._asking = False
        self._enter = False  # it was pressed before the results came
        self.input = Input(placeholder="search all that was ever said", id="typed")
        self.list = ChoiceList(look, empty=HINT)

    def compose(self) -> ComposeResult:
        """A line to type in, and what was found."""
        with Vertical(id="box", classes="-tall") as box:
            box.border_title = "Search"
            box.border_subtitle = "Enter opens it, Esc goes back"
            yield self.input
            yield self.list

    def on_input_changed(self) -> None:
        """Ask, a moment after the last key."""
        self._enter = False
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(SOON, self._ask)

    def _ask(self) -> None:
        self._soon = None
        self._asking = True
        self.run_worker(self._search(self.input.value), group="search", exclusive=True, exit_on_error=False)

    async def _search(self, text: str) -> None:
        if not text.strip():
            self._put((), HINT)
            return
        try:
            hits = await self._desk.contacts.search(text, limit=MOST)
        except AgentTuiError as error:
            self._put((), f"{error.problem}: {error.remedy}" if error.remedy else error.problem)
            return
        self._put(hits, f"Nothing found for {text}.")

    def _put(self, hits: tuple[Hit, ...], empty: str) -> None:
        self._hits = hits
        self.list.sought = self._desk.contacts.sought(self.input.value)
        self._asking = False
        self.list.put([self._choice(index, hit) for index, hit in enumerate(hits)], empty=line(empty))
        box = self.query_one("#box")
        box.border_title = (
            Content(f"Search: {len(hits)}{' or more' if len(hits) == MOST else ''} found")
            if hits
            else "Search"
        )
        if self._enter:
            self._enter = False
            self.list.choose()

    def _choice(self, index: int, hit: Hit) -> Choice:
        now = self._desk.clock.now()
        told: Span = (when.moment(hit.at, now, self._look.zone), Role.DIM)
        return Choice(
            key=str(index),
            label=line(hit.name),
            detail=line(hit.snippet),
            right=told,
            sign=(f"{self._sign(hit)} ", Role.NOTE if hit.type == "note" else Role.THEM),
        )

    def _sign(self, hit: Hit) -> str:
        if hit.type == "note":
            return self._look.icons.note
        return self._look.icons.medium[hit.medium] if hit.medium else self._look.icons.dot

    def on_input_submitted(self) -> None:
        """Enter: the hit under the cursor, also when it is still being looked for."""
        if self._soon is not None:
            self._soon.stop()
            self._ask()
        if self._asking:
            self._enter = True
        else:
            self.list.choose()

    def on_key(self, event: events.Key) -> None:
        """Move, leave."""
        if event.key in MOVES:
            self.list.move(MOVES[event.key])
        elif event.key == "escape":
            _ = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """This one."""
        _ = self.dismiss(Found(self._hits[int(event.choice.key)], self.list.sought))
