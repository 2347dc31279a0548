"""A look into a shop's files, by the store itself."""

from pathlib import Path

from agent_tui.core.clock import SYSTEM
from agent_tui.core.model import Delivery, DeliveryState, Entry, Message
from agent_tui.core.store import Store, View
from storage.local import LocalStore


async def every_entry(store: Store) -> list[Entry]:
    """All timelines, one after the other."""
    found: list[Entry] = []
    page = await store.inbox(View(show="all"), SYSTEM.now(), limit=1_000_000)
    for row in page.rows:
        timeline = await store.page(row.customer_id, limit=1_000_000)
        found += timeline.entries
    return found


async def every_message(data: Path) -> list[Message]:
    """All messages of a home."""
    store = LocalStore(data, clock=SYSTEM)
    try:
        return [entry.fact for entry in await every_entry(store) if isinstance(entry.fact, Message)]
    finally:
        await store.aclose()


async def every_delivery(store: Store) -> dict[str, Delivery]:
    """All deliveries, by message id."""
    return {d.id: d for d in await store.deliveries(set(DeliveryState), limit=1_000_000)}
