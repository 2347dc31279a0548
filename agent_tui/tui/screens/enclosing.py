"""Commands on the files that go with a reply."""

import asyncio
from pathlib import Path

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.text import size
from agent_tui.services import attaching
from agent_tui.tui.lines import Role
from agent_tui.tui.safe import line
from agent_tui.tui.screens.choosing import FileChoosing
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.promising import Promising
from agent_tui.tui.screens.sheets import Sheet
from agent_tui.tui.widgets.choices import Choice


class Enclosing(Promising):
    """Attaching files and taking them off."""

    _folder = "~/"  # where the last file was, as it was typed

    def do_attach(self) -> Work:
        """Choose a file; or one to take off."""
        sheet = self.writing.sheet
        if sheet is None:
            return None
        if sheet.note:
            self.toast(_("A note carries no files: it is never sent."), severity="warning")
            return None
        return self._choose_file(sheet)

    async def _choose_file(self, sheet: Sheet) -> None:
        await sheet.ready.wait()
        if sheet.envelope is None or self.writing.sheet is not sheet:
            return
        channel = sheet.envelope.channel
        if not channel.can.files and not sheet.files:
            raise UsageError(
                _("{channel} cannot carry files").format(channel=channel.name),
                remedy=_("answer on another channel"),
            )

        def chosen(found: Path | str | None) -> None:
            if isinstance(found, Path):
                self._folder = f"{found.parent}/".replace("//", "/")
                self.do(self._enclose(sheet, found), group="prepare")
            elif found is not None:
                self._take_off(sheet, int(found))

        self.above(FileChoosing(_("Attach a file"), self._folder, _attached(sheet), self.look), chosen)

    async def _enclose(self, sheet: Sheet, path: Path) -> None:
        found = await asyncio.to_thread(attaching.read, path)
        if sheet.envelope is None:
            return
        files = (*sheet.files, found)
        attaching.check(attaching.sizes(files), sheet.envelope.channel)
        await self._put(sheet, files)

    def _take_off(self, sheet: Sheet, index: int) -> None:
        files = tuple(one for number, one in enumerate(sheet.files) if number != index)
        self.do(self._put(sheet, files), group="keep")

    async def _put(self, sheet: Sheet, files: tuple[attaching.Attached, ...]) -> None:
        """Only while it is being written: what has left or was closed stays as it was."""
        if self.writing.sheet is not sheet:
            self.toast(_("The reply was closed meanwhile: its files are as they were."), severity="warning")
            return
        self.writing.put_files(sheet, files)
        await self.writing.keep(sheet)


def _attached(sheet: Sheet) -> list[Choice]:
    return [
        Choice(
            key=str(number),
            label=_("Take off {name}").format(name=line(one.attachment.name) or _("a file")),
            right=(size(one.attachment.size), Role.DIM),
        )
        for number, one in enumerate(sheet.files)
    ]
