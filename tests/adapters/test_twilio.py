"""SMS and WhatsApp as channels: the contract, through the real library and real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.twilio import Adapter
from tests.adapters.texting import Phone
from tests.contracts.channel import ChannelContract, OpenChannel, Provider
from tests.servers.twilio import Twilio


def opener(phone: Phone) -> OpenChannel:
    def opened(*, signed_out: bool = False) -> Adapter:
        return phone.channel("wrong" * 5) if signed_out else phone.channel()

    return opened


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


class TestSms(ChannelContract):
    @pytest.fixture
    def provider(self, server: Twilio, tmp_path: Path) -> Provider:
        return Phone(server, tmp_path)

    @pytest.fixture
    def open_channel(self, provider: Phone) -> OpenChannel:
        return opener(provider)


class TestWhatsApp(ChannelContract):
    @pytest.fixture
    def provider(self, server: Twilio, tmp_path: Path) -> Provider:
        return Phone(server, tmp_path, whatsapp=True)

    @pytest.fixture
    def open_channel(self, provider: Phone) -> OpenChannel:
        return opener(provider)
