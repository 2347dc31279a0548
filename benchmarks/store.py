"""The store on disk: writing durably, reading, searching, what the card asks, opening and rebuilding, at 1,000 and
100,000 messages.

Appends are measured in turn with a bare 1 KB append and fdatasync(2) on the same disk, so that the ratio says what the
store costs, whatever the disk. ``python -m benchmarks.store 1000 10000`` measures other sizes.
"""

import asyncio
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

from agent_tui.core.clock import SYSTEM
from agent_tui.core.model import Message, Record, customer_id
from agent_tui.core.query import parse
from agent_tui.core.standing import asks
from agent_tui.core.store import Store, View
from agent_tui.services.about import Business
from agent_tui.services.earlier import Earlier
from agent_tui.services.timeline import Timeline
from benchmarks._messages import KINDS, START, Corpus
from benchmarks._table import Samples, figure, machine, say, show, table
from storage.local import LocalStore

BATCH = 5000
APPENDS = 400
READS = 200


class Bench:
    """Everything measured at one size."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self.corpus = corpus
        self.folder = folder
        self.now = START + timedelta(minutes=corpus.count)
        self.rows: dict[str, str] = {}
        self.searches: dict[str, str] = {}
        self.card: dict[str, str] = {}

    async def run(self) -> None:
        """Fills a store, and asks it everything."""
        store = await LocalStore.open(self.folder, clock=SYSTEM)
        try:
            await self._fill(store)
            await self._append(store)
            await self._read(store)
            await self._earlier(store)
            await self._rebuild(store)
        finally:
            await store.aclose()
        await self._open()
        self.rows["documents on disk, MB"] = figure(_size(self.folder, cache=False) / 1e6)
        self.rows["catalog, MB"] = figure(_size(self.folder, cache=True) / 1e6)

    async def _fill(self, store: Store) -> None:
        start = time.perf_counter()
        for batch in _batches(self.corpus, BATCH):
            await store.write(batch)
        self._rate("import, messages a second", start)

    def _rate(self, name: str, start: float) -> None:
        self.rows[name] = figure(self.corpus.count / (time.perf_counter() - start))

    async def _append(self, store: Store) -> None:
        """One bare append, one to a random customer, one to the heaviest, in turn."""
        rng = random.Random(2)
        bare, anybody, heaviest = Samples(), Samples(), Samples()
        fd = os.open(self.folder.parent / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number in range(APPENDS):
            with bare.timed():
                os.write(fd, bytes(1023) + b"\n")
                os.fdatasync(fd)
            key = self.corpus.count + 2 * number
            message = self.corpus.message(key, rng.choice(self.corpus.people))
            with anybody.timed():
                await store.write([message])
            message = self.corpus.message(key + 1, self.corpus.heaviest)
            with heaviest.timed():
                await store.write([message])
        os.close(fd)
        self.rows["bare append of 1 KB and fdatasync"] = bare.milliseconds()
        self.rows["append, any customer"] = anybody.milliseconds()
        self.rows["append, heaviest customer"] = heaviest.milliseconds()
        ratios = (samples.median / bare.median for samples in (anybody, heaviest))
        self.rows["times a bare append (medians): any / heaviest"] = " / ".join(map(figure, ratios))

    async def _read(self, store: Store) -> None:
        heaviest = customer_id(self.corpus.heaviest)
        await self._timed("inbox, first 50", lambda: store.inbox(View(), self.now))
        await self._timed("newest 50 of the heaviest customer", lambda: store.page(heaviest))
        await self._timed("card of the heaviest customer", lambda: store.card(heaviest, self.now))
        for kind in KINDS:
            samples, hits = Samples(), 0
            for text in self.corpus.queries(kind, READS):
                query = parse(text, self.now)
                with samples.timed():
                    hits += len(await store.search(query, self.now))
            self.searches[kind] = f"{samples.milliseconds()} | {hits / READS:.0f}"

    async def _earlier(self, store: Store) -> None:
        """What the card asks of the store, beside the screen, when a message is read."""
        business = Business()
        timeline = Timeline(store, SYSTEM, business)
        earlier = Earlier(store, timeline, business)
        numbers = random.Random(3).sample(range(self.corpus.count), min(self.corpus.count, 3 * READS))
        keys = (f"m-{number:08}" for number in numbers)
        samples, taken = Samples(), 0
        for key in keys:
            message = await store.get(Message, key)
            if message is not None and asks(message) and taken < READS:
                taken += 1
                with samples.timed():
                    await earlier.like((message,))
        self.card["how a message like it was answered"] = samples.milliseconds()
        samples, heaviest = Samples(), await timeline.card(customer_id(self.corpus.heaviest))
        for _ in range(READS):
            with samples.timed():
                await timeline.promises(heaviest.customer)
        self.card["promises to the heaviest customer, kept and broken"] = samples.milliseconds()

    async def _timed(self, name: str, ask: Callable[[], Awaitable[object]]) -> None:
        samples = Samples()
        for _ in range(READS):
            with samples.timed():
                await ask()
        self.rows[name] = samples.milliseconds()

    async def _rebuild(self, store: Store) -> None:
        start = time.perf_counter()
        report = await store.rebuild()
        self.rows["rebuild, seconds"] = figure(time.perf_counter() - start)
        self._rate("rebuild, messages a second", start)
        assert not report.problems, report.problems

    async def _open(self) -> None:
        """Opening and the first list, with nothing of the store's files in memory."""
        samples = Samples()
        for _ in range(5):
            _forget(self.folder)
            with samples.timed():
                store = await LocalStore.open(self.folder, clock=SYSTEM)
                await store.inbox(View(), self.now)
            await store.aclose()
        self.rows["open and first list, cold"] = samples.milliseconds()


