"""One customer's row: what a list shows of it, and where it stands, so far as that does not depend on the time of day.

`core.standing` is the definition; here the same is computed from indexes, so that it costs the same for a customer
with twenty messages and with twenty thousand. What depends on `now` is decided when a list is read
(`catalog_inbox`), from these columns:

- waits at `now`: ``wait`` is set, ``ripe <= now``, ``snooze <= now``; or a promise has come and ``snooze <= now``;
- is snoozed: ``snooze > now``; is done: not snoozed, ``settled``, and neither ``until`` nor ``promise`` has come.
"""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from agent_tui.core.addresses import Address
from agent_tui.core.fold import fold
from agent_tui.core.model import Customer, Identity, Last, Message, Position
from agent_tui.core.standing import weight
from storage import codec
from storage._rows import Group, last, unwritten_customer, unwritten_identity
from storage.catalog import Catalog
from storage.filed import Filed, Spot
from storage.lines import Place
from storage.search_words import BREAK

ALWAYS = -(1 << 62)
NEVER = 1 << 62
_Spot = tuple[int, str]
"""A position: milliseconds and id."""


@dataclass(frozen=True, slots=True)
class Owned:
    """One address of a customer."""

    journal: int
    address: Address


def owned(catalog: Catalog, customer: str) -> list[Owned]:
    """The addresses of a customer, in order."""
    sql = "SELECT n, scheme, value FROM journal WHERE owner = ? ORDER BY scheme, value"
    return [Owned(n, Address(scheme, value)) for n, scheme, value in catalog.all(sql, customer)]


def document_of(catalog: Catalog, customer: str, addresses: list[Owned]) -> Customer:
    """The customer's document, or what stands for it while nobody wrote one."""
    sql = "SELECT body FROM document WHERE kind = 'customer' AND id = ?"
    body: bytes | None = catalog.value(sql, customer)
    if body is not None:
        return codec.decode(Customer, body)
    sql = "SELECT scheme, value FROM journal WHERE owner = ? AND birth = ?"
    born = catalog.one(sql, customer, customer)
    first = Address(*born) if born else addresses[0].address
    seen = min(first_seen(catalog, each.journal) for each in addresses)
    return unwritten_customer(customer, first, codec.moment(seen))


def identities(catalog: Catalog, customer: str, addresses: list[Owned]) -> tuple[Identity, ...]:
    """Whose the addresses are, as written or as it goes without saying."""
    return tuple(_identity(catalog, customer, each) for each in addresses)


def _identity(catalog: Catalog, customer: str, each: Owned) -> Identity:
    sql = "SELECT body FROM document WHERE kind = 'identity' AND id = ?"
    body: bytes | None = catalog.value(sql, str(each.address))
    if body is not None:
        return codec.decode(Identity, body)
    seen = codec.moment(first_seen(catalog, each.journal))
    return unwritten_identity(each.address, customer, seen)


def first_seen(catalog: Catalog, journal: int) -> int:
    """The earliest moment ever written about an address."""
    return int(catalog.value("SELECT seen FROM journal WHERE n = ?", journal) or 0)


def first_shown(catalog: Catalog, customer: Customer, journals: list[int]) -> int:
    """When the customer was made, or first heard of."""
    sql = "SELECT at FROM entry WHERE journal = ? AND void < 2 ORDER BY at, id LIMIT 1"
    found: list[int | None] = [catalog.value(sql, journal) for journal in journals]
    shown = min((at for at in found if at is not None), default=1 << 62)
    return min(codec.milliseconds(customer.created), shown)


def group_of(catalog: Catalog, customer: str) -> Group:
    """The customer with all addresses, and none of the entries."""
    addresses = owned(catalog, customer)
    told = document_of(catalog, customer, addresses)
    return Group(customer=told, identities=identities(catalog, customer, addresses), entries=())


def unread_after(catalog: Catalog, customer: str) -> _Spot:
    """Nothing up to here counts as unread."""
    addresses = owned(catalog, customer)
    read = _spot(document_of(catalog, customer, addresses).read_upto)
    answer = newest_answer(catalog, [each.journal for each in addresses])
    return _later(read, answer) or (ALWAYS, "")


