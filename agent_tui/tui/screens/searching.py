"""Search over all that was ever said: results while typing, Enter opens the customer where it was said."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import N_, _, many
from agent_tui.core.query import Term
from agent_tui.core.store import Found as Person
from agent_tui.core.store import Hit, Labels
from agent_tui.services.desk import Desk
from agent_tui.tui import when
from agent_tui.tui.lines import Look, Role, Span
from agent_tui.tui.safe import line
from agent_tui.tui.screens.filtering import PATIENCE, Hold, SearchLine
from agent_tui.tui.widgets.choices import MOVES, Choice, ChoiceList

SOON = 0.08  # seconds after a key, so that fast typing asks once
MOST = 50
HINT = N_(
    'Words that must all occur, "a phrase", begin*, -not. '
    "Tab offers filters: from:ana  on:email  is:open  tag:vip  after:7d  has:attachment"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Where to go: a customer, and a moment of the timeline when it was something said."""

    hit: Hit
    sought: tuple[Term, ...] = ()  # the words, to be marked there
    text: str = ""  # as they were typed


class Searching(ModalScreen[Found | None]):
    """Gives the hit that was chosen, or None."""

    def __init__(
        self,
        desk: Desk,
        look: Look,
        hold: Hold,
        *,
        labels: Callable[[], Labels],
        near: Sequence[Person] = (),
        text: str = "",
    ) -> None:
        """`near`: who is offered as a sender first; `hold`: makes the keys wait for some work; `text`: looked for at once."""
        super().__init__()
        self._desk, self._look, self._hold = desk, look, hold
        self._hits: tuple[Hit, ...] = ()
        self._soon: Timer | None = None
        self._there = asyncio.Event()  # the hits are those for what stands there now
        self._there.set()
        self._enter = False  # it was pressed before the results came
        self.field = SearchLine(text, desk, labels, near, look, hold)
        self.input = self.field.input
        self.list = ChoiceList(look, empty=_(HINT))

    def compose(self) -> ComposeResult:
        """A line to type in, and what was found."""
        with Vertical(id="box", classes="-tall") as box:
            box.border_title = Content(_("Search"))
            box.border_subtitle = Content(_("Enter opens it, Tab offers filters, Esc goes back"))
            yield self.field
            yield self.list

    def on_mount(self) -> None:
        """What was given is looked for at once."""
        self.input.cursor_position = len(self.input.value)
        if self.input.value:
            self.on_input_changed()

    def on_input_changed(self) -> None:
        """Ask, a moment after the last key."""
        self._enter = False
        self._there.clear()
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(SOON, self._ask)

    def _ask(self) -> None:
        self._soon = None
        self.run_worker(self._search(self.input.value), group="search", exclusive=True, exit_on_error=False)

    async def _search(self, text: str) -> None:
        if not text.strip():
            self._put((), _(HINT))
            return
        try:
            hits = await self._desk.contacts.search(text, limit=MOST)
        except AgentTuiError as error:
            self._put((), f"{error.problem}: {error.remedy}" if error.remedy else error.problem)
            return
        self._put(hits, _("Nothing found for {text}.").format(text=text))

    def _put(self, hits: tuple[Hit, ...], empty: str) -> None:
        self._hits = hits
        self.list.sought = self._desk.contacts.sought(self.input.value)
        self.list.put([self._choice(index, hit) for index, hit in enumerate(hits)], empty=line(empty))
        self.query_one("#box").border_title = Content(_title(len(hits)))
        if self._enter:
            self._enter = False
            self._open(self.list.choice)
        self._there.set()

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
        if self._there.is_set():
            self._open(self.list.choice)
            return
        self._enter = True
        if self._soon is not None:
            self._soon.stop()
            self._ask()
        self._hold(self._wait())

    async def _wait(self) -> None:
        """What is typed behind Enter is for whoever is found."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._there.wait(), PATIENCE)

    def _open(self, choice: Choice | None) -> None:
        if choice is not None:
            _gone = self.dismiss(Found(self._hits[int(choice.key)], self.list.sought, self.input.value))

    def on_key(self, event: events.Key) -> None:
        """Move, leave."""
        if event.key in MOVES:
            self.list.move(MOVES[event.key])
        elif event.key == "escape":
            _gone = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """This one."""
        self._open(event.choice)


def _title(count: int) -> str:
    if not count:
        return _("Search")
    if count == MOST:
        return _("Search: {n} or more found").format(n=count)
    return many("Search: {n} found", "Search: {n} found", count)
