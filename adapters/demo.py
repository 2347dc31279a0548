"""A scripted channel: the people of `_demo_script` write while you look, and answer when you reply.

Nothing leaves the machine, and nothing is opened. What has been said is a list that only grows; the cursor is a place
in it, so that a batch which was not kept is said again. Made for ``agent-tui demo``, for pictures and for tests.
"""

import asyncio
import heapq
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

from adapters._demo_script import SCHEMES, Person, Said, people
from agent_tui.core.addresses import Address
from agent_tui.core.channel import (
    Batch,
    Capabilities,
    Channel,
    Cursor,
    Event,
    Kit,
    Outgoing,
    Progress,
    Receipt,
    Received,
)
from agent_tui.core.errors import ConfigError
from agent_tui.core.language import _
from agent_tui.core.model import DeliveryState, Medium

ARRIVES, READS, ANSWERS, NEXT = 1.5, 3.0, 6.0, 2.5  # seconds after a reply; NEXT: between two recipients

_MEGABYTE = 1_000_000
_CAN: Mapping[Medium, Capabilities] = {
    Medium.EMAIL: Capabilities(
        subject=True, threads=True, copies=True, files=25 * _MEGABYTE, exactly_once=True
    ),
    Medium.SMS: Capabilities(max_length=1600, receipts=True, exactly_once=True),
    Medium.CHAT: Capabilities(
        start=False, max_length=4096, files=20 * _MEGABYTE, receipts=True, exactly_once=True
    ),
    Medium.WEB: Capabilities(start=False, max_length=4096, receipts=True, exactly_once=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One scripted account. `speed` 2: everything happens in half the time."""

    medium: Medium  # what it plays
    scheme: str = ""  # of its customers' addresses, where a medium has several: "matrix"
    address: Address | None = None  # ours, as customers see it
    speed: float = 1.0  # as fast as people write

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ConfigError(_("speed is not above 0"), remedy=_("1 is as people write"))
        if self.scheme and self.scheme not in SCHEMES.values():
            raise ConfigError(
                _("scheme cannot be {scheme!r}").format(scheme=self.scheme),
                remedy=_('"matrix", or leave it out'),
            )

    @property
    def place(self) -> str:
        """Where people write to it: a key of `SCHEMES`."""
        return next((place for place, scheme in SCHEMES.items() if scheme == self.scheme), self.medium)


class Adapter(Channel):
    """The provider and the people behind it, in one object."""

    def __init__(self, name: str, settings: Settings, kit: Kit) -> None:
        self.name = name
        self.medium = settings.medium
        self.address = settings.address
        self.can = replace(_CAN[settings.medium], schemes=frozenset({SCHEMES[settings.place]}))
        self._place = settings.place
        self._speed = settings.speed
        self._now = kit.now
        self._said: list[Event] = []
        self._plan: list[tuple[float, int, Callable[[], Event]]] = []  # a heap: when, in what order, what
        self._planned = 0
        self._woken = asyncio.Event()
        self._sent: dict[str, Receipt] = {}
        self._answered: dict[Address, int] = {}
        self._started = False

    async def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """What people say, as they say it."""
        self._begin()
        place = min(int(since or 0), len(self._said))
        while True:
            self._hear()
            news = tuple(self._said[place:])
            place += len(news)
            yield Batch(events=news, cursor=str(place), caught_up=True)
            while place == len(self._said):
                await self._rest()
                self._hear()

    async def send(self, message: Outgoing) -> Receipt:
        """Takes it, and lets whoever got it read and answer."""
        if message.key not in self._sent:
            self._sent[message.key] = Receipt(external_id=f"<{message.key}@demo.example>")
            if self.can.receipts:
                self._follow(message, DeliveryState.DELIVERED, ARRIVES)
            if not self.can.start:
                self._follow(message, DeliveryState.READ, READS)
            for number, address in enumerate((*message.to, *message.cc)):
                self._answer(message, address, ANSWERS + number * NEXT)
            self._woken.set()
        return self._sent[message.key]

    async def find(self, message: Outgoing) -> Receipt | None:
        """Whether it was taken; this provider forgets nothing."""
        return self._sent.get(message.key)

    async def check(self) -> None:
        """Always well."""

    async def aclose(self) -> None:
        """Holds nothing."""

    def _begin(self) -> None:
        """The script starts when somebody looks for the first time."""
        if self._started:
            return
        self._started = True
        for person in people():
            for number, (seconds, said) in enumerate(person.live(self._place)):
                self._later(seconds, partial(self._spoken, person, said, f"live-{person.name}-{number}", ()))

    def _later(self, seconds: float, what: Callable[[], Event]) -> None:
        self._planned += 1
        moment = asyncio.get_running_loop().time() + seconds / self._speed
        heapq.heappush(self._plan, (moment, self._planned, what))

    def _hear(self) -> None:
        """What has come due is said."""
        while self._plan and self._plan[0][0] <= asyncio.get_running_loop().time():
            _other, _other, what = heapq.heappop(self._plan)
            self._said.append(what())

    async def _rest(self) -> None:
        """Wait for the next moment of the plan, or until it changes."""
        self._woken.clear()
        try:
            async with asyncio.timeout_at(self._plan[0][0] if self._plan else None):
                await self._woken.wait()
        except TimeoutError:
            return

    def _follow(self, message: Outgoing, state: DeliveryState, seconds: float) -> None:
        self._later(seconds, lambda: Progress(delivery=state, at=self._now(), key=message.key))

    def _answer(self, message: Outgoing, address: Address, seconds: float) -> None:
        person = next((p for p in people() if p.addresses.get(self._place) == address), None)
        count = self._answered.get(address, 0)
        if person is None or count >= len(answers := person.answers(self._place)):
            return
        self._answered[address] = count + 1
        thread = (f"<{message.key}@demo.example>", *message.threads)
        said = _titled(answers[count], message.subject)
        self._later(seconds, partial(self._spoken, person, said, f"answer-{person.name}-{count}", thread))

    def _spoken(self, person: Person, said: Said, key: str, threads: tuple[str, ...]) -> Received:
        own = f"<{sha256(key.encode()).hexdigest()[:16]}@demo.example>"
        return Received(
            external_id=own,
            sender=person.addresses[self._place],
            sender_name=person.name,
            at=self._now(),
            recipients=(self.address,) if self.address else (),
            subject=said.subject,
            text=said.text,
            fingerprint=key,
            in_reply_to=threads[0] if threads else None,
            threads=(own, *threads),
        )


def _titled(said: Said, subject: str) -> Said:
    """The answer to a mail carries its subject."""
    return replace(said, subject=said.subject or subject)
