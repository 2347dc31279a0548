"""A stretch of timeline, laid out: which line stands where. Pure; widgets draw it and move about in it.

Blocks that did not change are not laid out again. A place in it is an entry's id and a line of its block, so that it
means the same after entries came above or below, or the width changed.
"""

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate
from typing import TypeAlias

from agent_tui.core.model import Entry
from agent_tui.tui.delivery import fate
from agent_tui.tui.entries import Before, Block, after, block
from agent_tui.tui.lines import BLANK, Line, Look
from agent_tui.tui.paging import Stretch

REMEMBERED = 2_000  # blocks

_Key: TypeAlias = tuple[object, ...]


class Window:
    """Lines are counted from the first of the stretch."""

    def __init__(self, look: Look) -> None:
        self.stretch = Stretch()
        self.blocks: list[Block] = []
        self._tops: list[int] = [0]
        self._places: dict[str, int] = {}
        self._unfolded: set[str] = set()
        self._known: dict[_Key, Block] = {}
        self._look = look

    @property
    def height(self) -> int:
        """All lines."""
        return self._tops[-1]

    def lay(self, stretch: Stretch, width: int, now: datetime) -> None:
        """Lay a stretch out anew, as far as it differs."""
        self.stretch = stretch
        if len(self._known) > REMEMBERED:
            self._known.clear()
        blocks, before = [], Before()
        for entry in stretch.entries:
            blocks.append(self._block(entry, before, width, now))
            before = after(entry, before, now, self._look)
        self.blocks = blocks
        self._tops = list(accumulate((len(b.lines) for b in blocks), initial=0))
        self._places = {b.id: index for index, b in enumerate(blocks)}

    def _block(self, entry: Entry, before: Before, width: int, now: datetime) -> Block:
        unfolded = entry.fact.id in self._unfolded
        revision = entry.delivery.rev if entry.delivery else 0
        shown = fate(entry.delivery, now, self._look)
        day = after(entry, before, now, self._look).day
        written = (self._look.compact, self._look.told(entry.fact.at, now))
        key = (entry.fact.id, revision, shown, before, day, width, unfolded, written)
        if key not in self._known:
            self._known[key] = block(entry, before, width, now, self._look, unfolded=unfolded)
        return self._known[key]

    def fold(self, entry_id: str) -> None:
        """Show what an entry quotes, or fold it; seen after the next `lay`."""
        self._unfolded ^= {entry_id}

    def line(self, y: int) -> Line:
        """The line at `y`; a blank one outside."""
        index = self.index_at(y)
        return self.blocks[index].lines[y - self._tops[index]] if 0 <= y < self.height else BLANK

    def index_at(self, y: int) -> int:
        """Which block line `y` belongs to; the nearest one outside."""
        return min(max(0, bisect_right(self._tops, y) - 1), max(0, len(self.blocks) - 1))

    def span(self, index: int) -> tuple[int, int]:
        """The first line of a block's own words, and the last one that says something."""
        block_ = self.blocks[index]
        top = self._tops[index]
        blank = block_.lines[-1] == BLANK
        return top + block_.head, top + len(block_.lines) - 1 - blank

    def top(self, index: int) -> int:
        """The first line of a block, a day's separator included."""
        return self._tops[index]

    def index(self, entry_id: str | None) -> int | None:
        """Where an entry's block is."""
        return self._places.get(entry_id) if entry_id else None

    def entry(self, index: int) -> Entry | None:
        """The entry of a block."""
        return self.stretch.entries[index] if 0 <= index < len(self.stretch.entries) else None

    def place(self, y: int) -> tuple[str, int] | None:
        """What stands at line `y`: an entry, and how far below the first line of its own words."""
        if not self.blocks:
            return None
        index = self.index_at(y)
        return self.blocks[index].id, y - self.span(index)[0]

    def find(self, place: tuple[str, int] | None) -> int | None:
        """The line where a place is now; None when its entry is gone."""
        index = self.index(place[0]) if place else None
        if index is None or place is None:
            return None
        return max(0, self.span(index)[0] + place[1])
