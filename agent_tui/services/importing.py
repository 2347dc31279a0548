"""Importing: what stands in the owner's files becomes history, each piece once, and every piece is accounted for.

Files are read and understood elsewhere; here come `Piece`s, one after another, and are filed as a channel's batches
are. What was filed before is a duplicate; what could not be read is rejected with a reason, and stays in its file.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent_tui.core.channel import Received
from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict
from agent_tui.core.model import Delivery, Message
from agent_tui.core.store import Known, Store
from agent_tui.services import filing
from agent_tui.services.asking import ask
from agent_tui.services.filing import Filed, Source
from agent_tui.services.timeline import TRIES

PIECES = 200  # filed at a time
BYTES = 8_000_000  # … or as soon as the originals are this large together


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message of a file (`row` counts from 1 where a file holds several), or why it could not be read."""

    path: Path
    row: int | None = None
    message: Received | None = None
    reason: str = ""


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

    async def run(self, pieces: AsyncIterator[Piece], told: Callable[[Imported], None]) -> Imported:
        """Import everything; `told` hears how far it is after every batch."""
        batch: list[Received] = []
        size = 0
        async for piece in pieces:
            if piece.message is None:
                self.result.rejected.append(Rejection(path=piece.path, row=piece.row, reason=piece.reason))
                continue
            batch.append(piece.message)
            size += len(piece.message.raw or b"")
            if len(batch) >= PIECES or size >= BYTES:
                await self._take(batch)
                batch, size = [], 0
                told(self.result)
        await self._take(batch)
        return self.result

    async def _take(self, batch: Sequence[Received]) -> None:
        """File some messages, whoever else writes at the same time."""
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
            self._count(filed, {message.external_id for message in batch}, twins)
            return

    async def _write(self, filed: Filed) -> int:
        """Keep the records; how many messages turned out to be known after all."""
        if self._dry:
            self._rehearsed.update(_known(filed))
            return 0
        written = await self._store.write(filed.records, blobs=filed.blobs)
        return sum(one.duplicate_of is not None for one in written)

    def _count(self, filed: Filed, ids: set[str], twins: int) -> None:
        messages = [record for record in filed.records if isinstance(record, Message)]
        odd = sum(message.external_id not in ids for message in messages)
        updated = sum(isinstance(record, Delivery) for record in filed.records)
        self.result.new += len(messages) - odd - twins
        self.result.possible_duplicates += odd
        self.result.updated += updated
        self.result.duplicates += filed.repeats - updated + twins


def _known(filed: Filed) -> Mapping[str, Known]:
    messages = [record for record in filed.records if isinstance(record, Message)]
    return {
        message.external_id: Known(id=message.id, address=message.address, fingerprint=message.fingerprint)
        for message in messages
    }
