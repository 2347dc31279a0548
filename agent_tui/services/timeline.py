"""One customer's stream: pages of it, the card beside it, notes and drafts."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from agent_tui.core.addresses import Address
from agent_tui.core.attachments import Aside
from agent_tui.core.clock import Clock
from agent_tui.core.errors import AgentTuiError, Conflict, Missing, UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Activity, Card, Customer, Draft, Fact, Message, Note, Position, draft_id
from agent_tui.core.store import Page, Store
from agent_tui.services import asides, calls
from agent_tui.services.about import Business
from agent_tui.services.attaching import Attached
from agent_tui.services.calls import Call
from agent_tui.services.envelope import Envelope
from agent_tui.services.promises import Outcomes, outcomes

_log = logging.getLogger(__name__)
_KINDS: tuple[type[Fact], ...] = (Message, Note, Activity)

TRIES = 5  # against another window that writes the same document


class Timeline:
    """Everything said with one customer, in time order, and what we think about it."""

    def __init__(self, store: Store, clock: Clock, business: Business) -> None:
        self._store = store
        self._clock = clock
        self._agent = business.agent

    async def page(self, customer_id: str, *, before: Position | None = None, limit: int = 50) -> Page:
        """The newest entries before a position (or of all), oldest first."""
        return await self._store.page(customer_id, before=before, limit=limit)

    async def card(self, customer_id: str) -> Card:
        """The customer with what follows from the history. Raises Missing."""
        card = await self._store.card(customer_id, self._clock.now())
        if card is None:
            raise Missing(
                _("there is no customer {customer_id}").format(customer_id=customer_id),
                remedy=_("look for them with search"),
            )
        return card

    async def promises(self, customer: Customer) -> Outcomes:
        """What became of what they were promised so far."""
        return await outcomes(self._store, customer, self._clock.now())

    async def position(self, entry_id: str) -> Position:
        """Where an entry stands. Raises Missing."""
        fact = await fact_of(self._store, entry_id)
        if fact is None:
            raise Missing(
                _("there is no entry {entry_id}").format(entry_id=entry_id),
                remedy=_("use an id that show --json gave"),
            )
        return Position(fact.at, fact.id)

    async def note(self, customer_id: str, text: str) -> Note:
        """Write a note, and clear its draft. A note has no recipients: there is no way from it to an outbox.

        Raises UsageError for an empty one, Missing.
        """
        if not text.strip():
            raise UsageError(_("the note is empty"), remedy=_("type what the others should know"))
        note = await self._write(customer_id, text.strip())
        await self.drop_draft(customer_id, note=True)
        return note

    async def call(self, customer_id: str, call: Call) -> Note:
        """Write down a call: a note, which can never be sent. Raises UsageError, Missing."""
        return await self._write(customer_id, calls.words(call), call)

    async def _write(self, customer_id: str, text: str, call: Call | None = None) -> Note:
        card = await self.card(customer_id)
        note = Note(
            id=self._clock.new_id(),
            address=card.customer.address,
            at=self._clock.now(),
            author=self._agent,
            text=text,
            call=call.direction if call else None,
            minutes=call.minutes if call else None,
        )
        await self._store.write([note])
        return note

    async def draft(self, customer_id: str, *, note: bool) -> Draft | None:
        """The unsent words this agent has for a customer; None when there are none."""
        card = await self.card(customer_id)
        draft = await self._store.get(Draft, draft_id(card.customer.id, self._agent, note=note))
        return None if draft is None or draft.is_empty else draft

    async def save_draft(
        self,
        customer_id: str,
        text: str,
        *,
        note: bool,
        envelope: Envelope | None = None,
        promises: datetime | None = None,
        files: Sequence[Attached] | None = None,
        aside: Sequence[Aside] | None = None,
        blanks: Sequence[str] | None = None,
    ) -> None:
        """Keep unsent words, the files with them, what lies aside for other channels, and the blanks of saved words
        in them (None: what it has of these); nothing at all removes the draft.

        Durable when it returns. Raises Missing.
        """
        card = await self.card(customer_id)
        key = draft_id(card.customer.id, self._agent, note=note)
        kept = await self._store.get(Draft, key) if None in (files, aside, blanks) else None
        draft = Draft(
            id=key,
            address=card.customer.address,
            author=self._agent,
            text=text,
            at=self._clock.now(),
            note=note,
            promises=promises,
            attachments=kept.attachments
            if kept and files is None
            else tuple(one.attachment for one in files or ()),
            aside=(kept.aside if kept else ()) if aside is None else tuple(aside),
            blanks=(kept.blanks if kept else ()) if blanks is None else tuple(blanks),
        )
        blobs = {one.attachment.digest: one.data for one in files or ()}
        await self.put_draft(asides.promoted(_addressed(draft, envelope)), blobs)

    async def drop_draft(self, customer_id: str, *, note: bool) -> None:
        """Remove the draft of words that are kept already. Never raises for it."""
        with _may_stay():
            await self.save_draft(customer_id, "", note=note, files=(), aside=())

    async def said(self, customer_id: str, channel: str, text: str) -> None:
        """A reply was kept: its draft goes; different words for another channel stay. Never raises, as `drop_draft`."""
        with _may_stay():
            draft = await self.draft(customer_id, note=False)
            left = asides.left(draft, channel, text) if draft else ()
            await self.save_draft(customer_id, "", note=False, files=(), aside=left)

    async def draft_files(self, draft: Draft) -> tuple[Attached, ...]:
        """The files of a draft. Raises Missing."""
        return tuple([Attached(a, await self.file(draft.address, a.digest)) for a in draft.attachments])

    async def put_draft(self, draft: Draft, blobs: Mapping[str, bytes] | None = None) -> None:
        """Keep a draft as the newest one under its id, with the bytes of its files by their digests.

        Raises Conflict when another window keeps winning.
        """
        for _round in range(TRIES):
            kept = await self._store.get(Draft, draft.id)
            if (kept is None and draft.is_empty) or (kept is not None and _same(kept, draft)):
                return
            new = kept is None or kept.attachments != draft.attachments
            try:
                await self._store.write(
                    [replace(draft, rev=kept.rev + 1 if kept else 1)], blobs=blobs if new else None
                )
            except Conflict:
                continue
            return
        raise Conflict(
            _("the draft is being written elsewhere too"), remedy=_("close it in the other window")
        )

    async def file(self, address: Address, digest: str) -> bytes:
        """The bytes of an attachment. Raises Missing."""
        return await self._store.blob(address, digest)


def _addressed(draft: Draft, envelope: Envelope | None) -> Draft:
    if envelope is None:
        return draft
    return replace(
        draft, channel=envelope.channel.name, subject=envelope.subject, to=envelope.to, cc=envelope.cc
    )


def _same(kept: Draft, draft: Draft) -> bool:
    return replace(kept, rev=0, at=draft.at) == replace(draft, rev=0)


async def fact_of(store: Store, entry_id: str) -> Fact | None:
    """The entry of that id, whatever it is."""
    for kind in _KINDS:
        fact = await store.get(kind, entry_id)
        if fact is not None:
            return fact
    return None


@contextmanager
def _may_stay() -> Iterator[None]:
    """A draft left over can be seen, but an error here would read as if its words had not been kept: they would be
    written twice."""
    try:
        yield
    except AgentTuiError as error:
        _log.warning("a draft stays although its words were kept: %s", error.problem)
