"""The feed: what changed in the store, told to everyone in this process who listens."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeAlias

from agent_tui.core.store import Change, Store

Hear: TypeAlias = Callable[[Sequence[Change]], None]

_log = logging.getLogger(__name__)


class Feed:
    """One reader of the store's changes, many listeners. A change says what, never how: the listener reads again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: list[Hear] = []

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Calls `hear` on the event loop with every group of changes; returns what ends that."""
        self._listeners.append(hear)

        def stop() -> None:
            if hear in self._listeners:
                self._listeners.remove(hear)

        return stop

    async def run(self) -> None:
        """Pass changes on until cancelled. A task beside the screen."""
        async for changes in self._store.changes(await self._store.token()):
            for hear in tuple(self._listeners):
                self._tell(hear, changes)

    def _tell(self, hear: Hear, changes: Sequence[Change]) -> None:
        try:
            hear(changes)
        except Exception:  # noqa: BLE001 - one listener's bug must not make the others deaf
            _log.exception("a listener failed")
