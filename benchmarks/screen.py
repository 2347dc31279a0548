"""From a key to the paint: the screen on a store of 10,000 customers, beside an empty Textual program in the same run.

Both run on pseudo-terminals and take turns, key by key, so that whatever else the machine does hits both alike; the
ratio is the figure to trust. ``python -m benchmarks.screen 1000 5000`` measures other numbers of customers and
messages. The last two tables are taken while messages arrive: kept by another process at a steady rate, as a channel
hosted beside the screen would; and by the screen's own process, as fast as its writer takes them.
"""

import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from agent_tui.core.addresses import Address
from agent_tui.core.clock import SYSTEM
from agent_tui.core.store import Store
from benchmarks._messages import Corpus
from benchmarks._table import Samples, figure, machine, say, show, table
from benchmarks._terminal import Terminal

ROOT = Path(__file__).parent.parent
CUSTOMERS, MESSAGES = 10_000, 100_000
KEYS = 120
STARTS = 9
BATCH = 250
STEADY, AT_ONCE, OF_ONE = 5_000, 2_500, 20  # messages a second, kept together, of one customer among them
MARK = b"READY"


class Shop(Corpus):
    """Messages of so many customers."""

    def __init__(self, customers: int, messages: int) -> None:
        super().__init__(messages)
        self.people = [Address("email", f"customer{n}@mail.example") for n in range(customers)]
        self._weights = list(itertools.accumulate(1 / (n + 100) for n in range(customers)))


# The programs measured, each started as a process of its own


def empty() -> None:
    """As little as a Textual program can be: it paints a number that rises with every key."""
    from textual import events
    from textual.app import App, ComposeResult
    from textual.content import Content
    from textual.widgets import Static

    import agent_tui.tui  # noqa: F401 - the same frame rate

    class Empty(App[None]):
        count = 0

        def compose(self) -> ComposeResult:
            yield Static(Content(MARK.decode()))

        def on_key(self, _event: events.Key) -> None:
            self.count += 1
            self.query_one(Static).update(Content(f"{MARK.decode()} {self.count}"))

    Empty().run()


async def desk(folder: Path, *, busy: bool) -> None:
    """The real screen on the store in a folder; `busy` writes into it all the while."""
    from agent_tui import bootstrap
    from agent_tui.tui.app import AgentApp
    from agent_tui.tui.pace import unhurried
    from storage.local import LocalStore

    store = LocalStore(folder / "data", clock=SYSTEM)
    settings = bootstrap.demo_settings(folder)
    opened = bootstrap.open_desk(settings, store=store)
    unhurried()
    app = AgentApp(opened, icons="unicode")
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(opened.feed.run())]
        if busy:
            beside.append(group.create_task(_write(store, folder, first=20_000_000, at_once=BATCH, of_one=1)))
        await app.run_async()
        for task in beside:
            task.cancel()
    await store.aclose()


async def keep(folder: Path) -> None:
    """Nothing but messages, at a steady rate."""
    from storage.local import LocalStore

    store = await LocalStore.open(folder / "data", clock=SYSTEM)
    await _write(store, folder, first=10_000_000, at_once=AT_ONCE, of_one=OF_ONE, pause=AT_ONCE / STEADY)


