"""The website's chat, as the terminal sees it: always a client of the chat server, wherever that runs.

With `listen` the server runs inside this program, on a thread of its own; with `url` it runs beside the website and
this is one of its terminals. Asking for what follows a cursor tells the server that everything before it is kept,
which is exactly what asking this channel for its next batch means; the same key twice is one message, so a send whose
answer was lost is simply repeated.
"""

import asyncio
import contextlib
import hmac
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters import _chat_config as configs
from adapters import _chat_events as events
from adapters._chat_config import LONGEST_FILE, LONGEST_TEXT, Config, Widget, is_loopback, listening, origin
from adapters._chat_wire import VERSION, WAIT, About, Answer, Page, Typing, Upload, cursor_after
from agent_tui.core.addresses import Address
from agent_tui.core.channel import (
    Batch,
    Capabilities,
    Channel,
    Cursor,
    Event,
    Kit,
    Outgoing,
    Receipt,
    Unreadable,
)
from agent_tui.core.errors import Busy, ChannelError, ConfigError, NeedsPerson, Rejected, Unavailable
from agent_tui.core.language import _
from agent_tui.core.model import DeliveryState, Medium
from agent_tui.core.secrets import Secret
from agent_tui.core.text import clean_line

if TYPE_CHECKING:  # they bring an HTTP client and a web server: 200 ms that a start need not wait for
    from adapters._chat_client import Client
    from adapters._chat_server import ChatServer

