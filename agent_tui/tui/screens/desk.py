"""The desk: inbox, timeline with composer, card. Hears what changed, and keeps what is shown true.

News never moves what the agent looks at: rows and entries are replaced by id, new ones are counted at the edge.
"""

from collections.abc import Collection

from agent_tui.core.addresses import Address
from agent_tui.core.language import _, many
from agent_tui.core.model import Message
from agent_tui.services.desk import Desk
from agent_tui.tui import when
from agent_tui.tui.asking import Asking
from agent_tui.tui.keys import PANE_NAMES
from agent_tui.tui.lines import Look
from agent_tui.tui.safe import line
from agent_tui.tui.screens.channels import Channels
from agent_tui.tui.screens.jumping import Jumping
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.palette import WHO, Palette, commands
from agent_tui.tui.screens.paper import Paper, help_page, message_page
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.today import TodayScreen
from agent_tui.tui.screens.typing import Typing
from agent_tui.tui.widgets.bar import Bar
from agent_tui.tui.widgets.composer import Composer
from agent_tui.tui.widgets.inbox import InboxList
from agent_tui.tui.widgets.lines import LineView, entitle
from agent_tui.tui.widgets.timeline import TimelineView

SLOW = 20  # seconds after which times in words are drawn again, and what has come due is looked for


