"""Waiting for mail: told by IDLE, or by looking; and noticing when nobody is there any more."""

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from adapters._mail_account import Settings
from agent_tui.core.errors import Unavailable
from tests.adapters.mail_account import account
from tests.adapters.watching import Reading, mail
from tests.meanwhile import cancelled, meanwhile
from tests.servers.process import wait_until
from tests.servers.scripted_imap import Bye, Drop, Hang, ScriptedImap


@pytest.fixture
def server(scripted_imap: ScriptedImap) -> ScriptedImap:
    return scripted_imap


@pytest.fixture
def settings(tmp_path: Path, server: ScriptedImap) -> Settings:
    return account(tmp_path, imap=server, username=server.user)


async def test_new_mail_is_heard_of_at_once(server: ScriptedImap, settings: Settings) -> None:
    async with Reading(settings) as reading:
        await reading.catch_up()
        for name in ("new", "newer"):
            new = partial(server.inbox.add, mail(name))
            assert await meanwhile(reading.one(), server.wait_for_idle, new) == name


async def test_answers_from_another_program_are_seen_at_the_next_look(
    server: ScriptedImap, settings: Settings
) -> None:
    async with Reading(replace(settings, poll_seconds=0.05)) as reading:
        await reading.catch_up()
        server.sent.add(mail("answered on the phone"))
        assert await reading.one() == "answered on the phone"
        assert [place.is_sent for place in reading.places] == [True]


@pytest.mark.parametrize("how", ["missing", "refused"])
async def test_without_idle_it_looks_now_and_then(server: ScriptedImap, settings: Settings, how: str) -> None:
    if how == "missing":
        server.without("IDLE")
    else:
        server.on("IDLE", instead="NO not today")
    async with Reading(replace(settings, poll_seconds=0.05)) as reading:
        await reading.catch_up()
        server.inbox.add(mail("new"))
        assert await reading.one() == "new"
    assert server.count("IDLE") == (how == "refused")


@pytest.mark.parametrize(
    "phase", ["CONNECT", "CAPABILITY", "LOGIN", "LIST", "EXAMINE", "SEARCH", "FETCH", "STATUS"]
)
async def test_cancelling_in_any_phase_ends_within_a_second(
    server: ScriptedImap, settings: Settings, phase: str
) -> None:
    server.inbox.add(mail("one"))
    server.on(phase, instead=Hang())
    async with Reading(settings) as reading:
        await cancelled(reading.catch_up(), partial(_used_up, server))


async def test_cancelling_while_idle_or_polling_ends_within_a_second(
    server: ScriptedImap, settings: Settings
) -> None:
    for _ in range(2):
        async with Reading(settings) as reading:
            await reading.catch_up()
            idles = "IDLE" in server.capabilities
            waits = server.wait_for_idle if idles else partial(server.wait_for, "STATUS", 2)
            await cancelled(reading.next(), waits)
        server.without("IDLE")


def _used_up(server: ScriptedImap) -> None:
    wait_until(lambda: server.script.left == 0, "the script to be used up")


@pytest.mark.parametrize("how", [Drop(), Drop(reset=True), Bye("idle for too long")])
async def test_a_connection_that_ends_while_idle_is_noticed_at_once(
    server: ScriptedImap, settings: Settings, how: Drop | Bye
) -> None:
    async with Reading(settings) as reading:
        await reading.catch_up()
        with pytest.raises(Unavailable, match="broke"):
            await meanwhile(reading.next(), server.wait_for_idle, partial(server.end_all, how))


async def test_after_a_good_while_it_connects_again_without_a_word(
    server: ScriptedImap,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("adapters._imap_watch.GOOD_WHILE", 0.0)
    caplog.set_level(logging.WARNING)
    async with Reading(settings) as reading:
        await reading.catch_up()
        came = await meanwhile(
            reading.one(),
            server.wait_for_idle,
            partial(server.end_all, Drop()),
            partial(server.wait_for, "LOGIN", 2),
            partial(server.inbox.add, mail("after the break")),
        )
        assert came == "after the break"
    assert not caplog.records


async def test_a_half_open_connection_is_noticed_when_the_round_is_renewed(
    server: ScriptedImap, settings: Settings
) -> None:
    async with Reading(replace(settings, idle_seconds=0.2, poll_seconds=0.2, timeout_seconds=0.3)) as reading:
        await reading.catch_up()
        with pytest.raises(Unavailable, match="timed out"):
            await meanwhile(reading.next(), server.wait_for_idle, partial(server.end_all, Hang()))


async def test_idle_is_renewed(server: ScriptedImap, settings: Settings) -> None:
    async with Reading(replace(settings, idle_seconds=0.05)) as reading:
        await reading.catch_up()
        new = partial(server.inbox.add, mail("new"))
        assert await meanwhile(reading.one(), partial(server.wait_for, "IDLE", 4), new) == "new"


@pytest.mark.parametrize("where", ["before", "after"])
async def test_news_around_the_start_of_idle_is_seen_at_once(
    server: ScriptedImap, settings: Settings, where: str
) -> None:
    """In the same packet as "+ idling", or before it; IMAPClient sees neither until the round ends."""
    async with Reading(settings) as reading:
        await reading.catch_up()
        server.on("IDLE", **{where: b"* 1 EXISTS\r\n"}, first=lambda: _add_silently(server, "early"))  # type: ignore[arg-type]
        assert await reading.one() == "early"


def _add_silently(server: ScriptedImap, name: str) -> None:
    server.inbox.add(mail(name))
    for session in server._sessions:
        session.view = list(server.inbox.messages)  # the script tells of it, not the server by itself
        session.told = {message.uid: frozenset(message.flags) for message in session.view}


async def test_lines_may_come_one_byte_at_a_time(server: ScriptedImap, settings: Settings) -> None:
    """Half a line amid IDLE ends an IMAPClient session."""
    server.segment = 1
    server.inbox.add(mail("one"))
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["one"]
        new = partial(server.inbox.add, mail("two"))
        assert await meanwhile(reading.one(), server.wait_for_idle, new) == "two"
    assert server.count("LOGIN") == 1
