"""Commands on saved words: inserted into what is written, kept from what was written, reviewed."""

import asyncio
from datetime import date

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Direction, Message
from agent_tui.services import blanks, signing
from agent_tui.services.saved_words import LONGEST_TITLE, Saved, half_a_year_on
from agent_tui.services.word_shelf import Shelf
from agent_tui.tui import when
from agent_tui.tui.safe import line
from agent_tui.tui.screens.choosing_words import ChoosingWords, Wanted
from agent_tui.tui.screens.editing import Editing
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.sheets import Sheet
from agent_tui.tui.screens.typed_line import TypedLine


class Saving(Editing):
    """Saved words."""

    @property
    def _today(self) -> date:
        return when.local(self.desk.clock.now(), self.look.zone).date()

    def do_words(self) -> Work:
        """Choose saved words; from a list, the reply is opened first."""
        if self.pane != "composer":
            self.write(note=False)
        sheet = self.writing.sheet
        return self._choose_words(sheet) if sheet is not None else None

    async def _choose_words(self, sheet: Sheet, at: str = "") -> None:
        await sheet.ready.wait()
        if self.writing.sheet is not sheet:
            return
        if self.composer.words.read_only:
            raise UsageError(_("nothing can be written here"), remedy=_("answer on another channel"))
        shelf = await asyncio.to_thread(self.desk.words.all)
        if not shelf.saved and not shelf.broken:
            self._tell_none()
            return
        values = blanks.values(await self.desk.timeline.card(sheet.customer_id), self.desk.business)
        channel = sheet.envelope.channel.name if sheet.envelope else ""
        wanted = Wanted(today=self._today, channel=channel, values=values)

        def chosen(found: Saved | str | None) -> None:
            if isinstance(found, str):
                self.run(self._edit_words(found, sheet))
            elif found is not None and self.writing.sheet is sheet:
                self._insert(sheet, found, wanted)

        self.above(ChoosingWords(shelf, wanted, self.look, self._reviewed, at=at), chosen)

    def _tell_none(self) -> None:
        folder = line(str(self.desk.words.folder))
        told = _("There are no saved words yet.")
        how = _("{name} in the commands keeps what you wrote; or put files into {folder}.")
        label = self.look.keys.by_id["words.save"].label
        self.toast(f"{told}\n{how.format(name=label, folder=folder)}")

    def _insert(self, sheet: Sheet, saved: Saved, wanted: Wanted) -> None:
        """The words where the cursor is; kept as a draft at once, and which blanks they brought with them."""
        text = blanks.filled(saved.text, wanted.values)
        self.writing.insert(sheet, text, saved.text)
        self.note_words(sheet)
        self.do(self.writing.keep(sheet), group="keep")
        self.tell_bars()

    async def _reviewed(self, name: str) -> Shelf:
        await asyncio.to_thread(self.desk.words.reviewed, name, half_a_year_on(self._today))
        return await asyncio.to_thread(self.desk.words.all)

    async def _edit_words(self, name: str, sheet: Sheet) -> None:
        """The file itself in her editor; then the list again, in which she sees what became of it."""
        written = await asyncio.to_thread(self.desk.words.written, name)
        edited = await self.in_editor(written)
        await asyncio.to_thread(self.desk.words.rewrite, name, edited)
        await self._choose_words(sheet, at=name)

    # Keeping words

    @property
    def words_to_save(self) -> str:
        """What is written, else what the message under the cursor says, without our signature."""
        if self.pane == "composer":
            return self.composer.text.strip()
        entry = self.timeline.entry if self.pane == "timeline" else None
        if entry is None or not isinstance(entry.fact, Message):
            return self.composer.text.strip() if self.composer.is_open else ""
        return self._unsigned(entry.fact).strip()

    def _unsigned(self, message: Message) -> str:
        if message.direction is not Direction.OUT:
            return message.text
        info = self.desk.channels.get(message.channel)
        signature = self.desk.business.signatures.get(message.channel, "")
        return signing.unsigned(message.text, signature, letter=bool(info and info.can.subject))

    def do_words_save(self) -> Work:
        """Ask for a title, then keep them."""
        text, card = self.words_to_save, self.reading.card
        general = blanks.general(text, card, self.desk.business) if card is not None else text
        review = half_a_year_on(self._today)
        day = when.on_day(review, self._today)
        hint = _("a title; to be reviewed on {day}").format(day=day)

        def typed(title: str | None) -> None:
            if title is not None:
                self.run(self._keep_words(title, general, review, personal=general != text))

        self.above(TypedLine(_("Save these words as"), "", hint=hint, longest=LONGEST_TITLE), typed)
        return None

    async def _keep_words(self, title: str, text: str, review: date, *, personal: bool) -> None:
        saved = await asyncio.to_thread(self.desk.words.add, title, text, review)
        told = _("Saved as {title}; {key} inserts them.").format(
            title=line(saved.title), key=self.look.keys.name("words", "inbox")
        )
        self.toast(f"{told}\n{_('The name in them is a blank now.')}" if personal else told)
