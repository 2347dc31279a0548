"""Matrix, what goes: once, whole, to the right room, as fast as the server lets us; and what is said of a no."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.matrix import Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import File, Received
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import ConfigError, NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.secrets import Secret
from tests.adapters.matrix_shop import Shop, address, closing
from tests.contracts.channel import read_all
from tests.servers.gate import Gate, Lost, said_json
from tests.servers.synapse import LARGEST_FILE, Synapse

CAKE = File(name="cake.png", media_type="image/png", data=b"\x89PNG cake")
BILL = File(name="bill.pdf", media_type="application/pdf", data=b"%PDF bill")


@pytest.fixture
def shop(synapse: Synapse, tmp_path: Path) -> Iterator[Shop]:
    with Gate(synapse.url) as gate:
        yield Shop(synapse, gate, tmp_path)


class TestOnce:
    async def test_however_often_it_is_repeated(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            receipts = {await channel.send(shop.reply("words", CAKE, BILL)) for _ in range(3)}
        assert len(receipts) == 1
        assert shop.accepted() == ["words", "cake.png", "bill.pdf"]

    async def test_from_another_process(self, shop: Shop) -> None:
        for _ in range(2):
            async with closing(shop.channel()) as channel:
                await channel.send(shop.reply())
        assert shop.accepted() == ["words"]

    async def test_a_line_cut_half_way_loses_and_doubles_nothing(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            for fault in (Lost(after=False), Lost(), Lost()):
                shop.gate.next("PUT", "/send/", fault)
                with pytest.raises(Uncertain):
                    await channel.send(shop.reply("words", CAKE))
            await channel.send(shop.reply("words", CAKE))
        assert shop.accepted() == ["words", "cake.png"]

    async def test_when_the_server_forgot_what_we_tried(self, shop: Shop) -> None:
        """Another device shares no transactions with the first, as a server does that forgot them."""
        began = SYSTEM.now()
        other = shop.us.elsewhere()
        async with closing(shop.channel()) as channel:
            first = await channel.send(shop.reply("words", CAKE, at=began))
        shop.forget(other)
        later = began + timedelta(hours=30)
        async with closing(shop.channel(now=lambda: later)) as channel:
            assert await channel.send(shop.reply("words", CAKE, BILL, at=began)) == first
        assert shop.accepted() == ["words", "cake.png", "bill.pdf"]
        async with closing(shop.channel()) as channel:  # without looking it would come twice
            await channel.send(shop.reply("words", at=began))
        assert shop.accepted() == ["words", "cake.png", "bill.pdf", "words"]

    async def test_its_echo_is_known_in_any_process(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            receipt = await channel.send(shop.reply("words", CAKE))
        shop.forget(shop.us.elsewhere())
        async with closing(shop.channel()) as channel:
            events = [event for event in (await read_all(channel))[0] if isinstance(event, Received)]
        assert [(event.ours, event.key) for event in events] == [(True, "key")] * 2
        assert events[0].external_id == receipt.external_id


class TestFiles:
    async def test_they_arrive_whole_and_as_what_they_are(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply("", CAKE, BILL))
        cake, bill = (event["content"] for event in shop.ana.heard(shop.room))
        assert (cake["msgtype"], cake["info"]) == ("m.image", {"mimetype": "image/png", "size": 9})
        assert (bill["msgtype"], bill["body"]) == ("m.file", "bill.pdf")
        assert shop.ana.download(cake["url"]) == CAKE.data

    async def test_one_too_large_is_refused_and_nothing_was_said(self, shop: Shop) -> None:
        large = File(name="film.mp4", media_type="video/mp4", data=b"x" * (LARGEST_FILE + 1))
        async with closing(shop.channel()) as channel:
            with pytest.raises(Rejected, match="too large"):
                await channel.send(shop.reply("words", large))
        assert shop.accepted() == []

    async def test_a_lost_upload_is_no_harm(self, shop: Shop) -> None:
        shop.gate.next("POST", "/upload", Lost())
        async with closing(shop.channel()) as channel:
            with pytest.raises(Unavailable):
                await channel.send(shop.reply("words", CAKE))
            assert shop.accepted() == []
            await channel.send(shop.reply("words", CAKE))
        assert shop.accepted() == ["words", "cake.png"]


class TestRooms:
    async def test_the_room_she_wrote_in(self, shop: Shop) -> None:
        other = shop.ana.room(invite=[shop.us.user_id])
        shop.us.join(other)
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply("there", threads=("$event", other)))
            await channel.send(shop.reply("here", key="key-2", threads=("$event", shop.room)))
        assert [event["content"]["body"] for event in shop.ana.heard(other)] == ["there"]
        assert shop.accepted() == ["here"]

    async def test_the_room_with_the_fewest_when_none_is_named(self, shop: Shop) -> None:
        bea = shop.server.person()
        crowd = bea.room(invite=[shop.us.user_id, shop.ana.user_id])
        for person in (shop.us, shop.ana):
            person.join(crowd)
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply())
        assert shop.accepted() == ["words"]

    async def test_a_room_that_is_minutes_old_is_found(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply())
            bea = shop.server.person()
            room = bea.room(invite=[shop.us.user_id])
            shop.us.join(room)
            await channel.send(shop.reply("welcome", key="key-2", to=(address(bea.user_id),)))
        assert [event["content"]["body"] for event in bea.heard(room)] == ["welcome"]

    async def test_another_room_when_she_has_left_the_first(self, shop: Shop) -> None:
        other = shop.ana.room(invite=[shop.us.user_id])
        shop.us.join(other)
        shop.ana.ask("POST", f"/rooms/{other}/leave")
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply(threads=("$event", other)))
        assert shop.accepted() == ["words"]

    async def test_nowhere_when_she_has_left_every_room(self, shop: Shop) -> None:
        shop.ana.ask("POST", f"/rooms/{shop.room}/leave")
        async with closing(shop.channel()) as channel:
            with pytest.raises(Rejected, match="there is no room with"):
                await channel.send(shop.reply(threads=("$event", shop.room)))

    async def test_never_in_clear_where_others_are_encrypted(self, shop: Shop) -> None:
        shop.ana.state(shop.room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
        async with closing(shop.channel()) as channel:
            with pytest.raises(Rejected, match="end-to-end encrypted"):
                await channel.send(shop.reply(threads=("$event", shop.room)))
        assert shop.accepted() == []

    async def test_a_room_that_becomes_encrypted_while_we_look(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply(threads=("$event", shop.room)))
            _, cursor = await read_all(channel)
            shop.ana.state(shop.room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
            await read_all(channel, cursor)
            with pytest.raises(Rejected, match="end-to-end encrypted"):
                await channel.send(shop.reply(key="key-2", threads=("$event", shop.room)))


class TestRefusals:
    @pytest.mark.parametrize(
        "to", [(Address("telegram", "42"),), (address("ana"),), (address("@a:b"), address("@c:d"))]
    )
    async def test_whom_it_cannot_be_sent_to(self, shop: Shop, to: tuple[Address, ...]) -> None:
        async with closing(shop.channel()) as channel:
            with pytest.raises(Rejected, match="one user"):
                await channel.send(shop.reply(to=to))
        assert not shop.gate.seen

    async def test_the_server_says_no_in_words(self, shop: Shop) -> None:
        silent = {"power_level_content_override": {"events_default": 50}}
        room = shop.ana.room(invite=[shop.us.user_id], direct=False, **silent)
        shop.us.join(room)
        async with closing(shop.channel()) as channel:
            with pytest.raises(Rejected, match="don't have permission"):
                await channel.send(shop.reply(threads=("$event", room)))

    async def test_a_token_that_ended_needs_a_person(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            await channel.check()
            shop.us.ask("POST", "/logout")
            with pytest.raises(NeedsPerson) as caught:
                await channel.send(shop.reply())
        assert caught.value.remedy

    async def test_busy_says_for_how_long(self, shop: Shop) -> None:
        shop.gate.next(
            "PUT", "/send/", said_json(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500})
        )
        async with closing(shop.channel()) as channel:
            with pytest.raises(Unavailable) as caught:
                await channel.send(shop.reply())
        assert caught.value.retry_after == 2.5


async def test_a_real_servers_limits_are_kept(tmp_path: Path) -> None:
    with Synapse(limits=True) as server, Gate(server.url) as gate:
        shop = Shop(server, gate, tmp_path)
        waited = 0
        async with closing(shop.channel()) as channel:
            for number in range(13):
                message = shop.reply(f"reply {number}", key=f"key-{number}", threads=("$event", shop.room))
                left = False
                while not left:
                    try:
                        await channel.send(message)
                        left = True
                    except Unavailable as error:
                        waited += 1
                        await asyncio.sleep(error.retry_after or 60)
        assert shop.accepted() == [f"reply {number}" for number in range(13)]
    assert 0 < waited <= 13  # a wait as long as it was asked for is enough


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"homeserver": "http://matrix.example.com"}, "homeserver"),
        ({"homeserver": "matrix.example.com"}, "homeserver"),
        ({"homeserver": "https://u:p@matrix.example.com"}, "homeserver"),
        ({"user_id": "shop"}, "user_id"),
        ({"user_id": "@shop"}, "user_id"),
        ({"since_days": -1}, "since_days"),
    ],
)
def test_settings_that_cannot_be(changed: dict[str, object], word: str) -> None:
    right: dict[str, object] = {"homeserver": "https://matrix.example.com", "user_id": "@shop:example.com"}
    with pytest.raises(ConfigError, match=word):
        Settings(**{**right, "token": Secret({"env": "X"}), **changed})  # type: ignore[arg-type]
