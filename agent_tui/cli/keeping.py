"""Commands around the store: bring in what the owner has in files, and make anew what is derived."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import home_option, json_option, print_json, say, settings, tell, work, work_on
from agent_tui.core.language import _, many, retold

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk
    from agent_tui.services.importing import Imported

SHOWN = 20  # rejections named one by one on a terminal


def register(program: click.Group) -> None:
    """Add these commands."""
    for command in (import_files, reindex):
        program.add_command(command)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--channel", help="Default: the only channel that reads mail, else one called import.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@json_option
@home_option
def import_files(paths: tuple[Path, ...], channel: str | None, dry_run: bool, as_json: bool) -> int:
    """Read mail into the history: .eml files, mbox files, Maildir folders, and folders of any of them.

    Importing the same again changes nothing.
    """
    chosen = settings(needed=False)

    async def job(desk: "Desk", store: "Store") -> None:
        from agent_tui.bootstrap import import_mail

        counter = _Counter()
        done = await import_mail(
            chosen, desk, store, paths, channel=channel, dry_run=dry_run, told=counter.show
        )
        counter.clear()
        _report(done, dry_run=dry_run, as_json=as_json)

    return work_on(chosen, job)


class _Counter:
    """How far an import is, on a terminal's error stream."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def show(self, done: "Imported") -> None:
        """The number of messages so far."""
        if self._shown:
            count = done.new + done.updated + done.duplicates + done.possible_duplicates + len(done.rejected)
            click.echo("\r" + many("{n} message", "{n} messages", count), err=True, nl=False)

    def clear(self) -> None:
        """Take the number away."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _report(done: "Imported", *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        rejected = [{"path": str(one.path), "row": one.row, "reason": one.reason} for one in done.rejected]
        print_json({**asdict(done), "rejected": rejected})
        return
    say(
        _(
            "{new} new, {updated} updated, {duplicates} duplicates, "
            "{possible} possible duplicates, {rejected} rejected"
        ).format(
            new=done.new,
            updated=done.updated,
            duplicates=done.duplicates,
            possible=done.possible_duplicates,
            rejected=len(done.rejected),
        )
        + (_(" (nothing was written)") if dry_run else "")
    )
    for one in done.rejected[:SHOWN]:
        text = _("rejected: {path}, message {row}: {reason}") if one.row else _("rejected: {path}: {reason}")
        tell(text.format(path=one.path, row=one.row, reason=retold(one.reason)))
    if len(done.rejected) > SHOWN:
        tell(_("… and {count} more: --json names them all").format(count=len(done.rejected) - SHOWN))


@click.command()
@json_option
@home_option
def reindex(as_json: bool) -> int:
    """Make anew everything that is derived from the documents: the index, the search."""

    async def job(_desk: "Desk", store: "Store") -> int:
        report = await store.rebuild()
        if as_json:
            print_json(
                {
                    "customers": report.customers,
                    "messages": report.messages,
                    "problems": list(report.problems),
                }
            )
        else:
            say(
                many("{n} customer", "{n} customers", report.customers)
                + ", "
                + many("{n} message", "{n} messages", report.messages)
            )
        for problem in report.problems:
            tell(_("set aside: {problem}").format(problem=problem))
        return 1 if report.problems else 0

    return work(job)
