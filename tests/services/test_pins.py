"""Pinned facts: kept with where they came from, said once, taken back; joined customers keep both's."""

import pytest

from agent_tui.core.errors import Missing, UsageError
from agent_tui.core.model import Pinned, customer_id
from agent_tui.services import pins
from tests.clocks import START
from tests.scripted import ANA, BOB, received
from tests.services.scene import Scene


async def scene() -> Scene:
    made = Scene()
    made.provider.deliver(received(1, START, sender=ANA, text="No nuts, please."))
    made.provider.deliver(received(2, START, sender=BOB, text="We pay by card."))
    await made.round()
    return made


async def entry_of(made: Scene, who: str) -> str:
    return (await made.timeline.page(who)).entries[-1].fact.id


async def test_a_fact_is_kept_with_its_message_and_undone() -> None:
    made = await scene()
    entry = await entry_of(made, made.ana)
    before = await made.inbox.pin(made.ana, " no\nnuts ", entry)
    customer = (await made.timeline.card(made.ana)).customer
    assert customer.notes_pinned == ("no nuts",)
    assert pins.origin(customer, "no nuts") == entry
    await made.inbox.undo(before)
    customer = (await made.timeline.card(made.ana)).customer
    assert (customer.notes_pinned, customer.pinned_from) == ((), ())


async def test_an_entry_of_somebody_else_is_refused() -> None:
    made = await scene()
    with pytest.raises(Missing):
        await made.inbox.pin(made.ana, "no nuts", await entry_of(made, customer_id(BOB)))


async def test_two_who_are_joined_keep_the_facts_of_both() -> None:
    made = await scene()
    bob = customer_id(BOB)
    ours, theirs = await entry_of(made, made.ana), await entry_of(made, bob)
    await made.inbox.pin(made.ana, "no nuts", ours)
    await made.inbox.pin(bob, "by card", theirs)
    linking = await made.joining.join(made.ana, bob)
    customer = (await made.timeline.card(made.ana)).customer
    assert set(customer.notes_pinned) == {"no nuts", "by card"}
    assert {pins.origin(customer, text) for text in customer.notes_pinned} == {ours, theirs}
    await made.joining.undo(linking.id)
    customer = (await made.timeline.card(made.ana)).customer
    assert customer.pinned_from == (Pinned(text="no nuts", entry_id=ours),)


async def test_said_once_more_it_stands_there_once() -> None:
    made = await scene()
    entry = await entry_of(made, made.ana)
    await made.inbox.pin(made.ana, "no nuts")
    await made.inbox.pin(made.ana, "no nuts", entry)
    customer = (await made.timeline.card(made.ana)).customer
    assert (customer.notes_pinned, pins.origin(customer, "no nuts")) == (("no nuts",), entry)
    await made.inbox.unpin(made.ana, "no nuts")
    customer = (await made.timeline.card(made.ana)).customer
    assert (customer.notes_pinned, customer.pinned_from) == ((), ())


@pytest.mark.parametrize("text", ["", " \n ", "x" * (pins.LONGEST + 1)])
async def test_nothing_and_too_much_are_refused(text: str) -> None:
    made = await scene()
    with pytest.raises(UsageError):
        await made.inbox.pin(made.ana, text)


async def test_a_card_has_room_for_so_many() -> None:
    made = await scene()
    for number in range(pins.MOST):
        await made.inbox.pin(made.ana, f"fact {number}")
    with pytest.raises(UsageError):
        await made.inbox.pin(made.ana, "one more")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need a cake for Friday.\nTwelve people.", "I need a cake for Friday."),
        ("no full stop", "no full stop"),
        ("Is it 3.5 kg? Yes.", "Is it 3.5 kg?"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_offered(text: str, expected: str) -> None:
    assert pins.first_sentence(text) == expected
