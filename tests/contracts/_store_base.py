"""What all parts of the store's contract share: an opened store, a second handle, and a store thrown away.

An implementation's test class overrides nothing but the fixture `open_store`: an async function that opens the store
kept in a folder, made when it is new. It is called again with the same folder for a second handle or a new start.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from agent_tui.core.model import Record
from agent_tui.core.query import parse
from agent_tui.core.store import Store
from tests.contracts.records import NOW

OpenStore: TypeAlias = Callable[[Path], Awaitable[Store]]
PATIENCE = 20.0  # seconds until something that must come is missed


@asynccontextmanager
async def opened(open_store: OpenStore, folder: Path) -> AsyncIterator[Store]:
    """A handle on the store in `folder`, closed again afterwards."""
    store = await open_store(folder)
    try:
        yield store
    finally:
        await store.aclose()


async def put(store: Store, *records: Record) -> None:
    """Writes records none of which may be a duplicate."""
    for written in await store.write(records):
        assert written.duplicate_of is None


async def put_each(store: Store, records: Iterable[Record]) -> None:
    """Writes records one by one, as if each came alone."""
    for record in records:
        await put(store, record)


async def found(store: Store, text: str) -> list[str]:
    """What a search finds, best first: ids of entries, and of customers."""
    hits = await store.search(parse(text, NOW), NOW)
    return [hit.entry_id or hit.customer_id for hit in hits]


class StoreBase:
    """The fixtures."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "home"

    @pytest.fixture
    async def store(self, open_store: OpenStore, folder: Path) -> AsyncIterator[Store]:
        async with opened(open_store, folder) as store:
            yield store

    @pytest.fixture
    async def other(self, store: Store, open_store: OpenStore, folder: Path) -> AsyncIterator[Store]:
        """A second handle on the same store, as another process has it."""
        async with opened(open_store, folder) as other:
            yield other
