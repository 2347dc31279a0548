"""The chat server on the open internet: lies about addresses, pages and tokens, and nonsense."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.adapters.chat_door import OPENS, ended, hello, opening, post, raw
from tests.servers import chat
from tests.servers.chat import AMPLE, Site


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[OPENS]:
    with opening(tmp_path) as opened:
        yield opened


@pytest.fixture
def site(opens: OPENS) -> Site:
    return opens()


class TestLies:
    def test_an_address_in_a_header_is_not_believed(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, newcomers=2))
        assert self.newcomers(site) == ["ack", "ack", "no", "no"]

    def test_but_that_of_our_own_proxy_is(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, newcomers=2), proxies=("127.0.0.1",))
        assert self.newcomers(site) == ["ack", "ack", "ack", "ack"]

    def test_only_the_last_word_before_the_proxy_counts(self, opens: OPENS) -> None:
        site = opens(replace(AMPLE, newcomers=2), proxies=("127.0.0.1",))
        assert self.newcomers(site, "198.51.100.{}, 203.0.113.9") == ["ack", "ack", "no", "no"]

    def newcomers(self, site: Site, forwarded: str = "198.51.100.{}") -> list[str]:
        answers = []
        for number in range(4):
            asked = {"hello": hello(), "frames": [{"t": "say", "id": "1", "text": "hello"}], "fresh": False}
            reply = post(site, json=asked, headers={"X-Forwarded-For": forwarded.format(number)})
            answers += [frame["t"] for frame in reply.json() if frame["t"] in {"ack", "no"}]
        return answers

    @pytest.mark.parametrize("origin", ["https://evil.example", chat.WEBSITE, "null", ""])
    def test_another_page(self, site: Site, origin: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            chat.Visitor(site.url, origin=origin or " ")
        assert refused.value.response.status_code == 403
        assert post(site, json={"hello": hello()}, headers={"Origin": origin}).status_code == 403
        assert post(site, "/files", content=b"x", headers={"Origin": origin}).status_code == 403

    def test_no_page_at_all(self, site: Site) -> None:
        reply = httpx.post(f"{site.url}/poll", json={"hello": hello()}, trust_env=False)
        assert reply.status_code == 403

    def test_another_host(self, site: Site) -> None:
        for headers in ({"Host": "evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}):
            assert httpx.get(f"{site.url}/frame", headers=headers, trust_env=False).status_code == 421
            assert post(site, json={"hello": hello()}, headers=headers).status_code == 421

    def test_another_website(self, site: Site) -> None:
        visitor = site.visitor(site="https://evil.example")
        assert visitor.wait("bye")["why"] == "site"
        assert ended(visitor) == 1012

    def test_a_form_cannot_post(self, site: Site) -> None:
        asked = json.dumps({"hello": hello()})
        assert post(site, content=asked, headers={"Content-Type": "text/plain"}).status_code == 415

    @pytest.mark.parametrize(
        "frame",
        [
            b"",
            b"null",
            b"[]",
            b"{}",
            b'{"t":"say"}',
            b'{"t":"say","id":1,"text":"x"}',
            b'{"t":"say","id":"1","text":"' + b"x" * 4001 + b'"}',
            b'{"t":"say","id":"' + b"x" * 65 + b'","text":"x"}',
            b'{"t":"say","id":"1","text":"\\ud800"}',
            b'{"t":"got","upto":1e99}',
            b'{"t":"got","upto":-1}',
            b'{"t":"say","id":"1","files":["a","b","c","d","e","f"]}',
            b"[" * 30_000,
            b'{"t":"drop table"}',
        ],
    )
    def test_what_no_widget_says(self, site: Site, frame: bytes) -> None:
        visitor = site.visitor()
        visitor.socket.send(frame.decode())
        assert visitor.wait("bye")["why"] == "malformed"
        assert ended(visitor) == 1008
        asked = b'{"hello":' + json.dumps(hello()).encode() + b',"frames":[' + frame + b"]}"
        if frame:
            assert post(site, content=asked).status_code == 400
        assert site.visitor().say("still there")["t"] == "ack"

    def test_binary_is_refused(self, site: Site) -> None:
        visitor = site.visitor()
        visitor.socket.send(b"\x00\xff")
        assert ended(visitor) == 1008

    @pytest.mark.parametrize("token", ["", "short", "x" * 44, "é" * 43, "x" * 42 + "\n", "x" * 42 + "'"])
    def test_what_is_no_token(self, site: Site, token: str) -> None:
        visitor = site.visitor(hello={"token": token})
        assert visitor.wait("bye")["why"] == "malformed"


class TestTheAgentsDoor:
    PATHS = (
        ("GET", "/agent"),
        ("GET", "/agent/events"),
        ("POST", "/agent/messages"),
        ("GET", "/agent/messages/key"),
        ("GET", "/agent/files/x"),
        ("POST", "/agent/typing"),
        ("DELETE", "/agent/visitors/x"),
    )

    @pytest.mark.parametrize(("method", "path"), PATHS)
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": "Bearer"},
            {"Authorization": "Bearer wrong"},
            {"Authorization": f"Basic {chat.TOKEN}"},
            {"Authorization": f"Bearer {chat.TOKEN}", "Origin": "https://www.example.com"},
        ],
    )
    def test_is_shut(self, site: Site, method: str, path: str, headers: dict[str, str]) -> None:
        reply = httpx.request(method, site.url + path, headers=headers, trust_env=False)
        assert reply.status_code == 401
        assert chat.TOKEN not in reply.text

    def test_without_a_token_no_body_is_read(self, site: Site) -> None:
        with raw(site) as connection:
            connection.sendall(
                b"POST /agent/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n"
            )
            assert connection.recv(100).startswith(b"HTTP/1.1 401")

    @pytest.mark.parametrize(
        "said",
        [
            b"",
            b"{}",
            b"[]",
            b'{"key":1}',
            b'{"key":"k","site":"s","visitor":"v","text":"t","files":[{"name":"n"}]}',
        ],
    )
    def test_nonsense_is_refused(self, site: Site, said: bytes) -> None:
        assert site.agent.post("/agent/messages", content=said).status_code == 400
        assert site.agent.get("/agent/events", params={"wait": "nan?"}).status_code == 400

    @pytest.mark.parametrize(
        "cursor", ["x", "-1.a", "1e9.b", "9" * 30 + ".c", "٣.d", "1", ".", "0.0", "'; drop table events"]
    )
    def test_a_strange_cursor_begins_anew(self, site: Site, cursor: str) -> None:
        site.visitor().say("hello")
        events, _ = site.events(cursor)
        assert [event["text"] for event in events] == ["hello"]
