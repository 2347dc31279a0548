"""The demo's people: their stories are readable, the same every time, and they answer whoever writes to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from adapters import _demo_records, _demo_script, demo
from agent_tui import bootstrap
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Batch, Event, Outgoing, Progress, Received
from agent_tui.core.errors import ConfigError
from agent_tui.core.model import (
    Activity,
    Customer,
    CustomerState,
    Delivery,
    DeliveryState,
    Identity,
    Medium,
    Message,
    Note,
)
from agent_tui.core.store import View
from storage.memory import MemoryStore
from tests.clocks import FrozenClock
from tests.fakes import demo_desk

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACCOUNTS = {place: _demo_records.Account(name=place) for place in _demo_script.SCHEMES}
ANA = Address("web", "website/visitor-7f3a")


def moments(story: str) -> list[datetime]:
    """When everything in a story was said."""
    return [_demo_script.moment(said.when, NOON) for said in _demo_script.read(story).history()]


class TestStories:
    def test_about_a_dozen_people_on_every_medium(self) -> None:
        people = _demo_script.people()
        assert 12 <= len(people) <= 20
        assert {place for person in people for place in person.addresses} == {*Medium, "matrix"}

    def test_no_address_is_anybodys(self) -> None:
        for person in _demo_script.people():
            for address in person.addresses.values():
                domain = address.value.rpartition("@")[2]
                assert address.scheme != "email" or domain.endswith(
                    (".example", "example.com", "example.org", "example.net")
                )

    def test_a_long_line_goes_on_in_the_next_and_a_short_one_ends(self) -> None:
        long = "word " * 20
        person = _demo_script.read(f"A\nsms +3519\n\n@ -1d sms in\nHi\n{long.strip()}\nends here.\n\nAna\n")
        assert person.story[0].text == f"Hi\n{long.strip()} ends here.\n\nAna"

    def test_what_is_quoted_and_attached_is_told_apart(self) -> None:
        person = _demo_script.read(
            "A\nemail a@b.example\n\n@ -1d email in | S\nHi\n> old\nfile: a.csv\n    x,y\n    1,2\n"
        )
        said = person.story[0]
        assert (said.subject, said.text, said.quoted) == ("S", "Hi", "> old")
        assert [(file.name, file.data) for file in said.files] == [("a.csv", b"x,y\n1,2\n")]

    @pytest.mark.parametrize(
        "text", ["A\nphone 1\n", "A\nsms 1\n\n@ yesterday sms in\nHi\n", "A\nsms 1\n\n@ -1x sms in\n"]
    )
    def test_a_story_with_a_slip_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"story|length"):
            moments(text)


class TestHistory:
    @pytest.mark.parametrize("hour", range(0, 24, 5))
    def test_it_is_in_order_and_past_at_any_hour(self, hour: int) -> None:
        now = NOON.replace(hour=hour, minute=1)
        said: dict[Address, datetime] = {}
        for record in _demo_records.past(now, ACCOUNTS).records:
            if isinstance(record, Message | Note):
                assert said.get(record.address, record.at) <= record.at <= now
                said[record.address] = record.at

    def test_the_same_moment_gives_the_same_history(self) -> None:
        assert _demo_records.past(NOON, ACCOUNTS).records == _demo_records.past(NOON, ACCOUNTS).records

    def test_who_was_spoken_with_elsewhere_too_is_left_out(self) -> None:
        mail = {"email": ACCOUNTS["email"]}
        named = {r.name for r in _demo_records.past(NOON, mail).records if isinstance(r, Customer)}
        assert {"Dan Roth", "Giulia Ferrari"} <= named
        assert not named & {"Ana Sousa", "Kasper Holm"}

    def test_every_prefix_is_valid(self) -> None:
        seen: set[str] = set()
        for record in _demo_records.past(NOON, ACCOUNTS).records:
            if isinstance(record, Identity):
                assert record.customer_id in seen
            if isinstance(record, Delivery):
                assert record.id in seen
            if isinstance(record, Customer | Message):
                seen.add(record.id)

    def test_every_file_is_there(self) -> None:
        past = _demo_records.past(NOON, ACCOUNTS)
        named = {a.digest for r in past.records if isinstance(r, Message) for a in r.attachments}
        assert named == set(past.blobs)
        assert named


class TestDesk:
    async def test_one_customer_on_three_media_with_notes_is_first(self) -> None:
        desk = demo_desk()
        (first, *_), total = await desk.inbox.rows(View())
        assert first.row.name == "Ana Sousa"
        assert "promise broken" in first.reasons[0]
        page = await desk.timeline.page(first.row.customer_id)
        media = {entry.fact.medium for entry in page.entries if isinstance(entry.fact, Message)}
        assert media == {Medium.EMAIL, Medium.SMS, Medium.WEB}
        assert any(isinstance(entry.fact, Note) for entry in page.entries)
        assert 5 <= total <= 10

    async def test_some_wait_some_are_answered_one_is_promised(self) -> None:
        rows, _ = await demo_desk().inbox.rows(View(show="all"))
        states = {row.row.state for row in rows}
        assert states == {CustomerState.OPEN, CustomerState.DONE, CustomerState.SNOOZED}
        assert any("promised within" in reason for row in rows for reason in row.reasons)

    async def test_every_waiting_customer_can_be_answered_where_they_wrote(self) -> None:
        desk = demo_desk()
        rows, _ = await desk.inbox.rows(View())
        for row in rows:
            envelope = await desk.replies.envelope(row.row.customer_id)
            assert row.row.last is not None
            assert envelope.channel.medium is row.row.last.medium

    async def test_it_is_the_same_desk_every_time(self) -> None:
        async def seen() -> list[object]:
            rows, _ = await demo_desk(FrozenClock()).inbox.rows(View(show="all"))
            return [(row.row, row.priority) for row in rows]

        assert await seen() == await seen()


def channel(medium: Medium, speed: float = 2000) -> demo.Adapter:
    clock = FrozenClock()
    kit = bootstrap.kit_for("demo", MemoryStore(clock), clock)
    return demo.Adapter("demo", demo.Settings(medium=medium, speed=speed), kit)


def reply(to: Address, key: str = "k1") -> Outgoing:
    return Outgoing(key=key, at=NOON, to=(to,), text="Yes, nut free.")


@asynccontextmanager
async def listening(adapter: demo.Adapter, since: str | None = None) -> AsyncIterator[AsyncIterator[Batch]]:
    async with asyncio.timeout(20), aclosing(adapter.receive(since)) as batches:
        yield batches


async def until(adapter: demo.Adapter, count: int) -> list[Event]:
    """The first events the channel brings."""
    events: list[Event] = []
    async with listening(adapter) as batches:
        async for batch in batches:
            events += batch.events
            if len(events) >= count:
                break
    return events


class TestChannel:
    async def test_people_write_while_somebody_looks(self) -> None:
        events = await until(channel(Medium.WEB), 1)
        assert isinstance(events[0], Received)
        assert events[0].sender == ANA

    async def test_the_first_batch_comes_at_once_and_is_caught_up(self) -> None:
        async with listening(channel(Medium.WEB, speed=0.001)) as batches:
            first = await anext(batches)
        assert (first.events, first.caught_up) == ((), True)

    async def test_a_reply_is_delivered_read_and_answered(self) -> None:
        adapter = channel(Medium.WEB)
        await adapter.send(reply(ANA))
        events = await until(adapter, 4)
        news = [event.delivery for event in events if isinstance(event, Progress)]
        assert news == [DeliveryState.DELIVERED, DeliveryState.READ]
        answer = next(event for event in events if isinstance(event, Received) and event.in_reply_to)
        assert answer.text.startswith("Oh good")

    async def test_the_second_reply_gets_the_second_answer_and_then_no_more(self) -> None:
        adapter = channel(Medium.WEB)
        for key in ("k1", "k2", "k3"):
            await adapter.send(reply(ANA, key))
        received = [event for event in await until(adapter, 9) if isinstance(event, Received)]
        texts = [event.text for event in received if event.in_reply_to]
        assert [text[:7] for text in texts] == ["Oh good", "You're "]

    async def test_mail_says_nothing_of_being_read(self) -> None:
        adapter = channel(Medium.EMAIL)
        await adapter.send(reply(Address("email", "dan.roth@example.org")))
        events = await until(adapter, 2)
        assert not any(isinstance(event, Progress) for event in events)

    async def test_sending_twice_is_harmless(self) -> None:
        adapter = channel(Medium.SMS)
        first = await adapter.send(reply(Address("phone", "+351936111204")))
        assert await adapter.send(reply(Address("phone", "+351936111204"))) == first
        assert await adapter.find(reply(ANA)) == first
        assert await adapter.find(reply(ANA, "never")) is None

    async def test_what_was_not_kept_is_said_again(self) -> None:
        adapter = channel(Medium.WEB)
        again = []
        for _ in range(2):
            async with listening(adapter) as batches:
                async for batch in batches:
                    if batch.events:
                        again.append(batch.events[0])
                        break
        assert again[0] == again[1]

    async def test_what_was_kept_is_not(self) -> None:
        adapter = channel(Medium.WEB)
        await adapter.send(reply(ANA))
        cursor = None
        ids: list[str] = []
        while len(ids) < 2:
            async with listening(adapter, cursor) as batches:
                async for batch in batches:
                    if batch.events:
                        cursor = batch.cursor
                        ids += [event.external_id for event in batch.events if isinstance(event, Received)]
                        break
        assert len(set(ids)) == len(ids)

    async def test_a_cursor_of_an_earlier_run_begins_anew(self) -> None:
        async with listening(channel(Medium.WEB), "7") as batches:
            async for batch in batches:
                if batch.events:
                    break

    async def test_it_waits_without_working(self) -> None:
        async with listening(channel(Medium.WEB, speed=0.0001)) as batches:
            await anext(batches)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await anext(batches)

    def test_a_speed_that_is_none_is_refused(self) -> None:
        for speed in (0, -1, float("nan")):
            with pytest.raises(ConfigError):
                demo.Settings(medium=Medium.SMS, speed=speed)


async def test_hosted_on_a_desk_the_conversation_goes_on() -> None:
    """Ana is answered on the website's chat; her answer arrives in her timeline, and she is waiting again."""
    clock = FrozenClock()
    desk = demo_desk(clock)
    ana = await desk.contacts.who("Ana Sousa")
    before = (await desk.timeline.page(ana, limit=500)).entries
    await desk.replies.queue(await desk.replies.envelope(ana), "Yes, nut free!", now=True)
    summaries = await desk.host.once()
    assert summaries["website"].sent == 1
    page = await desk.timeline.page(ana, limit=500)
    late, said = [entry for entry in page.entries if entry not in before]
    assert isinstance(late.fact, Activity)
    assert late.fact.kind == "promise.broken", "she was promised an answer a minute ago"
    assert said.delivery is not None
    assert said.delivery.state is DeliveryState.SENT
    assert clock.now() - said.fact.at < timedelta(seconds=1)
