"""What a channel may show of the past: its own words with one address, and nothing of any other channel."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Line
from agent_tui.core.model import Entry, Message
from agent_tui.core.store import Page, Store

Transcript: TypeAlias = Callable[[Address, int], Awaitable[Sequence[Line]]]

PAGE = 200  # entries looked through at a time


def transcript(store: Store, channel: str) -> Transcript:
    """A reader bound to one channel: given an address and a number, the newest lines, oldest first.

    Notes, activities, other channels and the customer's other addresses are out of its reach.
    """

    async def lines(address: Address, limit: int) -> Sequence[Line]:
        customer = await store.resolve(address)
        found: list[Line] = []
        page = await store.page(customer, limit=PAGE) if customer else Page(entries=(), older=False)
        while True:
            found[:0] = [_line(e, e.fact) for e in page.entries if _shows(e, channel, address)]  # type: ignore[arg-type]
            if len(found) >= limit or not page.older or customer is None:
                return found[-limit:] if limit > 0 else []
            page = await store.page(customer, before=page.entries[0].position, limit=PAGE)

    return lines


def _shows(entry: Entry, channel: str, address: Address) -> bool:
    fact = entry.fact
    return isinstance(fact, Message) and fact.channel == channel and fact.address == address


def _line(entry: Entry, message: Message) -> Line:
    state = entry.delivery.state if entry.delivery else None
    return Line(id=message.id, at=message.at, direction=message.direction, text=message.text, delivery=state)
