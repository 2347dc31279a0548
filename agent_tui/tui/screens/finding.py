"""Commands that find: what was said, in everything that ever was; and the way to the customer it was said by."""

from collections.abc import Callable
from datetime import datetime

from agent_tui.core.model import Card
from agent_tui.core.store import Found as Person
from agent_tui.tui.screens.moves import Moves
from agent_tui.tui.screens.searching import Found, Searching


class Finding(Moves):
    """Finding."""

    def do_search(self) -> None:
        """Search everything."""
        self.search_for("", self._found)

    def search_for(self, text: str, chosen: Callable[[Found | None], None]) -> None:
        """Search everything, for these words to begin with."""
        card = self.reading.card
        near = [_person(card)] if card else []
        self.above(
            Searching(self.desk, self.look, self.hold, labels=self.labels, near=near, text=text), chosen
        )

    def _found(self, found: Found | None) -> None:
        if found is None:
            return
        hit = found.hit
        at = hit.at if hit.entry_id is not None else None
        self.go_to_customer(hit.customer_id, at=at, entry_id=hit.entry_id)
        self.timeline.sought = found.sought

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


def _person(card: Card) -> Person:
    addresses = tuple(identity.address for identity in card.identities)
    return Person(customer_id=card.customer.id, name=card.customer.name, addresses=addresses)
