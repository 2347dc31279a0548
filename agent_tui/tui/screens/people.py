"""Commands of who is who: join with whom they may be, split an address off, never ask again, a shared address."""

from agent_tui.core.addresses import Address, from_key
from agent_tui.core.language import _, retold
from agent_tui.core.model import Card, Identity
from agent_tui.services.suggesting import Suggestion
from agent_tui.tui.cards import address as address_words
from agent_tui.tui.safe import line
from agent_tui.tui.screens.decides import Decides
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.searching import Found

_APART = "apart:"
_OTHER = "other"


class People(Decides):
    """Who is who."""

    def do_join(self) -> None:
        """Is the customer on the screen somebody else, too?"""
        card = self.reading.card
        if card is None:
            return
        choices = [choice for one in self.reading.suggestions for choice in _offers(one, card)]
        choices.append(
            Choice(key=_OTHER, label=_("Somebody else"), detail=_("Find a customer by name or address."))
        )

        def chosen(key: str | None) -> None:
            if key == _OTHER:
                self._choose_other(card)
            elif key is not None and key.startswith(_APART):
                self.do(self._apart(card, key.removeprefix(_APART)), group="join")
            elif key is not None:
                self.do(self._join(card, key), group="join")

        self.above(
            Picking(
                _("{name} is the same person as").format(name=line(card.customer.name)),
                choices,
                self.look,
                typed=False,
            ),
            chosen,
        )

    def _choose_other(self, card: Card) -> None:
        """Whoever a search finds, by name, address or words."""

        def chosen(found: Found | None) -> None:
            if found is not None:
                self.do(self._join(card, found.hit.customer_id), group="join")

        self.search_for("", chosen)

    async def _join(self, card: Card, other: str) -> None:
        why = next((s.reasons for s in self.reading.suggestions if s.customer_id == other), ())
        linking = await self.desk.joining.join_best(card.customer.id, other, "; ".join(why))
        names = _("{name} is one with {other}").format(
            name=line(card.customer.name), other=line(linking.before.name)
        )
        self.undoing.linked(names, linking)
        await self.listing.again()
        self.inbox.select(linking.before.id)
        self.open_customer(linking.before.id)
        await self.reading.refresh()
        self.toast(
            self.look.keys.fill(_("Joined. {undo} takes it back; both are then as before."), self.pane)
        )

    async def _apart(self, card: Card, other: str) -> None:
        await self.desk.joining.apart(card.customer.id, other)
        await self.reading.look_for_suggestions()
        self.toast(_("They are two people. You will not be asked again."))

    def do_split(self) -> None:
        """An address is somebody else's."""
        card = self.reading.card
        if card is None:
            return
        choices = [_address_choice(identity) for identity in card.identities]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.do(self._split(card, from_key(key)), group="join")

        self.above(Picking(_("Which address is somebody else's?"), choices, self.look), chosen)

    async def _split(self, card: Card, address: Address) -> None:
        linking = await self.desk.joining.split(address)
        self.undoing.linked(
            _("{address} left {name}").format(address=line(address.value), name=line(card.customer.name)),
            linking,
        )
        await self.listing.again()
        await self.reading.refresh()
        self.toast(self.look.keys.fill(_("Split off. {undo} joins them again."), self.pane))

    def do_share(self) -> None:
        """Several people write from an address, or one after all."""
        card = self.reading.card
        if card is None:
            return
        shared = {str(identity.address): identity.shared for identity in card.identities}
        choices = [_address_choice(identity) for identity in card.identities]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.do(self._share(from_key(key), shared=not shared[key]), group="join")

        self.above(Picking(_("Which address do several people share?"), choices, self.look), chosen)

    async def _share(self, address: Address, *, shared: bool) -> None:
        await self.desk.joining.share(address, shared=shared)
        await self.reading.refresh()
        await self.reading.look_for_suggestions()


def _offers(one: Suggestion, card: Card) -> tuple[Choice, Choice]:
    reasons = "; ".join(line(retold(reason)) for reason in one.reasons)
    name = line(one.name)
    return (
        Choice(key=one.customer_id, label=_("Yes: {name}").format(name=name), detail=reasons),
        Choice(
            key=f"{_APART}{one.customer_id}",
            label=_("No, {name} is another person").format(name=name),
            detail=_("Never ask again about {name} and {other}.").format(
                name=line(card.customer.name), other=name
            ),
        ),
    )


def _address_choice(identity: Identity) -> Choice:
    told = [line(retold(identity.why)), _("shared with others") if identity.shared else ""]
    return Choice(
        key=str(identity.address),
        label=address_words(identity.address),
        detail=", ".join(word for word in told if word),
    )
