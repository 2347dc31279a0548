"""Reading mail from a real Dovecot: messages per second, and processor time for each, by who spends it.

The corpus of the tests (eight languages) is laid out in Maildirs, then read as on the first day with ``since_days =
0``, then looked at once more when nothing is new. The first batch is what fills the screen. Once more over a network
with 40 ms a round trip, where the size of a page is everything. Nothing is filed: what the store adds is measured in
``benchmarks.store``. ``python -m benchmarks.mail 2000`` takes another number of messages.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.imap import Adapter, Server, Settings
from agent_tui.core import addresses
from agent_tui.core.channel import Cursor, Kit, Line
from agent_tui.core.secrets import Secret
from benchmarks._table import figure, machine, say, show, table
from tests.servers.corpus import Corpus
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy

ONE_WAY = 0.02  # seconds


@dataclass(slots=True)
class Run:
    """One reading of an account."""

    messages: int = 0
    first: float = 0.0
    seconds: float = 0.0
    own: float = 0.0
    helpers: float = 0.0
    cursor: Cursor | None = None

    def row(self) -> list[str]:
        """As it is printed."""
        count = self.messages or 1
        return [
            figure(self.first),
            figure(self.seconds),
            figure(self.messages / self.seconds) if self.messages else "",
            figure(1e6 * self.own / count) if self.messages else "",
            figure(1e6 * self.helpers / count) if self.messages else "",
        ]


async def _no_transcript(*_: object) -> Sequence[Line]:
    return ()


def _account(port: int, user: str, home: Path) -> Adapter:
    secret = home / "secret"
    secret.write_text("secret", encoding="utf-8")
    settings = Settings(
        address=addresses.email("shop@bakery.example"),
        username=user,
        password=Secret({"file": str(secret)}),
        imap=Server(host="127.0.0.1", port=port, tls="none"),
        smtp=Server(host="127.0.0.1", tls="none"),
        since_days=0,
    )
    kit = Kit(now=lambda: datetime.now(UTC), secret=b"k" * 32, transcript=_no_transcript)
    return Adapter("mail", settings, kit)


async def read(channel: Adapter, since: Cursor | None) -> Run:
    """Read until nothing older waits."""
    run = Run()
    began, own, helpers = time.perf_counter(), time.process_time(), _of_children()
    async with aclosing(channel.receive(since)) as batches:
        async for batch in batches:
            run.first = run.first or time.perf_counter() - began
            run.messages += len(batch.events)
            run.cursor = batch.cursor
            if batch.caught_up:
                break
    run.seconds = time.perf_counter() - began
    await channel.aclose()
    run.own, run.helpers = time.process_time() - own, _of_children() - helpers
    return run


def _of_children() -> float:
    """Processor time of processes that have ended: the helpers that parse, once the channel is closed."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


async def measure(count: int, home: Path) -> dict[str, list[str]]:
    """Every row of the table."""
    corpus = Corpus(seed=1, messages=count)
    with Dovecot() as server:
        server.fill(corpus)
        size = sum(len(mail.raw) for mail in corpus)
        say(f"{count:,} messages, {size / 1e6:.0f} MB, are laid out; reading")
        whole = await read(_account(server.port, server.user, home), None)
        again = await read(_account(server.port, server.user, home), whole.cursor)
        with Proxy(server.port) as net:
            net.delay = ONE_WAY
            far = await read(_account(net.port, server.user, home), None)
            far_again = await read(_account(net.port, server.user, home), far.cursor)
    return {
        "everything": whole.row(),
        "nothing new": again.row(),
        "everything, 40 ms away": far.row(),
        "nothing new, 40 ms away": far_again.row(),
    }


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    count = int(arguments[0]) if arguments else 10_000
    before = machine()
    with tempfile.TemporaryDirectory() as home:
        rows = asyncio.run(measure(count, Path(home)))
    heads = ["", "first batch, s", "all, s", "messages/s", "own CPU, µs each", "helper's CPU, µs each"]
    lines = [[name, *row] for name, row in rows.items()]
    show(f"Reading {count:,} mails from Dovecot", before, table(heads, lines))


if __name__ == "__main__":
    main(sys.argv[1:])
