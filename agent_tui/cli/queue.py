"""Commands of the day's work: done, snooze, promise, tags, whose customer it is, and what is known of them."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import MINUS_IS_NO_OPTION, home_option, json_option, print_json, tell, work
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.tables import nearest

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk

NUMBERS = ("importance", "severity", "effort")
FACTS = ("name", "company", *NUMBERS, "satisfaction")


def register(program: click.Group) -> None:
    """Add these commands."""
    for command in (done, snooze, follow_up, promise, tag, assign, unread, set_facts, pin, unpin):
        program.add_command(command)


def _change(who: str, as_json: bool, step: "Callable[[Desk, str], Awaitable[str]]") -> int:
    """Do something to one customer's record; `step` says what was done."""
    from agent_tui.cli import documents

    async def job(desk: "Desk", _store: "Store") -> None:
        customer = await desk.contacts.who(who)
        said = await step(desk, customer)
        card = await desk.timeline.card(customer)
        if as_json:
            print_json(documents.customer(card, await desk.timeline.promises(card.customer)))
        tell(f"{card.customer.name}: {said}")

    return work(job)


@click.command()
@click.argument("who")
@json_option
@home_option
def done(who: str, as_json: bool) -> int:
    """Everything they said so far is dealt with."""

    async def step(desk: "Desk", customer: str) -> str:
        await desk.inbox.done(customer)
        return _("done")

    return _change(who, as_json, step)


@click.command()
@click.argument("who")
@click.option("--until", metavar="WHEN", help='2026-11-24T09:00Z, "tomorrow 9am", 3d')
@click.option("--until-they-write", is_flag=True, help="For as long as they do not write.")
@json_option
@home_option
def snooze(who: str, until: str | None, until_they_write: bool, as_json: bool) -> int:
    """Out of sight until a moment, or until they write: whichever is first."""
    from agent_tui.cli import plain
    from agent_tui.core import when

    async def step(desk: "Desk", customer: str) -> str:
        moment = when.parse(until, desk.clock.now()) if until is not None else None
        await desk.inbox.snooze(customer, moment)
        if moment is None:
            return _("snoozed until they write")
        return _("snoozed until {when}").format(when=plain.local_time(moment))

    if (until is None) is not until_they_write:
        raise UsageError(_("until when?"), remedy=_("give --until WHEN, or --until-they-write"))
    return _change(who, as_json, step)


@click.command("follow-up")
@click.argument("who")
@click.option("--by", required=True, metavar="WHEN", help='2026-11-24T09:00Z, "tomorrow 9am", 3d')
@json_option
@home_option
def follow_up(who: str, by: str, as_json: bool) -> int:
    """Remind us to ask again, unless they write first."""
    from agent_tui.cli import plain
    from agent_tui.core import when

    async def step(desk: "Desk", customer: str) -> str:
        moment = when.parse(by, desk.clock.now())
        await desk.inbox.follow_up(customer, moment)
        return _("to follow up at {when}").format(when=plain.local_time(moment))

    return _change(who, as_json, step)


@click.command()
@click.argument("who")
@json_option
@home_option
def unread(who: str, as_json: bool) -> int:
    """Their newest message counts as new again; when something is new already, all counts as read."""

    async def step(desk: "Desk", customer: str) -> str:
        await desk.inbox.unread(customer)
        return _("read or unread")

    return _change(who, as_json, step)


@click.command()
@click.argument("who")
@click.option("--by", required=True, metavar="WHEN", help='2026-11-24T09:00Z, "tomorrow 9am", 3d')
@click.option("--text", help="What was promised: kept as a note.")
@json_option
@home_option
def promise(who: str, by: str, text: str | None, as_json: bool) -> int:
    """We said that they hear from us by then: a promise that is not kept outranks everything."""
    from agent_tui.cli import plain
    from agent_tui.core import when

    async def step(desk: "Desk", customer: str) -> str:
        moment = when.parse(by, desk.clock.now())
        await desk.inbox.promise(customer, moment)
        if text:
            await desk.timeline.note(customer, text)
        return _("promised by {when}").format(when=plain.local_time(moment))

    return _change(who, as_json, step)


