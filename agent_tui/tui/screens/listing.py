"""Fills the list of customers: loads what the agent looks at, and loads it again when it may have changed."""

from dataclasses import replace
from typing import NamedTuple

from agent_tui.core.model import Card
from agent_tui.core.store import View
from agent_tui.services.desk import Desk
from agent_tui.tui.widgets.inbox import InboxList
from agent_tui.tui.widgets.lines import entitle


class Named(NamedTuple):
    """A view and what it is called."""

    name: str
    view: View
    empty: tuple[str, ...]


VIEWS = (
    Named("Waiting", View(), ("All answered", "Nobody waits for us. v shows everyone.")),
    Named("Everyone", View(show="all"), ("No customers yet",)),
    Named("Done", View(show="done"), ("Nobody is done", "e marks a customer as dealt with.")),
)
NOBODY = (
    "No customers yet",
    "When somebody writes to us on any channel, they appear here.",
    "C shows how each channel is.",
)


class Listing:
    """One view at a time."""

    def __init__(self, desk: Desk, inbox: InboxList) -> None:
        self._desk = desk
        self._inbox = inbox
        self._at = 0

    @property
    def named(self) -> Named:
        """The view shown."""
        return VIEWS[self._at]

    def next_view(self) -> None:
        """The next view, from its top."""
        self._at = (self._at + 1) % len(VIEWS)
        self._inbox.clear()

    async def load(self) -> None:
        """Load what is seen and not known."""
        asked = self.named
        missing = self._inbox.missing()
        while missing is not None:
            offset, limit = missing
            queued, total = await self._desk.inbox.rows(asked.view, offset=offset, limit=limit)
            if asked is not self.named:
                return
            self._inbox.empty = asked.empty if total else await self._empty(asked)
            self._inbox.take(offset, queued, total)
            entitle(self._inbox, title=f"{asked.name} {total}")
            missing = self._inbox.missing() if queued else None

    async def _empty(self, asked: Named) -> tuple[str, ...]:
        _, everyone = await self._desk.inbox.rows(View(show="all"), limit=1)
        return asked.empty if everyone else NOBODY

    async def again(self) -> None:
        """Everything may have changed: load what is seen."""
        self._inbox.roll.stale()
        await self.load()

    def tell_guest(self, card: Card) -> None:
        """The selected customer is in the list no more: show how they stand now."""
        held = self._inbox.selected
        if held is not None and self._inbox.roll.guest == card.customer.id:
            row = replace(held.row, state=card.state, waiting_since=card.waiting_since, unread=card.unread)
            self._inbox.roll.update_guest(replace(held, row=row))
            self._inbox.refresh()
