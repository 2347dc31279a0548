"""Knowing whom one answers, in lines: why they wait, how content they are, who they are; and how the day goes."""

from agent_tui.cli import plain, today
from agent_tui.cli.linear.deciding import Deciding
from agent_tui.cli.linear.undoing import Step
from agent_tui.core.addresses import Address, read
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _, retold
from agent_tui.core.model import Linking, Message
from agent_tui.core.tables import nearest
from agent_tui.core.text import clean
from agent_tui.services import links
from agent_tui.services.inbox import BEST
from agent_tui.services.urgency import BY_KEY, FACTORS

LOOK_BACK = 50  # entries in which the newest message is looked for


class Knowing(Deciding):
    """About the customer who is open, and about all."""

    async def do_why(self, rest: str) -> None:
        """What makes a customer urgent; ``severity=2`` changes it."""
        customer_id = self.chosen()
        if rest:
            given = _factors(rest)
            before = await self.desk.inbox.describe(
                customer_id,
                importance=given.get("importance"),
                severity=given.get("severity"),
                effort=given.get("effort"),
            )
            self._decided(_("{name}: {told}"), before, told=rest)
        customer = (await self.desk.timeline.card(customer_id)).customer
        values = [(factor, factor.value(customer)) for factor in FACTORS]
        self.lines.say("\n".join(f"{each.key}={value}: {each.effect(value)}" for each, value in values))

    async def do_satisfaction(self, rest: str) -> None:
        """How content they said they are."""
        if not rest.isdecimal():
            raise UsageError(
                _("how content are they?"),
                remedy=_("write satisfaction 1, not at all, to {best}, very").format(best=BEST),
            )
        before = await self.desk.inbox.rate(self.chosen(), int(rest))
        self._decided(_("{name}: satisfaction {value}"), before, value=rest)

    # Who is who

    async def do_join(self, rest: str) -> None:
        """With whom they may be one; with a name, joined."""
        customer_id = self.chosen()
        offered = await self.desk.suggesting.of(customer_id)
        if rest:
            other = await self.desk.contacts.who(rest)
            why = next((one.reasons for one in offered if one.customer_id == other), ())
            linking = await self.desk.joining.join_best(customer_id, other, "; ".join(why))
            self.current, self.name = linking.before.id, linking.before.name
            self._linked(_("{name} is joined").format(name=linking.before.name), linking)
            return
        told = [f"{one.name}: {'; '.join(retold(reason) for reason in one.reasons)}" for one in offered]
        self.lines.say("\n".join(told) or _("Nobody is suggested. Write join and a name or address."))

    async def do_apart(self, rest: str) -> None:
        """Two people; never asked again."""
        if not rest:
            raise UsageError(_("nobody is named"), remedy=_("write apart and a name or address"))
        await self.desk.joining.apart(self.chosen(), await self.desk.contacts.who(rest))
        self.lines.say(_("They are two people. You will not be asked again."))

    async def do_split(self, rest: str) -> None:
        """An address is somebody else's."""
        linking = await self.desk.joining.split(await self._theirs(rest))
        self._linked(_("{address} left {name}").format(address=rest, name=linking.before.name), linking)

    async def do_share(self, rest: str) -> None:
        """Several people write from an address, or one after all."""
        address = await self._theirs(rest)
        card = await self.desk.timeline.card(self.chosen())
        was = next(identity.shared for identity in card.identities if identity.address == address)
        await self.desk.joining.share(address, shared=not was)
        told = _("{address} is one person's.") if was else _("{address} is shared by several people.")
        self.lines.say(told.format(address=address.value))

    async def _theirs(self, text: str) -> Address:
        """One of the addresses of who is open. Raises UsageError."""
        card = await self.desk.timeline.card(self.chosen())
        address = read(text, self.desk.business.home_country) if text else None
        known = [identity.address for identity in card.identities]
        if address not in known:
            raise UsageError(
                _("{text!r} is none of their addresses").format(text=text),
                remedy=_("they have {addresses}").format(addresses=", ".join(map(str, known))),
            )
        return address

    def _linked(self, words: str, linking: Linking) -> None:
        back = self.desk.joining.undo
        self.steps.append(Step(words=words, customer_id=linking.before.id, back=lambda: back(linking.id)))
        self.lines.say(f"{words}.")

    # Reading, writing

    async def do_whole(self, _rest: str) -> None:
        """The newest message with all it has."""
        page = await self.desk.timeline.page(self.chosen(), limit=LOOK_BACK)
        found = [entry for entry in page.entries if isinstance(entry.fact, Message)]
        if not found:
            raise UsageError(_("no message is here"), remedy=_("older shows what was said before"))
        self.lines.say(plain.timeline(found[-1:]))
        quoted = found[-1].fact.quoted if isinstance(found[-1].fact, Message) else ""
        if quoted.strip():
            self.lines.say("\n".join(f"  {line}" for line in clean(quoted).splitlines()))

    def do_call_link(self, _rest: str) -> None:
        """Our number as a link, for a reply."""
        self.lines.say(links.call_link(self.desk.business))

    def do_meeting_link(self, _rest: str) -> None:
        """A link to a new room, for a reply."""
        self.lines.say(links.meeting_link(self.desk.business))

    async def do_today(self, rest: str) -> None:
        """How the day goes, or the days since a moment."""
        now = self.desk.clock.now()
        report = await (self.desk.today.since(today.passed(rest, now)) if rest else self.desk.today.report(1))
        self.lines.say("\n".join(today.lines(report)))


def _factors(text: str) -> dict[str, int]:
    """``severity=2 effort=1``. Raises UsageError."""
    given: dict[str, int] = {}
    for told in text.split():
        key, _sep, value = told.partition("=")
        if key not in BY_KEY:
            raise UsageError(_("there is no factor {key}").format(key=key), remedy=nearest(key, BY_KEY))
        if not value.isdecimal():
            raise UsageError(
                _("{key} is a number").format(key=key), remedy=_("write {key}=1, 2 or 3").format(key=key)
            )
        given[key] = int(value)
    return given
