"""One channel, kept: leased, received from, sent on; its failures are its health, never the program's."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from agent_tui.core.channel import Batch, Channel
from agent_tui.core.clock import Clock
from agent_tui.core.errors import AgentTuiError, ConfigError, Conflict, NeedsPerson, Unavailable
from agent_tui.core.language import _
from agent_tui.core.model import Message
from agent_tui.core.store import CursorUpdate, Lease, Store
from agent_tui.services import filing
from agent_tui.services.asking import ask
from agent_tui.services.caught_up import CaughtUp
from agent_tui.services.filing import Filed, Source
from agent_tui.services.sender import Sender

_log = logging.getLogger(__name__)

TRIES = 5
LEASE_SECONDS = 2.0  # between two looks whether another process still hosts the channel
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0  # seconds after a failure
LAST_SEND = 10.0  # seconds the sender has to finish the message in its hands
OTHERS = 60.0  # seconds one round waits for what the other channels tell, before planned replies leave

State: TypeAlias = Literal["connecting", "ok", "elsewhere", "waiting", "needs you", "broken", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a channel is. `remaining`: messages still to come in a first sync; `received`: new ones so far."""

    channel: str
    state: State = "off"
    detail: str = ""
    remedy: str = ""
    remaining: int | None = None
    received: int = 0


@dataclass(slots=True)
class Summary:
    """What one round with a channel did."""

    received: int = 0
    duplicates: int = 0
    unreadable: int = 0
    sent: int = 0
    failed: int = 0
    unsure: int = 0
    held: int = 0
    error: str | None = None


