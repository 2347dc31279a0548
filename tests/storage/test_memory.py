"""The store in memory keeps the contract."""

from pathlib import Path

import pytest

from agent_tui.core.clock import SYSTEM
from storage.memory import MemoryStore
from tests.contracts.store import OpenStore, StoreContract


class TestMemoryStore(StoreContract):
    """The dictionaries themselves."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        stores: dict[Path, MemoryStore] = {}

        async def open_store(folder: Path) -> MemoryStore:
            first = stores.setdefault(folder, MemoryStore(SYSTEM))
            return first.sibling()

        return open_store