MOST_AT_ONCE = 20_000_000  # bytes of files in one batch, but for the last one
_REACHED = {"": DeliveryState.SENT, "got": DeliveryState.DELIVERED, "seen": DeliveryState.READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Widget):
    """One website's chat. Exactly one of `listen` and `url`; what else `Widget` says belongs to `listen`."""

    listen: str = ""  # the server runs inside this program, here: 127.0.0.1:8420
    url: str = ""  # … or beside the website, at this address
    agent_token: Secret | None = None  # with `url`: what its file agent-token says
    origins: tuple[str, ...] = ()  # the websites it serves
    signing_key: Secret | None = None  # the website's login vouches for customers with it

    def __post_init__(self) -> None:
        if bool(self.listen) == bool(self.url):
            raise ConfigError(
                _("exactly one of listen and url is needed"),
                remedy=_('listen = "127.0.0.1:8420", or url = "https://…"'),
            )
        for website in self.origins:
            origin(website)
        if self.listen:
            self._inside()
        else:
            self._beside()

    def _inside(self) -> None:
        listening(self.listen)
        if self.agent_token is not None:
            raise ConfigError(
                _("agent_token belongs to url"), remedy=_("remove it: with listen there is none to know")
            )
        self.config(Path(), b"")

    def config(self, folder: Path, agent: bytes, *, signing_key: bytes = b"", title: str = "") -> Config:
        """What the server inside is told. Raises ConfigError."""
        return configs.config(
            self, folder=folder, origins=self.origins, agent=agent, signing_key=signing_key, title=title
        )

    def _beside(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ConfigError(
                _("url {url!r} is not safe").format(url=self.url), remedy=_("begin it with https://")
            )
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise ConfigError(
                _("url {url!r} is more than an address").format(url=self.url),
                remedy="https://chat.example.com",
            )
        if self.agent_token is None:
            raise ConfigError(
                _("agent_token is missing"),
                remedy=_("name where what the server's file agent-token says is kept"),
            )
        plain = Widget()
        for item in fields(Widget):
            if getattr(self, item.name) != getattr(plain, item.name):
                raise ConfigError(
                    _("{key} belongs to listen").format(key=item.name),
                    remedy=_("write it in the file chat.toml of the server"),
                )


class Adapter(Channel):
    """The agent's end of one website's chat."""

    live: "Typists"
    medium = Medium.WEB
    can = Capabilities(
        schemes=frozenset({events.SCHEME}),
        files=LONGEST_FILE,
        max_length=LONGEST_TEXT,
        receipts=True,
        exactly_once=True,
    )

    def __init__(self, name: str, settings: Settings, kit: Kit) -> None:
        self.name = name
        self.live = Typists(self._client)
        self._settings = settings
        self._kit = kit
        self._open: Client | None = None
        self._server: ChatServer | None = None
        self._opening = asyncio.Lock()

    async def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """What visitors say, and what became of ours."""
        client = await self._client()
        cursor, wait = since or "", 0.0
        while True:
            page = await client.events(cursor, wait)
            for typing in page.typing:
                self.live.told(events.address(typing.site, typing.visitor), on=typing.on)
            async for batch in self._batches(client, page):
                if batch.events or not wait or page.cursor != cursor:
                    yield batch
            cursor, wait = page.cursor, 0.0 if page.more else WAIT

    async def _batches(self, client: "Client", page: Page) -> AsyncGenerator[Batch, None]:
        """A page, in parts whose files fit into memory."""
        found: list[Event] = []
        size = 0
        for raw in page.events:
            event = events.decoded(bytes(raw), self._kit.now)
            if isinstance(event, Unreadable):
                found.append(event)
                continue
            data = {info.id: await client.file(info.id) for info in events.wanted(event)}
            found += events.filed(event, data)
            size += sum(len(content or b"") for content in data.values())
            if size > MOST_AT_ONCE:
                yield Batch(events=tuple(found), cursor=cursor_after(event))
                found, size = [], 0
        yield Batch(events=tuple(found), cursor=page.cursor, caught_up=not page.more)

    async def send(self, message: Outgoing) -> Receipt:
        """Say something to a visitor, once however often it is repeated."""
        site, visitor = events.parted(message.to[0])
        if not site or len(message.to) + len(message.cc) != 1:
            raise Rejected(_("a chat message goes to one visitor of the website"))
        files = tuple(Upload(item.name, item.media_type, item.data) for item in message.files)
        said = Answer(key=message.key, site=site, visitor=visitor, text=message.text, files=files)
        taken = await (await self._client()).answer(said)
        return Receipt(external_id=taken.uid)

    async def find(self, message: Outgoing) -> Receipt | None:
        """Whether the server has it."""
        taken = await (await self._client()).find(message.key)
        return Receipt(external_id=taken.uid, delivery=_REACHED[taken.reached]) if taken else None

    async def check(self) -> None:
        """The server answers, takes our token, and serves the websites of the settings."""
        about = await self._about()
        if about.version != VERSION:
            raise NeedsPerson(
                _("the chat server has another version"), remedy=_("bring both to the same one")
            )
        missing = [site for site in map(origin, self._settings.origins) if site not in about.origins]
        if missing:
            raise NeedsPerson(
                _("the chat server does not serve {missing}").format(missing=missing[0]),
                remedy=_("start it with --origin {missing}").format(missing=missing[0]),
            )
        if self._settings.signing_key is not None and not about.vouching:
            raise NeedsPerson(
                _("the chat server has no signing key"), remedy=_("put it into its file signing-key")
            )

    async def _about(self) -> About:
        try:
            return await (await self._client()).about()
        except Unavailable:
            host, port = listening(self._settings.listen or "unknown:0")
            if not port:
                raise
        running = self._asking(
            f"http://{host}:{port}", self._token()
        )  # another process of ours may have the place
        try:
            return await running.about()
        finally:
            await running.aclose()

    async def forget(self, address: Address) -> bool:
        """Remove every trace of a visitor from the chat server; whether there was one."""
        return await (await self._client()).forget(events.parted(address)[1])

    async def aclose(self) -> None:
        """Hang up, and end the server that runs inside."""
        async with self._opening:
            await self._hang_up()

    async def _hang_up(self) -> None:
        client, self._open = self._open, None
        server, self._server = self._server, None
        if client is not None:
            await client.aclose()
        if server is not None:
            await asyncio.to_thread(server.stop)

    async def _client(self) -> "Client":
        """The client, made when it is first needed; with `listen` its server too. Raises Unavailable, ConfigError."""
        async with self._opening:
            if self._server is not None and not self._server.alive():
                await self._hang_up()
            if self._open is None:
                inside = bool(self._settings.listen)
                self._open = await self._inside() if inside else await asyncio.to_thread(self._beside)
            return self._open

    def _beside(self) -> "Client":
        assert self._settings.agent_token is not None
        return self._asking(self._settings.url, self._settings.agent_token.reveal(self.name))

    def _token(self) -> str:
        """The agent's token of the server inside: the same in every process of this home."""
        return hmac.digest(self._kit.secret, b"agent of the chat server", sha256).hex()

    async def _inside(self) -> "Client":
        token = self._token()
        loop = asyncio.get_running_loop()
        starting = loop.run_in_executor(None, self._started, token)
        try:
            self._server = await asyncio.shield(starting)
        except asyncio.CancelledError:  # the thread goes on: what it starts is ended
            starting.add_done_callback(
                lambda done: done.exception() or loop.run_in_executor(None, done.result().stop)
            )
            raise
        return await asyncio.to_thread(self._asking, self._server.url, token)

    @staticmethod
    def _asking(url: str, token: str) -> "Client":
        from adapters._chat_client import Client

        return Client(url, token)

    def _started(self, token: str) -> "ChatServer":
        from adapters._chat_server import ChatServer

        settings = self._settings
        if self._kit.folder is None:
            raise ConfigError(
                _("there is no folder for the chat server's file"),
                remedy=_("use url, and a server of its own"),
            )
        key = settings.signing_key.reveal(self.name).encode() if settings.signing_key else b""
        title, agent = clean_line(self._kit.sender), sha256(token.encode()).digest()
        config = settings.config(self._kit.folder, agent, signing_key=key, title=title)
        server = ChatServer(config, settings.listen, self._kit.now)
        try:
            server.open()
        except Busy as error:
            raise Unavailable(error.problem, remedy=error.remedy) from error
        server.start()
        return server


class Typists:
    """Who is typing, both ways: nothing of it is kept."""

    def __init__(self, client: "Callable[[], Awaitable[Client]]") -> None:
        self._client = client
        self._listeners: list[Callable[[Address, bool], None]] = []

    def listen(self, hear: Callable[[Address, bool], None]) -> Callable[[], None]:
        """Calls `hear` when a visitor begins or stops typing; returns what ends that."""
        self._listeners.append(hear)
        return lambda: self._listeners.remove(hear)

    async def typing(self, to: Address, *, on: bool) -> None:
        """The agent begins or stops typing."""
        site, visitor = events.parted(to)
        with contextlib.suppress(ChannelError, ConfigError):
            await (await self._client()).typing(Typing(site, visitor, on))

    def told(self, who: Address, *, on: bool) -> None:
        """The server says that a visitor is typing, or has stopped."""
        for hear in tuple(self._listeners):
            hear(who, on)
