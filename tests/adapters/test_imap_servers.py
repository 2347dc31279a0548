"""The same account on servers of different families, and over bad networks: every message once, on both sides."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.imap import Adapter, Server
from agent_tui.core.channel import Batch, Cursor, Event, Received
from agent_tui.core.errors import Unavailable
from tests.adapters.mail_account import SHOP, account
from tests.adapters.mail_office import kit, letter, reply
from tests.contracts.channel import read_all
from tests.servers import courier as courier_server
from tests.servers import dovecot as dovecot_server
from tests.servers.corpus import Corpus
from tests.servers.courier import Courier
from tests.servers.dovecot import Dovecot, Options
from tests.servers.plain_imap import PlainImap
from tests.servers.proxy import Proxy
from tests.servers.smtp import SmtpServer

FAMILIES: dict[str, Callable[[], Any]] = {
    "dovecot": Dovecot,
    "dovecot, everything under INBOX, in German": lambda: Dovecot(
        Options(
            sent="Gesendet", special_use=False, prefix="INBOX.", without=("SPECIAL-USE", "CONDSTORE", "IDLE")
        )
    ),
    "courier": Courier,
    "courier without IDLE": lambda: Courier(idle=False),
    "twisted": PlainImap,
    "twisted without IDLE": lambda: PlainImap(idle=False),
}
MISSING: dict[str, Callable[[], str | None]] = {
    "dovecot": dovecot_server.available,
    "courier": courier_server.available,
    "twisted": lambda: None,
}
LETTERS = 400


@pytest.fixture(params=list(FAMILIES))
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    missing = MISSING[request.param.partition(" ")[0].strip(",")]()
    if missing is not None:
        pytest.skip(f"needs the system package {missing}")
    with FAMILIES[request.param]() as running:
        yield running


@pytest.fixture
def channel(server: Any, tmp_path: Path, smtp: SmtpServer) -> Adapter:
    smtp.user = server.user
    smtp.change_password("secret")
    settings = account(tmp_path, imap=server, smtp=smtp, username=server.user, poll_seconds=0.2)
    return Adapter("mail", settings, kit())


def sent_folder(server: Any) -> str:
    return server.options.sent if isinstance(server, Dovecot) else "Sent"


def fill(server: Any, corpus: Corpus) -> None:
    for mail in corpus:
        folder = mail.folder if mail.folder == "INBOX" else sent_folder(server)
        server.deliver(mail.raw, folder, flags=mail.flags, date=mail.date)
    settle(server)


def settle(server: Any) -> None:
    """What was delivered is there for whoever signs in now: Twisted's server looks only now and then."""
    if isinstance(server, PlainImap):
        server.restart()


def sides(events: list[Event]) -> Counter[bool]:
    return Counter(event.ours for event in events if isinstance(event, Received))


async def test_every_message_once_on_both_sides_and_then_nothing(
    server: Any, channel: Adapter, small_corpus: Corpus
) -> None:
    fill(server, small_corpus)
    wanted = Counter(mail.folder != "INBOX" for mail in small_corpus)
    events, cursor = await read_all(channel)
    assert sides(events) == wanted
    assert len({event.external_id for event in events}) == small_corpus.distinct
    assert await read_all(channel, cursor) == ([], cursor)
    await channel.aclose()


async def test_what_comes_and_what_is_answered_elsewhere(server: Any, channel: Adapter) -> None:
    server.deliver(letter("before"))
    settle(server)
    async with asyncio.timeout(30), aclosing(channel.receive(None)) as batches:
        async for batch in batches:
            if batch.caught_up:
                break
        server.deliver(letter("now"))
        assert words(await anext(batches)) == [("now", False)]
        server.deliver(
            letter("answered").replace(b"From: Ana", f"From: <{SHOP.value}>\r\nX-Was: Ana".encode()),
            sent_folder(server),
        )
        assert words(await anext(batches)) == [("answered", True)]
    await channel.aclose()


def words(batch: Batch) -> list[tuple[str, bool]]:
    return [(event.text.strip(), event.ours) for event in batch.events if isinstance(event, Received)]


async def test_a_new_numbering_brings_repeats_and_what_is_new(server: Any, channel: Adapter) -> None:
    for number in range(3):
        server.deliver(letter(f"old {number}"))
    settle(server)
    before, cursor = await read_all(channel)
    server.deliver(letter("new"))
    if isinstance(server, PlainImap):
        server.restart()  # it numbers anew each time it starts
    else:
        server.bump_uidvalidity()
    after, cursor = await read_all(channel, cursor)
    known = {event.external_id: event for event in before}
    fresh = [event for event in after if known.get(event.external_id) != event]
    assert [event.text.strip() for event in fresh if isinstance(event, Received)] == ["new"]
    assert (await read_all(channel, cursor))[0] == []
    await channel.aclose()


