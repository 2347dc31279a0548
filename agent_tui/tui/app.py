"""The application: a desk in, the screen out.

It alone listens to the feed and the host. What it hears only sets a flag, looked at some fifteen times a second:
however much arrives, the screen reads again what it shows, no more often than eyes can follow, and no error of the
screen reaches who spoke. A crash gives the terminal back and names
the log; no traceback, and none of a customer's words, is printed.
"""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter

from agent_tui.core.language import _
from agent_tui.core.store import Change
from agent_tui.services.desk import Desk
from agent_tui.settings import Times
from agent_tui.tui import icons as icon_sets
from agent_tui.tui import themes
from agent_tui.tui.gate import Gate
from agent_tui.tui.guard import Guard
from agent_tui.tui.herald import BREATH, SILENT, Herald, Signals
from agent_tui.tui.icons import IconSet
from agent_tui.tui.keymap import DEFAULT, Keymap
from agent_tui.tui.lines import Look
from agent_tui.tui.pace import QUIET, Pace
from agent_tui.tui.safe import line
from agent_tui.tui.screens.desk import DeskScreen

GREETED = 30.0  # seconds the greeting stays
LOOKS = 1 / 15  # seconds between two looks at the flag
_log = logging.getLogger(__name__)


class AgentApp(App[None]):
    """The workstation. `icons` and `theme` are the settings' words; `zone` None is the machine's own."""

    CSS_PATH = "app.tcss"
    TITLE = "agent-tui"
    ENABLE_COMMAND_PALETTE = False  # ours is made from the table of keys
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        desk: Desk,
        *,
        icons: IconSet = "auto",
        theme: str = "dark",
        zone: tzinfo | None = None,
        log: Path | None = None,
        keymap: Keymap = DEFAULT,
        compact: bool = False,
        times: Times = "mixed",
        signals: Signals = SILENT,
        greeting: str = "",
    ) -> None:
        # Without colour Textual sends none at all only when it uses the terminal's own.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.animation_level = "none"
        self.look = Look(
            icons=icon_sets.choose(icons),
            agent=desk.business.agent,
            zone=zone,
            keys=keymap,
            compact=compact,
            times=times,
        )
        self._herald = Herald(desk, signals)
        self._guard = Guard()
        self._pace = Pace()
        self._desk = desk
        self._log_file = log
        self._deaf: tuple[Callable[[], None], ...] = ()
        self._changed: set[str] = set()
        self._everything = False
        self._health = False
        for each in themes.all_themes():
            self.register_theme(each)
        self.theme = themes.choose(theme)
        self.desk_screen = DeskScreen(desk, self.look)
        self.gate = Gate(self, super().on_event, self.desk_screen)
        self._greeting = greeting

    def get_default_screen(self) -> DeskScreen:
        """There is one; others open above it."""
        return self.desk_screen

    def on_mount(self) -> None:
        """Begin to hear."""
        self.set_class(self.look.icons is icon_sets.ASCII, "-ascii")
        self._deaf = (self._desk.feed.listen(self._hear), self._desk.host.listen(self._hear_health))
        self.set_interval(LOOKS, self._look)
        self.set_interval(BREATH, self._announce)
        self.set_interval(QUIET, self._pace.rest)
        if self._greeting:
            self.notify(self._greeting, timeout=GREETED, markup=False)

    def on_unmount(self) -> None:
        """Hear no more."""
        for stop in self._deaf:
            stop()

    async def on_event(self, event: events.Event) -> None:
        """Whatever she does, she is at it."""
        if isinstance(event, events.InputEvent):
            self._pace.typed()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.gate.take(event)
        else:
            await super().on_event(event)

    def _hear(self, changes: Sequence[Change]) -> None:
        self._herald.hear(changes)
        self._changed |= {change.customer_id for change in changes}
        self._everything = self._everything or any(change.reset for change in changes)

    def _hear_health(self) -> None:
        self._health = True

    def _look(self) -> None:
        if not self.desk_screen.is_mounted:
            return
        if self._health:
            self._health = False
            self.desk_screen.tell_bars()
        if self._changed or self._everything:
            changed, everything = self._changed, self._everything
            self._changed, self._everything = set(), False
            self.desk_screen.changed(changed, everything=everything)
        if self._herald.signals.title and self.desk_screen.counts is not None:
            self._entitle(self.desk_screen.counts.waiting)

    def _entitle(self, waiting: int) -> None:
        from agent_tui.tui.terminal import PatientDriver

        if isinstance(self._driver, PatientDriver):
            business = (
                f" {self.look.icons.rule} {self._desk.business.name}" if self._desk.business.name else ""
            )
            told = _("{n} waiting").format(n=waiting)
            self._driver.entitle(f"agent-tui: {told}{business}")

    def _announce(self) -> None:
        self.run_worker(self._tell_news(), group="news", exit_on_error=False)

    async def _tell_news(self) -> None:
        """Ring, and have the desktop tell who wrote."""
        from agent_tui.tui.terminal import PatientDriver

        news = await self._herald.news()
        if not news:
            return
        if self._herald.signals.bell:
            self.bell()
        if self._herald.signals.notify and isinstance(self._driver, PatientDriver):
            self._driver.tell_desktop(news)

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice; on a terminal, one that outlasts it."""
        from textual.drivers.linux_driver import LinuxDriver

        from agent_tui.tui.terminal import PatientDriver

        chosen = super().get_driver_class()
        return PatientDriver if chosen is LinuxDriver else chosen

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Ours is the last."""
        return [*super().get_line_filters(), self._guard]

    def action_other_theme(self) -> None:
        """Dark, or light."""
        self.theme = themes.OTHER.get(self.theme, "dark")

    async def action_quit(self) -> None:
        """Whoever asks Textual to quit gets our way of quitting: drafts are kept."""
        self.desk_screen.command("quit")

    async def leave(self) -> None:
        """Leave without a question, as when the terminal is closed: the draft is kept, what waits leaves later."""
        writing = self.desk_screen.writing
        if (sheet := writing.close()) is not None:
            await writing.keep(sheet)
        self.exit()

    def action_help_quit(self) -> None:
        """Ctrl+C, when nothing is marked to be copied."""
        self.notify(self.look.keys.fill(_("{quit} quits; Ctrl+Q from anywhere.")), markup=False)

    def _fatal_error(self) -> None:
        """A bug: the log has the traceback; the terminal is given back with a sentence."""
        error = sys.exc_info()[1] or self._exception
        _log.critical("the screen stopped", exc_info=error)
        where = (
            _("The details are in {log_file}.").format(log_file=self._log_file)
            if self._log_file
            else _("The details are in the log.")
        )
        kind = type(error).__name__ if error else _("unknown error")
        words = _(
            "agent-tui stopped because of an unexpected error ({kind}).\nNothing that was saved is lost. {where}"
        ).format(kind=kind, where=where)
        self.panic(Text("\n".join(line(part) for part in words.split("\n"))))
