"""The host: channels side by side, each failure its own, and a clean end."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from agent_tui.core.channel import Batch
from agent_tui.core.errors import NeedsPerson, Unavailable
from agent_tui.core.model import DeliveryState
from agent_tui.services import keeper
from agent_tui.services.host import Host
from tests.clocks import START
from tests.scripted import Provider, ScriptedChannel, received
from tests.services.scene import Scene


async def until(true: Callable[[], bool]) -> None:
    """Wait for a condition on the event loop."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - the condition may be anything: no event stands for it
            await asyncio.sleep(0.005)


class Stubborn(ScriptedChannel):
    """Fails to receive until it is mended."""

    def __init__(self, provider: Provider, fault: Exception) -> None:
        super().__init__(provider)
        self.fault: Exception | None = fault

    async def receive(self, since: str | None) -> AsyncGenerator[Batch, None]:
        if self.fault is not None:
            raise self.fault
        async for batch in super().receive(since):
            yield batch


async def test_it_receives_and_sends_while_it_runs() -> None:
    scene = Scene()
    host = scene.host()
    scene.provider.deliver(received(1, START))
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "ok")
        assert host.health()["mail"].received == 1
        delivery = await scene.replies.queue(await scene.replies.envelope(scene.ana), "Yes", now=True)
        await until(lambda: len(scene.provider.taken) == 1)
        scene.provider.deliver(received(2, START))
        await until(lambda: host.health()["mail"].received == 2)
        host.stop()
        await running
        feed.cancel()
    assert [taken.key for taken in scene.provider.taken] == [delivery.id]
    assert (await scene.store.deliveries({DeliveryState.SENT}))[0].id == delivery.id
    assert scene.channel.closed == 1
    assert host.health()["mail"].state == "off"


async def test_only_one_process_hosts_a_channel_and_the_next_takes_over() -> None:
    scene = Scene()
    first, second = scene.host(), scene.host()
    async with asyncio.TaskGroup() as group:
        one = group.create_task(first.run())
        await until(lambda: first.health()["mail"].state == "ok")
        two = group.create_task(second.run())
        await until(lambda: second.health()["mail"].state == "elsewhere")
        summary = (await scene.host().once())["mail"]
        assert summary.error is not None
        first.stop()
        await one
        await until(lambda: second.health()["mail"].state == "ok")
        second.stop()
        await two


async def test_needing_a_person_stops_until_a_retry() -> None:
    scene = Scene()
    channel = Stubborn(scene.provider, NeedsPerson("wrong password", remedy="make an app password"))
    host = Host(scene.store, {"mail": channel}, scene.clock, scene.feed)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "needs you")
        assert host.health()["mail"].remedy == "make an app password"
        channel.fault = None
        host.retry("mail")
        await until(lambda: host.health()["mail"].state == "ok")
        host.stop()
        await running


async def test_a_dead_line_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FIRST_WAIT", 0.01)
    scene = Scene()
    channel = Stubborn(scene.provider, Unavailable("the line is down"))
    host = Host(scene.store, {"mail": channel}, scene.clock, scene.feed)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "waiting")
        channel.fault = None
        await until(lambda: host.health()["mail"].state == "ok")
        host.stop()
        await running


async def test_a_bug_in_one_channel_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    broken = Stubborn(Provider(), ZeroDivisionError("a bug"))
    broken.name = "broken"
    host = Host(scene.store, {"mail": scene.channel, "broken": broken}, scene.clock, scene.feed)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(host.run())
        await until(lambda: host.health()["broken"].state == "broken")
        await until(lambda: host.health()["mail"].state == "ok")
        host.stop()
        await running
    assert "channel broken failed" in caplog.text


async def test_a_listener_with_a_bug_does_not_bring_the_channels_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    host = scene.host()

    def buggy() -> None:
        raise ZeroDivisionError

    host.listen(buggy)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "ok")
        host.stop()
        await running
    assert "a listener failed" in caplog.text


async def test_once_says_what_it_did() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START), received(1, START))
    host = scene.host()
    summary = (await host.once())["mail"]
    assert (summary.received, summary.duplicates, summary.error) == (1, 1, None)
    await scene.replies.queue(await scene.replies.envelope(scene.ana), "Yes", now=True)
    summary = (await scene.host().once())["mail"]
    assert (summary.received, summary.sent) == (0, 1)


async def test_once_sends_even_when_receiving_fails() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START))
    await scene.round()
    await scene.replies.queue(await scene.replies.envelope(scene.ana), "Yes", now=True)
    channel = Stubborn(scene.provider, Unavailable("the line is down"))
    summary = (await Host(scene.store, {"mail": channel}, scene.clock, scene.feed).once())["mail"]
    assert (summary.error, summary.sent) == ("the line is down", 1)


async def test_once_says_that_sending_failed_even_when_receiving_went_well() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START))
    await scene.round()
    await scene.replies.queue(await scene.replies.envelope(scene.ana), "Yes", now=True)
    scene.provider.faults = [NeedsPerson("wrong password")]
    summary = (await scene.host().once())["mail"]
    assert (summary.error, summary.sent) == ("wrong password", 0)


async def test_check_asks_every_channel() -> None:
    scene = Scene()
    scene.provider.faults = [NeedsPerson("wrong password")]
    found = await scene.host().check()
    assert isinstance(found["mail"], NeedsPerson)