class Keeper:
    """Hosts one channel while it has the lease."""

    def __init__(
        self,
        channel: Channel,
        store: Store,
        clock: Clock,
        owner: str,
        *,
        changed: Callable[[], None],
        country: str = "",
        caught_up: CaughtUp | None = None,
    ) -> None:
        self.health = Health(channel=channel.name)
        self.summary = Summary()
        self.woken = asyncio.Event()
        self._caught_up = caught_up or CaughtUp(clock, (channel.name,))
        self._slept = asyncio.Event()
        self._caught_up.rings(told=self.woken, slept=self._slept)
        self._sender: Sender | None = None
        self._retry = asyncio.Event()
        self._channel = channel
        self._store = store
        self._clock = clock
        self._owner = owner
        self._changed = changed
        self._source = Source(
            name=channel.name, medium=channel.medium, address=channel.address, country=country
        )
        self._failures = 0
        self._well = self.health
        self._troubles: dict[str, Health] = {}

    def retry(self) -> None:
        """Try again now: a person has seen to it."""
        self._retry.set()
        self.woken.set()

    def hear(self, *, messages_only: bool) -> None:
        """The outbox changed, or somebody wrote: that matters to planned messages only."""
        if not messages_only or (self._sender is not None and self._sender.has_plans):
            self.woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Host the channel, whenever no other process does, until `stop`."""
        while not stop.is_set():
            lease = await self._store.lease(self._channel.name, self._owner)
            if lease is None:
                self._say("elsewhere", _("another agent-tui is looking after this channel"))
                self._caught_up.told(self._channel.name)
                await _first(stop.wait(), LEASE_SECONDS)
                continue
            try:
                await self._hold(lease, stop)
            finally:
                await self._store.release(lease)
        self._say("off")

    async def _hold(self, lease: Lease, stop: asyncio.Event) -> None:
        self._caught_up.lost(self._channel.name)
        self._sender = sender = self._new_sender(lease)
        try:
            await self._serve(sender, lease, stop)
        finally:
            self._count(sender)

    def _new_sender(self, lease: Lease) -> Sender:
        return Sender(self._store, self._channel, lease, self._clock, self._caught_up)

    def _count(self, sender: Sender) -> None:
        tally = sender.tally
        self.summary.sent += tally.sent
        self.summary.failed += tally.failed
        self.summary.unsure += tally.unsure
        self.summary.held += tally.held

    async def _serve(self, sender: Sender, lease: Lease, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            receiving = group.create_task(self._receive_for_ever(lease))
            sending = group.create_task(self._steadily("sending", lambda: sender.run(self.woken)))
            await stop.wait()
            receiving.cancel()
            sender.stop()
            self.woken.set()
            self._retry.set()
            await asyncio.wait({sending}, timeout=LAST_SEND)
            sending.cancel()

    async def _receive_for_ever(self, lease: Lease) -> None:
        """Receive, over a new connection when the machine has slept."""
        while True:
            self._slept.clear()
            async with asyncio.TaskGroup() as group:
                receiving = group.create_task(
                    self._steadily("receiving", lambda: self._receive(lease, once=False))
                )
                await self._slept.wait()
                receiving.cancel()

    async def _steadily(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` until it returns: again after every failure, waiting as the failure asks."""
        while True:
            try:
                return await work()
            except (NeedsPerson, ConfigError) as error:
                self._trouble(what, "needs you", error.problem, error.remedy)
                await self._wait_for_person()
            except AgentTuiError as error:
                self._trouble(what, "waiting", error.problem, error.remedy)
                await self._wait(error.retry_after if isinstance(error, Unavailable) else None)
            except Exception as error:  # noqa: BLE001 - a bug: this channel pauses, the others go on, the log has it
                _log.exception("channel %s failed", self._channel.name)
                self._trouble(
                    what,
                    "broken",
                    _("an unexpected error: {name}").format(name=type(error).__name__),
                    _("see the log, then retry"),
                )
                await self._wait_for_person()
            self._troubles.pop(what, None)
            self._tell()

    async def _wait(self, wish: float | None) -> None:
        self._failures += 1
        backoff = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._failures - 1, 10)) * random.uniform(0.8, 1.2)
        self._retry.clear()
        await _first(self._retry.wait(), max(backoff, wish or 0))

    async def _wait_for_person(self) -> None:
        self._retry.clear()
        await self._retry.wait()

    async def once(self) -> Summary:
        """Receive until nothing older waits, send what is due, and say what was done."""
        lease = await self._store.lease(self._channel.name, self._owner)
        if lease is None:
            self.summary.error = _("another agent-tui is looking after this channel")
            self._caught_up.told(self._channel.name)
            return self.summary
        self._caught_up.one_round()
        sender = self._new_sender(lease)
        try:
            await self._noted(sender.drain)
            await self._noted(lambda: self._receive(lease, once=True))
            self._caught_up.told(self._channel.name)  # or it cannot: what is planned waits no longer for it
            await self._caught_up.wait(OTHERS)
            await self._noted(sender.drain)
        finally:
            await self._store.release(lease)
        self._count(sender)
        return self.summary

    async def _noted(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except AgentTuiError as error:
            self.summary.error = self.summary.error or str(error)

    async def _receive(self, lease: Lease, *, once: bool) -> None:
        if self.health.state != "ok":
            self._say("connecting")
        cursor = await self._store.cursor(self._channel.name)
        async with aclosing(self._channel.receive(cursor)) as batches:
            async for batch in batches:
                await self._keep(batch, lease)
                self._failures = 0
                if not once and not self._troubles:
                    self.summary.error = None
                self._say("ok", remaining=None if batch.caught_up else batch.remaining)
                if batch.caught_up:
                    self._caught_up.told(self._channel.name)
                if once and batch.caught_up:
                    return

    async def _keep(self, batch: Batch, lease: Lease) -> None:
        """File one batch and its cursor, whoever else writes at the same time."""
        for last in (False,) * (TRIES - 1) + (True,):
            answers = await ask(self._store, batch.events, self._source)
            filed = filing.file(batch.events, self._source, answers, self._clock.now())
            try:
                await self._write(filed, batch, lease)
                return
            except Conflict:
                if last:
                    raise

    async def _write(self, filed: Filed, batch: Batch, lease: Lease) -> None:
        cursor = (
            CursorUpdate(channel=self._channel.name, cursor=batch.cursor)
            if batch.cursor is not None
            else None
        )
        written = await self._store.write(filed.records, blobs=filed.blobs, cursor=cursor, lease=lease)
        messages = {r.id for r in filed.records if isinstance(r, Message)}
        repeats = sum(w.duplicate_of is not None for w in written)
        self.summary.received += len(messages) - repeats - filed.unreadable
        self.summary.duplicates += repeats + filed.repeats
        self.summary.unreadable += filed.unreadable

    def _trouble(self, what: str, state: State, problem: str, remedy: str) -> None:
        self.summary.error = problem
        self._troubles[what] = Health(channel=self._channel.name, state=state, detail=problem, remedy=remedy)
        if what == "receiving":
            self._caught_up.lost(self._channel.name)
            self._well = Health(channel=self._channel.name, state="connecting")
        self._tell()

    def _say(self, state: State, detail: str = "", remaining: int | None = None) -> None:
        """How receiving is, when nothing is wrong."""
        self._well = Health(channel=self._channel.name, state=state, detail=detail, remaining=remaining)
        self._tell()

    def _tell(self) -> None:
        """The channel's health is its worst trouble, and else how well receiving is."""
        health = next(iter(self._troubles.values()), self._well)
        health = replace(health, received=self.summary.received)
        if health != self.health:
            self.health = health
            self._changed()


async def _first(event: Awaitable[object], seconds: float) -> None:
    """Wait for an event, but no longer than `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await event
    except TimeoutError:
        return
