"""Matrix, what comes: gaps, rooms that are new, who is who, and whatever a stranger's client may write."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters import _packing
from adapters.matrix import Adapter
from agent_tui.core.channel import Event, Progress, Received, Unreadable
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Unavailable
from agent_tui.core.model import DeliveryState
from tests.adapters.matrix_shop import Shop, address, closing, heard, here
from tests.contracts.channel import read_all, text_of
from tests.servers.gate import Bent, Gate, said_json
from tests.servers.process import wait_until
from tests.servers.synapse import Synapse


@pytest.fixture
def shop(synapse: Synapse, tmp_path: Path) -> Iterator[Shop]:
    with Gate(synapse.url) as gate:
        yield Shop(synapse, gate, tmp_path)


async def one(shop: Shop, **more: Any) -> Received:
    """The only thing it reads."""
    [event] = await heard(shop, **more)
    assert isinstance(event, Received)
    return event


def syncs(shop: Shop) -> int:
    """How often news were asked for."""
    return sum("/sync" in asked.target for asked in shop.gate.seen)


class TestGaps:
    async def test_a_long_gap_is_filled_oldest_first(self, shop: Shop) -> None:
        since = await here(shop)
        words = [f"word {n}" for n in range(230)]
        for word in words:
            shop.deliver(word)
        events = await heard(shop, since)
        assert [text_of(event) for event in events] == words
        assert len({event.external_id for event in events}) == 230

    async def test_whoever_dies_in_a_gap_starts_it_again(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_packing, "MOST", 7)
        since = await here(shop)
        words = [f"word {n}" for n in range(40)]
        for word in words:
            shop.deliver(word)
        async with closing(shop.channel()) as channel, aclosing(channel.receive(since)) as batches:
            first, second = await anext(batches), await anext(batches)
        assert first.cursor == second.cursor == since
        assert not first.caught_up
        assert [text_of(event) for event in await heard(shop, second.cursor)] == words

    async def test_the_past_is_read_as_far_as_it_was_asked_for(self, shop: Shop) -> None:
        for number in range(30):
            shop.deliver(f"word {number}")
        later = SYSTEM.now() + timedelta(days=40)
        assert len(await heard(shop)) == 30
        assert await heard(shop, now=lambda: later) == []
        assert len(await heard(shop, now=lambda: later, since_days=0)) == 30

    async def test_a_token_that_the_server_forgot_is_no_end(self, shop: Shop) -> None:
        shop.deliver("hello")
        assert [text_of(event) for event in await heard(shop, "no-token-of-yours")] == ["hello"]


class TestRooms:
    async def test_whoever_asks_us_in_is_heard_with_all_they_said_before(self, shop: Shop) -> None:
        since = await here(shop)
        bea = shop.server.person(shown="Bea")
        room = bea.room()
        words = [f"word {n}" for n in range(25)]
        for word in words:
            bea.say(room, word)
        bea.ask("POST", f"/rooms/{room}/invite", {"user_id": shop.us.user_id})
        events: list[Event] = []
        async with closing(shop.channel()) as channel, aclosing(channel.receive(since)) as batches:
            async with asyncio.timeout(30):
                async for batch in batches:
                    events += batch.events
                    if batch.caught_up:
                        break
        assert sorted(map(text_of, events)) == sorted(words)
        assert {e.sender for e in events if isinstance(e, Received)} == {address(bea.user_id)}
        assert bea.members(room)[shop.us.user_id] == "join"

    async def test_an_invitation_that_was_withdrawn_is_none(self, shop: Shop) -> None:
        shop.gate.next("POST", "/join/", said_json(403, {"errcode": "M_FORBIDDEN"}))
        shop.ana.room(invite=[shop.us.user_id])
        shop.deliver("hello")
        assert [text_of(event) for event in await heard(shop)] == ["hello"]

    async def test_a_join_whose_answer_is_lost_is_tried_again(self, shop: Shop) -> None:
        room = shop.ana.room(invite=[shop.us.user_id])
        shop.gate.next("POST", "/join/", said_json(500, {}))
        with pytest.raises(Unavailable):
            await heard(shop)
        await heard(shop)
        assert shop.ana.members(room)[shop.us.user_id] == "join"

    async def test_in_a_room_with_others_each_is_a_customer_and_the_agent_is_told(self, shop: Shop) -> None:
        bea = shop.server.person(shown="Bea")
        room = shop.ana.room(invite=[shop.us.user_id, bea.user_id])
        for person in (shop.us, bea):
            person.join(room)
        shop.ana.say(room, "I am Ana")
        bea.say(room, "and I am Bea")
        events = [event for event in await heard(shop) if isinstance(event, Received)]
        assert {(e.sender, e.sender_name, e.text) for e in events} == {
            (address(shop.ana.user_id), "Ana Sousa", "I am Ana"),
            (address(bea.user_id), "Bea", "and I am Bea"),
        }
        assert {event.notices for event in events} == {("others read along in this room",)}

    async def test_what_we_say_in_another_client_is_ours_and_to_her(self, shop: Shop) -> None:
        shop.us.say(shop.room, "from my phone")
        event = await one(shop)
        assert (event.ours, event.key, event.recipients) == (True, None, (shop.customer,))

    async def test_a_mark_in_somebody_elses_words_proves_nothing(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            await channel.send(shop.reply("ours"))
        [said] = [event["content"] for event in shop.us.heard(shop.room)]
        shop.ana.send(shop.room, {**said, "body": "a copy of it"})
        shop.us.send(shop.room, {**said, "agent-tui.reply": {"id": f"<key.{'0' * 24}@matrix>", "part": 0}})
        keys = {text_of(e): e.key for e in await heard(shop) if isinstance(e, Received) and not e.key}
        assert keys == {"a copy of it": None, "ours": None}

    async def test_nobody_is_told_what_we_say_alone(self, shop: Shop) -> None:
        room = shop.us.room()
        shop.us.say(room, "to myself")
        assert await heard(shop) == []

    async def test_an_encrypted_room_says_so(self, shop: Shop) -> None:
        shop.ana.state(shop.room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
        content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEn", "session_id": "s"}
        shop.ana.send(shop.room, content, "m.room.encrypted")
        event = await one(shop)
        assert "end-to-end encrypted" in event.text
        assert event.sender == shop.customer

    async def test_coming_going_and_typing_end_no_wait(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel, aclosing(channel.receive(None)) as batches:
            await anext(batches)
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(anext(batches))
                await asyncio.to_thread(wait_until, lambda: syncs(shop) == 2, "the long poll")
                for state in ("online", "unavailable"):
                    shop.ana.ask("PUT", f"/presence/{shop.ana.user_id}/status", {"presence": state})
                where = f"/rooms/{shop.room}/typing/{shop.ana.user_id}"
                shop.ana.ask("PUT", where, {"typing": True, "timeout": 9000})
                shop.deliver("hello")
            assert [text_of(event) for event in waiting.result().events] == ["hello"]
        assert syncs(shop) == 2


class TestWords:
    async def test_an_answer_comes_without_what_it_repeats(self, shop: Shop) -> None:
        first = shop.us.say(shop.room, "Which cake?")
        body = f"> <{shop.us.user_id}> Which cake?\n\nThe orange one"
        shop.ana.say(shop.room, body, **{"m.relates_to": {"m.in_reply_to": {"event_id": first}}})
        event = (await heard(shop))[-1]
        assert isinstance(event, Received)
        assert (event.text, event.in_reply_to) == ("The orange one", first)
        assert event.quoted == f"> <{shop.us.user_id}> Which cake?"

    async def test_what_is_quoted_by_hand_stays(self, shop: Shop) -> None:
        shop.deliver("> quoted\nmine")
        assert (await one(shop)).text == "> quoted\nmine"

    async def test_a_correction_says_what_it_corrects(self, shop: Shop) -> None:
        first = shop.ana.say(shop.room, "At nien")
        relation = {"rel_type": "m.replace", "event_id": first}
        new = {"msgtype": "m.text", "body": "At nine"}
        shop.ana.say(shop.room, "* At nine", **{"m.new_content": new, "m.relates_to": relation})
        was, event = await heard(shop)
        assert text_of(was) == "At nien"
        assert isinstance(event, Received)
        assert (event.text, event.in_reply_to, event.notices) == ("At nine", first, ("a correction",))

    async def test_what_is_taken_back_is_told_and_what_was_read_stays(self, shop: Shop) -> None:
        first = shop.ana.say(shop.room, "secret")
        since = await here(shop)
        shop.ana.redact(shop.room, first)
        [event] = await heard(shop, since)
        assert isinstance(event, Received)
        assert (event.text, event.in_reply_to, event.automatic) == ("(took back a message)", first, True)
        assert [text_of(event) for event in await heard(shop)] == ["(took back a message)"]

    @pytest.mark.parametrize(
        ("content", "text", "automatic"),
        [
            ({"msgtype": "m.notice", "body": "I am a bot"}, "I am a bot", True),
            ({"msgtype": "m.emote", "body": "waves"}, "* waves", False),
            (
                {"msgtype": "m.location", "body": "The shop", "geo_uri": "geo:38.7,-9.1"},
                "The shop\ngeo:38.7,-9.1",
                False,
            ),
            ({"msgtype": "com.example.new", "body": "in words"}, "in words", False),
        ],
    )
    async def test_kinds_of_words(
        self, shop: Shop, content: Mapping[str, Any], text: str, automatic: bool
    ) -> None:
        shop.ana.send(shop.room, content)
        event = await one(shop)
        assert (event.text, event.automatic) == (text, automatic)

    async def test_a_reaction_is_a_word_about_another(self, shop: Shop) -> None:
        first = shop.us.say(shop.room, "Baked!")
        relation = {"rel_type": "m.annotation", "event_id": first, "key": "👍"}
        shop.ana.send(shop.room, {"m.relates_to": relation}, "m.reaction")
        event = (await heard(shop))[-1]
        assert isinstance(event, Received)
        assert (event.text, event.in_reply_to, event.automatic) == ("(reacted with 👍)", first, True)


class TestFiles:
    def said(self, shop: Shop, data: bytes, **content: Any) -> None:
        uri = shop.ana.upload(data, "image/png")
        shop.ana.send(shop.room, {"msgtype": "m.image", "body": "cake.png", "url": uri, **content})

    async def test_a_picture(self, shop: Shop) -> None:
        self.said(shop, b"\x89PNG picture", info={"mimetype": "image/png", "size": 12})
        event = await one(shop)
        [file] = event.files
        assert (file.name, file.media_type, file.data) == ("cake.png", "image/png", b"\x89PNG picture")
        assert (event.text, event.notices) == ("", ())

    async def test_a_picture_with_words(self, shop: Shop) -> None:
        self.said(shop, b"x", body="This one", filename="../fox\x1b[2J.png", info=[])
        event = await one(shop)
        assert event.text == "This one"
        assert [(file.name, file.media_type) for file in event.files] == [
            ("fox.png", "application/octet-stream")
        ]

    async def test_a_sticker(self, shop: Shop) -> None:
        uri = shop.ana.upload(b"x", "image/webp")
        content = {"body": "a bun that smiles", "url": uri, "info": {"mimetype": "image/webp"}}
        shop.ana.send(shop.room, content, "m.sticker")
        event = await one(shop)
        assert (event.text, [file.media_type for file in event.files]) == (
            "a bun that smiles",
            ["image/webp"],
        )

    @pytest.mark.parametrize(
        "content",
        [
            {"url": "mxc://shop.example/nothing"},
            {"url": "https://elsewhere.example/x.png"},
            {"url": "mxc://shop.example/../../../v3/logout"},
            {"url": 7},
            {"url": "mxc://shop.example/x", "info": {"size": 10**12}},
        ],
    )
    async def test_a_file_that_is_not_to_be_had_is_named(
        self, shop: Shop, content: Mapping[str, Any]
    ) -> None:
        shop.ana.send(shop.room, {"msgtype": "m.file", "body": "order.pdf", **content})
        shop.deliver("still there")
        event, after = await heard(shop)
        assert isinstance(event, Received)
        assert event.files == ()
        assert event.notices[0].startswith("order.pdf could not be fetched")
        assert text_of(after) == "still there"

    async def test_a_file_comes_later_when_the_server_is_busy(self, shop: Shop) -> None:
        self.said(shop, b"x")
        shop.gate.next("GET", "/download/", said_json(429, {"retry_after_ms": 2000}))
        with pytest.raises(Unavailable) as caught:
            await heard(shop)
        assert caught.value.retry_after == 2
        assert len((await one(shop)).files) == 1


class TestHostile:
    async def test_nothing_obeys_a_strangers_words_or_name(self, shop: Shop) -> None:
        who = shop.ana.user_id
        shop.ana.ask("PUT", f"/profile/{who}/displayname", {"displayname": "A\x1b]0;x\x07n\na\u202e"})
        shop.deliver("\x1b[2Jred\x07 \u202egpj.exe\x00")
        event = await one(shop)
        assert event.text == "red <U+202E>gpj.exe"
        assert event.sender_name == "An a<U+202E>"

    @pytest.mark.parametrize("body", ["5", "null", "{}", '["m.text"]', '7,"m.relates_to":{"event_id":{}}'])
    async def test_what_has_no_words_is_shown_as_such(self, shop: Shop, body: str) -> None:
        sent = shop.ana.say(shop.room, "instead")  # the server takes care; others from elsewhere may not
        shop.deliver("after")
        shop.gate.next("GET", "/sync", Bent(lambda said: said.replace(b'"instead"', body.encode())))
        bad, good = await heard(shop)
        assert isinstance(bad, Unreadable)
        assert (bad.external_id, bad.sender) == (sent, shop.customer)
        assert sent.encode() in bad.raw
        assert text_of(good) == "after"

    async def test_a_correction_of_nothing_to_nothing(self, shop: Shop) -> None:
        first = shop.ana.say(shop.room, "words")
        relation = {"rel_type": "m.replace", "event_id": first}
        shop.ana.say(shop.room, "* ", **{"m.relates_to": relation, "m.new_content": []})
        _, bad = await heard(shop)
        assert isinstance(bad, Unreadable)

    @pytest.mark.parametrize(
        "content",
        [
            {"m.relates_to": {"m.in_reply_to": {"event_id": 5}}},
            {"m.relates_to": {"m.in_reply_to": {"event_id": "$a\x1b[2J"}}},
            {"m.relates_to": "x", "format": [], "formatted_body": {}},
            {"agent-tui.reply": {"id": [], "part": {}}},
            {"info": 5, "url": [], "filename": [], "geo_uri": {}, "m.new_content": 7},
        ],
    )
    async def test_strange_fields_do_not_matter(self, shop: Shop, content: Mapping[str, Any]) -> None:
        shop.ana.say(shop.room, "words", **content)
        event = await one(shop)
        assert (event.text, event.in_reply_to, event.files) == ("words", None, ())

    async def test_the_largest_message_there_can_be(self, shop: Shop) -> None:
        words = "ü" * 31_000
        for _ in range(30):
            shop.deliver(words)
        assert [text_of(event) for event in await heard(shop)] == [words] * 30


class TestReaders:
    async def test_what_she_has_read_is_known(self, shop: Shop) -> None:
        async with closing(shop.channel()) as channel:
            sent = [await channel.send(shop.reply(f"reply {n}", key=f"key-{n}")) for n in range(3)]
            cursor = (await read_all(channel))[1]
            shop.ana.read(shop.room, sent[1].external_id)
            [*news], cursor = await read_all(channel, cursor)
            assert [(n.delivery, n.key) for n in news if isinstance(n, Progress)] == [
                (DeliveryState.READ, "key-0"),
                (DeliveryState.READ, "key-1"),
            ]
            shop.us.read(shop.room, sent[2].external_id)
            assert (await read_all(channel, cursor))[0] == []


async def test_the_token_is_in_no_log(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    shop.deliver("hello")
    channel: Adapter = shop.channel()
    async with closing(channel):
        await channel.check()
        await read_all(channel)
        await channel.send(shop.reply())
    assert shop.us.token not in caplog.text
    assert all(shop.us.token not in asked.target for asked in shop.gate.seen)


async def test_words_bent_on_their_way_are_the_servers_matter(shop: Shop) -> None:
    shop.deliver("hello")
    shop.gate.next("GET", "/sync", Bent(lambda body: body.replace(b'"hello"', b'"\\ud800hel\\u0000lo"')))
    assert (await one(shop)).text == "hello"
