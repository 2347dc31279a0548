"""The contract of `agent_tui.core.channel.Channel`, as one test class to inherit from.

    class TestTelegram(ChannelContract):
        @pytest.fixture
        def provider(self) -> Iterator[Provider]: ...       # a server on loopback
        @pytest.fixture
        def open_channel(self, provider) -> OpenChannel: ... # makes channels of one account on it

A provider is told what its customers write and what it shall do wrong, and tells what it was given.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Channel, Cursor, Event, File, Outgoing, Received
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain

Failure: TypeAlias = Literal["busy", "refused", "lost"]
"""Of the next message we send: not now; never; taken, but the answer is lost."""

SECONDS = 30.0


class Provider(Protocol):
    """The other side."""

    customer: Address

    def deliver(self, text: str) -> None:
        """The customer writes."""
        ...

    def accepted(self) -> Sequence[str]:
        """The words of every message it took from us, in order; a file's name follows its message."""
        ...

    def fail_next(self, how: Failure) -> None:
        """What becomes of the next message we send."""
        ...

    def go_away(self) -> None:
        """From now on nobody answers."""
        ...


class OpenChannel(Protocol):
    """Makes a channel of the same account each time, with the right credentials or wrong ones."""

    def __call__(self, *, signed_out: bool = False) -> Channel: ...


@asynccontextmanager
async def leaving_nothing() -> AsyncIterator[None]:
    """No thread and no process is left that was not there before."""
    threads, children = set(threading.enumerate()), _children()
    yield
    left = [thread.name for thread in set(threading.enumerate()) - threads if not _is_executors(thread)]
    assert not left
    assert _children() <= children


def _is_executors(thread: threading.Thread) -> bool:
    return thread.name.startswith("asyncio_")  # the event loop's own, kept for its next use


def _children() -> set[str]:
    lists = Path("/proc/self/task").glob("*/children")
    return {child for each in lists for child in each.read_text().split()}


def text_of(event: Event) -> str:
    """The words of a message that came in."""
    assert isinstance(event, Received)
    return event.text.strip()


async def read_all(channel: Channel, since: Cursor | None = None) -> tuple[list[Event], Cursor | None]:
    """Everything until nothing older waits, and where that ends."""
    events: list[Event] = []
    async with asyncio.timeout(SECONDS), aclosing(channel.receive(since)) as batches:
        async for batch in batches:
            events += batch.events
            if batch.caught_up:
                return events, batch.cursor
    raise AssertionError("receive ended by itself")


