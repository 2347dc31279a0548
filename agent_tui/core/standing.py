"""Where a customer stands: who waits, since when, who is done. The one definition every store follows.

- A message *asks* when it came IN and is not automatic. It *answers* when it went OUT, is not automatic, and its
  delivery, if it has one, is neither FAILED nor CANCELED. CANCELED messages count for nothing anywhere.
- The *floor* is the later of the newest answer and `Customer.done_upto`. `asked_since` is the time of the earliest
  message that asks and stands after the floor.
- A *follow-up* (`follow_up`) is a snooze that is over, as if it had never been, once something that asks stands after
  `snoozed_at`; and it hides nobody who asks after the floor.
- SNOOZED: `snoozed_until` lies ahead, or is not set while `snoozed_at` is (until they write), and nothing that asks
  stands after `snoozed_at`. DONE: otherwise, when
  `done_upto` is set, nothing that asks stands after it, and neither `snoozed_until` nor `promised_by` has come
  (marking someone done clears both). OPEN: otherwise.
- An OPEN customer waits since `asked_since`; else since `snoozed_until`, once that has passed and lies after the
  floor; else since `promised_by`, once that has passed. Nobody else waits.
- Unread: messages that ask, were not `seen` when filed, and stand after both `read_upto` and the newest answer.

Pure functions; only a store and its tests need them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agent_tui.core.model import (
    Customer,
    CustomerState,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    Position,
)

EFFORTS = {1: 6, 2: 4, 3: 3}  # quick answers first: × 1.5, × 1, × 0.75, in quarters
QUARTERS = 4
GOOD = 2  # the importance from which on somebody is worth a word when nothing was said for long
VOID = frozenset({DeliveryState.FAILED, DeliveryState.CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What standing depends on, of all a customer's messages."""

    asks: tuple[tuple[Position, bool], ...]  # in order; the flag: was it seen when filed
    newest_answer: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A customer's place in the queue."""

    state: CustomerState
    waiting_since: datetime | None
    unread: int


def asks(message: Message) -> bool:
    """Does somebody wait because of it?"""
    return message.direction is Direction.IN and not message.automatic


def answers(message: Message, delivery: Delivery | None) -> bool:
    """Did we answer with it?"""
    void = delivery is not None and delivery.state in VOID
    return message.direction is Direction.OUT and not message.automatic and not void


def history(messages: Iterable[tuple[Message, Delivery | None]]) -> History:
    """What of these messages matters for standing."""
    pairs = list(messages)
    asked = sorted((Position(m.at, m.id), m.seen) for m, _ in pairs if asks(m))
    answered = [Position(m.at, m.id) for m, d in pairs if answers(m, d)]
    return History(asks=tuple(asked), newest_answer=max(answered, default=None))


def weight(importance: int, severity: int, effort: int) -> int:
    """What waiting time is multiplied with, in quarters, so that it is a whole number."""
    return max(importance, 1) * max(severity, 1) * EFFORTS.get(effort, QUARTERS)


def standing(customer: Customer, past: History, now: datetime) -> Standing:
    """Where the customer stands at `now`."""
    state = _state(customer, past, now)
    waiting = _waiting(customer, past, now) if state is CustomerState.OPEN else None
    return Standing(state=state, waiting_since=waiting, unread=_unread(customer, past))


def _after(past: History, floor: Position | None) -> list[tuple[Position, bool]]:
    return [ask for ask in past.asks if floor is None or ask[0] > floor]


def _later(one: Position | None, other: Position | None) -> Position | None:
    return max((p for p in (one, other) if p is not None), default=None)


def _state(customer: Customer, past: History, now: datetime) -> CustomerState:
    until = wakes(customer, past)
    if _asleep(customer, past, now):
        return CustomerState.SNOOZED
    came = any(moment is not None and moment <= now for moment in (until, customer.promised_by))
    if customer.done_upto is not None and not came and not _after(past, customer.done_upto):
        return CustomerState.DONE
    return CustomerState.OPEN


def wakes(customer: Customer, past: History) -> datetime | None:
    """When the snooze ends; None when there is none, or it is a follow-up that they made needless."""
    answered = customer.follow_up and _after(past, customer.snoozed_at)
    return None if answered else customer.snoozed_until


def _asleep(customer: Customer, past: History, now: datetime) -> bool:
    until = customer.snoozed_until
    ahead = customer.snoozed_at is not None if until is None else until > now
    if customer.follow_up and _after(past, _later(past.newest_answer, customer.done_upto)):
        return False
    return ahead and not _after(past, customer.snoozed_at)


def _waiting(customer: Customer, past: History, now: datetime) -> datetime | None:
    floor = _later(past.newest_answer, customer.done_upto)
    if asked := _after(past, floor):
        return asked[0][0].at
    woke = wakes(customer, past)
    if woke is not None and woke <= now and (floor is None or woke > floor.at):
        return woke
    promised = customer.promised_by
    return promised if promised is not None and promised <= now else None


def _unread(customer: Customer, past: History) -> int:
    return sum(not seen for _, seen in _after(past, _later(customer.read_upto, past.newest_answer)))
