"""Facts read back from their journals: by place, each checked to be the one that was asked for.

When a place does not hold what the catalog said, the file was replaced behind us; then the journal itself is asked.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import NamedTuple

from agent_tui.core.errors import Damaged
from agent_tui.core.language import _
from agent_tui.core.model import Activity, Fact, Message, Note
from storage import codec
from storage.journal import Journal, open_journal
from storage.layout import Layout
from storage.lines import Line, Place


class Spot(NamedTuple):
    """Where the catalog says that a fact stands."""

    journal: str
    key: str
    place: Place


class Misplaced(Damaged):
    """A journal is not what the catalog says."""

    def __init__(self, spot: Spot) -> None:
        super().__init__(f"{spot.key} is not in {spot.journal}", remedy=_("run reindex"))
        self.journal = spot.journal


class Filed:
    """The facts of one store. Holds nothing open; usable from any thread."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def fact(self, journal: str, key: str, place: Place) -> Fact:
        """One fact. Raises Damaged."""
        return self.facts([Spot(journal, key, place)])[0]

    def facts(self, spots: Sequence[Spot]) -> list[Fact]:
        """The facts at these spots, in their order. Raises Misplaced, Damaged."""
        found: dict[str, Fact] = {}
        for journal, wanted in self._opened(spots):
            found |= {spot.key: _fact(journal, spot, line) for spot, line in _lines(journal, wanted)}
        return [found[spot.key] for spot in spots]

    def readable(self, spots: Sequence[Spot]) -> list[Fact]:
        """Those of the facts at these spots that can be read."""
        found = []
        for journal, wanted in self._opened(spots):
            for spot, line in _lines(journal, wanted):
                with suppress(Damaged):
                    found.append(_fact(journal, spot, line))
        return found

    def _opened(self, spots: Sequence[Spot]) -> Iterator[tuple[Journal, list[Spot]]]:
        by_journal: dict[str, list[Spot]] = defaultdict(list)
        for spot in spots:
            by_journal[spot.journal].append(spot)
        for name, wanted in by_journal.items():
            with closing(open_journal(self._layout.path(name))) as journal:
                yield journal, wanted


def _lines(journal: Journal, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line | None]]:
    return zip(spots, journal.storage.at_all([spot.place for spot in spots]), strict=True)


def _fact(journal: Journal, spot: Spot, line: Line | None) -> Fact:
    if line is not None and line.id == spot.key and line.document is not None:
        return to_fact(line)
    # The file was replaced behind us: TinyDB's own view of it is right.
    for kind in codec.FACTS:
        table = codec.table(kind)
        if document := journal.storage.live(table).get(spot.key):
            return to_fact(Line(table, spot.key, document, spot.place))
    raise Misplaced(spot)


def to_fact(line: Line) -> Fact:
    """The fact a line holds. Raises Damaged."""
    kind = codec.CLASSES.get(line.table)
    if line.document is not None and kind in codec.FACTS:
        fact = codec.decode(kind, line.document)
        if isinstance(fact, Message | Note | Activity):
            return fact
    raise Damaged(f"{line.id} is no entry of a timeline")
