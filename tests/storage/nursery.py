"""A process that forks writers which may be killed: started once, so that a writer is born in milliseconds.

``python -m tests.storage.nursery`` reads orders from its input, one JSON object a line, and forks a writer for each.
Writers say who they are and what they were promised on the common output, one line in one write(2); the nursery
says who is gone.
"""

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent_tui.core.clock import SYSTEM
from storage.local import LocalStore
from tests.storage import fates
from tests.storage.deeds import Writer


def say(**words: object) -> None:
    """One line; whole, since it is shorter than PIPE_BUF (pipe(7))."""
    line = json.dumps({"pid": os.getpid(), **words}).encode() + b"\n"
    os.write(1, line)


async def work(order: dict[str, Any]) -> None:
    """Writes for ever, or as many deeds as ordered."""
    store = await LocalStore.open(Path(order["folder"]), clock=SYSTEM)
    writer = Writer(store, order["writer"], order["start"], order["seed"])
    deeds = order.get("deeds")
    while deeds is None or deeds > 0:
        say(promise=(await writer.deed()).as_json())
        deeds = deeds - 1 if deeds is not None else None
    await store.aclose()


def live(order: dict[str, Any]) -> None:
    """The whole life of a writer."""
    say(born=order["writer"])
    count: Callable[[], int] = fates.die_at(order["fate"]) if "fate" in order else int
    try:
        asyncio.run(work(order))
    except BaseException:
        say(error=traceback.format_exc()[-1200:])
        raise
    say(ended=count())


def bury(*_: object) -> None:
    """Says who has died."""
    with suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) > 0:
            say(gone=pid)


def main() -> None:
    """Forks a writer for each line."""
    signal.signal(signal.SIGCHLD, bury)
    for line in iter(sys.stdin.readline, ""):
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                live(json.loads(line))
            finally:
                os._exit(0)


if __name__ == "__main__":
    main()
