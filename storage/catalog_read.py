"""What readers ask of one record, one address or one customer. Only inside `Catalog.reading`, in a reader's thread."""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

import heapq
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from agent_tui.core.addresses import Address, from_key
from agent_tui.core.model import (
    Card,
    Claim,
    Delivery,
    DeliveryState,
    Document,
    Entry,
    Fact,
    Message,
    Position,
    Record,
)
from agent_tui.core.store import Claimed, Head, Known, Page
from storage import codec
from storage._rows import claim_order
from storage.catalog import Catalog
from storage.catalog_customers import document_of, identities, newest, owned
from storage.catalog_inbox import standing_of
from storage.catalog_write import head
from storage.filed import Filed, Spot
from storage.lines import Place

R = TypeVar("R", bound=Record)
D = TypeVar("D", bound=Document)
_PLACE = "j.name, e.id, e.off, e.len"


def get(catalog: Catalog, filed: Filed, kind: type[R], key: str) -> R | None:
    """The newest version of one record."""
    if kind not in codec.FACTS:
        sql = "SELECT body FROM document WHERE kind = ? AND id = ?"
        body: bytes | None = catalog.value(sql, codec.table(kind), key)
        return None if body is None else codec.decode(kind, body)
    fact = _fact(catalog, filed, key)
    return fact if isinstance(fact, kind) else None


def _fact(catalog: Catalog, filed: Filed, key: str) -> Fact | None:
    sql = f"SELECT {_PLACE} FROM entry e JOIN journal j ON j.n = e.journal WHERE e.id = ?"
    row = catalog.one(sql, key)
    return filed.fact(row[0], row[1], Place(row[2], row[3])) if row else None


def every(catalog: Catalog, kind: type[D]) -> tuple[D, ...]:
    """The newest version of every document of one kind, by id."""
    sql = "SELECT body FROM document WHERE kind = ? ORDER BY id"
    return tuple(codec.decode(kind, body) for (body,) in catalog.all(sql, codec.table(kind)))


def claims(catalog: Catalog, of: str | None, addresses: Collection[Address]) -> tuple[Claimed, ...]:
    """What one customer's messages claim, and whoever claims one of these addresses; each once."""
    sql = "SELECT j.owner, c.address, c.vouched, c.why FROM claim c JOIN journal j ON j.n = c.journal WHERE"
    whose = head(catalog, of) if of else None
    rows = set(catalog.all(f"{sql} j.owner = ?", whose)) if whose else set()
    for address in addresses:
        rows |= set(catalog.all(f"{sql} c.address = ?", str(address)))
    return tuple(sorted((_claimed(*row) for row in rows), key=claim_order))


def _claimed(owner: str, address: str, vouched: int, why: str) -> Claimed:
    claim = Claim(address=from_key(address), why=why, vouched=bool(vouched))
    return Claimed(customer_id=owner, claim=claim)


def known(catalog: Catalog, channel: str, names: Collection[str]) -> dict[str, Known]:
    """Which are filed, as messages or as what a provider calls one of ours."""
    found = ((name, external(catalog, channel, name)) for name in set(names))
    return {name: _known(catalog, key) for name, key in found if key is not None}


def external(catalog: Catalog, channel: str, name: str) -> str | None:
    """The id of the message with this external id."""
    sql = "SELECT id FROM external WHERE channel = ? AND name = ? ORDER BY source, id LIMIT 1"
    key: str | None = catalog.value(sql, channel, name)
    return key


def _known(catalog: Catalog, key: str) -> Known:
    sql = "SELECT j.address, e.fingerprint FROM entry e JOIN journal j ON j.n = e.journal WHERE e.id = ?"
    row = catalog.one(sql, key)
    if row is None:
        sql = (
            "SELECT j.address, NULL FROM document d JOIN journal j ON j.n = d.journal"
            " WHERE d.kind = 'delivery' AND d.id = ?"
        )
        row = catalog.one(sql, key)
    return Known(id=key, address=from_key(row[0]), fingerprint=row[1] or "")


def resolve(catalog: Catalog, address: Address) -> str | None:
    """Whose the address is now."""
    owner: str | None = catalog.value("SELECT owner FROM journal WHERE address = ?", str(address))
    return owner


