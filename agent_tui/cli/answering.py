"""Commands that write: a reply into the outbox, a note into the timeline. Neither sends anything by itself."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import home_option, json_option, print_json, say, tell, work
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.text import clean, clean_line

if TYPE_CHECKING:
    from agent_tui.core.addresses import Address
    from agent_tui.core.model import Note
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk

LONGEST = 1_000_000  # characters of a text


def register(program: click.Group) -> None:
    """Add these commands."""
    for command in (reply, note, call_log):
        program.add_command(command)


@click.command()
@click.argument("who")
@click.option("--on", "channel", metavar="CHANNEL", help="Default: where they wrote last.")
@click.option("--to", metavar="ADDRESS", multiple=True, help="Instead of who wrote; may be repeated.")
@click.option("--cc", metavar="ADDRESS", multiple=True, help="Who else gets it; may be repeated.")
@click.option("--subject", help="Instead of the one that is answered.")
@click.option(
    "--attach", metavar="FILE", multiple=True, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option("--text", help="The words; without it they are read from stdin.")
@click.option("--words", "saved", metavar="NAME", help="Saved words, with what is known in their blanks.")
@click.option("--blank", "filled", metavar="NAME=TEXT", multiple=True, help="What stands in a blank.")
@click.option("--promise", metavar="WHEN", help='The words promise an answer by then: "tomorrow 9am", 3d')
@click.option("--at", metavar="WHEN", help="It leaves then, unless they write first.")
@click.option("--now", is_flag=True, help="Skip the time in which it can be taken back.")
@json_option
@home_option
def reply(
    who: str,
    channel: str | None,
    to: tuple[str, ...],
    cc: tuple[str, ...],
    subject: str | None,
    attach: tuple[Path, ...],
    text: str | None,
    saved: str | None,
    filled: tuple[str, ...],
    promise: str | None,
    at: str | None,
    now: bool,
    as_json: bool,
) -> int:
    """Queue a reply; whoever hosts the channel sends it (the screen, or agent-tui sync)."""
    from agent_tui.cli import documents, plain
    from agent_tui.cli.saved import notes_on, words_for
    from agent_tui.core import when
    from agent_tui.services import attaching

    if at is not None and now:
        raise UsageError(_("now, or at a moment?"), remedy=_("give --at WHEN, or --now"))

    async def job(desk: "Desk", store: "Store") -> None:
        leaves = when.parse(at, desk.clock.now()) if at is not None else None
        customer = await desk.contacts.who(who)
        country = desk.business.home_country
        envelope = await desk.replies.envelope(
            customer, channel=channel, to=_addresses(to, country), cc=_addresses(cc, country), subject=subject
        )
        by = when.parse(promise, desk.clock.now()) if promise is not None else None
        words = await words_for(desk, customer, saved, text, filled)
        files = [attaching.read(path).file for path in attach]
        found = [
            *await desk.replies.odd(envelope, words),
            *await notes_on(desk, customer, envelope.name, words, answers=by is None and not files),
        ]
        for line in (envelope.sentence(), *(_("note: {reason}").format(reason=reason) for reason in found)):
            tell(clean_line(line))
        delivery = await desk.replies.queue(envelope, words, files=files, now=now, promises=by, at=leaves)
        if as_json:
            print_json(documents.reply(envelope, delivery))
        else:
            say(f"{delivery.id} {delivery.state.value}")
        moment = plain.local_time(delivery.not_before or delivery.at)
        tell(
            (
                _("it leaves at {moment}, unless they write first")
                if leaves
                else _("it may leave at {moment}")
            ).format(moment=moment)
            + await _host_wanted(store, envelope.channel.name)
        )

    return work(job)


@click.command()
@click.argument("who")
@click.option("--text", help="The words; without it they are read from stdin.")
@json_option
@home_option
def note(who: str, text: str | None, as_json: bool) -> int:
    """Write a note about a customer. There is no way from a note to an outbox."""

    async def job(desk: "Desk", _store: "Store") -> None:
        _tell_note(await desk.timeline.note(await desk.contacts.who(who), typed(text)), as_json=as_json)

    return work(job)


@click.command("call-log")
@click.argument("who")
@click.option("--text", default="", help="What was said.")
@click.option("--they-called", is_flag=True, help="They called; without it, we did.")
@click.option("--minutes", type=int, help="How long it took.")
@json_option
@home_option
def call_log(who: str, text: str, they_called: bool, minutes: int | None, as_json: bool) -> int:
    """Write down a call with a customer. It is a note: it is never sent."""
    from agent_tui.core.model import Direction
    from agent_tui.services.calls import Call

    async def job(desk: "Desk", _store: "Store") -> None:
        direction = Direction.IN if they_called else Direction.OUT
        call = Call(text=text, direction=direction, minutes=minutes)
        _tell_note(await desk.timeline.call(await desk.contacts.who(who), call), as_json=as_json)

    return work(job)


def _tell_note(written: "Note", *, as_json: bool) -> None:
    from agent_tui.cli import documents

    if as_json:
        print_json(documents.note(written))
    else:
        say(written.id)


async def _host_wanted(store: "Store", channel: str) -> str:
    """A hint, when nobody is there to send it."""
    lease = await store.lease(channel, "agent-tui reply")
    if lease is None:
        return ""
    await store.release(lease)
    return _(", when agent-tui or agent-tui sync runs: nobody hosts the channel now")


def _addresses(texts: tuple[str, ...], country: str) -> "list[Address]":
    from agent_tui.core.addresses import read

    found = []
    for text in texts:
        address = read(text, country)
        if address is None:
            raise UsageError(
                _("{text!r} is not an address").format(text=text),
                remedy=_("write it as ana@example.com or +351912345678"),
            )
        found.append(address)
    return found


def typed(text: str | None) -> str:
    """The text given, or what stands on stdin."""
    if text is None:
        if sys.stdin.isatty():
            tell(_("type the text, and end it with Ctrl-D on an empty line"))
        try:
            text = sys.stdin.buffer.read(4 * LONGEST + 1).decode()
        except UnicodeDecodeError as error:
            raise UsageError(
                _("the text on stdin is not UTF-8"), remedy=_("convert it first, or use --text")
            ) from error
    if len(text) > LONGEST:
        raise UsageError(
            _("the text is longer than {longest} characters").format(longest=LONGEST),
            remedy=_("attach it as a file"),
        )
    return clean(text)
