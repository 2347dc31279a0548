"""Filing: from what a channel brought to the records to keep. Pure, and safe to run twice.

The caller asks the store the `Questions` of a batch, and hands the `Answers` in; nothing here waits or looks anything
up. What comes out is in an order of which every prefix is valid: a customer stands before their first message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from agent_tui.core.addresses import QUARANTINE, Address
from agent_tui.core.attachments import Attachment
from agent_tui.core.channel import Event, File, Progress, Received, Unreadable
from agent_tui.core.language import N_, _, english
from agent_tui.core.model import (
    Consent,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Evidence,
    Identity,
    Medium,
    Message,
    Record,
    consent_id,
    customer_id,
    message_id,
)
from agent_tui.core.store import Known
from agent_tui.services import outbox
from agent_tui.services.claims import claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The channel a batch came from, as far as filing cares."""

    name: str
    medium: Medium
    address: Address | None = None
    country: str = ""  # of phone numbers written without a prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What filing a batch needs to know."""

    external_ids: frozenset[str]
    keys: frozenset[str]
    addresses: frozenset[Address]
    answered: frozenset[str] = frozenset()  # messages of ours that are answered
    askers: frozenset[Address] = frozenset()  # who asks not to be written to any more, or again


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A message of ours that somebody answers, and the customer it was written to."""

    message: Message
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the store knows: messages by external id, deliveries by message id, customers by the address they have."""

    known: Mapping[str, Known]
    deliveries: Mapping[str, Delivery]
    customers: Mapping[Address, Customer]
    answered: Mapping[str, Answered] = field(default_factory=dict)
    consents: Mapping[Address, Consent] = field(default_factory=dict)
    known_addresses: frozenset[Address] = frozenset()  # of those who answer: seen before


@dataclass(slots=True)
class Filed:
    """Records to keep with the files they name, and how many events were repeats or could not be read."""

    records: list[Record] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    repeats: int = 0
    unreadable: int = 0


def questions(events: Iterable[Event], source: Source) -> Questions:
    """What must be known before these events can be filed."""
    events = list(events)
    return Questions(
        external_ids=frozenset(name for event in events for name in _names(event) if name),
        keys=frozenset(e.key for e in events if not isinstance(e, Unreadable) and e.key),
        addresses=frozenset(counterpart(e, source) for e in events if not isinstance(e, Progress)),
        answered=frozenset(e.answers for e in events if isinstance(e, Received) and e.answers),
        askers=frozenset(e.sender for e in events if isinstance(e, Received) and e.consent is not None),
    )


def _names(event: Event) -> tuple[str, ...]:
    """The ids an event may be filed under."""
    if isinstance(event, Received):
        return event.external_id, f"{event.external_id}#{event.fingerprint}"
    return (event.external_id,)


def file(events: Iterable[Event], source: Source, answers: Answers, now: datetime) -> Filed:
    """The records these events become."""
    clerk = _Clerk(source, answers, now)
    for event in events:
        clerk.take(event)
    return clerk.filed


def counterpart(event: Received | Unreadable, source: Source) -> Address:
    """Whose history an event belongs to: the other side, whichever way it went."""
    if isinstance(event, Unreadable):
        return event.sender or Address(QUARANTINE, source.name)
    if not event.ours:
        return event.sender
    mine = {event.sender, source.address}
    others = [a for a in (*event.recipients, *event.cc) if a not in mine]
    return others[0] if others else event.sender


def digest(data: bytes) -> str:
    """The name a file's bytes are kept under: SHA-256 (FIPS 180-4), in hex."""
    return sha256(data).hexdigest()


def attach(files: Sequence[File], blobs: dict[str, bytes]) -> tuple[Attachment, ...]:
    """The records of some files, their bytes added to `blobs`."""
    made = []
    for item in files:
        name = digest(item.data)
        blobs[name] = item.data
        made.append(Attachment(name=item.name, media_type=item.media_type, size=len(item.data), digest=name))
    return tuple(made)


