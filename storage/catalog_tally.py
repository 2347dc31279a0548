"""A stretch of time, counted from the catalog: `_tally` says what it means.

Row numbers of entries rise with time and never lie before it, so that a stretch is read from its beginning on without
an index of its own. Only inside `Catalog.reading`.
"""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from agent_tui.core.model import Message, Position
from agent_tui.core.tally import DONE, QUARTER, Mark, Tally, Told, Volume, responses, told
from storage import codec
from storage.catalog import Catalog
from storage.catalog_customers import ALWAYS
from storage.catalog_inbox import waits
from storage.filed import Filed, Spot
from storage.lines import Place
from storage.search_words import PER_MILLISECOND

_WITHIN = "e.n >= :first AND e.at >= :since AND e.at < :until"
_ASKS = "(e.asks IS NOT NULL AND e.void < 2)"
_ANSWERS = "(e.reply = 1 AND e.void = 0)"
_QUARTER = QUARTER // timedelta(milliseconds=1)


def tally(catalog: Catalog, filed: Filed, since: datetime, until: datetime, texts: int) -> Tally:
    """What happened from `since` until before `until`."""
    counter = _Counter(catalog, since, until)
    return Tally(
        since=since,
        until=until,
        volumes=counter.volumes(),
        responses=counter.responses(),
        waiting=tuple(codec.moment(wait) for wait in waits(catalog, codec.milliseconds(until))),
        wrote=counter.wrote(),
        tags=counter.tags(),
        activities=counter.activities(),
        told=counter.told(filed, max(0, texts)),
    )


class _Counter:
    """One question about one stretch of time."""

    def __init__(self, catalog: Catalog, since: datetime, until: datetime) -> None:
        self._catalog = catalog
        self._stretch = (since, until)
        first, end = codec.milliseconds(since), codec.milliseconds(until)
        self._values = {"since": first, "until": end, "first": first * PER_MILLISECOND}

    def _run(self, sql: str, **values: Any) -> list[Any]:
        return self._catalog.db.execute(sql, self._values | values).fetchall()

    def volumes(self) -> tuple[Volume, ...]:
        """Messages by quarter of an hour and channel."""
        sql = (
            f"SELECT e.at - e.at % {_QUARTER} AS slot, e.what, sum({_ASKS}), sum({_ANSWERS}) FROM entry e"
            f" WHERE {_WITHIN} AND e.kind < 2 AND ({_ASKS} OR {_ANSWERS}) GROUP BY slot, e.what"
            " ORDER BY slot, e.what"
        )
        return tuple(
            Volume(at=codec.moment(slot), channel=channel, came=came or 0, went=went or 0)
            for slot, channel, came, went in self._run(sql)
        )

    def wrote(self) -> int:
        """How many customers wrote."""
        sql = (
            "SELECT count(DISTINCT j.owner) FROM entry e JOIN journal j ON j.n = e.journal"
            f" WHERE {_WITHIN} AND {_ASKS}"
        )
        return int(self._run(sql)[0][0])

    def tags(self) -> tuple[tuple[str, int], ...]:
        """How many of them carry which tag."""
        sql = (
            "SELECT t.value, count(DISTINCT c.n) FROM customer c, json_each(c.tags) t WHERE c.id IN"
            " (SELECT j.owner FROM entry e JOIN journal j ON j.n = e.journal"
            f" WHERE {_WITHIN} AND {_ASKS}) GROUP BY t.value"
        )
        return tuple(sorted((tag, count) for tag, count in self._run(sql)))

    def activities(self) -> tuple[tuple[str, int], ...]:
        """How often each kind of thing happened."""
        sql = (
            f"SELECT e.what, count(*) FROM entry e WHERE {_WITHIN} AND e.kind = 3 AND e.id IS NOT NULL"
            " GROUP BY e.what"
        )
        return tuple(sorted((kind, count) for kind, count in self._run(sql)))

    def responses(self) -> tuple[timedelta, ...]:
        """How long everybody waited who was answered."""
        sql = (
            "SELECT DISTINCT j.owner FROM entry e JOIN journal j ON j.n = e.journal"
            f" WHERE {_WITHIN} AND {_ANSWERS}"
        )
        owners = self._run(sql)
        return tuple(sorted(r for (owner,) in owners for r in responses(self._marks(owner), *self._stretch)))

    def _marks(self, owner: str) -> Iterator[Mark]:
        """From the customer's last answer before this time on: what was before is settled."""
        journals = self._run("SELECT n FROM journal WHERE owner = :owner", owner=owner)
        former = (
            "SELECT at, id FROM entry WHERE journal = :journal AND reply = 1 AND void = 0 AND at < :since"
            " ORDER BY at DESC, id DESC LIMIT 1"
        )
        floors = [spot for (n,) in journals for spot in self._run(former, journal=n)]
        at, key = max(floors, default=(ALWAYS, ""))
        sql = (
            f"SELECT e.at, e.id, CASE WHEN {_ASKS} THEN 'ask' WHEN {_ANSWERS} THEN 'answer' ELSE 'done' END"
            " FROM entry e WHERE e.journal = :journal AND (e.at, e.id) > (:floor, :key) AND e.at < :until"
            f" AND ({_ASKS} OR {_ANSWERS} OR (e.kind = 3 AND e.what = :done))"
        )
        for (journal,) in journals:
            for row in self._run(sql, journal=journal, floor=at, key=key, done=DONE):
                yield _mark(*row)

    def told(self, filed: Filed, texts: int) -> tuple[Told, ...]:
        """What was said last, from the journals."""
        sql = (
            "SELECT j.owner, j.name, e.id, e.off, e.len FROM entry e JOIN journal j ON j.n = e.journal"
            f" WHERE {_WITHIN} AND {_ASKS} ORDER BY e.at DESC, e.id DESC LIMIT :texts"
        )
        rows = self._run(sql, texts=texts)
        facts = filed.facts([Spot(row[1], row[2], Place(row[3], row[4])) for row in rows])
        pairs = zip(rows, facts, strict=True)
        return tuple(told(row[0], fact) for row, fact in pairs if isinstance(fact, Message))


def _mark(at: int, key: str, kind: Literal["ask", "answer", "done"]) -> Mark:
    return Position(codec.moment(at), key), kind
