"""What happened in a stretch of time, counted: the one definition every store follows.

A message *counts* when it asks or answers, as `core.standing` has it: what is automatic, failed or was taken back is
nothing anybody did. A *wait* begins with the first message that asks and ends with our first answer after it; a
customer marked as done ends it too, without an answer. It belongs to the stretch of time its answer lies in.

Pure functions; only a store and its tests need them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from agent_tui.core.model import Message, Position

QUARTER = timedelta(minutes=15)
"""The grain of time: every zone in use is a whole number of quarters away from UTC."""
DONE = "done"
"""The kind of activity that ends a wait without an answer."""
LONGEST = 2_000
"""Characters kept of what somebody said."""

Mark: TypeAlias = tuple[Position, Literal["ask", "answer", "done"]]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Volume:
    """Messages of one channel in the quarter of an hour that begins `at`."""

    at: datetime
    channel: str
    came: int
    went: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a customer said, its beginning."""

    customer_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A stretch of time, `since` included, `until` not."""

    since: datetime
    until: datetime
    volumes: tuple[Volume, ...] = ()  # by time, then channel
    responses: tuple[timedelta, ...] = ()  # how long it took until the first answer, shortest first
    waiting: tuple[datetime, ...] = ()  # since when each waits who waits at `until`, earliest first
    wrote: int = 0  # customers who wrote
    tags: tuple[tuple[str, int], ...] = ()  # how many of them carry it now; by tag
    activities: tuple[tuple[str, int], ...] = ()  # how often each kind happened; by kind
    told: tuple[Told, ...] = ()  # what was said last, newest first, as much as was asked for


def quarter(at: datetime) -> datetime:
    """The beginning of the quarter of an hour a moment (in UTC) lies in."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def responses(marks: Iterable[Mark], since: datetime, until: datetime) -> Iterator[timedelta]:
    """One customer's waits that were answered in this time. `marks`: in any order, none but the customer's."""
    asked: datetime | None = None
    for place, kind in sorted(marks):
        if kind == "ask":
            asked = asked or place.at
            continue
        if kind == "answer" and asked is not None and since <= place.at < until:
            yield place.at - asked
        asked = None


def told(customer: str, message: Message) -> Told:
    """What a message says, so far as it is looked at."""
    return Told(customer_id=customer, text=f"{message.subject[:LONGEST]}\n{message.text}"[:LONGEST])
