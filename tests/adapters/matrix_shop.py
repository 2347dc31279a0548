"""A shop's account on a real Synapse, a customer with a room they share, and the channel between them.

Between the channel and the server stands a gate, for what a real server will not do when it is asked to.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.matrix import Adapter, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, File, Kit, Line, Outgoing
from agent_tui.core.clock import SYSTEM
from agent_tui.core.secrets import Secret
from tests.contracts.channel import Failure, read_all
from tests.servers.gate import Fault, Gate, Lost, said_json
from tests.servers.synapse import Person, Synapse

FAULTS: dict[Failure, Fault] = {
    "busy": said_json(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too many", "retry_after_ms": 1500}),
    "refused": said_json(403, {"errcode": "M_FORBIDDEN", "error": "You may not write here"}),
    "lost": Lost(),
}


async def no_transcript(_: Address, __: int) -> Sequence[Line]:
    return ()


class Shop:
    """The shop's side of things. `ana` is a customer, `room` the one they are both in."""

    def __init__(self, server: Synapse, gate: Gate, folder: Path) -> None:
        self.server = server
        self.gate = gate
        self.us = server.person(shown="Corner Bakery")
        self.ana = server.person(shown="Ana Sousa")
        self.room = self.ana.room(invite=[self.us.user_id])
        self.us.join(self.room)
        self.customer = address(self.ana.user_id)
        self._token = folder / "token"
        self._token.write_text(self.us.token)
        self._wrong = folder / "wrong"
        self._wrong.write_text("wrong")

    def deliver(self, text: str) -> None:
        self.ana.say(self.room, text)

    def accepted(self) -> Sequence[str]:
        return [e["content"]["body"] for e in self.ana.heard(self.room) if e["sender"] == self.us.user_id]

    def fail_next(self, how: Failure) -> None:
        self.gate.next("PUT", "/send/", FAULTS[how])

    def go_away(self) -> None:
        self.gate.go_away()

    def channel(
        self, *, signed_out: bool = False, now: Callable[[], datetime] = SYSTEM.now, **more: Any
    ) -> Adapter:
        token = Secret({"file": str(self._wrong if signed_out else self._token)})
        settings = Settings(
            **{"homeserver": self.gate.url, "user_id": self.us.user_id, "token": token, **more}
        )
        return Adapter("matrix", settings, Kit(now=now, secret=b"k" * 32, transcript=no_transcript))

    def forget(self, device: Person) -> None:
        """From now on channels sign in as another device, whose transactions are its own."""
        self._token.write_text(device.token)

    def reply(
        self, text: str = "words", *files: File, key: str = "key", at: datetime | None = None, **more: Any
    ) -> Outgoing:
        """A reply to Ana."""
        told = {"to": (self.customer,), "text": text, "files": files, **more}
        return Outgoing(key=key, at=at or datetime.now(UTC), **told)


def address(user: str) -> Address:
    return Address("matrix", user)


@asynccontextmanager
async def closing(channel: Adapter) -> AsyncIterator[Adapter]:
    try:
        yield channel
    finally:
        await channel.aclose()


async def heard(shop: Shop, since: str | None = None, **more: Any) -> list[Event]:
    """All that a new channel reads."""
    async with closing(shop.channel(**more)) as channel:
        return (await read_all(channel, since))[0]


async def here(shop: Shop) -> str:
    """The cursor of now."""
    async with closing(shop.channel()) as channel:
        cursor = (await read_all(channel))[1]
    assert cursor
    return cursor
