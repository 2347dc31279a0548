"""The report as a table: one row for each figure, so that a spreadsheet can sort and add them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from agent_tui.core.sheet import Cell, sheet
from agent_tui.services.today import TODAY, Report, Spread

HEADER = ("section", "name", "now", "before", "unit")


def as_csv(report: Report) -> str:
    """The whole report."""
    return sheet([HEADER, *_rows(report)])


def file_name(report: Report, day: datetime) -> str:
    """What the file is called."""
    kind = (
        "today" if report.period.name == TODAY else f"{(report.period.until - report.period.since).days}-days"
    )
    return f"{kind}-{day:%Y-%m-%d}.csv"


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    before = report.period.before
    yield "period", "since", _moment(report.period.since), _moment(before[0]), "UTC"
    yield "period", "until", _moment(report.period.until), _moment(before[1]), "UTC"
    yield "messages", "in", report.flow.came, report.flow_before.came, "messages"
    yield "messages", "out", report.flow.went, report.flow_before.went, "messages"
    yield "messages", "customers who wrote", report.wrote, report.wrote_before, "customers"
    yield from _spread("first response", report.response, report.response_before)
    for name, count in report.within:
        yield "answered within", name, count, None, "answers"
    yield from _spread("waiting now", report.waiting, None)
    for name, count in _promises(report):
        yield "promises", name, count, None, "promises"
    yield from _flows(report)
    for tag in report.tags:
        yield "tag", tag.name, tag.now, tag.before, "customers"
    for word in report.rising:
        yield (
            f"mentioned since {_moment(report.rising_since)}",
            word.words,
            word.now,
            word.before,
            "customers",
        )


def _spread(section: str, now: Spread, before: Spread | None) -> Iterator[tuple[Cell, ...]]:
    yield section, "count", now.count, before.count if before else None, "customers"
    for name in ("median", "ninth", "longest"):
        told = "90th percentile" if name == "ninth" else name
        former = getattr(before, name) if before else None
        yield section, told, _seconds(getattr(now, name)), _seconds(former), "seconds"


def _promises(report: Report) -> Iterator[tuple[str, int]]:
    yield "made", report.promises.made
    yield "kept", report.promises.kept
    yield "broken", report.promises.broken


def _flows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for channel, flow in report.channels:
        yield "channel in", channel, flow.came, None, "messages"
        yield "channel out", channel, flow.went, None, "messages"
    for hour, flow in enumerate(report.hours):
        yield "hour in", f"{hour:02}:00", flow.came, None, "messages"
        yield "hour out", f"{hour:02}:00", flow.went, None, "messages"


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
