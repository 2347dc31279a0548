"""Commands that look: the queue, one customer's timeline, and what was said about anything."""

from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import MINUS_IS_NO_OPTION, home_option, json_option, print_json, say, tell, work
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _, retold
from agent_tui.core.tables import nearest

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk

COUNT = click.IntRange(1, 1_000_000)


def register(program: click.Group) -> None:
    """Add these commands."""
    for command in (inbox, show, search, earlier):
        program.add_command(command)


@click.command()
@click.option("--all", "everyone", is_flag=True, help="Everyone, not only who waits.")
@click.option("--mine", is_flag=True, help="Only those assigned to this agent.")
@click.option("--unassigned", is_flag=True, help="Only those assigned to nobody.")
@click.option("--snoozed", is_flag=True, help="Who is out of sight for now.")
@click.option("--done", is_flag=True, help="Who is dealt with.")
@click.option("--failed", is_flag=True, help="Who has a message of ours that did not leave, or may not have.")
@click.option("--check-in", is_flag=True, help="Good customers with whom nothing was said for long.")
@click.option("--channel", metavar="NAME", help="Only those whose last message was on this channel.")
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@click.option("--limit", type=COUNT, default=100, show_default=True, help="At most so many customers.")
@json_option
@home_option
def inbox(
    everyone: bool,
    mine: bool,
    unassigned: bool,
    snoozed: bool,
    done: bool,
    failed: bool,
    check_in: bool,
    channel: str | None,
    tag: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Customers who wait for us, most urgent first.

    First whoever was promised an answer and did not get it. Then by waiting time, multiplied: severity (serious × 2,
    urgent × 3), effort (a quick answer × 1.5, a long one × 0.75), importance (good × 2, best × 3). The reasons are
    named; agent-tui set WHO severity=3 changes them.
    """
    from dataclasses import replace

    from agent_tui.cli import documents, plain
    from agent_tui.core.store import View
    from agent_tui.services import views

    shows = {"all": everyone, "snoozed": snoozed, "done": done, "failed": failed, "check_in": check_in}
    wanted = [name for name, given in shows.items() if given]
    if len(wanted) > 1 or (mine and unassigned):
        raise UsageError(_("these lists have nobody in common"), remedy=_("ask for one of them at a time"))

    def view(desk: "Desk") -> View:
        named = {one.key: one for one in views.lists(desk.business, desk.clock.now())}
        chosen = named[wanted[0] if wanted else "waiting"].view
        if channel is not None and channel not in desk.channels:
            raise UsageError(
                _("there is no channel {name}").format(name=channel),
                remedy=nearest(channel, sorted(desk.channels)),
            )
        whose = desk.business.agent if mine else "" if unassigned else None
        return replace(chosen, assigned_to=whose, channel=channel, tag=tag)

    async def job(desk: "Desk", _store: "Store") -> None:
        rows, total = await desk.inbox.rows(view(desk), limit=limit)
        if as_json:
            print_json([documents.queued(row) for row in rows])
        elif rows:
            say(plain.inbox(rows))
        else:
            tell(
                _("nobody waits")
                if not wanted
                else _("nobody is here yet")
                if everyone
                else _("nobody is in this list")
            )
        if len(rows) < total:
            tell(
                _("… and {more} more: --limit {total} shows them all").format(
                    more=total - len(rows), total=total
                )
            )

    return work(job)


@click.command()
@click.argument("who")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="The newest so many entries.")
@click.option("--before", metavar="ID", help="Only entries older than this one.")
@json_option
@home_option
def show(who: str, limit: int, before: str | None, as_json: bool) -> int:
    """One customer and the newest entries of the timeline, oldest first.

    WHO is a customer's id, any of their addresses, or a name when it is unique.
    """
    from agent_tui.cli import documents, plain

    async def job(desk: "Desk", _store: "Store") -> None:
        customer = await desk.contacts.who(who)
        card = await desk.timeline.card(customer)
        place = await desk.timeline.position(before) if before else None
        page = await desk.timeline.page(customer, before=place, limit=limit)
        maybe = await desk.suggesting.of(customer)
        promised = await desk.timeline.promises(card.customer)
        if as_json:
            entries = [documents.entry(entry) for entry in page.entries]
            found = documents.customer(card, promised) | {
                "suggestions": [documents.suggestion(s) for s in maybe]
            }
            print_json({"customer": found, "entries": entries})
            return
        say(plain.customer(card, desk.clock.now(), promised))
        for one in maybe:
            say(
                _("may be {name}: {reasons}").format(
                    name=plain.cut(one.name, 60),
                    reasons=plain.cut("; ".join(map(retold, one.reasons)), 200),
                )
            )
        say("\n" + plain.timeline(page.entries))
        if page.older:
            tell(_("… there is more: --before {entry_id}").format(entry_id=page.entries[0].fact.id))

    return work(job)


@click.command(context_settings=MINUS_IS_NO_OPTION)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--with", "who", metavar="WHO", help="Only what was said with this customer.")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="At most so many.")
@json_option
@home_option
def search(query: tuple[str, ...], who: str | None, limit: int, as_json: bool) -> int:
    """Messages, notes and customers, best first; with one customer: what was said, newest first.

    \b
    words             all of them must be there
    "a phrase"        prefix*    -not
    from: to: on:     who wrote, who got it, on what (email, sms, chat, web, a channel)
    is:               open, done, snoozed, unread, failed, note
    tag:  has:attachment  before:2026-11-01  after:7d
    """
    from agent_tui.cli import documents, plain

    async def job(desk: "Desk", _store: "Store") -> None:
        if who is None:
            found = await desk.contacts.search(" ".join(query), limit=limit)
        else:
            customer = await desk.contacts.who(who)
            found = await desk.contacts.search_with(customer, " ".join(query), limit=limit)
        if as_json:
            print_json([documents.hit(hit) for hit in found])
        elif found:
            say(plain.hits(found))
        else:
            tell(_("nothing was found"))

    return work(job)


@click.command()
@click.argument("who")
@click.option("--entry", metavar="ID", help="What this message of theirs asks, not what waits now.")
@click.option("--limit", type=COUNT, default=9, show_default=True, help="At most so many answers.")
@json_option
@home_option
def earlier(who: str, entry: str | None, limit: int, as_json: bool) -> int:
    """How we answered this before: questions like what WHO asks now, of any customer and channel, and our answers.

    The most alike first; answers that say the same are one. WHO is a customer's id, any of their addresses, or a name
    when it is unique.
    """
    from agent_tui.cli import documents, plain

    async def job(desk: "Desk", _store: "Store") -> None:
        customer = await desk.contacts.who(who)
        if entry is not None:
            await desk.timeline.position(entry)
        found = await desk.earlier.of(customer, entry_id=entry, limit=limit)
        if as_json:
            print_json([documents.before(one) for one in found])
        elif found:
            say("\n\n".join(plain.before(number, one) for number, one in enumerate(found, 1)))
        else:
            tell(_("nothing like it was answered before"))

    return work(job)
