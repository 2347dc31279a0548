"""Commands that find: in everything that was ever said, and in all that was said with the customer on the screen."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from textual.timer import Timer

from agent_tui.core.model import Card, Position
from agent_tui.core.store import Found as Person
from agent_tui.services.desk import Desk
from agent_tui.tui.lines import Look
from agent_tui.tui.screens.filtering import PATIENCE
from agent_tui.tui.screens.moves import Moves, Work
from agent_tui.tui.screens.searching import SOON, Found, Searching
from agent_tui.tui.screens.within import Within
from agent_tui.tui.widgets.find_line import FindLine


class Finding(Moves):
    """Finding."""

    _looking: Timer | None = None  # until fast typing is over
    _from: Position | None = None  # where she was when she began to look

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(desk=desk, look=look)
        self.within = Within(desk.contacts)

    # Everywhere

    def do_search(self) -> None:
        """Search everything; for the same words, from the find line."""
        self.search_for(self.find_line.input.value if self.pane == "find" else "", self._found)

    def search_for(self, text: str, chosen: Callable[[Found | None], None]) -> None:
        """Search everything, for these words to begin with."""
        card = self.reading.card
        near = [_person(card)] if card else []
        self.do(self.load_labels(), group="labels")
        searching = Searching(
            self.desk, self.look, self.hold, labels=lambda: self.labels, near=near, text=text
        )
        self.above(searching, chosen)

    async def load_labels(self) -> None:
        """Which tags and agents there are; done by who labels."""

    def _found(self, found: Found | None) -> None:
        if found is None:
            return
        hit = found.hit
        self._end()
        at = hit.at if hit.entry_id is not None else None
        self.go_to_customer(hit.customer_id, at=at, entry_id=hit.entry_id)
        self.timeline.sought = found.sought
        self.within.begin(hit.customer_id, found.text)

    def go_to_customer(
        self, customer_id: str, *, at: datetime | None = None, entry_id: str | None = None
    ) -> None:
        """A customer who was found, in the list or not; at what was said then."""
        self.inbox.select(customer_id)
        self.open_customer(customer_id, at=at, entry_id=entry_id)
        self.go_to("timeline")

    def open_customer(
        self, customer_id: str, *, at: datetime | None = None, entry_id: str | None = None
    ) -> None:
        """Show a customer who may not be in the list: the newest of what was said, or what was said at a moment."""
        if customer_id != self.current:
            self.leave_composer()
        self.current = customer_id
        self.show(customer_id, at=at, entry_id=entry_id, seen=True)

    # With the customer on the screen

    def do_find(self) -> None:
        """A line to type in, at the foot of the timeline."""
        self._from = self._here
        self.find_line.input.value = self.within.text if self.finds else ""
        self.find_line.display = True
        self.go_to("find")

    def on_find_line_typed(self, event: FindLine.Typed) -> None:
        """Look, a moment after the last key."""
        event.stop()
        if self.find_line.display and self._take_words():
            self._stop_looking()
            self._looking = self.set_timer(SOON, self._look_soon)

    def _take_words(self) -> bool:
        """What stands in the line is what is looked for; says whether it is something else than before."""
        before = self.within.customer_id, self.within.text
        self.within.begin(self.reading.customer_id, self.find_line.input.value)
        return before != (self.within.customer_id, self.within.text)

    def _look_soon(self) -> None:
        self._looking = None
        self.do(self._look(), group="find", exclusive=True)

    def _stop_looking(self) -> None:
        self.workers.cancel_group(self, "find")
        if self._looking is not None:
            self._looking.stop()
            self._looking = None

    async def _look(self) -> None:
        """Mark what is found, and go to the hit that is nearest to where she began."""
        await self.within.look()
        self._mark()
        await self._go(self.within.near(self._from))

    def _mark(self) -> None:
        self.timeline.sought = self.desk.contacts.sought(self.within.text)
        self.timeline.refresh()

    async def _go(self, hit: Position | None) -> None:
        if hit is not None:
            await self.reading.go_to(hit)
        self.tell_bars()

    @property
    def _here(self) -> Position | None:
        entry = self.timeline.entry
        return entry.position if entry is not None else None

    def do_find_next(self) -> Work:
        """The next hit, further back."""
        return self._step(1)

    def do_find_prev(self) -> Work:
        """The one before, nearer to now."""
        return self._step(-1)

    async def _step(self, by: int) -> None:
        """From where she is; what is typed must have been looked for first."""
        if self.pane == "find":  # a letter may have come just before the key
            self._take_words()
        if self.within.hits is None:
            self._stop_looking()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look() if self.pane == "find" else self._again(), PATIENCE)
        if self.within.hits is None:  # it takes long: it comes when it comes
            self._look_soon()
        else:
            await self._go(self.within.step(self._here, by))

    async def _again(self) -> None:
        """What was searched for everywhere is looked for here."""
        await self.within.look()
        self._mark()

    async def find_again(self) -> None:
        """Something was said, or changed."""
        if self.finds and self.within.hits is not None:
            await self.within.look(again=True)

    def do_find_close(self) -> None:
        """Close the line; what is marked stays so."""
        self._stop_looking()
        if self.pane == "find":
            self._take_words()
            self.go_to("timeline")
        self.find_line.display = False

    def do_back(self) -> None:
        """Close the find line, or go to the list."""
        if self.find_line.display:
            self.do_find_close()
        else:
            super().do_back()

    @property
    def finds(self) -> bool:
        """Is anything looked for with the customer on the screen?"""
        if self.pane == "find":
            return bool(self.find_line.input.value.strip())
        return self.within.is_wanted and self.within.customer_id == self.reading.customer_id

    def show(
        self, customer_id: str, *, at: datetime | None = None, entry_id: str | None = None, seen: bool = False
    ) -> None:
        """Put a customer on the screen; what was looked for with another one is over."""
        if customer_id != self.within.customer_id:
            self._end()
        super().show(customer_id, at=at, entry_id=entry_id, seen=seen)

    def _end(self) -> None:
        self.do_find_close()
        self.within.begin(None, "")
        self.find_line.input.value = ""

    def tell_bars(self) -> None:
        """Which hit she is at, too."""
        self.find_line.tell(*self.within.told(self._here))
        super().tell_bars()


def _person(card: Card) -> Person:
    addresses = tuple(identity.address for identity in card.identities)
    return Person(customer_id=card.customer.id, name=card.customer.name, addresses=addresses)
