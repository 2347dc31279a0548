"""A visitor's journey: typed on the website, read and answered by commands, back on the page, seen there."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Said, spawn
from tests.servers import chat
from tests.servers.chat import Site
from tests.servers.process import free_ports

BESIDE = """
agent = "Rui"
business = "Corner Bakery"
undo_seconds = {{ web = 0 }}

[channels.website]
kind = "webchat"
url = "{url}"
agent_token = {{ env = "CHAT_TOKEN" }}
origins = ["https://www.example.com"]
"""
INSIDE = """
[channels.website]
kind = "webchat"
listen = "127.0.0.1:{port}"
origins = ["https://www.example.com"]
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path / "chat") as running:
        yield running


class Owner:
    """The shop's owner at a command line."""

    def __init__(self, home: Path, config: str) -> None:
        self.home = home
        home.mkdir()
        (home / "config.toml").write_text(config)

    def run(self, *words: str, stdin: str = "") -> Any:
        said: Said = spawn(
            self.home, *words, "--json", stdin=stdin, env={"CHAT_TOKEN": chat.TOKEN, **os.environ}
        )
        assert said.code == 0, said.err
        return said.json

    def once(self) -> dict[str, Any]:
        summary: dict[str, Any] = self.run("sync", "--once")["channels"]["website"]
        return summary


def test_a_question_and_its_answer(site: Site, tmp_path: Path) -> None:
    owner = Owner(tmp_path / "home", BESIDE.format(url=site.url))
    assert owner.run("check")[0] == {
        "name": "website",
        "kind": "webchat",
        "ok": True,
        "problem": None,
        "remedy": None,
    }
    ana = site.visitor()
    ana.send({"t": "who", "name": "Ana Sousa", "mail": "ana@example.com"})
    ana.say("Do you bake without <b>gluten</b>?")
    assert owner.once()["received"] == 1
    [row] = owner.run("inbox")
    assert (row["name"], row["last"]["medium"], row["last"]["channel"]) == ("Ana Sousa", "web", "website")
    answer = owner.run("reply", "Ana Sousa", "--now", stdin="We do, on Fridays.")
    assert answer["channel"] == "website"
    summary = owner.once()
    assert (summary["sent"], summary["failed"], summary["error"]) == (1, 0, None)
    line = ana.wait("entries", lambda frame: not frame["entries"][-1]["mine"])["entries"][-1]
    assert line["text"] == "We do, on Fridays."
    ana.send({"t": "got", "upto": line["seq"], "seen": True})
    ana.send({"t": "ping"})
    ana.wait("pong")
    assert owner.once()["received"] == 0
    shown = owner.run("show", "Ana Sousa")
    assert [
        (e["direction"], e["text"], e["delivery"]) for e in shown["entries"] if e["type"] == "message"
    ] == [
        ("in", "Do you bake without <b>gluten</b>?", None),
        ("out", "We do, on Fridays.", "read"),
    ]
    [identity] = shown["customer"]["identities"]
    assert (identity["scheme"], identity["value"].partition("/")[0]) == ("web", "www.example.com")


def test_the_server_may_run_inside(tmp_path: Path) -> None:
    [port] = free_ports(1)
    owner = Owner(tmp_path / "home", INSIDE.format(port=port))
    assert owner.run("check")[0]["ok"]
    assert owner.once() == dict.fromkeys(
        ("received", "duplicates", "unreadable", "sent", "failed", "unsure", "held"), 0
    ) | {"error": None}
    assert (tmp_path / "home" / "data" / "channel-data" / "website" / "chat.sqlite").exists()
