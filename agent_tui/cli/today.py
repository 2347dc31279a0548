"""The command that says how the work goes: figures in lines, as JSON, or as a table for a spreadsheet."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import home_option, json_option, print_json, say, tell, work
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk
    from agent_tui.services.today import Report, Spread


def register(program: click.Group) -> None:
    """Add this command."""
    program.add_command(today)


@click.command()
@click.option("--since", metavar="WHEN", help="From then on: 7d, 2026-11-01. Without it: today.")
@click.option("--csv", "csv_file", metavar="FILE", help="A table, into a new file; - is stdout.")
@json_option
@home_option
def today(since: str | None, csv_file: str | None, as_json: bool) -> int:
    """How the day goes: waiting, first answers, volume, promises, and what rises."""
    if csv_file is not None and as_json:
        raise UsageError(_("--csv and --json are two ways to say the same"), remedy=_("choose one"))

    async def job(desk: "Desk", _store: "Store") -> None:
        now = desk.clock.now()
        made = await (desk.today.since(passed(since, now)) if since else desk.today.report(1))
        if as_json:
            print_json(document(made))
        elif csv_file is not None:
            _table(made, csv_file)
        else:
            say("\n".join(lines(made)))

    return work(job)


def passed(text: str, now: datetime) -> datetime:
    """A moment that has passed, written as search takes it. Raises UsageError."""
    from agent_tui.core.query import parse

    remedy = _("write a date as 2026-11-21, or 7d for seven days ago")
    try:
        moment = parse(f"after:{text}", now).after if text.split() == [text] else None
    except UsageError as error:
        raise UsageError(_("{text} is no moment that has passed").format(text=text), remedy=remedy) from error
    if moment is None or moment >= now:
        raise UsageError(_("{text} is no moment that has passed").format(text=text), remedy=remedy)
    return moment


def _table(made: "Report", file: str) -> None:
    from agent_tui.services.exports import save_as
    from agent_tui.services.today_sheet import as_csv

    if file == "-":
        sys.stdout.buffer.write(as_csv(made).encode())
        return
    save_as(Path(file), as_csv(made))
    tell(_("written to {file}").format(file=file))


def lines(made: "Report") -> Iterator[str]:
    """The figures, for a person."""
    from agent_tui.cli.plain import columns

    yield from columns(list(_figures(made)), widest=40)


def _figures(made: "Report") -> Iterator[list[str]]:
    flow, before = made.flow, made.flow_before
    yield [
        _("messages"),
        _("{came} in, {went} out").format(came=flow.came, went=flow.went),
        _("before: {came} in, {went} out").format(came=before.came, went=before.went),
    ]
    yield [
        _("customers who wrote"),
        str(made.wrote),
        _("before: {before}").format(before=made.wrote_before),
    ]
    yield [_("waiting now"), str(made.waiting.count), _told(made.waiting)]
    yield [_("first answers"), str(made.response.count), _told(made.response)]
    kept = made.promises
    yield [
        _("promises"),
        _("{made} made, {kept} kept, {broken} broken").format(
            made=kept.made, kept=kept.kept, broken=kept.broken
        ),
        "",
    ]
    for name, part in made.channels:
        yield [name, _("{came} in, {went} out").format(came=part.came, went=part.went), ""]
    for tag in made.tags:
        yield [
            _("tag {tag}").format(tag=tag.name),
            str(tag.now),
            _("before: {before}").format(before=tag.before),
        ]
    for word in made.rising:
        yield [
            _("mention {words}").format(words=word.words),
            str(word.now),
            _("before: {before}").format(before=word.before),
        ]


def _told(spread: "Spread") -> str:
    from agent_tui.services.inbox import span

    if spread.median is None or spread.ninth is None or spread.longest is None:
        return ""
    return _("median {median}, nine of ten within {ninth}, longest {longest}").format(
        median=span(spread.median), ninth=span(spread.ninth), longest=span(spread.longest)
    )


def document(made: "Report") -> dict[str, object]:
    """The report as JSON: seconds, counts, and times in UTC."""
    from agent_tui.cli.documents import moment

    flow, before, kept = made.flow, made.flow_before, made.promises
    return {
        "since": moment(made.period.since),
        "until": moment(made.period.until),
        "compared_with": [moment(at) for at in made.period.before],
        "messages": {"in": flow.came, "out": flow.went, "in_before": before.came, "out_before": before.went},
        "wrote": made.wrote,
        "wrote_before": made.wrote_before,
        "channels": [{"channel": n, "in": f.came, "out": f.went} for n, f in made.channels],
        "hours": [{"hour": n, "in": f.came, "out": f.went} for n, f in enumerate(made.hours)],
        "first_response": _spread(made.response),
        "first_response_before": _spread(made.response_before),
        "answered_within": [{"within": name, "count": count} for name, count in made.within],
        "waiting": _spread(made.waiting),
        "promises": {"made": kept.made, "kept": kept.kept, "broken": kept.broken},
        "tags": [{"tag": t.name, "now": t.now, "before": t.before} for t in made.tags],
        "rising_since": moment(made.rising_since),
        "rising": [{"words": w.words, "now": w.now, "before": w.before} for w in made.rising],
    }


def _spread(spread: "Spread") -> dict[str, object]:
    lengths = {"median_s": spread.median, "p90_s": spread.ninth, "longest_s": spread.longest}
    told = {k: None if v is None else round(v.total_seconds()) for k, v in lengths.items()}
    return {"count": spread.count, **told}
