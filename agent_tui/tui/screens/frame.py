"""The frame of the desk: its panes, which of them is where, what is said in toasts, and how a key becomes a command.

A command that must finish before the next one may begin (done, send and done) *holds* the keys, and so does a box that
opens, and the start, until the first rows come: what is typed meanwhile waits before the gate (`tui.gate`). Nothing
typed ahead is lost, and none of it does anything to the wrong customer.
"""

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic
from typing import Any, Literal, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import _
from agent_tui.core.store import Labels
from agent_tui.core.text import snippet
from agent_tui.services.desk import Desk
from agent_tui.services.inbox import Counts
from agent_tui.tui import bars
from agent_tui.tui.bars import Zone
from agent_tui.tui.cards import card_row
from agent_tui.tui.footer import footer
from agent_tui.tui.gate import is_letter
from agent_tui.tui.keys import BY_ID, Pane
from agent_tui.tui.lines import Line, Look, Role, fit
from agent_tui.tui.safe import line
from agent_tui.tui.screens.listing import Listing
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.screens.undoing import Undoing
from agent_tui.tui.screens.writing import Writing
from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.card import CardView
from agent_tui.tui.widgets.composer import Composer
from agent_tui.tui.widgets.find_line import FindLine
from agent_tui.tui.widgets.inbox import InboxList
from agent_tui.tui.widgets.timeline import TimelineView

THREE, TWO = 110, 80  # columns from which so many panes stand side by side
REPEAT = 5.0  # seconds in which the same toast is not shown again

