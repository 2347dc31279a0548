"""What becomes of an outgoing message: every step of a `Delivery`, as plain functions.

QUEUED ─claim→ SENDING ─receipt→ SENT → DELIVERED → READ
   ↑              │ └─refused→ FAILED
   ├─unavailable──┘
   └─it did not leave── UNSURE ←─ no answer, or the sender died; → SENT when it is found

A planned one whose customer wrote first is never claimed: it becomes FAILED and *held*, and the agent decides.

A step returns the next version of the delivery; the store refuses it when someone else was faster. SENDING is written
durably *before* the network is touched, so that a crash is seen as "perhaps", never as "not yet".
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from agent_tui.core.channel import Progress, Receipt
from agent_tui.core.language import _, english
from agent_tui.core.model import Delivery, DeliveryState
from agent_tui.core.store import Lease

FIRST_WAIT = 5.0  # seconds after the first failed attempt; doubled each time
LONGEST_WAIT = 900.0
LOOK_AGAIN = (
    3.0,
    10.0,
    30.0,
    60.0,
    300.0,
)  # seconds between looks for an unsure message; the last one repeats

_RANK = {
    DeliveryState.CANCELED: 0,
    DeliveryState.QUEUED: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.UNSURE: 1,
    DeliveryState.SENT: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.DELIVERED: 4,
    DeliveryState.READ: 5,
}


def claim(delivery: Delivery, lease: Lease, now: datetime) -> Delivery:
    """The sender takes it. A planned one leaves now, perhaps later than planned: that is its date."""
    first = delivery.planned is not None and not delivery.attempts
    return _step(
        delivery,
        DeliveryState.SENDING,
        now,
        owner=lease.token,
        attempts=delivery.attempts + 1,
        error=None,
        planned=now if first else delivery.planned,
    )


def sent(delivery: Delivery, now: datetime, *, receipt: Receipt) -> Delivery:
    """The provider took it, perhaps not for every recipient."""
    refused = "; ".join(
        english(_("not taken for {address}: {reason}").format(address=address.value, reason=reason))
        for address, reason in receipt.refused
    )
    return _step(delivery, receipt.delivery, now, external_id=receipt.external_id, error=refused or None)


def failed(delivery: Delivery, now: datetime, *, reason: str) -> Delivery:
    """The provider refused it for good."""
    return _step(delivery, DeliveryState.FAILED, now, error=english(reason))


def later(delivery: Delivery, now: datetime, *, reason: str, retry_after: float | None = None) -> Delivery:
    """It did not leave; it is tried again after a growing wait, or the provider's own."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(delivery.attempts - 1, 12)) * random.uniform(0.8, 1.2)
    moment = now + timedelta(seconds=max(wait, retry_after or 0))
    return _step(delivery, DeliveryState.QUEUED, now, not_before=moment, error=english(reason), owner="")


def unsure(delivery: Delivery, now: datetime, *, reason: str) -> Delivery:
    """It may have left. `not_before` is now the moment of the first look."""
    moment = now + timedelta(seconds=LOOK_AGAIN[0])
    return _step(delivery, DeliveryState.UNSURE, now, error=english(reason), not_before=moment, owner="")


def look_again(looks: int, now: datetime) -> datetime:
    """When to look for an unsure message after `looks` looks in vain."""
    return now + timedelta(seconds=LOOK_AGAIN[min(looks, len(LOOK_AGAIN) - 1)])


def again(delivery: Delivery, now: datetime) -> Delivery:
    """It is certain that it did not leave: back to the queue, due at once."""
    return _step(delivery, DeliveryState.QUEUED, now, not_before=now, error=None, owner="")


def repeat(delivery: Delivery, now: datetime) -> Delivery:
    """It may have left, and is sent again, since repeating is harmless or the agent decided so: nothing holds it."""
    return replace(again(delivery, now), unless=None)


def plan(delivery: Delivery, now: datetime, *, at: datetime) -> Delivery:
    """It leaves at another moment than was planned."""
    return _step(delivery, DeliveryState.QUEUED, now, not_before=at, planned=at, error=None)


def hold(delivery: Delivery, now: datetime, *, reason: str) -> Delivery:
    """It was planned, and things are not what they were: it does not leave by itself."""
    return _step(delivery, DeliveryState.FAILED, now, error=english(reason), held=True)


def arrived(delivery: Delivery, now: datetime) -> Delivery:
    """The agent says that an unsure message arrived."""
    return _step(delivery, DeliveryState.SENT, now, error=None)


def cancel(delivery: Delivery, now: datetime) -> Delivery:
    """Taken back before it left."""
    return _step(delivery, DeliveryState.CANCELED, now)


def abandoned(delivery: Delivery, lease: Lease) -> bool:
    """Is it in the hands of a sender that is gone?"""
    return delivery.state is DeliveryState.SENDING and delivery.owner != lease.token


def progress(delivery: Delivery, news: Progress) -> Delivery:
    """The delivery after some news of it: it only climbs, whatever order news comes in; a price may come late."""
    price = delivery.price or news.price
    final = delivery.state in (DeliveryState.CANCELED, DeliveryState.FAILED)
    if final or _RANK[news.delivery] <= _RANK[delivery.state]:
        same = price == delivery.price
        return delivery if same else replace(delivery, price=price, rev=delivery.rev + 1)
    external_id = delivery.external_id or news.external_id
    return _step(
        delivery,
        news.delivery,
        news.at,
        external_id=external_id,
        error=english(news.error) if news.error else news.error,
        price=price,
    )


def is_planned(delivery: Delivery) -> bool:
    """Does it wait for the moment it was planned for?"""
    return delivery.state is DeliveryState.QUEUED and delivery.planned is not None and not delivery.attempts


def is_held(delivery: Delivery) -> bool:
    """Was it planned, and waits now for a decision?"""
    return delivery.held and delivery.state is DeliveryState.FAILED


def due(delivery: Delivery, now: datetime) -> bool:
    """May it leave (QUEUED), or be looked for (UNSURE), at `now`?"""
    return delivery.not_before is None or delivery.not_before <= now


def _step(delivery: Delivery, state: DeliveryState, now: datetime, **changed: object) -> Delivery:
    return replace(delivery, state=state, at=now, rev=delivery.rev + 1, **changed)  # type: ignore[arg-type]
