"""Texts and WhatsApp, from the command line to the provider and back: one customer, one timeline."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Said, spawn
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio

ANA = "+351912345678"
CONFIG = f"""\
agent = "Rui"
business = "Corner Bakery"
home_country = "PT"

[channels.shop-sms]
kind = "twilio"
account_sid = "{ACCOUNT}"
auth_token = {{ env = "TEXT_TOKEN" }}
number = "{NUMBER}"
base_url = "URL"

[channels.shop-whatsapp]
kind = "twilio"
account_sid = "{ACCOUNT}"
auth_token = {{ env = "TEXT_TOKEN" }}
number = "whatsapp:{NUMBER}"
base_url = "URL"
"""


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


@pytest.fixture
def shop(server: Twilio, tmp_path: Path) -> Path:
    home = tmp_path / "shop"
    home.mkdir()
    (home / "config.toml").write_text(CONFIG.replace("URL", server.url), encoding="utf-8")
    return home


def on(home: Path, *arguments: str, token: str = TOKEN) -> Said:
    """Run a command in a process of its own; the libraries' warnings are errors there."""
    return spawn(home, *arguments, env={"TEXT_TOKEN": token})


def test_one_customer_on_both_and_a_reply_that_is_followed(server: Twilio, shop: Path) -> None:
    server.deliver(ANA, "Is my cake ready?")
    server.deliver(f"whatsapp:{ANA}", "Hello? This is Ana", to=f"whatsapp:{NUMBER}")
    channels = on(shop, "sync", "--once", "--json").json["channels"]
    assert {name: (c["received"], c["error"]) for name, c in channels.items()} == {
        "shop-sms": (1, None),
        "shop-whatsapp": (1, None),
    }
    reply = on(shop, "reply", ANA, "--on", "shop-sms", "--text", "It is.", "--now", "--json")
    assert reply.code == 0, reply.err
    assert on(shop, "sync", "--once", "--json").json["channels"]["shop-sms"]["sent"] == 1
    [text] = server.sent()
    assert (text.to, text.sender, text.body) == (ANA, NUMBER, "It is.")
    text.status, text.sent = "delivered", server.now()
    again = on(shop, "sync", "--once", "--json").json["channels"]["shop-sms"]
    assert (again["received"], again["error"]) == (0, None)
    entries = on(shop, "show", ANA, "--json").json["entries"]
    assert sorted((e["medium"], e["channel"], e["direction"], e["delivery"]) for e in entries) == [
        ("chat", "shop-whatsapp", "in", None),
        ("sms", "shop-sms", "in", None),
        ("sms", "shop-sms", "out", "delivered"),
    ]


def test_check_says_what_is_wrong(server: Twilio, shop: Path) -> None:
    assert on(shop, "check").code == 0
    wrong = on(shop, "check", "--json", token="not-the-token")
    assert wrong.code == 1
    (row,) = [row for row in wrong.json if row["name"] == "shop-sms"]
    assert "account_sid and auth_token" in row["problem"]
    assert "not-the-token" not in wrong.out + wrong.err
