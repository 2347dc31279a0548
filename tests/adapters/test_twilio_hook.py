"""Webhooks: a signed one is a knock on the door, and any other changes nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
from twilio.request_validator import RequestValidator

from adapters._twilio_hook import Door, Hook
from adapters.twilio import Adapter
from agent_tui.core.channel import Progress, Received
from agent_tui.core.model import DeliveryState
from tests.adapters.texting import ANA, Phone, closing, text_to
from tests.contracts.channel import leaving_nothing
from tests.servers.process import free_ports
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio

PUBLIC = "https://sms.example.com:8443/hooks/sms"
SID = "SM" + "1" * 32
FORM = {
    "AccountSid": ACCOUNT,
    "MessageSid": SID,
    "MessagingServiceSid": "MG" + "2" * 32,
    "From": ANA,
    "To": NUMBER,
    "Body": "I am the customer",
    "Empty": "",
}


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


@pytest.fixture
def knocks() -> list[str]:
    return []


@pytest.fixture
def hook(knocks: list[str]) -> Iterator[Hook]:
    running = Hook(Door(PUBLIC, ACCOUNT, TOKEN, knocks.append), "127.0.0.1:0")
    running.start()
    yield running
    running.stop()


def signature(form: dict[str, str], url: str = PUBLIC, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def post(port: int, form: dict[str, str], signed: str | None, path: str = "/hooks/sms") -> int:
    headers = {} if signed is None else {"X-Twilio-Signature": signed}
    with httpx.Client(trust_env=False) as client:
        return client.post(f"http://127.0.0.1:{port}{path}", data=form, headers=headers).status_code


class TestDoor:
    def test_a_signed_one_knocks(self, hook: Hook, knocks: list[str]) -> None:
        assert post(hook.port, FORM, signature(FORM)) == 200
        without_port = signature(FORM, PUBLIC.replace(":8443", ""))  # Twilio signs either
        assert post(hook.port, FORM, without_port) == 200
        assert knocks == [SID, SID]

    def test_forged_ones_do_not(self, hook: Hook, knocks: list[str]) -> None:
        good = signature(FORM)
        other = {**FORM, "AccountSid": "AC" + "9" * 32}
        forged: list[tuple[dict[str, str], str | None, str]] = [
            (FORM, None, "/hooks/sms"),
            (FORM, "", "/hooks/sms"),
            (FORM, "x" * 28, "/hooks/sms"),
            (FORM, signature(FORM, token="guess"), "/hooks/sms"),
            (FORM, signature(FORM, url="http://sms.example.com:8443/hooks/sms"), "/hooks/sms"),
            ({**FORM, "Body": "changed"}, good, "/hooks/sms"),
            ({**FORM, "More": "added"}, good, "/hooks/sms"),
            ({key: value for key, value in FORM.items() if value}, good, "/hooks/sms"),
            (other, signature(other), "/hooks/sms"),
            (FORM, good, "/hooks/other"),
            (FORM, good, "/hooks/sms?a=b"),
            ({}, signature({}), "/hooks/sms"),
            ({**FORM, "Body": "x" * 70_000}, signature({**FORM, "Body": "x" * 70_000}), "/hooks/sms"),
        ]
        assert [post(hook.port, *each) for each in forged] == [403] * len(forged)
        assert knocks == []

    def test_a_question_is_none(self, hook: Hook, knocks: list[str]) -> None:
        with httpx.Client(trust_env=False) as client:
            headers = {"X-Twilio-Signature": signature({})}
            assert client.get(f"http://127.0.0.1:{hook.port}/hooks/sms", headers=headers).status_code == 403
            raw = client.post(
                f"http://127.0.0.1:{hook.port}/hooks/sms", content=b"\xff=\xfe", headers=headers
            )
            assert raw.status_code == 403
        assert knocks == []

    def test_another_kind_of_signature_is_refused(self, hook: Hook, knocks: list[str]) -> None:
        made = RequestValidator(TOKEN).compute_signature(PUBLIC, FORM, "HMAC_SHA256")
        headers = {
            "X-Twilio-Signature": made,
            "X-Twilio-Webhooks-Signature-Settings": "key=x,algorithm=HMAC_SHA256",
        }
        with httpx.Client(trust_env=False) as client:
            url = f"http://127.0.0.1:{hook.port}/hooks/sms"
            assert client.post(url, data=FORM, headers=headers).status_code == 403
        assert knocks == []


def hooked(phone: Phone) -> tuple[Adapter, int]:
    """A channel that would look again in an hour."""
    (port,) = free_ports(1)
    listen = f"127.0.0.1:{port}"
    return phone.channel(poll_seconds=3600.0, webhook=True, public_url=PUBLIC, listen=listen), port


class TestChannel:
    async def test_a_knock_brings_what_is_in_the_list_and_nothing_else(
        self, server: Twilio, tmp_path: Path
    ) -> None:
        phone = Phone(server, tmp_path)
        async with leaving_nothing():
            channel, port = hooked(phone)
            async with closing(channel), asyncio.timeout(30), aclosing(channel.receive(None)) as batches:
                assert (await anext(batches)).events == ()
                phone.deliver("hello")
                for _ in range(3):  # the same one again costs a look, and changes nothing
                    assert await asyncio.to_thread(post, port, FORM, signature(FORM)) == 200
                [event] = (await anext(batches)).events
                assert isinstance(event, Received)
                assert event.text == "hello"
        assert len(server.queries) <= 3

    async def test_a_status_is_asked_about_at_once(self, server: Twilio, tmp_path: Path) -> None:
        channel, port = hooked(Phone(server, tmp_path))
        async with closing(channel), asyncio.timeout(30), aclosing(channel.receive(None)) as batches:
            await anext(batches)
            receipt = await channel.send(text_to())
            server.sent()[0].status = "delivered"
            form = {**FORM, "MessageSid": receipt.external_id, "MessageStatus": "failed"}
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(post, port, form, signature(form)))
                [event] = (await anext(batches)).events
        assert isinstance(event, Progress)
        assert event.delivery is DeliveryState.DELIVERED  # as the provider says, not as the webhook does

    async def test_a_port_that_is_taken_stops_nothing(self, server: Twilio, tmp_path: Path) -> None:
        phone = Phone(server, tmp_path)
        first, port = hooked(phone)
        second = phone.channel(webhook=True, public_url=PUBLIC, listen=f"127.0.0.1:{port}")
        phone.deliver("hello")
        async with closing(first), closing(second), asyncio.timeout(30):
            for channel in (first, second):
                async with aclosing(channel.receive(None)) as batches:
                    assert len((await anext(batches)).events) == 1