def newest_answer(catalog: Catalog, journals: list[int]) -> _Spot | None:
    """The newest message of ours that answers."""
    sql = (
        "SELECT at, id FROM entry WHERE journal = ? AND reply = 1 AND void = 0"
        " ORDER BY at DESC, id DESC LIMIT 1"
    )
    return max((spot for n in journals if (spot := catalog.one(sql, n))), default=None)


def newest(catalog: Catalog, journals: list[int], kinds: str) -> Any:
    """The newest entry of these kinds that shows: at, id, journal, offset, length."""
    sql = (
        "SELECT at, id, journal, off, len FROM entry WHERE journal = ? AND void < 2"
        f" AND kind IN ({kinds}) ORDER BY at DESC, id DESC LIMIT 1"
    )
    return max((row for n in journals if (row := catalog.one(sql, n))), default=None)


class Customers:
    """Computes rows. `messages`: those of this transaction, by id; others are read from their journals."""

    def __init__(self, catalog: Catalog, filed: Filed, messages: Mapping[str, Message]) -> None:
        self._catalog = catalog
        self._filed = filed
        self._messages = messages

    def compute_all(self, keys: Iterable[str]) -> None:
        """Makes the rows of these customers what they have to be; whoever has no address has none.

        In the order of their numbers, new ones last: FTS5 writes out a segment whenever a rowid falls.
        """
        sql = "SELECT n FROM customer WHERE id = ?"
        numbers = {key: self._catalog.value(sql, key) for key in keys}
        for key in sorted(numbers, key=lambda key: (numbers[key] is None, numbers[key] or 0, key)):
            self._compute(key)

    def _compute(self, key: str) -> None:
        addresses = owned(self._catalog, key)
        former = self._catalog.one("SELECT n, last_id FROM customer WHERE id = ?", key)
        number = former[0] if former else None
        if not addresses:
            self._remove(number)
            return
        customer = document_of(self._catalog, key, addresses)
        journals = [each.journal for each in addresses]
        row = {"id": key, "first_at": first_shown(self._catalog, customer, journals)}
        row |= _told(customer) | self._standing(customer, journals) | self._last(journals, former)
        number = self._store(number, row)
        self._index(number, customer, addresses)

    def _remove(self, number: int | None) -> None:
        if number is not None:
            self._catalog.db.execute("DELETE FROM customer WHERE n = ?", (number,))
            self._catalog.db.execute("DELETE FROM names WHERE rowid = ?", (number,))

    def _store(self, number: int | None, row: dict[str, Any]) -> int:
        if number is None:
            sql = f"INSERT INTO customer ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
            return int(self._catalog.db.execute(sql, tuple(row.values())).lastrowid or 0)
        sql = f"UPDATE customer SET {', '.join(f'{k} = ?' for k in row)} WHERE n = ?"
        self._catalog.db.execute(sql, (*row.values(), number))
        return number

    def _index(self, number: int, customer: Customer, addresses: list[Owned]) -> None:
        between = f" {BREAK} "
        name = between.join((fold(customer.name), fold(customer.company)))
        address = between.join(fold(each.address.value) for each in addresses)
        scheme = between.join(fold(each.address.scheme) for each in addresses)
        note = between.join(fold(text) for text in customer.notes_pinned)
        told = (name, address, scheme, note)
        former = "SELECT name, address, scheme, note FROM names WHERE rowid = ?"
        if self._catalog.one(former, number) == told:
            return
        self._catalog.db.execute("DELETE FROM names WHERE rowid = ?", (number,))
        sql = "INSERT INTO names (rowid, name, address, scheme, note) VALUES (?, ?, ?, ?, ?)"
        self._catalog.db.execute(sql, (number, *told))

    # -- where it stands

    def _standing(self, customer: Customer, journals: list[int]) -> dict[str, Any]:
        answer = newest_answer(self._catalog, journals)
        done, read = _spot(customer.done_upto), _spot(customer.read_upto)
        floor = _later(answer, done)
        asked = self._earliest_ask(journals, floor)
        woken = self._earliest_ask(journals, _spot(customer.snoozed_at)) is not None
        sleeps = _sleeps(customer)
        asleep = sleeps is not None and not woken and not (customer.follow_up and asked is not None)
        until = None if sleeps == NEVER or (customer.follow_up and woken) else sleeps
        wakes = until is not None and asked is None and (floor is None or until > floor[0])
        return {
            "unread": self._unread(journals, _later(read, answer)),
            "wait": until if wakes else asked,
            "ripe": until if wakes else ALWAYS,
            "snooze": sleeps if asleep else ALWAYS,
            "until": until,
            "promise": codec.milliseconds(customer.promised_by) if customer.promised_by else None,
            "settled": int(done is not None and self._earliest_ask(journals, done) is None),
        }

    def _earliest_ask(self, journals: list[int], after: _Spot | None) -> int | None:
        sql = (
            "SELECT at FROM entry WHERE journal = ? AND asks IS NOT NULL AND void < 2"
            " AND (at, id) > (?, ?) ORDER BY at, id LIMIT 1"
        )
        spot = after or (ALWAYS, "")
        found = (self._catalog.value(sql, journal, *spot) for journal in journals)
        return min((at for at in found if at is not None), default=None)

    def _unread(self, journals: list[int], after: _Spot | None) -> int:
        sql = (
            "SELECT count(*) FROM entry WHERE journal = ? AND asks IS NOT NULL AND void < 2"
            " AND (at, id) > (?, ?) AND asks = 0"
        )
        spot = after or (ALWAYS, "")
        return sum(self._catalog.value(sql, journal, *spot) for journal in journals)

    # -- the last message

    def _last(self, journals: list[int], former: Any) -> dict[str, Any]:
        found = newest(self._catalog, journals, "0, 1")
        if found is None:
            return dict.fromkeys(_LAST_COLUMNS)
        if former and former[1] == found[1]:
            return {}
        message = self._message(found)
        return _last_columns(last(message)) if message else dict.fromkeys(_LAST_COLUMNS)

    def _message(self, found: Any) -> Message | None:
        """The message itself; None when its journal was replaced and not looked at yet, which computes this again."""
        _, key, journal, offset, length = found
        if key in self._messages:
            return self._messages[key]
        name = self._catalog.value("SELECT name FROM journal WHERE n = ?", journal)
        facts = self._filed.readable([Spot(name, key, Place(offset, length))])
        return next((fact for fact in facts if isinstance(fact, Message)), None)


