"""A process that dies at its n-th call of the system: before it, after it, or half way through a write.

Counted are the calls that change files, and every statement given to SQLite. The death is SIGKILL: nothing is
cleaned up, no buffer is flushed.
"""

import os
import signal
import sqlite3
from collections.abc import Callable
from typing import Any, Literal

CALLS = ("write", "pwrite", "fsync", "fdatasync", "ftruncate", "mkdir", "open", "replace", "unlink", "close")
Moment = Literal["before", "after", "half"]


def die_at(fate: dict[str, Any]) -> Callable[[], int]:
    """Lets this process die at call number ``fate["call"]`` (0: never); gives a function that counts the calls."""
    counter = _Counter(fate["call"], fate["moment"])
    for name in CALLS:
        setattr(os, name, counter.wrapped(getattr(os, name)))
    connect = sqlite3.connect

    def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(counter.statement)
        return connection

    sqlite3.connect = connected  # type: ignore[assignment]
    return lambda: counter.calls


class _Counter:
    def __init__(self, last: int, moment: Moment) -> None:
        self.calls = 0
        self._last = last
        self._moment = moment

    def next(self) -> bool:
        """Whether this is the call."""
        self.calls += 1
        return self.calls == self._last

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, _: str) -> None:
        """One statement is about to be run."""
        if self.next():
            self.die()

    def wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if args[:1] == (1,):  # what is said to the nursery's output is no business of the store's
                return call(*args, **kwargs)
            is_last = self.next()
            if is_last and self._moment == "half" and call.__name__ == "write":
                call(args[0], bytes(args[1])[: len(args[1]) // 2])
            if is_last and self._moment != "after":
                self.die()
            result = call(*args, **kwargs)
            if is_last:
                self.die()
            return result

        return wrapper
