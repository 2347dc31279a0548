"""A whole first sync, from Dovecot to durable journals and an index: messages per second, and processor time for each.

``agent-tui sync --once`` is run as its own process on a new home, then once more when nothing is new. The processor time
is that of the program and of its helper together; Dovecot's is not in it. ``python -m benchmarks.ingest 2000`` takes
another number of messages.
"""

import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks._table import figure, machine, say, show, table
from tests.journeys.home import USER, Home
from tests.servers.corpus import Corpus
from tests.servers.dovecot import Dovecot


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the program."""

    received: int
    seconds: float
    processor: float


def once(home: Home) -> Round:
    """Run it to its end."""
    before, began = _spent(), time.perf_counter()
    summary = home.once()
    return Round(summary["received"], time.perf_counter() - began, _spent() - before)


def _spent() -> float:
    """Seconds of processor time of every process that has ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with Dovecot() as dovecot, tempfile.TemporaryDirectory() as scratch:
        dovecot.user = USER
        say(f"filling Dovecot with {messages} mails")
        dovecot.fill(Corpus(seed=7, messages=messages))
        home = Home(Path(scratch) / "home", imap_port=dovecot.port)
        state = machine()
        first, again = once(home), once(home)
    rows = [
        [
            "first sync",
            f"{first.received:,}",
            figure(first.seconds),
            figure(first.received / first.seconds),
            figure(1e6 * first.processor / first.received),
        ],
        ["nothing new", "0", figure(again.seconds), "", ""],
    ]
    heads = ["", "messages kept", "seconds", "messages/s", "processor time, µs each"]
    show(f"Keeping {messages:,} mails from Dovecot", state, table(heads, rows))


if __name__ == "__main__":
    main()
