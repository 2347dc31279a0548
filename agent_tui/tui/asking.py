"""Work that is asked for often and done seldom: never twice at once, and once more when asked for meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable


class Asking:
    """Keeps a piece of work up to date with who asks for it."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """The work is due; many times are one."""
        self._asked.set()

    async def run(self) -> None:
        """Do it whenever it was asked for, until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self._work()
