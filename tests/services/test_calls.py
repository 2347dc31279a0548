"""Calls: typed on one line, kept as notes."""

import pytest

from agent_tui.core.errors import UsageError
from agent_tui.core.model import DeliveryState, Direction, Note
from agent_tui.services.calls import Call, typed, words
from tests.clocks import START
from tests.scripted import ANA, received
from tests.services.scene import Scene

IN = Direction.IN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wants it on Friday", Call(text="wants it on Friday")),
        ("5 min: wants it", Call(text="wants it", minutes=5)),
        ("< 12min wants it", Call(text="wants it", minutes=12, direction=IN)),
        ("<no answer", Call(text="no answer", direction=IN)),
        ("12 people", Call(text="12 people")),
    ],
)
def test_a_call_on_one_line(text: str, expected: Call) -> None:
    assert typed(text) == expected


def test_no_call_takes_so_long() -> None:
    with pytest.raises(UsageError):
        words(Call(text="", minutes=5000))


async def test_it_is_a_note_and_nothing_leaves() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START, sender=ANA, text="Call me."))
    await scene.round()
    await scene.timeline.call(scene.ana, Call(text="By Friday", minutes=5))
    entries = (await scene.timeline.page(scene.ana)).entries
    (fact,) = [entry.fact for entry in entries if isinstance(entry.fact, Note)]
    assert (fact.text, fact.call, fact.minutes) == ("Call: we called, 5 min.\nBy Friday", Direction.OUT, 5)
    assert await scene.store.deliveries(set(DeliveryState)) == ()