class _Clerk:
    """Files one batch, remembering what it has filed so far."""

    def __init__(self, source: Source, answers: Answers, now: datetime) -> None:
        self.filed = Filed()
        self._source = source
        self._now = now
        self._known: dict[str, str] = {ext: known.fingerprint for ext, known in answers.known.items()}
        self._ids: Mapping[str, Known] = answers.known
        self._deliveries = dict(answers.deliveries)
        self._customers = dict(answers.customers)
        self._answers = answers
        self._consents = dict(answers.consents)
        self._addresses = set(answers.known_addresses)

    def take(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, Unreadable):
            self._stub(event)
        else:
            self._received(event)

    def _received(self, event: Received) -> None:
        if event.key and event.key in self._deliveries:
            echo = Progress(
                key=event.key,
                external_id=event.external_id,
                delivery=DeliveryState.SENT,
                at=self._clamp(event.at),
            )
            self.filed.repeats += 1
            self._progress(echo)
        elif external_id := self._external_id(event):
            self._reader(event)
            self._customer(event)
            self.filed.records.append(self._message(event, external_id))
            self._consent(event)
        else:
            self.filed.repeats += 1

    def _external_id(self, event: Received) -> str | None:
        """The id to file it under; None for a repeat. Two messages may carry one id: the text tells them apart."""
        for candidate in (event.external_id, f"{event.external_id}#{event.fingerprint}"):
            if candidate not in self._known:
                self._known[candidate] = event.fingerprint
                return candidate
            if self._known[candidate] == event.fingerprint:
                return None
        return None

    def _message(self, event: Received, external_id: str) -> Message:
        blobs = self.filed.blobs
        raw = None
        if event.raw is not None:
            raw = digest(event.raw)
            blobs[raw] = event.raw
        return Message(
            id=message_id(self._source.name, external_id),
            address=counterpart(event, self._source),
            channel=self._source.name,
            medium=self._source.medium,
            direction=Direction.OUT if event.ours else Direction.IN,
            at=self._clamp(event.at),
            author=event.sender,
            author_name=event.sender_name,
            to=event.recipients,
            cc=event.cc,
            reply_to=event.reply_to,
            subject=event.subject,
            text=event.text,
            quoted=event.quoted,
            external_id=external_id,
            fingerprint=event.fingerprint,
            in_reply_to=event.in_reply_to,
            threads=event.threads,
            attachments=attach(event.files, blobs),
            raw=raw,
            automatic=event.automatic,
            seen=event.seen,
            notices=tuple(map(english, event.notices)),
            claims=claims(event, self._source.country),
        )

    def _stub(self, event: Unreadable) -> None:
        if event.external_id in self._known:
            self.filed.repeats += 1
            return
        self._known[event.external_id] = ""
        self._name(counterpart(event, self._source), "")
        original = File(name="original.eml", media_type="message/rfc822", data=event.raw)
        address = counterpart(event, self._source)
        self.filed.unreadable += 1
        self.filed.records.append(
            Message(
                id=message_id(self._source.name, event.external_id),
                address=address,
                channel=self._source.name,
                medium=self._source.medium,
                direction=Direction.IN,
                at=self._clamp(event.at),
                author=address,
                subject=N_("A message that could not be read"),
                text=english(
                    _("This message could not be read: {reason}. The original is attached.").format(
                        reason=event.reason
                    )
                ),
                external_id=event.external_id,
                attachments=attach((original,), self.filed.blobs),
                unreadable=True,
            )
        )

    def _progress(self, event: Progress) -> None:
        known = self._ids.get(event.external_id)
        delivery = self._deliveries.get(event.key or (known.id if known else ""))
        if delivery is None:
            return  # news of something that is not ours: a forged bounce changes nothing
        raised = outbox.progress(delivery, event)
        if raised is not delivery:
            self._deliveries[delivery.id] = raised
            self.filed.records.append(raised)

    def _reader(self, event: Received) -> None:
        """Whoever answers a mail that we sent to this very address reads it: a new address is the customer's.

        An address with a history of its own is left alone: whether it is the same person is for the agent to say.
        """
        answered = self._answers.answered.get(event.answers or "")
        known = event.sender in self._addresses or event.sender in self._customers
        self._addresses.add(event.sender)
        if answered is None or event.ours or known or event.sender not in answered.message.to:
            return
        identity = Identity(
            id=str(event.sender),
            address=event.sender,
            customer_id=answered.customer_id,
            evidence=Evidence.OBSERVED,
            at=self._clamp(event.at),
            why=N_("answered what we sent there"),
        )
        self.filed.records.append(identity)

    def _consent(self, event: Received) -> None:
        """What the sender says of being written to; the newest word counts, whatever order words come in."""
        kept = self._consents.get(event.sender)
        if event.consent is None or event.ours or (kept is not None and kept.at >= self._clamp(event.at)):
            return
        consent = Consent(
            id=consent_id(self._source.name, event.sender),
            address=event.sender,
            channel=self._source.name,
            at=self._clamp(event.at),
            given=event.consent,
            rev=kept.rev + 1 if kept else 1,
            why=N_("they asked for it") if event.consent else N_("they asked not to be written to here"),
        )
        self._consents[event.sender] = consent
        self.filed.records.append(consent)

    def _customer(self, event: Received) -> None:
        self._name(counterpart(event, self._source), "" if event.ours else event.sender_name)

    def _name(self, address: Address, name: str) -> None:
        """A new address is born with a customer; a better name than the bare address is taken when it comes."""
        customer = self._customers.get(address)
        if customer is None:
            label = name or _bare(address)
            customer = Customer(id=customer_id(address), address=address, name=label, created=self._now)
        elif name and customer.name == _bare(address):
            customer = replace(customer, name=name, rev=customer.rev + 1)
        else:
            return
        self._customers[address] = customer
        self.filed.records.append(customer)

    def _clamp(self, at: datetime) -> datetime:
        """The provider's time, but never one to come: a wrong clock must not pin a message to the end."""
        return min(at, self._now)


def _bare(address: Address) -> str:
    return N_("Messages that could not be read") if address.scheme == QUARANTINE else address.value
