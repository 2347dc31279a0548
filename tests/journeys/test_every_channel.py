"""One customer on every channel: written on all six, read in one round, one timeline, one screen; split as before."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.journeys.home import SHOP, USER, Home
from tests.servers import chat, dovecot, synapse
from tests.servers.chat import Site
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.synapse import Person, Synapse
from tests.servers.telegram import TOKEN as BOT_TOKEN
from tests.servers.telegram import Telegram
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio

pytestmark = pytest.mark.timeout(300)  # fifty processes, one after the other
ANA = "+351912345678"
WORDS = {
    "mail": "Could you make it for twelve people?",
    "sms": "It's Ana, any news?",
    "whatsapp": "And is it nut free?",
    "bot": "Hello from Telegram",
    "website": "Do you deliver to Baixa?",
    "matrix": "Hello from Matrix",
}
MEDIA = {
    "mail": "email",
    "sms": "sms",
    "whatsapp": "chat",
    "website": "web",
    "bot": "chat",
    "matrix": "chat",
}


@dataclass
class Town:
    """Every provider there is, and Ana on each."""

    twilio: Twilio
    telegram: Telegram
    site: Site
    matrix: Synapse
    dovecot: Dovecot
    smtp: SmtpServer
    shop: Person
    ana: Person

    def write(self) -> None:
        """She writes on one after the other."""
        mail = f"From: Ana Sousa <ana@example.com>\r\nTo: {SHOP}\r\nSubject: Cake\r\nMessage-ID: <1@example.com>\r\n"
        at = datetime.now(UTC) - timedelta(minutes=5)
        self.dovecot.deliver(
            f"{mail}Date: {at:%a, %d %b %Y %H:%M:%S +0000}\r\n\r\n{WORDS['mail']}\r\n".encode(), date=at
        )
        self.twilio.deliver(ANA, WORDS["sms"], ago=timedelta(minutes=4))
        self.twilio.deliver(
            f"whatsapp:{ANA}", WORDS["whatsapp"], to=f"whatsapp:{NUMBER}", ago=timedelta(minutes=3)
        )
        self.telegram.write(WORDS["bot"], name="Ana Sousa", date=int(datetime.now(UTC).timestamp()) - 120)
        visitor = self.site.visitor()
        visitor.send({"t": "who", "name": "Ana Sousa"})
        visitor.say(WORDS["website"])
        room = self.ana.room(invite=[self.shop.user_id])
        self.shop.join(room)
        self.ana.say(room, WORDS["matrix"])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    for missing in (dovecot.available(), synapse.available()):
        if missing is not None:
            pytest.skip(f"needs the system package {missing}")
    with ExitStack() as running:
        server = running.enter_context(Dovecot())
        server.user = USER
        matrix = running.enter_context(Synapse())
        yield Town(
            twilio=running.enter_context(Twilio()),
            telegram=running.enter_context(Telegram()),
            site=running.enter_context(Site(tmp_path / "chat")),
            matrix=matrix,
            dovecot=server,
            smtp=running.enter_context(SmtpServer()),
            shop=matrix.person("shop", shown="Corner Bakery"),
            ana=matrix.person("ana", shown="Ana Sousa"),
        )


def home_of(town: Town, folder: Path) -> Home:
    """The bakery, with an account on each."""
    secrets = {"text": TOKEN, "bot": BOT_TOKEN, "chat": chat.TOKEN, "matrix": town.shop.token}
    for name, secret in secrets.items():
        (folder / f"{name}.key").write_text(secret)
    texts = f'kind = "twilio"\naccount_sid = "{ACCOUNT}"\nauth_token = {{ file = "{folder}/text.key" }}\nbase_url = "{town.twilio.url}"'
    more = f"""
[channels.sms]
{texts}
number = "{NUMBER}"

[channels.whatsapp]
{texts}
number = "whatsapp:{NUMBER}"

[channels.website]
kind = "webchat"
url = "{town.site.url}"
agent_token = {{ file = "{folder}/chat.key" }}
origins = ["https://www.example.com"]

[channels.bot]
kind = "telegram"
token = {{ file = "{folder}/bot.key" }}
base_url = "{town.telegram.url}"

[channels.matrix]
kind = "matrix"
homeserver = "{town.matrix.url}"
user_id = "{town.shop.user_id}"
token = {{ file = "{folder}/matrix.key" }}
"""
    return Home(folder / "home", imap_port=town.dovecot.port, smtp_port=town.smtp.port, more=more)


def whole(home: Home) -> list[dict[str, Any]]:
    """Everybody, with all there is to see."""
    return sorted(home.timelines(), key=lambda one: str(one["customer"]["id"]))


def test_one_round_one_timeline_one_screen(town: Town, tmp_path: Path) -> None:
    town.write()
    home = home_of(town, tmp_path)
    rounds = home.json("sync", "--once")["channels"]
    assert {name: (one["received"], one["error"]) for name, one in rounds.items()} == dict.fromkeys(
        WORDS, (1, None)
    )
    before = whole(home)
    assert len(before) == 5, (
        "mail, phone (both kinds), visitor, Telegram and Matrix: nobody is joined by a name"
    )
    maybe = home.json("show", "ana@example.com")["customer"]["suggestions"]
    assert {one["name"] for one in maybe} == {"Ana Sousa"}
    others = [one["customer"] for one in before if one["customer"]["identities"][0]["scheme"] != "email"]
    for other in others:
        home.run("join", "ana@example.com", other["id"])
    shown = home.json("show", ANA)
    assert len(shown["customer"]["identities"]) == 5
    said = [(entry["channel"], entry["medium"], entry["text"]) for entry in shown["entries"]]
    assert said == [(name, MEDIA[name], WORDS[name]) for name in WORDS]
    _on_the_screen(home)
    for _ in others:
        home.run("undo")
    assert whole(home) == before


def _on_the_screen(home: Home) -> None:
    command = [sys.executable, "-m", "agent_tui", "--home", str(home.root)]
    with Terminal(command, home.environment()) as terminal:
        for words in WORDS.values():
            terminal.wait_for(words)
        terminal.type(b"\x11")
        assert terminal.wait() == 0


def test_each_answer_leaves_on_the_channel_that_was_picked(town: Town, tmp_path: Path) -> None:
    town.write()
    home = home_of(town, tmp_path)
    home.json("sync", "--once")
    for one in whole(home):
        if one["customer"]["identities"][0]["scheme"] != "email":
            home.run("join", "ana@example.com", one["customer"]["id"])
    for name in WORDS:
        reply = home.json("reply", "ana@example.com", "--on", name, "--text", f"Answer by {name}", "--now")
        assert reply["channel"] == name
    rounds = home.json("sync", "--once")["channels"]
    assert {name: (one["sent"], one["error"]) for name, one in rounds.items()} == dict.fromkeys(
        WORDS, (1, None)
    )
    assert [mail.recipients for mail in town.smtp.accepted] == [("ana@example.com",)]
    assert {text.to for text in town.twilio.sent()} == {ANA, f"whatsapp:{ANA}"}
    assert [order["text"] for order in town.telegram.sent] == ["Answer by bot"]
    [room] = town.ana.ask("GET", "/joined_rooms")["joined_rooms"]
    assert [event["content"]["body"] for event in town.ana.heard(room)] == [
        WORDS["matrix"],
        "Answer by matrix",
    ]
