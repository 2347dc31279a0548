"""Commands that move: from row to row, customer to customer, pane to pane."""

from collections.abc import Coroutine
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from textual import events
from textual.timer import Timer

from agent_tui.core.language import _
from agent_tui.tui.keys import Pane
from agent_tui.tui.screens.frame import THREE
from agent_tui.tui.screens.looks import Looks

FAST = 0.15  # seconds between two rows, below which she is only passing by
QUIET = 0.06  # seconds after which the customer passed last is shown
DWELL = 2.0  # seconds of looking after which a timeline counts as read

Work = Coroutine[Any, Any, None] | None


class Moves(Looks):
    """Moving about."""

    _went_at = 0.0
    _awaited = False  # the cursor is on a row that is not loaded yet
    _soon: Timer | None = None
    _dwell: Timer | None = None
    dwell = DWELL

    # To a customer

    def went(self, *, opened: bool = False) -> None:
        """The cursor of the list is on a customer, perhaps another one: show them, soon when she moves fast."""
        selected = self.inbox.roll.selected
        if selected is None or selected != self.current:
            self.leave_composer()
        self.current = selected
        self._awaited = selected is None
        if self._soon is not None:
            self._soon.stop()
        fast = not opened and monotonic() - self._went_at < FAST
        self._went_at = monotonic()
        if selected is None:
            return
        if fast:
            self._soon = self.set_timer(QUIET, partial(self._arrived, selected, opened=opened))
        else:  # the cursor is painted first
            self.call_after_refresh(self._arrived, selected, opened=opened)

    def _arrived(self, customer_id: str, *, opened: bool) -> None:
        if self.current == customer_id:
            self.show(customer_id, seen=opened)

    def catch_up_with_list(self) -> None:
        """Rows were loaded, perhaps the one the cursor went to before it was known."""
        if self._awaited and self.inbox.roll.selected is not None:
            self.went()
        elif self._awaited and not len(self.inbox.roll):
            self.reading.clear()

    def show(
        self, customer_id: str, *, at: datetime | None = None, entry_id: str | None = None, seen: bool = False
    ) -> None:
        """Put a customer on the screen."""
        self.timeline.sought = ()
        if self._dwell is not None:
            self._dwell.stop()
        self.do(self._show(customer_id, at, entry_id, seen=seen), group="show", exclusive=True)

    async def _show(self, customer_id: str, at: datetime | None, entry_id: str | None, *, seen: bool) -> None:
        if at is not None or self.reading.customer_id != customer_id:
            self.explain()
            await self.reading.show(customer_id, at=at, entry_id=entry_id)
            self.timeline.follows = self.composer.is_open
            self.tell_reading()
        await self.reading.look_for_draft()
        await self.reading.look_for_suggestions()
        self.tell_bars()
        if seen:
            await self.reading.seen()
        else:
            self._dwell = self.set_timer(self.dwell, lambda: self.do(self._seen(customer_id), group="seen"))

    async def _seen(self, customer_id: str) -> None:
        if self.reading.customer_id == customer_id and self.app.screen is self:
            await self.reading.seen()

    def stop_looking(self) -> None:
        """What is on the screen does not count as read for having been looked at."""
        if self._dwell is not None:
            self._dwell.stop()

    def explain(self) -> None:
        """Why the customer on the screen is where they are in the queue."""
        row = self.inbox.selected
        self.reading.explain(row.reasons if row and row.row.customer_id == self.current else ())

    def tell_reading(self) -> None:
        """Another customer is on the screen; said by the desk."""

    def on_resize(self, _event: events.Resize) -> None:
        """A wider title says more."""
        self.tell_reading()

    def leave_composer(self) -> None:
        """Close the composer, its words kept; done by who writes."""

    # Rows

    def _move(self, by: int) -> None:
        if self.pane == "timeline":
            self.timeline.move(by)
        elif self.pane == "card":
            self.card.move(by)
        else:
            self.inbox.move(by)
            self.went()

    def do_nav_next(self) -> None:
        """Next row or entry."""
        self._move(1)

    def do_nav_prev(self) -> None:
        """Previous row or entry."""
        self._move(-1)

    def do_nav_page_down(self) -> None:
        """A page down."""
        self._page(1)

    def do_nav_page_up(self) -> None:
        """A page up."""
        self._page(-1)

    def do_nav_half_down(self) -> None:
        """Half a page down."""
        self._page(1, part=2)

    def do_nav_half_up(self) -> None:
        """Half a page up."""
        self._page(-1, part=2)

    def _page(self, direction: int, part: int = 1) -> None:
        if self.pane == "timeline":
            self.timeline.page(direction, part)
        elif self.pane == "card":
            self.card.page(direction)
        else:
            self.inbox.page(direction, part)
            self.went()

    def do_nav_top(self) -> None:
        """The first row."""
        if self.pane == "timeline":
            self.timeline.first()
        elif self.pane == "card":
            self.card.go(0)
        else:
            self.inbox.move_to(0)
            self.went()

    def do_nav_bottom(self) -> None:
        """The last row."""
        if self.pane == "timeline":
            self.do(self._to_end(), group="page")
        elif self.pane == "card":
            self.card.page(1000)
        else:
            self.inbox.move_to(len(self.inbox.roll) - 1)
            self.went()

    async def _to_end(self) -> None:
        await self.reading.to_end()
        self.timeline.last()

    # Customers, from anywhere

    def do_nav_next_any(self) -> None:
        """The next customer."""
        self._go_on(1)

    def do_nav_prev_any(self) -> None:
        """The previous customer."""
        self._go_on(-1)

    def _go_on(self, by: int) -> None:
        self.leave_composer()
        self.inbox.move(by)
        if self.pane in {"composer", "find"}:
            self.go_to("timeline")
        self.went(opened=True)

    def do_nav_next_waiting(self) -> None:
        """The next customer who waits; from the last one, or one who does not, the first."""
        self._to_waiting(1)

    def do_nav_prev_waiting(self) -> None:
        """The previous customer who waits."""
        self._to_waiting(-1)

    def _to_waiting(self, by: int) -> None:
        """Those who wait stand before all others, in every view."""
        self.leave_composer()
        here = self.inbox.roll.cursor
        guest = self.inbox.roll.guest is not None
        for position in (here + by, 0 if by > 0 else here):
            row = self.inbox.roll.row(position) if position != here else None
            if row is not None and row.row.waiting_since is not None:
                self.inbox.move_to(position)
                self.open_selected()
                return
        self.toast(_("Nobody else is waiting.") if not guest else _("Nobody is waiting."))

    def open_selected(self) -> None:
        """Read the customer under the cursor."""
        self.went(opened=True)
        self.go_to("timeline")

    # Panes

    def do_pane_inbox(self) -> None:
        """To the list."""
        self.go_to("inbox")

    def do_pane_timeline(self) -> None:
        """To the timeline."""
        self.go_to("timeline")

    def do_pane_card(self) -> None:
        """To the card."""
        self.go_to("card")

    def do_pane_next(self) -> None:
        """To the next pane."""
        self._to_pane(1)

    def do_pane_prev(self) -> None:
        """To the previous pane."""
        self._to_pane(-1)

    def _to_pane(self, by: int) -> None:
        panes: list[Pane] = ["inbox", "timeline"]
        panes += ["composer"] if self.composer.is_open else []
        panes += ["card"] if self.card.display or self.size.width < THREE else []
        here: Pane = "timeline" if self.pane == "find" else self.pane
        self.go_to(panes[(panes.index(here) + by) % len(panes)])

    def do_open(self) -> None:
        """Read the customer."""
        self.open_selected()

    def do_back(self) -> None:
        """To the list again."""
        self.go_to("inbox")

    def do_card(self) -> None:
        """Show or hide the card."""
        if self.size.width < THREE:
            self.go_to("inbox" if self.pane == "card" else "card")
            return
        self.wants_card = not self.wants_card
        if not self.wants_card and self.pane == "card":
            self.go_to("timeline")
        self.lay_out()

    def do_view_next(self) -> None:
        """Who waits, everyone, who is done."""
        self.listing.next_view()
        self.went()
        self.go_to("inbox")
        self.reload()

    def reload(self) -> None:
        """The list has to be loaded; done by the desk."""
