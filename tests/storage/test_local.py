"""The store on this machine keeps the contract."""

from pathlib import Path

import pytest

from agent_tui.core.clock import SYSTEM
from agent_tui.core.store import Store
from storage.local import LocalStore
from tests.contracts.store import OpenStore, StoreContract


class TestLocalStore(StoreContract):
    """Journals and catalog."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        async def open_store(folder: Path) -> Store:
            return await LocalStore.open(folder, clock=SYSTEM)

        return open_store
