"""Commands that write: replies, notes, drafts, and what becomes of the words when something goes wrong."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

from agent_tui.core.errors import AgentTuiError, Conflict, Rejected
from agent_tui.core.language import _
from agent_tui.core.model import Delivery, Draft
from agent_tui.services.about import Business
from agent_tui.services.links import call_link, meeting_link
from agent_tui.tui.safe import line
from agent_tui.tui.screens.finding import Finding
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.sheets import Sheet


class Writes(Finding):
    """Writing."""

    # Opening

    def do_reply(self) -> None:
        """Answer where they wrote last."""
        self.write(note=False)

    def do_note(self) -> None:
        """Write a note."""
        self.write(note=True)

    def write(self, *, note: bool, channel: str | None = None) -> None:
        """Open the composer for the customer on the screen: at once, so that what is typed next is text."""
        sheet = self.writing.sheet
        if self.current is None:
            return
        if sheet is None or sheet.customer_id != self.current or sheet.note != note or channel is not None:
            self.begin(self.current, partial(self._prepare, channel=channel), note=note)
        self.go_to("composer")

    def begin(
        self,
        customer_id: str,
        prepare: Callable[[Sheet], Coroutine[Any, Any, None]],
        *,
        note: bool,
        promise: datetime | None = None,
    ) -> None:
        """Another sheet in the composer; `prepare` makes it ready, while she types."""
        self.leave_composer()
        sheet = self.writing.open(customer_id, self.name_of(customer_id), note=note, promise=promise)
        self.do(prepare(sheet), group="prepare")
        self.timeline.follows = True
        self.show(customer_id, seen=True)

    async def _prepare(self, sheet: Sheet, channel: str | None = None) -> None:
        try:
            await self.writing.prepare(sheet, channel)
            self.note_words(sheet)
        except AgentTuiError:
            if self.writing.sheet is sheet:
                self.leave_composer()
                self.go_to("timeline")
            raise

    def name_of(self, customer_id: str) -> str:
        """What the customer is called, as far as it is on the screen."""
        card, row = self.reading.card, self.inbox.selected
        if card is not None and card.customer.id == customer_id:
            return card.customer.name
        return row.row.name if row is not None and row.row.customer_id == customer_id else ""

    def do_reply_via(self) -> Work:
        """Choose the channel first."""
        return self._choose_channel(self.current) if self.current else None

    async def _choose_channel(self, customer_id: str) -> None:
        names = await self.desk.replies.channels(customer_id)
        choices = []
        for name in names:
            envelope = await self.desk.replies.envelope(customer_id, channel=name)
            choices.append(Choice(key=name, label=name, detail=envelope.sentence()))
        if not choices:
            self.toast(_("No channel reaches this customer."), severity="warning")
            return

        def chosen(name: str | None) -> None:
            if name is not None and self.current == customer_id:
                self.write(note=False, channel=name)

        self.above(Picking(_("Reply on"), choices, self.look), chosen)

    # Leaving

    def leave_composer(self) -> None:
        """Close the composer; the words are kept as a draft."""
        sheet = self.writing.close()
        if sheet is not None:
            self.timeline.follows = False
            self.do(self.writing.keep(sheet), group="keep")
            self.lay_out()
            if self.focused is self.composer.words:
                self.go_to("timeline")

    def do_leave(self) -> None:
        """Close the composer."""
        blank = self.writing.is_blank
        self.leave_composer()
        if not blank:
            self.toast(
                _("Kept as a draft.")
                + " "
                + self.look.keys.fill(_("{reply} or {note} goes on with it."), "timeline")
            )

    def do_draft_save(self) -> Work:
        """Keep the words; send nothing."""
        sheet = self.writing.sheet
        return self._save(sheet) if sheet else None

    async def _save(self, sheet: Sheet) -> None:
        await self.writing.keep(sheet)
        self.toast(_("Draft saved. Nothing was sent."))

    def on_composer_paused(self) -> None:
        """A pause in typing: the words are kept."""
        sheet = self.writing.sheet
        if sheet is not None:
            self.do(self.writing.keep(sheet), group="keep")
            self.note_words(sheet)

    def note_words(self, sheet: Sheet) -> None:
        """Say what is worth knowing of the words as they stand; done by who knows what was said before."""

    async def worth_knowing(self, _sheet: Sheet) -> tuple[str, ...]:
        """What is worth knowing of words that are about to leave, and was not said yet."""
        return ()

    # Another kind, another channel

    def do_note_toggle(self) -> None:
        """From reply to note and back; each has its own words."""
        sheet = self.writing.sheet
        if sheet is not None:
            self.write(note=not sheet.note)

    def do_channel_next(self) -> None:
        """Answer on another channel."""
        sheet = self.writing.sheet
        if sheet is not None and self.writing.is_reply:
            self.do(self._other_channel(sheet), group="prepare")

    async def _other_channel(self, sheet: Sheet) -> None:
        if not await self.writing.other_channel(sheet):
            self.toast(
                _("{name} can be reached on this channel only.").format(name=sheet.name), severity="warning"
            )

    def do_plain(self) -> None:
        """Plain quotes and dashes: fewer texts to pay for."""
        self.composer.make_plain()

    def do_link_call(self) -> None:
        """Our number, where the cursor is."""
        self._type_link(call_link)

    def do_link_meeting(self) -> None:
        """A room, where the cursor is."""
        self._type_link(meeting_link)

    def _type_link(self, make: Callable[[Business], str]) -> None:
        try:
            self.composer.type(make(self.desk.business))
        except AgentTuiError as error:
            self.toast_error(error)

    # Sending

    def do_send(self) -> Work:
        """Queue the reply, or keep the note."""
        return self.close_and_send()

    def do_send_done(self) -> Work:
        """Send, done, next."""
        return self.close_and_send(done=True)

    def close_and_send(self, *, done: bool = False, at: datetime | None = None) -> Work:
        """Send what is in the composer, or keep the note; `at`: it leaves then."""
        if self.writing.is_blank and (self.writing.sheet is None or self.writing.sheet.ready.is_set()):
            self.toast(_("There are no words to send yet."), severity="warning")
            return None
        if self.stopped_at_blank():
            return None
        sheet = self.writing.close()
        if sheet is None:
            return None
        self.lay_out()
        self.go_to("timeline")
        return self._send(sheet, done=done, at=at)

    def stopped_at_blank(self) -> bool:
        """Is a blank of a reply still open? Then the cursor is there, and she is told."""
        left = self.composer.open_blanks if self.writing.is_reply else ()
        if not left:
            return False
        blank = self.composer.text[left[0].start : left[0].end]
        self.composer.to_blank(0)
        self.go_to("composer")
        how = self.look.keys.fill(_("Fill it or take it out; {blank} goes to the next."), "composer")
        self.toast(_("Not sent: {blank} is not filled.").format(blank=blank) + f"\n{how}", severity="warning")
        return True

    def do_blank(self) -> None:
        """To the next blank."""
        self.composer.to_blank()

    async def _send(self, sheet: Sheet, *, done: bool, at: datetime | None) -> None:
        try:
            if reasons := await self.writing.odd(sheet):
                await self._ask_if_sure(sheet, reasons, done=done, at=at)
                return
            told = await self.worth_knowing(sheet)
            delivery = await self.writing.send(sheet, at)
        except AgentTuiError as error:
            await self._not_sent(sheet, error)
            return
        if delivery is not None:
            self.undoing.sent(
                delivery, sheet.customer_id, sheet.name, self.tell_planned(delivery, sheet.name)
            )
        for words in told:
            self.toast(words, severity="warning")
        await self.reading.refresh()
        if self.reading.customer_id == sheet.customer_id:
            await self._to_end()
        if done:
            await self.finish(sheet.customer_id)

    async def _not_sent(self, sheet: Sheet, error: AgentTuiError) -> None:
        """The words come back, and the agent is told why."""
        head = sheet.envelope.head if sheet.envelope else None
        if isinstance(error, Conflict | Rejected):
            await self.writing.renew(sheet)
        await self._words_back(sheet)
        await self.reading.refresh()
        wrote = sheet.envelope is not None and sheet.envelope.head != head
        if wrote:
            self.toast(
                _("Not sent: {name} wrote meanwhile.\nRead it, then send again.").format(name=sheet.name),
                severity="warning",
            )
        else:
            self.toast_error(error)

    async def _words_back(self, sheet: Sheet) -> None:
        """Into the composer, if she is still there, and into a draft."""
        if self.current == sheet.customer_id and self.writing.sheet is None:
            self.writing.reopen(sheet)
            self.timeline.follows = True
            self.go_to("composer")
            self.composer.to_blank(0)
        await self.writing.keep(sheet)

    async def _ask_if_sure(
        self, sheet: Sheet, reasons: tuple[str, ...], *, done: bool, at: datetime | None
    ) -> None:
        """Something is odd: she is asked, and Enter goes on writing."""
        await self._words_back(sheet)
        told = "\n".join(f"{self.look.icons.dot} {line(reason)}" for reason in reasons)
        choices = [
            Choice(key="no", label=_("Go on writing"), detail=told),
            Choice(key="yes", label=_("Send it all the same")),
        ]

        def chosen(answer: str | None) -> None:
            if answer == "yes" and self.writing.sheet is sheet:
                sheet.sure += reasons
                self.run(self.close_and_send(done=done, at=at))

        self.above(
            Picking(_("Is this meant for {name}?").format(name=sheet.name), choices, self.look, typed=False),
            chosen,
        )

    def tell_planned(self, _delivery: Delivery, _name: str) -> str:
        """Say when a planned reply leaves; done by who plans."""
        return ""

    async def finish(self, customer_id: str) -> None:
        """Mark as done and go on; done by who decides."""

    async def write_again(self, draft: Draft, customer_id: str) -> None:
        """A reply was taken back: its words are in the composer again."""
        if self.current == customer_id and not draft.is_empty:
            self.write(note=False)
