"""Matrix as a channel: the contract, through real sockets, on a real Synapse."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.matrix_shop import Shop
from tests.contracts.channel import ChannelContract, OpenChannel, Provider
from tests.servers.gate import Gate
from tests.servers.synapse import Synapse


@pytest.fixture
def shop(synapse: Synapse, tmp_path: Path) -> Iterator[Shop]:
    with Gate(synapse.url) as gate:
        yield Shop(synapse, gate, tmp_path)


class TestMatrix(ChannelContract):
    @pytest.fixture
    def provider(self, shop: Shop) -> Provider:
        return shop

    @pytest.fixture
    def open_channel(self, shop: Shop) -> OpenChannel:
        return shop.channel
