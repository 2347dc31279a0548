"""Time and new ids: the only source of either, so that tests can hold them still."""

import os
import threading
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the program takes time and ids from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC, to the millisecond."""
        ...

    def new_id(self) -> str:
        """A new unique id that sorts after the ones this clock made before."""
        ...


def truncate(moment: datetime) -> datetime:
    """`moment` in UTC, cut to whole milliseconds: the resolution of every stored time."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def uuid7(milliseconds: int, sequence: int, random: bytes) -> str:
    """A UUID of version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, 12 bits of sequence, 62 random bits."""
    tail = int.from_bytes(random[:8], "big") & (2**62 - 1)
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | (sequence & 0xFFF) << 64 | 0b10 << 62 | tail
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class SystemClock:
    """The machine's clock; its ids rise strictly within one process, whatever the wall clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0)

    def now(self) -> datetime:
        """The present moment, aware, in UTC, to the millisecond."""
        return truncate(datetime.now(UTC))

    def new_id(self) -> str:
        """A UUIDv7 (RFC 9562)."""
        milliseconds = int(datetime.now(UTC).timestamp() * 1000)
        with self._lock:
            stamp, sequence = self._last
            self._last = (milliseconds, 0) if milliseconds > stamp else _after(stamp, sequence)
            stamp, sequence = self._last
        return uuid7(stamp, sequence, os.urandom(8))


def _after(stamp: int, sequence: int) -> tuple[int, int]:
    return (stamp, sequence + 1) if sequence < 0xFFF else (stamp + 1, 0)


SYSTEM = SystemClock()
