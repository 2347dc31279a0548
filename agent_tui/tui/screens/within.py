"""What is looked for in all that was said with one customer: the hits, and which of them comes next from where she is."""

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import _, many
from agent_tui.core.model import Position
from agent_tui.services.contacts import Contacts
from agent_tui.tui.lines import Role, Span
from agent_tui.tui.safe import line

MOST = 500  # hits


class Within:
    """One search in one customer's history. Hits are the newest first: the next one is further back."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts
        self.customer_id: str | None = None
        self.text = ""
        self.hits: tuple[Position, ...] | None = None  # None: not known yet
        self._problem = ""

    def begin(self, customer_id: str | None, text: str) -> None:
        """Look for these words with this customer."""
        if (customer_id, text) != (self.customer_id, self.text):
            self.customer_id, self.text = customer_id, text
            self.hits, self._problem = None, ""

    @property
    def is_wanted(self) -> bool:
        """Is anything looked for?"""
        return self.customer_id is not None and bool(self.text.strip())

    async def look(self, *, again: bool = False) -> None:
        """Ask, unless it is known. A malformed query finds nothing, and `told` says why."""
        if (self.hits is not None and not again) or self.customer_id is None:
            return
        asked = self.customer_id, self.text
        hits, problem = await self._ask(*asked) if self.is_wanted else ((), "")
        if asked == (self.customer_id, self.text):
            self.hits, self._problem = hits, problem

    async def _ask(self, customer_id: str, text: str) -> tuple[tuple[Position, ...], str]:
        try:
            found = await self._contacts.search_with(customer_id, text, limit=MOST)
        except AgentTuiError as error:
            return (), error.problem
        return tuple(Position(hit.at, hit.entry_id) for hit in found if hit.entry_id is not None), ""

    def near(self, place: Position | None) -> Position | None:
        """The hit at a place or the next one before it; where there is none, the newest."""
        hits = self.hits or ()
        return next((hit for hit in hits if place is None or hit <= place), next(iter(hits), None))

    def step(self, place: Position | None, by: int) -> Position | None:
        """The next hit from a place, further back (1) or nearer to now (-1); after the last one the first."""
        hits = self.hits or ()
        beyond = (hit for hit in hits[::by] if place is None or (hit < place if by > 0 else hit > place))
        return next(beyond, next(iter(hits[::by]), None))

    def told(self, place: Position | None) -> Span:
        """``3 of 17``, or what is wrong."""
        if not self.is_wanted or self.hits is None:
            return "", Role.DIM
        if self._problem:
            return line(self._problem), Role.WARN
        count = f"{len(self.hits)}+" if len(self.hits) == MOST else str(len(self.hits))
        if place in self.hits:
            told = _("{number} of {count}").format(number=self.hits.index(place) + 1, count=count)
            return told, Role.ACCENT
        if not self.hits:
            return _("nothing found"), Role.WARN
        return many("{n} hit", "{count} hits", len(self.hits), count=count), Role.DIM
