"""A blocking generator as an async iterator: one thread, nothing ahead, nothing left."""

import asyncio
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

import pytest

from adapters._threads import Driven, drive, once
from tests.meanwhile import cancelled

T = TypeVar("T")


def threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


async def call(function: Callable[[], T], interrupt: Callable[[], object], name: str) -> T:
    driven: Driven[T] = drive(once(function), interrupt, name=name)
    try:
        return await anext(driven)
    finally:
        await driven.aclose()


async def next_of(driven: Driven[T]) -> T:
    return await anext(driven)


class Source:
    """A generator that blocks where a test says so, and writes down what befell it."""

    def __init__(self, count: int, *, block_at: int | None = None) -> None:
        self.let_go = threading.Event()
        self.blocked = threading.Event()
        self.made: list[int] = []
        self.threads: set[int] = set()
        self.closed = threading.Event()
        self._count, self._block_at = count, block_at

    def run(self) -> Generator[int, None, None]:
        try:
            for number in range(self._count):
                self.threads.add(threading.get_ident())
                if number == self._block_at:
                    self.blocked.set()
                    assert self.let_go.wait(20), "nobody interrupted"
                self.made.append(number)
                yield number
        finally:
            self.threads.add(threading.get_ident())
            self.closed.set()


async def test_items_come_in_order_from_one_other_thread() -> None:
    source = Source(3)
    assert [item async for item in drive(source.run(), source.let_go.set, name="t-order")] == [0, 1, 2]
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


async def test_nothing_is_made_before_it_is_asked_for() -> None:
    source = Source(9)
    driven = drive(source.run(), source.let_go.set, name="t-lazy")
    assert not threads("t-lazy")
    assert await anext(driven) == 0
    assert await anext(driven) == 1
    assert source.made == [0, 1]
    await driven.aclose()
    assert source.made == [0, 1]


async def test_an_error_of_the_generator_reaches_the_consumer_and_ends_the_thread() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise LookupError("gone")

    driven = drive(failing(), lambda: None, name="t-error")
    assert await anext(driven) == 1
    with pytest.raises(LookupError, match="gone"):
        await anext(driven)
    with pytest.raises(StopAsyncIteration):
        await anext(driven)
    await driven.aclose()
    assert not threads("t-error")


async def test_cancelling_interrupts_a_blocked_step_and_leaves_no_thread() -> None:
    source = Source(5, block_at=1)
    driven = drive(source.run(), source.let_go.set, name="t-cancel")
    assert await anext(driven) == 0
    await cancelled(next_of(driven), lambda: source.blocked.wait(20))
    assert source.closed.is_set()
    assert not threads("t-cancel")


async def test_closing_from_another_task_ends_a_waiting_consumer() -> None:
    source = Source(1, block_at=0)
    driven = drive(source.run(), source.let_go.set, name="t-close")

    async def close() -> None:
        await asyncio.to_thread(source.blocked.wait, 20)
        await driven.aclose()
        await driven.aclose()

    came, _ = await asyncio.gather(next_of(driven), close())
    assert came == 0  # it was let go, not cancelled
    with pytest.raises(StopAsyncIteration):
        await anext(driven)
    assert not threads("t-close")


async def test_closing_what_was_never_started_starts_nothing() -> None:
    source = Source(1)
    await drive(source.run(), source.let_go.set, name="t-never").aclose()
    assert not source.made
    assert not threads("t-never")


async def test_one_call_returns_or_raises_and_leaves_no_thread() -> None:
    assert await call(lambda: 7, lambda: None, name="t-call") == 7
    with pytest.raises(ZeroDivisionError):
        await call(lambda: 1 // 0, lambda: None, name="t-call")
    assert not threads("t-call")


async def test_a_cancelled_call_is_interrupted() -> None:
    blocked, let_go = threading.Event(), threading.Event()

    def work() -> bool:
        blocked.set()
        return let_go.wait(20)

    await cancelled(call(work, let_go.set, name="t-called"), lambda: blocked.wait(20))
    assert not threads("t-called")


async def test_a_thread_that_cannot_be_interrupted_is_not_waited_for_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    blocked, let_go = threading.Event(), threading.Event()

    def work() -> bool:
        blocked.set()
        return let_go.wait(20)

    stuck = call(work, lambda: None, name="t-stuck")
    await cancelled(stuck, lambda: blocked.wait(20), within=1.5)
    assert "t-stuck is still waiting" in caplog.text
    let_go.set()
    for thread in threads("t-stuck"):
        thread.join(20)
