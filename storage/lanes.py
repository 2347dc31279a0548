"""Threads of the store: each does one thing after another, and owns what it opened."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from agent_tui.core.errors import Busy
from agent_tui.core.language import _
from storage.catalog import Catalog, Catalogs
from storage.troubles import BrokenCatalog, translated

T = TypeVar("T")


class Lane:
    """One thread, and how much waits for it."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self.waiting = 0

    async def run(self, job: Callable[[], T]) -> T:
        """Does it after what waits already; who stops waiting for it does not stop it."""
        return await asyncio.shield(self.start(job))

    def start(self, job: Callable[[], T]) -> asyncio.Future[T]:
        """Has it done after what waits already."""
        self.waiting += 1
        future = asyncio.wrap_future(self.post(job))
        future.add_done_callback(self._done)
        return future

    def post(self, job: Callable[[], T]) -> Future[T]:
        """The same, from any thread."""
        return self._executor.submit(_translating(job))

    def _done(self, future: asyncio.Future[T]) -> None:
        self.waiting -= 1
        if not future.cancelled():
            future.exception()  # so that nobody asks for it when the waiting was given up

    def close(self) -> None:
        """Ends the thread after all that waits."""
        self._executor.shutdown(wait=True)


def _translating(job: Callable[[], T]) -> Callable[[], T]:
    def run() -> T:
        with translated():
            return job()

    return run


class Reader:
    """A thread that reads, and its own connection to the live catalog."""

    def __init__(self, name: str, catalogs: Catalogs) -> None:
        self.lane = Lane(name)
        self._catalogs = catalogs
        self._catalog: Catalog | None = None

    async def ask(self, question: Callable[[Catalog], T]) -> T:
        """The answer, all of it from one moment. Raises BrokenCatalog when there is no catalog to ask."""
        return await self.lane.run(lambda: self._answer(question))

    def _answer(self, question: Callable[[Catalog], T]) -> T:
        catalog = self._live()
        with catalog.reading():
            return question(catalog)

    def _live(self) -> Catalog:
        path = self._catalogs.current()
        while self._catalog is None or self._catalog.path != path:
            self.close()
            if path is None:
                raise BrokenCatalog("there is no catalog")
            self._catalog = self._catalogs.usable(path, writes=False)
            former, path = path, self._catalogs.current()
            if self._catalog is None and path == former:
                raise BrokenCatalog(f"{path.name} cannot be used")
        return self._catalog

    def close(self) -> None:
        """Lets go of the connection; in the reader's thread."""
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None


async def patiently(lane: Lane, job: Callable[[Callable[[], None]], T], seconds: float) -> T:
    """Does a job that waits for a lock, and begins by calling what it is given. Raises Busy when it begins too late.

    Whoever stops waiting before it has begun can be sure that it never will.
    """
    claim = _Claim()
    done = lane.start(partial(job, claim.begin))
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(done)
    except TimeoutError:
        if claim.take():
            problem = _("another process has held the store for too long")
            raise Busy(problem, remedy=_("try again")) from None
        return await done
    except asyncio.CancelledError:
        claim.take()
        raise


class _Claim:
    """Who decides about a job that waits: the one who does it, and begins, or the caller, who gives up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether the decision was still free."""
        return self._lock.acquire(blocking=False)

    def begin(self) -> None:
        """For the one who does it. Raises Busy when the caller has given up."""
        if not self.take():
            raise Busy(_("the caller waited no longer"))
