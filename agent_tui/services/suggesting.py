"""Who may be the same person: other customers, each with the reasons, the strongest first.

Nothing is joined here, and nobody but the agent is shown anything. A pair that an agent said are two people is not
named again; an address that several people write from, or one they ask to be answered at, proves nothing about who
they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agent_tui.core.addresses import Address
from agent_tui.core.clock import Clock
from agent_tui.core.language import N_
from agent_tui.core.model import Apart, Card, customer_id
from agent_tui.core.store import Claimed, Store

MOST = 5
NAMESAKES = 20
VOUCHED, CLAIM, NAME = 4, 2, 1  # what a reason weighs


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody a customer may be. `vouched`: the business's own login says so."""

    customer_id: str
    name: str
    addresses: tuple[Address, ...]
    reasons: tuple[str, ...]
    vouched: bool = False


class Suggesting:
    """Looks for other customers who may be the same person."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, customer: str) -> tuple[Suggestion, ...]:
        """Who this customer may be besides; the likeliest first."""
        card = await self._store.card(customer, self._clock.now())
        if card is None:
            return ()
        weighed = _Weighed()
        await self._claims(card, weighed)
        await self._names(card, weighed)
        apart = {frozenset(one.customers) for one in await self._store.every(Apart) if one.apart}
        made = [await self._made(card, other, weighed, apart) for other in weighed.ranked()]
        return tuple(one for one in made if one is not None)[:MOST]

    async def _claims(self, card: Card, weighed: "_Weighed") -> None:
        """What they claim, whose that is, and who claims the same or what is theirs."""
        mine = frozenset(identity.address for identity in card.identities if not identity.shared)
        said = [c for c in await self._store.claims(of=card.customer.id) if c.customer_id == card.customer.id]
        for claimed in said:
            owner = await self._store.resolve(claimed.claim.address)
            if owner not in (None, card.customer.id) and not await self._shared(claimed.claim.address, owner):
                weighed.add(str(owner), _reason(claimed, card.customer.name), claimed.claim.vouched)
        same = frozenset(claimed.claim.address for claimed in said)
        for claimed in await self._store.claims(addresses=sorted(mine | same)):
            if claimed.customer_id != card.customer.id:
                name = await self._name(claimed.customer_id)
                weighed.add(claimed.customer_id, _reason(claimed, name), claimed.claim.vouched)

    async def _shared(self, address: Address, owner: str | None) -> bool:
        card = await self._store.card(owner or "", self._clock.now())
        return card is not None and any(i.shared for i in card.identities if i.address == address)

    async def _name(self, customer: str) -> str:
        card = await self._store.card(customer, self._clock.now())
        return card.customer.name if card else customer

    async def _names(self, card: Card, weighed: "_Weighed") -> None:
        """The same name, as a reason beside others; alone only when it is a whole one."""
        name = _plain(card.customer.name)
        if not name or any(name == _plain(identity.address.value) for identity in card.identities):
            return
        whole = " " in name
        for found in await self._store.find(card.customer.name, limit=NAMESAKES):
            known = found.customer_id in weighed.reasons
            if found.customer_id != card.customer.id and _plain(found.name) == name and (whole or known):
                weighed.add(found.customer_id, N_("has the same name"), vouched=False, weight=NAME)

    async def _made(
        self, card: Card, other: str, weighed: "_Weighed", apart: set[frozenset[str]]
    ) -> Suggestion | None:
        found = await self._store.card(other, self._clock.now())
        if found is None or _are_apart(card, found, apart):
            return None
        return Suggestion(
            customer_id=found.customer.id,
            name=found.customer.name,
            addresses=tuple(identity.address for identity in found.identities),
            reasons=tuple(weighed.reasons[other]),
            vouched=other in weighed.vouched,
        )


class _Weighed:
    """Reasons by customer, and what they weigh."""

    def __init__(self) -> None:
        self.reasons: dict[str, list[str]] = {}
        self.vouched: set[str] = set()
        self._weights: dict[str, int] = {}

    def add(self, customer: str, reason: str, vouched: bool, weight: int = CLAIM) -> None:
        reasons = self.reasons.setdefault(customer, [])
        if reason in reasons:
            return
        reasons.append(reason)
        if vouched:
            self.vouched.add(customer)
        self._weights[customer] = self._weights.get(customer, 0) + (VOUCHED if vouched else weight)

    def ranked(self) -> list[str]:
        return sorted(self.reasons, key=lambda key: (-self._weights[key], key))


def _reason(claimed: Claimed, who: str) -> str:
    claim = claimed.claim
    return f"{who} · {claim.address.value}: {claim.why}"


def _are_apart(one: Card, other: Card, apart: Iterable[frozenset[str]]) -> bool:
    said = set(apart)
    return any(
        frozenset((customer_id(mine.address), customer_id(theirs.address))) in said
        for mine in one.identities
        for theirs in other.identities
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
