"""Telegram: the contract, and what is particular: offsets, two programs on one bot, limits, files, the token."""

import asyncio
import json
import logging
import random
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram import Adapter, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Cursor, File, Received, Unreadable
from agent_tui.core.errors import AgentTuiError, ConfigError, NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.secrets import Secret
from tests.adapters.bot import Bot, chat
from tests.adapters.texting import closing
from tests.contracts.channel import ChannelContract, OpenChannel, Provider, read_all
from tests.servers.process import wait_until
from tests.servers.telegram import CUSTOMER, TOKEN, Fault, Telegram

SECRET = TOKEN.partition(":")[2]
BREAKS: list[Fault] = ["failed", "cut", "garbled", "busy"]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@pytest.fixture
def server() -> Iterator[Telegram]:
    with Telegram() as running:
        yield running


@pytest.fixture
def bot(server: Telegram, tmp_path: Path) -> Bot:
    return Bot(server, tmp_path)


class TestTelegram(ChannelContract):
    @pytest.fixture
    def provider(self, bot: Bot) -> Provider:
        return bot

    @pytest.fixture
    def open_channel(self, bot: Bot) -> OpenChannel:
        def opened(*, signed_out: bool = False) -> Adapter:
            return bot.channel("987654321:AAwrongwrongwrongwrong") if signed_out else bot.channel()

        return opened


async def only(bot: Bot) -> Received:
    async with closing(bot.channel()) as channel:
        [event], _ = await read_all(channel)
    assert isinstance(event, Received)
    return event


class TestOffsets:
    async def test_nothing_is_missed_whatever_breaks(self, bot: Bot) -> None:
        """340 messages in bursts; the reader dies at any batch, and the provider fails now and then."""
        chance = random.Random(7)
        kept: list[str] = []
        cursor: Cursor | None = None
        written = 0
        while written < 340 or len(set(kept)) < 340:
            for _ in range(min(chance.randrange(0, 170), 340 - written)):
                bot.deliver(f"message {written}")
                written += 1
            bot.server.page_faults(*chance.choices(BREAKS, k=chance.randrange(2)))
            cursor = await self._some(bot, cursor, kept, chance.randrange(1, 4))
        assert sorted(kept) == sorted(f"message {number}" for number in range(340)), "each once"

    async def _some(self, bot: Bot, cursor: Cursor | None, kept: list[str], batches: int) -> Cursor | None:
        """Some batches are kept; the next one is given and is not."""
        async with closing(bot.channel()) as channel, aclosing(channel.receive(cursor)) as reading:
            try:
                async with asyncio.timeout(20):
                    for _ in range(batches):
                        batch = await anext(reading)
                        kept += [event.text for event in batch.events if isinstance(event, Received)]
                        cursor = batch.cursor
                        if batch.caught_up:
                            break
            except Unavailable:
                return cursor
        return cursor

    async def test_an_update_is_given_up_only_when_it_is_kept(self, bot: Bot) -> None:
        bot.deliver("hello")
        async with closing(bot.channel()) as channel:
            await read_all(channel)
            assert bot.server.waiting() == 1, "nobody asked for what follows"

    async def test_after_a_quiet_week_numbers_go_on_anywhere(self, bot: Bot) -> None:
        bot.deliver("before")
        async with closing(bot.channel()) as channel:
            events, cursor = await read_all(channel)
        bot.server.jump(1000)
        bot.deliver("after")
        async with closing(bot.channel()) as channel:
            events, cursor = await read_all(channel, cursor)
            assert [event.text for event in events if isinstance(event, Received)] == ["after"]
            assert cursor == "1001"
            assert (await read_all(channel, cursor))[0] == []
        assert bot.server.waiting() == 0

    async def test_two_programs_on_one_bot_are_told_so(self, bot: Bot) -> None:
        async with (
            closing(bot.channel()) as one,
            closing(bot.channel()) as other,
            asyncio.timeout(20),
            aclosing(one.receive(None)) as reading,
        ):
            await anext(reading)

            async def elsewhere() -> None:
                await asyncio.to_thread(wait_until, lambda: len(bot.server.asked) == 2, "the second question")
                await read_all(other)

            async with asyncio.TaskGroup() as group:
                group.create_task(elsewhere())
                with pytest.raises(NeedsPerson, match="another program uses this bot") as caught:
                    await anext(reading)
        assert caught.value.remedy

    async def test_a_webhook_is_named(self, bot: Bot) -> None:
        bot.server.webhook = "https://elsewhere.example/hook"
        async with closing(bot.channel()) as channel:
            for asked in (channel.check(), read_all(channel)):
                with pytest.raises(NeedsPerson, match="a webhook is set"):
                    await asked

    async def test_a_busy_provider_says_how_long(self, bot: Bot) -> None:
        bot.server.page_faults("busy")
        async with closing(bot.channel()) as channel:
            with pytest.raises(Unavailable) as caught:
                await read_all(channel)
        assert caught.value.retry_after == 7


