"""Deciding in lines: done, snooze, promise, tags, whose it is; taking back; messages that did not leave."""

from collections.abc import Callable

from agent_tui.cli import plain
from agent_tui.cli.linear.undoing import Step
from agent_tui.cli.linear.writing import Writing
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Customer, Delivery, DeliveryState, Draft
from agent_tui.core.text import snippet
from agent_tui.core.when import parse
from agent_tui.services import calls
from agent_tui.services.plans import is_plan

_LOST = frozenset({DeliveryState.FAILED, DeliveryState.UNSURE})
LOOK_BACK = 200  # entries in which the last message that did not leave is looked for


class Deciding(Writing):
    """Decisions about the customer who is open."""

    async def do_done(self, _rest: str) -> None:
        """Dealt with."""
        self._decided(_("{name} is done"), await self.desk.inbox.done(self.chosen()))

    async def do_reopen(self, _rest: str) -> None:
        """Not done after all."""
        self._decided(_("{name} is open again"), await self.desk.inbox.reopen(self.chosen()))

    async def do_snooze(self, rest: str) -> None:
        """Out of sight until a moment."""
        customer_id = self.chosen()
        moment = parse(rest, self.desk.clock.now()) if rest else None
        before = await self.desk.inbox.snooze(customer_id, moment)
        if moment is None:
            self._decided(_("{name} is snoozed until they write"), before)
        else:
            self._decided(_("{name} is snoozed until {when}"), before, when=plain.local_time(moment))

    async def do_follow_up(self, rest: str) -> None:
        """Asked again by then, unless they write first."""
        customer_id, moment = self.chosen(), parse(rest, self.desk.clock.now())
        before = await self.desk.inbox.follow_up(customer_id, moment)
        self._decided(_("{name} is to be asked again at {when}"), before, when=plain.local_time(moment))

    async def do_unread(self, _rest: str) -> None:
        """The newest message is new again, or all is read."""
        self._decided(_("{name} is read, or unread again"), await self.desk.inbox.unread(self.chosen()))

    async def do_promise(self, rest: str) -> None:
        """They hear from us by then."""
        customer_id, moment = self.chosen(), parse(rest, self.desk.clock.now())
        before = await self.desk.inbox.promise(customer_id, moment)
        self._decided(_("{name}: promised an answer by {when}"), before, when=plain.local_time(moment))

    async def do_tag(self, rest: str) -> None:
        """Tags on and off."""
        tags = rest.split()
        wrong = [one for one in tags if one[:1] not in {"+", "-"} or not one[1:] or "," in one]
        if wrong or not tags:
            raise UsageError(
                _("{text!r} is no tag").format(text=rest),
                remedy=_("write tag +vip to put it on, tag -vip to take it off"),
            )
        on, off = ([one[1:] for one in tags if one[0] == sign] for sign in "+-")
        before = await self.desk.inbox.tag(self.chosen(), add=on, remove=off)
        self._decided(_("{name} is tagged {tags}"), before, tags=rest)

    async def do_call(self, rest: str) -> None:
        """What was said on the phone."""
        if not rest:
            raise UsageError(_("what was said?"), remedy=_("write call 5 min: they want it on Friday"))
        await self.desk.timeline.call(self.chosen(), calls.typed(rest))
        self.lines.say(_("The call is in the timeline."))

    async def do_pin(self, rest: str) -> None:
        """What they told us."""
        self._decided(_("{name}: pinned"), await self.desk.inbox.pin(self.chosen(), rest))

    async def do_unpin(self, rest: str) -> None:
        """It is not so any more."""
        self._decided(_("{name}: unpinned"), await self.desk.inbox.unpin(self.chosen(), rest))

    async def do_assign(self, rest: str) -> None:
        """Whose customer it is."""
        before = await self.desk.inbox.assign(self.chosen(), rest or None)
        if rest:
            self._decided(_("{name} is assigned to {agent}"), before, agent=rest)
        else:
            self._decided(_("{name} is assigned to nobody"), before)

    def _decided(self, words: str, before: Customer, **values: str) -> None:
        told = words.format(name=before.name, **values)
        self.steps.append(Step(words=told, customer_id=before.id, back=lambda: self.desk.inbox.undo(before)))
        self.lines.say(f"{told}.")

    async def do_undo(self, _rest: str) -> None:
        """Take the last step back; a reply's words are a draft again."""
        if not self.steps:
            self.lines.say(_("There is nothing to take back."))
            return
        step = self.steps.pop()
        result = await step.back()
        told = (
            _("Taken back: {words}. Its words are a draft again.")
            if isinstance(result, Draft)
            else _("Taken back: {words}.")
        )
        self.lines.say(told.format(words=step.words))

    async def _newest(self, fits: Callable[[Delivery], bool], remedy: str) -> Delivery:
        """The newest message of ours to this customer of which something is so. Raises UsageError."""
        page = await self.desk.timeline.page(self.chosen(), limit=LOOK_BACK)
        found = [e for e in page.entries if e.delivery is not None and fits(e.delivery)]
        if not found or found[-1].delivery is None:
            raise UsageError(_("no message here is like that"), remedy=remedy)
        self.lines.say(plain.timeline(found[-1:]))
        return found[-1].delivery

    async def do_resend(self, _rest: str) -> None:
        """Send the last one again that did not leave, or the last planned one now."""
        delivery = await self._newest(
            lambda d: d.state in _LOST or is_plan(d), _("search is:failed finds them")
        )
        ask = (
            _("Send it now?")
            if is_plan(delivery)
            else _("Send it again? If it arrived already, they get it twice.")
        )
        if await self.lines.agreed(ask):
            await self.desk.replies.resend(delivery.id)
            self.lines.say(_("It is sent now.") if is_plan(delivery) else _("It is sent again."))

    async def do_planned(self, _rest: str) -> None:
        """All that leave later, or are held; numbers open whom they are for."""
        found = await self.desk.replies.plans.told()
        self.number([card.customer.id for _delivery, _message, card in found])
        lines = [
            f"{number}. {card.customer.name}, {plain.plan(delivery)}: {snippet(message.text, 100)}"
            for number, (delivery, message, card) in enumerate(found, 1)
        ]
        self.lines.say("\n".join(lines) or _("No reply is planned."))

    async def do_put_off(self, rest: str) -> None:
        """Another moment for the last planned one."""
        at = parse(rest, self.desk.clock.now())
        delivery = await self._newest(is_plan, _("reply_later plans one"))
        moved = await self.desk.replies.plans.move(delivery.id, at)
        told = _("It leaves at {moment}, unless they write first.")
        self.lines.say(told.format(moment=plain.local_time(moved.planned or at)))

    async def do_take_back(self, _rest: str) -> None:
        """The words of the last planned one are a draft again."""
        delivery = await self._newest(is_plan, _("reply_later plans one"))
        await self.desk.replies.undo(delivery.id)
        self.lines.say(_("Taken back: its words are a draft again."))

    async def do_mark_sent(self, _rest: str) -> None:
        """The last one nobody is sure of did arrive."""
        delivery = await self._newest(
            lambda d: d.state is DeliveryState.UNSURE, _("search is:failed finds them")
        )
        if await self.lines.agreed(_("Did it arrive?")):
            await self.desk.replies.mark_sent(delivery.id)
            self.lines.say(_("It is marked as sent."))