def _batches(corpus: Corpus, size: int) -> Iterator[list[Record]]:
    records = iter(corpus)
    while batch := list(itertools.islice(records, size)):
        yield batch


def _files(folder: Path, *, cache: bool) -> list[Path]:
    derived = folder / "cache"
    return [p for p in folder.rglob("*") if p.is_file() and p.is_relative_to(derived) is cache]


def _size(folder: Path, *, cache: bool) -> int:
    return sum(path.stat().st_size for path in _files(folder, cache=cache))


def _forget(folder: Path) -> None:
    """Asks the system to drop the files from memory (posix_fadvise(2)); dirty pages are written first."""
    for path in _files(folder, cache=True) + _files(folder, cache=False):
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(fd)


async def measured(count: int) -> Bench:
    """A store of so many messages, measured and thrown away."""
    say(f"{count:,} messages …")
    with tempfile.TemporaryDirectory(prefix="agent-tui-bench-") as folder:
        bench = Bench(Corpus(count), Path(folder) / "home")
        await bench.run()
        return bench


def main() -> None:
    """Prints three tables."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [1000, 100_000]
    benches = [asyncio.run(measured(size)) for size in sizes]
    headers = ["ms: median / 99 % / longest", *(f"{size:,} messages" for size in sizes)]
    rows = ([name, *(bench.rows[name] for bench in benches)] for name in benches[0].rows)
    show("Store", machine(), table(headers, rows))
    largest = benches[-1]
    found = ([kind, *told.split(" | ")] for kind, told in largest.searches.items())
    headers = ["search, warm, newest 50", "ms: median / 99 % / longest", "hits"]
    show(f"Search among {largest.corpus.count:,} messages", table(headers, found))
    asked = ([name, told] for name, told in largest.card.items())
    headers = ["what the card asks, beside the screen", "ms: median / 99 % / longest"]
    show(f"The card among {largest.corpus.count:,} messages", machine(), table(headers, asked))


if __name__ == "__main__":
    main()
