"""Getting messages: large ones, odd ones, and such that the server itself cannot stand."""

from pathlib import Path

import pytest

from adapters import _imap_fetch
from adapters._imap_fetch import Broken, Found, Pace, Raw
from adapters._mail_account import Settings
from agent_tui.core.errors import Unavailable
from tests.adapters.mail_account import account
from tests.adapters.watching import Reading, mail
from tests.servers import imap_fetch, imap_verbs
from tests.servers.imap_session import Session
from tests.servers.imap_wire import Command
from tests.servers.scripted_imap import Drop, ScriptedImap


@pytest.fixture
def server(scripted_imap: ScriptedImap) -> ScriptedImap:
    return scripted_imap


@pytest.fixture
def settings(tmp_path: Path, server: ScriptedImap) -> Settings:
    return account(tmp_path, imap=server, username=server.user)


async def test_very_large_messages_are_read_in_part(
    server: ScriptedImap, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_imap_fetch, "MAX_MESSAGE", 5000)
    server.inbox.add(mail("small"))
    server.inbox.add(mail("large") + b"x" * 9000)
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["small", "large"]
    small, large = reading.found
    assert isinstance(small, Raw)
    assert isinstance(large, Raw)
    assert (small.cut, large.cut) == (0, len(mail("large")) + 9000)


async def test_pages_are_bounded_by_bytes(
    server: ScriptedImap, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_imap_fetch, "PAGE_BYTES", 10_000)
    for number in range(6):
        server.inbox.add(mail(str(number)) + b"x" * 4000)
    async with Reading(settings) as reading:
        sizes = []
        while not (batch := await reading.next()).caught_up:
            sizes.append(len(batch.events))
    assert sizes == [2, 2, 2]


async def test_a_message_read_elsewhere_comes_as_seen(server: ScriptedImap, settings: Settings) -> None:
    server.inbox.add(mail("read"), flags=("\\Seen",))
    server.inbox.add(mail("unread"))
    async with Reading(settings) as reading:
        await reading.catch_up()
        assert [raw.seen for raw in reading.found if isinstance(raw, Raw)] == [True, False]


async def test_news_of_another_message_does_not_land_on_this_one(
    server: ScriptedImap, settings: Settings
) -> None:
    """An untagged FETCH without a UID names a sequence number; 22 is somebody's UID as well."""
    for number in range(3):
        server.inbox.add(mail(str(number)), uid=number + 2)
    server.on("FETCH")
    server.on("FETCH", before=b"* 3 FETCH (FLAGS (\\Seen))\r\n", after=b"* 2 FETCH (FLAGS (\\Seen))\r\n")
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["0", "1", "2"]
        assert [raw.seen for raw in reading.found if isinstance(raw, Raw)] == [False, False, False]


async def test_a_message_that_vanishes_between_two_commands_is_passed_over(
    server: ScriptedImap, settings: Settings
) -> None:
    for number in range(3):
        server.inbox.add(mail(str(number)))
    server.on("FETCH", first=lambda: server.inbox.expunge(2))
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["0", "2"]


async def test_a_message_without_a_body_does_not_hold_up_the_others(
    server: ScriptedImap, settings: Settings
) -> None:
    for number in range(3):
        server.inbox.add(mail(str(number)))
    server.inbox.vanish(2)
    async with Reading(settings) as reading:
        assert sorted(await reading.catch_up()) == ["", "0", "2"]
    [broken] = [item for item in reading.found if isinstance(item, Broken)]
    assert (broken.uid, broken.reason) == (2, "the server lists it, but does not hand it out")


async def test_a_message_the_server_refuses_to_give_is_named_with_its_words(
    server: ScriptedImap, settings: Settings
) -> None:
    server.inbox.add(mail("bad"))
    server.on("FETCH")
    server.on("FETCH", times=2, instead="NO [SERVERBUG] cannot convert this \x1b[2Jmessage")
    async with Reading(settings) as reading:
        await reading.catch_up()
    [broken] = reading.found
    assert isinstance(broken, Broken)
    assert broken.reason == "the server says: cannot convert this message"


async def test_a_refused_page_is_halved_until_the_rest_gets_through(
    server: ScriptedImap, settings: Settings
) -> None:
    for number in range(4):
        server.inbox.add(mail(str(number)))
    server.on("FETCH")
    server.on("FETCH", times=2, instead="NO something in there")  # all four; the first two
    async with Reading(settings) as reading:
        assert await reading.catch_up() == ["0", "1", "2", "3"]


async def test_a_busy_server_does_not_make_messages_unreadable(
    server: ScriptedImap, settings: Settings
) -> None:
    server.inbox.add(mail("fine"))
    server.on("FETCH")
    server.on("FETCH", instead="NO [UNAVAILABLE] later")
    async with Reading(settings) as reading:
        with pytest.raises(Unavailable, match="later"):
            await reading.catch_up()


@pytest.mark.parametrize(("deadly", "left"), [(b"BODY.PEEK[]", "Subject: poison"), (b"BODY", "")])
async def test_a_message_that_kills_the_connection_is_left_behind_in_the_end(
    server: ScriptedImap, settings: Settings, monkeypatch: pytest.MonkeyPatch, deadly: bytes, left: str
) -> None:
    original = imap_verbs.fetch

    def fetch(session: Session, command: Command) -> str:
        asked = b" ".join(imap_fetch.items(command.arguments[1:2]))
        if deadly in asked and any(each.uid == 2 for _, each in imap_verbs._chosen(session, command)):
            session.connection.end(Drop())
        return original(session, command)

    monkeypatch.setattr(imap_verbs, "fetch", fetch)
    for name in ("fine", "poison", "fine too"):
        server.inbox.add(mail(name))
    found: list[Found] = []
    cursor: str | None = None
    paces: dict[str, Pace] = {}
    for _ in range(30):
        async with Reading(settings, cursor).keeping(paces) as reading:
            try:
                await reading.catch_up()
            except Unavailable:
                paces = reading.memory.paces
            found += reading.found
            cursor = reading.cursor
            if reading.memory.caught_up:
                break
    assert sorted(item.uid for item in found) == [1, 2, 3]
    [broken] = [item for item in found if isinstance(item, Broken)]
    assert broken.uid == 2
    assert left in broken.data.decode()
    assert bool(left) == bool(broken.data)
