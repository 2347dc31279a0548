"""Who is who: two customers joined into one, and parted again exactly.

Nothing that was said is touched: a join says whose the addresses are now, and what the one who is kept takes over from
the other (tags, a promise, that somebody waits). Each join and split is a `Linking`, which holds all it takes to undo
it; what an agent has changed since stays as she changed it. What changes is decided in `linking`; here it is written.
"""

from collections.abc import Iterable
from dataclasses import replace

from agent_tui.core.addresses import Address
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict, Missing, UsageError
from agent_tui.core.language import N_, _
from agent_tui.core.model import (
    Apart,
    Card,
    Evidence,
    Identity,
    Linking,
    Moved,
    Record,
    apart_id,
)
from agent_tui.core.store import Store
from agent_tui.services.about import Business
from agent_tui.services.linking import (
    changes,
    going_home,
    has,
    identity_after,
    identity_of,
    join_of,
    merged,
    moved_to,
    pairs,
    precedence,
    restored,
)
from agent_tui.services.timeline import TRIES


class Joining:
    """Joins, splits, and their undoing."""

    def __init__(self, store: Store, clock: Clock, business: Business) -> None:
        self._store = store
        self._clock = clock
        self._agent = business.agent

    async def join(self, keep: str, other: str, why: str = "") -> Linking:
        """Two customers are one person: `keep`'s name and record go on. Raises UsageError, Missing, Conflict."""
        for _round in range(TRIES):
            kept, joined = await self._card(keep), await self._card(other)
            if kept.customer.id == joined.customer.id:
                raise UsageError(
                    _("{name} is one customer already").format(name=kept.customer.name),
                    remedy=_("name another one"),
                )
            plan = self._join(kept, joined, why)
            if await self._written(plan, joined.identities, kept):
                return plan
        raise Conflict(_("these customers are being changed elsewhere too"), remedy=_("try again"))

    def _join(self, kept: Card, joined: Card, why: str) -> Linking:
        now = self._clock.now()
        moved = [moved_to(identity, kept.customer.id) for identity in joined.identities]
        return Linking(
            id=self._clock.new_id(),
            address=kept.customer.address,
            at=now,
            kind="join",
            moved=tuple(moved),
            before=kept.customer,
            after=merged(kept, joined, now),
            by=self._agent,
            why=why or N_("an agent said so"),
        )

    async def join_best(self, one: str, other: str, why: str = "") -> Linking:
        """The same, keeping whichever has a name; of two that have, or have not, the one known longer."""
        keep, joined = sorted([await self._card(one), await self._card(other)], key=precedence)
        return await self.join(keep.customer.id, joined.customer.id, why)

    async def split(self, address: Address) -> Linking:
        """The address leaves, with all that came with it when it was joined. Raises UsageError, Missing, Conflict."""
        for _round in range(TRIES):
            owner = await self._store.resolve(address)
            if owner is None:
                raise Missing(
                    _("nobody wrote from {address} yet").format(address=address.value),
                    remedy=_("look at show WHO --json"),
                )
            card = await self._card(owner)
            plan = self._split(address, card, await self._linkings())
            if await self._written(plan, card.identities, card):
                return plan
        raise Conflict(_("this customer is being changed elsewhere too"), remedy=_("try again"))

    def _split(self, address: Address, card: Card, linkings: Iterable[Linking]) -> Linking:
        join = join_of(address, card.customer.id, linkings)
        if join is not None:
            moved = [replace(m, was=m.now, now=m.was) for m in join.moved if has(card, m.address)]
            after = restored(card.customer, join)
        else:
            moved, after = [going_home(identity_of(card, address), card)], card.customer
        return Linking(
            id=self._clock.new_id(),
            address=card.customer.address,
            at=self._clock.now(),
            kind="split",
            moved=tuple(moved),
            before=card.customer,
            after=after,
            by=self._agent,
            why=N_("an agent said so"),
            of=join.id if join else "",
        )

    async def undo(self, linking: str | None = None) -> Linking:
        """Take back one join or split, or the last one, whoever did it. Raises UsageError when it is none, Conflict."""
        for _round in range(TRIES):
            last = await self._newest(linking)
            card = await self._card(last.before.id)
            records: list[Record] = [replace(last, undone=True, rev=last.rev + 1)]
            records += await self._again(last.of)
            back = [replace(m, was=m.now, now=m.was) for m in last.moved]
            records += [await self._put_back(m, last) for m in back]
            records += changes(card.customer, restored(card.customer, last))
            if await self._try(records):
                return last
        raise Conflict(_("this customer is being changed elsewhere too"), remedy=_("try again"))

    async def _again(self, join: str) -> list[Record]:
        """The join that a split withdrew holds again."""
        linking = await self._store.get(Linking, join) if join else None
        return [replace(linking, undone=False, rev=linking.rev + 1)] if linking else []

    async def _put_back(self, moved: Moved, last: Linking) -> Identity:
        kept = await self._store.get(Identity, str(moved.address))
        joined = last.kind == "split"  # undoing a split joins again
        return Identity(
            id=str(moved.address),
            address=moved.address,
            customer_id=moved.now,
            evidence=Evidence.CONFIRMED if joined else moved.evidence,
            at=self._clock.now(),
            rev=kept.rev + 1 if kept else 1,
            by=last.by if joined else moved.by,
            why=last.why if joined else moved.why,
            shared=moved.shared,
        )

    async def apart(self, one: str, other: str, *, apart: bool = True) -> None:
        """They are two people: nobody is asked about this pair again (or, with `apart` False, they may be)."""
        kept, second = await self._card(one), await self._card(other)
        for first, last in pairs(kept, second):
            key = apart_id(first, last)
            known = await self._store.get(Apart, key)
            if (known.apart if known else False) is apart:
                continue
            said = Apart(
                id=key,
                address=kept.customer.address,
                at=self._clock.now(),
                customers=(first, last),
                apart=apart,
                rev=known.rev + 1 if known else 1,
                by=self._agent,
            )
            await self._store.write([said])

    async def share(self, address: Address, *, shared: bool = True) -> Identity:
        """Several people write from this address (or, with `shared` False, one does). Raises Missing, Conflict."""
        for _round in range(TRIES):
            owner = await self._store.resolve(address)
            if owner is None:
                raise Missing(
                    _("nobody wrote from {address} yet").format(address=address.value),
                    remedy=_("look at show WHO --json"),
                )
            identity = identity_of(await self._card(owner), address)
            changed = replace(
                identity, shared=shared, at=self._clock.now(), by=self._agent, rev=identity.rev + 1
            )
            if await self._try([changed]):
                return changed
        raise Conflict(_("this customer is being changed elsewhere too"), remedy=_("try again"))

    async def _written(self, plan: Linking, identities: Iterable[Identity], card: Card) -> bool:
        revs = {identity.address: identity.rev for identity in identities}
        records: list[Record] = [plan]
        records += [identity_after(moved, plan, revs[moved.address] + 1) for moved in plan.moved]
        records += changes(card.customer, plan.after)
        if plan.of and (join := await self._store.get(Linking, plan.of)) is not None:
            records.append(replace(join, undone=True, rev=join.rev + 1))
        return await self._try(records)

    async def _try(self, records: list[Record]) -> bool:
        try:
            await self._store.write(records)
        except Conflict:
            return False
        return True

    async def _linkings(self) -> list[Linking]:
        """What is in force, the newest first."""
        every = [linking for linking in await self._store.every(Linking) if not linking.undone]
        return sorted(every, key=lambda linking: (linking.at, linking.id), reverse=True)

    async def _newest(self, wanted: str | None) -> Linking:
        for linking in await self._linkings():
            if wanted in (None, linking.id):
                return linking
        raise UsageError(_("nothing was joined or split"), remedy=_("there is nothing to undo"))

    async def _card(self, key: str) -> Card:
        card = await self._store.card(key, self._clock.now())
        if card is None:
            raise Missing(
                _("there is no customer {key}").format(key=key), remedy=_("look for them with search")
            )
        return card
