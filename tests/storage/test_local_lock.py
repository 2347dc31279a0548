"""A store that another program holds: writers wait, give up in time, and nothing of what they gave up is kept."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Busy
from agent_tui.core.model import Message
from agent_tui.core.store import View
from storage.local import LocalStore
from tests.contracts.records import NOW, came, cid


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(tmp_path / "home", clock=SYSTEM)
    await store.write([came("m-0")])
    await store.check()
    yield store
    await store.aclose()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another program's lock."""
    fd = os.open(folder / ".lock", os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


async def test_a_writer_gives_up_in_time_and_for_good(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.local.PATIENCE", 0.05)
    with held(tmp_path / "home"):
        with pytest.raises(Busy) as raised:
            await store.write([came("m-1")])
        assert raised.value.remedy
    monkeypatch.undo()
    await store.write([came("m-2")])
    assert await store.get(Message, "m-1") is None
    assert [entry.fact.id for entry in (await store.page(cid("ana"))).entries] == ["m-0", "m-2"]


async def test_a_writer_that_is_canceled_while_waiting_writes_nothing(
    store: LocalStore, tmp_path: Path
) -> None:
    async with asyncio.TaskGroup() as group:
        with held(tmp_path / "home"):
            writer = group.create_task(store.write([came("m-1")]))
            assert (await store.inbox(View(), NOW)).total == 1  # the writer has had its turn, and waits
            writer.cancel()
            await asyncio.wait([writer])
    await store.write([came("m-2")])
    assert await store.get(Message, "m-1") is None


async def test_readers_wait_for_nobody(store: LocalStore, tmp_path: Path) -> None:
    with held(tmp_path / "home"):
        async with asyncio.timeout(20):
            assert (await store.inbox(View(), NOW)).total == 1
            assert await store.get(Message, "m-0") == came("m-0")
            assert (await store.page(cid("ana"))).entries[0].fact == came("m-0")
            assert await store.lease("support-mail", "me") is not None


async def test_a_writer_goes_on_when_the_lock_is_given_back(store: LocalStore, tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as group:
        with held(tmp_path / "home"):
            writer = group.create_task(store.write([came("m-1")]))
            assert await store.get(Message, "m-1") is None
    assert writer.result()[0].duplicate_of is None
    assert await store.get(Message, "m-1") == came("m-1")
