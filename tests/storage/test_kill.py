"""Writers are killed (SIGKILL) at any moment, others carry on: nothing acknowledged is lost, nothing else shows.

``STORE_KILLS`` sets how many are killed at random moments (60), and how many of a writer's calls of the system are
tried as the last one (60; as many as there are if it is 1000 or more).
"""

import json
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from agent_tui.core.attachments import Attachment
from agent_tui.core.clock import SYSTEM
from agent_tui.core.store import CursorUpdate
from storage.local import LocalStore
from tests.contracts.records import came
from tests.storage.deeds import LIFETIME, Promise, Writer, assert_intact, visible_debris

KILLS = int(os.environ.get("STORE_KILLS", "60"))
PATIENCE = 30.0  # seconds without a word from anybody
ROOT = Path(__file__).parents[2]
NAMES = ("one", "two", "three")


class Nursery:
    """The forking process as seen from here, and what its writers said."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input = process.stdin
        self._output = process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)
        self._rest = b""
        self.writers: dict[str, int] = {}
        self.gone: set[int] = set()
        self.promises: list[Promise] = []
        self.calls: int | None = None

    def order(self, **order: object) -> None:
        self._input.write(json.dumps(order).encode() + b"\n")
        self._input.flush()

    def listen(self, until: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Hears what is said until something holds, or for so long."""
        deadline = time.monotonic() + seconds
        while not until() and (left := deadline - time.monotonic()) > 0:
            if self._selector.select(left):
                self._hear(os.read(self._output.fileno(), 65536))

    def expect(self, until: Callable[[], bool]) -> None:
        """Waits for something that must come about."""
        self.listen(until)
        assert until(), "the writers have fallen silent"

    def kill(self, name: str) -> None:
        """Kills a writer that is known to live, and waits until it is gone."""
        pid = self.writers.pop(name)
        os.kill(pid, signal.SIGKILL)
        self.expect(lambda: pid in self.gone)

    def _hear(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._note(json.loads(line))

    def _note(self, words: dict[str, Any]) -> None:
        assert "error" not in words, words["error"]
        if "born" in words:
            self.writers[words["born"]] = words["pid"]
        elif "gone" in words:
            self.gone.add(words["gone"])
        elif "ended" in words:
            self.calls = words["ended"]
        else:
            self.promises.append(Promise(**words["promise"]))


@pytest.fixture
def herd() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.storage.nursery"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        found = Nursery(process)
        try:
            yield found
        finally:
            for pid in {*found.writers.values()} - found.gone:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.kill()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(folder, clock=SYSTEM)
    try:
        yield store
    finally:
        await store.aclose()


@pytest.mark.timeout(120 + KILLS * 2)
async def test_writers_killed_at_random_moments_lose_nothing(herd: Nursery, tmp_path: Path) -> None:
    folder, chance = tmp_path / "home", random.Random(2026)
    for number, name in enumerate(NAMES):
        herd.order(folder=str(folder), writer=name, start=0, seed=number)
    herd.expect(lambda: len(herd.writers) == len(NAMES) and len(herd.promises) > 10)
    for kill in range(1, KILLS + 1):
        herd.listen(lambda: False, chance.uniform(0, 0.12))
        name = chance.choice(NAMES)
        herd.kill(name)
        herd.order(folder=str(folder), writer=name, start=kill * LIFETIME, seed=kill + 1000)
        herd.expect(lambda: len(herd.writers) == len(NAMES))
    done = len(herd.promises)
    herd.expect(lambda: len({promise.writer for promise in herd.promises[done:]}) == len(NAMES))
    for name in NAMES:
        herd.kill(name)
    assert len(herd.promises) > KILLS
    async with opened(folder) as store:
        await assert_intact(store, herd.promises)


@pytest.mark.parametrize(("cursor", "is_wrong"), [(6, False), (7, True), (8, True), (LIFETIME + 1, False)])
async def test_a_batch_cut_by_death_is_told_from_one_that_was_cut_alive(
    tmp_path: Path, cursor: int, is_wrong: bool
) -> None:
    """The first journal of two is there: right when its writer died over it, wrong when it lived to move the cursor."""
    data = b"x"
    file = Attachment(name="f", media_type="text/plain", size=1, digest=sha256(data).hexdigest())
    half = came("half", "ana", text="batch 7 part 1 of 2 number 1 of 1", channel="one", attachments=(file,))
    async with opened(tmp_path) as store:
        await store.write([half], blobs={file.digest: data})
        await store.write([], cursor=CursorUpdate(channel="one", cursor=str(cursor)))
        assert (await visible_debris(store) == ["part of batch 7 of one"]) is is_wrong


LIFE = {"writer": "one", "start": 0, "seed": 4, "deeds": 8}


@pytest.mark.timeout(120 + KILLS * 2)
@pytest.mark.parametrize("moment", ["before", "half", "after"])
async def test_a_writer_may_die_at_any_call_of_the_system(herd: Nursery, tmp_path: Path, moment: str) -> None:
    """The channel's next writer finds what was promised and nothing else, and can write."""
    herd.order(**LIFE, folder=str(tmp_path / "whole"), fate={"call": 0, "moment": moment})
    herd.expect(lambda: herd.calls is not None)
    assert herd.calls is not None
    assert herd.calls > 100
    stride = 1 if KILLS >= 1000 else max(1, herd.calls * 3 // KILLS)
    for call in range(1 + len(moment) % stride, herd.calls, stride):
        await _dies_at(herd, tmp_path / f"call-{call}", call, moment)


async def _dies_at(herd: Nursery, folder: Path, call: int, moment: str) -> None:
    herd.promises.clear()
    herd.writers.clear()
    herd.order(**LIFE, folder=str(folder), fate={"call": call, "moment": moment})
    herd.expect(lambda: herd.writers.get("one") in herd.gone)
    async with opened(folder) as store:
        survivor = Writer(store, "one", LIFETIME, seed=call)
        promises = [*herd.promises, *[await survivor.deed() for _ in range(4)]]
        await assert_intact(store, promises)
