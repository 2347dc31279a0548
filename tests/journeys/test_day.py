"""A whole day through the screen: 200 customers, 600 messages, four channels; the store holds exactly what was typed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from agent_tui.core.addresses import Address
from agent_tui.core.model import CustomerState, DeliveryState, Direction, Message, Note, customer_id
from agent_tui.tui.app import AgentApp
from tests.journeys.day import CUSTOMERS, IN, MESSAGES, SCHEMES, WAVES, Day, Kept, address, opened
from tests.tui.world import World, desk_of, open_app, until

OUT = MESSAGES - IN


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = await opened(tmp_path)
    yield world
    await world.store.aclose()


class Agent:
    """At the keys: what she does is told to the day's book as she does it."""

    def __init__(self, pilot: Pilot[None], day: Day) -> None:
        self._pilot = pilot
        self._desk = desk_of(pilot)
        self._day = day
        self._who = {customer_id(address(number)): address(number) for number in range(CUSTOMERS)}

    async def _here(self) -> Kept:
        """Whose timeline she reads; nothing is done before it is there."""
        desk = self._desk
        await until(
            self._pilot, lambda: desk.current is not None and desk.reading.customer_id == desk.current
        )
        assert desk.current is not None
        return self._day.kept[self._who[desk.current]]

    async def press(self, *keys: str) -> None:
        """As a terminal sends them, one behind the other: she does not wait for the screen."""
        for key in keys:
            name = "space" if key == " " else key
            self._pilot.app.post_message(events.Key(name, key if len(key) == 1 else None))
        await self._pilot.pause()

    async def idle(self) -> None:
        """All that was asked for is done, and no key is on its way any more."""
        desk, app = self._desk, self._pilot.app
        assert isinstance(app, AgentApp)
        await until(self._pilot, lambda: app.gate.is_empty and desk.is_idle and not desk.composer.is_open)

    async def answer(self, *, done: bool) -> None:
        kept, text = await self._here(), self._day.words()
        await self.press("r", *text, "alt+s" if done else "ctrl+j")
        kept.sent.append(text)
        kept.last = "done" if done else kept.last
        await self.idle()

    async def note(self) -> None:
        kept, text = await self._here(), self._day.words()
        await self.press("n", *text, "ctrl+j")
        kept.notes.append(text)
        await self.idle()

    async def tag(self) -> None:
        kept, tag = await self._here(), f"tag{len(self._day.words())}"
        await self.press("t", *tag, "enter")
        kept.tags += [tag] if tag not in kept.tags else []
        await self.idle()

    async def assign(self) -> None:
        (await self._here()).agent = "Rui"
        await self.press("a", "m")
        await self.idle()

    async def snooze(self) -> None:
        (await self._here()).last = "snoozed"
        await self.press("h", "t")
        await self.idle()

    async def done_by_mistake(self) -> None:
        await self._here()
        await self.press("e")
        await self.idle()
        await self.press("z")
        await self.idle()

    async def next(self) -> None:
        await self.press("]")
        await self.idle()


async def work(agent: Agent, day: Day, answers: int) -> None:
    """The agent goes through the queue until so many answers are typed."""
    for number in range(answers):
        if number % 4 == 0:
            await day.chance.choice((agent.note, agent.tag, agent.assign, agent.done_by_mistake))()
        await agent.answer(done=number % 3 == 0)
        if number % 8 == 1:
            await agent.snooze()
        elif number % 3:
            await agent.next()


@pytest.mark.timeout(600)  # some 10,000 keys
async def test_the_store_holds_exactly_what_was_typed(world: World) -> None:
    day = Day(seed=4)
    async with open_app(world, (160, 50), ready=False) as pilot:
        agent = Agent(pilot, day)
        for _ in range(WAVES):
            day.deliver(world, IN // WAVES)
            await world.sync()
            await work(agent, day, OUT // WAVES)
            world.clock.tick(minutes=90)
            await world.sync()
    assert sum(len(kept.received) for kept in day.kept.values()) == IN
    assert sum(len(kept.sent) for kept in day.kept.values()) == OUT
    for who, kept in day.kept.items():
        await holds(world, who, kept)
    await left(world, day)


async def holds(world: World, who: Address, kept: Kept) -> None:
    """One customer's timeline, whole and in order; and what was decided."""
    page = await world.store.page(customer_id(who), limit=10_000)
    messages = [(e.fact, e.delivery) for e in page.entries if isinstance(e.fact, Message)]
    assert [fact.text for fact, _ in messages if fact.direction is Direction.IN] == kept.received
    ours = [(fact, delivery) for fact, delivery in messages if fact.direction is Direction.OUT]
    assert [fact.text for fact, _ in ours] == kept.sent
    assert all(delivery is not None and delivery.state is DeliveryState.SENT for _, delivery in ours)
    assert {fact.channel for fact, _ in messages} == {name for name, s in SCHEMES.items() if s == who.scheme}
    assert [e.fact.text for e in page.entries if isinstance(e.fact, Note)] == kept.notes
    card = await world.desk.timeline.card(customer_id(who))
    assert sorted(card.customer.tags) == sorted(kept.tags)
    assert card.customer.assigned_to == kept.agent
    state = {"done": CustomerState.DONE, "snoozed": CustomerState.SNOOZED}.get(kept.last, CustomerState.OPEN)
    assert card.state is state, (who, kept)


async def left(world: World, day: Day) -> None:
    """Every answer went out once, where its customer is."""
    for name, adapter in world.adapters.items():
        taken = [(out.to, out.text) for out in adapter.provider.taken]
        there = [w for w in day.kept if w.scheme == SCHEMES[name]]
        typed = [((who,), text) for who in there for text in day.kept[who].sent]
        assert sorted(taken, key=str) == sorted(typed, key=str)
    assert await world.store.deliveries({DeliveryState.QUEUED, DeliveryState.UNSURE}) == ()
