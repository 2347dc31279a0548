"""What becomes of our messages, and what others send from our number."""

from collections.abc import Iterator
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import pytest

from adapters import _twilio_follow
from adapters._twilio_follow import Follower
from adapters._twilio_rows import read
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, Progress, Received
from agent_tui.core.model import DeliveryState
from tests.adapters.test_twilio_sending import Desk
from tests.adapters.texting import ANA, Phone, closing, text_to
from tests.clocks import FrozenClock
from tests.contracts.channel import read_all
from tests.servers.twilio import NUMBER, Text, Twilio

SENT, DELIVERED, READ, FAILED = (
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
    DeliveryState.FAILED,
)


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_twilio_follow, "FIRST", 0.02)
    monkeypatch.setattr(_twilio_follow, "LONGEST", 0.05)


def moved(text: Text, status: str, error: int | None = None) -> None:
    text.status, text.error = status, error


async def followed(phone: Phone, statuses: list[str], until: DeliveryState) -> list[Event]:
    """Send one message, and move its status each time the last one was told, or was asked about."""
    news: list[Event] = []
    async with closing(phone.channel()) as channel, aclosing(channel.receive(None)) as batches:
        receipt = await channel.send(text_to())
        [text] = phone.server.sent()
        moved(text, statuses.pop(0))
        async for batch in batches:
            news += [event for event in batch.events if isinstance(event, Progress)]
            assert {event.external_id for event in batch.events} <= {receipt.external_id}
            if news and isinstance(news[-1], Progress) and news[-1].delivery is until:
                return news
            if statuses and batch.events:
                moved(text, statuses.pop(0), 30003)
    raise AssertionError("receive ended by itself")


@pytest.mark.usefixtures("impatient")
class TestFollowing:
    async def test_a_text_is_followed_until_it_arrived(self, server: Twilio, tmp_path: Path) -> None:
        news = await followed(Phone(server, tmp_path), ["sent", "delivered"], DELIVERED)
        assert [event.delivery for event in news if isinstance(event, Progress)] == [SENT, DELIVERED]
        assert {event.key for event in news if isinstance(event, Progress)} == {"key"}

    async def test_a_whatsapp_message_until_it_was_read(self, server: Twilio, tmp_path: Path) -> None:
        phone = Phone(server, tmp_path, whatsapp=True)
        news = await followed(phone, ["delivered", "read"], READ)
        assert [event.delivery for event in news if isinstance(event, Progress)] == [DELIVERED, READ]

    async def test_what_it_cost_is_told_once_known(self, server: Twilio, tmp_path: Path) -> None:
        async with (
            closing(Phone(server, tmp_path).channel()) as channel,
            aclosing(channel.receive(None)) as batches,
        ):
            await channel.send(text_to())
            [text] = server.sent()
            moved(text, "sent")
            prices: list[str] = []
            async for batch in batches:
                prices += [event.price for event in batch.events if isinstance(event, Progress)]
                if prices == [""]:
                    text.price = "-0.00830"  # the status stays as it is
                elif prices:
                    break
        assert prices == ["", "0.00830 USD"]

    async def test_a_failure_says_why(self, server: Twilio, tmp_path: Path) -> None:
        news = await followed(Phone(server, tmp_path), ["sent", "undelivered"], FAILED)
        last = news[-1]
        assert isinstance(last, Progress)
        assert last.error == "the phone is off or out of reach: try again later (30003)"


def row(status: str) -> Text:
    clock = FrozenClock()
    at = clock.now()
    return Text("SM" + "0" * 32, "outbound-api", NUMBER, ANA, "words", status, at, at)


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (["queued", "sending", "sent", "delivered"], [SENT, DELIVERED]),
        (["delivered", "sent", "queued", "delivered"], [DELIVERED]),
        (["sent", "sent"], [SENT]),
        (["sent", "undelivered", "sent"], [SENT, FAILED]),
        (["failed", "delivered"], [FAILED, DELIVERED]),  # the store decides: FAILED is final there
        (["accepted", "scheduled", "something new"], []),
    ],
)
def test_states_only_climb(statuses: list[str], told: list[DeliveryState]) -> None:
    follower = Follower(lambda _: None, frozenset({FAILED, READ, DELIVERED}))
    news = [follower.hear(read(row(status).row()), float(n)) for n, status in enumerate(statuses)]
    assert [event.delivery for event in news if event] == told


def test_it_is_asked_about_ever_more_rarely_and_not_for_ever() -> None:
    follower = Follower(lambda _: None, frozenset({DELIVERED}))
    follower.add("SM1", 0.0)
    asked = []
    while (moment := follower.next()) is not None:
        assert follower.asked(moment) == ("SM1",)
        asked.append(moment)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert asked[0] == 2
    assert waits == sorted(waits)
    assert max(waits) == 300
    assert 72 * 3600 <= asked[-1] < 73 * 3600


class TestEchoes:
    async def test_what_another_program_sent_is_ours(self, server: Twilio, tmp_path: Path) -> None:
        server.elsewhere_sent(ANA, "from the console")
        async with closing(Phone(server, tmp_path).channel()) as channel:
            events, _ = await read_all(channel)
        said, news = events
        assert isinstance(said, Received)
        assert (said.ours, said.key, said.recipients) == (True, None, (Address("phone", ANA),))
        assert isinstance(news, Progress)
        assert news.delivery is DELIVERED

    async def test_what_we_sent_is_known_after_a_restart(self, server: Twilio, tmp_path: Path) -> None:
        phone = Phone(server, tmp_path)
        async with closing(phone.channel()) as channel:
            receipt = await channel.send(text_to())
        [text] = server.sent()
        text.sent = server.now()
        moved(text, "sent")
        async with closing(phone.channel()) as again:
            events, _ = await read_all(again)
        assert [event.external_id for event in events] == [receipt.external_id] * 2
        assert all(isinstance(event, Received | Progress) and event.key == "key" for event in events)

    async def test_other_numbers_of_the_account_are_other_channels(
        self, server: Twilio, tmp_path: Path
    ) -> None:
        server.deliver(ANA, "to the other shop", to="+15005550001")
        server.deliver(f"whatsapp:{ANA}", "by WhatsApp", to=f"whatsapp:{NUMBER}")
        server.elsewhere_sent(ANA, "from the other shop", sender="+15005550001")
        async with closing(Phone(server, tmp_path).channel()) as channel:
            assert (await read_all(channel))[0] == []


async def test_a_failure_after_a_restart_reaches_the_delivery(tmp_path: Path) -> None:
    clock = FrozenClock()
    with Twilio(clock.now) as server:
        desk = Desk(Phone(server, tmp_path), clock)
        server.deliver("+351912345600", "Hello?")
        await desk.round()
        delivery = await desk.reply("+351912345600", "Yes")
        await desk.round()
        [text] = server.sent()
        text.sent = clock.now()
        moved(text, "undelivered", 30005)
        await desk.restart()
        await desk.round()
        [kept] = await desk.deliveries([delivery.id])
        assert kept.state is FAILED
        assert kept.error is not None
        assert "30005" in kept.error
        assert len(await desk.ours()) == 1
        await desk.channel.aclose()
