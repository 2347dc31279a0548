"""Reading an account: newest first, everything, once; against a server that does what a test says."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from adapters._mail_account import Settings
from agent_tui.core.errors import NeedsPerson, Unavailable
from tests.adapters.mail_account import NOW, account
from tests.adapters.watching import Reading, mail, subject
from tests.meanwhile import cancelled
from tests.servers.scripted_imap import Drop, ScriptedImap


@pytest.fixture
def server(scripted_imap: ScriptedImap) -> ScriptedImap:
    return scripted_imap


@pytest.fixture
def settings(tmp_path: Path, server: ScriptedImap) -> Settings:
    return account(tmp_path, imap=server, username=server.user)


async def test_the_first_batch_is_the_newest_of_both_sides(server: ScriptedImap, settings: Settings) -> None:
    for number in range(1, 121):
        server.inbox.add(mail(f"in {number}"), date=NOW - timedelta(hours=200 - number))
        server.sent.add(mail(f"out {number}"), date=NOW - timedelta(hours=400 - number))
    async with Reading(settings) as reading:
        first = await reading.next()
        assert len(server.seen) <= 14  # round trips before the first words: each may take a tenth of a second
        assert {subject(event) for event in first.events} == {
            f"{side} {number}" for side in ("in", "out") for number in range(71, 121)
        }
        assert (first.remaining, first.caught_up) == (140, False)
        second = await reading.next()  # INBOX is the newer one, so its history comes first
        assert [subject(event) for event in second.events] == [f"in {number}" for number in range(1, 71)]
        assert second.remaining == 70
        third = await reading.next()
        assert [subject(event) for event in third.events] == [f"out {number}" for number in range(1, 71)]
        last = await reading.next()
        assert (last.events, last.caught_up, last.remaining) == ((), True, 0)


async def test_reading_changes_nothing_at_the_provider(server: ScriptedImap, settings: Settings) -> None:
    server.inbox.add(mail("one"))
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["one"]
    assert server.inbox.messages[0].flags == set()
    assert {command.verb for command in server.seen}.isdisjoint({"SELECT", "STORE", "UID STORE", "CREATE"})


async def test_only_the_wanted_days_are_read_and_what_comes_later(
    server: ScriptedImap, settings: Settings
) -> None:
    for days in (40, 31, 29, 1):
        server.inbox.add(mail(f"{days} days old"), date=NOW - timedelta(days=days))
    async with Reading(replace(settings, since_days=30)) as reading:
        assert await reading.catch_up() == ["29 days old", "1 days old"]
        cursor = reading.cursor
    server.inbox.add(mail("old, but new here"), date=NOW - timedelta(days=99))
    async with Reading(replace(settings, since_days=30), cursor) as reading:
        assert await reading.catch_up() == ["old, but new here"]
        cursor = reading.cursor
    async with Reading(replace(settings, since_days=0), cursor) as reading:
        assert set(await reading.catch_up()) >= {"40 days old", "31 days old"}


async def test_dying_at_any_batch_skips_nothing(
    server: ScriptedImap, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters._imap_looking.HEAD", 3)
    monkeypatch.setattr("adapters._imap_looking.PAGE", 4)
    for number in range(20):
        server.inbox.add(mail(f"in {number}"))
        server.sent.add(mail(f"out {number}"))
    kept: list[str] = []
    cursor: str | None = None
    died = 0
    while True:
        async with Reading(settings, cursor) as reading:
            batch = await reading.next()  # this one is lost: the consumer dies with it
            if batch.caught_up:
                break
            died += 1
        async with Reading(settings, cursor) as reading:
            batch = await reading.next()
            kept += [subject(event) for event in batch.events]
            cursor = batch.cursor
        if died <= 5:
            server.inbox.add(mail(f"late {died}"))
    async with Reading(settings, cursor) as reading:
        kept += await reading.catch_up()
    wanted = [f"{side} {n}" for side in ("in", "out") for n in range(20)] + [f"late {n}" for n in range(1, 6)]
    assert sorted(kept) == sorted(wanted)
    assert died > 8


async def test_nothing_new_is_nothing_read(server: ScriptedImap, settings: Settings) -> None:
    server.inbox.add(mail("one"))
    async with Reading(settings) as reading:
        await reading.catch_up()
        cursor = reading.cursor
    before = server.count("FETCH")
    async with Reading(settings, cursor) as reading:
        assert await reading.catch_up() == []
        assert reading.cursor == cursor
    assert server.count("FETCH") == before


async def test_without_uidnext_the_same(server: ScriptedImap, settings: Settings) -> None:
    server.uidnext = False
    server.inbox.add(mail("one"), uid=70)
    server.inbox.add(mail("two"), uid=90)
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["one", "two"]
        cursor = reading.cursor
    server.inbox.add(mail("three"))
    async with Reading(settings, cursor) as reading:
        assert await reading.catch_up() == ["three"]


async def test_a_new_numbering_brings_everything_again_but_nothing_is_missed(
    server: ScriptedImap, settings: Settings
) -> None:
    for number in range(3):
        server.inbox.add(mail(f"old {number}"))
    async with Reading(settings) as reading:
        await reading.catch_up()
        cursor = reading.cursor
    server.inbox.new_uidvalidity(first_uid=2)
    server.inbox.add(mail("new"))
    async with Reading(settings, cursor) as reading:
        assert await reading.catch_up() == ["old 0", "old 1", "old 2", "new"]


async def test_a_numbering_that_changes_while_we_watch(server: ScriptedImap, settings: Settings) -> None:
    server.sent.add(mail("old"))
    async with Reading(replace(settings, poll_seconds=0.05)) as reading:
        await reading.catch_up()
        server.sent.new_uidvalidity(first_uid=5)
        server.sent.add(mail("new"))
        batch = await reading.next()
        assert [subject(event) for event in batch.events] == ["old", "new"]


async def test_a_lost_connection_in_the_middle_loses_nothing(
    server: ScriptedImap, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was fetched for a batch that never left must be fetched again, also within one `receive`."""
    monkeypatch.setattr("adapters._imap_watch.GOOD_WHILE", 0.0)
    server.inbox.add(mail("in"))
    server.sent.add(mail("out"))
    server.on("FETCH", times=3)  # sizes and words of INBOX, sizes of Sent
    server.on("FETCH", lose_reply=Drop(), cut_at=30)
    async with Reading(settings) as reading:
        assert sorted(await reading.catch_up()) == ["in", "out"]
    assert server.count("LOGIN") == 2


