"""A bot at the Telegram of the tests, a customer who writes to it, and the channel between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.telegram import Adapter, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import File, Kit, Outgoing
from agent_tui.core.clock import SYSTEM
from agent_tui.core.secrets import Secret
from tests.adapters.texting import no_transcript
from tests.contracts.channel import Failure
from tests.servers.telegram import CUSTOMER, TOKEN, Telegram


@dataclass
class Bot:
    """Ana and the bakery's bot."""

    server: Telegram
    folder: Path
    customer = Address("telegram", str(CUSTOMER))

    def deliver(self, text: str) -> None:
        self.server.write(text)

    def accepted(self) -> Sequence[str]:
        words = []
        for order in self.server.sent:
            words += [said for key in ("text", "caption", "file") if (said := order.get(key))]
        return words

    def fail_next(self, how: Failure) -> None:
        self.server.faults(how)

    def go_away(self) -> None:
        self.server.hang_up()

    def channel(self, token: str = TOKEN, **more: Any) -> Adapter:
        file = self.folder / f"token-{token[:8]}"
        file.write_text(token)
        settings = Settings(token=Secret({"file": str(file)}), base_url=self.server.url, **more)
        return Adapter("telegram", settings, Kit(now=SYSTEM.now, secret=b"k" * 32, transcript=no_transcript))


def chat(text: str = "words", *files: File, to: Address = Bot.customer, key: str = "key") -> Outgoing:
    return Outgoing(key=key, at=SYSTEM.now(), to=(to,), text=text, files=files)
