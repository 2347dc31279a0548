"""A number at the Twilio of the tests, a customer with a phone, and the channel between them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from adapters.twilio import Adapter, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Channel, File, Kit, Line, Outgoing
from agent_tui.core.clock import SYSTEM
from agent_tui.core.secrets import Secret
from tests.contracts.channel import Failure
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio

C = TypeVar("C", bound=Channel)
ANA = "+351912345678"


async def no_transcript(_: Address, __: int) -> Sequence[Line]:
    return ()


@dataclass
class Phone:
    """Ana's phone. `whatsapp`: she uses that."""

    server: Twilio
    folder: Path
    whatsapp: bool = False
    url: str = ""  # where it is asked; else the server itself
    customer = Address("phone", ANA)

    def deliver(self, text: str) -> None:
        self.server.deliver(self._raw(ANA), text, to=self._raw(NUMBER))

    def accepted(self) -> Sequence[str]:
        return [text.body for text in self.server.sent()]

    def fail_next(self, how: Failure) -> None:
        self.server.faults(how)

    def go_away(self) -> None:
        self.server.hang_up()

    def _raw(self, number: str) -> str:
        return f"whatsapp:{number}" if self.whatsapp else number

    def channel(
        self, token: str = TOKEN, *, now: Callable[[], datetime] | None = None, home: bool = True, **more: Any
    ) -> Adapter:
        file = self.folder / f"token-{token[:8]}"
        file.write_text(token)
        if "messaging_service_sid" not in more:
            more.setdefault("number", self._raw(NUMBER))
        settings = Settings(
            account_sid=ACCOUNT,
            auth_token=Secret({"file": str(file)}),
            base_url=self.url or self.server.url,
            poll_seconds=more.pop("poll_seconds", 0.05),
            **more,
        )
        folder = self.folder / "channel" if home else None
        kit = Kit(now=now or SYSTEM.now, secret=b"k" * 32, transcript=no_transcript, folder=folder)
        return Adapter("shop-sms", settings, kit)


def text_to(
    to: Address = Phone.customer,
    key: str = "key",
    text: str = "words",
    *files: File,
    at: datetime | None = None,
) -> Outgoing:
    return Outgoing(key=key, at=at or datetime.now(UTC), to=(to,), text=text, files=files)


@asynccontextmanager
async def closing(channel: C) -> AsyncIterator[C]:
    try:
        yield channel
    finally:
        await channel.aclose()
