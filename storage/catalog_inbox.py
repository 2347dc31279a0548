"""Lists of customers, most urgent first, without looking at all of them.

The order (`core.store.View`) depends on the time of day, since waiting time is multiplied with importance, severity and effort. Among
those of one weight it does not: an index has them in order, and the first of each weight are merged. So a list is
made of three parts, each read from an index of its own: broken promises, who waits, and the rest. The meaning of the
columns is told in `catalog_customers`; that the order is the right one, tests hold against `_rows.urgency`.
"""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

import heapq
from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from agent_tui.core.model import CustomerState, Direction, InboxRow, Last, Medium
from agent_tui.core.standing import GOOD
from agent_tui.core.store import InboxPage, Labels, View
from storage import codec
from storage.catalog import Catalog

_AWAKE = "snooze <= :now"
_WAITS = f"(wait IS NOT NULL AND ripe <= :now AND {_AWAKE})"
_CAME = "(IFNULL(until <= :now, 0) OR IFNULL(promise <= :now, 0))"
_DONE = f"({_AWAKE} AND settled AND NOT {_CAME})"
_BROKEN = "promise <= :now"
_KEPT = "(promise IS NULL OR promise > :now)"
SHOW = {
    "waiting": f"({_WAITS} OR (IFNULL({_BROKEN}, 0) AND {_AWAKE}))",
    "open": f"({_AWAKE} AND NOT {_DONE})",
    "snoozed": f"(NOT {_AWAKE})",
    "done": _DONE,
    "all": "1",
    "quiet": f"({_AWAKE} AND NOT {_WAITS} AND {_KEPT} AND importance >= {GOOD} AND last_at < :silent)",
}
_UNSENT = (
    "SELECT j.owner FROM delivery d JOIN entry e ON e.id = d.id JOIN journal j ON j.n = e.journal"
    " WHERE d.state IN ('failed', 'unsure') AND e.kind < 2"
)
_HELD = (
    f"{_UNSENT} AND (SELECT json_extract(CAST(b.body AS TEXT), '$.held') FROM document b"
    " WHERE b.kind = 'delivery' AND b.id = d.id)"
)
_SINCE = f"CASE WHEN {_WAITS} THEN wait WHEN {_BROKEN} AND {_AWAKE} THEN promise END"
_COLUMNS = (
    "id, name, wait, ripe, snooze, until, promise, settled, unread, assigned, importance, severity, effort, follow, tags,"
    " last_id, last_medium, last_channel, last_direction, last_at, snippet"
)


def inbox(catalog: Catalog, view: View, now: datetime, offset: int, limit: int) -> InboxPage:
    """Some rows of a view, and how many there are in all."""
    lister = _Lister(catalog, view, codec.milliseconds(now))
    first = max(0, offset)
    numbers = lister.numbers(first + max(0, limit))[first:] if limit > 0 else []
    rows = tuple(lister.row(number) for number in numbers)
    return InboxPage(rows=rows, total=lister.total())


