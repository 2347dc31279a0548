"""Mail: one account, read over IMAP, answered over SMTP.

Reading is in `_imap_watch` (history newest first, then whatever comes, over one connection in one thread), sending in
`_smtp`, what a mail says in `_mime`, how one is written in `_compose`. Here they become a channel.

The provider's copies. What we sent is filed among the sent mail: by Gmail and Microsoft 365 themselves, elsewhere by
us, after the mail server took the message. A copy that cannot be filed now is filed at the next occasion of this
process; the message counts as sent all the same.

Did it leave after all? `find` looks for our Message-ID among the sent mail, in the archive and in the folders we read.
Found, it left. Not found proves something only where the provider files by itself *and* keeps our Message-ID: Gmail,
and Microsoft 365 once we have seen one of ours there (some of its servers write ids of their own). And only after two
minutes, since copies appear late. Everywhere else the agent decides: a message whose reply was lost left no trace,
whether it was delivered or not, because the copy would have been ours to file.
"""

import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from threading import Event
from typing import Any, TypeVar

from adapters import _smtp
from adapters._compose import compose
from adapters._dial import Cut, Lifeline
from adapters._imap_copies import Copies
from adapters._imap_fetch import Pace
from adapters._imap_looking import Memory
from adapters._imap_sent import Copy, keeps_ids, look, provider_files, wanted
from adapters._imap_session import connected, find
from adapters._imap_sync import Reach, load
from adapters._imap_watch import watch
from adapters._mail_account import Server, Settings
from adapters._mail_reader import MailReader
from adapters._message_ids import make_message_id
from adapters._mime import Account
from adapters._parser import Parser
from adapters._threads import Driven, drive, once
from agent_tui.core.addresses import EMAIL
from agent_tui.core.channel import Batch, Capabilities, Channel, Cursor, Kit, Outgoing, Receipt
from agent_tui.core.errors import ChannelError, NeedsPerson, Uncertain
from agent_tui.core.language import _
from agent_tui.core.model import Medium

__all__ = ["Adapter", "Server", "Settings"]

