"""Matrix, answers that a real server does not give: nothing is believed, nothing is raised but our own errors."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent_tui.core.channel import Received, Unreadable
from agent_tui.core.errors import NeedsPerson, Unavailable
from tests.adapters.matrix_shop import Shop, closing, heard, here
from tests.servers.gate import Fault, Gate, Said, said_json
from tests.servers.synapse import Synapse


@pytest.fixture
def shop(synapse: Synapse, tmp_path: Path) -> Iterator[Shop]:
    with Gate(synapse.url) as gate:
        yield Shop(synapse, gate, tmp_path)


def events_of(*events: object) -> Said:
    """A sync whose only room has these events."""
    room = {"timeline": {"events": list(events)}}
    return said_json(200, {"next_batch": "s1", "rooms": {"join": {"!r:shop.example": room}}})


class TestLies:
    """What a real server does not say."""

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Said(200, b"[]"), Unavailable),
            (Said(200, b"{}"), Unavailable),
            (Said(200, b"<html>hello</html>"), Unavailable),
            (said_json(200, {"next_batch": 5}), Unavailable),
            (said_json(502, {}), Unavailable),
            (said_json(400, {"errcode": "M_UNKNOWN"}), Unavailable),
            (Said(301, b"", {"Location": "http://127.0.0.1:1/"}), NeedsPerson),
            (said_json(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}), NeedsPerson),
            (said_json(403, {"errcode": "M_CONSENT_NOT_GIVEN", "error": "Agree first"}), NeedsPerson),
        ],
    )
    async def test_answers_that_are_none(self, shop: Shop, fault: Fault, error: type[Exception]) -> None:
        shop.gate.next("GET", "/sync", fault)
        with pytest.raises(error) as caught:
            await heard(shop)
        assert shop.us.token not in str(caught.value)

    async def test_events_that_are_none(self, shop: Shop) -> None:
        words = {"type": "m.room.message", "content": {"body": "hello", "msgtype": "m.text"}}
        shop.gate.next(
            "GET",
            "/sync",
            events_of(
                5,
                None,
                [],
                {},
                {"type": [], "content": []},
                {**words, "sender": 5, "event_id": 5},
                {**words, "sender": "@a:b\x1b[2J", "event_id": "$1"},
                {**words, "sender": "@a:b", "event_id": "$2", "origin_server_ts": "yesterday"},
                {**words, "sender": "@a:b", "event_id": "$3", "origin_server_ts": -5, "unsigned": []},
            ),
        )
        events = await heard(shop)
        assert [type(event) for event in events] == [Unreadable] * 4 + [Received] * 2
        assert [event.external_id for event in events[3:]] == ["$1", "$2", "$3"]
        assert all(event.at.utcoffset() is not None for event in events)

    @pytest.mark.parametrize("rooms", [[], {"join": []}, {"join": {"!r": 5}}, {"invite": 5, "leave": "x"}])
    async def test_rooms_that_are_none(self, shop: Shop, rooms: object) -> None:
        shop.gate.next("GET", "/sync", said_json(200, {"next_batch": "s1", "rooms": rooms}))
        assert await heard(shop) == []

    async def test_receipts_that_are_none(self, shop: Shop) -> None:
        contents: Sequence[object] = [5, {"$x": 5}, {"x": {"m.read": {"@a:b": {}}}}, {"$x": {"m.read": []}}]
        ephemeral = {"events": [{"type": "m.receipt", "content": content} for content in contents]}
        rooms = {"join": {"!r:shop.example": {"ephemeral": ephemeral}}}
        shop.gate.next("GET", "/sync", said_json(200, {"next_batch": "s1", "rooms": rooms}))
        assert await heard(shop, "s0") == []

    async def test_pages_that_lead_in_a_circle_end(self, shop: Shop) -> None:
        since = await here(shop)
        for number in range(20):
            shop.deliver(f"word {number}")
        page = {"chunk": shop.ana.heard(shop.room)[:2], "start": "a", "end": "a"}
        shop.gate.next("GET", "/messages", said_json(200, page), times=5)
        events = await heard(shop, since)
        assert len({event.external_id for event in events}) == 12

    async def test_another_persons_token(self, shop: Shop) -> None:
        shop.gate.next("GET", "/whoami", said_json(200, {"user_id": "@mallory:shop.example"}))
        async with closing(shop.channel()) as channel:
            with pytest.raises(NeedsPerson, match="@mallory"):
                await channel.check()

    async def test_no_matrix_server(self, shop: Shop) -> None:
        shop.gate.next("GET", "/whoami", Said(404, b"<html>nothing here</html>"))
        async with closing(shop.channel()) as channel:
            with pytest.raises(NeedsPerson) as caught:
                await channel.check()
        assert "homeserver" in caught.value.remedy
