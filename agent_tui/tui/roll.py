"""The rows of a long list that are known, and where the agent stands in it. Pure; ten thousand rows cost nothing.

Rows are had by offset, a page at a time; the others are blank until somebody looks. The selection is kept by id: when
the order changes the cursor goes along, and a selected customer who leaves the list is kept in place as a *guest*,
so that nothing moves under the agent's hands, until the cursor moves on.
"""

from collections.abc import Sequence

from agent_tui.services.inbox import Queued


class Roll:
    """Positions count rows as shown, the guest included; offsets count rows as the store has them."""

    def __init__(self) -> None:
        self.total = 0
        self.cursor = 0
        self.selected: str | None = None
        self.loaded = False
        self._counted = False  # is the total known to be true?
        self._rows: dict[int, Queued] = {}
        self._fresh: set[int] = set()
        self._guest: tuple[int, Queued] | None = None

    def __len__(self) -> int:
        return self.total + (self._guest is not None)

    @property
    def guest(self) -> str | None:
        """The id of the customer who is shown though the list has them no more."""
        return self._guest[1].row.customer_id if self._guest else None

    def row(self, position: int) -> Queued | None:
        """What is known of the row at a position."""
        if self._guest and position == self._guest[0]:
            return self._guest[1]
        return self._rows.get(self._offset(position))

    def _offset(self, position: int) -> int:
        return position - 1 if self._guest and position > self._guest[0] else position

    def _position(self, offset: int) -> int:
        return offset + 1 if self._guest and offset >= self._guest[0] else offset

    def clear(self) -> None:
        """Forget everything: another list is shown."""
        self._rows, self._fresh, self._guest = {}, set(), None
        self.total = self.cursor = 0
        self.selected, self.loaded, self._counted = None, False, False

    def stale(self) -> None:
        """What is known may have changed: it is shown, but asked for again when somebody looks."""
        self._fresh = set()
        self._counted = False

    def missing(self, first: int, last: int) -> tuple[int, int] | None:
        """The offsets (from, count) to ask for, so that all positions of first..last are known and fresh."""
        low, high = self._offset(max(0, first)), self._offset(max(first, last, 0))
        if not self._counted:
            return low, high - low + 1
        wanted = [o for o in range(low, min(high, self.total - 1) + 1) if o not in self._fresh]
        return (wanted[0], wanted[-1] - wanted[0] + 1) if wanted else None

    def place(self, offset: int, rows: Sequence[Queued], total: int) -> None:
        """Take rows in; the cursor goes along with the selected customer."""
        held, first_time = self.row(self.cursor), not self.loaded
        self._keep(offset, rows, total)
        if first_time or self.selected is None:
            # Keys pressed before the rows came have moved the cursor: they count.
            self.cursor = min(self.cursor, max(0, len(self) - 1))
            self._select_here()
        else:
            self._follow(self.selected, held)

    def _keep(self, offset: int, rows: Sequence[Queued], total: int) -> None:
        self.total, self.loaded, self._counted = total, True, True
        arrived = {row.row.customer_id for row in rows}
        kept = {o: q for o, q in self._rows.items() if o < total and q.row.customer_id not in arrived}
        self._rows = kept | {offset + index: row for index, row in enumerate(rows)}
        self._fresh = (self._fresh & kept.keys()) | set(range(offset, offset + len(rows)))

    def _follow(self, selected: str, held: Queued | None) -> None:
        """Put the cursor where the selected customer now is; keep them as a guest when they are gone."""
        if any(q.row.customer_id == selected for q in self._rows.values()):
            self._guest = None if self.guest == selected else self._guest
            self.cursor = self.position(selected) or 0
        elif held is not None:
            self.cursor = min(self.cursor, self.total)
            self._guest = (self.cursor, held)

    def update_guest(self, row: Queued) -> None:
        """What is now known of the guest."""
        if self._guest and self._guest[1].row.customer_id == row.row.customer_id:
            self._guest = (self._guest[0], row)

    def _select_here(self) -> None:
        here = self.row(self.cursor)
        self.selected = here.row.customer_id if here else None

    def move(self, position: int) -> bool:
        """Put the cursor on a row; says whether it moved. The guest leaves when the cursor does."""
        if not self.loaded:
            self.cursor = max(0, position)
            return False
        position = min(max(0, position), max(0, len(self) - 1))
        if position == self.cursor:
            return False
        if self._guest and self.cursor == self._guest[0]:
            position -= position > self._guest[0]
            self._guest = None
        self.cursor = position
        self._select_here()
        return True

    def position(self, customer_id: str | None) -> int | None:
        """Where a customer's row is, if it is known."""
        if customer_id is None:
            return None
        if self._guest and self.guest == customer_id:
            return self._guest[0]
        return next(
            (self._position(o) for o, q in self._rows.items() if q.row.customer_id == customer_id), None
        )