def card(catalog: Catalog, filed: Filed, key: str, now: datetime) -> Card | None:
    """The customer, or the head of a joined one."""
    customer_id = head(catalog, key)
    row = _customer_row(catalog, customer_id) if customer_id else None
    if customer_id is None or row is None:
        return None
    addresses = owned(catalog, customer_id)
    customer = document_of(catalog, customer_id, addresses)
    journals = [each.journal for each in addresses]
    state, waiting = standing_of(row["standing"], codec.milliseconds(now))
    return Card(
        customer=customer,
        state=state,
        identities=identities(catalog, customer_id, addresses),
        first_seen=min(customer.created, codec.moment(row["first_at"])),
        waiting_since=waiting,
        unread=row["unread"],
        last_in=_last_in(catalog, filed, journals),
    )


def _customer_row(catalog: Catalog, key: str) -> dict[str, Any] | None:
    columns = "unread, first_at, wait, ripe, snooze, until, promise, settled"
    row = catalog.one(f"SELECT {columns} FROM customer WHERE id = ?", key)
    return {"unread": row[0], "first_at": row[1], "standing": row[2:]} if row else None


def _last_in(catalog: Catalog, filed: Filed, journals: list[int]) -> Message | None:
    row = newest(catalog, journals, "0")
    fact = _fact(catalog, filed, row[1]) if row else None
    return fact if isinstance(fact, Message) else None


def has_head(catalog: Catalog, expected: Head) -> bool:
    """Whether the newest message that came in is still the one the writer saw."""
    key = head(catalog, expected.customer_id)
    row = newest(catalog, [each.journal for each in owned(catalog, key)], "0") if key else None
    return (row[1] if row else None) == expected.message_id


def page(catalog: Catalog, filed: Filed, key: str, before: Position | None, limit: int) -> Page:
    """The newest entries before a position, over all the customer's addresses."""
    customer = head(catalog, key)
    journals = [each.journal for each in owned(catalog, customer)] if customer else []
    spot = (codec.milliseconds(before.at), before.id) if before else (1 << 62, "")
    rows = _newest_rows(catalog, journals, spot, limit + 1)
    shown = rows[: max(0, limit)]
    shown.reverse()
    return Page(entries=tuple(_entries(filed, shown)), older=len(rows) > len(shown))


def _newest_rows(catalog: Catalog, journals: list[int], before: tuple[int, str], limit: int) -> list[Any]:
    sql = (
        f"SELECT e.at, e.id, {_PLACE}, d.body FROM entry e JOIN journal j ON j.n = e.journal"
        " LEFT JOIN document d ON d.kind = 'delivery' AND d.id = e.id"
        " WHERE e.journal = ? AND e.void < 2 AND (e.at, e.id) < (?, ?)"
        " ORDER BY e.at DESC, e.id DESC LIMIT ?"
    )
    each = [catalog.all(sql, journal, *before, max(1, limit)) for journal in journals]
    merged: Iterator[Any] = heapq.merge(*each, key=lambda row: row[:2], reverse=True)
    return [row for row, _ in zip(merged, range(limit), strict=False)]


def _entries(filed: Filed, rows: list[Any]) -> Iterator[Entry]:
    """Timeline entries for rows of (at, id, journal, id, offset, length, delivery)."""
    facts = filed.facts([Spot(row[2], row[3], Place(row[4], row[5])) for row in rows])
    for row, fact in zip(rows, facts, strict=True):
        settled = row[6] is not None and isinstance(fact, Message)
        yield Entry(fact=fact, delivery=codec.decode(Delivery, row[6]) if settled else None)


def deliveries(
    catalog: Catalog, states: Collection[DeliveryState], channel: str | None, limit: int
) -> tuple[Delivery, ...]:
    """Deliveries in these states, the earliest to leave first."""
    named = [state.value for state in states]
    sql = (
        "SELECT d.body FROM delivery x JOIN document d ON d.kind = 'delivery' AND d.id = x.id"
        f" WHERE x.state IN ({', '.join('?' * len(named))})"
        f"{' AND x.channel = ?' if channel is not None else ''}"
        " ORDER BY x.leave, x.id LIMIT ?"
    )
    values = (*named, channel) if channel is not None else named
    return tuple(codec.decode(Delivery, body) for (body,) in catalog.all(sql, *values, max(0, limit)))


def cursors(catalog: Catalog) -> Mapping[str, str]:
    """Where each channel can resume."""
    return dict(catalog.all("SELECT channel, cursor FROM cursor"))


def cursor(catalog: Catalog, channel: str) -> str | None:
    """Where one channel can resume."""
    found: str | None = catalog.value("SELECT cursor FROM cursor WHERE channel = ?", channel)
    return found