@click.command(context_settings=MINUS_IS_NO_OPTION)
@click.argument("who")
@click.argument("tags", nargs=-1, required=True, type=click.UNPROCESSED, metavar="+TAG -TAG ...")
@json_option
@home_option
def tag(who: str, tags: tuple[str, ...], as_json: bool) -> int:
    """Put tags on (+vip) and take them off (-vip)."""
    wrong = [one for one in tags if one[:1] not in {"+", "-"} or not one[1:].strip() or "," in one]
    if wrong:
        raise UsageError(
            _("{text!r} is no tag").format(text=wrong[0]),
            remedy=_("write +vip to put it on, -vip to take it off"),
        )
    on = [one[1:].strip() for one in tags if one.startswith("+")]
    off = [one[1:].strip() for one in tags if one.startswith("-")]

    async def step(desk: "Desk", customer: str) -> str:
        await desk.inbox.tag(customer, add=on, remove=off)
        return _("tagged {tags}").format(tags=" ".join(tags))

    return _change(who, as_json, step)


@click.command()
@click.argument("who")
@click.argument("agent")
@json_option
@home_option
def assign(who: str, agent: str, as_json: bool) -> int:
    """Whose customer it is to answer; "" is nobody's."""

    async def step(desk: "Desk", customer: str) -> str:
        await desk.inbox.assign(customer, agent.strip() or None)
        if not agent.strip():
            return _("assigned to nobody")
        return _("assigned to {agent}").format(agent=agent.strip())

    return _change(who, as_json, step)


@click.command("set")
@click.argument("who")
@click.argument(
    "facts",
    nargs=-1,
    required=True,
    metavar="name=... company=... importance=1|2|3 severity=... effort=... satisfaction=1-5",
)
@json_option
@home_option
def set_facts(who: str, facts: tuple[str, ...], as_json: bool) -> int:
    """Write down what is known of a customer.

    \b
    importance   1 ordinary, 2 good, 3 best     waiting time × 1, 2, 3
    severity     1 ordinary, 2 serious, 3 urgent     × 1, 2, 3
    effort       1 a quick answer, 2 ordinary, 3 a long one     × 1.5, 1, 0.75
    satisfaction 1 not at all ... 5 very: what they said when last asked
    """
    values = dict(fact.partition("=")[::2] for fact in facts)
    for key in values:
        if key not in FACTS or not all("=" in fact for fact in facts):
            raise UsageError(
                _("{key!r} cannot be set").format(key=key),
                remedy=_("{remedy} (write it as name=Ana)").format(remedy=nearest(key, FACTS)),
            )

    numbers = {key: _number(key, values.get(key)) for key in NUMBERS}

    rated = _satisfaction(values.pop("satisfaction", None))
    told = ", ".join([*values, *(["satisfaction"] if rated is not None else [])])

    async def step(desk: "Desk", customer: str) -> str:
        if rated is not None:
            await desk.inbox.rate(customer, rated)
        if not values:
            return _("set {told}").format(told=told)
        await desk.inbox.describe(
            customer,
            name=values.get("name"),
            company=values.get("company"),
            importance=numbers["importance"],
            severity=numbers["severity"],
            effort=numbers["effort"],
        )
        return _("set {told}").format(told=told)

    return _change(who, as_json, step)


@click.command()
@click.argument("who")
@click.argument("text")
@click.option("--from", "entry", default="", metavar="ENTRY", help="The id of the message that says it.")
@json_option
@home_option
def pin(who: str, text: str, entry: str, as_json: bool) -> int:
    """They told us already: keep it on their card."""

    async def step(desk: "Desk", customer: str) -> str:
        await desk.inbox.pin(customer, text, entry)
        return _("pinned")

    return _change(who, as_json, step)


@click.command()
@click.argument("who")
@click.argument("text")
@json_option
@home_option
def unpin(who: str, text: str, as_json: bool) -> int:
    """Take a pinned fact off their card; TEXT is written as it stands there."""

    async def step(desk: "Desk", customer: str) -> str:
        await desk.inbox.unpin(customer, text)
        return _("unpinned")

    return _change(who, as_json, step)


def _satisfaction(text: str | None) -> int | None:
    from agent_tui.services.inbox import BEST

    if text is not None and text not in {str(value) for value in range(1, BEST + 1)}:
        raise UsageError(
            _("satisfaction {text!r} is not 1 to {best}").format(text=text, best=BEST),
            remedy=_("1 not at all, {best} very").format(best=BEST),
        )
    return int(text) if text else None


def _number(key: str, text: str | None) -> int | None:
    from agent_tui.services.urgency import BY_KEY

    words = BY_KEY[key].words
    if text is not None and text not in {str(value) for value in words}:
        remedy = ", ".join(f"{value} {_(word)}" for value, word in words.items())
        raise UsageError(_("{key} {text!r} is not 1, 2 or 3").format(key=key, text=text), remedy=remedy)
    return int(text) if text else None
