"""Two things at once in a test: something is awaited, and meanwhile the other side acts, in a thread of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def meanwhile(awaited: Coroutine[Any, Any, T], *steps: Callable[[], object]) -> T:
    """What `awaited` gives while the steps are taken, one after the other."""
    result: T
    result, _ = await asyncio.gather(awaited, asyncio.to_thread(_take, steps))
    return result


async def cancelled(
    awaited: Coroutine[Any, Any, Any], *steps: Callable[[], object], within: float = 1.5
) -> None:
    """Cancel `awaited` after the steps; it must be over within a second, and half of one for a busy machine."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(awaited)
        await asyncio.to_thread(_take, steps)
        assert not task.done()
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=within)
        assert done
        assert task.cancelled()


def _take(steps: tuple[Callable[[], object], ...]) -> None:
    for step in steps:
        step()
