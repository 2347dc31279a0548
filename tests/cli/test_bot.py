"""Telegram from the command line: a customer writes to the bot and is answered there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Said, spawn
from tests.servers.telegram import CUSTOMER, TOKEN, Telegram

CONFIG = """\
agent = "Rui"
business = "Corner Bakery"
undo_seconds = { chat = 0 }

[channels.bot]
kind = "telegram"
token = { env = "BOT_TOKEN" }
base_url = "URL"
"""


@pytest.fixture
def server() -> Iterator[Telegram]:
    with Telegram() as running:
        yield running


@pytest.fixture
def shop(server: Telegram, tmp_path: Path) -> Path:
    home = tmp_path / "shop"
    home.mkdir()
    (home / "config.toml").write_text(CONFIG.replace("URL", server.url), encoding="utf-8")
    return home


def on(home: Path, *arguments: str, token: str = TOKEN) -> Said:
    return spawn(home, *arguments, "--json", env={"BOT_TOKEN": token})


def test_a_question_and_its_answer(server: Telegram, shop: Path) -> None:
    server.write("Do you bake on Sundays?", name="Ana")
    picture = {"file_id": server.keep(b"\x89PNG\r\n\x1a\n"), "width": 9, "height": 9}
    server.write(photo=[picture], caption="like this")
    assert on(shop, "check").json[0]["ok"]
    found = on(shop, "sync", "--once").json["channels"]["bot"]
    assert (found["received"], found["error"]) == (2, None)
    reply = on(shop, "reply", f"telegram:{CUSTOMER}", "--text", "We do.", "--now")
    assert (reply.code, reply.json["channel"]) == (0, "bot")
    assert on(shop, "sync", "--once").json["channels"]["bot"]["sent"] == 1
    assert [(order["chat_id"], order["text"]) for order in server.sent] == [(str(CUSTOMER), "We do.")]
    entries = on(shop, "show", "Ana").json["entries"]
    assert [(e["medium"], e["direction"], e["text"], e["delivery"]) for e in entries] == [
        ("chat", "in", "Do you bake on Sundays?", None),
        ("chat", "in", "like this", None),
        ("chat", "out", "We do.", "sent"),
    ]
    assert [file["media_type"] for file in entries[1]["attachments"]] == ["image/jpeg"]


def test_a_token_that_is_none_is_named_and_never_shown(shop: Path) -> None:
    wrong = on(shop, "check", token="999999:AAwrongwrongwrong")
    assert wrong.code == 1
    assert "does not take the bot's token" in wrong.json[0]["problem"]
    log = (
        (shop / "data" / "logs" / "agent-tui.log").read_text()
        if (shop / "data/logs/agent-tui.log").exists()
        else ""
    )
    assert "AAwrong" not in wrong.out + wrong.err + log


def test_an_unknown_send_is_for_the_agent_to_decide(server: Telegram, shop: Path) -> None:
    server.write("hello", name="Ana")
    on(shop, "sync", "--once")
    server.faults("lost")
    on(shop, "reply", "Ana", "--text", "Hi!", "--now")
    found = on(shop, "sync", "--once").json["channels"]["bot"]
    assert (found["sent"], found["unsure"]) == (0, 1)
    on(shop, "sync", "--once")
    assert len(server.sent) == 1, "nothing is repeated by itself"
    assert on(shop, "show", "Ana").json["entries"][-1]["delivery"] == "unsure"
