"""Commands on saved words: list, show, keep, remove, reviewed; and a reply's words made of them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import MINUS_IS_NO_OPTION, home_option, json_option, print_json, say, tell, work
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk
    from agent_tui.services.saved_words import Saved
    from agent_tui.services.word_shelf import Broken, Shelf


def register(program: click.Group) -> None:
    """Add this command."""
    program.add_command(words)


@click.group(invoke_without_command=True)
@json_option
@home_option
@click.pass_context
def words(context: click.Context, as_json: bool) -> int | None:
    """Saved words, with blanks such as {first_name}: without a command, a list of them."""
    if context.invoked_subcommand is not None:
        if as_json:
            raise UsageError(_("--json comes after the command"), remedy="agent-tui words show NAME --json")
        return None

    async def job(desk: "Desk", _store: "Store") -> None:
        _list(desk, await asyncio.to_thread(desk.words.all), as_json=as_json)

    return work(job)


def _list(desk: "Desk", shelf: "Shelf", *, as_json: bool) -> None:
    from agent_tui.cli.plain import columns
    from agent_tui.core.text import snippet

    today = _today(desk)
    if as_json:
        print_json([*_documents(desk, shelf.saved, today), *map(_broken, shelf.broken)])
        return
    rows = [[one.name, _review(one, today), one.title, snippet(one.text)] for one in shelf.saved]
    if rows:
        say("\n".join(columns(rows)))
    for one in shelf.broken:
        tell(f"{one.name}: {one.problem}; {one.remedy}")
    if not rows and not shelf.broken:
        tell(_("there are no saved words yet; agent-tui words save NAME keeps some"))


def _review(one: "Saved", today: date) -> str:
    if one.review is None:
        return _("no review date")
    return (
        _("to be reviewed since {review}").format(review=one.review)
        if one.is_due(today)
        else _("review {review}").format(review=one.review)
    )


def _today(desk: "Desk") -> date:
    return desk.clock.now().astimezone().date()


def _documents(desk: "Desk", some: Iterable["Saved"], today: date) -> list[dict[str, object]]:
    return [document(desk, one, today) for one in some]


def document(desk: "Desk", one: "Saved", today: date) -> dict[str, object]:
    """Saved words as JSON."""
    from agent_tui.services import blanks

    return {
        "name": one.name,
        "title": one.title,
        "text": one.text,
        "review": one.review.isoformat() if one.review else None,
        "due": one.is_due(today),
        "channels": list(one.channels),
        "tags": list(one.tags),
        "blanks": list(blanks.keys(one.text)),
        "file": str(desk.words.path(one.name)),
        "problem": None,
        "remedy": None,
    }


def _broken(one: "Broken") -> dict[str, object]:
    empty: dict[str, object] = dict.fromkeys(("title", "text", "review", "due", "file"))
    lists: dict[str, object] = {key: [] for key in ("channels", "tags", "blanks")}
    return {"name": one.name, **empty, **lists, "problem": one.problem, "remedy": one.remedy}


@words.command()
@click.argument("name")
@json_option
@home_option
def show(name: str, as_json: bool) -> int:
    """The words of that name, or of that title, as they were saved."""

    async def job(desk: "Desk", _store: "Store") -> None:
        saved = await asyncio.to_thread(desk.words.get, name)
        if as_json:
            print_json(document(desk, saved, _today(desk)))
        else:
            say(saved.text)

    return work(job)


@words.command(context_settings=MINUS_IS_NO_OPTION)
@click.argument("name")
@click.option("--text", help="The words; without it they are read from stdin.")
@click.option("--title", default="", help="What the list calls them; without it, the name.")
@click.option("--review", metavar="DATE", help="To be looked at again from then on; default: in half a year.")
@click.option("--on", "channels", metavar="CHANNEL", multiple=True, help="Meant for that channel.")
@click.option("--tag", "tags", multiple=True, help="A word by which they are found too.")
@click.option("--replace", is_flag=True, help="Instead of those that have the name.")
@json_option
@home_option
def save(
    name: str,
    text: str | None,
    title: str,
    review: str | None,
    channels: tuple[str, ...],
    tags: tuple[str, ...],
    replace: bool,
    as_json: bool,
) -> int:
    """Keep words under a name."""
    from agent_tui.cli.answering import typed
    from agent_tui.services.saved_words import Saved, half_a_year_on, read, write

    async def job(desk: "Desk", _store: "Store") -> None:
        if strange := set(channels) - set(desk.channels):
            raise UsageError(
                _("there is no channel {name}").format(name=min(strange)), remedy=", ".join(desk.channels)
            )
        day = _date(review) if review else half_a_year_on(_today(desk))
        new = Saved(name=name, title=title, text=typed(text), review=day, channels=channels, tags=tags)
        saved = read(name, write(new))
        await asyncio.to_thread(desk.words.save, saved, replace=replace)
        await _tell_kept(desk, saved, as_json=as_json)

    return work(job)


async def _tell_kept(desk: "Desk", saved: "Saved", *, as_json: bool) -> None:
    if as_json:
        print_json(document(desk, saved, _today(desk)))
    else:
        say(str(desk.words.path(saved.name)))
    tell(_("to be reviewed on {review}").format(review=saved.review))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            _("--review {text} is no date").format(text=text), remedy=_("write it as 2027-05-01")
        ) from error


@words.command()
@click.argument("name")
@home_option
def remove(name: str) -> int:
    """Delete saved words."""

    async def job(desk: "Desk", _store: "Store") -> None:
        await asyncio.to_thread(desk.words.remove, name)
        tell(_("removed: {name}").format(name=name))

    return work(job)


@words.command()
@click.argument("name")
@json_option
@home_option
def reviewed(name: str, as_json: bool) -> int:
    """They are right as they stand: look again in half a year."""
    from agent_tui.services.saved_words import half_a_year_on

    async def job(desk: "Desk", _store: "Store") -> None:
        saved = await asyncio.to_thread(desk.words.reviewed, name, half_a_year_on(_today(desk)))
        await _tell_kept(desk, saved, as_json=as_json)

    return work(job)


def given(texts: Sequence[str]) -> Mapping[str, str]:
    """What stands in which blank: ``order number=4711``. Raises UsageError."""
    from agent_tui.services.blanks import key_of

    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not key_of(name.strip("{} ")):
            raise UsageError(
                _("--blank {text} fills nothing").format(text=text),
                remedy=_('write it as --blank "order number=4711"'),
            )
        found[key_of(name.strip("{} "))] = value
    return found


async def words_for(
    desk: "Desk", customer: str, name: str | None, text: str | None, blanks_given: Sequence[str]
) -> str:
    """The words of a reply: saved ones, or those typed, with the blanks filled. Raises UsageError for an open one."""
    from agent_tui.cli.answering import typed
    from agent_tui.services import blanks

    if name is not None and text is not None:
        raise UsageError(_("--words and --text are two ways to say what is sent"), remedy=_("choose one"))
    known = given(blanks_given)
    if name is None:
        said, wanted = typed(text), {*blanks.KNOWN, *known}
    else:
        said = (await asyncio.to_thread(desk.words.get, name)).text
        wanted = set(blanks.keys(said))
        known = {**blanks.values(await desk.timeline.card(customer), desk.business), **known}
    if strange := set(known) - wanted - set(blanks.KNOWN):
        raise UsageError(
            _("the words have no blank {name}").format(name=min(strange)),
            remedy=_("blanks:") + " " + ", ".join(sorted(wanted)),
        )
    return _filled(said, wanted, known)


def _filled(said: str, wanted: set[str], known: Mapping[str, str]) -> str:
    from agent_tui.services import blanks

    left = [blank.key for blank in blanks.still_open(said, wanted) if not known.get(blank.key)]
    if left:
        told = " ".join(f'--blank "{key}=…"' for key in dict.fromkeys(left))
        raise UsageError(
            _("not every blank is filled: {names}").format(names=", ".join(dict.fromkeys(left))),
            remedy=_("give {told}").format(told=told),
        )
    return blanks.filled(said, known)


async def notes_on(desk: "Desk", customer: str, name: str, text: str, *, answers: bool) -> tuple[str, ...]:
    """What is worth knowing of a reply's words: sent before, or nothing in them of what was asked."""
    from agent_tui.services import personal

    known = await personal.lately(desk.timeline, customer, desk.business)
    notes = personal.notes(text, known, answers=answers)
    return notes.told(name, lambda at: f"{at.astimezone():%Y-%m-%d}")