class ChannelContract:
    """Everything a channel must do."""

    def outgoing(self, provider: Provider, number: int = 1, *, files: tuple[File, ...] = ()) -> Outgoing:
        """A reply to the customer."""
        return Outgoing(
            key=f"0198c9a0-7c00-7000-8000-{number:012d}",
            at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
            to=(provider.customer,),
            text=f"reply {number}",
            files=files,
        )

    async def test_everything_comes_once_and_then_it_has_caught_up(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        for number in range(5):
            provider.deliver(f"word {number}")
        channel = open_channel()
        events, _ = await read_all(channel)
        assert sorted(text_of(event) for event in events) == [f"word {n}" for n in range(5)]
        await channel.aclose()

    async def test_repeats_are_the_same(self, provider: Provider, open_channel: OpenChannel) -> None:
        for number in range(3):
            provider.deliver(f"word {number}")
        reads = []
        for _ in range(2):
            channel = open_channel()
            events, _ = await read_all(channel)
            reads.append({event.external_id: event for event in events})
            await channel.aclose()
        assert reads[0] == reads[1]
        assert len(reads[0]) == 3

    async def test_events_say_where_they_come_from(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        provider.deliver("hello")
        channel = open_channel()
        [event], _ = await read_all(channel)
        assert isinstance(event, Received)
        assert event.sender == provider.customer
        assert not event.ours
        assert event.at.utcoffset() is not None
        assert event.external_id
        await channel.aclose()

    async def test_a_kept_cursor_goes_on_where_it_was(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        provider.deliver("first")
        channel = open_channel()
        _, cursor = await read_all(channel)
        await channel.aclose()
        provider.deliver("second")
        again = open_channel()
        events, cursor = await read_all(again, cursor)
        assert [text_of(event) for event in events] == ["second"]
        assert (await read_all(again, cursor))[0] == []
        await again.aclose()

    async def test_nothing_is_skipped_when_the_consumer_dies_at_any_batch(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        kept: set[str] = set()
        cursor: Cursor | None = None
        for number in range(4):
            provider.deliver(f"word {number}")
            await self._die(open_channel, cursor)
            batch_texts, cursor = await self._keep_one(open_channel, cursor)
            kept |= batch_texts
        channel = open_channel()
        kept |= {text_of(event) for event in (await read_all(channel, cursor))[0]}
        await channel.aclose()
        assert kept == {f"word {n}" for n in range(4)}

    async def _die(self, open_channel: OpenChannel, cursor: Cursor | None) -> None:
        channel = open_channel()
        async with asyncio.timeout(SECONDS), aclosing(channel.receive(cursor)) as batches:
            await anext(batches)  # and never asked again: it was not kept
        await channel.aclose()

    async def _keep_one(
        self, open_channel: OpenChannel, cursor: Cursor | None
    ) -> tuple[set[str], Cursor | None]:
        channel = open_channel()
        async with asyncio.timeout(SECONDS), aclosing(channel.receive(cursor)) as batches:
            batch = await anext(batches)
        await channel.aclose()
        return {text_of(event) for event in batch.events}, batch.cursor

    async def test_what_is_written_while_we_wait_comes(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        async with asyncio.timeout(SECONDS), aclosing(channel.receive(None)) as batches:
            written = False
            async for batch in batches:
                if batch.events:
                    assert [text_of(event) for event in batch.events] == ["now"]
                    break
                if batch.caught_up and not written:
                    written = True
                    provider.deliver("now")
        await channel.aclose()

    async def test_waiting_is_cancelled_within_a_second_and_leaves_nothing(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        provider.deliver("hello")
        async with leaving_nothing():
            channel = open_channel()
            caught_up = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(self._wait_for_ever(channel, caught_up))
                async with asyncio.timeout(SECONDS):
                    await caught_up.wait()
                waiting.cancel()
                done, _ = await asyncio.wait({waiting}, timeout=1.5)
                assert done
                assert waiting.cancelled()
            async with asyncio.timeout(1.5):
                await channel.aclose()

    async def _wait_for_ever(self, channel: Channel, caught_up: asyncio.Event) -> None:
        async with aclosing(channel.receive(None)) as batches:
            async for batch in batches:
                if batch.caught_up:
                    caught_up.set()

    async def test_closing_ends_what_runs_and_may_be_repeated(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        async with leaving_nothing():
            channel = open_channel()
            await channel.aclose()
            await read_all(channel)
            async with asyncio.timeout(2.0):
                await channel.aclose()
                await channel.aclose()

    async def test_a_provider_that_is_gone_is_unavailable(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        provider.go_away()
        channel = open_channel()
        with pytest.raises(Unavailable):
            await read_all(channel)
        with pytest.raises(Unavailable):
            await channel.send(self.outgoing(provider))
        with pytest.raises(Unavailable) as caught:
            await channel.check()
        assert caught.value.problem.isprintable()
        await channel.aclose()

    async def test_wrong_credentials_need_a_person(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel(signed_out=True)
        with pytest.raises(NeedsPerson) as caught:
            await channel.check()
        assert caught.value.remedy
        with pytest.raises(NeedsPerson):
            await read_all(channel)
        await channel.aclose()

    async def test_all_is_well(self, provider: Provider, open_channel: OpenChannel) -> None:
        channel = open_channel()
        await channel.check()
        await channel.aclose()

    async def test_a_reply_arrives_and_has_a_name(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        receipt = await channel.send(self.outgoing(provider))
        assert list(provider.accepted()) == ["reply 1"]
        assert receipt.external_id
        assert not receipt.refused
        await channel.aclose()

    async def test_what_comes_back_of_it_is_known_as_ours(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        sent = self.outgoing(provider)
        receipt = await channel.send(sent)
        events, _ = await read_all(channel)
        for event in events:
            assert isinstance(event, Received)
            assert (event.ours, event.key, event.external_id) == (True, sent.key, receipt.external_id)
        await channel.aclose()

    async def test_a_busy_provider_got_nothing_and_gets_it_the_next_time(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        provider.fail_next("busy")
        with pytest.raises(Unavailable):
            await channel.send(self.outgoing(provider))
        assert list(provider.accepted()) == []
        await channel.send(self.outgoing(provider))
        assert list(provider.accepted()) == ["reply 1"]
        await channel.aclose()

    async def test_a_refusal_is_told_with_its_reason(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        provider.fail_next("refused")
        with pytest.raises(Rejected) as caught:
            await channel.send(self.outgoing(provider))
        assert caught.value.problem
        assert list(provider.accepted()) == []
        await channel.aclose()

    async def test_a_lost_answer_is_uncertain_and_never_certainly_not_sent(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        provider.fail_next("lost")
        sent = self.outgoing(provider)
        if channel.can.exactly_once:
            with pytest.raises((Uncertain, Unavailable)):
                await channel.send(sent)
        else:
            with pytest.raises(Uncertain):
                await channel.send(sent)
            assert await self._may_have_left(channel, sent)
        assert list(provider.accepted()) == ["reply 1"]
        await channel.aclose()

    async def _may_have_left(self, channel: Channel, sent: Outgoing) -> bool:
        try:
            return await channel.find(sent) is not None
        except Uncertain:
            return True

    async def test_repeating_is_harmless_where_the_channel_says_so(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        await channel.send(self.outgoing(provider))
        if channel.can.exactly_once:
            await channel.send(self.outgoing(provider))
            assert list(provider.accepted()) == ["reply 1"]
        await channel.aclose()

    async def test_files_go_along_where_the_channel_says_so(
        self, provider: Provider, open_channel: OpenChannel
    ) -> None:
        channel = open_channel()
        if channel.can.files:
            file = File(name="invoice.pdf", media_type="application/pdf", data=b"%PDF-1.7 " + b"x" * 1000)
            await channel.send(self.outgoing(provider, files=(file,)))
            assert list(provider.accepted()) == ["reply 1", "invoice.pdf"]
        await channel.aclose()
