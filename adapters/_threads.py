"""Blocking libraries in an asynchronous program: a generator in a thread of its own, as an async iterator.

Rules: one thread owns the generator and everything it opened, from the first step to its last `finally`. Asking for
the next item resumes the generator, so that resuming is the acknowledgement there too. Nothing runs ahead: between
two items the thread sleeps. Ending, by cancelling or by `aclose`, calls `interrupt`, which must make every blocking
call of the generator return at once, and waits until the thread is gone.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Generator
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 0.9
"""Seconds an ending waits for the thread. A name lookup cannot be interrupted; its thread ends when it does."""

_log = logging.getLogger(__name__)


class Driven(AsyncIterator[T], Generic[T]):
    """The items of a blocking generator. Made by `drive`; one consumer at a time; `aclose` from any task."""

    def __init__(
        self, generator: Generator[T, None, None], interrupt: Callable[[], object], name: str
    ) -> None:
        self._generator = generator
        self._interrupt = interrupt
        self._wishes: SimpleQueue[asyncio.Future[T] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Future[None] | None = None
        self._closed = False
        self._given_up = False

    def __aiter__(self) -> "Driven[T]":
        return self

    async def __anext__(self) -> T:
        """The next item; raises what the generator raises. Cancelling it ends the whole iterator."""
        if self._closed:
            raise StopAsyncIteration
        wish = self._start().create_future()
        self._wishes.put(wish)
        try:
            item: T = await wish
        except asyncio.CancelledError:
            await self.aclose()
            raise
        return item

    async def aclose(self) -> None:
        """Interrupt the generator, let it clean up in its thread, wait for the thread. May be called twice."""
        if not self._closed:
            self._closed = True
            self._interrupt()
            self._wishes.put(None)
        if self._ended is not None and not self._given_up:
            await asyncio.wait([self._ended], timeout=PATIENCE)
            self._given_up = not self._ended.done()
            if self._given_up:
                _log.warning("%s is still waiting for the system; it ends by itself", self._thread.name)
            else:
                self._thread.join(PATIENCE)  # it has nothing left to do but end

    def _start(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._ended = self._loop.create_future()
            self._thread.start()
        return self._loop

    def _serve(self) -> None:
        try:
            while (wish := self._wishes.get()) is not None and self._grant(wish):
                pass
        finally:
            try:
                self._generator.close()
            finally:
                self._tell(self._end)

    def _grant(self, wish: asyncio.Future[T]) -> bool:
        """One step of the generator; False when it was the last."""
        try:
            item = next(self._generator)
        except StopIteration:
            self._tell(lambda: self._fail(wish, StopAsyncIteration()))
        except BaseException as error:  # noqa: BLE001 - not swallowed: it is raised in the consumer
            failure = error
            self._tell(lambda: self._fail(wish, failure))
        else:
            self._tell(lambda: _fulfil(wish, item))
            return True
        return False

    def _tell(self, do: Callable[[], None]) -> None:
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            self._loop.call_soon_threadsafe(do)

    def _fail(self, wish: asyncio.Future[T], error: BaseException) -> None:
        self._closed = True  # before the consumer can ask a thread that is on its way out
        if not wish.done():
            wish.set_exception(error)

    def _end(self) -> None:
        assert self._ended is not None
        self._closed = True
        if not self._ended.done():
            self._ended.set_result(None)


def drive(
    generator: Generator[T, None, None], interrupt: Callable[[], object], *, name: str = "driven"
) -> Driven[T]:
    """The generator's items, made in a thread named `name` that starts with the first wish."""
    return Driven(generator, interrupt, name)


def once(function: Callable[[], T]) -> Generator[T, None, None]:
    """A generator of the one thing a blocking function returns."""
    yield function()


def _fulfil(wish: asyncio.Future[T], item: T) -> None:
    if not wish.done():
        wish.set_result(item)
