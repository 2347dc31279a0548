"""The stream of changes within one process: a numbered list, and a bell that wakes whoever waits for its next part.

A token is ``epoch:number``. One from another epoch, from before the oldest change kept, or that is no token at all
is answered with a single `reset`. For use from one event loop.
"""

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator

from agent_tui.core.store import Change, Token

_KEPT = 100_000


class Feed:
    """What changed, in order."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._epoch = os.urandom(8).hex()
        self._changes: deque[Change] = deque(maxlen=kept)
        self._number = 0
        self._bell = asyncio.Event()

    def token(self) -> Token:
        """The present end."""
        return f"{self._epoch}:{self._number}"

    def add(self, customer_id: str, kind: str, record_id: str) -> None:
        """Says that something is new or different."""
        self._number += 1
        change = Change(token=self.token(), customer_id=customer_id, kind=kind, id=record_id)
        self._changes.append(change)

    def ring(self) -> None:
        """Wakes everyone who waits."""
        self._bell.set()
        self._bell = asyncio.Event()

    def renew(self) -> None:
        """Starts over: everyone looks at everything again."""
        self._epoch = os.urandom(8).hex()
        self._changes.clear()
        self.ring()

    async def since(self, token: Token, closed: asyncio.Event) -> AsyncIterator[tuple[Change, ...]]:
        """What changed after `token`, until `closed`."""
        while not closed.is_set():
            bell = self._bell
            if changes := self._after(token):
                token = changes[-1].token
                yield changes
            else:
                await bell.wait()

    def _after(self, token: Token) -> tuple[Change, ...]:
        epoch, _, number = token.partition(":")
        oldest = self._number - len(self._changes)
        known = number.isascii() and number.isdigit() and oldest <= int(number) <= self._number
        if epoch != self._epoch or not known:
            return (Change(token=self.token(), customer_id="", kind="", id="", reset=True),)
        return tuple(self._changes)[int(number) - oldest :]
