"""What a writer does to a store while it may die at any moment, and what must hold afterwards.

A deed is one call of `Store.write`; what it promised is noted only after it returned. `broken_promises` says which
promises of any number of dead writers a store does not keep, and `visible_debris` what nobody ever promised.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from hashlib import sha256

from agent_tui.core.attachments import Attachment
from agent_tui.core.errors import Conflict
from agent_tui.core.model import Customer, Delivery, DeliveryState, Document, Identity, Message
from agent_tui.core.query import parse
from agent_tui.core.store import CursorUpdate, Store, View
from tests.contracts.records import NOW, came, cid, customer, delivery, identity, mail, went

NAMES = ("ana", "bob", "cleo", "dan", "eva")
SHARED = "shared-mail"
_SHARED_IDS = 500  # few, so that writers meet
LIFETIME = 10_000
"""More deeds than one process does: where the numbers of the next one begin."""
_BATCH = re.compile(r"batch (\S+) part (\d+) of (\d+) number (\d+) of (\d+)")


@dataclass(kw_only=True)
class Promise:
    """What one acknowledged write said."""

    writer: str
    facts: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # by external id of the shared channel
    tags: list[tuple[str, str]] = field(default_factory=list)  # of customers
    documents: list[tuple[str, str, int]] = field(default_factory=list)  # kind, id, at least this rev
    cursor: int = 0

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Writer:
    """One process's work. Numbers rise from `start`, and never repeat one a former process has used."""

    def __init__(self, store: Store, name: str, start: int, seed: int) -> None:
        self._store = store
        self._name = name
        self._number = start
        self._random = random.Random(seed)

    async def deed(self) -> Promise:
        """Writes something; a deed that lost a race against another writer promises nothing."""
        self._number += 1
        deeds = [self._batch, self._one_of_all, self._tag, self._send, self._link] * 2 + [self._import]
        try:
            return await self._random.choice(deeds)()
        except Conflict:
            return Promise(writer=self._name)

    async def _batch(self) -> Promise:
        """Several messages with files in several journals, then a cursor."""
        names = self._random.sample(NAMES, self._random.randint(1, 3))
        records, blobs = [], {}
        for part, name in enumerate(names, 1):
            size = self._random.randint(1, 3)
            for number in range(1, size + 1):
                text = f"batch {self._number} part {part} of {len(names)} number {number} of {size}"
                data = f"{self._name} {text}".encode()
                digest = sha256(data).hexdigest()
                blobs[digest] = data
                file = Attachment(name="f", media_type="text/plain", size=len(data), digest=digest)
                key = f"{self._name}-{self._number}-{part}-{number}"
                message = came(key, name, channel=self._name, text=text, attachments=(file,))
                records.append(message)
        cursor = CursorUpdate(channel=self._name, cursor=str(self._number))
        written = await self._store.write(records, blobs=blobs, cursor=cursor)
        kept = [w.id for w in written if w.duplicate_of is None]
        return Promise(writer=self._name, facts=kept, cursor=self._number)

    async def _import(self) -> Promise:
        """A first look at a mailbox: many journals at once."""
        people = [f"p{number}" for number in range(self._random.randint(20, 90))]
        keys = [f"{self._name}-{self._number}-{person}" for person in people]
        messages = [came(k, person, text=k) for k, person in zip(keys, people, strict=True)]
        cursor = CursorUpdate(channel=self._name, cursor=str(self._number))
        await self._store.write(messages, cursor=cursor)
        return Promise(writer=self._name, imported=keys, cursor=self._number)

    async def _one_of_all(self) -> Promise:
        """A message that every writer may be the first to bring."""
        number = self._random.randrange(_SHARED_IDS)
        external, name = f"<{number}@shared>", NAMES[number % len(NAMES)]
        key = f"{self._name}-{self._number}"
        message = came(key, name, channel=SHARED, external_id=external)
        (written,) = await self._store.write([message])
        return Promise(writer=self._name, known={external: written.duplicate_of or key})

    async def _tag(self) -> Promise:
        """A change of a document many change: no writer's change may be lost."""
        name = self._random.choice(NAMES)
        kept = await self._store.get(Customer, cid(name)) or customer(name, rev=0)
        tag = f"{self._name}-{self._number}"
        changed = replace(kept, rev=kept.rev + 1, tags=(*kept.tags, tag))
        await self._store.write([changed])
        return Promise(writer=self._name, tags=[(changed.id, tag)])

    async def _send(self) -> Promise:
        """A reply, and its way out in three steps."""
        key, name = f"{self._name}-{self._number}", self._random.choice(NAMES)
        step = delivery(key, DeliveryState.QUEUED, name, channel=self._name)
        await self._store.write([went(key, name, channel=self._name), step])
        for state in (DeliveryState.SENDING, DeliveryState.SENT):
            step = replace(step, state=state, rev=step.rev + 1)
            await self._store.write([step])
        return Promise(writer=self._name, facts=[key], documents=[("delivery", key, step.rev)])

    async def _link(self) -> Promise:
        """An address changes hands."""
        name, owner = self._random.sample(NAMES, 2)
        kept = await self._store.get(Identity, str(mail(name)))
        link = identity(name, cid(owner), rev=(kept.rev if kept else 0) + 1)
        await self._store.write([link])
        return Promise(writer=self._name, documents=[("identity", link.id, link.rev)])


