"""The website's chat as a channel: the contract, and what is its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest

from adapters import _chat_events as events_of
from adapters._chat_client import Client
from adapters.webchat import Adapter, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Batch, Event, File, Progress, Received, Unreadable
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import ChannelError, ConfigError, NeedsPerson, Rejected, Unavailable
from agent_tui.core.model import DeliveryState
from agent_tui.core.secrets import Secret
from agent_tui.core.tables import convert
from tests.adapters.chat_desk import Ana, at_desk, closing, kit, reply
from tests.contracts.channel import ChannelContract, OpenChannel, Provider, leaving_nothing, read_all
from tests.servers import chat
from tests.servers.process import free_ports

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Ana]:
    with at_desk(tmp_path) as found:
        yield found


class AfterTheFirst(Adapter):
    """Whoever asks from the beginning begins after the words that made the customer known."""

    def __init__(self, inner: Adapter, cursor: str) -> None:
        vars(self).update(vars(inner))
        self._begin = cursor

    async def receive(self, since: str | None) -> "AsyncIterator[Batch]":  # type: ignore[override]
        async with aclosing(super().receive(since or self._begin)) as batches:
            async for batch in batches:
                yield batch


class TestContract(ChannelContract):
    @pytest.fixture
    def provider(self, ana: Ana) -> Provider:
        return ana

    @pytest.fixture
    def open_channel(self, ana: Ana) -> OpenChannel:
        def opened(*, signed_out: bool = False) -> Adapter:
            return AfterTheFirst(ana.channel("wrong" * 10 if signed_out else chat.TOKEN), ana.cursor)

        return opened


async def first(channel: Adapter, since: str | None, true: Callable[[Event], bool]) -> Event:
    """The first event that is as asked; waits for it."""
    async with asyncio.timeout(30), aclosing(channel.receive(since)) as batches:
        async for batch in batches:
            for event in batch.events:
                if true(event):
                    return event
    raise AssertionError("receive ended by itself")


def _says(key: str, state: DeliveryState, event: Event) -> bool:
    return isinstance(event, Progress) and (event.key, event.delivery) == (key, state)


class TestSaying:
    async def test_sixty_with_a_third_of_the_answers_lost_arrive_once_each(self, ana: Ana) -> None:
        faults = [("lost", "broken", "")[n % 3] for n in range(90)]
        async with closing(ana.channel()) as channel:
            for number in range(60):
                while True:
                    if fault := faults.pop(0) if faults else "":
                        ana.line.next(fault)  # type: ignore[arg-type]
                    try:
                        await channel.send(reply(ana.customer, f"key-{number}", f"reply {number}"))
                    except ChannelError:
                        continue
                    break
        assert ana.accepted() == [f"reply {number}" for number in range(60)]

    async def test_it_can_be_found_again_with_what_became_of_it(self, ana: Ana) -> None:
        async with closing(ana.channel()) as channel:
            assert await channel.find(reply(ana.customer)) is None
            sent = await channel.send(reply(ana.customer))
            found = await channel.find(reply(ana.customer))
            assert found is not None
            assert (found.external_id, found.delivery) == (sent.external_id, DeliveryState.SENT)
            line = ana.visitor.wait("entries", lambda frame: not frame["entries"][-1]["mine"])["entries"][-1]
            ana.visitor.send({"t": "got", "upto": line["seq"], "seen": True})
            ana.visitor.send({"t": "ping"})
            ana.visitor.wait("pong")
            found = await channel.find(reply(ana.customer))
            assert found is not None
            assert found.delivery is DeliveryState.READ

    async def test_that_it_arrived_and_was_read_comes_back(self, ana: Ana) -> None:
        async with closing(ana.channel()) as channel:
            await channel.send(reply(ana.customer, "k1"))
            line = ana.visitor.wait("entries", lambda frame: not frame["entries"][-1]["mine"])["entries"][-1]
            for seen, state in ((False, DeliveryState.DELIVERED), (True, DeliveryState.READ)):
                ana.visitor.send({"t": "got", "upto": line["seq"], "seen": seen})
                await first(channel, ana.cursor, partial(_says, "k1", state))

    async def test_to_nobody_or_to_several_it_is_refused(self, ana: Ana) -> None:
        async with closing(ana.channel()) as channel:
            for to in (
                Address("email", "ana@example.com"),
                Address("web", "nobody"),
                Address("web", f"{chat.SITE}/0"),
            ):
                with pytest.raises(Rejected):
                    await channel.send(reply(to))

    async def test_too_many_or_too_large_files_are_refused_in_words(self, ana: Ana) -> None:
        async with closing(ana.channel()) as channel:
            files = [File(name=f"{n}.txt", media_type="text/plain", data=b"x") for n in range(6)]
            with pytest.raises(Rejected, match="5 files"):
                await channel.send(reply(ana.customer, "k", "see", *files))
            large = File(name="large", media_type="text/plain", data=b"x" * 5_000_001)
            with pytest.raises(Rejected, match="bytes"):
                await channel.send(reply(ana.customer, "k", "see", large))

    async def test_another_terminals_words_come_as_ours(self, ana: Ana) -> None:
        who = ana.customer.value.rpartition("/")[2]
        ana.site.answer(who, "from the other desk", "their-key")
        async with closing(ana.channel()) as channel:
            [event], _ = await read_all(channel, ana.cursor)
        assert isinstance(event, Received)
        assert (event.ours, event.key, event.recipients) == (True, "their-key", (ana.customer,))


class TestHearing:
    async def test_nothing_a_terminal_obeys_comes_in_and_the_original_is_kept(self, ana: Ana) -> None:
        ana.deliver("\x1b]52;c;ZXZpbA==\x07 pay \u202egpj.exe")
        async with closing(ana.channel()) as channel:
            [event], _ = await read_all(channel, ana.cursor)
        assert isinstance(event, Received)
        assert event.text == " pay <U+202E>gpj.exe"
        assert event.raw is not None
        assert b"]52;c" in event.raw

    @pytest.mark.parametrize(
        "raw",
        [
            b"[]",
            b"{}",
            b"null",
            b'{"kind":"said"}',
            b'{"kind":"shouted","seq":1,"uid":"u","at":1}',
            b'{"kind":"said","seq":"1","uid":"u\\u001b","at":1e300,"site":1,"visitor":null,"text":[]}',
        ],
    )
    def test_what_cannot_be_read_is_kept_as_such(self, raw: bytes) -> None:
        event = events_of.decoded(raw, SYSTEM.now)
        assert isinstance(event, Unreadable)
        assert event.external_id.isprintable()
        assert (event.raw, bool(event.reason)) == (raw, True)

    def test_a_time_beyond_all_calendars_is_none_of_our_trouble(self) -> None:
        said = {"kind": "said", "seq": 1, "uid": "u", "at": 10**18, "site": "s", "visitor": "v", "text": "t"}
        event = events_of.decoded(msgspec.json.encode(said), SYSTEM.now)
        assert not isinstance(event, Unreadable)
        [received] = events_of.filed(event, {})
        assert isinstance(received, Received)
        assert received.at.year == 9000

    async def test_files_come_in_as_what_they_are(self, ana: Ana) -> None:
        hello = {"t": "hello", "token": ana.visitor.token, "site": chat.WEBSITE}
        headers = {"Origin": ana.site.url, "X-Hello": json.dumps(hello), "X-Name": "..%2F..%2Fcat.html"}
        async with httpx.AsyncClient(base_url=ana.site.url, trust_env=False) as browser:
            sent = await browser.post("/files", content=PNG, headers=headers)
        assert sent.status_code == 200
        ana.visitor.say("look", files=[sent.json()["id"]])
        async with closing(ana.channel()) as channel:
            [event], _ = await read_all(channel, ana.cursor)
        assert isinstance(event, Received)
        assert event.files == (File(name="cat.html.png", media_type="image/png", data=PNG),)

    async def test_a_server_put_back_from_an_old_copy_is_read_again_and_nothing_is_new(
        self, ana: Ana
    ) -> None:
        ana.deliver("one")
        async with closing(ana.channel()) as channel:
            before, cursor = await read_all(channel)
            assert cursor is not None
            number, _, uid = cursor.partition(".")
            again, _ = await read_all(channel, f"{number}.{'0' * len(uid)}")
            assert again == before
            ahead, _ = await read_all(channel, f"{int(number) + 1000}.{uid}")
            assert ahead == before

    async def test_typing_is_seen_and_shown(self, ana: Ana) -> None:
        async with closing(ana.channel()) as channel, aclosing(channel.receive(ana.cursor)) as batches:
            heard: asyncio.Queue[tuple[Address, bool]] = asyncio.Queue()
            ignore = channel.live.listen(lambda who, on: heard.put_nowait((who, on)))
            await anext(batches)
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(anext(batches))
                await asyncio.to_thread(ana.visitor.wait, "state", lambda state: state["there"])
                ana.visitor.send({"t": "typing", "on": True})
                async with asyncio.timeout(20):
                    assert await heard.get() == (ana.customer, True)
                waiting.cancel()
            ignore()
            await channel.live.typing(ana.customer, on=True)
            assert (await asyncio.to_thread(ana.visitor.wait, "typing"))["on"] is True

    async def test_a_visitor_is_forgotten_with_every_trace(self, ana: Ana) -> None:
        ana.deliver("my card is 4242 4242 4242 4242")
        async with closing(ana.channel()) as channel:
            assert await channel.forget(ana.customer)
            assert not await channel.forget(ana.customer)
            assert (await read_all(channel))[0] == []
        ana.site.stop()
        kept = b"".join(path.read_bytes() for path in ana.site.config.folder.iterdir())
        assert b"4242" not in kept
        ana.site.start()


class TestInside:
    """With `listen`, the server runs in this program."""

    def settings(self, port: int) -> Settings:
        table = {
            "listen": f"127.0.0.1:{port}",
            "origins": [chat.WEBSITE],
            "texts": {"en": {"title": "Bakery"}},
        }
        return convert(Settings, table)

    async def test_it_serves_while_the_channel_is_open_and_leaves_nothing(self, tmp_path: Path) -> None:
        [port] = free_ports(1)
        async with leaving_nothing():
            channel = Adapter("website", self.settings(port), kit(tmp_path / "own"))
            await channel.check()
            visitor = await asyncio.to_thread(chat.Visitor, f"http://127.0.0.1:{port}")
            await asyncio.to_thread(visitor.say, "hello")
            [event], cursor = await read_all(channel)
            assert isinstance(event, Received)
            await channel.send(reply(event.sender))
            await asyncio.to_thread(visitor.wait, "entries", lambda f: f["entries"][-1]["text"] == "words")
            await channel.aclose()
            visitor.close()
        again = Adapter("website", self.settings(port), kit(tmp_path / "own"))
        async with closing(again):
            events, _ = await read_all(again, cursor)
            assert [event.key for event in events if isinstance(event, Received)] == ["key"]
        assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "own").iterdir()} == {0o600}

    async def test_another_process_of_ours_may_ask_how_it_is(self, tmp_path: Path) -> None:
        [port] = free_ports(1)
        hosting, asking = (Adapter("website", self.settings(port), kit(tmp_path / "own")) for _ in range(2))
        async with closing(hosting), closing(asking):
            await hosting.check()
            await asking.check()
            with pytest.raises(Unavailable, match="cannot listen"):
                await read_all(asking)

    async def test_cancelled_while_it_starts_it_leaves_nothing(self, tmp_path: Path) -> None:
        [port] = free_ports(1)
        channel = Adapter("website", self.settings(port), kit(tmp_path / "own"))
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(read_all(channel))
            await asyncio.sleep(0)
            reading.cancel()
        again = Adapter("website", self.settings(port), kit(tmp_path / "own"))
        async with closing(channel), closing(again), asyncio.timeout(20):
            while True:
                try:
                    await again.check()
                except Unavailable:
                    await asyncio.sleep(0.01)
                else:
                    break


class TestSettings:
    @pytest.mark.parametrize(
        ("table", "words"),
        [
            ({}, "listen and url"),
            ({"listen": "127.0.0.1:1", "url": "https://chat.example.com"}, "listen and url"),
            ({"listen": "8420", "origins": ["https://a.example"]}, "not a place to listen"),
            ({"listen": "127.0.0.1:8420"}, "no website"),
            ({"listen": "127.0.0.1:8420", "origins": ["www.example.com"]}, "not the address of a website"),
            (
                {"listen": "127.0.0.1:8420", "origins": ["https://a.example/shop"]},
                "not the address of a website",
            ),
            ({"listen": "127.0.0.1:8420", "origins": ["*"]}, "not the address of a website"),
            (
                {"listen": "127.0.0.1:1", "origins": ["https://a.example"], "hours": ["always"]},
                "no opening hours",
            ),
            (
                {"listen": "127.0.0.1:1", "origins": ["https://a.example"], "zone": "Mars/Base"},
                "no time zone",
            ),
            ({"listen": "127.0.0.1:1", "origins": ["https://a.example"], "limits": {"burst": 0}}, "burst"),
            (
                {"listen": "127.0.0.1:1", "origins": ["https://a.example"], "texts": {"English": {}}},
                "language",
            ),
            ({"url": "http://chat.example.com", "agent_token": {"env": "T"}}, "not safe"),
            ({"url": "https://chat.example.com"}, "agent_token is missing"),
            (
                {"url": "https://chat.example.com", "agent_token": {"env": "T"}, "title": "x"},
                "title belongs to listen",
            ),
            ({"url": "https://chat.example.com", "agent_token": "plain"}, "plain text"),
        ],
    )
    def test_a_mistake_is_named(self, table: dict[str, object], words: str) -> None:
        with pytest.raises(ConfigError, match=words):
            convert(Settings, table)

    async def test_a_server_for_other_websites_needs_a_person(self, ana: Ana) -> None:
        file = ana.tokens / "token"
        file.write_text(chat.TOKEN)
        origins = ("https://other.example",)
        settings = Settings(url=ana.site.url, agent_token=Secret({"file": str(file)}), origins=origins)
        async with closing(Adapter("website", settings, kit())) as channel:
            with pytest.raises(NeedsPerson, match="does not serve"):
                await channel.check()

    async def test_what_is_no_chat_server_needs_a_person_and_never_gets_words(self, tmp_path: Path) -> None:
        client = Client("http://127.0.0.1:1", "token")
        with pytest.raises(Unavailable):
            await client.about()
        await client.aclose()
