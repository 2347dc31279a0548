"""An account being watched: what it finds, told apart by subject, and where it would go on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from adapters._dial import Lifeline
from adapters._imap_fetch import Found, Pace, Raw
from adapters._imap_looking import Looking, Memory, Place
from adapters._imap_sync import load
from adapters._imap_watch import watch
from adapters._mail_account import Settings
from adapters._threads import drive
from agent_tui.core.channel import Batch, Event, Unreadable
from tests.adapters.mail_account import NOW

SECONDS = 20.0


def mail(subject: str) -> bytes:
    """A small message."""
    return f"From: ana@customer.example\r\nSubject: {subject}\r\n\r\nWords about {subject}.\r\n".encode()


def subject(event: Event) -> str:
    """What a message was called."""
    assert isinstance(event, Unreadable)
    return event.raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()


@dataclass
class Reading:
    """Reads an account; every message comes as an event that holds its bytes."""

    settings: Settings
    cursor: str | None = None
    now: datetime = NOW
    lifeline: Lifeline = field(default_factory=Lifeline)
    found: list[Found] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory = Memory(self.settings, self._read, lambda: self.now, load(self.cursor))
        self._driven = drive(watch(self.memory, self.lifeline), self.lifeline.cut, name="watching")

    def _read(self, _looking: Looking, place: Place, found: Sequence[Found]) -> list[Event]:
        self.found += found
        self.places += [place] * len(found)
        return [self._event(place, item) for item in found]

    def _event(self, place: Place, item: Found) -> Event:
        reason = "" if isinstance(item, Raw) else item.reason
        name = f"{place.folder};{place.validity};{item.uid}"
        return Unreadable(external_id=name, at=self.now, raw=item.data, reason=reason)

    def keeping(self, paces: dict[str, Pace]) -> Self:
        """With the experience of an earlier connection."""
        self.memory.paces.update(paces)
        return self

    async def next(self) -> Batch:
        """The next batch, and with asking for it, the last one was kept."""
        async with asyncio.timeout(SECONDS):
            batch: Batch = await anext(self._driven)
        self.cursor = batch.cursor
        return batch

    async def catch_up(self) -> list[str]:
        """The subjects of everything until nothing older waits."""
        subjects: list[str] = []
        while True:
            batch = await self.next()
            subjects += [subject(event) for event in batch.events]
            if batch.caught_up:
                return subjects

    async def one(self) -> str:
        """The subject of the one message that comes next."""
        [event] = (await self.next()).events
        return subject(event)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._driven.aclose()
