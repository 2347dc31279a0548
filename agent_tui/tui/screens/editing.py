"""The command that opens the agent's own editor on what she writes."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from textual.app import SuspendNotSupported

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.tui import editor
from agent_tui.tui.screens.enclosing import Enclosing
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.sheets import Sheet


class Editing(Enclosing):
    """Writing elsewhere."""

    def do_editor(self) -> Work:
        """The words in the editor; back here when it is left."""
        sheet = self.writing.sheet
        return self._edit(sheet) if sheet is not None and not self.composer.words.read_only else None

    async def _edit(self, sheet: Sheet) -> None:
        await sheet.ready.wait()
        if self.writing.sheet is not sheet:
            return
        await self._take(sheet, await self.in_editor(self.composer.text))

    async def in_editor(self, text: str) -> str:
        """A text as it is when the editor was left. Raises UsageError: it is as it was."""
        words = editor.command(os.environ)
        try:  # the channels go on meanwhile: only the screen stands still
            with self.app.batch_update(), self.app.suspend(), _interrupts_ignored():
                # an error must not pass through `suspend`: it would never give the screen back
                [edited] = await asyncio.gather(
                    asyncio.to_thread(editor.edit, text, words), return_exceptions=True
                )
        except SuspendNotSupported as error:
            raise UsageError(
                _("this terminal cannot be lent to an editor"), remedy=_("write in the composer")
            ) from error
        finally:
            self.app.refresh(layout=True)
        if isinstance(edited, BaseException):
            raise edited
        return edited

    async def _take(self, sheet: Sheet, text: str) -> None:
        """Into the composer, or where it was closed meanwhile into the draft."""
        if self.writing.sheet is sheet:
            self.composer.write(text)
            await self.writing.keep(sheet)
        else:
            await self.desk.timeline.save_draft(
                sheet.customer_id, text, note=sheet.note, envelope=sheet.envelope, promises=sheet.promise
            )
            self.toast(_("The composer was closed meanwhile: your words are kept as a draft."))


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ctrl+C in the editor is the editor's."""
    before = signal.signal(signal.SIGINT, lambda *_other: None)
    try:
        yield
    finally:
        _unused = signal.signal(signal.SIGINT, before)