class DeskScreen(Jumping):
    """The screen the agent works at."""

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(desk=desk, look=look)
        self._rows = Asking(self._load_rows)
        self._talk = Asking(self._load_talk)
        self._seconds = 0
        self.typing = Typing(desk.presence, self._typed)
        self._recount = False

    def on_mount(self) -> None:
        """Load the first rows; from then on keep up."""
        self.composer.display = False
        self.timeline.empty = (
            _("Nobody is chosen"),
            self.look.keys.fill(
                _("Choose a customer: {nav.next}, {nav.prev} and {open}, or a click."), "inbox"
            ),
        )
        entitle(self.timeline, title=_("Timeline"))
        entitle(self.card, title=_("Customer"))
        entitle(self.inbox, title=self.listing.named.name)
        for asking in (self._rows, self._talk):
            self.run_worker(asking.run(), group="keeping up", exit_on_error=False)
        self.do(self._begin(), group="begin")
        self.set_interval(1.0, self._second)
        self._unlisten = self.typing.listen()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._unlisten()

    async def _begin(self) -> None:
        try:
            await self.listing.load()
            self.went()
            await self._load_counts()
            await self.load_labels()
        finally:
            self.release()
            self.tell_bars()

    # Typing

    def _typed(self, who: Address) -> None:
        """Somebody began or stopped typing."""
        card = self.reading.card
        if card is not None and any(identity.address == who for identity in card.identities):
            self.tell_bars()

    @property
    def is_typing(self) -> bool:
        """Is the customer on the screen typing?"""
        return self.typing.is_typing(self.reading.card)

    def on_composer_typed(self, event: Composer.Typed) -> None:
        """The agent types, or has closed the composer."""
        event.stop()
        sheet = self.writing.sheet
        envelope = sheet.envelope if sheet is not None and not sheet.note else None
        self.do(self.typing.ours(envelope, on=event.on), group="typing")

    # Keeping up

    def changed(self, customers: Collection[str], *, everything: bool = False) -> None:
        """These customers' records are new or different."""
        self._recount = True
        self.inbox.roll.stale()
        self._rows.ask()
        if everything or self.reading.customer_id in customers:
            self._talk.ask()

    def reload(self) -> None:
        """The list has to be loaded."""
        self._rows.ask()

    async def _load_rows(self) -> None:
        await self._told(self._rows_and_counts())

    async def _rows_and_counts(self) -> None:
        await self.listing.load()
        self.catch_up_with_list()
        self.explain()
        if self._recount:
            self._recount = False
            await self._load_counts()

    async def _load_counts(self) -> None:
        self.counts = await self.desk.inbox.counts()
        self.tell_bars()

    async def _load_talk(self) -> None:
        await self._told(self._read_again())
        self.tell_reading()

    async def _read_again(self) -> None:
        await self.reading.refresh()
        await self.find_again()
        await self.reading.look_for_draft()
        await self.reading.look_for_suggestions()

    def tell_reading(self) -> None:
        """Say who is on the screen."""
        card = self.reading.card
        if card is None:
            return
        title = line(card.customer.name)
        if self.size.width >= 100:
            since = _("since {month}").format(month=when.month(card.first_seen, self.look.zone))
            title += f" {self.look.icons.rule * 2} {since}"
        entitle(self.timeline, title=title)
        self.timeline.empty = (
            _("Nothing was said yet"),
            self.look.keys.fill(_("{reply} writes first."), "timeline"),
        )
        self.listing.tell_guest(card)
        self.tell_bars()

    def _second(self) -> None:
        self._seconds += 1
        self.timeline.tick()
        self.composer.tick()
        self.typing.fade()
        self.tell_bars()
        if self._seconds % SLOW == 0:
            self.inbox.refresh()
            self.card.lay()
            if self.look.times == "ago" or self.timeline.has_plans:
                self.timeline.relay()
            self._recount = True
            self.inbox.roll.stale()
            self._rows.ask()

    # What the panes say

    def on_line_view_looked(self, event: LineView.Looked) -> None:
        """Other rows are looked at: they may have to be loaded."""
        event.stop()
        self._rows.ask()

    def on_line_view_focused(self, event: LineView.Focused) -> None:
        """The agent is somewhere else, by key or click."""
        event.stop()
        if event.view.id in ("inbox", "timeline", "card"):
            self._side = event.view.id  # type: ignore[assignment]
        self.tell_bars()

    def on_inbox_list_moved(self, event: InboxList.Moved) -> None:
        """By keys: whoever pressed them knows already."""
        event.stop()

    def on_inbox_list_opened(self, event: InboxList.Opened) -> None:
        """By a click."""
        event.stop()
        if self.is_idle:
            self.open_selected() if self.size.width < 80 else self.went(opened=True)

    def on_inbox_list_marked(self, event: InboxList.Marked) -> None:
        """By a click."""
        event.stop()
        self.listing.entitle()

    def on_inbox_list_titled(self, event: InboxList.Titled) -> None:
        """Another list, by a click."""
        event.stop()
        if self.is_idle:
            self.command("view")

    def on_timeline_view_wanted(self, event: TimelineView.Wanted) -> None:
        """More of the timeline."""
        event.stop()
        self.do(self.reading.page(older=event.older), group="page")

    def on_timeline_view_counted(self, event: TimelineView.Counted) -> None:
        """News below the edge."""
        event.stop()
        more = self.timeline.window.stretch.newer
        end = self.look.keys.name("nav.bottom", "timeline")
        told = many("{n} new", "{n} new", event.count) if event.count else _("newer") if more else ""
        entitle(self.timeline, subtitle=f"{told} {self.look.icons.down} {end}" if told else "")

    def on_timeline_view_answered(self) -> None:
        """A double click."""
        self.command("reply")

    def on_timeline_view_whole(self) -> None:
        """A click on what is cut."""
        self.command("whole")

    def on_bar_clicked(self, event: Bar.Clicked) -> None:
        """A key was clicked."""
        event.stop()
        if self.is_idle:
            self.command(event.command)

    # What can be done now

    _NEEDS_CUSTOMER = frozenset(
        {"reply", "reply_via", "note", "done", "reopen", "pane.card", "card", "join", "split", "share"}
        | {
            "snooze",
            "promise",
            "follow_up",
            "assign",
            "tag",
            "why",
            "unread",
            "satisfaction",
            "call",
            "words",
            "earlier",
        }
    )

    def can(self, name: str) -> bool:
        """Would the command do something here and now?"""
        if name in self._NEEDS_CUSTOMER:
            return self.current is not None
        if name in {"whole", "quote", "copy", "pin"}:
            return self.at_message
        if name == "pin.open":
            return self.has_pins or bool(self.reading.before)
        if name == "unpin":
            return self.has_pins
        if name in {"promise.by", "channel.next"}:
            return self.writing.is_reply
        asked = {
            "undo": lambda: bool(self.undoing),
            "resend": lambda: self.at_failed or self.at_planned,
            "take_back": lambda: self.plan is not None,
            "send.later": lambda: self.writing.is_reply if self.pane == "composer" else self.plan is not None,
            "mark_sent": lambda: self.at_unsure,
            "open": lambda: self.inbox.roll.selected is not None,
            "link.call": lambda: self.writing.sheet is not None,
            "link.meeting": lambda: self.writing.sheet is not None,
            "plain": lambda: self.composer.cheaper,
            "blank": lambda: bool(self.composer.open_blanks),
            "words.save": lambda: bool(self.words_to_save),
            "find": lambda: self.reading.card is not None,
            "find.next": lambda: self.finds,
            "find.prev": lambda: self.finds,
            "find.close": lambda: bool(self.find_line.display),
        }
        return asked[name]() if name in asked else True

    def why_not(self, name: str) -> str:
        """Why not."""
        if name in self._NEEDS_CUSTOMER:
            return _("Choose a customer first.")
        if name == "undo":
            return _("There is nothing to take back.")
        if name == "blank":
            return _("No blank is left to fill.")
        if name in {"find.next", "find.prev"}:
            return self.look.keys.fill(_("Look for something first: {find}."), "timeline")
        return super().why_not(name)

    # Help, the program

    def do_whole(self) -> None:
        """A message in full."""
        entry = self.timeline.entry
        if entry is not None and isinstance(entry.fact, Message):
            title = line(entry.fact.author_name) or _("Message")
            self.above(Paper(title, message_page(entry.fact, self.timeline.sought)))

    def do_palette(self) -> None:
        """Every command by name, and everybody."""
        choices = commands(self.look.keys, self.pane, self.can, self.why_not)

        def chosen(name: str | None) -> None:
            if name is not None and name.startswith(WHO):
                self.go_to_customer(name.removeprefix(WHO))
            elif name is not None:
                self.command(name)

        self.above(Palette(choices, self.desk.contacts, self.look), chosen)

    def do_help(self) -> None:
        """The keys that work here."""
        self.above(
            Paper(
                _("Keys in the {where}").format(where=_(PANE_NAMES[self.pane])),
                help_page(self.pane, self.can, self.look),
            )
        )

    def do_sync(self) -> None:
        """Ask every channel now."""
        self.desk.host.poke()
        self.toast(_("Asking every channel for news."))

    def do_channels(self) -> None:
        """How each channel is."""
        self.above(Channels(self.desk, self.look))

    def do_today(self) -> None:
        """How the day goes."""
        self.above(TodayScreen(self.desk, self.look))

    def do_quit(self) -> Work:
        """Leave; ask first when something has not left yet."""
        return self._quit()

    async def _quit(self) -> None:
        sheet = self.writing.close()
        if sheet is not None:
            await self.writing.keep(sheet)
        waiting = self.undoing.waiting(self.desk.clock.now())
        if not waiting:
            self.app.exit()
            return
        choices = [
            Choice(key="stay", label=_("Stay"), detail=_("Until it has left.")),
            Choice(key="quit", label=_("Quit"), detail=_("It leaves when agent-tui runs again.")),
        ]
        title = many("A reply has not left yet", "{n} replies have not left yet", waiting)
        self.above(
            Picking(title, choices, self.look, typed=False),
            lambda a: self.app.exit() if a == "quit" else None,
        )
