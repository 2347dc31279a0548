"""The newest of what a question finds, read in parts: row numbers rise with time, not with ids, and equal times do not
have to stand in the order of their ids. So a little more is read than is wanted."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from storage.filed import Spot
from storage.lines import Place

TOP = 1 << 62
"""Above every row number."""
CHUNK = 64
LARGEST_CHUNK = 4096


COLUMNS = "e.n, e.at, e.id, j.name, e.off, e.len, j.owner, c.name"
"""What is selected of an entry `e`, its journal `j` and its customer `c` to make a `Row`."""


class Row(NamedTuple):
    """An entry that was found, and whose it is."""

    number: int
    at: int
    key: str
    journal: str
    offset: int
    length: int
    owner: str
    name: str

    @property
    def spot(self) -> Spot:
        """Where its text stands."""
        return Spot(self.journal, self.key, Place(self.offset, self.length))


def newest(
    limit: int, part: Callable[[int, int], Iterable[Row]], counts: Callable[[Row], bool] = lambda _row: True
) -> list[Row]:
    """The first `limit` that count, newest first, equal times by id, the larger first.

    `part` gives at most so many rows below a row number, the largest number first.
    """
    found: list[Row] = []
    top, chunk = TOP, max(CHUNK, limit)
    while not _is_enough(found, limit):
        rows = list(part(top, chunk))
        found += [row for row in rows if counts(row)]
        if len(rows) < chunk:
            break
        top, chunk = rows[-1].number, min(2 * chunk, LARGEST_CHUNK)
    found.sort(key=lambda row: (row.at, row.key), reverse=True)
    return found[:limit]


def _is_enough(found: list[Row], limit: int) -> bool:
    """Whether what follows cannot come before the first `limit`."""
    if len(found) <= limit:
        return False
    return any(one.at > other.at for one, other in pairwise(found[limit - 1 :]))
