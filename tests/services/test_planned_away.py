"""Planned replies that come due while nobody is here, or a channel is silent: what they wrote is read first."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from agent_tui.core.channel import Batch
from agent_tui.core.errors import Unavailable
from agent_tui.core.model import Delivery, DeliveryState, customer_id
from agent_tui.core.store import View
from agent_tui.services import caught_up
from agent_tui.services.host import Host
from tests.clocks import START
from tests.scripted import BOB, Provider, ScriptedChannel, received
from tests.services.planning import TOMORROW, kept, plan, texts, write
from tests.services.scene import Scene
from tests.services.test_host import Stubborn, until

# While nobody was here


async def test_what_came_while_nobody_was_here_is_read_first(scene: Scene) -> None:
    """Due since 9:00, and Ana wrote at 8:00: nothing overtakes her."""
    delivery = await plan(scene)
    scene.provider.deliver(received(2, TOMORROW - timedelta(hours=1)))
    scene.clock.tick(days=1)
    host = scene.host()
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await until(lambda: host.summaries()["mail"].received == 1)
        await becomes(scene, delivery, DeliveryState.FAILED)
        host.stop()
        await running
        feed.cancel()
    assert texts(scene) == []


async def becomes(scene: Scene, delivery: Delivery, state: DeliveryState) -> None:
    async with asyncio.timeout(10):
        while (await kept(scene, delivery)).state is not state:  # noqa: ASYNC110 - as `until`
            await asyncio.sleep(0.005)


async def test_it_leaves_once_all_channels_have_told(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    host = scene.host()
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await becomes(scene, delivery, DeliveryState.SENT)
        host.stop()
        await running
        feed.cancel()
    assert texts(scene) == ["Good morning!"]


async def test_one_round_reads_every_channel_before_anything_planned_leaves(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    phone = Provider()
    phone.deliver(received(2, scene.clock.now(), external_id="sms-2"))
    told = asyncio.Event()

    class Slow(ScriptedChannel):
        async def receive(self, since: str | None) -> AsyncGenerator[Batch, None]:
            for _ in range(50):
                await asyncio.sleep(0)
            told.set()
            async for batch in super().receive(since):
                yield batch

    channels = {"mail": scene.channel, "sms": Slow(phone, "sms")}
    await Host(scene.store, channels, scene.clock, scene.feed).once()
    assert told.is_set()
    assert texts(scene) == []
    assert (await kept(scene, delivery)).held


async def test_a_channel_that_is_down_holds_it_up_for_a_while_only(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caught_up, "PATIENCE", timedelta(seconds=60))
    delivery = await plan(scene)
    scene.clock.tick(days=1)
    down = Stubborn(Provider(), Unavailable("the line is down"))
    down.name = "sms"
    host = Host(scene.store, {"mail": scene.channel, "sms": down}, scene.clock, scene.feed)
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "ok" and host.health()["sms"].state == "waiting")
        await scene.replies.queue(await scene.replies.envelope(scene.ana), "An ordinary one", now=True)
        await until(lambda: texts(scene) == ["An ordinary one"])
        assert (await kept(scene, delivery)).state is DeliveryState.QUEUED
        scene.clock.tick(seconds=61)
        host.poke()
        await becomes(scene, delivery, DeliveryState.SENT)
        host.stop()
        await running
        feed.cancel()


class Deaf(ScriptedChannel):
    """Hears nothing more once it has caught up, as a connection does that died while the machine slept."""

    calls = 0

    async def receive(self, since: str | None) -> AsyncGenerator[Batch, None]:
        self.calls += 1
        async for batch in super().receive(since):
            yield batch
            if batch.caught_up:
                await asyncio.Event().wait()


@pytest.mark.parametrize("writes", [False, True])
async def test_after_the_machine_slept_every_channel_is_asked_anew(scene: Scene, writes: bool) -> None:
    delivery = await plan(scene)
    channel = Deaf(scene.provider)
    host = Host(scene.store, {"mail": channel}, scene.clock, scene.feed)
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(scene.feed.run())
        running = group.create_task(host.run())
        await until(lambda: host.health()["mail"].state == "ok")
        if writes:
            scene.provider.deliver(received(2, TOMORROW))
        scene.clock.tick(days=1)
        host.poke()
        await becomes(scene, delivery, DeliveryState.FAILED if writes else DeliveryState.SENT)
        assert channel.calls == 2
        host.stop()
        await running
        feed.cancel()
    assert texts(scene) == ([] if writes else ["Good morning!"])


async def test_who_is_joined_with_somebody_who_wrote_since_wrote_first(scene: Scene) -> None:
    delivery = await plan(scene)
    scene.clock.tick(hours=1)
    await write(scene, 2, sender=BOB)
    assert (await kept(scene, delivery)).state is DeliveryState.QUEUED
    linking = await scene.joining.join(scene.ana, customer_id(BOB))
    await scene.round()
    assert (await kept(scene, delivery)).held
    await scene.joining.undo(linking.id)
    row = (await scene.store.inbox(View(unsent=True, show="all"), scene.clock.now())).rows[0]
    assert (row.customer_id, row.held) == (scene.ana, 1)


async def test_who_is_parted_from_somebody_who_wrote_since_did_not(scene: Scene) -> None:
    """The reply goes to Bob, who wrote last."""
    scene.provider.deliver(received(2, START, sender=BOB))
    await scene.round()
    linking = await scene.joining.join(scene.ana, customer_id(BOB))
    delivery = await plan(scene)
    await scene.joining.undo(linking.id)
    scene.clock.tick(hours=1)
    await write(scene, 3)
    assert (await kept(scene, delivery)).state is DeliveryState.QUEUED
    scene.clock.tick(days=1)
    await scene.round()
    assert texts(scene) == ["Good morning!"]
