"""A mail account's table in the settings: what it may say, and what is refused before anything is opened."""

from pathlib import Path
from typing import Any

import pytest

from adapters.imap import Adapter, Settings
from agent_tui.core import addresses
from agent_tui.core.errors import ConfigError, NeedsPerson
from agent_tui.core.tables import convert
from tests.adapters.mail_office import kit

TABLE: dict[str, Any] = {
    "address": "Support@Example.com",
    "name": "Corner Bakery",
    "password": {"command": "echo secret"},
    "imap": {"host": "imap.example.com", "port": 993, "tls": "tls"},
    "smtp": {"host": "smtp.example.com", "port": 465, "tls": "tls"},
    "folders": ["INBOX"],
    "since_days": 30,
    "mark_seen": False,
}


def settings(**changes: Any) -> Settings:
    table = {key: value for key, value in {**TABLE, **changes}.items() if value is not None}
    return convert(Settings, table, ("channels", "mail"))


def test_the_table_of_the_contract_makes_an_account_that_has_opened_nothing() -> None:
    made = Adapter("mail", settings(), kit())
    assert made.address == addresses.email("support@example.com")
    assert made.can.subject
    assert made.can.schemes == {"email"}


def test_the_usual_ports() -> None:
    ports = []
    for tls in ("tls", "starttls"):
        made = settings(imap={"host": "a.example", "tls": tls}, smtp={"host": "b.example", "tls": tls})
        ports.append((made.imap.at_imap().port, made.smtp.at_smtp().port))
    assert ports == [(993, 465), (143, 587)]
    assert settings(imap={"host": "a.example", "port": 1143}).imap.at_imap().port == 1143


def test_the_user_name_is_the_address_unless_told() -> None:
    assert settings().login == "support@example.com"
    assert settings(username="shop").login == "shop"


def test_every_address_of_ours_is_ours() -> None:
    made = settings(aliases=["sales@example.com", "Support+Orders@example.com"])
    assert {address.value for address in made.own} == {
        "support@example.com", "sales@example.com", "support+orders@example.com"
    }  # fmt: skip


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_plain_connections_stay_on_this_machine(host: str) -> None:
    assert settings(imap={"host": host, "tls": "none"}).imap.host == host


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"imap": {"host": "imap.example.com", "tls": "none"}}, "in plain sight"),
        ({"smtp": {"host": "10.0.0.1", "tls": "none"}}, "in plain sight"),
        ({"imap": {"host": "localhost.example.com", "tls": "none"}}, "in plain sight"),
        ({"imap": {"host": "imap.example.com", "tls": "ssl"}}, "tls cannot be"),
        ({"imap": {"host": "a b"}}, "not a host name"),
        ({"imap": {"host": "a\r\nb"}}, "not a host name"),
        ({"imap": {"host": "a.example", "port": 70_000}}, "not a port"),
        ({"password": "hunter2"}, "plain text"),
        ({"password": None}, "password is missing"),
        ({"auth": "xoauth2"}, "token is missing"),
        ({"auth": "xoauth2", "password": None}, "token is missing"),
        ({"address": "+351210000000"}, "not a mail address"),
        ({"address": "support"}, "must be an address"),
        ({"folders": []}, "folders is empty"),
        ({"folders": ["INBOX\r\nA1 DELETE INBOX"]}, "control characters"),
        ({"sent_folder": "a\nb"}, "control characters"),
        ({"username": "a\0b"}, "control characters"),
        ({"name": "Shop\r\nBcc: everybody@example.com"}, "control characters"),
        ({"since_days": -1}, "negative"),
        ({"poll_seconds": 0}, "out of range"),
        ({"idle_seconds": 1800}, "over 29 minutes"),
        ({"sent_copy": "sometimes"}, "sent_copy cannot be"),
        ({"sinse_days": 3}, "sinse_days is not known"),
    ],
)
def test_mistakes_are_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        settings(**changes)
    assert "hunter2" not in str(caught.value)


def test_since_zero_is_everything() -> None:
    assert settings(since_days=0).window is None
    window = settings().window
    assert window is not None
    assert window.days == 30


def test_a_secret_is_read_when_it_is_needed_and_may_change(tmp_path: Path) -> None:
    kept = tmp_path / "token"
    made = settings(auth="xoauth2", token={"file": str(kept)}, password=None)
    with pytest.raises(NeedsPerson, match="cannot be read"):
        made.reveal()
    for token in ("first-token", "next-token"):
        kept.write_text(token, encoding="utf-8")
        assert made.reveal() == token
    assert "next-token" not in repr(made)
