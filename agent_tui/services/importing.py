"""Importing: what stands in the owner's files becomes history, each piece once, and every piece is accounted for.

Files are read and understood elsewhere; here come `Piece`s, one after another, and are filed as a channel's batches
are. What was filed before is a duplicate; what could not be read is rejected with a reason, and stays in its file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent_tui.core.channel import Progress, Received
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict
from agent_tui.core.model import Delivery, Message
from agent_tui.core.pieces import Piece
from agent_tui.core.store import Known, Store
from agent_tui.services import filing
from agent_tui.services.asking import ask
from agent_tui.services.filing import Filed, Source
from agent_tui.services.timeline import TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A piece that was not taken."""

    path: Path
    row: int | None
    reason: str


@dataclass(slots=True)
class Imported:
    """What became of every piece. `updated`: news of something we sent; `possible_duplicates`: filed too, because
    another message with the same id says something else."""

    new: int = 0
    updated: int = 0
    duplicates: int = 0
    possible_duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)


class Importer:
    """Files pieces into the history of one channel; `dry`: only says what would become of them."""

    def __init__(self, store: Store, clock: Clock, source: Source, *, dry: bool = False) -> None:
        self.result = Imported()
        self._store = store
        self._clock = clock
        self._source = source
        self._dry = dry
        self._rehearsed: dict[str, Known] = {}  # what a rehearsal would have filed so far

    async def take(self, pieces: Sequence[Piece]) -> None:
        """Import some pieces, durably when it returns."""
        refused = [piece for piece in pieces if piece.event is None]
        self.result.rejected += [Rejection(path=p.path, row=p.row, reason=p.reason) for p in refused]
        if batch := [piece.event for piece in pieces if piece.event is not None]:
            await self._file(batch)

    async def _file(self, batch: Sequence[Received | Progress]) -> None:
        """File some events, whoever else writes at the same time."""
        for last in (False,) * (TRIES - 1) + (True,):
            answers = await ask(self._store, batch, self._source)
            answers = replace(answers, known={**answers.known, **self._rehearsed})
            filed = filing.file(batch, self._source, answers, self._clock.now())
            try:
                twins = await self._write(filed)
            except Conflict:
                if last:
                    raise
                continue
            self._count(filed, batch, twins)
            return

    async def _write(self, filed: Filed) -> set[str]:
        """Keep the records; the ids of those that somebody else was faster with."""
        if self._dry:
            self._rehearsed.update(_known(filed))
            return set()
        written = await self._store.write(filed.records, blobs=filed.blobs)
        return {one.id for one in written if one.duplicate_of is not None}

    def _count(self, filed: Filed, batch: Sequence[Received | Progress], twins: set[str]) -> None:
        """Every event is a message, news of one of ours, or nothing new."""
        ids = {event.external_id for event in batch}
        messages = [r for r in filed.records if isinstance(r, Message) and r.id not in twins]
        odd = sum(message.external_id not in ids for message in messages)
        updated = sum(isinstance(record, Delivery) for record in filed.records)
        self.result.new += len(messages) - odd
        self.result.possible_duplicates += odd
        self.result.updated += updated
        self.result.duplicates += len(batch) - len(messages) - updated


def _known(filed: Filed) -> Mapping[str, Known]:
    messages = [record for record in filed.records if isinstance(record, Message)]
    return {
        message.external_id: Known(id=message.id, address=message.address, fingerprint=message.fingerprint)
        for message in messages
    }
