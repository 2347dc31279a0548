"""A customer on the website, a chat server, a bad line, and the terminal's channel at its other end."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.webchat import Adapter, Settings
from agent_tui.core.addresses import Address
from agent_tui.core.channel import File, Kit, Line, Outgoing
from agent_tui.core.clock import SYSTEM
from agent_tui.core.secrets import Secret
from tests.contracts.channel import Failure
from tests.servers import chat
from tests.servers.bad_line import BadLine
from tests.servers.chat import Site

KEY = b"0123456789abcdef"


async def no_transcript(_: Address, __: int) -> Sequence[Line]:
    return ()


def kit(folder: Path | None = None) -> Kit:
    return Kit(
        now=SYSTEM.now, secret=b"k" * 32, transcript=no_transcript, sender="Corner Bakery", folder=folder
    )


@dataclass
class Ana:
    """A visitor of the website, and the line between the terminal and the chat server."""

    site: Site
    line: BadLine
    tokens: Path

    def __post_init__(self) -> None:
        self.visitor = self.site.visitor()
        self.visitor.say("(first words)")
        [event], self.cursor = self.site.events()
        self.customer = Address("web", f"{chat.SITE}/{event['visitor']}")

    def deliver(self, text: str) -> None:
        assert self.visitor.say(text)["t"] == "ack"

    def accepted(self) -> Sequence[str]:
        back = self.site.visitor(token=self.visitor.token)
        back.wait("entries")
        lines = [
            line for f in back.frames if f["t"] == "entries" for line in f["entries"] if not line["mine"]
        ]
        return [said for line in lines for said in (line["text"], *(file["name"] for file in line["files"]))]

    def fail_next(self, how: Failure) -> None:
        self.line.next(how)

    def go_away(self) -> None:
        self.line.hang_up()

    def channel(self, token: str = chat.TOKEN) -> Adapter:
        file = self.tokens / token[:8]
        file.write_text(token)
        settings = Settings(
            url=f"http://127.0.0.1:{self.line.port}",
            agent_token=Secret({"file": str(file)}),
            origins=(chat.WEBSITE,),
        )
        return Adapter("website", settings, kit())


@contextmanager
def at_desk(folder: Path) -> Iterator[Ana]:
    """Ana has said her first words; whoever reads from `cursor` reads what comes after them."""
    with (
        Site(folder / "chat", signing_key=KEY) as site,
        BadLine(int(site.url.rpartition(":")[2]), spoils=b"POST /agent/messages") as line,
    ):
        yield Ana(site, line, folder)


def reply(to: Address, key: str = "key", text: str = "words", *files: File) -> Outgoing:
    return Outgoing(key=key, at=datetime(2026, 3, 2, tzinfo=UTC), to=(to,), text=text, files=files)


@asynccontextmanager
async def closing(channel: Adapter) -> AsyncIterator[Adapter]:
    try:
        yield channel
    finally:
        await channel.aclose()
