"""Sending: nothing reaches anybody twice, and nothing is called sent that was not, whatever happens to the answers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.twilio import Adapter
from agent_tui.core.addresses import Address
from agent_tui.core.errors import Uncertain
from agent_tui.core.model import Delivery, DeliveryState, Direction, Message, customer_id
from agent_tui.core.store import Lease
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.keeper import Keeper
from agent_tui.services.replies import Replies
from agent_tui.services.sender import UNSETTLED, Sender
from agent_tui.services.timeline import Timeline
from storage.memory import MemoryStore
from tests.adapters.texting import ANA, Phone, closing, text_to
from tests.clocks import FrozenClock
from tests.servers.twilio import Fault, Twilio

PEOPLE = tuple(f"+3519123456{number:02d}" for number in range(20))
SERVICE = "MG" + "5" * 32


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def server(clock: FrozenClock) -> Iterator[Twilio]:
    with Twilio(clock.now) as running:
        yield running


@dataclass
class Desk:
    """The outbox of one number, on a store in memory, and the channel that empties it."""

    phone: Phone
    clock: FrozenClock
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.clock)
        self.channel = self.restarted()
        business = Business(agent="Rui")
        info = ChannelInfo(
            name=self.channel.name,
            medium=self.channel.medium,
            can=self.channel.can,
            address=self.channel.address,
        )
        self.timeline = Timeline(self.store, self.clock, business)
        self.replies = Replies(self.store, self.clock, business, {info.name: info}, self.timeline)

    def restarted(self) -> Adapter:
        return self.phone.channel(now=self.clock.now, **self.settings)

    async def restart(self) -> None:
        await self.channel.aclose()
        self.channel = self.restarted()

    async def round(self) -> None:
        """The outbox, a look at what came, the outbox again: as `sync --once` does."""
        keeper = Keeper(self.channel, self.store, self.clock, "test", changed=lambda: None)
        summary = await keeper.once()
        assert summary.error is None, summary.error

    async def reply(self, number: str, text: str) -> Delivery:
        envelope = await self.replies.envelope(customer_id(Address("phone", number)))
        return await self.replies.queue(envelope, text, now=True)

    async def deliveries(self, ids: list[str]) -> list[Delivery]:
        return [found for key in ids if (found := await self.store.get(Delivery, key))]

    async def ours(self) -> list[Message]:
        """Every message of ours in every timeline."""
        pages = [await self.store.page(customer_id(Address("phone", number)), limit=100) for number in PEOPLE]
        facts = [entry.fact for page in pages for entry in page.entries]
        return [fact for fact in facts if isinstance(fact, Message) and fact.direction is Direction.OUT]


@pytest.mark.parametrize("settings", [{}, {"messaging_service_sid": SERVICE}])
async def test_sixty_with_a_third_of_the_answers_lost(
    server: Twilio, clock: FrozenClock, tmp_path: Path, settings: dict[str, Any]
) -> None:
    server.lag = timedelta(seconds=50)
    desk = Desk(Phone(server, tmp_path), clock, settings)
    for number in PEOPLE:
        server.deliver(number, "Is it ready?", service=SERVICE)
    await desk.round()
    faults: list[Fault] = []
    others: tuple[Fault, ...] = ("broken", "busy", "failed", "failed after", "garbled")
    for count in range(90):
        faults.append("" if count % 3 else "lost")
        if count % 10 == 1:
            faults[-1] = others[count // 10 % 5]
    server.faults(*faults)
    queued = []
    for turn in range(3):
        for number in PEOPLE:  # to every second one the same words each time
            text = "Yes, it is ready" if int(number[-1]) % 2 else f"Yes: number {turn}"
            queued.append(await desk.reply(number, text))
            clock.tick(seconds=1)
    for turn in range(40):
        await desk.round()
        clock.tick(seconds=40)
        if turn in {2, 5}:
            await desk.restart()
        if not await desk.store.deliveries(UNSETTLED, channel=desk.channel.name):
            break
    await desk.round()
    await desk.channel.aclose()
    wanted = Counter((message.to[0].value, message.text) for message in await desk.ours())
    assert wanted.total() == 60  # none of them is told as another program's
    assert Counter((text.to, text.body) for text in server.sent()) == wanted
    kept = await desk.deliveries([delivery.id for delivery in queued])
    assert {delivery.state for delivery in kept} == {DeliveryState.SENT}
    assert {delivery.external_id for delivery in kept} == {text.sid for text in server.sent()}


class TestFinding:
    async def lost(self, channel: Adapter, key: str, server: Twilio, clock: FrozenClock) -> None:
        server.faults("lost")
        with pytest.raises(Uncertain):
            await channel.send(text_to(key=key, at=clock.now()))

    async def test_each_of_two_alike_takes_its_own(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            await self.lost(channel, "a", server, clock)
            await self.lost(channel, "b", server, clock)
            found = [await channel.find(text_to(key=key, at=clock.now())) for key in ("a", "b")]
        assert {receipt.external_id for receipt in found if receipt} == {text.sid for text in server.sent()}
        assert len(server.sent()) == 2

    async def test_one_known_is_nobody_elses_even_after_a_restart(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        phone = Phone(server, tmp_path)
        async with closing(phone.channel(now=clock.now)) as channel:
            first = await channel.send(text_to(key="a", at=clock.now()))
            server.faults("broken")
            with pytest.raises(Uncertain):
                await channel.send(text_to(key="b", at=clock.now()))
        async with closing(phone.channel(now=clock.now)) as again:
            assert await again.find(text_to(key="a", at=clock.now())) == first
            with pytest.raises(Uncertain):
                await again.find(text_to(key="b", at=clock.now()))
            clock.tick(seconds=61)
            assert await again.find(text_to(key="b", at=clock.now())) is None

    async def test_more_alike_than_we_tried_are_for_the_agent(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            await self.lost(channel, "a", server, clock)
            server.elsewhere_sent(ANA, "words")
            clock.tick(minutes=5)
            with pytest.raises(Uncertain, match="more"):
                await channel.find(text_to(key="a", at=clock.now()))

    async def test_what_was_said_long_before_is_not_it(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        server.elsewhere_sent(ANA, "words")
        clock.tick(minutes=6)
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            server.faults("broken")
            with pytest.raises(Uncertain):
                await channel.send(text_to(at=clock.now()))
            with pytest.raises(Uncertain, match="not in the provider's list yet"):
                await channel.find(text_to(at=clock.now()))

    async def test_the_providers_spacing_and_quotes_are_no_difference(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        said = text_to(text="It’s  ready \n", at=clock.now())
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            server.faults("lost")
            with pytest.raises(Uncertain):
                await channel.send(said)
            server.sent()[0].body = "It's ready"
            found = await channel.find(said)
        assert found is not None
        assert found.external_id == server.sent()[0].sid

    async def test_what_is_written_down_names_nobody(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            await channel.send(text_to(text="secret words", at=clock.now()))
        [file] = (tmp_path / "channel").iterdir()
        assert file.stat().st_mode & 0o077 == 0
        assert ANA[1:] not in file.read_text()
        assert "secret" not in file.read_text()

    async def test_what_was_written_down_is_forgotten_after_a_week(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        phone = Phone(server, tmp_path)
        async with closing(phone.channel(now=clock.now)) as channel:
            await channel.send(text_to(at=clock.now()))
        file = tmp_path / "channel" / "attempts.jsonl"
        file.write_text(file.read_text() + '{"key": "cut o')
        clock.tick(days=8)
        async with closing(phone.channel(now=clock.now)) as again:
            await again.check()
            await again.send(text_to(key="new", at=clock.now()))
        assert [line.count('"new"') for line in file.read_text().splitlines()] == [1, 1]


async def test_one_lost_before_it_was_taken_is_sent_again_by_itself(
    server: Twilio, clock: FrozenClock, tmp_path: Path
) -> None:
    desk = Desk(Phone(server, tmp_path), clock)
    server.deliver(PEOPLE[0], "Hello?")
    await desk.round()
    server.faults("broken")
    delivery = await desk.reply(PEOPLE[0], "Yes")
    lease = await desk.store.lease(desk.channel.name, "test")
    assert isinstance(lease, Lease)
    sender = Sender(desk.store, desk.channel, lease, clock)
    states = []
    began = clock.now()
    while len(server.sent()) < 1:
        await sender.drain()
        states.append((await desk.deliveries([delivery.id]))[0].state)
        clock.tick(seconds=5)
    await desk.channel.aclose()
    assert states[0] is DeliveryState.UNSURE
    assert clock.now() - began >= timedelta(minutes=1)
