"""The report of a day's work as lines: figures first, then charts, then what rises."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from agent_tui.core.language import _, many
from agent_tui.services.inbox import span
from agent_tui.services.today import TODAY, Flow, Report, Spread
from agent_tui.tui.charts import Bars, columns, lying
from agent_tui.tui.lines import BLANK, Line, Look, Role, Span, cells, fit, said
from agent_tui.tui.safe import cut, line

WIDE = 120  # columns from which two parts stand side by side
GAP = 4
HOURS = tuple((hour, str(hour)) for hour in range(0, 24, 3))
NAME = 14  # cells before a figure
LABEL = 18  # cells of a name beside a bar
COUNT = 6
TAGS = 8  # so many are told


def lay(report: Report, width: int, look: Look) -> Sequence[Line]:
    """All of it, in one column or two."""
    if width < WIDE:
        return [*_figures(report, width, look), *_left(report, width, look), *_right(report, width, look)]
    half = (width - GAP) // 2
    left = [*_left(report, half, look)]
    right = [*_right(report, half, look)]
    return [*_figures(report, width, look), *_beside(left, right, half)]


def _beside(left: Sequence[Line], right: Sequence[Line], half: int) -> Iterator[Line]:
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else BLANK
        other = right[number] if number < len(right) else BLANK
        yield Line((*one.spans, (" " * (half + GAP - cells(one.spans)), Role.TEXT), *other.spans))


def _figures(report: Report, width: int, look: Look) -> Iterator[Line]:
    """The figures in words, with what they were before."""
    flow, before = report.flow, report.flow_before
    then = _("yesterday by now") if report.period.name == TODAY else _("before")
    rows: list[tuple[str, str, str]] = [
        (
            _("Messages"),
            _("{came} in, {went} out").format(came=flow.came, went=flow.went),
            f"{then} " + _("{came} in, {went} out").format(came=before.came, went=before.went),
        ),
        (_("Wrote"), people(report.wrote), f"{then} {report.wrote_before}"),
        (_("Waiting now"), *_waiting(report.waiting)),
        (_("First answer"), _answered(report.response), f"{then}: {_answered(report.response_before)}"),
    ]
    for name, now, former in rows:
        yield from _figure(name, now, former, width, look)
    yield _row(_promises(report), width, look)


def _label(name: str) -> str:
    return name + " " * max(1, NAME - cell_len(name))


def _figure(name: str, now: str, former: str, width: int, look: Look) -> Iterator[Line]:
    """A figure with what is to be said of it beside it, or below where there is no room."""
    head: tuple[Span, ...] = ((_label(name), Role.DIM), (now, Role.STRONG))
    more: tuple[Span, ...] = ((former, Role.DIM),)
    gap: Span = ("   ", Role.TEXT)
    if not former or cells((*head, gap, *more)) <= width:
        yield _row((*head, gap, *more), width, look)
        return
    yield _row(head, width, look)
    yield _row(((" " * NAME, Role.TEXT), *more), width, look)


def _waiting(waiting: Spread) -> tuple[str, str]:
    if waiting.median is None or waiting.longest is None:
        return _("nobody"), ""
    return people(waiting.count), _("the longest {longest}, half of them over {median}").format(
        longest=span(waiting.longest), median=span(waiting.median)
    )


def _answered(response: Spread) -> str:
    if response.median is None or response.ninth is None:
        return _("none yet")
    return _("median {median}, nine of ten within {ninth} ({count})").format(
        median=span(response.median), ninth=span(response.ninth), count=response.count
    )


def _promises(report: Report) -> tuple[Span, ...]:
    made = report.promises
    return (
        (_label(_("Promises")), Role.DIM),
        (_("{made} made").format(made=made.made), Role.STRONG),
        (", ", Role.TEXT),
        (_("{kept} kept").format(kept=made.kept), Role.GOOD if made.kept else Role.TEXT),
        (", ", Role.TEXT),
        (_("{broken} broken").format(broken=made.broken), Role.BAD if made.broken else Role.TEXT),
    )


def _left(report: Report, width: int, look: Look) -> Iterator[Line]:
    yield from _title(_("By the hour of the day"), width, look, _legend(look))
    came = Bars([flow.came for flow in report.hours], Role.THEM)
    went = Bars([flow.went for flow in report.hours], Role.US, thin=True)
    yield from columns((came, went), HOURS, width, 8 if width < WIDE else 10, look.icons)
    yield from _title(_("By channel"), width, look)
    top = max((max(flow.came, flow.went) for _other, flow in report.channels), default=0)
    for name, flow in report.channels:
        yield from _channel(name, flow, top, width, look)
    if not report.channels:
        yield said((_("Nothing was said."), Role.DIM))


def _legend(look: Look) -> tuple[Span, ...]:
    came, went = lying(1, 1, 2, look.icons), lying(1, 1, 2, look.icons, thin=True)
    return ((came, Role.THEM), (" " + _("in") + "  ", Role.DIM), (went, Role.US), (" " + _("out"), Role.DIM))


def _channel(name: str, flow: Flow, top: int, width: int, look: Look) -> Iterator[Line]:
    yield _bar(name, flow.came, top, width, look, Role.THEM)
    yield _bar("", flow.went, top, width, look, Role.US, thin=True)


def _right(report: Report, width: int, look: Look) -> Iterator[Line]:
    yield from _title(_("First answer within"), width, look)
    top = max((count for _other, count in report.within), default=0)
    for name, count in report.within:
        yield _bar(_(name), count, top, width, look, Role.ACCENT)
    yield from _title(_("Tags of who wrote"), width, look)
    top = max((tag.now for tag in report.tags), default=0)
    for tag in report.tags[:TAGS]:
        yield _bar(tag.name, tag.now, top, width, look, Role.ACCENT, change=tag.now - tag.before)
    if not report.tags:
        yield said((_("Nobody who wrote has a tag."), Role.DIM))
    yield from _title(_("Mentioned more, in {days}").format(days=_days(report)), width, look)
    for word in report.rising:
        yield _row(
            (
                (many("{n} person mentions", "{n} people mention", word.now) + " ", Role.TEXT),
                (line(word.words), Role.STRONG),
                (", " + _("{n} before").format(n=word.before), Role.DIM),
            ),
            width,
            look,
        )
    if not report.rising:
        yield said((_("Nothing rises."), Role.DIM))


def _days(report: Report) -> str:
    days = max(1, (report.period.until - report.rising_since) // timedelta(days=1))
    return many("{n} day", "{n} days", days)


def _title(words: str, width: int, look: Look, legend: tuple[Span, ...] = ()) -> Iterator[Line]:
    yield BLANK
    room = max(width - cells(legend) - len(words) - 2 - bool(legend), 0)
    rule = (f" {look.icons.rule * room} ", Role.RULE)
    yield Line(fit(((words, Role.TITLE), rule, *legend), width, look.icons.more))


def _bar(
    name: str,
    value: int,
    top: int,
    width: int,
    look: Look,
    role: Role,
    *,
    thin: bool = False,
    change: int | None = None,
) -> Line:
    """A name, a bar, a number."""
    room = max(width - LABEL - COUNT * (1 if change is None else 2) - 2, 4)
    label = cut(line(name), LABEL, look.icons.more)
    pad = " " * (LABEL - cells(((label, role),)))
    spans: list[Span] = [
        (label, Role.TEXT),
        (f"{pad} ", Role.TEXT),
        (lying(value, top, room, look.icons, thin=thin), role),
    ]
    spans.append((f"{value:>{COUNT}}", Role.STRONG))
    if change is not None:
        spans.append((f"{change:>+{COUNT}}", Role.WARN if change > 0 else Role.DIM))
    return _row(tuple(spans), width, look)


def _row(spans: tuple[Span, ...], width: int, look: Look) -> Line:
    return Line(fit(tuple(s for s in spans if s[0]), width, look.icons.more))


def people(count: int) -> str:
    """``5 people``."""
    return many("{n} person", "{n} people", count)
