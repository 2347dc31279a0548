"""Commands of the card: facts pinned, followed back to where they were told, taken off; satisfaction; calls."""

from collections.abc import Callable, Sequence

from agent_tui.core.addresses import PHONE
from agent_tui.core.language import _
from agent_tui.core.model import Card, Message
from agent_tui.services import calls, pins
from agent_tui.services.inbox import BEST
from agent_tui.tui.safe import line
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.queueing import Queueing
from agent_tui.tui.screens.typed_line import TypedLine
from agent_tui.tui.widgets.card import CardView


class Pinning(Queueing):
    """What they told us already, and how content they are."""

    @property
    def has_pins(self) -> bool:
        """Is anything pinned on the card that is shown?"""
        return self.reading.card is not None and bool(self.reading.card.customer.notes_pinned)

    def do_pin(self) -> None:
        """What is marked with the mouse, else the first sentence of the message; to be changed before it is kept."""
        entry, card = self.timeline.entry, self.reading.card
        if card is None or entry is None or not isinstance(entry.fact, Message):
            return
        customer_id, entry_id = card.customer.id, entry.fact.id
        said = self.get_selected_text() or pins.first_sentence(entry.fact.text)

        def typed(text: str | None) -> None:
            if text is not None:
                self.run(self._pin(customer_id, text, entry_id))

        screen = TypedLine(
            _("They told us"), line(said)[: pins.LONGEST], hint=_("in a few words"), longest=pins.LONGEST
        )
        self.above(screen, typed)

    async def _pin(self, customer_id: str, text: str, entry_id: str) -> None:
        before = await self.desk.inbox.pin(customer_id, text, entry_id)
        self.undoing.decided(_("pinned for {name}").format(name=line(before.name)), before)
        await self.reading.refresh()

    def do_pin_open(self) -> None:
        """To where it was told; which one, when several are pinned and the cursor is on none."""
        card = self.reading.card
        if card is None:
            return
        if self.card.fact:
            self.to_origin(card, self.card.fact)
            return
        told = [text for text in card.customer.notes_pinned if pins.origin(card.customer, text)]
        if len(told) > 1:
            self._choose(_("Where was it told?"), told, lambda text: self.to_origin(card, text))
        elif told:
            self.to_origin(card, told[0])
        else:
            self.toast(_("No pinned fact names the message it came from."))

    def to_origin(self, card: Card, text: str) -> None:
        entry_id = pins.origin(card.customer, text)
        if entry_id:
            self.do(self._go_to(card.customer.id, entry_id), group="pin")
        else:
            self.toast(_("This fact names no message it came from."))

    async def _go_to(self, customer_id: str, entry_id: str) -> None:
        position = await self.desk.timeline.position(entry_id)
        self.show(customer_id, at=position.at, entry_id=entry_id)
        self.go_to("timeline")

    def on_card_view_told(self, event: CardView.Told) -> None:
        """A pinned fact was clicked."""
        event.stop()
        if self.reading.card is not None:
            self.to_origin(self.reading.card, event.text)

    def do_unpin(self) -> None:
        """Which fact is not so any more?"""
        card = self.reading.card
        if card is not None:
            self._choose(
                _("What is to be taken off?"),
                card.customer.notes_pinned,
                lambda text: self.run(self._unpin(card.customer.id, text)),
            )

    async def _unpin(self, customer_id: str, text: str) -> None:
        before = await self.desk.inbox.unpin(customer_id, text)
        self.undoing.decided(_("unpinned for {name}").format(name=line(before.name)), before)
        await self.reading.refresh()

    def do_call(self) -> None:
        """Their number, and a line for what was said."""
        card = self.reading.card
        if card is None:
            return
        numbers = [one.address.value for one in card.identities if one.address.scheme == PHONE]
        title = (
            _("Call tel:{number}").format(number=line(numbers[0]))
            if numbers
            else _("Call (no number is known)")
        )

        def typed(text: str | None) -> None:
            if text is not None:
                self.run(self._called(card.customer.id, text))

        self.above(TypedLine(title, "", hint=_("5 min: what was said; < first when they called")), typed)

    async def _called(self, customer_id: str, text: str) -> None:
        await self.desk.timeline.call(customer_id, calls.typed(text))
        await self.reading.refresh()
        self.toast(_("The call is in the timeline."))

    def do_satisfaction(self) -> None:
        """How content did they say they are?"""
        card = self.reading.card
        if card is None:
            return
        words = {1: _("not at all"), BEST: _("very")}
        choices = [Choice(key=str(n), label=f"{n} {words.get(n, '')}".strip()) for n in range(BEST, 0, -1)]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.run(self._rate(card.customer.id, int(key)))

        self.above(
            Picking(_("How content is {name}?").format(name=line(card.customer.name)), choices, self.look),
            chosen,
        )

    async def _rate(self, customer_id: str, value: int) -> None:
        before = await self.desk.inbox.rate(customer_id, value)
        self.undoing.decided(
            _("{name}: satisfaction {value}").format(name=line(before.name), value=value), before
        )
        await self.reading.refresh()

    def _choose(self, title: str, texts: Sequence[str], then: Callable[[str], None]) -> None:
        choices = [Choice(key=str(number), label=line(text)) for number, text in enumerate(texts)]

        def chosen(key: str | None) -> None:
            if key is not None:
                then(texts[int(key)])

        self.above(Picking(title, choices, self.look), chosen)
