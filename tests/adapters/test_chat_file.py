"""What the chat server keeps and gives out: the files of others, its pages, and its own file on a bad disk."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters import _chat_config as configs
from adapters._chat_config import Widget
from adapters._chat_server import ChatServer
from agent_tui.core.errors import Busy, Unavailable
from tests.adapters.chat_door import OPENS, hello, opening, post, raw
from tests.servers import chat
from tests.servers.chat import Site
from tests.servers.process import wait_until


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[OPENS]:
    with opening(tmp_path) as opened:
        yield opened


@pytest.fixture
def site(opens: OPENS) -> Site:
    return opens()


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
