"""The demo's history as records: what a store holds after months with the people of `_demo_script`.

Pure: the same moment gives the same records, in an order of which every prefix is valid.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from adapters._demo_script import AGENT, Person, Said, moment, people
from agent_tui.core.addresses import Address
from agent_tui.core.attachments import Attachment
from agent_tui.core.model import (
    Activity,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Evidence,
    Fact,
    Identity,
    Medium,
    Message,
    Note,
    Position,
    Record,
    customer_id,
    message_id,
)

LEAVES_AFTER = timedelta(seconds=9)  # between the words and their delivery, in the story


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A channel of the demo, as its history names it."""

    name: str
    address: Address | None = None


@dataclass(slots=True)
class Past:
    """Records to keep with the files they name."""

    records: list[Record] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)


def past(now: datetime, accounts: Mapping[str, Account]) -> Past:
    """All that was said before `now`, with everybody whose every place has an account."""
    made = Past()
    for person in people():
        places = {said.place for said in person.history() if said.medium}
        if places and places <= accounts.keys():
            writer = _Writer(person, now, accounts, made.blobs)
            made.records += writer.records()
    return made


class _Writer:
    """Writes one person's history."""

    def __init__(
        self, person: Person, now: datetime, accounts: Mapping[str, Account], blobs: dict[str, bytes]
    ) -> None:
        self._person = person
        self._now = now
        self._accounts = accounts
        self._blobs = blobs
        self._home = next(iter(person.addresses.values()))
        self._threads: dict[str, list[str]] = {}  # of each subject, the newest message first

    def records(self) -> list[Record]:
        """The customer, who they are, and everything said, oldest first."""
        entries = [
            record
            for number, said in enumerate(self._person.history())
            for record in self._entry(number, said)
        ]
        facts = [entry for entry in entries if isinstance(entry, Message | Note | Activity)]
        first = facts[0].at
        return [self._customer(facts), *self._identities(first), *entries]

    def _customer(self, history: Sequence[Fact]) -> Customer:
        facts = self._person.facts
        done = [
            Position(fact.at, fact.id)
            for fact in history
            if isinstance(fact, Activity) and fact.kind == "done"
        ]
        last = Position(history[-1].at, history[-1].id)
        snoozed = moment(facts["snoozed"], self._now) if "snoozed" in facts else None
        return Customer(
            id=customer_id(self._home),
            address=self._home,
            name=self._person.name,
            created=history[0].at,
            company=facts.get("company", ""),
            importance=int(facts.get("importance", 1)),
            tags=tuple(facts["tags"].split(", ")) if "tags" in facts else (),
            notes_pinned=(facts["pinned"],) if "pinned" in facts else (),
            assigned_to=facts.get("assigned"),
            done_upto=max(done, default=None),
            read_upto=max(done, default=None),
            snoozed_until=snoozed,
            snoozed_at=last if snoozed else None,
            promised_by=moment(facts["promised"], self._now) if "promised" in facts else None,
        )

    def _identities(self, first: datetime) -> Iterator[Identity]:
        for place, why in self._person.joined.items():
            address = self._person.addresses[place]
            yield Identity(
                id=str(address),
                address=address,
                customer_id=customer_id(self._home),
                evidence=Evidence.CONFIRMED,
                at=first,
                by=AGENT,
                why=why,
            )

    def _entry(self, number: int, said: Said) -> Iterator[Record]:
        at = min(moment(said.when, self._now), self._now)
        if said.medium is None:
            yield self._noted(number, said, at)
            return
        message = self._message(number, said, said.medium, at)
        yield message
        if message.direction is Direction.OUT:
            yield _delivery(message, said.kind[2:])

    def _noted(self, number: int, said: Said, at: datetime) -> Note | Activity:
        key = message_id("notes", self._key(number))
        if said.kind[0] == "note":
            return Note(id=key, address=self._home, at=at, author=said.kind[1], text=said.text)
        _, kind, author = said.kind
        text = said.text or f"marked as {kind}"
        return Activity(id=key, address=self._home, at=at, kind=kind, text=text, author=author)

    def _message(self, number: int, said: Said, medium: Medium, at: datetime) -> Message:
        account, theirs = self._accounts[said.place], self._person.addresses[said.place]
        ours = account.address or Address("channel", account.name)
        out = said.kind[1] == "out"
        key = f"<{self._key(number)}@demo.example>"
        earlier = self._threads.setdefault(said.subject.removeprefix("Re: "), []) if said.subject else []
        message = Message(
            id=message_id(account.name, key),
            address=theirs,
            channel=account.name,
            medium=medium,
            direction=Direction.OUT if out else Direction.IN,
            at=at,
            author=ours if out else theirs,
            author_name=AGENT if out else self._person.name,
            to=(theirs,) if out else (ours,),
            subject=said.subject,
            text=said.text,
            quoted=said.quoted,
            external_id=key,
            fingerprint=sha256(said.text.encode()).hexdigest(),
            in_reply_to=earlier[0] if earlier else None,
            threads=(key, *earlier),
            attachments=self._attachments(said),
            automatic=said.kind[1] == "auto",
            seen=out,
            claims=() if out else self._person.claims,
        )
        earlier.insert(0, key)
        return message

    def _attachments(self, said: Said) -> tuple[Attachment, ...]:
        made = []
        for file in said.files:
            digest = sha256(file.data).hexdigest()
            self._blobs[digest] = file.data
            made.append(
                Attachment(name=file.name, media_type=file.media_type, size=len(file.data), digest=digest)
            )
        return tuple(made)

    def _key(self, number: int) -> str:
        return sha256(f"{self._home} {number}".encode()).hexdigest()[:16]


def _delivery(message: Message, outcome: tuple[str, ...]) -> Delivery:
    """What became of a message of ours: a state, and for a failure the reason in brackets."""
    state, _, reason = (outcome[0] if outcome else "sent").partition(" (")
    return Delivery(
        id=message.id,
        address=message.address,
        channel=message.channel,
        state=DeliveryState(state),
        at=message.at + LEAVES_AFTER,
        attempts=1,
        error=reason.removesuffix(")") or None,
        external_id=message.external_id,
    )
