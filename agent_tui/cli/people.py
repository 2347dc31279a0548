"""Commands of who is who: joined, split, and each taken back; two who are not one; an address that several share."""

from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import home_option, json_option, print_json, tell, work
from agent_tui.core.addresses import read
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _

if TYPE_CHECKING:
    from agent_tui.core.addresses import Address
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk


def register(program: click.Group) -> None:
    """Add these commands."""
    for command in (join, split, undo, apart, share):
        program.add_command(command)


async def _told(desk: "Desk", customer: str, said: str, as_json: bool) -> None:
    from agent_tui.cli import documents

    card = await desk.timeline.card(customer)
    if as_json:
        print_json(documents.customer(card, await desk.timeline.promises(card.customer)))
    tell(f"{card.customer.name}: {said}")


def _address(desk: "Desk", text: str) -> "Address":
    found = read(text, desk.business.home_country)
    if found is None:
        raise UsageError(
            _("{text!r} is no address").format(text=text),
            remedy=_("write it as ana@example.com, +351912345678, web:…"),
        )
    return found


@click.command()
@click.argument("who")
@click.argument("other", metavar="WHO")
@click.option("--why", default="", help="How you know: kept with the join.")
@json_option
@home_option
def join(who: str, other: str, why: str, as_json: bool) -> int:
    """Two customers are one person. The first one's name goes on; split or undo takes it back exactly."""

    async def job(desk: "Desk", _store: "Store") -> None:
        kept, joined = await desk.contacts.who(who), await desk.contacts.who(other)
        name = (await desk.timeline.card(joined)).customer.name
        await desk.joining.join(kept, joined, why)
        await _told(desk, kept, _("joined with {name}").format(name=name), as_json)

    return work(job)


@click.command()
@click.argument("address")
@json_option
@home_option
def split(address: str, as_json: bool) -> int:
    """The address is somebody else's after all: it leaves, with what came along when it was joined."""

    async def job(desk: "Desk", _store: "Store") -> None:
        linking = await desk.joining.split(_address(desk, address))
        left = ", ".join(moved.address.value for moved in linking.moved)
        await _told(desk, linking.before.id, _("split from {left}").format(left=left), as_json)

    return work(job)


@click.command()
@json_option
@home_option
def undo(as_json: bool) -> int:
    """Take back the last join or split."""

    async def job(desk: "Desk", _store: "Store") -> None:
        linking = await desk.joining.undo()
        said = _("the join was taken back") if linking.kind == "join" else _("the split was taken back")
        await _told(desk, linking.before.id, said, as_json)

    return work(job)


@click.command()
@click.argument("who")
@click.argument("other", metavar="WHO")
@click.option("--undo", "back", is_flag=True, help="They may be one after all: suggest it again.")
@json_option
@home_option
def apart(who: str, other: str, back: bool, as_json: bool) -> int:
    """Two customers are two people: never suggest this pair again."""

    async def job(desk: "Desk", _store: "Store") -> None:
        one, second = await desk.contacts.who(who), await desk.contacts.who(other)
        name = (await desk.timeline.card(second)).customer.name
        await desk.joining.apart(one, second, apart=not back)
        await _told(
            desk,
            one,
            _("may be {name} after all").format(name=name) if back else _("is not {name}").format(name=name),
            as_json,
        )

    return work(job)


@click.command()
@click.argument("address")
@click.option("--undo", "back", is_flag=True, help="One person writes from it after all.")
@json_option
@home_option
def share(address: str, back: bool, as_json: bool) -> int:
    """Several people write from this address: it says nothing about who somebody is."""

    async def job(desk: "Desk", _store: "Store") -> None:
        identity = await desk.joining.share(_address(desk, address), shared=not back)
        said = _("is one person's") if back else _("is shared by several people")
        await _told(desk, identity.customer_id, f"{identity.address.value} {said}", as_json)

    return work(job)