async def everything(store: Store) -> dict[str, object]:
    """All a store answers, by what was asked."""
    answers: dict[str, object] = {}
    for name in NAMES:
        owner = await store.resolve(mail(name))
        answers[f"owner {name}"] = owner
        answers[f"card {name}"] = await store.card(cid(name), NOW)
        answers[f"page {owner}"] = await store.page(owner or "", limit=100_000)
        answers[f"find {name}"] = await store.find(name)
    answers["inbox"] = await store.inbox(View(show="all"), NOW, limit=1000)
    answers["deliveries"] = await store.deliveries(list(DeliveryState), limit=100_000)
    for text in ("way", "batch part", "is:unread", "from:ana order"):
        answers[text] = await store.search(parse(text, NOW), NOW, limit=100_000)
    return answers


async def _messages(store: Store) -> list[Message]:
    owners = {await store.resolve(mail(name)) for name in NAMES}
    pages = [await store.page(owner, limit=1_000_000) for owner in sorted(owners - {None}, key=str)]  # type: ignore[arg-type]
    entries = [entry for page in pages for entry in page.entries]
    return [entry.fact for entry in entries if isinstance(entry.fact, Message)]


async def broken_promises(store: Store, promises: Iterable[Promise]) -> list[str]:
    """What was acknowledged, and is not there."""
    promises = list(promises)
    kept = {message.id for message in await _messages(store)}
    broken = [f"message {key}" for p in promises for key in p.facts if key not in kept]
    imported = [key for promise in promises for key in promise.imported]
    broken += [f"imported {key}" for key in imported if await store.get(Message, key) is None]
    named = {external: key for promise in promises for external, key in promise.known.items()}
    known = await store.known(SHARED, list(named))
    for external, key in named.items():
        if external not in known or known[external].id != key or key not in kept:
            broken.append(f"{external}, filed as {key}")
    for customer_id, tag in (pair for promise in promises for pair in promise.tags):
        document = await store.get(Customer, customer_id)
        if document is None or tag not in document.tags:
            broken.append(f"tag {tag}")
    for kind, key, rev in (each for promise in promises for each in promise.documents):
        found: Document | None
        if kind == "delivery":
            found = await store.get(Delivery, key)
        else:
            found = await store.get(Identity, key)
        if found is None or found.rev < rev:
            broken.append(f"{kind} {key} at {rev}")
    return [*broken, *await _lost_cursors(store, promises)]


async def _lost_cursors(store: Store, promises: Sequence[Promise]) -> list[str]:
    newest: dict[str, int] = defaultdict(int)
    for promise in promises:
        newest[promise.writer] = max(newest[promise.writer], promise.cursor)
    kept = {writer: int(await store.cursor(writer) or 0) for writer in newest}
    return [f"cursor of {writer}" for writer, number in newest.items() if kept[writer] < number]


async def visible_debris(store: Store) -> list[str]:
    """What must not be seen: halves of batches, files that are missing, one message twice, an unsound catalog."""
    messages = await _messages(store)
    wrong = [f"twice: {key}" for key in _repeated(message.id for message in messages)]
    named = ((message.channel, message.external_id) for message in messages if message.external_id)
    wrong += [f"twice: {key}" for key in _repeated(named)]
    batches: dict[tuple[str, int], list[list[int]]] = defaultdict(list)
    for message in messages:
        if match := _BATCH.fullmatch(message.text):
            number, *numbers = map(int, match.groups())
            batches[message.channel, number].append(numbers)
            (file,) = message.attachments
            if sha256(await store.blob(message.address, file.digest)).hexdigest() != file.digest:
                wrong.append(f"file of {message.id}")
    for (writer, number), seen in batches.items():
        if not _is_prefix(seen, whole=_was_kept(number, int(await store.cursor(writer) or 0))):
            wrong.append(f"part of batch {number} of {writer}")
    problems = (await store.check()).problems
    return [*wrong, *(problem for problem in problems if "unreadable line" not in problem)]


def _was_kept(number: int, cursor: int) -> bool:
    """Whether the writer of batch `number` lived to write this cursor, or one after it; later ones began elsewhere."""
    return number <= cursor and number // LIFETIME == cursor // LIFETIME


def _is_prefix(seen: list[list[int]], *, whole: bool) -> bool:
    """Whether these numbers are all of the first journals of a batch, and of no others."""
    parts = sorted({part for part, *_ in seen})
    sizes = {part: size for part, _, _, size in seen}
    complete = all(sum(part == p for p, *_ in seen) == size for part, size in sizes.items())
    is_prefix = parts == list(range(1, len(parts) + 1))
    return complete and is_prefix and (not whole or len(parts) == seen[0][1])


def _repeated(keys: Iterable[object]) -> list[object]:
    met: set[object] = set()
    return [key for key in keys if key in met or met.add(key)]  # type: ignore[func-returns-value]


async def assert_intact(store: Store, promises: Sequence[Promise]) -> None:
    """All promises are kept, nothing else shows, and the catalog says what a new one would."""
    await store.check()  # what happened behind its back has been looked at when this returns
    assert await broken_promises(store, promises) == []
    assert await visible_debris(store) == []
    before = await everything(store)
    await store.rebuild()
    after = await everything(store)
    different = [asked for asked in {**before, **after} if before.get(asked) != after.get(asked)]
    assert [difference(before.get(asked), after.get(asked), asked) for asked in different] == []


def difference(one: object, other: object, where: str) -> str:
    """Where two answers part, as a path into their fields."""
    if type(one) is type(other) and is_dataclass(one) and is_dataclass(other):
        for name in (each.name for each in fields(one)):
            if (mine := getattr(one, name)) != (theirs := getattr(other, name)):
                return difference(mine, theirs, f"{where}.{name}")
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            if mine != theirs:
                return difference(mine, theirs, f"{where}[{number}]")
    return f"{where}: {one!r:.300} is not {other!r:.300}"