class TestWhatComes:
    async def test_an_ordinary_message(self, bot: Bot) -> None:
        bot.server.write("Olá!", name="Ana", reply_to_message={"text": "We open at seven."})
        event = await only(bot)
        assert (event.sender, event.sender_name, event.text) == (bot.customer, "Ana", "Olá!")
        assert event.quoted == "We open at seven."
        assert not event.ours

    async def test_a_picture_with_words_and_a_document(self, bot: Bot) -> None:
        small, large = bot.server.keep(b"small"), bot.server.keep(PNG)
        sizes = [
            {"file_id": small, "width": 90, "height": 90, "file_size": 5},
            {"file_id": large, "width": 900, "height": 900, "file_size": len(PNG)},
        ]
        bot.server.write(photo=sizes, caption="like this one")
        paper = {
            "file_id": bot.server.keep(b"%PDF"),
            "file_name": "../../etc/\x07cake.pdf",
            "mime_type": "application/pdf",
        }
        bot.server.write(document=paper)
        async with closing(bot.channel()) as channel:
            events, _ = await read_all(channel)
        picture, document = events
        assert isinstance(picture, Received)
        assert isinstance(document, Received)
        assert (picture.text, [file.data for file in picture.files]) == ("like this one", [PNG])
        [file] = document.files
        assert (file.name, file.media_type, file.data) == ("cake.pdf", "application/pdf", b"%PDF")

    async def test_what_cannot_be_fetched_is_said_and_stops_nothing(self, bot: Bot) -> None:
        bot.server.write(voice={"file_id": "gone", "duration": 3})
        bot.server.write(video={"file_id": "huge", "file_size": 10**9})
        bot.server.lying_path = "../../secret"
        bot.server.write(audio={"file_id": bot.server.keep(b"x")})
        async with closing(bot.channel()) as channel:
            events, _ = await read_all(channel)
        notices = [event.notices[-1] for event in events if isinstance(event, Received)]
        assert ["Telegram does not have it now" in notices[0], "20 MB" in notices[1]] == [True, True]
        assert "no place to fetch it from" in notices[2]

    async def test_what_has_no_words_is_described(self, bot: Bot) -> None:
        bot.server.write(location={"latitude": 38.7, "longitude": -9.1})
        own = {"phone_number": "351912345678", "first_name": "Ana", "user_id": CUSTOMER}
        bot.server.write(contact=own)
        bot.server.write(sticker={"file_id": "x", "emoji": "🎂", "is_animated": True})
        bot.server.write(story={"id": 1})
        async with closing(bot.channel()) as channel:
            events, _ = await read_all(channel)
        found = [event for event in events if isinstance(event, Received)]
        assert [event.text for event in found] == [
            "location: 38.700000, -9.100000",
            "contact: Ana, +351912345678",
            "sticker 🎂",
            "",
        ]
        [claim] = found[1].claims
        assert claim.address == Address("phone", "+351912345678")
        assert "see it in Telegram" in found[3].notices[0]

    async def test_a_changed_message_is_one_more_with_a_notice(self, bot: Bot) -> None:
        bot.server.write("for ten")
        message = {
            "message_id": 1,
            "from": {"id": CUSTOMER, "first_name": "Ana"},
            "chat": {"id": CUSTOMER, "type": "private"},
            "date": 1_700_000_000,
            "edit_date": 1_700_000_100,
            "text": "for twelve",
        }
        bot.server.happen(edited_message=message)
        async with closing(bot.channel()) as channel:
            events, _ = await read_all(channel)
        one, other = events
        assert isinstance(other, Received)
        assert one.external_id != other.external_id
        assert (other.text, "changed an earlier message" in other.notices[0]) == ("for twelve", True)

    async def test_groups_are_passed_over(self, bot: Bot) -> None:
        bot.server.write("hello all", chat={"id": -100, "type": "supergroup", "title": "Bread"})
        bot.server.happen(channel_post={"message_id": 9, "date": 0, "chat": {"id": -5, "type": "channel"}})
        async with closing(bot.channel()) as channel:
            events, cursor = await read_all(channel)
            assert events == []
            assert (await read_all(channel, cursor))[0] == []
        assert bot.server.waiting() == 0

    @pytest.mark.parametrize(
        "update",
        [
            [],
            "text",
            {"update_id": "x", "message": 1},
            {"message": {"text": 5}},
            {"update_id": 5, "message": {"message_id": "a", "date": {}, "chat": []}},
        ],
    )
    async def test_what_is_not_as_published_is_kept_and_stops_nothing(self, bot: Bot, update: Any) -> None:
        bot.deliver("before")
        bot.server.strange(update)
        bot.deliver("after")
        async with closing(bot.channel()) as channel:
            events, cursor = await read_all(channel)
            assert [type(event) for event in events] == [Received, Unreadable, Received]
            assert (await read_all(channel, cursor))[0] == []

    async def test_no_terminal_obeys_what_they_write(self, bot: Bot) -> None:
        bot.server.write("\x1b]52;c;SEVMTE8=\x07hello\x9b2J", name="\x1b[2JAna\u202e")
        event = await only(bot)
        assert (event.text, event.sender_name) == ("hello", "Ana<U+202E>")
        assert event.raw is not None
        assert "hello" in json.loads(event.raw)["message"]["text"]


