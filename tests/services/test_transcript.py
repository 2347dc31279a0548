"""A channel sees its own words with one address, and nothing else of anybody."""

from datetime import timedelta

from agent_tui.core.addresses import Address, email
from agent_tui.core.model import Delivery, DeliveryState, Direction, Medium, Message, Note
from agent_tui.services import transcript as module
from agent_tui.services.transcript import transcript
from storage.memory import MemoryStore
from tests.clocks import START, FrozenClock

ANA = email("ana@example.com")
BOB = email("bob@example.com")
SHOP = Address("web", "shop")


def said(number: int, *, channel: str = "website", address: Address = ANA, out: bool = False) -> Message:
    return Message(
        id=f"m{number:03d}",
        address=address,
        channel=channel,
        medium=Medium.WEB,
        direction=Direction.OUT if out else Direction.IN,
        at=START + timedelta(minutes=number),
        author=SHOP if out else address,
        text=f"text {number}",
        external_id=f"x{number}",
    )


async def test_only_this_channel_and_this_address() -> None:
    store = MemoryStore(FrozenClock())
    note = Note(id="n1", address=ANA, at=START, author="Rui", text="never show this")
    await store.write([said(1), note, said(2, channel="mail"), said(3, address=BOB), said(4, out=True)])
    lines = await transcript(store, "website")(ANA, 10)
    assert [(line.text, line.direction) for line in lines] == [
        ("text 1", Direction.IN),
        ("text 4", Direction.OUT),
    ]


async def test_the_newest_oldest_first_over_many_pages() -> None:
    store = MemoryStore(FrozenClock())
    await store.write([said(n, channel="website" if n % 10 == 0 else "mail") for n in range(900)])
    lines = await transcript(store, "website")(ANA, 30)
    assert module.PAGE < 900
    assert [line.text for line in lines] == [f"text {n}" for n in range(600, 900, 10)]


async def test_what_became_of_ours_is_told() -> None:
    store = MemoryStore(FrozenClock())
    delivery = Delivery(id="m001", address=ANA, channel="website", state=DeliveryState.READ, at=START)
    await store.write([said(1, out=True), delivery])
    (line,) = await transcript(store, "website")(ANA, 1)
    assert line.delivery is DeliveryState.READ


async def test_a_stranger_and_a_wish_for_nothing_get_nothing() -> None:
    store = MemoryStore(FrozenClock())
    await store.write([said(1)])
    assert await transcript(store, "website")(BOB, 10) == []
    assert await transcript(store, "website")(ANA, 0) == []
