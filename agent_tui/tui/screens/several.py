"""Commands on one customer or on all that are marked; one step takes all of it back."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _, many
from agent_tui.core.model import Customer
from agent_tui.core.when import parse
from agent_tui.services import offers
from agent_tui.services.offers import Moment
from agent_tui.tui import when
from agent_tui.tui.lines import Role
from agent_tui.tui.safe import line
from agent_tui.tui.screens.labelling import Labelling
from agent_tui.tui.screens.labelling import parse as parse_tags
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.people import People
from agent_tui.tui.screens.quick import TYPED, Quick
from agent_tui.tui.widgets.choices import Choice

NOBODY = "nobody:"
AGENT = "agent:"
Change = Callable[[str], Awaitable[Customer]]


class Several(People):
    """Deciding about several at once."""

    # Whom it is about

    @property
    def targets(self) -> tuple[str, ...]:
        """All marked ones, else the customer on the screen."""
        marked = tuple(self.inbox.marked)
        return marked or ((self.current,) if self.current else ())

    def called(self) -> str:
        """What they are called together."""
        whom = self.targets
        return line(self.name_of(whom[0])) if len(whom) == 1 and whom[0] == self.current else self._number()

    def _number(self) -> str:
        names = [self.inbox.marked.get(key, "") for key in self.targets]
        return line(names[0]) if len(names) == 1 else many("{n} customer", "{n} customers", len(names))

    async def each(self, words: str, change: Change, *, leaves: bool = False) -> None:
        """Change all of them; what was done is one step back, also when one of them could not be changed.

        `leaves`: they leave the list, and the next one is shown.
        """
        whom, called = self.targets, self.called()
        before: list[Customer] = []
        try:
            for customer_id in whom:
                before.append(await change(customer_id))  # noqa: PERF401 - known also when the next one fails
        finally:
            if before:
                told = _("{who} {did}") if len(whom) == 1 else "{who}: {did}"
                self.undoing.decided_all(told.format(who=called, did=words), before)
                self.inbox.unmark()
                self.listing.entitle()
        if leaves and self.current in whom:
            self._beyond(frozenset(whom))
        await self.listing.again()
        self.explain()
        await self.reading.refresh()

    def _beyond(self, gone: frozenset[str]) -> None:
        """To the nearest row below that stays; else above."""
        roll = self.inbox.roll
        below, above = range(roll.cursor + 1, len(roll)), range(roll.cursor - 1, -1, -1)
        for position in (*below, *above):
            row = roll.row(position)
            if row is not None and row.row.customer_id not in gone:
                self.inbox.move_to(position)
                self.went(opened=True)
                return

    # Marks

    def do_mark(self) -> None:
        """Mark the row, or take its mark off."""
        row = self.inbox.selected
        if row is not None:
            self.inbox.mark(row.row.customer_id, row.row.name)
            self.listing.entitle()

    def do_unmark(self) -> None:
        """No row is marked."""
        self.inbox.unmark()
        self.listing.entitle()

    # Done, read

    def do_done(self) -> Work:
        """Dealt with: the next one."""
        if not self.inbox.marked:
            return super().do_done()
        return self.each(_("done"), self.desk.inbox.done, leaves=True)

    def do_unread(self) -> Work:
        """New again, or read."""
        return self._unread()

    async def _unread(self) -> None:
        self.stop_looking()
        await self.each(_("read or unread"), self.desk.inbox.unread)

    # Snooze

    def do_snooze(self) -> None:
        """Out of sight for a while."""
        now, zone = self.desk.clock.now(), self.look.zone
        moments = offers.snoozes(now, zone)

        async def snooze(at: datetime | None) -> None:
            told = (
                _("is snoozed until {when}").format(when=when.moment(at, now, zone))
                if at
                else _("is snoozed until they write")
            )
            await self.each(told, lambda c: self.desk.inbox.snooze(c, at), leaves=True)

        self.pick_moment(_("Snooze {name}").format(name=self.called()), moments, snooze)

    def do_follow_up(self) -> None:
        """Ask again, unless they write."""
        now, zone = self.desk.clock.now(), self.look.zone

        async def remind(at: datetime | None) -> None:
            if at is not None:
                told = _("to follow up {when}").format(when=when.moment(at, now, zone))
                await self.each(told, lambda c: self.desk.inbox.follow_up(c, at))

        title = _("Follow up on {name}, unless they write by").format(name=self.called())
        self.pick_moment(title, offers.follow_ups(now, zone), remind)

    def pick_moment(
        self,
        title: str,
        moments: tuple[Moment, ...],
        chosen: Callable[[datetime | None], Work],
        *,
        alone: Callable[[datetime | None], Work] | None = None,
        check: Callable[[datetime], object] = bool,
    ) -> None:
        """One of some moments by its letter, or one that is typed; a capital letter is `alone`; `check` may raise."""
        now, zone = self.desk.clock.now(), self.look.zone
        by_letter = {moment.letter: moment for moment in moments}
        choices = {
            letter: Choice(
                key=letter,
                label=_(moment.name),
                right=(when.moment(moment.at, now, zone), Role.DIM) if moment.at else ("", Role.DIM),
            )
            for letter, moment in by_letter.items()
        }
        capitals = {letter.upper(): letter.upper() for letter in by_letter if letter.isalpha()}
        whom = self.targets

        def picked(key: str | None) -> None:
            if key is None or self.targets != whom:
                return
            if key.startswith(TYPED):
                work = chosen(parse(key.removeprefix(TYPED), self.desk.clock.now(), zone))
            elif key in by_letter:
                work = chosen(by_letter[key].at)
            else:
                work = alone(by_letter[key.lower()].at) if alone else None
            self.run(work)

        hint = (
            _("a letter takes it, a capital without a message")
            if alone
            else _("a letter takes it, Esc goes back")
        )
        self.above(
            Quick(
                title,
                choices,
                self.look,
                hint=hint,
                also=capitals if alone else None,
                check=lambda text: check(parse(text, self.desk.clock.now(), zone)),
            ),
            picked,
        )

    # Whose, and what

    def do_assign(self) -> None:
        """Whose customer it is."""
        me = self.desk.business.agent
        others = dict.fromkeys([*self.desk.business.agents, *sorted(self.labels.agents)])
        others.pop(me, None)
        agents = {"m": me} | {str(number): name for number, name in enumerate(others, 1) if number < 10}
        choices = {
            key: Choice(
                key=f"{AGENT}{name}", label=line(name), right=(_("you") if key == "m" else "", Role.DIM)
            )
            for key, name in agents.items()
        }
        choices["0"] = Choice(key=NOBODY, label=_("nobody"))

        def picked(key: str | None) -> None:
            if key is not None:
                name = key.removeprefix(TYPED).removeprefix(AGENT).strip()
                self.run(self._assign(None if key == NOBODY else name))

        self.above(
            Quick(_("Whose is {name}?").format(name=self.called()), choices, self.look, check=_named),
            picked,
        )

    async def _assign(self, agent: str | None) -> None:
        words = _("assigned to {agent}").format(agent=line(agent)) if agent else _("assigned to nobody")
        await self.each(words, lambda c: self.desk.inbox.assign(c, agent))
        await self.load_labels()

    def do_tag(self) -> None:
        """Tags on and off."""
        card = self.reading.card
        one = card is not None and self.targets == (card.customer.id,)
        has = card.customer.tags if card is not None and one else ()

        def typed(text: str | None) -> None:
            if text is not None:
                self.run(self._tag(*parse_tags(text)))

        self.above(
            Labelling(_("Tags of {name}").format(name=self.called()), self.labels.tags, has, self.look),
            typed,
        )

    async def _tag(self, on: tuple[str, ...], off: tuple[str, ...]) -> None:
        words = " ".join([*(f"#{line(tag)}" for tag in on), *(f"-#{line(tag)}" for tag in off)])
        await self.each(
            _("tagged {tags}").format(tags=words), lambda c: self.desk.inbox.tag(c, add=on, remove=off)
        )
        await self.load_labels()

    async def load_labels(self) -> None:
        """The tags and agents there are."""
        self.labels = await self.desk.inbox.labels()


def _named(text: str) -> None:
    if not text.strip():
        raise UsageError(_("nobody is called that"), remedy=_("type a name"))
