"""What is not sent, and what nobody can be sure of: each told as what it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.channel import File
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain
from tests.adapters.texting import Phone, closing, text_to
from tests.clocks import FrozenClock
from tests.servers.twilio import Fault, Twilio


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def server(clock: FrozenClock) -> Iterator[Twilio]:
    with Twilio(clock.now) as running:
        yield running


class TestDisk:
    async def test_what_cannot_be_written_down_is_not_sent(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            await channel.send(text_to(at=clock.now()))
            file = tmp_path / "channel" / "attempts.jsonl"
            file.unlink()
            file.mkdir()  # whoever the tests run as, nobody writes into it
            with pytest.raises(Unavailable, match="written down"):
                await channel.send(text_to(key="second", at=clock.now()))
        assert len(server.sent()) == 1

    async def test_what_cannot_be_read_needs_a_person(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        (tmp_path / "channel" / "attempts.jsonl").mkdir(parents=True)
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            await channel.check()  # looks only at the provider: another process may host the channel
            with pytest.raises(NeedsPerson, match="attempts"):
                await channel.send(text_to(at=clock.now()))
        assert server.sent() == []


class TestRefusals:
    async def test_busy_says_how_long(self, server: Twilio, clock: FrozenClock, tmp_path: Path) -> None:
        server.faults("busy")
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(text_to())
        assert caught.value.retry_after == 7
        assert server.sent() == []

    async def test_an_opted_out_customer_is_named_so(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        server.faults("refused")
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            with pytest.raises(Rejected, match=r"opted out \(STOP\).*21610") as caught:
                await channel.send(text_to())
        assert caught.value.withdrawn

    @pytest.mark.parametrize("fault", ["failed", "failed after", "garbled", "lost", "broken"])
    async def test_after_it_left_nothing_is_sure(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path, fault: Fault
    ) -> None:
        server.faults(fault)
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            with pytest.raises(Uncertain):
                await channel.send(text_to())
        assert len(server.sent()) == (fault not in {"failed", "broken"})

    async def test_what_cannot_be_sent_is_refused_here(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        picture = File(name="a.png", media_type="image/png", data=b"x")
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            assert channel.can.files == 0
            for message in (
                text_to(text="x" * 1601),
                text_to(text=" \n"),
                text_to(Address("email", "ana@example.com")),
                text_to(Phone.customer, "k", "see", picture),
            ):
                with pytest.raises(Rejected):
                    await channel.send(message)
                assert await channel.find(message) is None
        assert server.authorized == []

    async def test_a_suspended_account_needs_a_person(
        self, server: Twilio, clock: FrozenClock, tmp_path: Path
    ) -> None:
        server.active = False
        async with closing(Phone(server, tmp_path).channel(now=clock.now)) as channel:
            with pytest.raises(NeedsPerson, match="suspended"):
                await channel.check()
