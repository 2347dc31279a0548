"""A JSON API with a token: what every answer means, and that a client is made once and closed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters._http import checked_base, revealed
from adapters._json_api import JsonApi, Once, part
from agent_tui.core.channel import File
from agent_tui.core.errors import ConfigError, NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.secrets import Secret
from tests.servers.gate import Fault, Gate, Lost, Said, said_json

NOWHERE = "http://127.0.0.1:9"  # nothing stands behind the gate: each answer is told to it


@pytest.fixture
def gate() -> Iterator[Gate]:
    with Gate(NOWHERE) as running:
        yield running


@pytest.fixture
async def api(gate: Gate) -> AsyncIterator[JsonApi]:
    made = JsonApi(gate.url, "secret-token", largest=10_000, asks=("SUSPENDED",))
    yield made
    await made.aclose()


async def test_the_token_is_in_a_header_and_nowhere_else(gate: Gate, api: JsonApi) -> None:
    gate.next("POST", "/x", said_json(200, {"a": 1}))
    assert await api.ask("POST", "/x", {"b": 2}, query={"q": "1"}) == {"a": 1}
    [asked] = gate.seen
    assert asked.headers["authorization"] == "Bearer secret-token"
    assert asked.body.replace(b" ", b"") == b'{"b":2}'
    assert "secret" not in asked.target


@pytest.mark.parametrize(
    ("answer", "question", "order"),
    [
        (said_json(429, {}), Unavailable, Unavailable),
        (said_json(401, {}), NeedsPerson, NeedsPerson),
        (said_json(403, {"errcode": "SUSPENDED"}), NeedsPerson, NeedsPerson),
        (said_json(403, {"error": "no"}), Rejected, Rejected),
        (Said(404, b"<html>"), Rejected, Rejected),
        (Said(302, b"", {"Location": "http://127.0.0.1:1/"}), NeedsPerson, NeedsPerson),
        (said_json(500, {}), Unavailable, Uncertain),
        (Said(200, b"<html>"), Unavailable, Uncertain),
        (Said(200, b'"words"'), Unavailable, Uncertain),
        (Said(200, b"[" * 5_000), Unavailable, Uncertain),
        (Said(200, b"x" * 10_001), Unavailable, Uncertain),
        (Lost(after=False), Unavailable, Uncertain),
    ],
)
async def test_what_an_answer_means(
    gate: Gate, api: JsonApi, answer: Fault, question: type[Exception], order: type[Exception]
) -> None:
    for method, expected in (("GET", question), ("PUT", order)):
        gate.next(method, "/x", answer)
        with pytest.raises(expected) as caught:
            await api.ask(method, "/x")
        assert type(caught.value) is expected
        assert "secret" not in str(caught.value)
    gate.next("POST", "/x", answer)
    with pytest.raises((question, Unavailable)):
        await api.again("POST", "/x", {})


@pytest.mark.parametrize(
    ("said", "headers", "seconds"),
    [
        ({"retry_after_ms": 2500}, {}, 2.5),
        ({"retry_after_ms": 10**12}, {}, 3600),
        ({"retry_after_ms": "soon"}, {"Retry-After": "7"}, 7),
        ({"retry_after_ms": -1}, {}, None),
    ],
)
async def test_how_long_to_wait(
    gate: Gate, api: JsonApi, said: object, headers: dict[str, str], seconds: float | None
) -> None:
    answer = said_json(429, said)
    gate.next("GET", "/x", Said(429, answer.body, headers))
    with pytest.raises(Unavailable) as caught:
        await api.ask("GET", "/x")
    assert caught.value.retry_after == seconds


async def test_words_of_a_refusal_obey_nobody(gate: Gate, api: JsonApi) -> None:
    gate.next("GET", "/x", said_json(400, {"error": "bad \x1b[2J\nthing"}))
    with pytest.raises(Rejected, match=r"says: bad thing"):
        await api.ask("GET", "/x")


async def test_linked_pages_end_where_they_lead_back(gate: Gate, api: JsonApi) -> None:
    for end in ("b", "c", "b"):
        gate.next("GET", "/list", said_json(200, {"end": end}))
    assert [page async for page in api.linked("/list", {"from": "a"})] == [{"end": e} for e in "bcb"]
    assert [asked.target for asked in gate.seen] == [f"/list?from={name}" for name in "abc"]


async def test_a_file_comes_with_a_safe_name_and_a_plain_kind(gate: Gate, api: JsonApi) -> None:
    for _ in range(2):
        gate.next("GET", "/file", Said(200, b"bytes"))
    assert await api.download("/file", "../a.PNG", "Image/PNG; x=y") == File(
        name="a.PNG", media_type="image/png", data=b"bytes"
    )
    assert (await api.download("/file", "", "\x1b")).media_type == "application/octet-stream"


@pytest.mark.parametrize("answer", [Said(404, b""), Said(502, b""), Said(302, b""), Said(200, b"x" * 10_001)])
async def test_a_file_that_is_not_to_be_had_holds_up_nothing(gate: Gate, api: JsonApi, answer: Said) -> None:
    gate.next("GET", "/file", answer)
    with pytest.raises(Rejected):
        await api.download("/file", "a", "b")


async def test_a_file_may_be_had_later(gate: Gate, api: JsonApi) -> None:
    for answer, expected in ((said_json(429, {}), Unavailable), (said_json(401, {}), NeedsPerson)):
        gate.next("GET", "/file", answer)
        with pytest.raises(expected):
            await api.download("/file", "a", "b")


async def test_bytes_that_were_handed_over_in_vain_are_no_harm(gate: Gate, api: JsonApi) -> None:
    file = File(name="a.txt", media_type="text/plain", data=b"bytes")
    gate.next("POST", "/up", Lost(after=False))
    with pytest.raises(Unavailable):
        await api.upload("/up", file, {"filename": file.name})
    gate.next("POST", "/up", said_json(200, {"uri": "here"}))
    assert await api.upload("/up", file, {"filename": file.name}) == {"uri": "here"}
    assert gate.seen[-1].headers["content-type"] == "text/plain"
    assert gate.seen[-1].body == b"bytes"


class Signing(JsonApi):
    """Counts how often it signed in, and may be refused."""

    made = 0
    refused = False

    async def sign_in(self) -> None:
        type(self).made += 1
        if self.refused:
            raise NeedsPerson("no")


async def test_a_client_is_made_once_and_again_after_it_was_closed() -> None:
    class Own(Signing):
        """Of this test alone."""

    once = Once(lambda: Own(NOWHERE, "t", largest=1))
    first, second = await asyncio.gather(once.get(), once.get())
    assert first is second
    await once.aclose()
    await once.aclose()
    assert await once.get() is not first
    assert Own.made == 2
    Own.refused = True
    await once.aclose()
    with pytest.raises(NeedsPerson):
        await once.get()
    await once.aclose()


def test_an_id_is_one_part_of_a_path() -> None:
    assert part("!a/b:c?d#é") == "%21a%2Fb%3Ac%3Fd%23%C3%A9"


@pytest.mark.parametrize("url", ["https://a.example", "https://a.example/x/", "http://127.0.0.1:8008"])
def test_addresses_of_servers(url: str) -> None:
    checked_base("server", url)


@pytest.mark.parametrize(
    "url", ["http://a.example", "a.example", "", "https://", "ftp://a.example", "https://u:p@a.example"]
)
def test_addresses_that_are_not_safe(url: str) -> None:
    with pytest.raises(ConfigError, match="server"):
        checked_base("server", url)
    with pytest.raises(ConfigError):
        checked_base("server", "https://a.example/?token=x")


def test_a_token_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("abcd\n")
    assert revealed(Secret({"file": str(file)}), "me") == "abcd"
    file.write_text("ab\x07cd")
    with pytest.raises(NeedsPerson, match="strange"):
        revealed(Secret({"file": str(file)}), "me")
    with pytest.raises(NeedsPerson):
        revealed(Secret({"file": str(tmp_path / "none")}), "me")
