"""The dictionaries behind `storage.memory`: what is kept, what it is checked against, and how it is grouped.

Synchronous and without a lock: whoever uses it does so from one event loop.
"""

import itertools
import os
from collections import ChainMap
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Conflict
from agent_tui.core.language import _
from agent_tui.core.model import (
    Activity,
    Customer,
    Delivery,
    Direction,
    Document,
    Entry,
    Fact,
    Identity,
    Message,
    Note,
    Record,
    customer_id,
)
from agent_tui.core.store import Claimed, Head, Lease, Written
from storage import codec
from storage._match import Fields, entry_fields
from storage._rows import Group, shows, unwritten_customer, unwritten_identity

D = TypeVar("D", bound=Document)
FACTS = (Message, Note, Activity)
_Key = tuple[type[Document], str]
_External = tuple[str, str]


class Shelf:
    """All that one store remembers."""

    def __init__(self) -> None:
        self.secret = os.urandom(32)
        self.facts: dict[str, Fact] = {}
        self.fields: dict[str, Fields] = {}  # of each fact, folded for search
        self.documents: dict[_Key, Document] = {}
        self.external: dict[_External, str] = {}
        self.owners: dict[Address, str] = {}
        self.addresses: dict[str, set[Address]] = {}  # of each customer that has some
        self.born: dict[str, Address] = {}
        self.records: dict[Address, dict[tuple[str, str], Record]] = {}  # newest versions, as filed
        self.cursors: dict[str, str] = {}
        self.blobs: dict[tuple[Address, str], bytes] = {}
        self.leases: dict[str, tuple[Lease, object]] = {}
        self.seen: dict[Address, datetime] = {}  # the earliest moment ever written about each
        self._groups: dict[str, Group] = {}

    # -- writing

    def plan(self, records: Sequence[Record]) -> list[Written]:
        """What will become of each record, in order. Raises Conflict; changes nothing."""
        facts: ChainMap[str, Fact] = ChainMap({}, self.facts)
        external: ChainMap[_External, str] = ChainMap({}, self.external)
        revisions: dict[_Key, int] = {}
        written = []
        for record in records:
            if isinstance(record, FACTS):
                twin = _twin(record, facts, external)
                if twin is None:
                    facts[record.id] = record
                    external.update(_names(record))
                written.append(Written(id=record.id, duplicate_of=twin))
            else:
                revisions[type(record), record.id] = self._next(record, revisions)
                external.update(_names(record))
                written.append(Written(id=record.id))
        return written

    def _next(self, record: Document, revisions: dict[_Key, int]) -> int:
        kept = self.documents.get((type(record), record.id))
        rev = revisions.get((type(record), record.id), kept.rev if kept else 0)
        if record.rev != rev + 1:
            kind = type(record).__name__.lower()
            raise Conflict(f"the {kind} {record.id} is at {rev}, not {record.rev - 1}")
        return record.rev

    def check_head(self, head: Head) -> None:
        """Raises Conflict when a newer message came in than the writer saw."""
        group = self.group(head.customer_id)
        came = [m.id for _other, m in group.messages() if m.direction is Direction.IN] if group else []
        if (came[-1] if came else None) != head.message_id:
            raise Conflict(_("a newer message has come in"), remedy=_("read it, and answer that"))

    def check_lease(self, lease: Lease) -> None:
        """Raises Conflict when the right to write under `lease` has ended."""
        held = self.leases.get(lease.what)
        if held is None or held[0].token != lease.token:
            raise Conflict(_("the lease of {what} has ended").format(what=lease.what))

    def keep(self, record: Record) -> set[str]:
        """Keeps one record; the ids of the customers that are different now."""
        touched = {self.owners[record.address]} if record.address in self.owners else set()
        if isinstance(record, FACTS):
            self.facts[record.id] = record
            self.fields[record.id] = entry_fields(record)
        else:
            self._forget_name(self.documents.get((type(record), record.id)))
            self.documents[type(record), record.id] = record
        self._file(record)
        touched.add(self._settle(record.address))
        heads = {self.head(record.id) or record.id} if isinstance(record, Customer) else set()
        for customer in touched | heads:
            self._groups.pop(customer, None)
        return heads or touched

    def _file(self, record: Record) -> None:
        for name, key in _names(record).items():
            self.external.setdefault(name, key)
        self.records.setdefault(record.address, {})[type(record).__name__, record.id] = record
        moment = record.created if isinstance(record, Customer) else record.at
        self.seen[record.address] = min(moment, self.seen.get(record.address, moment))

    def _forget_name(self, former: Document | None) -> None:
        for name, key in _names(former).items() if former else ():
            if self.external.get(name) == key:
                del self.external[name]

    def get(self, kind: type[object], key: str) -> Record | None:
        """One record, if there is one of that kind."""
        found = (self.facts.get(key), *(self.documents.get((each, key)) for each in codec.DOCUMENTS))
        return next((record for record in found if isinstance(record, kind)), None)

    def every(self, kind: type[D]) -> tuple[D, ...]:
        """Every document of one kind, by id."""
        found = [document for document in self.documents.values() if isinstance(document, kind)]
        return tuple(sorted(found, key=lambda document: document.id))

    def claims(self, of: str | None, addresses: Collection[Address]) -> set[Claimed]:
        """What one customer's messages claim, and whoever claims one of these addresses."""
        whose = self.head(of) if of else None
        messages = (fact for fact in self.facts.values() if isinstance(fact, Message))
        every = ((self.owners[message.address], claim) for message in messages for claim in message.claims)
        return {
            Claimed(customer_id=owner, claim=claim)
            for owner, claim in every
            if owner == whose or claim.address in addresses
        }

    def delivery(self, key: str) -> Delivery | None:
        """What became of a message."""
        delivery = self.documents.get((Delivery, key))
        return delivery if isinstance(delivery, Delivery) else None

    # -- whose is what

    def _settle(self, address: Address) -> str:
        """Notes whose the address is now."""
        identity = self.documents.get((Identity, str(address)))
        own = customer_id(address)
        owner = identity.customer_id if isinstance(identity, Identity) else own
        self.born[own] = address
        if former := self.addresses.get(self.owners.get(address, "")):
            former.discard(address)
        self.owners[address] = owner
        self.addresses.setdefault(owner, set()).add(address)
        return owner

    def head(self, key: str) -> str | None:
        """The customer an id stands for: itself while it has an address, else who has the one it was born with."""
        if self.addresses.get(key):
            return key
        document = self.documents.get((Customer, key))
        address = document.address if document else self.born.get(key)
        return self.owners[address] if address else None

    def regroup(self) -> None:
        """Makes everything derived anew."""
        self._groups.clear()
        self.addresses.clear()
        self.owners.clear()
        for address in self.records:
            self._settle(address)

    def groups(self) -> list[Group]:
        """Every customer."""
        return [group for key in sorted(self.addresses) if (group := self._grouped(key))]

    def group(self, key: str) -> Group | None:
        """The customer an id stands for now, with all addresses and entries."""
        head = self.head(key)
        return self._grouped(head) if head else None

    def _grouped(self, key: str) -> Group | None:
        if key not in self._groups and (mine := sorted(self.addresses[key])):
            self._groups[key] = self._gather(key, mine)
        return self._groups.get(key)

    def _gather(self, key: str, mine: list[Address]) -> Group:
        document = self.documents.get((Customer, key))
        if not isinstance(document, Customer):
            address = self.born[key] if self.born.get(key) in mine else mine[0]
            document = unwritten_customer(key, address, min(self.seen[each] for each in mine))
        facts = itertools.chain.from_iterable(self.records[address].values() for address in mine)
        return Group(
            customer=document,
            identities=tuple(self._identity(address, key) for address in mine),
            entries=tuple(sorted(self._entries(facts), key=lambda entry: entry.position)),
        )

    def _entries(self, records: Iterable[Record]) -> Iterable[Entry]:
        for fact in records:
            if isinstance(fact, FACTS):
                delivery = self.delivery(fact.id) if isinstance(fact, Message) else None
                if shows(fact, delivery):
                    yield Entry(fact=fact, delivery=delivery)

    def _identity(self, address: Address, owner: str) -> Identity:
        identity = self.documents.get((Identity, str(address)))
        if isinstance(identity, Identity):
            return identity
        return unwritten_identity(address, owner, self.seen[address])


def _twin(fact: Fact, facts: ChainMap[str, Fact], external: ChainMap[_External, str]) -> str | None:
    if fact.id in facts:
        return fact.id
    return next((external[name] for name in _names(fact) if name in external), None)


def _names(record: Record) -> dict[_External, str]:
    if isinstance(record, Message | Delivery) and record.external_id:
        return {(record.channel, record.external_id): record.id}
    return {}
