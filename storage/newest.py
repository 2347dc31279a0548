"""The newest of what a question finds, read in parts: row numbers rise with time, not with ids, and equal times do not
have to stand in the order of their ids. So a little more is read than is wanted."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Protocol, TypeVar

TOP = 1 << 62
"""Above every row number."""
CHUNK = 64
LARGEST_CHUNK = 4096


class Row(Protocol):
    """A row that stands for an entry."""

    @property
    def number(self) -> int:
        """Its number in the catalog."""

    @property
    def at(self) -> int:
        """Its time."""

    @property
    def key(self) -> str:
        """Its id."""


R = TypeVar("R", bound=Row)


def newest(
    limit: int, part: Callable[[int, int], Iterable[R]], counts: Callable[[R], bool] = lambda _row: True
) -> list[R]:
    """The first `limit` that count, newest first, equal times by id, the larger first.

    `part` gives at most so many rows below a row number, the largest number first.
    """
    found: list[R] = []
    top, chunk = TOP, max(CHUNK, limit)
    while not _is_enough(found, limit):
        rows = list(part(top, chunk))
        found += [row for row in rows if counts(row)]
        if len(rows) < chunk:
            break
        top, chunk = rows[-1].number, min(2 * chunk, LARGEST_CHUNK)
    found.sort(key=lambda row: (row.at, row.key), reverse=True)
    return found[:limit]


def _is_enough(found: list[R], limit: int) -> bool:
    """Whether what follows cannot come before the first `limit`."""
    if len(found) <= limit:
        return False
    return any(one.at > other.at for one, other in pairwise(found[limit - 1 :]))
