"""A stretch of time, counted from groups that are at hand: what `storage.memory` answers, and others are compared with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from agent_tui.core.model import Activity, Direction, Entry, Message
from agent_tui.core.standing import answers, asks
from agent_tui.core.tally import DONE, Mark, Tally, Told, Volume, quarter, responses, told
from storage._rows import Group, row


def tally(groups: Sequence[Group], since: datetime, until: datetime, texts: int) -> Tally:
    """What happened from `since` until before `until`."""
    within = [(g, e) for g in groups for e in g.entries if since <= e.fact.at < until]
    wrote = {group.customer.id: group for group, entry in within if _asks(entry)}
    waits = (row(group, until).waiting_since for group in groups)
    kinds = Counter(e.fact.kind for _, e in within if isinstance(e.fact, Activity))
    return Tally(
        since=since,
        until=until,
        volumes=_volumes(entry for _, entry in within),
        responses=tuple(sorted(r for g in groups for r in responses(_marks(g), since, until))),
        waiting=tuple(sorted(wait for wait in waits if wait is not None)),
        wrote=len(wrote),
        tags=_counted(Counter(tag for g in wrote.values() for tag in set(g.customer.tags))),
        activities=_counted(kinds),
        told=tuple(_told(within))[: max(0, texts)],
    )


def _told(within: Iterable[tuple[Group, Entry]]) -> Iterator[Told]:
    asked = [(group, entry) for group, entry in within if _asks(entry)]
    asked.sort(key=lambda pair: pair[1].position, reverse=True)
    for group, entry in asked:
        if isinstance(entry.fact, Message):
            yield told(group.customer.id, entry.fact)


def _volumes(entries: Iterable[Entry]) -> tuple[Volume, ...]:
    counted: Counter[tuple[datetime, str, Direction]] = Counter()
    for entry in entries:
        if isinstance(entry.fact, Message) and (_asks(entry) or _answers(entry)):
            counted[quarter(entry.fact.at), entry.fact.channel, entry.fact.direction] += 1
    return tuple(
        Volume(
            at=at,
            channel=channel,
            came=counted[at, channel, Direction.IN],
            went=counted[at, channel, Direction.OUT],
        )
        for at, channel in sorted({key[:2] for key in counted})
    )


def _marks(group: Group) -> Iterator[Mark]:
    for entry in group.entries:
        if _asks(entry):
            yield entry.position, "ask"
        elif _answers(entry):
            yield entry.position, "answer"
        elif isinstance(entry.fact, Activity) and entry.fact.kind == DONE:
            yield entry.position, "done"


def _asks(entry: Entry) -> bool:
    return isinstance(entry.fact, Message) and asks(entry.fact)


def _answers(entry: Entry) -> bool:
    return isinstance(entry.fact, Message) and answers(entry.fact, entry.delivery)


def _counted(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items()))
