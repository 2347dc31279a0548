"""A whole desk in memory, with the demo's people and their history: what tests of the screen and commands look at."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from agent_tui import bootstrap
from agent_tui.core.clock import Clock
from agent_tui.services.desk import Desk
from storage.memory import MemoryStore
from tests.clocks import FrozenClock
from tests.scripted import Provider, ScriptedChannel

__all__ = ["FrozenClock", "Provider", "ScriptedChannel", "demo_desk", "demo_store"]


def demo_store(clock: Clock) -> MemoryStore:
    """A store in memory that holds the demo's history as of now."""
    store = MemoryStore(clock)
    _at_once(bootstrap.fill_history(bootstrap.demo_settings(Path("demo")), store, clock.now()))
    return store


def demo_desk(clock: Clock | None = None) -> Desk:
    """Corner Bakery in the middle of a day: Ana waits for a broken promise, others wait, some were answered.

    With the same clock it is the same desk every time. Its channels are scripted ones that nobody hosts until the
    test runs ``desk.host.run()``.
    """
    clock = clock or FrozenClock()
    return bootstrap.open_desk(bootstrap.demo_settings(Path("demo")), store=demo_store(clock), clock=clock)


def _at_once(work: Coroutine[Any, Any, None]) -> None:
    """Run what never waits, without an event loop: writing to a store in memory does not."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise AssertionError("this store waits")
