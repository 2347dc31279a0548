"""Notes on a reply while it is written: they got these words before, it says nothing of what they asked. Never a wall."""

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from agent_tui.tui import when
from agent_tui.tui.screens.sheets import Sheet
from agent_tui.tui.screens.writes import Writes

if TYPE_CHECKING:
    from agent_tui.services.personal import Lately, Notes


class Noting(Writes):
    """The personal touch."""

    def note_words(self, sheet: Sheet) -> None:
        """Look at the words as they stand."""
        if not sheet.note and sheet is self.writing.sheet:
            self.do(self._note(sheet), group="notes", exclusive=True)

    async def _note(self, sheet: Sheet) -> None:
        await sheet.ready.wait()
        if self.writing.sheet is sheet and (text := self.composer.text).strip():
            found = await self._notes(sheet, text)
            self.writing.hint(sheet, found.told(sheet.name, self._day))
        else:
            self.writing.hint(sheet, ())

    async def worth_knowing(self, sheet: Sheet) -> tuple[str, ...]:
        """That they got these words before, when the words were sent before it could be said."""
        if sheet.note:
            return ()
        found = (await self._notes(sheet, sheet.text)).repeated(sheet.name, self._day)
        return tuple(words for words in found if words not in sheet.hints)

    async def _notes(self, sheet: Sheet, text: str) -> "Notes":
        from agent_tui.services import personal  # words of many languages: not before the first picture

        known = await self._lately(sheet)
        answers = sheet.promise is None and not sheet.files
        look = partial(personal.notes, text, known, inserted=sheet.inserted, answers=answers)
        return await asyncio.to_thread(look)  # long letters take a while: typing goes on

    async def _lately(self, sheet: Sheet) -> "Lately":
        """Read once for a sheet, and again when they have written meanwhile."""
        from agent_tui.services import personal

        newest = self._newest(sheet.customer_id)
        if sheet.known is None or sheet.known[0] != newest:
            found = await personal.lately(self.desk.timeline, sheet.customer_id, self.desk.business)
            sheet.known = (newest, found)
        return sheet.known[1]

    def _newest(self, customer_id: str) -> str:
        """Their newest message, as far as it is on the screen."""
        card = self.reading.card
        shown = card is not None and card.customer.id == customer_id
        return card.last_in.id if shown and card and card.last_in else ""

    def _day(self, at: datetime) -> str:
        today = when.local(self.desk.clock.now(), self.look.zone).date()
        return when.on_day(when.local(at, self.look.zone).date(), today)
