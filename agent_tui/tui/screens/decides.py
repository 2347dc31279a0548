"""Commands that decide: done, reopened, taken back, sent again."""

from agent_tui.core.errors import Conflict
from agent_tui.core.language import _
from agent_tui.core.model import DeliveryState, Draft, Message
from agent_tui.tui.safe import line
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.noting import Noting
from agent_tui.tui.screens.picking import Choice, Picking


class Decides(Noting):
    """Deciding."""

    def do_done(self) -> Work:
        """Dealt with: the next one."""
        return self.finish(self.current) if self.current else None

    async def finish(self, customer_id: str) -> None:
        """Mark a customer as done, and go on to the next."""
        name = self.name_of(customer_id)
        before = await self.desk.inbox.done(customer_id)
        self.undoing.decided(_("{name} is done").format(name=line(name)), before)
        if self.current == customer_id:
            self._next_after(customer_id)
        await self.listing.again()

    def _next_after(self, customer_id: str) -> None:
        """The row below moves up; at the end of the list, the one above."""
        inbox = self.inbox
        if inbox.roll.selected != customer_id:
            return
        inbox.move(1 if inbox.roll.cursor < len(inbox.roll) - 1 else -1)
        self.went(opened=True)

    def do_reopen(self) -> Work:
        """Not done after all."""
        return self._reopen(self.current) if self.current else None

    async def _reopen(self, customer_id: str) -> None:
        before = await self.desk.inbox.reopen(customer_id)
        if before.done_upto is None:
            self.toast(_("This customer is not marked as done."))
            return
        self.undoing.decided(_("{name} is open again").format(name=line(before.name)), before)

    # Taking back

    def do_undo(self) -> Work:
        """Take the last step back."""
        return self._undo()

    async def _undo(self) -> None:
        step = self.undoing.pop()
        if step is None:
            self.toast(_("There is nothing to take back."))
            return
        if step.reply and self.writing.sheet is not None:
            sheet = self.writing.close()
            if sheet is not None:
                await self.writing.keep(sheet)
        try:
            result = await step.back()
        except Conflict as error:
            self.toast(
                _("Too late for {words}: {problem}.").format(words=step.words, problem=error.problem),
                severity="warning",
            )
            return
        await self._bring_back(step.customer_id)
        if isinstance(result, Draft):
            await self.write_again(result, step.customer_id)
        else:
            self.toast(_("Taken back: {words}.").format(words=step.words))

    async def _bring_back(self, customer_id: str) -> None:
        """Show whom it was about."""
        await self.listing.again()
        if not self.inbox.select(customer_id):
            self.open_customer(customer_id)
        elif self.current != customer_id:
            self.went(opened=True)
        await self.reading.refresh()

    # Messages that did not leave, or may have

    @property
    def _state(self) -> DeliveryState | None:
        entry = self.timeline.entry
        return entry.delivery.state if entry is not None and entry.delivery is not None else None

    @property
    def at_failed(self) -> bool:
        """Is the cursor on a message that can be sent again?"""
        return self._state in (DeliveryState.FAILED, DeliveryState.UNSURE)

    @property
    def at_unsure(self) -> bool:
        """Is the cursor on a message nobody is sure of?"""
        return self._state is DeliveryState.UNSURE

    def do_resend(self) -> Work:
        """Send it again; after asking, when it may have arrived."""
        entry = self.timeline.entry
        if entry is None:
            return None
        if not self.at_unsure:
            return self._resend(entry.fact.id)
        self._ask_twice(entry.fact.id)
        return None

    def _ask_twice(self, message_id: str) -> None:
        choices = [
            Choice(key="no", label=_("Leave it"), detail=_("It may have arrived; ask the customer.")),
            Choice(key="yes", label=_("Send again"), detail=_("They may get it twice.")),
        ]

        def chosen(answer: str | None) -> None:
            if answer == "yes":
                self.do(self._resend(message_id), group="resend")

        self.above(Picking(_("It may have arrived already"), choices, self.look, typed=False), chosen)

    async def _resend(self, message_id: str) -> None:
        await self.desk.replies.resend(message_id)
        await self.reading.refresh()

    def do_mark_sent(self) -> Work:
        """It did arrive."""
        entry = self.timeline.entry
        return self._mark_sent(entry.fact.id) if entry is not None else None

    async def _mark_sent(self, message_id: str) -> None:
        await self.desk.replies.mark_sent(message_id)
        await self.reading.refresh()

    # Reading one entry closely

    def do_copy(self) -> None:
        """To the clipboard, and to the terminal's where it allows."""
        text = self.get_selected_text() or self._text()
        if text:
            self.app.copy_to_clipboard(text)
            self.toast(_("Copied."))

    def _text(self) -> str:
        entry = self.timeline.entry
        return entry.fact.text if entry is not None else ""

    def do_quote(self) -> None:
        """Unfold or fold."""
        if not self.timeline.toggle_quote():
            self.toast(_("This message quotes nothing."))

    @property
    def at_message(self) -> bool:
        """Is the cursor on a message?"""
        return self.timeline.entry is not None and isinstance(self.timeline.entry.fact, Message)
