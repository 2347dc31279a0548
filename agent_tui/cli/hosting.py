"""Commands around the channels: are they well, and host them without a screen."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from agent_tui.cli.call import complain, home_option, json_option, print_json, say, settings, tell, work_on
from agent_tui.core import words
from agent_tui.core.errors import AgentTuiError, StoreError, UsageError
from agent_tui.core.language import N_, _

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk
    from agent_tui.services.keeper import Summary
    from agent_tui.settings import Settings

DID = {
    "received": N_("{n} received"),
    "duplicates": N_("{n} duplicates"),
    "unreadable": N_("{n} unreadable"),
    "sent": N_("{n} sent"),
    "failed": N_("{n} failed"),
    "unsure": N_("{n} unsure"),
    "held": N_("{n} held"),
}
Row = dict[str, str | bool | None]


def register(program: click.Group) -> None:
    """Add these commands."""
    for command in (check, sync, serve):
        program.add_command(command)


@click.command()
@json_option
@home_option
def check(as_json: bool) -> int:
    """Ask every channel and the store whether all is well."""
    chosen = settings()
    rows: list[Row] = []

    async def job(desk: "Desk", store: "Store") -> None:
        troubles = await desk.host.check()
        rows.extend(
            _row(name, str(chosen.channels[name]["kind"]), trouble) for name, trouble in troubles.items()
        )
        rows.append(await _store_row(store))

    try:
        work_on(chosen, job)
    except StoreError as error:
        rows.append(_row("store", "local", error))
    _neighbours()
    if as_json:
        print_json(rows)
    else:
        say("\n".join(_lines(rows)))
    return 0 if all(row["ok"] for row in rows) else 1


def _row(name: str, kind: str, trouble: AgentTuiError | None) -> Row:
    problem, remedy = (trouble.problem, trouble.remedy or None) if trouble else (None, None)
    return {"name": name, "kind": kind, "ok": trouble is None, "problem": problem, "remedy": remedy}


async def _store_row(store: "Store") -> Row:
    report = await store.check()
    trouble = (
        StoreError("; ".join(report.problems), remedy=_("run agent-tui reindex")) if report.problems else None
    )
    return _row("store", "local", trouble)


def _lines(rows: list[Row]) -> list[str]:
    from agent_tui.cli import plain

    table = [
        [
            str(row["name"]),
            str(row["kind"]),
            words.health("ok")
            if row["ok"]
            else " — ".join(str(row[k]) for k in ("problem", "remedy") if row[k]),
        ]
        for row in rows
    ]
    return list(plain.columns(table))


def _neighbours() -> None:
    """A warning when another distribution installs folders with our names: it may overwrite our files."""
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    for name in ("adapters", "storage"):
        others = sorted(set(owners.get(name, ())) - {"agent-tui-desk"})
        if others:
            tell(
                _(
                    "warning: {names} installs a package {name} too: give agent-tui an environment of its own"
                ).format(names=", ".join(others), name=name)
            )


@click.command()
@click.option("--once", is_flag=True, help="Until each channel has caught up and nothing is due, then stop.")
@json_option
@home_option
def sync(once: bool, as_json: bool) -> int:
    """Host the channels without a screen: receive, and send what is in the outbox."""
    return _sync(settings(), as_json) if once else _host(settings(), as_json)


@click.command()
@json_option
@home_option
def serve(as_json: bool) -> int:
    """As sync, and keep the web parts of channels listening."""
    return _host(settings(), as_json)


def _sync(chosen: "Settings", as_json: bool) -> int:
    async def job(desk: "Desk", _store: "Store") -> int:
        return _report(await desk.host.once(), as_json)

    return work_on(chosen, job)


def _host(chosen: "Settings", as_json: bool) -> int:
    if not chosen.channels:
        raise UsageError(
            _("no channel is configured"),
            remedy=_("add one to {config_file}").format(config_file=chosen.config_file),
        )

    async def job(desk: "Desk", _store: "Store") -> int:
        ignore = desk.host.listen(_teller(desk))
        try:
            await hosted(desk)
        finally:
            ignore()
        return _report(desk.host.summaries(), as_json)

    return work_on(chosen, job)


async def hosted(desk: "Desk") -> None:
    """Host every channel until SIGINT or SIGTERM. A second signal does not wait for the message in hand."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(desk.feed.run())
        host = group.create_task(desk.host.run())
        asked = 0

        def stop() -> None:
            nonlocal asked
            asked += 1
            desk.host.stop()
            if asked > 1:
                host.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        try:
            await asyncio.wait({host})
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
            feed.cancel()


def _teller(desk: "Desk") -> Callable[[], None]:
    """Says on stderr how each channel is, whenever that changes."""
    told: dict[str, tuple[str, str]] = {}

    def tell_changes() -> None:
        for name, health in desk.host.health().items():
            news = (health.state, health.detail)
            if told.get(name) != news:
                told[name] = news
                tell(": ".join(part for part in (name, *news) if part))

    return tell_changes


def _report(summaries: Mapping[str, "Summary"], as_json: bool) -> int:
    if as_json:
        print_json({"channels": {name: asdict(summary) for name, summary in summaries.items()}})
    else:
        for name, summary in summaries.items():
            counts = {
                key: value
                for key, value in asdict(summary).items()
                if key != "error" and (value or key != "held")
            }
            say(f"{name}: " + ", ".join(_(DID[key]).format(n=value) for key, value in counts.items()))
    for name, summary in summaries.items():
        if summary.error:
            complain(f"{name}: {summary.error}")
    sys.stdout.flush()
    return 1 if any(summary.error for summary in summaries.values()) else 0
