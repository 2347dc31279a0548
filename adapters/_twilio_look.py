"""One look at Twilio's list: every page from some time on, as batches.

Rows of before may come late, so a look overlaps the last one, and what was given is left out (`_twilio_reach`). The
newest date counts only once the last page is kept: a look that ends half-way moves nothing but the rows it gave. A
message of ours of which nobody knows yet what became of the attempt is left for `find`: it is not told as another
program's.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters._twilio_api import Api
from adapters._twilio_follow import Follower
from adapters._twilio_ledger import Ledger
from adapters._twilio_media import Patience
from adapters._twilio_reach import Reach
from adapters._twilio_rows import Row, is_ours, read, received, unreadable
from adapters._twilio_settings import Settings
from agent_tui.core.channel import Batch, Event

ARRIVING = timedelta(minutes=2)
"""How long a message may take to come in before it is taken as it is."""

SKEW = timedelta(minutes=5)
"""How far the provider's clock may be from ours."""


@dataclass
class _Found:
    """What a page holds."""

    events: list[Event] = field(default_factory=list)
    given: dict[str, datetime] = field(default_factory=dict)
    newest: datetime | None = None


@dataclass
class Looker:
    """What one reading of the list knows. `reach` is what was kept."""

    api: Api
    settings: Settings
    now: Callable[[], datetime]
    ledger: Ledger
    follower: Follower
    reach: Reach
    patience: Patience = field(default_factory=Patience)
    first: bool = True

    async def look(self, *, wide: bool) -> AsyncGenerator[Batch, None]:
        """Batches of one look; the last one says that it has caught up. Being asked for more means kept."""
        newest, waiting = self.reach.upto, False
        since = self.reach.start(self.now(), self.settings.since_days, wide=wide)
        async with aclosing(self.api.pages(since=since)) as pages:
            async for payloads, last in pages:
                found = _Found()
                for payload in payloads:
                    waiting |= not await self._take(payload, found)
                newest = max(filter(None, (newest, found.newest)), default=None)
                whole = last and not waiting
                upto = min(newest, self.now()) if whole and newest else self.reach.upto
                reach = self.reach.after(found.given, upto, self.now())
                if found.events or self.first or whole != last:
                    self.first = self.first and not whole
                    yield Batch(events=tuple(found.events), cursor=reach.cursor(), caught_up=whole)
                self.reach = reach

    async def _take(self, payload: object, found: _Found) -> bool:
        """One row; False when it must be met again."""
        try:
            row = read(payload) if isinstance(payload, dict) else None
            if row is None:
                raise ValueError("it is no row")
        except ValueError as error:
            self._strange(payload, str(error), found)
            return True
        found.newest = max(filter(None, (found.newest, row.sent)), default=None)
        return await self._row(row, payload, found) if is_ours(payload, self.settings) else True

    async def _row(self, row: Row, payload: object, found: _Found) -> bool:
        if not self.reach.has(row.sid) and row.sid not in found.given:
            if self._arriving(row):
                return True
            if not row.inbound and self._undecided(row):
                return True
            files = await self.patience.files(self.api, row.sid) if row.media else ((), ())
            if files is None:
                return False
            try:
                found.events.append(received(row, *files, key=self.ledger.key(row.sid)))
            except ValueError as error:
                self._strange(payload, str(error), found)
                return True
            found.given[row.sid] = row.sent or row.created
        if not row.inbound and (news := self.follower.hear(row, _loop_time())):
            found.events.append(news)
        return True

    def _arriving(self, row: Row) -> bool:
        """It is not whole yet."""
        return row.status == "receiving" and self.now() - row.created < ARRIVING

    def _undecided(self, row: Row) -> bool:
        """Might it be an attempt of ours whose answer was lost, or is on its way?"""
        if self.ledger.key(row.sid):
            return False
        attempts = self.ledger.open(self.ledger.print(row.to, row.body))
        return any(row.created >= attempt.at - SKEW for attempt in attempts)

    def _strange(self, payload: object, why: str, found: _Found) -> None:
        """A row that cannot be read, told once."""
        if not is_ours(payload, self.settings):
            return
        stub = unreadable(payload, why, self.now())
        if not self.reach.has(stub.external_id) and stub.external_id not in found.given:
            found.events.append(stub)
            found.given[stub.external_id] = self.now()


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
