"""What every benchmark prints: Markdown tables of medians and 99th percentiles, and what they were measured on."""

import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager


class Samples:
    """Durations of one kind of thing, in seconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Adds how long the block takes."""
        start = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - start)

    @property
    def median(self) -> float:
        """Half of them took no longer."""
        return statistics.median(self.seconds)

    def percentile(self, percent: float) -> float:
        """So many in a hundred took no longer (nearest rank)."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def milliseconds(self) -> str:
        """``median / 99th percentile / longest``, in milliseconds."""
        longest = max(self.seconds)
        return " / ".join(figure(1000 * s) for s in (self.median, self.percentile(99), longest))


def figure(number: float) -> str:
    """A number with about three figures that count."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What the figures were measured on, in one line; says how busy it was, for that changes them."""
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, load {load:.1f},"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def show(title: str, *parts: str) -> None:
    """Prints a section."""
    print("\n\n".join((f"## {title}", *parts)), end="\n\n", flush=True)


def say(text: str) -> None:
    """Tells whoever waits what is going on, outside of what is printed for keeping."""
    print(text, file=sys.stderr, flush=True)