GRACE = timedelta(minutes=2)
"""How long a provider may take to file what it sent."""

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Adapter(Channel):
    """One mail account. Every call has its connections and threads to itself; cancelling ends them at once."""

    medium = Medium.EMAIL
    can = Capabilities(
        schemes=frozenset({EMAIL}), subject=True, threads=True, copies=True, files=18_000_000
    )  # 25 MB, the usual limit, in base64

    def __init__(self, name: str, settings: Settings, kit: Kit) -> None:
        self.name = name
        self.address = settings.address
        self._settings = settings
        self._kit = kit
        self._echo = Event()  # one of ours was seen among the sent mail, under the id we gave it
        self._paces: defaultdict[str, Pace] = defaultdict(Pace)
        self._running: set[Driven[Any]] = set()
        self._attempts: dict[str, datetime] = {}  # when each message was last tried, or first looked for
        self._copies = Copies(settings)

    async def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """Batches for ever; see `_imap_watch`. The cursor is JSON: how far each folder was read."""
        lifeline = Lifeline()
        async with self._driven(self._batches(load(since), lifeline), lifeline) as batches:
            async for batch in batches:
                yield batch

    async def send(self, message: Outgoing) -> Receipt:
        """Hand it to the mail server, then file our copy. Raises Unavailable, Rejected, Uncertain or NeedsPerson."""
        return await self._call(lambda lifeline: self._send(message, lifeline))

    async def find(self, message: Outgoing) -> Receipt | None:
        """Look for it among the sent mail; see the top of this file for what that proves."""
        return await self._call(lambda lifeline: self._find(message, lifeline))

    async def check(self) -> None:
        """Sign in to both servers and look for the folders. Raises what is wrong, with a remedy."""
        await self._call(self._check)

    async def aclose(self) -> None:
        """End every connection and thread, within a second. May be called twice, and used again afterwards."""
        for driven in tuple(self._running):
            await driven.aclose()

    @asynccontextmanager
    async def _driven(self, work: Generator[T, None, None], lifeline: Lifeline) -> AsyncIterator[Driven[T]]:
        driven = drive(work, lifeline.cut, name=f"mail {self.name}")
        self._running.add(driven)
        try:
            yield driven
        finally:
            await driven.aclose()
            self._running.discard(driven)

    async def _call(self, work: Callable[[Lifeline], T]) -> T:
        lifeline = Lifeline()
        async with self._driven(once(lambda: work(lifeline)), lifeline) as driven:
            async for result in driven:
                return result
        raise Cut(_("the channel was closed"))

    # In a thread of their own:

    def _batches(self, reaches: dict[str, Reach], lifeline: Lifeline) -> Generator[Batch, None, None]:
        settings, kit = self._settings, self._kit
        names = frozenset(filter(None, (settings.name, kit.sender)))
        with Parser(Account(own=settings.own, secret=kit.secret, names=names)) as parser:
            lifeline.on_cut(parser.close)
            reader = MailReader(parser, settings.own, kit, self._echo.set)
            memory = Memory(settings, reader.read, kit.now, reaches, self._copies.file, self._paces)
            yield from watch(memory, lifeline)

    def _send(self, message: Outgoing, lifeline: Lifeline) -> Receipt:
        settings = self._settings
        data = compose(message, sender=settings.address, name=self._sender, secret=self._kit.secret)
        self._attempts[message.key] = self._kit.now()
        recipients = tuple(dict.fromkeys((*message.to, *message.cc)))
        refused = _smtp.send(settings, lifeline, recipients, data)
        self._attempts.pop(message.key, None)
        message_id = self._message_id(message)
        if wanted(settings):
            self._file(Copy(message_id=message_id, data=data, at=message.at), lifeline)
        return Receipt(external_id=message_id, refused=refused)

    def _file(self, copy: Copy, lifeline: Lifeline) -> None:
        """File our copy, now or later. Whatever goes wrong here, the message was sent."""
        self._copies.add(copy)
        try:
            with connected(self._settings, lifeline) as session:
                self._copies.file(session)
        except ChannelError as error:
            _log.warning("%s: a sent message is not yet among the sent mail: %s", self.name, error.problem)

    def _find(self, message: Outgoing, lifeline: Lifeline) -> Receipt | None:
        message_id = self._message_id(message)
        with connected(self._settings, lifeline) as session:
            if look(self._settings, session, message_id):
                return Receipt(external_id=message_id)
        address = self._settings.address.value
        if not provider_files(self._settings):
            told = _("it is not among the sent mail of {address}, but nobody would have put it there")
            raise Uncertain(told.format(address=address))
        if not (keeps_ids(self._settings) or self._echo.is_set()):
            told = _(
                "it is not among the sent mail of {address} under the name we gave it, "
                "but the provider may have given it another"
            )
            raise Uncertain(told.format(address=address))
        now = self._kit.now()
        if now - self._attempts.setdefault(message.key, now) < GRACE:
            told = _("it is not among the sent mail of {address} yet")
            raise Uncertain(told.format(address=address))
        return None

    def _check(self, lifeline: Lifeline) -> None:
        settings = self._settings
        with connected(settings, lifeline) as session:
            folders = find(settings, session)
            names = ", ".join(folder.name for folder in folders.listed if folder.usable)
            if folders.missing:
                missing = ", ".join(folders.missing)
                raise NeedsPerson(
                    _("{address} has no folder {missing}").format(
                        address=settings.address.value, missing=missing
                    ),
                    remedy=_("there are: {names}").format(names=names),
                )
            if folders.sent is None and settings.sent_copy != "never":
                problem = _("{address} has no folder of sent mail that can be recognised").format(
                    address=settings.address.value
                )
                raise NeedsPerson(
                    problem,
                    remedy=_('make one, or name it: sent_folder = "…"; there are: {names}').format(
                        names=names
                    ),
                )
            for folder in folders.all:
                session.examine(folder)
        with _smtp.signed_in(settings, lifeline) as client:
            client.noop()

    @property
    def _sender(self) -> str:
        return self._settings.name or self._kit.sender

    def _message_id(self, message: Outgoing) -> str:
        domain = self._settings.address.value.rpartition("@")[2]
        return make_message_id(message.key, domain, self._kit.secret)
