"""The command of planned replies: which there are, and another moment for one, now after all, or taken back."""

from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import home_option, json_option, print_json, say, tell, work
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.text import snippet

if TYPE_CHECKING:
    from agent_tui.core.model import Delivery
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk


def register(program: click.Group) -> None:
    """Add the command."""
    program.add_command(planned)


@click.command()
@click.argument("message_id", metavar="[ID]", required=False)
@click.option("--at", metavar="WHEN", help='It leaves then: "tomorrow 9am", 2026-11-24T09:00Z, 3d')
@click.option("--now", is_flag=True, help="It leaves now, whatever they wrote.")
@click.option("--back", is_flag=True, help="It does not leave; its words are a draft again.")
@json_option
@home_option
def planned(message_id: str | None, at: str | None, now: bool, back: bool, as_json: bool) -> int:
    """Replies that leave later, or are held since they wrote first; or what becomes of one of them."""
    chosen = (at is not None) + now + back
    if chosen != (message_id is not None):
        raise UsageError(
            _("what is to become of which reply?"),
            remedy=_("give an ID with one of --at WHEN, --now, --back"),
        )

    async def job(desk: "Desk", _store: "Store") -> None:
        if message_id is None:
            await _list(desk, as_json=as_json)
        elif back:
            await desk.replies.undo(message_id)
            await _tell(desk, message_id, _("taken back: its words are a draft again"), as_json=as_json)
        else:
            delivery = await _changed(desk, message_id, at)
            await _tell(desk, delivery.id, _leaves(delivery), as_json=as_json)

    return work(job)


async def _changed(desk: "Desk", message_id: str, at: str | None) -> "Delivery":
    from agent_tui.core import when

    if at is None:
        return await desk.replies.plans.send_now(message_id)
    return await desk.replies.plans.move(message_id, when.parse(at, desk.clock.now()))


def _leaves(delivery: "Delivery") -> str:
    from agent_tui.cli import plain

    return _("it may leave at {moment}").format(moment=plain.local_time(delivery.not_before or delivery.at))


async def _tell(desk: "Desk", message_id: str, said: str, *, as_json: bool) -> None:
    """What became of it: its id, which may be another one now, and its state."""
    from agent_tui.cli import documents

    delivery = await desk.replies.plans.get(message_id)
    if as_json:
        message, card = await desk.replies.plans.message(delivery)
        print_json(documents.plan(message, delivery, card))
    else:
        say(f"{delivery.id} {delivery.state.value}")
    tell(said)


async def _list(desk: "Desk", *, as_json: bool) -> None:
    from agent_tui.cli import documents, plain

    found = await desk.replies.plans.told()
    if as_json:
        print_json([documents.plan(message, delivery, card) for delivery, message, card in found])
        return
    rows = [
        [delivery.id, card.customer.name, plain.plan(delivery), snippet(message.text)]
        for delivery, message, card in found
    ]
    if rows:
        say("\n".join(plain.columns(rows, widest=44)))
    else:
        tell(_("nothing is planned"))
