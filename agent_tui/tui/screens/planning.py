"""Commands of planned replies: when one leaves, now after all, or back into the composer."""

from datetime import datetime

from agent_tui.core.language import _
from agent_tui.core.model import Card, Delivery, Draft, Entry, Message
from agent_tui.core.text import snippet
from agent_tui.services import offers, planned, plans
from agent_tui.services.outbox import is_planned
from agent_tui.tui import when
from agent_tui.tui.delivery import fate
from agent_tui.tui.lines import Role
from agent_tui.tui.safe import line
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.pinning import Pinning


class Planning(Pinning):
    """Sent later, unless they write first."""

    @property
    def plan(self) -> Entry | None:
        """The reply under the cursor, when it waits for its moment or for a decision."""
        entry = self.timeline.entry
        delivery = entry.delivery if entry is not None else None
        return entry if delivery is not None and plans.is_plan(delivery) else None

    @property
    def at_planned(self) -> bool:
        """Does the reply under the cursor wait for its moment?"""
        delivery = self.plan.delivery if self.plan is not None else None
        return delivery is not None and is_planned(delivery)

    @property
    def is_planned(self) -> bool:
        """Is the cursor on a planned reply, held or not?"""
        return self.pane == "timeline" and self.plan is not None

    def do_send_later(self) -> None:
        """When what is being written leaves, or what is planned already."""
        now, zone = self.desk.clock.now(), self.look.zone
        if self.pane != "composer" and self.plan is not None:
            message_id = self.plan.fact.id
            self.pick_moment(
                _("It leaves"),
                offers.later(now, zone),
                lambda at: self._another_time(message_id, at),
                check=self._check,
            )
        elif self.writing.is_blank:
            self.toast(_("There are no words to send yet."), severity="warning")
        elif self.writing.sheet is not None and not self.stopped_at_blank():
            title = _("Send to {name}, unless they write first").format(name=self.writing.sheet.name)
            self.pick_moment(title, offers.later(now, zone), self._send_at, check=self._check)

    def _check(self, at: datetime) -> None:
        planned.check(at, self.desk.clock.now())

    def _send_at(self, at: datetime | None) -> Work:
        return self.close_and_send(at=at) if at is not None and self.writing.is_reply else None

    def _another_time(self, message_id: str, at: datetime | None) -> Work:
        return self._put_off(message_id, at) if at is not None else None

    async def _put_off(self, message_id: str, at: datetime) -> None:
        moved = await self.desk.replies.plans.move(message_id, at)
        self.undoing.forget(message_id)
        self._remember(moved)
        await self.reading.refresh()

    def do_resend(self) -> Work:
        """A planned one now; what did not leave, again."""
        return self._send_now(self.plan.fact.id) if self.plan is not None else super().do_resend()

    async def _send_now(self, message_id: str) -> None:
        sent = await self.desk.replies.plans.send_now(message_id)
        self.undoing.forget(message_id)
        self._remember(sent)
        await self.reading.refresh()

    def _remember(self, delivery: Delivery) -> None:
        card = self.reading.card
        if card is not None:
            self.undoing.sent(delivery, card.customer.id, card.customer.name, self._leaves(delivery))

    def tell_planned(self, delivery: Delivery, name: str) -> str:
        """Say when it leaves; gives that in words."""
        leaves = self._leaves(delivery)
        if leaves:
            told = _("It leaves {when}, unless {name} writes first.").format(when=leaves, name=name)
            self.toast(told)
        return leaves

    def _leaves(self, delivery: Delivery) -> str:
        if delivery.planned is None:
            return ""
        return when.ahead(delivery.planned, self.desk.clock.now(), self.look.zone)

    def do_planned(self) -> Work:
        """All that leave later, or are held; the chosen one is shown."""
        return self._planned()

    async def _planned(self) -> None:
        found = {d.id: (d, message, card) for d, message, card in await self.desk.replies.plans.told()}
        if not found:
            self.toast(_("No reply is planned."))
            return

        def chosen(key: str | None) -> None:
            if key is not None:
                _delivery, message, card = found[key]
                self.go_to_customer(card.customer.id, at=message.at, entry_id=message.id)

        choices = [self._choice(*one) for one in found.values()]
        self.above(Picking(_("Planned replies"), choices, self.look), chosen)

    def _choice(self, delivery: Delivery, message: Message, card: Card) -> Choice:
        return Choice(
            key=delivery.id,
            label=line(card.customer.name),
            detail=line(snippet(message.text)),
            right=fate(delivery, self.desk.clock.now(), self.look) or ("", Role.DIM),
        )

    def do_take_back(self) -> Work:
        """Its words are in the composer again."""
        return self._take_back(self.plan.fact.id) if self.plan is not None else None

    async def _take_back(self, message_id: str) -> None:
        sheet = self.writing.close()
        if sheet is not None:
            await self.writing.keep(sheet)
        card = self.reading.card
        draft: Draft = await self.desk.replies.undo(message_id)
        self.undoing.forget(message_id)
        await self.reading.refresh()
        if card is not None:
            await self.write_again(draft, card.customer.id)