async def test_a_short_session_that_fails_is_told(server: ScriptedImap, settings: Settings) -> None:
    server.inbox.add(mail("in"))
    server.on("FETCH", lose_reply=Drop(reset=True))
    async with Reading(settings) as reading:
        with pytest.raises(Unavailable, match="the connection broke during FETCH"):
            await reading.next()


async def test_several_folders_and_one_that_is_not_there(
    server: ScriptedImap, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    server.add_mailbox("Orders").add(mail("an order"))
    server.inbox.add(mail("a letter"))
    async with Reading(replace(settings, folders=("INBOX", "Orders", "Gone"))) as reading:
        assert sorted(await reading.catch_up()) == ["a letter", "an order"]
    assert "no folder 'Gone'" in caplog.text


async def test_no_folder_at_all_needs_a_person(server: ScriptedImap, settings: Settings) -> None:
    async with Reading(replace(settings, folders=("Support",))) as reading:
        with pytest.raises(NeedsPerson, match="none of the folders Support") as caught:
            await reading.next()
    assert "INBOX, Sent" in caught.value.remedy


async def test_a_folder_that_will_not_open_does_not_stop_the_others(
    server: ScriptedImap, settings: Settings
) -> None:
    server.inbox.add(mail("in"))
    server.on("EXAMINE")
    server.on("EXAMINE", instead="NO [NOPERM] not yours")
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["in"]


async def test_without_a_folder_of_sent_mail_it_says_so_once(
    server: ScriptedImap, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    del server.mailboxes[b"Sent"]
    server.inbox.add(mail("in"))
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["in"]
    assert caplog.text.count("no folder of sent mail") == 1


async def test_marks_are_set_only_when_wanted_and_only_after_the_batch_was_kept(
    server: ScriptedImap, settings: Settings
) -> None:
    server.inbox.add(mail("was there before"))
    async with Reading(replace(settings, mark_seen=True)) as reading:
        await reading.catch_up()
        server.inbox.add(mail("arrives"))
        assert await reading.one() == "arrives"
        assert server.count("STORE") == 0
        await cancelled(reading.next(), partial(server.wait_for, "STORE"), server.wait_for_idle)
    assert [message.flags for message in server.inbox.messages] == [set(), {"\\Seen"}]


async def test_while_the_history_is_read_new_mail_is_not_kept_waiting(
    server: ScriptedImap, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters._imap_looking.HEAD", 2)
    monkeypatch.setattr("adapters._imap_looking.PAGE", 2)
    monkeypatch.setattr("adapters._imap_looking.LOOK_SECONDS", 0.0)
    for number in range(10):
        server.inbox.add(mail(f"old {number}"))
    async with Reading(settings) as reading:
        await reading.next()
        server.inbox.add(mail("new"))
        assert await reading.one() == "new"
        assert len(await reading.catch_up()) == 8