class TestSending:
    async def test_words_beside_a_file_are_one_message(self, bot: Bot) -> None:
        async with closing(bot.channel()) as channel:
            await channel.send(chat("here", File(name="cake.png", media_type="image/png", data=PNG)))
            await channel.send(chat("", File(name="a.pdf", media_type="application/pdf", data=b"%PDF")))
        photo, paper = bot.server.sent
        assert (photo["method"], photo["caption"], photo["kind"]) == ("sendPhoto", "here", "photo")
        assert photo["data"].encode("latin-1") == PNG
        assert (paper["method"], paper["file"]) == ("sendDocument", "a.pdf")

    async def test_length_is_counted_as_telegram_counts(self, bot: Bot) -> None:
        async with closing(bot.channel()) as channel:
            await channel.send(chat("x" * 4096))
            with pytest.raises(Rejected, match="too long for Telegram"):
                await channel.send(chat("🎂" * 2049))
        assert len(bot.server.sent) == 1

    @pytest.mark.parametrize(
        ("fault", "error", "words"),
        [
            ("busy", Unavailable, "slow down"),
            ("refused", Rejected, "blocked the bot"),
            ("unknown", Rejected, "has to write to the bot first"),
            ("lost", Uncertain, "no answer"),
            ("cut", Uncertain, "no answer"),
            ("failed", Uncertain, "may have been sent"),
            ("failed after", Uncertain, "may have been sent"),
            ("garbled", Uncertain, "cannot be read"),
        ],
    )
    async def test_what_a_failure_means(
        self, bot: Bot, fault: Any, error: type[AgentTuiError], words: str
    ) -> None:
        bot.server.faults(fault)
        async with closing(bot.channel()) as channel:
            with pytest.raises(error, match=words) as caught:
                await channel.send(chat())
        assert SECRET not in str(caught.value)

    async def test_what_has_half_left_is_never_called_sent_nor_unsent(self, bot: Bot) -> None:
        files = [File(name=f"{n}.pdf", media_type="application/pdf", data=b"%PDF") for n in range(2)]
        async with closing(bot.channel()) as channel:
            await channel.send(chat("x" * 2000, *files))  # too long for a caption: three requests
            bot.server.faults("refused")
            with pytest.raises(Rejected):
                await channel.send(chat("y" * 2000, *files))
            bot.server.sent.clear()
            bot.server.faults()
            bot.server._orders += [None, "refused"]  # type: ignore[list-item]
            with pytest.raises(Uncertain, match=r"only a part has certainly left \(the words\)"):
                await channel.send(chat("z" * 2000, *files))
        assert [order.get("text", "")[:1] for order in bot.server.sent] == ["z"]

    @pytest.mark.parametrize(
        "to", [Address("phone", "+351912345678"), Address("telegram", "@ana"), Address("telegram", "-100")]
    )
    async def test_only_a_customers_chat_is_written_to(self, bot: Bot, to: Address) -> None:
        async with closing(bot.channel()) as channel:
            with pytest.raises(Rejected):
                await channel.send(chat(to=to))
        assert bot.server.sent == []


class TestTheToken:
    async def test_it_stands_in_no_log_no_error_and_no_repr(
        self, bot: Bot, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        bot.deliver("hello")
        bot.server.faults("lost", "failed")
        said: list[str] = []
        async with closing(bot.channel()) as channel:
            await read_all(channel)
            for _ in range(2):
                with pytest.raises(Uncertain) as caught:
                    await channel.send(chat())
                said += [str(caught.value), repr(caught.value.__cause__)]
            bot.go_away()
            with pytest.raises(Unavailable) as gone:
                await channel.check()
            said += [str(gone.value), repr(gone.value), repr(channel._settings)]
        assert SECRET not in "\n".join([*said, caplog.text])

    @pytest.mark.parametrize(
        "url", ["http://telegram.example.com", "ftp://x", "https://a@b.example", "https://x/?y=1"]
    )
    def test_it_is_sent_nowhere_unsafe(self, url: str) -> None:
        with pytest.raises(ConfigError):
            Settings(token=Secret({"env": "X"}), base_url=url)

    async def test_what_is_no_token_is_not_even_sent(self, bot: Bot) -> None:
        async with closing(bot.channel("not a token/../x")) as channel:
            with pytest.raises(NeedsPerson, match="not the token of a bot"):
                await channel.check()
        assert bot.server.asked == []
