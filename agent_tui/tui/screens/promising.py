"""Commands of promises: seen, you will hear from me by … One key writes it, the next one sends it."""

from collections.abc import Callable
from datetime import datetime

from agent_tui.core.language import _
from agent_tui.services import offers
from agent_tui.tui import when
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.several import Several
from agent_tui.tui.screens.sheets import Sheet


class Promising(Several):
    """Promises."""

    def do_promise(self) -> None:
        """Seen, you will hear from me by the usual time; or, of all that are marked, by a time to choose."""
        if self.inbox.marked:
            self._choose_time(self._promise_alone)
        elif self.current is not None:
            by = offers.usual(self.desk.clock.now(), self.look.zone)
            self.begin(self.current, self._words, note=False, promise=by)
            self.go_to("composer")

    def do_promise_by(self) -> None:
        """Another time for the promise; a reply that promised nothing becomes one that does."""
        if self.writing.is_reply:
            self._choose_time(self._change_time)

    def _choose_time(self, chosen: Callable[[datetime | None], Work]) -> None:
        now, zone = self.desk.clock.now(), self.look.zone
        title = _("{name} will hear from us by").format(name=self.called())
        self.pick_moment(title, offers.promises(now, zone), chosen, alone=self._promise_alone)

    async def _words(self, sheet: Sheet) -> None:
        await self._prepare(sheet)
        if sheet.envelope is None or sheet.promise is None:
            return
        can = sheet.envelope.channel.can
        text = offers.seen_text(
            sheet.envelope.name,
            self.desk.business.agent,
            self._said(sheet.promise),
            letter=can.subject,
            limit=can.max_length,
        )
        sheet.offered = text
        self.writing.put(sheet, text)

    def _said(self, at: datetime) -> str:
        return offers.by_words(at, self.desk.clock.now(), self.look.zone)

    def _change_time(self, at: datetime | None) -> Work:
        """The words keep what was made of them: only the time in them changes."""
        sheet = self.writing.sheet
        if at is None or sheet is None:
            return None
        before = sheet.promise
        if before is not None and not self.composer.say_instead(self._said(before), self._said(at)):
            self.toast(_("The promise is another one now; its words say no time, or an earlier one."))
        self.writing.promise(sheet, at)
        sheet.offered = sheet.offered.replace(self._said(before), self._said(at)) if before else ""
        return None

    def _promise_alone(self, at: datetime | None) -> Work:
        """Promised on the telephone, or to be said later: no message. What was typed is kept as a draft."""
        if at is None:
            return None
        self._put_away()
        told = _("promised by {when}").format(when=when.moment(at, self.desk.clock.now(), self.look.zone))
        return self.each(told, lambda c: self.desk.inbox.promise(c, at))

    def _put_away(self) -> None:
        """Close the composer; the program's own words, left as they were, are not worth a draft."""
        sheet = self.writing.sheet
        if sheet is not None and sheet.promise is not None and self.composer.text == sheet.offered:
            self.composer.empty()
        self.leave_composer()
