"""The chat server on the open internet: strangers, floods, half requests, lies about addresses, and a full disk."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from adapters import _chat_config as configs
from adapters import _chat_guard, _chat_patience, _chat_server, _chat_visit
from adapters._chat_config import Limits, Widget
from adapters._chat_server import ChatServer
from agent_tui.core.errors import Busy, Unavailable
from tests.servers import chat
from tests.servers.chat import AMPLE, Site
from tests.servers.process import wait_until

OPENS = Callable[..., Site]
SECONDS = 0.3  # what is patience here


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[OPENS]:
    """Makes chat servers, each with limits of its own."""
    sites: list[Site] = []

    def opened(limits: Limits = AMPLE, **more: Any) -> Site:
        site = Site(tmp_path / str(len(sites)), widget=Widget(limits=limits, **more))
        site.start()
        sites.append(site)
        return site

    yield opened
    for site in sites:
        site.__exit__(None, None, None)


@pytest.fixture
def site(opens: OPENS) -> Site:
    return opens()


def raw(site: Site) -> socket.socket:
    """A bare connection."""
    return socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2])), timeout=10)


def is_ended(connection: socket.socket) -> bool:
    """Whether the server hangs up, whatever it says first; waits for that."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def ended(visitor: chat.Visitor) -> int:
    """The code the server hangs up with; waits for that."""
    with pytest.raises(ConnectionClosed) as closed:
        visitor.wait("never")
    return closed.value.rcvd.code if closed.value.rcvd else 1006


def post(site: Site, path: str = "/poll", **more: Any) -> httpx.Response:
    headers = {"Origin": site.url, "Content-Type": "application/json", **more.pop("headers", {})}
    return httpx.post(site.url + path, headers=headers, trust_env=False, timeout=20, **more)


def hello(**more: Any) -> dict[str, Any]:
    return {"t": "hello", "token": chat.token(), "site": chat.WEBSITE, **more}


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
        visitor.socket.send("x" * 10_000 for _ in range(7))  # in fragments
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


class TestFilesOfOthers:
    def test_are_not_there(self, site: Site) -> None:
        ana, eve = site.visitor(), site.visitor()
        sent = post(
            site,
            "/files",
            content=b"%PDF-1.7",
            headers={"X-Hello": json.dumps(hello(token=ana.token)), "X-Name": "a.pdf"},
        ).json()
        for token, status in ((ana.token, 200), (eve.token, 404), (chat.token(), 404)):
            reply = httpx.get(
                f"{site.url}/files/{sent['id']}",
                headers={"X-Hello": json.dumps(hello(token=token))},
                trust_env=False,
            )
            assert reply.status_code == status
        assert eve.say("mine now?", files=[sent["id"]])["why"] == "files"
        assert httpx.get(f"{site.url}/files/{sent['id']}", trust_env=False).status_code == 401

    def test_are_shown_by_no_browser(self, site: Site) -> None:
        ana = site.visitor()
        asked = {"X-Hello": json.dumps(hello(token=ana.token)), "X-Name": "a.pdf"}
        sent = post(site, "/files", content=b"%PDF-1.7", headers=asked).json()
        reply = httpx.get(f"{site.url}/files/{sent['id']}", headers=asked, trust_env=False)
        assert reply.headers["content-disposition"] == "attachment"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in reply.headers["content-security-policy"]
        assert reply.headers["cache-control"] == "no-store"


