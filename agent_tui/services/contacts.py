"""Who is meant: customers by id, address or name, and the search over everything said."""

from dataclasses import replace

from agent_tui.core.addresses import read
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Missing, UsageError
from agent_tui.core.language import _
from agent_tui.core.query import Term, parse
from agent_tui.core.store import Found, Hit, Store
from agent_tui.services.about import Business

CANDIDATES = 10  # how many of several are named


class Contacts:
    """Finding customers, and what they said."""

    def __init__(self, store: Store, clock: Clock, business: Business) -> None:
        self._store = store
        self._clock = clock
        self._country = business.home_country

    async def who(self, text: str) -> str:
        """The id of the one customer `text` names: an id, any of their addresses, or a name when it is unique.

        Raises Missing, naming the candidates when there are several.
        """
        card = await self._store.card(text, self._clock.now())
        if card is not None:
            return card.customer.id
        address = read(text, self._country)
        known = await self._store.resolve(address) if address else None
        return known or self._only(text, await self._store.find(text, limit=CANDIDATES + 1))

    def _only(self, text: str, found: tuple[Found, ...]) -> str:
        exact = [f for f in found if f.name.casefold() == text.strip().casefold()]
        for group in (exact, found):
            if len(group) == 1:
                return group[0].customer_id
        if not found:
            raise Missing(
                _("nobody is called {text!r}").format(text=text),
                remedy=_("try agent-tui search, or an address"),
            )
        names = "\n".join(f"  {_described(f)}" for f in (exact or found)[:CANDIDATES])
        raise Missing(
            _("{text!r} may be several customers:\n{names}").format(text=text, names=names),
            remedy=_("name one by an address or id"),
        )

    async def find(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        """Customers by name or address."""
        return await self._store.find(text, limit=limit)

    async def search(self, text: str, *, limit: int = 50) -> tuple[Hit, ...]:
        """Messages, notes and customers. Raises UsageError saying what is wrong with a malformed query."""
        now = self._clock.now()
        return await self._store.search(parse(text, now), now, limit=limit)

    async def search_with(self, customer_id: str, text: str, *, limit: int = 50) -> tuple[Hit, ...]:
        """The same among what was said with one customer, newest first. Raises UsageError, Missing."""
        now = self._clock.now()
        query = parse(text, now)
        card = await self._store.card(customer_id, now)
        if card is None:
            raise Missing(
                _("there is no customer {customer_id}").format(customer_id=customer_id),
                remedy=_("look for them with search"),
            )
        within = replace(query, customer=card.customer.id)
        return await self._store.search(within, now, limit=limit)

    def sought(self, text: str) -> tuple[Term, ...]:
        """The words a query looks for, as far as it can be understood: what is marked where it was found."""
        try:
            return parse(text, self._clock.now()).terms
        except UsageError:
            return ()


def _described(found: Found) -> str:
    return f"{found.customer_id}  {found.name}  {', '.join(address.value for address in found.addresses)}"
