"""SMS and WhatsApp through Twilio: one number, or one messaging service, by polling.

A terminal has no public address, so the list of messages is asked for, again and again (`_twilio_look`), and each of
ours by itself until its fate is known (`_twilio_follow`). Everything that anybody sends from the number comes along,
as ours. With `webhook`, Twilio says when there is something to look for (`_twilio_hook`).

Sending. Twilio has no idempotency key: an attempt whose answer is lost may have left. So nothing is repeated before
the list was asked: exactly as many messages of those words to that number as there are attempts open are ours, each
taken by one attempt for good (`_twilio_ledger`). None a minute after the first look: it did not leave. More than our
attempts explain: nobody can tell, and the agent decides.

Files are received, not sent: Twilio fetches what it sends from a public address, and a terminal has none.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adapters._twilio_api import Api, Lost
from adapters._twilio_envelope import LONGEST_TEXT, checked
from adapters._twilio_follow import Follower
from adapters._twilio_ledger import Ledger
from adapters._twilio_look import SKEW, Looker
from adapters._twilio_reach import load
from adapters._twilio_rows import Row, is_ours, read
from adapters._twilio_settings import Settings
from adapters._twilio_words import STATES
from agent_tui.core.addresses import PHONE
from agent_tui.core.channel import (
    Batch,
    Capabilities,
    Channel,
    Cursor,
    Event,
    Kit,
    Outgoing,
    Receipt,
)
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.language import _
from agent_tui.core.model import DeliveryState, Medium
from agent_tui.core.text import clean_line

if TYPE_CHECKING:
    from adapters._twilio_hook import Hook

_log = logging.getLogger(__name__)
__all__ = ["Adapter", "Settings"]

GRACE = timedelta(minutes=1)
"""How late a message may appear in the list."""

SOONEST = 1.0  # seconds between two looks, however often somebody knocks
DAILY = timedelta(days=1)
MOST_HURRIED = 500
MOST_PAGES = 3  # of messages with one number, looked through for one of ours
_SMS = Capabilities(schemes=frozenset({PHONE}), max_length=LONGEST_TEXT, receipts=True, parts=True)
_WHATSAPP = Capabilities(
    schemes=frozenset({PHONE}),
    start=False,
    max_length=LONGEST_TEXT,
    receipts=True,
    window=timedelta(hours=24),  # free words; after that templates only, which nobody here writes
)
_ENDS = frozenset({DeliveryState.FAILED, DeliveryState.READ})


class Adapter(Channel):
    """One number's texts, or one WhatsApp number's chats."""

    def __init__(self, name: str, settings: Settings, kit: Kit) -> None:
        self.name = name
        self.address = settings.address
        self.medium = Medium.CHAT if settings.whatsapp else Medium.SMS
        self.can = _WHATSAPP if settings.whatsapp else _SMS
        self._settings = settings
        self._kit = kit
        self._api: Api | None = None
        self._ledger: Ledger | None = None
        self._opening = asyncio.Lock()
        self._woken = asyncio.Event()
        self._sent: list[str] = []  # in this process
        self._knocked = False
        self._hurried: set[str] = set()  # messages of which Twilio has news
        self._hook: Hook | None = None
        self._looked: dict[str, datetime] = {}  # when an unsure message was first looked for

    async def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """What comes, and what becomes of ours. The cursor is JSON: how far the list was read."""
        api, ledger = await self._open()
        await self._listen()
        last = _ENDS if self._settings.whatsapp else _ENDS | {DeliveryState.DELIVERED}
        follower = Follower(ledger.key, frozenset(last))
        looker = Looker(api, self._settings, self._kit.now, ledger, follower, load(since))
        looked: datetime | None = None
        while True:
            now = self._kit.now()
            wide = looked is None or now - looked >= DAILY
            async with aclosing(looker.look(wide=wide)) as batches:
                async for batch in batches:
                    yield batch
            looked = now if wide else looked
            soon, until = _time() + SOONEST, _time() + self._settings.poll_seconds * random.uniform(0.9, 1.1)
            while _time() < (until := min(until, soon) if self._knocked else until):
                self._woken.clear()
                if news := await self._news(api, looker):
                    yield Batch(events=news, cursor=looker.reach.cursor(), caught_up=True)
                await self._rest(until, follower)
            self._knocked = False

    async def _news(self, api: Api, looker: Looker) -> tuple[Event, ...]:
        """What became of ours, of those whose time has come to be asked about."""
        follower, found = looker.follower, []
        for sid in self._sent:
            follower.add(sid, _time())
        del self._sent[:-500]
        while self._hurried:
            follower.hurry(self._hurried.pop(), _time())
        for sid in follower.asked(_time()):
            try:
                payload = await api.fetch(sid)
            except Lost:
                follower.forget(sid)
                continue
            row = _read(payload)
            if row is not None and row.sid == sid and (news := follower.hear(row, _time())):
                found.append(news)
        return tuple(found)

    async def _rest(self, until: float, follower: Follower) -> None:
        """Wait for the next look, the next question, or a message just sent."""
        try:
            async with asyncio.timeout_at(min(until, follower.next() or until)):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _listen(self) -> None:
        """Let Twilio knock. Where the port is taken, looking now and then is enough."""
        settings, loop = self._settings, asyncio.get_running_loop()
        if not settings.webhook or self._hook is not None:
            return

        def knock(sid: str) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and we are about to
                loop.call_soon_threadsafe(self._knock, sid)

        from adapters._twilio_hook import Door, Hook

        token = await asyncio.to_thread(settings.reveal)
        hook = Hook(Door(settings.public_url, settings.account_sid, token, knock), settings.listen)
        try:
            hook.start()
        except OSError as error:
            _log.warning(
                "%s: no webhooks: cannot listen at %s: %s", self.name, settings.listen, error.strerror
            )
            return
        self._hook = hook

    def _knock(self, sid: str) -> None:
        if sid and len(self._hurried) < MOST_HURRIED:
            self._hurried.add(sid)
        self._knocked = True
        self._woken.set()

    async def send(self, message: Outgoing) -> Receipt:
        """Send a text, once. Raises Unavailable, Rejected, Uncertain or NeedsPerson."""
        to = checked(message, self._settings)
        api, ledger = await self._open()
        self._looked.pop(message.key, None)
        print_ = ledger.print(to, message.text)
        await asyncio.to_thread(ledger.begin, message.key, self._kit.now(), print_)
        settings = self._settings
        try:
            row = await api.create(
                to=to, text=message.text, sender=settings.number, service=settings.messaging_service_sid
            )
        except (Unavailable, Rejected, NeedsPerson):
            await asyncio.to_thread(ledger.drop, message.key)
            raise
        return await self._claimed(ledger, message.key, row["sid"], row["status"])

    async def _claimed(self, ledger: Ledger, key: str, sid: str, status: str) -> Receipt:
        await asyncio.to_thread(ledger.claim, key, sid, self._kit.now())
        self._sent.append(sid)
        self._woken.set()
        state = STATES.get(status, DeliveryState.SENT)
        return Receipt(external_id=sid, delivery=state)

    async def find(self, message: Outgoing) -> Receipt | None:
        """Look for it in the provider's list; see the top of this file for what that proves."""
        try:
            to = checked(message, self._settings)
        except Rejected:
            return None  # it was never tried
        api, ledger = await self._open()
        if sid := ledger.sid(message.key):
            return Receipt(external_id=sid)
        print_ = ledger.print(to, message.text)
        if ledger.started(message.key) is None:  # an attempt nobody wrote down
            await asyncio.to_thread(ledger.begin, message.key, message.at, print_)
        rows = await self._candidates(api, ledger, to, message)
        attempts = ledger.open(print_)
        now = self._kit.now()
        if not rows and now - self._looked.setdefault(message.key, now) < GRACE:
            raise Uncertain(_("it is not in the provider's list yet"))
        if not rows:
            await asyncio.to_thread(ledger.drop, message.key)
            return None
        if len(rows) > len(attempts):
            raise Uncertain(_("the provider's list has more texts of these words than we sent"))
        return await self._claimed(ledger, message.key, rows[0].sid, rows[0].status)

    async def _candidates(self, api: Api, ledger: Ledger, to: str, message: Outgoing) -> list[Row]:
        """Texts of these words to this number that nobody has claimed, oldest first. Raises Uncertain."""
        found: list[Row] = []
        pages = 0
        wanted = ledger.print(to, message.text)
        oldest = (ledger.started(message.key) or message.at) - SKEW
        async with aclosing(api.pages(to=to, sender=self._settings.number)) as listed:
            async for payloads, last in listed:
                pages += 1
                rows = [row for p in payloads if is_ours(p, self._settings) and (row := _read(p)) is not None]
                found += [row for row in rows if _may_be(row, ledger, wanted, oldest)]
                if pages == MOST_PAGES and not last and not found:
                    raise Uncertain(_("the provider's list of texts to this number is too long to be sure"))
                if last or pages == MOST_PAGES:
                    break
        return sorted(found, key=lambda row: (row.created, row.sid))

    async def check(self) -> None:
        """The provider answers, knows the account, and the account may send."""
        api = await self._client()
        try:
            account = await api.account()
        except Lost as error:
            raise NeedsPerson(
                _("the provider does not know the account"), remedy=_("check account_sid and base_url")
            ) from error
        status = account.get("status") if isinstance(account, dict) else None
        if status != "active":
            raise NeedsPerson(
                _("the account is {reason}").format(reason=clean_line(str(status))[:40]),
                remedy=_("see the provider's console"),
            )

    async def aclose(self) -> None:
        """Hang up. May be called twice, and used again afterwards."""
        async with self._opening:
            api, self._api = self._api, None
            hook, self._hook = self._hook, None
            if api is not None:
                await api.aclose()
            if hook is not None:
                await asyncio.to_thread(hook.stop)

    async def _open(self) -> tuple[Api, Ledger]:
        """The client and the ledger, made when first needed. Only whoever hosts the channel may: it is one file."""
        api = await self._client()
        async with self._opening:
            if self._ledger is None:
                kit = self._kit
                self._ledger = await asyncio.to_thread(Ledger, kit.folder, kit.secret, kit.now())
            return api, self._ledger

    async def _client(self) -> Api:
        """The client, made when first needed: importing the library takes a third of a second."""
        async with self._opening:
            if self._api is None:
                self._api = await asyncio.to_thread(_api, self._settings)
            return self._api


def _api(settings: Settings) -> Api:
    return Api(settings.account_sid, settings.reveal(), settings.base_url)


def _read(payload: object) -> Row | None:
    try:
        return read(payload) if isinstance(payload, dict) else None
    except ValueError:
        return None


def _may_be(row: Row, ledger: Ledger, wanted: str, oldest: datetime) -> bool:
    """Is it of these words to this number, not older than the attempt, and nobody's yet?"""
    fresh = not row.inbound and row.created >= oldest and ledger.key(row.sid) is None
    return fresh and ledger.print(row.to, row.body) == wanted


def _time() -> float:
    return asyncio.get_running_loop().time()
