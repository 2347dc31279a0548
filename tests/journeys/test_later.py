"""A planned reply's journey: out over SMTP at its moment, once, whatever is killed; held when the customer wrote first."""

import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.home import SHOP, USER, Home
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

KILLS = 8


def mail(number: int) -> bytes:
    return (
        f"From: Ana <ana@example.com>\r\nTo: {SHOP}\r\nSubject: Cake\r\nMessage-ID: <{number}@example.com>\r\n"
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000\r\n\r\nQuestion {number}\r\n"
    ).encode()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if (missing := Dovecot.available()) is not None:
        pytest.skip(f"needs the system package {missing}")
    with Dovecot() as server:
        server.user = USER
        server.deliver(mail(1))
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def home(dovecot: Dovecot, smtp: SmtpServer, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home", imap_port=dovecot.port, smtp_port=smtp.port)
    home.once()
    return home


def plan(home: Home, seconds: float) -> tuple[str, datetime]:
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    said = home.json("reply", "ana@example.com", "--at", at.isoformat(), stdin="Good morning!")
    return said["id"], datetime.fromisoformat(said["send_at"])


def ours(home: Home) -> dict[str, Any]:
    shown = home.json("show", "ana@example.com")["entries"]
    found: dict[str, Any] = next(entry for entry in shown if entry.get("direction") == "out")
    return found


def host(home: Home, seconds: float, end: signal.Signals = signal.SIGTERM) -> None:
    """The program hosts the channel for a while."""
    running = home.start("sync")
    with suppress(subprocess.TimeoutExpired):
        running.wait(seconds)
    running.send_signal(end)
    running.wait(30)


def test_it_leaves_at_its_moment_and_is_dated_by_it(home: Home, smtp: SmtpServer) -> None:
    key, at = plan(home, 8)
    assert home.once()["sent"] == 0
    while not smtp.accepted and datetime.now(UTC) < at + timedelta(seconds=60):
        host(home, 4)
    [taken] = smtp.accepted
    dated = message_from_bytes(taken.raw, policy=policy.default)["Date"].datetime
    assert at - timedelta(seconds=1) <= dated
    home.once()
    assert (ours(home)["id"], ours(home)["delivery"], len(smtp.accepted)) == (key, "sent", 1)


def test_it_is_held_when_they_wrote_while_nobody_was_there(
    home: Home, smtp: SmtpServer, dovecot: Dovecot
) -> None:
    key, at = plan(home, 5)
    dovecot.deliver(mail(2))
    while datetime.now(UTC) <= at:
        home.json("inbox")
    summary = home.once()
    assert (summary["sent"], summary["held"], summary["received"]) == (0, 1, 1)
    assert (ours(home)["delivery"], ours(home)["error"]) == ("failed", "held: Ana wrote first")
    assert smtp.accepted == []
    home.json("planned", key, "--now")
    assert home.once()["sent"] == 1
    assert len(smtp.accepted) == 1
    assert home.json("planned") == []


@pytest.mark.parametrize("writes", [False, True])
def test_killed_again_and_again_it_is_sent_once_or_held(
    home: Home, smtp: SmtpServer, dovecot: Dovecot, writes: bool
) -> None:
    chance = random.Random(7)
    plan(home, 3)
    for number in range(KILLS):
        if writes and number == KILLS // 2:
            dovecot.deliver(mail(2))
        host(home, chance.uniform(0.6, 2.2), signal.SIGKILL)
    for _ in range(3):
        home.once()
    state = ours(home)
    assert (state["delivery"], state["held"], len(smtp.accepted)) in [("sent", False, 1), ("failed", True, 0)]
    assert writes or state["delivery"] == "sent"
