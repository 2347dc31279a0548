"""How the day goes, or the last week or month: figures, charts, what rises; kept as CSV with a key."""

import asyncio
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import N_, _
from agent_tui.services.desk import Desk
from agent_tui.services.today import Report
from agent_tui.tui.lines import Line, Look, Role, said
from agent_tui.tui.safe import line
from agent_tui.tui.screens.paper import Lay, Sheet
from agent_tui.tui.widgets.lines import entitle
from agent_tui.tui.wrap import wrap

PERIODS = (1, 7, 30)
AGAIN = 60.0  # seconds after which it is counted again while it is looked at
_HINT = N_("p another period, s saves CSV, Esc goes back")


class TodayScreen(ModalScreen[None]):
    """Scrolls, changes its period, saves."""

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._days = PERIODS[0]
        self.report: Report | None = None
        self.sheet = Sheet(_words(_("Counting …")))

    def compose(self) -> ComposeResult:
        """A large box."""
        with Vertical(id="box", classes="-wide"):
            yield self.sheet

    def on_mount(self) -> None:
        """Count, and keep counting."""
        entitle(self.query_one("#box"), title=self._title(), subtitle=_(_HINT))
        self._count()
        self.set_interval(AGAIN, self._count)

    def _title(self) -> str:
        if self._days == 1:
            return _("Today")
        return _("The last {days} days").format(days=self._days)

    def _count(self) -> None:
        self.run_worker(self._load(self._days), group="today", exclusive=True, exit_on_error=False)

    async def _load(self, days: int) -> None:
        try:
            report = await self._desk.today.report(days, self._look.zone)
        except AgentTuiError as error:
            self.sheet.put(_words(f"{error.problem}. {error.remedy}"))
            return
        self.report = report
        self.sheet.put(self._lay(report))
        entitle(self.query_one("#box"), title=self._title())

    def _lay(self, report: Report) -> Lay:
        from agent_tui.tui.report import lay

        return lambda width: lay(report, width, self._look)

    def _switch(self, by: int) -> None:
        self._days = PERIODS[(PERIODS.index(self._days) + by) % len(PERIODS)]
        self.sheet.go(0)
        self._count()

    def _save(self) -> None:
        if self.report is not None:
            self.run_worker(self._export(self.report), group="export", exclusive=True, exit_on_error=False)

    async def _export(self, report: Report) -> None:
        from agent_tui.services.today_sheet import as_csv, file_name

        day = report.period.until.astimezone(self._look.zone)
        try:
            path = await asyncio.to_thread(self._desk.exports.save, file_name(report, day), as_csv(report))
        except AgentTuiError as error:
            self.notify(line(f"{error.problem}. {error.remedy}"), severity="error", markup=False)
            return
        self.notify(line(_("Saved as {path}").format(path=path)), timeout=10, markup=False)

    def on_key(self, event: events.Key) -> None:
        """Scroll, another period, save, leave."""
        page = max(1, self.sheet.height - 2)
        by = {"j": 1, "down": 1, "k": -1, "up": -1, "space": page, "pagedown": page, "pageup": -page}
        by |= {"home": -(10**9), "end": 10**9, "G": 10**9}
        if event.key in by:
            self.sheet.go(min(max(0, self.sheet.top + by[event.key]), self.sheet.max_scroll_y))
        elif event.key in {"p", "right", "tab"}:
            self._switch(1)
        elif event.key in {"P", "left", "shift+tab"}:
            self._switch(-1)
        elif event.key == "s":
            self._save()
        elif event.key in {"escape", "q", "D"}:
            _unused = self.dismiss()
        else:
            return
        event.stop()
        event.prevent_default()


def _words(words: str) -> Lay:
    def lay(width: int) -> Sequence[Line]:
        return [said((part, Role.DIM)) for part in wrap(line(words), width)]

    return lay
