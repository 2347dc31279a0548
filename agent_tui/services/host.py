"""The host: for every configured channel a keeper, side by side."""

import asyncio
import logging
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from agent_tui.core.channel import Channel
from agent_tui.core.clock import Clock
from agent_tui.core.errors import AgentTuiError
from agent_tui.core.store import Change, Store
from agent_tui.services.caught_up import CaughtUp
from agent_tui.services.feed import Feed
from agent_tui.services.keeper import Health, Keeper, Summary
from agent_tui.services.promises import Promises

LOOK_SECONDS = 20.0  # between two looks at what was promised

_log = logging.getLogger(__name__)

__all__ = ["Health", "Host", "Summary"]


class Host:
    """Looks after the channels that no other process looks after."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], clock: Clock, feed: Feed, *, country: str = ""
    ) -> None:
        self._channels = channels
        self._feed = feed
        self._stop = asyncio.Event()
        self._promises = Promises(store, clock)
        self._listeners: list[Callable[[], None]] = []
        owner = f"{platform.node()}:{os.getpid()}:{clock.new_id()}"  # two hosts in one process are two
        caught_up = CaughtUp(clock, channels)
        self._keepers = {
            name: Keeper(
                channel, store, clock, owner, changed=self._tell, country=country, caught_up=caught_up
            )
            for name, channel in channels.items()
        }

    async def run(self) -> None:
        """Host every channel until `stop`. A task beside the screen; needs the feed to run too."""
        ignore = self._feed.listen(self._hear)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                for keeper in self._keepers.values():
                    group.create_task(keeper.run(self._stop))
        finally:
            ignore()
            await self.aclose()

    async def _watch(self) -> None:
        """Look at the clock for promises, until `stop`."""
        while not self._stop.is_set():
            await self._look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), LOOK_SECONDS)

    async def _look(self) -> None:
        try:
            await self._promises.look()
        except AgentTuiError as error:
            _log.warning("promises could not be looked at: %s", error.problem)

    def stop(self) -> None:
        """Let each sender finish the message in its hands; `run` then returns."""
        self._stop.set()

    async def once(self) -> Mapping[str, Summary]:
        """One round with every channel, side by side."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            rounds = {name: group.create_task(keeper.once()) for name, keeper in self._keepers.items()}
        await self.aclose()
        return {name: task.result() for name, task in rounds.items()}

    async def check(self) -> Mapping[str, AgentTuiError | None]:
        """What is wrong with each channel, asked of its provider; None when all is well."""
        async with asyncio.TaskGroup() as group:
            asked = {name: group.create_task(_checked(channel)) for name, channel in self._channels.items()}
        await self.aclose()
        return {name: task.result() for name, task in asked.items()}

    def summaries(self) -> Mapping[str, Summary]:
        """What was done with each channel since the start; `error` is its last trouble."""
        return {name: keeper.summary for name, keeper in self._keepers.items()}

    def health(self) -> Mapping[str, Health]:
        """How each channel is, as far as this process knows."""
        return {name: keeper.health for name, keeper in self._keepers.items()}

    def listen(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Calls `hear` on the event loop when some channel's health changed; returns what ends that."""
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    def retry(self, channel: str) -> None:
        """Try a channel again now."""
        self._keepers[channel].retry()

    def poke(self) -> None:
        """Try every channel that waits, and look at the outbox, now."""
        for keeper in self._keepers.values():
            keeper.retry()

    def _hear(self, changes: Sequence[Change]) -> None:
        outbox = any(change.reset or change.kind == "delivery" for change in changes)
        if outbox or any(change.kind == "message" for change in changes):
            for keeper in self._keepers.values():
                keeper.hear(messages_only=not outbox)

    def _tell(self) -> None:
        for hear in tuple(self._listeners):
            try:
                hear()
            except Exception:  # noqa: BLE001 - one listener's bug must not bring the channels down
                _log.exception("a listener failed")

    async def aclose(self) -> None:
        """Let go of every connection. May be called twice."""
        for name, channel in self._channels.items():
            try:
                await channel.aclose()
            except Exception:  # noqa: BLE001 - closing one must not keep the others open
                _log.exception("channel %s did not close", name)


async def _checked(channel: Channel) -> AgentTuiError | None:
    try:
        await channel.check()
    except AgentTuiError as error:
        return error
    return None
