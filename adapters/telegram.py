"""Telegram: what customers write to a bot of yours in private, by long polling, so that no public address is needed.

Asking for updates from a number on tells Telegram that everything before it is kept, which is what asking this
channel for its next batch means. The cursor is that number and nothing more: never is an update passed over for
being lower than one we know, since after a quiet week Telegram goes on at a random number (and then answers what we
ask from the old one with everything it has). Telegram keeps updates for a day.

Groups and channels are passed over (`_telegram_events`). A bot cannot write first, sees no typing, and is not told
what was read. There is no idempotency key and no history: whether a message without an answer left, nobody can look
up, so `find` does not either, and the agent is asked.

`max_length` counts characters and Telegram counts UTF-16 units, so a text full of emoji may be too long before that:
then it is refused before anything is sent.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from adapters import _telegram_events as events
from adapters._telegram_api import Api, taken
from adapters._telegram_files import fetched
from adapters._telegram_send import LARGEST_FILE, LONGEST_TEXT, parts, send
from adapters._telegram_settings import Settings
from adapters._telegram_wire import Page
from agent_tui.core.channel import (
    Batch,
    Capabilities,
    Channel,
    Cursor,
    Event,
    Kit,
    Outgoing,
    Receipt,
    Received,
    Unreadable,
)
from agent_tui.core.errors import Unavailable
from agent_tui.core.language import _
from agent_tui.core.model import Medium

__all__ = ["Adapter", "Settings"]

WAIT = 30  # seconds an unanswered question stays open; up to 50 are allowed, but lines die quietly
SOONEST = 1.0  # seconds between two empty answers, should one come without having waited
MOST_AT_ONCE = 40_000_000  # bytes of files in one batch


class Adapter(Channel):
    """One bot."""

    medium = Medium.CHAT
    can = Capabilities(
        schemes=frozenset({events.SCHEME}), start=False, max_length=LONGEST_TEXT, files=LARGEST_FILE
    )

    def __init__(self, name: str, settings: Settings, kit: Kit) -> None:
        self.name = name
        self._settings = settings
        self._kit = kit
        self._api: Api | None = None
        self._opening = asyncio.Lock()

    async def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """What customers write. The cursor is the number of the first update that is not kept."""
        api = await self._client()
        offset, wait = _number(since), 0
        while True:
            asked = _time()
            page = await api.updates(offset, wait)
            async with aclosing(self._batches(api, page, offset)) as batches:
                async for batch in batches:
                    if batch.events or not wait or batch.cursor != _text(offset):
                        yield batch
            if page.updates:
                offset = _next(page, offset)
            elif wait:
                await asyncio.sleep(max(0.0, asked + SOONEST - _time()))
            wait = WAIT if page.whole else 0

    async def _batches(self, api: Api, page: Page, offset: int | None) -> AsyncGenerator[Batch, None]:
        """A page, in parts whose files fit into memory."""
        found: list[Event] = []
        size = 0
        for number, raw in page.updates:
            if size > MOST_AT_ONCE:
                yield Batch(events=tuple(found), cursor=_text(offset))
                found, size = [], 0
            event = await self._event(api, number, raw)
            offset = offset if number is None else number + 1
            if event is not None:
                found.append(event)
                size += 0 if isinstance(event, Unreadable) else sum(len(f.data) for f in event.files)
        yield Batch(events=tuple(found), cursor=_text(offset), caught_up=page.whole)

    async def _event(self, api: Api, number: int | None, raw: bytes) -> Received | Unreadable | None:
        """What an update says, with its files; None when it is none for us."""
        message = events.decoded(raw, number, self._kit.now())
        if message is None or isinstance(message, Unreadable):
            return message
        files, lost = await fetched(api, events.wanted(message))
        return events.filed(message, raw, number, files, lost)

    async def send(self, message: Outgoing) -> Receipt:
        """Send it, in as few requests as it takes. Raises Unavailable, Rejected, Uncertain or NeedsPerson."""
        chat, wanted = parts(message)
        return Receipt(external_id=await send(await self._client(), chat, wanted))

    async def check(self) -> None:
        """Telegram answers, knows the bot, and keeps its messages for whoever asks."""
        api = await self._client()
        await api.me()
        if await api.webhook():
            raise taken(webhook=True)

    async def aclose(self) -> None:
        """Hang up. May be called twice, and used again afterwards."""
        async with self._opening:
            api, self._api = self._api, None
            if api is not None:
                await api.aclose()

    async def _client(self) -> Api:
        """The client, made when first needed: the library takes a while, and so may the place of the token."""
        async with self._opening:
            if self._api is None:
                self._api = await asyncio.to_thread(self._made)
            return self._api

    def _made(self) -> Api:
        return Api(self._settings.reveal(self.name), self._settings.base_url)


def _next(page: Page, offset: int | None) -> int:
    """The number after a page. Raises Unavailable when that is no news: we would turn in circles."""
    numbers = [number for number, _other in page.updates if number is not None]
    if not numbers or numbers[-1] + 1 == offset:
        raise Unavailable(_("Telegram says the same again"), remedy=_("it is asked again by itself"))
    return numbers[-1] + 1


def _number(cursor: Cursor | None) -> int | None:
    return int(cursor) if cursor and cursor.isascii() and cursor.isdecimal() else None


def _text(offset: int | None) -> Cursor | None:
    return None if offset is None else str(offset)


def _time() -> float:
    return asyncio.get_running_loop().time()
