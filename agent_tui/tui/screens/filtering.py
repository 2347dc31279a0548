"""The line a search is typed into: below it its filters as chips, and on Tab what a half typed one can become.

The list of offers is there only when it was asked for, so that Enter opens what was found until then. What is chosen
in it before it has come is taken when it comes; the keys after that wait.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.worker import Worker

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import _
from agent_tui.core.store import Found, Labels
from agent_tui.services.desk import Desk
from agent_tui.tui import chips
from agent_tui.tui.chips import Chip, Row
from agent_tui.tui.completing import Known, Offer, Spot, offers, put, spot
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.safe import cut, line
from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.choices import Choice, ChoiceList
from agent_tui.tui.widgets.plain_input import PlainInput

ROWS = 8  # of offers that are seen at once
PEOPLE = 6  # customers who are offered
PATIENCE = 2.0  # seconds for which keys wait for what was asked of the store

Hold = Callable[[Coroutine[Any, Any, None]], None]


class Offers(ChoiceList):
    """What a half typed filter can become."""

    class Chosen(ChoiceList.Chosen):
        """This one."""


class SearchLine(Vertical):
    """A text, its filters, and what they can become. Its text's changes and Enter are told as those of any line."""

    def __init__(
        self,
        text: str,
        desk: Desk,
        labels: Callable[[], Labels],
        near: Sequence[Found],
        look: Look,
        hold: Hold,
    ) -> None:
        """`near`: who is offered before a name is typed; `hold`: makes the keys wait for some work."""
        super().__init__(id="field")
        self._desk, self._labels, self._near, self._look, self._hold = desk, labels, near, look, hold
        self.input = PlainInput(
            text, placeholder=_("search all that was ever said"), id="typed", select_on_focus=False
        )
        self.list = Offers(look)
        self._offers: tuple[Offer, ...] = ()
        self._spot: Spot | None = None  # what is offered for; None: nothing is
        self._here = asyncio.Event()  # the offers are those for what stands there now

    def compose(self) -> ComposeResult:
        """The line, its filters, the offers."""
        yield self.input
        yield Bar(self._row, name="filters")
        with Vertical(id="offers"):
            yield self.list

    # Filters

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The filters that were typed."""
        now, cursor = self._desk.clock.now(), self.input.cursor_position
        return chips.chips(self.input.value, now, self._look.zone, cursor)

    def _row(self, width: int) -> Row:
        shown = self.chips
        if shown:
            return chips.row(shown, width, self._look.icons)
        media = dict.fromkeys(channel.medium for channel in self._desk.channels.values())
        return chips.beginnings(media, width)

    def on_bar_clicked(self, event: Bar.Clicked) -> None:
        """A chip is taken off, or looked at; a filter is begun with."""
        event.stop()
        about = event.command
        if about.startswith(chips.ADD):
            self._write(f"{self.input.value.rstrip()} {about.removeprefix(chips.ADD)} ".lstrip())
        elif about == chips.MORE:
            self._offer()
        else:
            what, _space, number = about.rpartition(" ")
            self._touch(int(number), off=f"{what} " == chips.OFF)

    def _touch(self, number: int, *, off: bool) -> None:
        shown = self.chips
        if number < len(shown) and off:
            self._take_off(shown[number])
        elif number < len(shown):
            self.input.cursor_position = shown[number].end
            self._offer()

    def _take_off(self, chip: Chip) -> None:
        self._write(chips.without(self.input.value, chip), 0 if self.input.cursor_position == 0 else None)

    def _write(self, text: str, cursor: int | None = None) -> None:
        self.input.value = text
        self.input.cursor_position = len(text) if cursor is None else cursor
        self.input.focus()

    # Offers

    @property
    def is_offering(self) -> bool:
        """Is there a list of what may stand here?"""
        return self._spot is not None

    def on_input_changed(self) -> None:
        """Other filters; other offers, where some are shown."""
        self.query_one("#filters", Bar).look_again()
        if self.is_offering:
            self._offer()

    def _offer(self) -> None:
        at = self._spot = spot(self.input.value, self.input.cursor_position)
        self._here.clear()
        if at.asks_for_people and at.begun.strip():
            find = partial(self._find, at)  # not begun, it is cancelled without a trace
            _finding: Worker[None] = self.run_worker(
                find, group="offers", exclusive=True, exit_on_error=False
            )
        else:
            self.workers.cancel_group(self, "offers")
            self._show(at, self._near)

    async def _find(self, at: Spot) -> None:
        people: Sequence[Found] = ()
        with suppress(AgentTuiError):  # without the names there are still the agents
            people = await self._desk.contacts.find(at.begun, limit=PEOPLE)
        if at == self._spot:
            self._show(at, people)

    def _show(self, at: Spot, people: Sequence[Found]) -> None:
        ours = self._desk.business
        known = Known(
            now=self._desk.clock.now(),
            labels=self._labels(),
            channels=self._desk.channels,
            people=people,
            agents=(ours.agent, *ours.agents),
        )
        self._offers = offers(at, known)
        if not self._offers:
            self._close()
            return
        self.list.put([self._choice(offer) for offer in self._offers])
        self._fit()
        self._here.set()

    def _choice(self, offer: Offer) -> Choice:
        more = cut(offer.more, max(self.size.width // 3, 8), self._look.icons.more)
        return Choice(key=offer.written, label=line(offer.written), right=(more, Role.DIM))

    def _fit(self) -> None:
        box = self.query_one("#offers")
        box.styles.height = min(len(self._offers), ROWS, max(self.screen.size.height // 3, 3))
        box.display = True

    def _close(self) -> None:
        self._spot = None
        self.query_one("#offers").display = False
        self._here.set()

    def _take(self) -> None:
        """The offer under the cursor; behind an operator's name its values are offered at once."""
        offer = next(
            (o for o in self._offers if self.list.choice and o.written == self.list.choice.key), None
        )
        at, self._spot = self._spot, None
        if offer is None or at is None:
            self._close()
            return
        self._write(*put(self.input.value, at, offer))
        if offer.is_whole:
            self._close()
        else:
            self._offer()

    def on_offers_chosen(self, event: Offers.Chosen) -> None:
        """By a click."""
        event.stop()
        self._take()

    # Keys

    def on_key(self, event: events.Key) -> None:
        """What the line does besides typing."""
        if event.key == "tab":
            self._tab()
        elif event.key == "backspace" and self._at_beginning and self.chips:
            self._take_off(self.chips[-1])
        elif self.is_offering and event.key in _IN_LIST:
            self._when_here(partial(_IN_LIST[event.key], self))
        else:
            return
        event.stop()
        event.prevent_default()

    @property
    def _at_beginning(self) -> bool:
        return self.input.cursor_position == 0 and self.input.selection.is_empty

    def _tab(self) -> None:
        """Show what may stand here; the only thing it can be, or what is shown already, is taken."""
        if self.is_offering:
            self._when_here(self._take)
            return
        self._offer()
        self._when_here(self._take_only)

    def _take_only(self) -> None:
        if len(self._offers) == 1:
            self._take()

    def _when_here(self, act: Callable[[], None]) -> None:
        """Do it, with the offers for what stands there now: a letter may have come just before the key."""
        if self._spot not in (None, spot(self.input.value, self.input.cursor_position)):
            self._offer()
        if self._here.is_set():
            act()
        else:
            self._hold(self._wait(act))

    async def _wait(self, act: Callable[[], None]) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._here.wait(), PATIENCE)
            act()


_IN_LIST: Final[dict[str, Callable[[SearchLine], None]]] = {
    "enter": SearchLine._take,
    "escape": SearchLine._close,
    "down": lambda field: field.list.move(1),
    "up": lambda field: field.list.move(-1),
}
