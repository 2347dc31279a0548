"""kill -9, again and again, while mail comes in and replies go out: nothing lost, nothing filed or sent twice.

``KILLS`` says how often (200 unless told).
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from agent_tui.bootstrap import open_desk
from agent_tui.core.addresses import email
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Conflict
from agent_tui.core.model import DeliveryState, Direction, Message, customer_id
from agent_tui.core.store import Store, View
from agent_tui.services.desk import Desk
from agent_tui.settings import load
from storage.local import LocalStore
from tests.clocks import START
from tests.journeys.home import SHOP, USER, Home
from tests.journeys.look import every_delivery, every_entry
from tests.servers.corpus import Corpus
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_process import SmtpProcess

KILLS = int(os.environ.get("KILLS", "200"))
MAILS = 2_000
CUSTOMERS = 3


class Shop:
    """The servers, the home, and a second window on the same files that writes replies."""

    def __init__(self, root: Path, *, files_sent: bool) -> None:
        self.dovecot = Dovecot()
        self.dovecot.user = USER
        self.files_sent = files_sent
        self.root = root
        self.delivered = 0

    async def __aenter__(self) -> Self:
        self.dovecot.start()
        self.dovecot.fill(Corpus(seed=3, messages=MAILS))
        maildir = self.dovecot.maildir() if self.files_sent else None
        self.smtp = SmtpProcess(file_into=maildir, directory=self.root / "smtp")
        self.smtp.start()
        copies = 'sent_copy = "never"' if self.files_sent else ""
        self.home = Home(
            self.root / "home", imap_port=self.dovecot.port, smtp_port=self.smtp.port, more=copies
        )
        self.store: Store = LocalStore(self.home.data, clock=SYSTEM)
        os.environ["SHOP_PASSWORD"] = "secret"
        self.desk: Desk = open_desk(load(self.home.root), store=self.store)
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.store.aclose()
        self.smtp.stop()
        self.dovecot.__exit__(None, None, None)

    def customer_writes(self) -> None:
        """One more mail of one of a few customers."""
        who = f"friend{self.delivered % CUSTOMERS}@example.com"
        raw = (
            f"From: Friend <{who}>\r\nTo: {SHOP}\r\nSubject: Cake\r\nMessage-ID: <live-{self.delivered}@example.com>\r\n"
            f"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nQuestion {self.delivered}\r\n"
        )
        self.dovecot.deliver(raw.encode())
        self.delivered += 1

    async def answer(self, number: int) -> str | None:
        """Queue a reply to a customer who has been filed; its id: from now on it is promised to leave, once."""
        who = customer_id(email(f"friend{number % CUSTOMERS}@example.com"))
        if await self.store.card(who, SYSTEM.now()) is None:
            return None
        envelope = await self.desk.replies.envelope(who)
        with suppress(Conflict):  # the customer wrote in this very moment
            return (await self.desk.replies.queue(envelope, f"answer {number}", now=True)).id
        return None

    def host_and_kill(self, seconds: float) -> None:
        """The program hosts the channel for a while, and is gone."""
        host = self.home.start("sync")
        with suppress(subprocess.TimeoutExpired):
            host.wait(seconds)
        assert host.poll() is None, f"the host ended by itself with {host.returncode}"
        host.send_signal(signal.SIGKILL)
        host.wait()

    async def seconds_to_work(self) -> float:
        """How long a host takes here and now until it files its first messages."""
        host, began = self.home.start("sync"), time.monotonic()
        while (await self.store.check()).messages == 0:
            assert host.poll() is None
            assert time.monotonic() - began < 60
        host.kill()
        host.wait()
        return time.monotonic() - began

    async def filed(self) -> set[str]:
        """The external ids of everything that came in."""
        facts = [entry.fact for entry in await every_entry(self.store)]
        return {f.external_id for f in facts if isinstance(f, Message) and f.direction is Direction.IN}

    async def settle(self) -> None:
        """Rounds without a kill, until the outbox has nothing left to do."""
        for _ in range(5):
            self.home.once()


@pytest.fixture
async def shop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shop]:
    if (missing := Dovecot.available()) is not None:
        pytest.skip(f"needs the system package {missing}")
    async with Shop(tmp_path, files_sent=request.param) as shop:
        yield shop


@pytest.mark.timeout(KILLS * 10 + 300)
@pytest.mark.parametrize(("shop", "kills"), [(True, KILLS), (False, max(10, KILLS // 8))], indirect=["shop"])
async def test_killed_again_and_again(shop: Shop, kills: int) -> None:
    chance = random.Random(11)
    promised: set[str] = set()
    kept: set[str] = set()
    work = await shop.seconds_to_work()
    for number in range(kills):
        shop.customer_writes()
        promised |= {key} if (key := await shop.answer(number)) else set()
        shop.host_and_kill(work * chance.uniform(0.3, 2.0))
        if number % 10 == 9:
            now = await shop.filed()
            assert kept <= now
            kept = now
    await shop.settle()
    await _filed_once(shop)
    await _sent_once(shop, promised, kills)
    await _equal_to_a_rebuild(shop.store)


async def _filed_once(shop: Shop) -> None:
    facts = [entry.fact for entry in await every_entry(shop.store)]
    came = [fact.external_id for fact in facts if isinstance(fact, Message) and fact.external_id]
    assert max(Counter(came).values()) == 1
    wanted = {f"<live-{number}@example.com>" for number in range(shop.delivered)}
    wanted |= {mail.message_id for mail in Corpus(seed=3, messages=MAILS) if mail.message_id}
    assert wanted - {external_id.partition("#")[0] for external_id in came} == set()


async def _sent_once(shop: Shop, promised: set[str], kills: int) -> None:
    deliveries = await every_delivery(shop.store)
    assert deliveries.keys() == promised
    assert len(promised) > kills * 0.4
    taken = Counter(message.message_id for message in shop.smtp.accepted)
    assert max(taken.values()) == 1
    sent = {d.external_id for d in deliveries.values() if d.state is DeliveryState.SENT}
    assert {d.state for d in deliveries.values()} <= {DeliveryState.SENT, DeliveryState.UNSURE}
    assert sent <= taken.keys()
    if shop.files_sent:  # what left is found among the sent mail; what is not found there did not leave
        assert sent == taken.keys()
    assert len(sent) > kills * 0.3


async def _equal_to_a_rebuild(store: Store) -> None:
    async def everything() -> object:
        page = await store.inbox(View(show="all"), START, limit=1_000_000)
        return page, await every_entry(store), await every_delivery(store)

    before = await everything()
    report = await store.rebuild()
    assert report.problems == ()
    assert await everything() == before
