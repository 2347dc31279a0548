"""Records into rows. Whatever order they come in, the same rows come out: a first sync is newest first, a rebuild is not.

`Rows` collects what a transaction touches; `finish` computes each touched customer once and says what changed. Only
inside `Catalog.writing`.
"""

# ruff: noqa: S608  # only our own column names are put into SQL; every value is bound

from typing import TypeVar

from agent_tui.core.addresses import Address
from agent_tui.core.fold import fold
from agent_tui.core.model import (
    Activity,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Document,
    Fact,
    Identity,
    Message,
    Note,
    Record,
    customer_id,
)
from agent_tui.core.standing import asks
from storage import codec
from storage._match import entry_fields, recipient_fields, sender_fields
from storage.catalog import Catalog
from storage.catalog_customers import Customers
from storage.filed import Filed
from storage.lines import Measure, Place
from storage.search_words import BREAK, PER_MILLISECOND, address_facet, facets

D = TypeVar("D", bound=Document)
MESSAGE_IN, MESSAGE_OUT, NOTE, ACTIVITY = range(4)
_VOID = {DeliveryState.FAILED: 1, DeliveryState.CANCELED: 2}


class Rows:
    """What one transaction writes; or, when not `live`, several, of a catalog that nobody reads yet."""

    def __init__(self, catalog: Catalog, filed: Filed, *, live: bool = True) -> None:
        self._catalog = catalog
        self._filed = filed
        self._run = catalog.db.execute
        self._live = live
        self._touched: set[str] = set()
        self._changes: list[tuple[str, str, str]] = []
        self._messages: dict[str, Message] = {}
        self._fresh: set[int] = set()
        self._words: list[tuple[int, str, str, str, str]] = []
        self._seen: dict[int, int] = {}

    def journal(self, name: str, address: Address | None) -> int:
        """The number of a journal, which is made known when it is not yet."""
        number: int | None = self._catalog.value("SELECT n FROM journal WHERE name = ?", name)
        if number is not None:
            return number
        owner = birth = None
        if address is not None:
            birth = owner = customer_id(address)
            if identity := self._document(Identity, str(address)):
                owner = identity.customer_id
        told = (str(address), address.scheme, address.value, fold(address.value)) if address else (None,) * 4
        cursor = self._run(
            "INSERT INTO journal (name, address, scheme, value, folded, birth, owner)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, *told, birth, owner),
        )
        number = int(cursor.lastrowid or 0)
        self._fresh.add(number)
        return number

    def measure(self, journal: int, measure: Measure, skipped: int = 0) -> None:
        """Notes how much of which file is in the catalog."""
        sql = "UPDATE journal SET bytes = ?, inode = ?, stamp = ?, skipped = skipped + ? WHERE n = ?"
        self._run(sql, (*measure, skipped, journal))

    def measure_skipped(self, journal: int) -> None:
        """Counts one more line that could not be read."""
        self._run("UPDATE journal SET skipped = skipped + 1 WHERE n = ?", (journal,))

    def add(self, record: Record, journal: int, place: Place) -> None:
        """The newest version of one record."""
        self.see(record, journal)
        owners = set() if journal in self._fresh else {self._owner(journal)}
        self._fresh.discard(journal)
        if isinstance(record, Message | Note | Activity):
            self._add_fact(record, journal, place)
        else:
            self._add_document(record, journal)
        self._note(record, {*owners, self._owner(journal)})

    def see(self, record: Record, journal: int) -> None:
        """Notes when an address was first heard of; also a version that is not the newest tells."""
        at = codec.milliseconds(record.created if isinstance(record, Customer) else record.at)
        self._seen[journal] = min(at, self._seen.get(journal, at))

    def set_cursor(self, channel: str, journal: int, cursor: str) -> None:
        """Where a channel can resume."""
        self._run("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", (channel, journal, cursor))

    def finish(self) -> None:
        """Computes whoever was touched, and says what changed."""
        sql = "UPDATE journal SET seen = min(IFNULL(seen, ?1), ?1) WHERE n = ?2"
        self._catalog.db.executemany(sql, [(at, journal) for journal, at in self._seen.items()])
        self.flush()
        Customers(self._catalog, self._filed, self._messages).compute_all(self._touched)
        if self._live:
            sql = "INSERT INTO change (customer, kind, id) VALUES (?, ?, ?)"
            self._catalog.db.executemany(sql, self._changes)
            if self._changes:
                self._catalog.prune_changes()

    def flush(self) -> None:
        """Adds the words of what was added, in the order of time: FTS5 writes out a segment whenever a rowid falls."""
        sql = "INSERT INTO words (rowid, text, sender, recipient, facet) VALUES (?, ?, ?, ?, ?)"
        self._words.sort()
        self._catalog.db.executemany(sql, self._words)
        self._words.clear()

    # -- facts

    def _add_fact(self, fact: Fact, journal: int, place: Place) -> None:
        at = codec.milliseconds(fact.at)
        number = self._allocate(at)
        ours = isinstance(fact, Message) and fact.direction is Direction.OUT
        self._run(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, fact.id, _kind(fact), journal, at, place.offset, place.length),
                int(fact.seen) if isinstance(fact, Message) and asks(fact) else None,
                1 if isinstance(fact, Message) and ours and not fact.automatic else None,
                self._void(fact.id) if isinstance(fact, Message) else 0,
                fact.fingerprint or None if isinstance(fact, Message) else None,
                _what(fact),
            ),
        )
        if isinstance(fact, Message):
            if self._live:
                self._messages[fact.id] = fact
            self._name(fact.channel, fact.external_id, 0, fact.id)
            self._claim(fact, journal)
        if not isinstance(fact, Activity):
            self._add_words(number, fact, journal)

    def _claim(self, message: Message, journal: int) -> None:
        sql = "INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?)"
        for claim in message.claims:
            self._run(sql, (str(claim.address), journal, claim.vouched, claim.why))

    def _allocate(self, at: int) -> int:
        first = at * PER_MILLISECOND
        sql = "SELECT max(n) FROM entry WHERE n BETWEEN ? AND ?"
        while (last := self._catalog.value(sql, first, first + PER_MILLISECOND - 1)) is not None:
            if last < first + PER_MILLISECOND - 1:
                return int(last) + 1
            first += PER_MILLISECOND  # an import that gave thousands of messages one time
        return first

    def _void(self, key: str) -> int:
        state = self._catalog.value("SELECT state FROM delivery WHERE id = ?", key)
        return _VOID.get(DeliveryState(state), 0) if state else 0

    def _add_words(self, number: int, fact: Message | Note, journal: int) -> None:
        said = f" {BREAK} ".join(entry_fields(fact))
        if isinstance(fact, Message):
            sender, recipient = sender_fields(fact), recipient_fields(fact)
        else:
            sender, recipient = (fold(fact.author),), ()
        facet = " ".join((address_facet(journal), *facets(fact)))
        joined = (f" {BREAK} ".join(sender), f" {BREAK} ".join(recipient))
        self._words.append((number, said, *joined, facet))

    # -- documents

    def _add_document(self, record: Document, journal: int) -> None:
        kind, body = codec.table(type(record)), codec.encode(record).document
        former = self._document(Delivery, record.id) if isinstance(record, Delivery) else None
        kept = self._run(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " journal = excluded.journal, rev = excluded.rev, body = excluded.body"
            " WHERE excluded.rev >= document.rev",
            (kind, record.id, journal, record.rev, body),
        )
        if not kept.rowcount:
            return
        if isinstance(record, Delivery):
            self._settle_delivery(record, former)
        if isinstance(record, Identity):
            sql = "UPDATE journal SET owner = ? WHERE address = ?"
            self._run(sql, (record.customer_id, str(record.address)))

    def _settle_delivery(self, delivery: Delivery, former: Delivery | None) -> None:
        leave = codec.milliseconds(delivery.not_before or delivery.at)
        values = (delivery.id, delivery.channel, delivery.state.value, leave)
        self._run("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?)", values)
        void = _VOID.get(delivery.state, 0)
        self._run(
            "UPDATE entry SET void = ? WHERE id = ? AND void <> ? AND kind < 2", (void, delivery.id, void)
        )
        if former is not None and former.external_id:
            sql = "DELETE FROM external WHERE channel = ? AND name = ? AND source = 1 AND id = ?"
            self._run(sql, (former.channel, former.external_id, former.id))
        self._name(delivery.channel, delivery.external_id, 1, delivery.id)
        for (owner,) in self._run(
            "SELECT j.owner FROM entry e JOIN journal j ON j.n = e.journal WHERE e.id = ?", (delivery.id,)
        ).fetchall():
            self._touched.add(owner)

    def _name(self, channel: str, name: str, source: int, key: str) -> None:
        if name:
            sql = "INSERT OR IGNORE INTO external VALUES (?, ?, ?, ?)"
            self._run(sql, (channel, name, source, key))

    def _document(self, kind: type[D], key: str) -> D | None:
        sql = "SELECT body FROM document WHERE kind = ? AND id = ?"
        body: bytes | None = self._catalog.value(sql, codec.table(kind), key)
        return None if body is None else codec.decode(kind, body)

    # -- whom it concerns

    def _owner(self, journal: int) -> str:
        return str(self._catalog.value("SELECT owner FROM journal WHERE n = ?", journal))

    def _note(self, record: Record, concerned: set[str]) -> None:
        self._touched |= concerned
        if isinstance(record, Customer):
            self._touched.add(record.id)
            concerned = {head(self._catalog, record.id) or record.id}
        if not self._live:
            return
        kind = codec.table(type(record))
        self._changes += [(key, kind, record.id) for key in sorted(concerned)]

    # -- forgetting

    def forget(self, journal: int) -> None:
        """Drops all that is known of a journal whose file is not what it was; it can be added anew.

        Its words stay in the index, for they cannot be taken out without the text; so do its numbers, so that no
        other entry is found by them.
        """
        owner = self._owner(journal)
        kept = "SELECT id FROM entry WHERE journal = ?"
        self._run(f"DELETE FROM external WHERE source = 0 AND id IN ({kept})", (journal,))
        self._run(
            "UPDATE entry SET id = NULL, journal = 0, asks = NULL, reply = NULL WHERE journal = ?", (journal,)
        )
        for (key,) in self._run(
            "SELECT id FROM document WHERE kind = 'delivery' AND journal = ?", (journal,)
        ).fetchall():
            self._run("DELETE FROM external WHERE source = 1 AND id = ?", (key,))
            self._run("DELETE FROM delivery WHERE id = ?", (key,))
            self._run("UPDATE entry SET void = 0 WHERE id = ?", (key,))
        self._run("DELETE FROM document WHERE journal = ?", (journal,))
        self._run("DELETE FROM cursor WHERE journal = ?", (journal,))
        self._run("DELETE FROM claim WHERE journal = ?", (journal,))
        self._run(
            "UPDATE journal SET owner = birth, bytes = 0, seen = NULL, skipped = 0 WHERE n = ?", (journal,)
        )
        self._touched |= {owner, self._owner(journal)}


def head(catalog: Catalog, key: str) -> str | None:
    """The customer an id stands for: itself while it has an address, else who has the one it was born with."""
    if catalog.value("SELECT 1 FROM journal WHERE owner = ?", key):
        return key
    sql = "SELECT body FROM document WHERE kind = 'customer' AND id = ?"
    body: bytes | None = catalog.value(sql, key)
    found: str | None
    if body is not None:
        address = str(codec.decode(Customer, body).address)
        found = catalog.value("SELECT owner FROM journal WHERE address = ?", address)
    else:
        found = catalog.value("SELECT owner FROM journal WHERE birth = ?", key)
    return found


def _kind(fact: Fact) -> int:
    if isinstance(fact, Message):
        return MESSAGE_IN if fact.direction is Direction.IN else MESSAGE_OUT
    return NOTE if isinstance(fact, Note) else ACTIVITY


def _what(fact: Fact) -> str | None:
    if isinstance(fact, Message):
        return fact.channel
    return fact.kind if isinstance(fact, Activity) else None