async def test_all_is_well_and_a_reply_is_filed_where_the_server_keeps_such(
    server: Any, channel: Adapter
) -> None:
    server.deliver(letter("hello"), sent_folder(server))  # so that the folder exists
    settle(server)
    await channel.check()
    receipt = await channel.send(reply())
    filed = [each.raw for each in server.messages(sent_folder(server))]
    assert sum(receipt.external_id.encode() in raw for raw in filed) == 1
    assert await channel.find(reply()) is not None
    events, _ = await read_all(channel)
    assert [event.key for event in events if isinstance(event, Received) and event.key] == [reply().key]
    await channel.aclose()


class TestBadNetworks:
    @pytest.fixture
    def net(self, dovecot: Dovecot, network: Callable[[int], Proxy]) -> Proxy:
        return network(dovecot.port)

    @pytest.fixture
    def channel(self, net: Proxy, mail_user: str, tmp_path: Path) -> Adapter:
        return Adapter("mail", account(tmp_path, imap=net, username=mail_user), kit())

    async def test_cut_anywhere_everything_comes_from_the_kept_cursor(
        self, net: Proxy, channel: Adapter, dovecot: Dovecot, mail_user: str, small_corpus: Corpus
    ) -> None:
        dovecot.fill(small_corpus, user=mail_user)
        kept: Counter[str] = Counter()
        cursor: Cursor | None = None
        cuts = 0
        for size in (300, 900, 2_000, 9_000, 40_000, 70_000, 90_000, 120_000, 250_000, 10_000_000):
            net.cut_after(size, reset=cuts % 2 == 0)
            try:
                async with asyncio.timeout(60), aclosing(channel.receive(cursor)) as batches:
                    async for batch in batches:
                        kept.update(event.external_id for event in batch.events)
                        cursor = batch.cursor
                        if batch.caught_up:
                            break
            except Unavailable:
                cuts += 1
        assert cuts > 3
        assert len(kept) == small_corpus.distinct
        assert sum(kept.values()) == len(
            small_corpus
        )  # nothing twice either: a batch is kept, or it never came
        await channel.aclose()

    async def test_one_byte_at_a_time(
        self, net: Proxy, channel: Adapter, dovecot: Dovecot, mail_user: str
    ) -> None:
        net.segment = 1
        dovecot.deliver(letter("before"), user=mail_user)
        async with asyncio.timeout(30), aclosing(channel.receive(None)) as batches:
            async for batch in batches:
                if batch.caught_up:
                    dovecot.deliver(letter("now"), user=mail_user)
                elif words(batch) == [("now", False)]:
                    break
        assert net.connections == 1
        await channel.aclose()

    async def test_a_network_that_falls_silent(
        self, net: Proxy, dovecot: Dovecot, mail_user: str, tmp_path: Path
    ) -> None:
        settings = account(tmp_path, imap=net, username=mail_user)
        quick = replace(settings, idle_seconds=0.2, poll_seconds=0.2, timeout_seconds=0.5)
        channel = Adapter("mail", quick, kit())
        async with asyncio.timeout(30), aclosing(channel.receive(None)) as batches:
            async for batch in batches:
                if batch.caught_up:
                    break
            net.stall()
            with pytest.raises(Unavailable, match="timed out"):
                await anext(batches)
        await channel.aclose()

    async def test_far_away_the_first_messages_come_soon(
        self, net: Proxy, channel: Adapter, dovecot: Dovecot, mail_user: str, small_corpus: Corpus
    ) -> None:
        dovecot.fill(small_corpus, user=mail_user)
        net.delay = 0.02
        async with asyncio.timeout(60), aclosing(channel.receive(None)) as batches:
            async with asyncio.timeout(10):  # of round trips it takes less than one; the machine may be busy
                batch = await anext(batches)
            assert len(batch.events) == 100
            while not batch.caught_up:
                batch = await anext(batches)
        await channel.aclose()


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_over_tls_new_mail_is_heard_of_at_once(
    dovecot: Dovecot, mail_user: str, tmp_path: Path, tls: Any
) -> None:
    port = dovecot.tls_port if tls == "tls" else dovecot.port
    settings = account(tmp_path, username=mail_user, ca_file=dovecot.certificates.ca)
    channel = Adapter("mail", replace(settings, imap=Server(host="localhost", port=port, tls=tls)), kit())
    async with asyncio.timeout(30), aclosing(channel.receive(None)) as batches:
        async for batch in batches:
            if batch.caught_up:
                break
        for text in ("now", "and again"):
            dovecot.deliver(letter(text), user=mail_user)
            assert words(await anext(batches)) == [(text, False)]
    await channel.aclose()
