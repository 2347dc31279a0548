"""Several handles and processes on one store: the lock, leases of the dead, news, and a catalog changed underneath."""

import asyncio
import fcntl
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import storage.catalog
import storage.local
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Busy, Conflict, StoreError
from agent_tui.core.store import Change
from storage.local import LocalStore
from tests.contracts.records import NOW, activity, came, cid, customer, note

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
async def store(home: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(home, clock=SYSTEM)
    yield store
    await store.aclose()


@pytest.fixture
async def other(store: LocalStore, home: Path) -> AsyncIterator[LocalStore]:
    other = await LocalStore.open(home, clock=SYSTEM)
    yield other
    await other.aclose()


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Somebody else has the lock."""
    fd = os.open(home / ".lock", os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


async def ids(store: LocalStore) -> list[str]:
    return [entry.fact.id for entry in (await store.page(cid("ana"))).entries]


async def next_of(stream: AsyncIterator[tuple[Change, ...]]) -> tuple[Change, ...]:
    async with asyncio.timeout(PATIENCE):
        return await anext(stream)


async def test_a_write_that_waits_too_long_is_refused_and_never_done(
    store: LocalStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.local, "PATIENCE", 0.05)
    with held(home), pytest.raises(Busy):
        await store.write([came("m-1")])
    monkeypatch.undo()
    await store.write([came("m-2")])
    assert await ids(store) == ["m-2"]


async def test_a_write_given_up_before_it_began_is_never_done(store: LocalStore, home: Path) -> None:
    with held(home), pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await store.write([came("m-1")])
    await store.write([came("m-2")])
    assert await ids(store) == ["m-2"]


async def test_readers_never_wait_for_a_writer(store: LocalStore, home: Path) -> None:
    await store.write([customer(), came("m-1")])
    with held(home):
        async with asyncio.timeout(PATIENCE):
            assert await ids(store) == ["m-1"]
            assert (await store.card(cid("ana"), NOW)) is not None


async def test_opening_does_not_wait_for_a_writer(store: LocalStore, home: Path) -> None:
    await store.write([came("m-1")])
    with held(home):
        reader = await run(OPEN_AND_READ, home)
        said, _ = await asyncio.wait_for(reader.communicate(), PATIENCE)
    assert said == b"m-1\n"


async def run(program: str, home: Path) -> asyncio.subprocess.Process:
    """Another process."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(home), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


OPEN_AND_READ = """
import asyncio, os, sys
from pathlib import Path
from agent_tui.core.clock import SYSTEM
from agent_tui.core.model import Message
from storage.local import LocalStore

async def main():
    store = await LocalStore.open(Path(sys.argv[1]), clock=SYSTEM)
    print((await store.get(Message, "m-1")).id, flush=True)
    os._exit(0)

asyncio.run(main())
"""
HOLD_A_LEASE = """
import asyncio, sys
from pathlib import Path
from agent_tui.core.clock import SYSTEM
from storage.local import LocalStore

async def main():
    store = await LocalStore.open(Path(sys.argv[1]), clock=SYSTEM)
    print((await store.lease("mail", "them")).token, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_kernel_gives_back_the_lease_of_a_killed_process(store: LocalStore, home: Path) -> None:
    process = await run(HOLD_A_LEASE, home)
    assert process.stdout is not None
    token = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    try:
        assert await store.lease("mail", "us") is None
    finally:
        process.kill()
        await process.communicate()
    lease = await store.lease("mail", "us")
    assert lease is not None
    assert lease.token != token.decode().strip()
    await store.write([came("m-1")], lease=lease)


async def test_a_lease_with_a_strange_name(store: LocalStore, other: LocalStore, home: Path) -> None:
    names = ["", "../../x", "Ünïcode channel", "a" * 300, "a" * 299 + "b", "a/b"]
    leases = [await store.lease(name, "us") for name in names]
    assert None not in leases
    assert [await other.lease(name, "us") for name in names] == [None] * len(names)
    assert len(list((home / "leases").iterdir())) == len(names)


async def test_another_process_is_heard_within_moments(store: LocalStore, other: LocalStore) -> None:
    await store.write([customer()])
    stream = store.changes(await store.token())
    waits = []
    for number in range(5):
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(next_of(stream))
            await other.write([note(f"n-{number}")])
            written = time.monotonic()
        assert [change.id for change in hearing.result()] == [f"n-{number}"]
        waits.append(time.monotonic() - written)
    assert sorted(waits)[2] < 1.0


async def test_a_rebuild_is_noticed_by_every_handle(store: LocalStore, other: LocalStore, home: Path) -> None:
    await store.write([customer(), came("m-1")])
    before = sorted(path.name for path in (home / "cache").glob("*.db"))
    stream = other.changes(await other.token())
    await store.rebuild()
    assert [change.reset for change in await next_of(stream)] == [True]
    assert await ids(other) == ["m-1"]
    await other.write([came("m-2")])
    assert await ids(store) == ["m-1", "m-2"]
    after = sorted(path.name for path in (home / "cache").glob("*.db"))
    assert len(after) == 1
    assert after != before


async def test_writing_goes_on_during_rebuilds(store: LocalStore, other: LocalStore) -> None:
    await store.write([customer()])

    async def write() -> None:
        for number in range(60):
            await other.write([came(f"m-{number:02}", at=number)])

    async def rebuild() -> None:
        for _ in range(4):
            await store.rebuild()

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        group.create_task(rebuild())
    for each in (store, other):
        page = await each.page(cid("ana"), limit=100)
        assert [entry.fact.id for entry in page.entries] == [f"m-{number:02}" for number in range(60)]
        assert (await each.check()).problems == ()


async def test_old_changes_are_forgotten(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.catalog, "KEPT_CHANGES", 3)
    await store.write([customer()])
    old = await store.token()
    for number in range(5):
        await store.write([activity(f"a-{number}")])
    stream = store.changes(old)
    (change,) = await next_of(stream)
    assert change.reset
    await store.write([activity("a-9")])
    assert [change.id for change in await next_of(stream)] == ["a-9"]


async def test_many_changes_come_in_parts(store: LocalStore) -> None:
    since = await store.token()
    await store.write([note(f"n-{number}") for number in range(2500)])
    stream, heard = store.changes(since), list[str]()
    while len(heard) < 2500:
        heard += [change.id for change in await next_of(stream)]
    assert heard == [f"n-{number}" for number in range(2500)]


async def test_a_closed_store_says_so(home: Path) -> None:
    store = await LocalStore.open(home, clock=SYSTEM)
    lease = await store.lease("mail", "us")
    assert lease is not None
    await store.aclose()
    for call in (store.write([]), store.token(), store.check(), store.lease("mail", "us")):
        with pytest.raises(StoreError, match="closed"):
            await call
    await store.release(lease)


async def test_a_lease_of_before_is_refused_after_a_restart(home: Path) -> None:
    first = await LocalStore.open(home, clock=SYSTEM)
    lease = await first.lease("mail", "us")
    await first.aclose()
    second = await LocalStore.open(home, clock=SYSTEM)
    try:
        with pytest.raises(Conflict):
            await second.write([came("m-1")], lease=lease)
    finally:
        await second.aclose()
