"""The chat server on the open internet: who does nothing, and who sends too much."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from adapters import _chat_guard, _chat_patience, _chat_server, _chat_visit
from tests.adapters.chat_door import OPENS, ended, hello, is_ended, opening, post, raw
from tests.servers.chat import AMPLE, Site
from tests.servers.process import wait_until

SECONDS = 0.3  # what is patience here


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[OPENS]:
    with opening(tmp_path) as opened:
        yield opened


@pytest.fixture
def site(opens: OPENS) -> Site:
    return opens()


class TestWhoDoesNothing:
    """A connection is no place to stay in silence."""

    def test_half_a_header(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_chat_patience, "HEADER_SECONDS", SECONDS)
        with raw(site) as connection:
            connection.sendall(b"GET /widget.js HTTP/1.1\r\nHost: ")
            assert is_ended(connection)
        with raw(site) as connection:
            assert is_ended(connection)

    def test_half_a_second_header(self, opens: OPENS, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_chat_patience, "HEADER_SECONDS", SECONDS)
        monkeypatch.setattr(_chat_server, "KEEP_ALIVE", SECONDS)
        site = opens()
        host = site.url.removeprefix("http://").encode()
        with raw(site) as connection:
            connection.sendall(b"GET /widget.js HTTP/1.1\r\nHost: " + host + b"\r\n\r\nGET /wid")
            assert is_ended(connection)
        with raw(site) as connection:
            connection.sendall(b"GET /widget.js HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
            connection.sendall(b"GET /wid")
            assert is_ended(connection)

    def test_a_stalled_body(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_chat_guard, "BODY_SECONDS", SECONDS - 65_536 / 50_000)
        head = f"POST /poll HTTP/1.1\r\nHost: {site.url[7:]}\r\nOrigin: {site.url}\r\nContent-Type: application/json\r\n"
        with raw(site) as connection:
            connection.sendall(head.encode() + b"Content-Length: 100\r\n\r\n{")
            assert connection.recv(100).startswith(b"HTTP/1.1 408")

    def test_a_websocket_that_never_says_hello(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_chat_visit, "FIRST_SECONDS", SECONDS)
        silent = site.visitor(silent=True)
        assert ended(silent) == 1008

    def test_a_websocket_that_falls_silent(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_chat_visit, "IDLE_SECONDS", SECONDS)
        assert ended(site.visitor()) == 1008

    def test_who_does_not_read(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_chat_patience, "WRITE_SECONDS", SECONDS)
        visitor = site.visitor()
        visitor.say("hello")
        who = site.events()[0][0]["visitor"]
        data = {"name": "large.bin", "type": "x", "data": "AAAA" * 1_650_000}
        assert site.answer(who, "see", files=[data]).status_code == 200
        line = visitor.wait("entries", lambda frame: bool(frame["entries"][-1]["files"]))
        name = line["entries"][-1]["files"][0]["id"]
        asked = json.dumps(hello(token=visitor.token))
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(20)
            connection.connect(("127.0.0.1", int(site.url.rpartition(":")[2])))
            head = f"GET /files/{name} HTTP/1.1\r\nHost: {site.url[7:]}\r\nX-Hello: {asked}\r\n\r\n"
            connection.sendall(head.encode())
            port = connection.getsockname()[1]
            wait_until(lambda: port in site.callers(), "the connection to be there")
            wait_until(lambda: port not in site.callers(), "the connection to be aborted")
            received = 0
            try:
                while part := connection.recv(65536):
                    received += len(part)
            except ConnectionResetError:
                pass
            assert received < 4_950_000


class TestWhoSendsTooMuch:
    def test_a_websocket_message(self, site: Site) -> None:
        visitor = site.visitor()
        visitor.socket.send("x" * 65_537)
        assert ended(visitor) == 1009
        visitor = site.visitor()
        with suppress(ConnectionClosed):  # the server may be quicker than the last fragment
            visitor.socket.send("x" * 10_000 for _ in range(7))
        assert ended(visitor) == 1009

    def test_nothing_is_compressed(self, site: Site) -> None:
        assert site.visitor().socket.protocol.extensions == []

    @pytest.mark.parametrize("content", [b"x" * 65_537, iter([b"x" * 40_000] * 2)])
    def test_a_body(self, site: Site, content: Any) -> None:
        assert post(site, content=content).status_code == 413

    def test_a_file(self, site: Site) -> None:
        headers = {"X-Hello": json.dumps(hello())}
        large = b"\x89PNG\r\n\x1a\n" + b"x" * 5_000_000
        assert post(site, "/files", content=large, headers=headers).status_code == 413

    def test_more_files_than_messages(self, site: Site) -> None:
        headers = {"X-Hello": json.dumps(hello())}
        picture = b"\x89PNG\r\n\x1a\n" + b"x" * 4_900_000
        statuses = [post(site, "/files", content=picture, headers=headers).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 200, 429]

    def test_words_too_fast(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, burst=5))
        visitor = site.visitor()
        answers = [visitor.say(f"word {n}") for n in range(7)]
        assert [answer["t"] for answer in answers] == ["ack"] * 5 + ["no"] * 2
        assert 0 < answers[-1]["wait"] <= 2
        assert answers[-1]["why"] == "slow"
        again = site.visitor(token=visitor.token)
        assert again.say("from another window")["t"] == "no"
        assert len(site.events()[0]) == 5

    def test_a_flood_of_words_ends_the_connection(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, burst=5))
        visitor = site.visitor()
        for number in range(100):
            visitor.send({"t": "say", "id": str(number), "text": "x"})
        assert visitor.wait("bye")["why"] == "fast"
        assert len(site.events()[0]) == 5

    def test_newcomers_too_fast(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, newcomers=3))
        known = site.visitor()
        assert [known.say("1")["t"], site.visitor().say("2")["t"], site.visitor().say("3")["t"]] == [
            "ack"
        ] * 3
        assert site.visitor().say("4")["t"] == "no"
        assert known.say("who is known goes on")["t"] == "ack"

    def test_too_many_connections(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, address_connections=3))
        visitors = [site.visitor() for _ in range(3)]
        with pytest.raises(InvalidStatus) as refused:
            site.visitor()
        assert refused.value.response.status_code == 403
        visitors[0].close()
        wait_until(lambda: _opens(site), "a place")

    def test_connections_beyond_all_measure_are_not_listened_to(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, connections=1))
        held = [raw(site) for _ in range(101)]
        with raw(site) as connection:
            connection.sendall(b"GET /widget.js HTTP/1.1\r\nHost: x\r\n\r\n")
            assert is_ended(connection)
        for connection in held:
            connection.close()


def _opens(site: Site) -> bool:
    try:
        site.visitor()
    except InvalidStatus:
        return False
    return True