class TestAnswers:
    def test_every_page_is_marked(self, site: Site) -> None:
        for path in ("/widget.js", "/frame", "/frame.js", "/nothing", "/agent", "/files/x"):
            reply = httpx.get(site.url + path, trust_env=False)
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["referrer-policy"] == "no-referrer"
            assert "server" not in reply.headers
            assert "set-cookie" not in reply.headers
            assert "access-control-allow-origin" not in reply.headers

    def test_the_widget_is_small(self, site: Site) -> None:
        sizes = {}
        for path in ("/widget.js", "/frame", "/frame.js", "/line.js", "/texts.js", "/frame.css"):
            reply = httpx.get(site.url + path, headers={"Accept-Encoding": "gzip"}, trust_env=False)
            sizes[path] = int(reply.headers["content-length"])
            assert reply.headers["content-encoding"] == "gzip"
            again = httpx.get(
                site.url + path, headers={"If-None-Match": reply.headers["etag"]}, trust_env=False
            )
            assert again.status_code == 304
        assert sizes.pop("/widget.js") <= 2048
        assert sum(sizes.values()) <= 15 * 1024

    @pytest.mark.parametrize(
        "path", ["/../../etc/passwd", "/%2e%2e/x", "/files/..%2f..", "//", "/" + "a" * 8000, "/%00"]
    )
    def test_no_path_leads_elsewhere(self, site: Site, path: str) -> None:
        with raw(site) as connection:
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {site.url[7:]}\r\nConnection: close\r\n\r\n".encode()
            )
            assert re.match(rb"HTTP/1.1 (404|401|307) ", connection.recv(100))

    def test_its_own_page_is_there_only_where_it_is_a_website_of_ours(
        self, tmp_path: Path, site: Site
    ) -> None:
        assert httpx.get(site.url, trust_env=False).status_code == 404
        with Site(
            tmp_path / "try", origins=["http://127.0.0.1:1"], widget=Widget(public_url="http://127.0.0.1:1")
        ) as own:
            reply = httpx.get(own.url, headers={"Host": "127.0.0.1:1"}, trust_env=False)
            assert "widget.js" in reply.text


class TestTheFile:
    def test_one_folder_is_one_servers(self, site: Site) -> None:
        with pytest.raises(Busy, match="another chat server"):
            ChatServer(site.config, "127.0.0.1:0").open()

    def test_a_port_in_use_is_said_so(self, site: Site, tmp_path: Path) -> None:
        config = replace(site.config, folder=tmp_path / "other")
        with pytest.raises(Unavailable, match="cannot listen at"):
            ChatServer(config, site.url.removeprefix("http://")).open()

    @pytest.mark.parametrize(
        "spoil", [b"this is no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
    )
    def test_a_damaged_file_is_set_aside_and_the_rest_goes_on(self, site: Site, spoil: bytes) -> None:
        site.visitor().say("hello")
        site.stop()
        file = site.config.folder / "chat.sqlite"
        for part in site.config.folder.glob("chat.sqlite*"):
            part.unlink()
        file.write_bytes(spoil)
        site.start()
        assert site.visitor().say("hello again")["t"] == "ack"
        [aside] = site.config.folder.glob("chat.sqlite.damaged-*")
        assert aside.read_bytes() == spoil

    def test_a_full_disk_keeps_nothing_and_says_so(self, site: Site) -> None:
        visitor = site.visitor()
        visitor.say("before")
        who = site.events()[0][0]["visitor"]
        site.do(lambda db: db.execute(f"PRAGMA max_page_count = {_pages(db) + 2}").fetchone())
        refused = [visitor.say("x" * 4000) for _ in range(10)][-1]
        assert (refused["t"], refused["why"]) == ("no", "full")
        assert site.answer(who, "y" * 4000, "key").status_code == 507
        site.do(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
        assert visitor.say("after")["t"] == "ack"
        assert site.answer(who, "y" * 4000, "key").status_code == 200
        assert site.events()[0][-2]["text"] == "after"

    def test_what_is_old_is_forgotten(self, site: Site) -> None:
        site.visitor().say("long ago")
        site.do(lambda db: db.execute("UPDATE visitors SET active = active - 100 * 86400000"))
        site.stop()
        site.start()
        wait_until(lambda: site.events()[0] == [], "the old to be forgotten")

    def test_its_origins_are_read_as_browsers_write_them(self) -> None:
        cases = {
            "https://WWW.Example.com/": "https://www.example.com",
            "https://www.example.com:443": "https://www.example.com",
            "http://localhost:8000": "http://localhost:8000",
            "https://müller.example": "https://xn--mller-kva.example",
            "http://[::1]:8420": "http://[::1]:8420",
        }
        assert {given: configs.origin(given) for given in cases} == cases


def _pages(db: Any) -> int:
    pages: int = db.execute("PRAGMA page_count").fetchone()[0]
    return pages
