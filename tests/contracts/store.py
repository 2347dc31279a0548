"""The contract of `agent_tui.core.store.Store`, as one test class to inherit from.

    class TestOurStore(StoreContract):
        @pytest.fixture
        def open_store(self) -> OpenStore: ...

`open_store` is all an implementation gives; see `tests.contracts._store_base`.
"""

from tests.contracts._store_asked import Asked
from tests.contracts._store_base import OpenStore
from tests.contracts._store_feed import Changes
from tests.contracts._store_guards import Blobs, Cursors, Heads
from tests.contracts._store_laws import Likeness
from tests.contracts._store_lists import Deliveries, Finding, Lists
from tests.contracts._store_people import People
from tests.contracts._store_read import Cards, Joining, Lasting, Timelines
from tests.contracts._store_search import Hostility, Searching
from tests.contracts._store_tally import Tallies
from tests.contracts._store_write import Duplicates, Revisions, Writing

__all__ = ["OpenStore", "StoreContract"]


class StoreContract(
    Writing,
    Duplicates,
    Revisions,
    Heads,
    Cursors,
    Blobs,
    Timelines,
    Cards,
    Joining,
    People,
    Lasting,
    Lists,
    Finding,
    Deliveries,
    Tallies,
    Asked,
    Searching,
    Hostility,
    Changes,
    Likeness,
):
    """Everything a store must do."""
