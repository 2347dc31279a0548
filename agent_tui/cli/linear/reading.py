"""Reading in lines: the queue by numbers, a customer's timeline page by page, what a search found."""

import re

from agent_tui.cli import plain
from agent_tui.cli.linear.lines import Lines
from agent_tui.core import words as states
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Card, Message, Position
from agent_tui.core.store import View
from agent_tui.core.tables import nearest
from agent_tui.core.text import clean
from agent_tui.services import views
from agent_tui.services.desk import Desk
from agent_tui.services.urgency import BY_KEY
from agent_tui.services.views import Named

ROWS = 15  # customers of a page
ENTRIES = 10  # entries of a page
HITS = 15
_STARS = re.compile(r"(★{1,3}) · ")


class Reading:
    """Who is read now, and which customers the numbers mean."""

    def __init__(self, desk: Desk, lines: Lines) -> None:
        self.desk = desk
        self.lines = lines
        self.current: str | None = None
        self.name = ""
        self._view = views.WAITING
        self._numbered: list[str] = []
        self._oldest: Position | None = None

    # The queue

    async def do_list(self, rest: str) -> None:
        """The first page of a view."""
        lists = {one.key: one for one in await self._lists()}
        if rest and rest not in lists:
            raise UsageError(_("there is no list {rest}").format(rest=rest), remedy=nearest(rest, lists))
        self._view = lists[rest] if rest else self._view
        self._numbered = []
        await self.do_more("")

    async def do_view(self, _rest: str) -> None:
        """Every list by name."""
        self.lines.say("\n".join(f"list {one.key}: {_(one.name)}" for one in await self._lists()))

    async def _lists(self) -> tuple[Named, ...]:
        labels = await self.desk.inbox.labels()
        return views.lists(self.desk.business, self.desk.clock.now(), tuple(self.desk.channels), labels)

    async def do_more(self, _rest: str) -> None:
        """The next page of the list; numbers go on."""
        begun = len(self._numbered)
        rows, total = await self.desk.inbox.rows(self._view.view, offset=begun, limit=ROWS)
        self._numbered += [one.row.customer_id for one in rows]
        lines = [] if begun else [f"{_(self._view.name)}: {total}."]
        for number, one in enumerate(rows, begun + 1):
            why = ", ".join(one.reasons) or states.standing(one.row.state)
            said = f": {plain.cut(one.row.last.snippet, 80)}" if one.row.last else ""
            unread = _(", {unread} unread").format(unread=one.row.unread) if one.row.unread else ""
            lines.append(f"{number}. {one.row.name}, {why}{unread}{said}")
        if total > len(self._numbered):
            lines.append(_("{n} more: more").format(n=total - len(self._numbered)))
        self.lines.say("\n".join(lines) if lines else _("That is all."))

    # One customer

    async def do_open(self, rest: str) -> None:
        """A customer by number, name, address or id."""
        if not rest:
            raise UsageError(_("nobody is named"), remedy=_("open 1, or open ana@example.com"))
        if rest.isdecimal() and 1 <= int(rest) <= len(self._numbered):
            await self.read(self._numbered[int(rest) - 1])
        else:
            await self.read(await self.desk.contacts.who(rest))

    async def read(self, customer_id: str) -> None:
        """Say who it is and what was said last; it counts as read."""
        card = await self.desk.timeline.card(customer_id)
        self.current, self.name = card.customer.id, card.customer.name
        await self._say_card(card)
        await self.do_newest("")
        await self.desk.inbox.read(card.customer.id)

    async def _say_card(self, card: Card) -> None:
        promised = await self.desk.timeline.promises(card.customer)
        self.lines.say(spoken(plain.customer(card, self.desk.clock.now(), promised)))

    async def do_next(self, _rest: str) -> None:
        """The next who waits; after the last one, or one who does not wait, the first."""
        await self._step(1)

    async def do_previous(self, _rest: str) -> None:
        """The one before."""
        await self._step(-1)

    async def _step(self, by: int) -> None:
        rows, _other = await self.desk.inbox.rows(View(), limit=1000)
        waiting = [one.row.customer_id for one in rows]
        others = [who for who in waiting if who != self.current]
        if not others:
            self.lines.say(_("Nobody else is waiting.") if waiting else _("Nobody is waiting."))
        elif self.current in waiting:
            await self.read(waiting[(waiting.index(self.current) + by) % len(waiting)])
        else:
            await self.read(others[0 if by > 0 else -1])

    def chosen(self) -> str:
        """The customer a command is about. Raises UsageError when there is none."""
        if self.current is None:
            raise UsageError(_("no customer is open"), remedy=_("type next, or open and a name"))
        return self.current

    async def do_newest(self, _rest: str) -> None:
        """The newest page of what was said."""
        self._oldest = None
        await self._page()

    async def do_older(self, _rest: str) -> None:
        """The page before."""
        await self._page()

    async def _page(self) -> None:
        page = await self.desk.timeline.page(self.chosen(), before=self._oldest, limit=ENTRIES)
        if page.entries:
            self._oldest = page.entries[0].position
        self.lines.say(spoken(plain.timeline(page.entries)) or _("Nothing older was said."))
        if page.older:
            self.lines.say(_("There is more before: older"))

    async def do_card(self, _rest: str) -> None:
        """Who it is."""
        card = await self.desk.timeline.card(self.chosen())
        await self._say_card(card)

    async def do_quote(self, _rest: str) -> None:
        """What the newest message quotes."""
        page = await self.desk.timeline.page(self.chosen(), limit=50)
        quoted = [
            e.fact.quoted for e in page.entries if isinstance(e.fact, Message) and e.fact.quoted.strip()
        ]
        told = "\n".join(f"  {line}" for line in clean(quoted[-1]).splitlines()) if quoted else ""
        self.lines.say(told or _("Nothing is quoted."))

    def number(self, customers: list[str]) -> None:
        """What a number typed next opens."""
        self._numbered = customers

    async def do_search(self, rest: str) -> None:
        """What was said, by the query language of the search command; numbers open whom it was said by."""
        if not rest:
            raise UsageError(
                _("there is nothing to search for"), remedy=_('search cake, or search "nut free" from:ana')
            )
        found = await self.desk.contacts.search(rest, limit=HITS)
        self._numbered = [hit.customer_id for hit in found]
        lines = [
            f"{number}. {hit.name}, {states.medium(hit.medium.value) if hit.medium else states.kind(hit.type)},"
            f" {hit.at.astimezone():%Y-%m-%d}: {plain.cut(hit.snippet, 100)}"
            for number, hit in enumerate(found, 1)
        ]
        self.lines.say("\n".join(lines) or _("Nothing was found."))

    async def do_find(self, rest: str) -> None:
        """The same in all that was said with the customer who is open, newest first."""
        who = self.chosen()
        if not rest:
            raise UsageError(_("there is nothing to look for"), remedy=_('find cake, or find "nut free"'))
        found = await self.desk.contacts.search_with(who, rest, limit=HITS)
        lines = [
            f"{hit.at.astimezone():%Y-%m-%d %H:%M}, "
            f"{states.medium(hit.medium.value) if hit.medium else states.kind(hit.type)}:"
            f" {plain.cut(hit.snippet, 100)}"
            for hit in found
        ]
        self.lines.say("\n".join(lines) or _("Nothing was found."))


def spoken(text: str) -> str:
    """A text view without what is only drawn, which a screen reader would spell out."""
    lines = (line.strip("─ ") + "." if line.startswith("──") else line for line in text.splitlines())
    reasons = BY_KEY["importance"].reasons
    return _STARS.sub(
        lambda match: f"{_(reasons[len(match[1])])} · " if len(match[1]) in reasons else "",
        "\n".join(lines),
        1,
    )
