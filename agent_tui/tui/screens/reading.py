"""Fills the timeline and the card: one customer at a time, what was said, and what is new of it."""

import asyncio
from datetime import datetime

from agent_tui.core.language import _
from agent_tui.core.model import Card, Draft, Position
from agent_tui.services.desk import Desk
from agent_tui.services.earlier import Before
from agent_tui.services.promises import Outcomes
from agent_tui.services.suggesting import Suggestion
from agent_tui.tui.paging import Pages, Stretch
from agent_tui.tui.widgets.card import CardView
from agent_tui.tui.widgets.lines import entitle
from agent_tui.tui.widgets.timeline import TimelineView


class Reading:
    """What is shown is swapped at once: never one customer's name over another's words."""

    def __init__(self, desk: Desk, timeline: TimelineView, card: CardView) -> None:
        self._desk = desk
        self._timeline = timeline
        self._view = card
        self._pages: Pages | None = None
        self._turn = asyncio.Lock()
        self.card: Card | None = None
        self.reasons: tuple[str, ...] = ()
        self.suggestions: tuple[Suggestion, ...] = ()  # who they may be besides
        self.promised = Outcomes()  # what became of what they were promised
        self.before: tuple[Before, ...] = ()  # how we answered what they ask
        self.draft: Draft | None = None  # unsent words, of a reply before those of a note

    @property
    def customer_id(self) -> str | None:
        """Whose timeline is on the screen."""
        return self._pages.customer_id if self._pages else None

    async def show(
        self, customer_id: str, *, at: datetime | None = None, entry_id: str | None = None
    ) -> None:
        """Show a customer: the end of the timeline, or what was said at a moment. Raises Missing."""
        pages = Pages(self._desk.timeline, customer_id)
        card = await self._desk.timeline.card(customer_id)
        promised = await self._desk.timeline.promises(card.customer)
        stretch = await (pages.around(at) if at is not None else pages.newest())
        self._pages, self.card, self.draft = pages, card, None
        self.suggestions, self.before, self.promised = (), (), promised
        self._timeline.show(stretch, entry_id)
        self._tell_card()

    async def look_for_draft(self) -> None:
        """Are there unsent words for who is shown?"""
        pages, draft = self._pages, None
        if pages is not None:
            for note in (True, False):
                draft = await self._desk.timeline.draft(pages.customer_id, note=note) or draft
            if pages is self._pages:
                self.draft = draft

    async def look_for_suggestions(self) -> None:
        """Who may the one who is shown be besides?"""
        pages = self._pages
        if pages is not None:
            found = await self._desk.suggesting.of(pages.customer_id)
            if pages is self._pages and found != self.suggestions:
                self.suggestions = found
                self._tell_card()

    def _tell_card(self) -> None:
        self._view.show(self.card, self.reasons, self.suggestions, self.promised, self.before)

    def recall(self, before: tuple[Before, ...]) -> None:
        """How we answered this before."""
        if before != self.before:
            self.before = before
            self._tell_card()

    def clear(self) -> None:
        """Nobody is shown."""
        self.draft = None
        self._pages, self.card, self.reasons, self.suggestions = None, None, (), ()
        self.before, self.promised = (), Outcomes()
        self._timeline.show(Stretch())
        entitle(self._timeline, title=_("Timeline"))
        self._tell_card()

    def explain(self, reasons: tuple[str, ...]) -> None:
        """Why the customer is where they are in the queue."""
        if reasons != self.reasons:
            self.reasons = reasons
            self._tell_card()

    async def refresh(self) -> None:
        """Something of this customer changed: look again."""
        async with self._turn:
            pages = self._pages
            if pages is None:
                return
            card = await self._desk.timeline.card(pages.customer_id)
            promised = await self._desk.timeline.promises(card.customer)
            stretch = await pages.again(self._timeline.window.stretch)
            if pages is self._pages:
                self.card, self.promised = card, promised
                self._tell_card()
                self._update(stretch)

    def _update(self, stretch: Stretch) -> None:
        if stretch != self._timeline.window.stretch:
            self._timeline.renew(stretch)

    async def page(self, *, older: bool) -> None:
        """One more page at an end."""
        async with self._turn:
            pages, stretch = self._pages, self._timeline.window.stretch
            if pages is None or not (stretch.older if older else stretch.newer):
                return
            longer = await (pages.earlier(stretch) if older else pages.later(stretch))
            if pages is self._pages and stretch is self._timeline.window.stretch:
                self._timeline.extend(longer)

    async def go_to(self, position: Position) -> None:
        """An entry of the customer on the screen, near or years ago."""
        async with self._turn:
            pages = self._pages
            if pages is None or self._timeline.go_to(position.id):
                return
            stretch = await pages.around(position.at)
            if pages is self._pages:
                self._timeline.show(stretch, position.id)
                self._timeline.go_to(position.id)

    async def to_end(self) -> None:
        """The newest page, however far back the agent is."""
        async with self._turn:
            pages = self._pages
            if pages is not None and self._timeline.window.stretch.newer:
                stretch = await pages.newest()
                if pages is self._pages:
                    self._timeline.show(stretch)

    async def seen(self) -> None:
        """The agent has read what is on the screen."""
        card = self.card
        if card is not None and card.unread:
            await self._desk.inbox.read(card.customer.id)
