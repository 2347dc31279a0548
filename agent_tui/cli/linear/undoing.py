"""What the agent did last, and how it is taken back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing done. `leaves`: when it cannot be taken back any more; None: it always can."""

    words: str
    customer_id: str
    back: Callable[[], Awaitable[object]]
    leaves: datetime | None = None
