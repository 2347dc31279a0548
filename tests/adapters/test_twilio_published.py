"""Twilio as it is published: what we ask, and what the tests' own Twilio answers, agree with its OpenAPI document.

The real library talks to our server through a validator that has read the document.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from agent_tui.core.channel import Progress, Received
from agent_tui.core.errors import Rejected
from agent_tui.core.model import DeliveryState
from tests.adapters.texting import ANA, Phone, closing, text_to
from tests.contracts.channel import read_all
from tests.servers import published
from tests.servers.published import Published
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio
from tests.servers.twilio_rows import BASE

pytestmark = pytest.mark.skipif(published.available() is not None, reason=f"needs {published.available()}")
SERVICE = "MG" + "0" * 31 + "1"


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


@pytest.fixture
def watched(server: Twilio) -> Iterator[Published]:
    with Published(server.url) as between:
        yield between


def phone(server: Twilio, watched: Published, folder: Path) -> Phone:
    """Ana, whose provider is asked through the validator."""
    ana = Phone(server, folder)
    ana.url = watched.url
    return ana


async def test_a_day_of_texts_agrees_with_the_document(
    server: Twilio, watched: Published, tmp_path: Path
) -> None:
    server.largest_page = 3
    for number in range(8):
        server.deliver(
            ANA, f"text {number}", media=[("image/png", b"\x89PNG\r\n\x1a\n")] if number == 3 else ()
        )
    ana = phone(server, watched, tmp_path)
    async with closing(ana.channel()) as channel:
        await channel.check()
        events, cursor = await read_all(channel, None)
        assert len([event for event in events if isinstance(event, Received)]) == 8
        receipt = await channel.send(text_to(text="It is ready. It’s warm."))
        [ours] = server.sent()
        ours.status, ours.sent = "delivered", server.now()
        assert ours.sid == receipt.external_id
        news, _ = await read_all(channel, cursor)
        states = [event.delivery for event in news if isinstance(event, Progress)]
        assert DeliveryState.DELIVERED in states
    assert watched.asked() > 6
    assert watched.violations() == []


async def test_a_messaging_service_and_whatsapp_agree_too(
    server: Twilio, watched: Published, tmp_path: Path
) -> None:
    ana = phone(server, watched, tmp_path)
    async with closing(ana.channel(messaging_service_sid=SERVICE, number="")) as channel:
        await channel.send(text_to())
    ana.whatsapp = True
    ana.deliver("Hello?")
    async with closing(ana.channel()) as channel:
        await read_all(channel, None)
        await channel.send(text_to(key="other", text="Hello!"))
    assert len(server.sent()) == 2
    assert watched.violations() == []


async def test_a_refusal_agrees_too(server: Twilio, watched: Published, tmp_path: Path) -> None:
    server.faults("refused")
    async with closing(phone(server, watched, tmp_path).channel()) as channel:
        with pytest.raises(Rejected, match="21610"):
            await channel.send(text_to())
    assert watched.violations() == []


class TestTheValidatorSees:
    def ask(self, watched: Published, body: bytes | None = None) -> None:
        token = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        request = Request(f"{watched.url}{BASE}/Messages.json", body, {"Authorization": f"Basic {token}"})
        try:
            urlopen(request, timeout=20).close()
        except OSError:  # the server refuses it, too
            return

    def test_a_request_without_a_receiver(self, watched: Published) -> None:
        self.ask(watched, f"From=%2B{NUMBER[1:]}&Body=x".encode())
        assert any("required property 'To'" in words for words in watched.violations())

    def test_an_answer_of_another_shape(self, server: Twilio, watched: Published) -> None:
        server.page_body = json.dumps({"messages": [{"sid": "SM1", "num_segments": 1}]}).encode()
        self.ask(watched)
        assert any("response.body" in words for words in watched.violations())