async def _write(
    store: Store, folder: Path, *, first: int, at_once: int, of_one: int, pause: float = 0.0
) -> None:
    """Writes for ever, and says how many messages a second it was; every `pause` seconds, or as fast as it can."""
    corpus = Shop(CUSTOMERS, 1)
    numbers = itertools.count(first)
    started = time.perf_counter()
    for times in itertools.count(1):
        batch = [
            corpus.message(n, corpus.people[n // of_one * 7 % len(corpus.people)])
            for n in itertools.islice(numbers, at_once)
        ]
        await store.write(batch)
        await asyncio.sleep(started + times * pause - time.perf_counter())
        rate = times * at_once / (time.perf_counter() - started)
        (folder / "rate").write_text(f"{rate:.0f}")


# Measuring


async def fill(folder: Path, customers: int, messages: int) -> None:
    """A store with a history."""
    from storage.local import LocalStore

    store = await LocalStore.open(folder / "data", clock=SYSTEM)
    corpus = iter(Shop(customers, messages))
    while batch := list(itertools.islice(corpus, 5_000)):
        await store.write(batch)
    await store.aclose()


def start(which: str, folder: Path) -> Terminal:
    """One of the programs, on a terminal."""
    return Terminal([sys.executable, "-m", "benchmarks.screen", f"--{which}", str(folder)], ROOT)


def starting(folder: Path) -> list[list[str]]:
    """From the start to the first rows on the screen."""
    empty_, ours = Samples(), Samples()
    for _ in range(STARTS):
        for which, mark, samples in (("empty", MARK, empty_), ("desk", b"Waiting ", ours)):
            terminal = start(which, folder)
            samples.seconds.append(terminal.wait_for(mark))
            terminal.close()
    return [row("start to first paint, rows included", ours, empty_)]


def row(what: str, ours: Samples, empty_: Samples) -> list[str]:
    """A line of the table."""
    return [what, ours.milliseconds(), empty_.milliseconds(), figure(ours.median / empty_.median)]


ACTIONS = {
    "next row of the list": (b"", (b"j",)),
    "next message of the timeline": (b"\r", (b"k", b"j")),
    "a page of the timeline": (b"", (b"\x1b[5~", b"\x1b[6~")),
    "a letter in the composer": (b"r", (b"a", b"b", b"c", b"d", b"e", b" ")),
}


def pressing(folder: Path, which: str) -> list[list[str]]:
    """Key by key, in turn with the empty program."""
    ours, empty_ = start(which, folder), start("empty", folder)
    rows: list[list[str]] = []
    ours.wait_for(b"Waiting ")
    empty_.wait_for(MARK)
    for what, (before, keys) in ACTIONS.items():
        one, other, last = Samples(), Samples(), Samples()
        ours.send(before) if before else None
        for key in itertools.islice(itertools.cycle(keys), KEYS):
            ours.press(key, one, last if what.startswith("next row") and which == "desk" else None)
            empty_.press(key[:1] if key[0] != 0x1B else b"x", other)
        rows.append(row(what, one, other))
        if last.seconds:
            rows.append(row("… until that customer is wholly shown", last, other))
    ours.close()
    empty_.close()
    return rows


def beside(folder: Path) -> tuple[list[list[str]], str]:
    """Key by key while another process keeps messages, and how many a second it kept."""
    command = [sys.executable, "-m", "benchmarks.screen", "--keep", str(folder)]
    with subprocess.Popen(command, cwd=ROOT) as writer:
        try:
            return pressing(folder, "desk"), (folder / "rate").read_text()
        finally:
            writer.kill()


def measure(customers: int, messages: int) -> None:
    """Everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"filling a store with {messages:,} messages of {customers:,} customers")
        asyncio.run(fill(folder, customers, messages))
        headers = ["milliseconds: median / 99th / longest", "agent-tui", "empty program", "ratio"]
        say("starting")
        started = starting(folder)
        say("pressing keys")
        idle = pressing(folder, "desk")
        say("pressing keys while another process keeps messages")
        steady, steadily = beside(folder)
        say("pressing keys while the screen's own process keeps messages")
        busy = pressing(folder, "busy")
        rate = (folder / "rate").read_text()
        told = f"{customers:,} customers, {messages:,} messages, {machine()}."
        show("The screen", told, table(headers, started + idle))
        told = f"{int(steadily):,} messages a second, kept by another process; {OF_ONE} at a time of one customer."
        show("The screen while messages arrive", told, table(headers, steady))
        told = f"{int(rate):,} messages a second, each of another customer: all its writer takes."
        show("The screen while its own process keeps messages", told, table(headers, busy))


def main(arguments: list[str]) -> None:
    """Run one of the programs, or measure."""
    match arguments:
        case ["--empty", *_]:
            empty()
        case ["--desk", folder]:
            asyncio.run(desk(Path(folder), busy=False))
        case ["--keep", folder]:
            asyncio.run(keep(Path(folder)))
        case ["--busy", folder]:
            asyncio.run(desk(Path(folder), busy=True))
        case _:
            numbers = [int(argument) for argument in arguments] or [CUSTOMERS, MESSAGES]
            measure(numbers[0], numbers[-1])


if __name__ == "__main__":
    main(sys.argv[1:])
