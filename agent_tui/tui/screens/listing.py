"""Fills the list of customers: loads what the agent looks at, and loads it again when it may have changed."""

from dataclasses import replace

from agent_tui.core.language import N_, _
from agent_tui.core.model import Card
from agent_tui.core.store import View
from agent_tui.services.desk import Desk
from agent_tui.services.views import DONE, EVERYONE, WAITING, Named
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.inbox import InboxList
from agent_tui.tui.widgets.lines import entitle

VIEWS = (WAITING, EVERYONE, DONE)  # one after the other, by v
NOBODY = (
    N_("No customers yet"),
    N_("When somebody writes to us on any channel, they appear here."),
    N_("{channels} shows how each channel is."),
)


class Listing:
    """One view at a time."""

    def __init__(self, desk: Desk, inbox: InboxList) -> None:
        self._desk = desk
        self._inbox = inbox
        self._named = WAITING
        self._total: int | None = None

    @property
    def named(self) -> Named:
        """The view shown."""
        return self._named

    def next_view(self) -> None:
        """The next view, from its top."""
        here = VIEWS.index(self._named) if self._named in VIEWS else -1
        self.choose(VIEWS[(here + 1) % len(VIEWS)])

    def choose(self, named: Named) -> None:
        """This view, from its top."""
        self._named, self._total = named, None
        self._inbox.clear()
        self.entitle()

    def entitle(self) -> None:
        """What is shown, how many they are, and how many are marked."""
        count = "" if self._total is None else f" {self._total}"
        marked = ", " + _("{n} marked").format(n=len(self._inbox.marked)) if self._inbox.marked else ""
        entitle(self._inbox, title=f"{line(_(self._named.name))}{count}{marked}")

    async def load(self) -> None:
        """Load what is seen and not known."""
        asked = self.named
        missing = self._inbox.missing()
        while missing is not None:
            offset, limit = missing
            queued, total = await self._desk.inbox.rows(asked.view, offset=offset, limit=limit)
            if asked is not self.named:
                return
            empty = asked.empty if total else await self._empty(asked)
            self._inbox.empty = tuple(map(_, empty))
            self._inbox.take(offset, queued, total)
            self._total = total
            self.entitle()
            missing = self._inbox.missing() if queued else None

    async def _empty(self, asked: Named) -> tuple[str, ...]:
        _other, everyone = await self._desk.inbox.rows(View(show="all"), limit=1)
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