_LAST_COLUMNS = ("last_id", "last_at", "last_medium", "last_channel", "last_direction", "snippet")


def _last_columns(line: Last) -> dict[str, Any]:
    at = codec.milliseconds(line.at)
    values = (line.entry_id, at, line.medium.value, line.channel, line.direction.value, line.snippet)
    return dict(zip(_LAST_COLUMNS, values, strict=True))


def _told(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name,
        "folded": fold(customer.name),
        "tags": msgspec.json.encode(customer.tags).decode(),
        "marks": msgspec.json.encode([fold(tag) for tag in customer.tags]).decode(),
        "importance": customer.importance,
        "severity": customer.severity,
        "effort": customer.effort,
        "weight": weight(customer.importance, customer.severity, customer.effort),
        "follow": int(customer.follow_up),
        "assigned": customer.assigned_to,
    }


def _sleeps(customer: Customer) -> int | None:
    """Until when, if nobody writes."""
    if customer.snoozed_until is not None:
        return codec.milliseconds(customer.snoozed_until)
    return None if customer.snoozed_at is None else NEVER


def _spot(position: Position | None) -> _Spot | None:
    return None if position is None else (codec.milliseconds(position.at), position.id)


def _later(one: _Spot | None, other: _Spot | None) -> _Spot | None:
    return max((spot for spot in (one, other) if spot is not None), default=None)
