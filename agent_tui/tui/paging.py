"""A stretch of one customer's timeline, a few hundred entries long, and how it moves through the years.

The service pages backwards only. Pages are read through it as needed; a stretch never grows past `LONGEST`: what is
far from where the agent reads is let go, and read again when she comes back. Nothing is skipped and nothing doubled.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_tui.core.model import Entry, Position
from agent_tui.services.timeline import Timeline

FIRST = 60  # entries of the first look
STEP = 100  # entries of one more page
LONGEST = 400

_SHORTEST_REACH = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries in time order, without a gap; whether there are `older` and `newer` ones beyond its ends."""

    entries: tuple[Entry, ...] = ()
    older: bool = False
    newer: bool = False


class Pages:
    """One customer's timeline as stretches."""

    def __init__(self, timeline: Timeline, customer_id: str) -> None:
        self._timeline = timeline
        self.customer_id = customer_id

    async def newest(self) -> Stretch:
        """The end of the timeline."""
        page = await self._timeline.page(self.customer_id, limit=FIRST)
        return Stretch(page.entries, page.older)

    async def around(self, at: datetime) -> Stretch:
        """What stands around a moment."""
        before = Position(at + _SHORTEST_REACH, "")
        page = await self._timeline.page(self.customer_id, before=before, limit=FIRST)
        if not page.entries:
            return await self.newest()
        return await self.later(Stretch(page.entries, page.older, newer=True))

    async def earlier(self, stretch: Stretch) -> Stretch:
        """The stretch and the page before it."""
        first = stretch.entries[0].position if stretch.entries else None
        page = await self._timeline.page(self.customer_id, before=first, limit=STEP)
        entries = page.entries + stretch.entries
        return Stretch(entries[:LONGEST], page.older, stretch.newer or len(entries) > LONGEST)

    async def later(self, stretch: Stretch) -> Stretch:
        """The stretch and the page after it."""
        if not stretch.entries:
            return await self.newest()
        found, more = await self._after(stretch.entries[-1].position)
        entries = stretch.entries + found
        return Stretch(entries[-LONGEST:], stretch.older or len(entries) > LONGEST, more)

    async def again(self, stretch: Stretch) -> Stretch:
        """The same stretch as it is now, and what is newer when it reaches to the end."""
        if not stretch.entries:
            return await self.newest()
        first, last = stretch.entries[0].position, stretch.entries[-1].position
        # A space sorts before every character an id goes on with: this is just after the last entry.
        before = Position(last.at, f"{last.id} ") if stretch.newer else None
        limit = len(stretch.entries) + STEP
        page = await self._timeline.page(self.customer_id, before=before, limit=limit)
        while page.older and page.entries and page.entries[0].position > first:
            limit *= 2
            page = await self._timeline.page(self.customer_id, before=before, limit=limit)
        if not stretch.older:
            return Stretch(page.entries, page.older, stretch.newer)
        kept = tuple(entry for entry in page.entries if entry.position >= first)
        return Stretch(kept, page.older or len(kept) < len(page.entries), stretch.newer)

    async def _after(self, last: Position) -> tuple[tuple[Entry, ...], bool]:
        """Entries that follow a position, and whether more come: the end of a page is felt for in time."""
        best: tuple[Entry, ...] = ()
        limit, near, far, reach = STEP, timedelta(0), timedelta.max, timedelta(hours=1)
        while True:
            until = last.at + reach
            page = await self._timeline.page(self.customer_id, before=Position(until, ""), limit=limit)
            found = tuple(entry for entry in page.entries if entry.position > last)
            if len(found) == len(page.entries) and page.older:  # too far: there are entries between
                if best:
                    return best, True
                limit *= 2 if reach - near <= _SHORTEST_REACH else 1
                far = reach
            elif ended := await self._ends(until):
                return found, not ended
            elif len(found) >= STEP // 2 or (found and far < timedelta.max):
                return found, True
            else:
                best, near = found or best, reach
            reach = near + (far - near) / 2 if far < timedelta.max else reach * 8

    async def _ends(self, at: datetime) -> bool:
        """Is nothing at or after a moment?"""
        newest = await self._timeline.page(self.customer_id, limit=1)
        return not newest.entries or newest.entries[-1].fact.at < at
