"""An asyncio loop in a thread of its own: servers that both blocking and async tests can use."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class LoopThread:
    """Runs coroutines for other threads. It can be started again after ``stop``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._running: tuple[asyncio.AbstractEventLoop, threading.Thread] | None = None

    def start(self) -> None:
        """Start a new loop in a new thread."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_serve, args=(loop,), name=self._name, daemon=True)
        self._running = loop, thread
        thread.start()

    def run(self, work: Coroutine[Any, Any, Result], seconds: float = 30.0) -> Result:
        """Run ``work`` in the loop and return its result, from any other thread."""
        if self._running is None:
            work.close()
            raise LookupError(f"{self._name} is not running")
        return asyncio.run_coroutine_threadsafe(work, self._running[0]).result(seconds)

    @property
    def running(self) -> bool:
        """Started and not stopped."""
        return self._running is not None

    def stop(self) -> None:
        """Cancel every task, let transports close, end the thread; nothing if it does not run."""
        if self._running is not None:
            loop, thread = self._running
            self.run(self._wind_up())
            loop.call_soon_threadsafe(loop.stop)
            thread.join(30)
            loop.close()
            self._running = None

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(3):  # a closed transport calls connection_lost in the loop's next rounds
            await asyncio.sleep(0)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