Severity = Literal["information", "warning", "error"]
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Frame(Screen[None]):
    """What the commands work with."""

    AUTO_FOCUS = "#inbox"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 - Textual reads it on the class

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(id="desk")
        self.desk = desk
        self.look = look
        self.inbox = InboxList(look, desk.clock)
        self.timeline = TimelineView(look, desk.clock)
        self.card = CardView(look, desk.clock)
        self.composer = Composer(look, desk.clock)
        self.find_line = FindLine(look)
        self.listing = Listing(desk, self.inbox)
        self.reading = Reading(desk, self.timeline, self.card)
        self.writing = Writing(desk, self.composer)
        self.undoing = Undoing(desk)
        self.current: str | None = None  # whom the next command is about
        self.counts: Counts | None = None
        self.labels = Labels(tags={}, agents={})
        self.wants_card = True
        self._side: Pane = "inbox"  # the pane beside the timeline, or the only one
        self._holds = 1  # what holds the keys: until the first rows are there, the start
        self._free = asyncio.Event()
        self._toasted: tuple[str, float] = ("", 0.0)
        self._key_line: dict[
            object, tuple[Line, tuple[Zone, ...]]
        ] = {}  # the last one, by what it depends on

    def compose(self) -> ComposeResult:
        """Status above, keys below, three panes between."""
        yield Bar(self.status_line, name="status")
        with Horizontal(id="panes"):
            yield self.inbox
            with Vertical(id="middle"):
                yield Bar(self.folded_line, name="folded")
                yield self.timeline
                yield self.find_line
                yield Bar(self.hint_line, name="hint")
                yield self.composer
            yield self.card
        yield Bar(self.key_line, name="keys")

    # The single lines

    def status_line(self, width: int) -> tuple[Line, tuple[Zone, ...]]:
        """How the business stands; a click shows the channels."""
        healths = tuple(self.desk.host.health().values())
        business, now = self.desk.business.name, self.desk.clock.now()
        line_ = bars.status(business, self.counts, healths, now, self.look, width)
        return line_, (Zone(0, width, "channels"),)

    def folded_line(self, width: int) -> tuple[Line, tuple[Zone, ...]]:
        """The card in one line; a click opens it."""
        card = self.reading.card
        spans = card_row(card, self.look, self.reading.before) if card else ()
        return Line(fit(spans, width, self.look.icons.more)), (Zone(0, width, "pane.card"),)

    def hint_line(self, width: int) -> tuple[Line, tuple[Zone, ...]]:
        """What was done last and can be taken back, or words that wait to be sent; a click does it."""
        if self.is_typing:
            name = line(self.reading.card.customer.name if self.reading.card else "")
            told = _("{name} is typing").format(name=name)
            return Line(fit(((f" {told}", Role.THEM),), width - 1, self.look.icons.more)), ()
        words, draft = self.undoing.words(self.desk.clock.now()), self.reading.draft
        if words:
            told, command = _("takes back: {words}").format(words=words), "undo"
        elif draft is not None and not self.composer.is_open:
            command = "note" if draft.note else "reply"
            begun = snippet(draft.text) or ", ".join(one.name for one in draft.attachments)
            told = _("goes on with your draft: {text}").format(text=line(begun))
        else:
            return Line(), ()
        key = self.look.keys.name(command, "timeline")
        spans = ((f" {key}  ", Role.MARK), (told, Role.ACCENT))
        return Line(fit(spans, width - 1, self.look.icons.more)), (Zone(0, width, command),)

    @property
    def is_typing(self) -> bool:
        """Is the customer on the screen typing? Known by the desk."""
        return False

    def key_line(self, width: int) -> tuple[Line, tuple[Zone, ...]]:
        """The keys that work now."""
        can = frozenset(name for name in BY_ID if self.can(name))
        sheet = self.writing.sheet
        note, planned = sheet is not None and sheet.note, self.is_planned
        asked = (self.pane, can, width, note, planned)
        if asked not in self._key_line:  # most keys change nothing of it, and laying it out is dear
            look = self.look
            line = footer(
                self.pane, can, width, note=note, planned=planned, keymap=look.keys, icons=look.icons
            )
            self._key_line = {asked: line}
        return self._key_line[asked]

    @property
    def is_planned(self) -> bool:
        """Is the cursor on a planned reply? Known by who plans."""
        return False

    def tell_bars(self) -> None:
        """Something they show may have changed."""
        self.query_one("#hint").display = self.is_typing or bool(self.hint_line(80)[1])
        for bar in self.query(Bar):
            bar.look_again()

    # Panes

    @property
    def pane(self) -> Pane:
        """Where the agent is."""
        for name, widget in (
            ("timeline", self.timeline),
            ("card", self.card),
            ("composer", self.composer.words),
            ("find", self.find_line.input),
        ):
            if self.focused is widget:
                return name  # type: ignore[return-value]
        return "inbox"

    def go_to(self, pane: Pane) -> None:
        """Put the agent there, bringing the pane into sight where there is no room for all."""
        if pane not in {"composer", "find"}:
            self._side = pane
        if pane == "card":
            self.wants_card = True
        self.lay_out()
        widgets = {
            "inbox": self.inbox,
            "timeline": self.timeline,
            "card": self.card,
            "composer": self.composer.words,
            "find": self.find_line.input,
        }
        self.set_focus(widgets[pane], scroll_visible=False)
        self.tell_bars()

    def lay_out(self) -> None:
        """Three panes, two or one, as the width allows."""
        wide = self.size.width
        side = self._side
        self.inbox.display = wide >= THREE or side == "inbox" or (wide >= TWO and side != "card")
        self.card.display = (wide >= THREE and self.wants_card) or (wide < THREE and side == "card")
        self.query_one("#middle").display = wide >= TWO or side == "timeline" or self.composer.is_open
        if wide < TWO and self.composer.is_open:
            self.inbox.display = self.card.display = False
        self.query_one("#folded").display = not self.card.display
        self.inbox.styles.width = max(26, min(46, wide * 27 // 100)) if wide >= TWO else "1fr"
        self.card.styles.width = max(28, min(44, wide * 23 // 100)) if wide >= TWO else "1fr"

    def on_resize(self, _event: events.Resize) -> None:
        """Another size of terminal."""
        self.lay_out()
        if self.focused is not None and not self.focused.display:
            self.go_to("timeline")

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Run the key's command."""
        command = self.look.keys.by_key.get((key_of(event), self.pane))
        if command is not None:
            self.command(command.id)
            event.stop()
            event.prevent_default()

    @property
    def is_idle(self) -> bool:
        """May the next key come?"""
        return not self._holds

    async def idle(self) -> None:
        """Until it may."""
        await self._free.wait()

    def release(self) -> None:
        """The first rows are there, a holding command is done, or a box is wholly open."""
        self._holds -= 1
        if not self._holds:
            self._free.set()

    def command(self, name: str) -> None:
        """Run a command by name: a key, a click and the palette all end here."""
        if not self.can(name):
            self.toast(self.why_not(name), severity="warning")
            return
        method: Callable[[], Coroutine[Any, Any, None] | None] = getattr(self, BY_ID[name].method)
        self.run(method())
        self.tell_bars()

    def run(self, work: Coroutine[Any, Any, None] | None) -> None:
        """Do what a command asks for, if anything; the keys wait until it is done."""
        if work is not None:
            self.hold(work)

    def hold(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work that must be finished before the next command begins."""
        self._holds += 1
        self._free.clear()
        self.do(self._holding(work), group="command")

    async def _holding(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self.release()
            self.tell_bars()

    def can(self, _name: str) -> bool:
        """Would the command do something now?"""
        return True

    def why_not(self, name: str) -> str:
        """Why it would not, in words."""
        return _("{label}: there is nothing to do that with here.").format(label=BY_ID[name].label)

    def above(self, screen: Screen[T], chosen: Callable[[T | None], None] | None = None) -> None:
        """Open another screen above this one; `chosen` gets what it gives."""
        self.hold(_done(self.app.push_screen(screen, chosen)))

    # Work, and what goes wrong

    def do(self, work: Coroutine[Any, Any, None], *, group: str, exclusive: bool = False) -> Worker[None]:
        """Do work beside the screen; what goes wrong is said, never fatal."""
        told = self._told(work)
        worker = self.run_worker(told, group=group, exclusive=exclusive, exit_on_error=False)
        weakref.finalize(worker, _let_go, told, work)  # cancelled before it began, it would complain
        return worker

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except AgentTuiError as error:
            self.toast_error(error)

    def toast_error(self, error: AgentTuiError) -> None:
        """What is wrong, and what to do about it."""
        problem = error.problem[:1].upper() + error.problem[1:]
        self.toast(f"{problem}.\n{error.remedy}" if error.remedy else problem, severity="error")

    def toast(self, words: str, *, severity: Severity = "information") -> None:
        """Say something for a few seconds."""
        shown = "\n".join(line(part) for part in words.split("\n") if part.strip())
        last, at = self._toasted
        if shown == last and monotonic() - at < REPEAT:
            return
        self._toasted = (shown, monotonic())
        self.notify(shown, severity=severity, timeout=8 if severity == "error" else 4, markup=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A bug in some work: the log has it, the agent hears of it, everything else goes on."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            _log.error("work of the screen failed", exc_info=error)
            self.toast(
                _("Something went wrong here ({name}). The log has the details.").format(
                    name=type(error).__name__
                ),
                severity="error",
            )


async def _done(work: Awaitable[object]) -> None:
    await work


def _let_go(*coroutines: Coroutine[Any, Any, None]) -> None:
    for coroutine in coroutines:
        coroutine.close()


def key_of(event: events.Key) -> str:
    """A key as the table names it: the character where it is one, whatever the keyboard calls it."""
    single = event.character is not None and is_letter(event)
    return event.character if single and event.character and event.character != " " else event.key
