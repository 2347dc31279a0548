"""The tests' own Twilio against the published library: nothing the library reads is missing, and pages hold still."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters import _twilio_library as library
from adapters._http import Answer, Web
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio

ANA = "+351912345678"


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


def get(server: Twilio, path: str, **query: str) -> Any:
    reply = httpx.get(
        f"{server.url}/2010-04-01/Accounts/{ACCOUNT}{path}",
        params=query or None,
        auth=(ACCOUNT, TOKEN),
        trust_env=False,
    )
    return reply.json()


def fields(instance: object) -> set[str]:
    return {name.rstrip("_") for name in vars(instance) if not name.startswith("_")}


async def _listed(server: Twilio) -> tuple[Any, Any]:
    web = Web(server.url)

    def refuse(answer: Answer, order: bool, /) -> None:
        assert answer.status == 200, order

    client = library.client(ACCOUNT, TOKEN, server.url, web, refuse)
    [text] = await client.messages.list_async(limit=5)
    [media] = await client.messages(text.sid).media.list_async(limit=5)
    await web.aclose()
    return text, media


def test_the_library_finds_every_field_it_knows(server: Twilio) -> None:
    sent = server.deliver(ANA, "look", media=[("image/png", b"x")])
    text, media = asyncio.run(_listed(server))
    assert fields(text) == set(sent.row())
    assert fields(media) == set(sent.media_rows()[0])
    assert (text.body, text.from_, text.date_created.utcoffset().total_seconds()) == ("look", ANA, 0)


def test_a_link_holds_still_while_a_counted_page_moves(server: Twilio) -> None:
    for number in range(4):
        server.deliver(ANA, f"word {number}", ago=timedelta(seconds=10 + number))
    first = get(server, "/Messages.json", PageSize="2")
    server.deliver(ANA, "in between")
    linked = get(server, first["next_page_uri"].partition(ACCOUNT)[2])
    counted = get(server, "/Messages.json", PageSize="2", Page="1")
    known = {row["sid"] for row in first["messages"]}
    assert not known & {row["sid"] for row in linked["messages"]}
    assert known & {row["sid"] for row in counted["messages"]}


def test_who_is_not_signed_in_sees_nothing(server: Twilio) -> None:
    url = f"{server.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert httpx.get(url, trust_env=False).json()["code"] == 20003


def test_what_is_refused_has_its_code(server: Twilio) -> None:
    url = f"{server.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    wrong = [{"From": NUMBER, "Body": "x"}, {"To": ANA, "Body": "x"}, {"To": ANA, "From": NUMBER}]
    wrong.append({"To": ANA, "From": NUMBER, "Body": "x" * 1601})
    codes = [
        httpx.post(url, data=form, auth=(ACCOUNT, TOKEN), trust_env=False).json()["code"] for form in wrong
    ]
    assert codes == [21604, 21603, 21602, 21617]
    assert server.sent() == []
