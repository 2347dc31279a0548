"""Commands of the queue: which list is shown, and why somebody stands where they stand."""

from dataclasses import replace

from agent_tui.core.language import _
from agent_tui.core.model import Customer
from agent_tui.services import views
from agent_tui.tui.lines import Role
from agent_tui.tui.safe import line
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.saving import Saving
from agent_tui.tui.screens.weighing import Weighing


class Queueing(Saving):
    """The queue."""

    # Lists

    def do_view(self) -> None:
        """Choose a list by name."""
        named = views.lists(self.desk.business, self.desk.clock.now(), tuple(self.desk.channels), self.labels)
        by_key = {one.key: one for one in named}
        picking = Picking(_("Show"), [_choice(one) for one in named], self.look)

        def chosen(key: str | None) -> None:
            if key is not None:
                self.listing.choose(by_key[key])
                self.went()
                self.go_to("inbox")
                self.reload()

        self.above(picking, chosen)
        self.do(self._count(picking, named), group="count")

    async def _count(self, picking: Picking, named: tuple[views.Named, ...]) -> None:
        """How many are in each list, once that is known."""
        await self.load_labels()
        counted = []
        for one in named:
            tag = one.view.tag
            total = self.labels.tags.get(tag, 0) if tag else await self.desk.inbox.total(one.view)
            counted.append(replace(_choice(one), right=(str(total), Role.ACCENT if total else Role.DIM)))
        picking.renew(counted)

    # Why

    def do_why(self) -> None:
        """Every factor, to be changed."""
        card = self.reading.card
        if card is None or card.customer.id != self.current:
            return
        screen = Weighing(card.customer, self.look, lambda key, value: self._weigh(card.customer, key, value))
        self._weighing = screen
        self.above(screen)

    def _weigh(self, customer: Customer, key: str, value: int) -> None:
        self.do(self._weighed(customer.id, key, value), group="weigh")

    async def _weighed(self, customer_id: str, key: str, value: int) -> None:
        given = {key: value}
        before = await self.desk.inbox.describe(
            customer_id,
            severity=given.get("severity"),
            effort=given.get("effort"),
            importance=given.get("importance"),
        )
        self.undoing.decided(f"{line(before.name)}: {key}", before)
        card = await self.desk.timeline.card(customer_id)
        self._weighing.put(card.customer)
        await self.listing.again()
        self.explain()
        await self.reading.refresh()


def _choice(one: views.Named) -> Choice:
    return Choice(key=one.key, label=line(_(one.name)))