class _Lister:
    """One question about one view."""

    def __init__(self, catalog: Catalog, view: View, now: int) -> None:
        self._catalog = catalog
        self._view = view
        self._values: dict[str, Any] = {"now": now}
        self._unsent: dict[str, int] = Counter(row[0] for row in catalog.all(_UNSENT))
        self._held: dict[str, int] = (
            Counter(row[0] for row in catalog.all(_HELD)) if self._unsent else Counter()
        )
        self._where = " AND ".join([SHOW[view.show], *self._filters(view)])

    def _filters(self, view: View) -> list[str]:
        silent = codec.milliseconds(view.silent_since) if view.silent_since else 1 << 62
        self._values |= {
            "assigned": view.assigned_to,
            "channel": view.channel,
            "tag": view.tag,
            "silent": silent,
        }
        tagged = "EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag)"
        told = {
            "IFNULL(assigned, '') = :assigned": view.assigned_to,
            "last_channel = :channel": view.channel,
            tagged: view.tag,
            f"id IN ({_UNSENT})": view.unsent or None,
        }
        return [sql for sql, value in told.items() if value is not None]

    def total(self) -> int:
        """How many customers the view has."""
        if self._view == View():  # the list that is always on the screen: two indexes know
            waiting = self._count(f"wait IS NOT NULL AND ripe <= :now AND {_AWAKE}")
            return waiting + self._count(f"{_BROKEN} AND promise IS NOT NULL AND {_AWAKE} AND NOT {_WAITS}")
        return self._count(self._where)

    def _count(self, where: str) -> int:
        return int(self._run(f"SELECT count(*) FROM customer WHERE {where}")[0][0])

    def numbers(self, limit: int) -> list[int]:
        """The first `limit` customers' row numbers, most urgent first."""
        found = self._broken(limit)
        for part in (self._waiting, self._rest):
            if len(found) < limit:
                found += part(limit - len(found))
        return found

    def _broken(self, limit: int) -> list[int]:
        sql = (
            f"SELECT n, {_SINCE} AS since FROM customer WHERE {_BROKEN} AND {self._where}"
            " ORDER BY since IS NULL, CASE WHEN since IS NULL THEN -IFNULL(last_at, -(1 << 62))"
            " ELSE (since - :now) * weight END, id LIMIT :limit"
        )
        return [row[0] for row in self._run(sql, limit=limit)]

    def _waiting(self, limit: int) -> list[int]:
        each = (self._waiting_of(weight, limit) for weight in self._weights())
        merged = heapq.merge(*each)
        return [number for (_, _, number), _ in zip(merged, range(limit), strict=False)]

    def _waiting_of(self, weight: int, limit: int) -> list[tuple[int, str, int]]:
        sql = (
            f"SELECT (wait - :now) * weight, id, n FROM customer WHERE weight = :weight AND wait IS NOT NULL"
            f" AND ripe <= :now AND {_AWAKE} AND {_KEPT} AND {self._where} ORDER BY wait, id LIMIT :limit"
        )
        return self._run(sql, weight=weight, limit=limit)

    def _weights(self) -> list[int]:
        """Every weight there is; a dozen at most, usually three."""
        found: list[int] = []
        sql = "SELECT min(weight) FROM customer WHERE wait IS NOT NULL AND weight > :weight"
        while (weight := self._run(sql, weight=found[-1] if found else 0)[0][0]) is not None:
            found.append(weight)
        return found

    def _rest(self, limit: int) -> list[int]:
        if self._view.show == "waiting":
            return []
        sql = (
            f"SELECT n FROM customer WHERE NOT {_WAITS} AND {_KEPT} AND {self._where}"
            " ORDER BY last_at DESC, id LIMIT :limit"
        )
        return [row[0] for row in self._run(sql, limit=limit)]

    def row(self, number: int) -> InboxRow:
        """One line of the list."""
        (key, name, *standing), rest = self._split(number)
        unread, assigned, importance, severity, effort, follow, tags, *last = rest
        state, since = standing_of(standing, self._values["now"])
        until, promise = standing[3:5]
        woken = codec.moment(until) if until is not None else None
        return InboxRow(
            customer_id=key,
            name=name,
            state=state,
            waiting_since=since,
            unread=unread,
            assigned_to=assigned,
            importance=importance,
            promised_by=None if promise is None else codec.moment(promise),
            last=_last(last),
            tags=tuple(msgspec.json.decode(tags)),
            severity=severity,
            effort=effort,
            follow_up=bool(follow) and since is not None and since == woken,
            unsent=self._unsent.get(key, 0),
            held=self._held.get(key, 0),
        )

    def _split(self, number: int) -> tuple[list[Any], list[Any]]:
        row = self._catalog.one(f"SELECT {_COLUMNS} FROM customer WHERE n = ?", number)
        return list(row[:8]), list(row[8:])

    def _run(self, sql: str, **values: Any) -> list[Any]:
        return self._catalog.db.execute(sql, self._values | values).fetchall()


def labels(catalog: Catalog) -> Labels:
    """Every tag and every agent, and how many customers have it."""
    tags = catalog.all("SELECT value, count(DISTINCT n) FROM customer, json_each(tags) GROUP BY value")
    agents = catalog.all("SELECT assigned, count(*) FROM customer WHERE assigned <> '' GROUP BY assigned")
    return Labels(tags=dict(tags), agents=dict(agents))


def waits(catalog: Catalog, now: int) -> list[int]:
    """Since when each waits who waits at `now`, the earliest first."""
    sql = f"SELECT {_SINCE} AS since FROM customer WHERE {SHOW['waiting']} ORDER BY since"
    return [row[0] for row in catalog.db.execute(sql, {"now": now})]


def standing_of(columns: Any, now: int) -> tuple[CustomerState, datetime | None]:
    """State and waiting time at `now`, from (wait, ripe, snooze, until, promise, settled)."""
    wait, ripe, snooze, until, promise, settled = columns
    if snooze > now:
        return CustomerState.SNOOZED, None
    came = any(moment is not None and moment <= now for moment in (until, promise))
    if settled and not came:
        return CustomerState.DONE, None
    if wait is not None and ripe <= now:
        return CustomerState.OPEN, codec.moment(wait)
    broken = promise is not None and promise <= now
    return CustomerState.OPEN, codec.moment(promise) if broken else None


def _last(columns: list[Any]) -> Last | None:
    key, medium, channel, direction, at, snippet = columns
    if key is None:
        return None
    return Last(
        entry_id=key,
        medium=Medium(medium),
        channel=channel,
        direction=Direction(direction),
        at=codec.moment(at),
        snippet=snippet,
    )
