"""The composition root: from settings to a desk. The only file that names an adapter or a store.

An adapter is found by its kind: the module ``adapters.<kind>``, else whoever registered that name under the entry
point ``agent_tui.adapters``. Only the kinds that are configured are imported, and none of them opens anything yet.
"""

import asyncio
import hmac
import importlib
import importlib.metadata
import pkgutil
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from agent_tui import settings as files
from agent_tui.core.addresses import EMAIL, Address
from agent_tui.core.channel import AdapterModule, Channel, Kit
from agent_tui.core.clock import SYSTEM, Clock
from agent_tui.core.errors import ConfigError, UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Medium
from agent_tui.core.store import Store
from agent_tui.core.tables import Mistake, convert, nearest
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.contacts import Contacts
from agent_tui.services.desk import Desk
from agent_tui.services.earlier import Earlier
from agent_tui.services.exports import Exports
from agent_tui.services.feed import Feed
from agent_tui.services.filing import Source
from agent_tui.services.host import Host
from agent_tui.services.importing import Imported, Importer
from agent_tui.services.inbox import Inbox
from agent_tui.services.joining import Joining
from agent_tui.services.presence import Presence
from agent_tui.services.replies import Replies
from agent_tui.services.saved_words import half_a_year_on
from agent_tui.services.saved_words import read as read_words
from agent_tui.services.suggesting import Suggesting
from agent_tui.services.timeline import Timeline
from agent_tui.services.today import Today
from agent_tui.services.transcript import transcript
from agent_tui.services.word_shelf import WordShelf
from agent_tui.settings import Settings

IMPORT = "import"
ENTRY_POINTS = "agent_tui.adapters"

_KIND = re.compile(r"[a-z][a-z0-9_]*")


def open_store(settings: Settings, clock: Clock = SYSTEM) -> Store:
    """The store under the settings' folder of data; made when there is none."""
    from storage.local import LocalStore

    return LocalStore(settings.data_dir, clock=clock)


def open_desk(settings: Settings, *, store: Store | None = None, clock: Clock = SYSTEM) -> Desk:
    """Everything an agent can do, over the settings' channels. Raises ConfigError before anything is opened."""
    recipes = read_accounts(settings)
    store = store or open_store(settings, clock)
    channels = {
        name: recipe.make(
            kit_for(name, store, clock, settings.business, folder=settings.data_dir / "channel-data" / name)
        )
        for name, recipe in recipes.items()
    }
    business = Business(
        agent=settings.agent,
        name=settings.business,
        home_country=settings.home_country,
        agents=settings.agents,
        checkin_days=settings.checkin_days,
        phone=settings.phone,
        meeting=settings.meeting,
        undo_seconds=settings.undo_seconds,
        signatures=settings.signatures,
    )
    infos = {name: _info(channel) for name, channel in channels.items()}
    timeline = Timeline(store, clock, business)
    feed = Feed(store)
    return Desk(
        business=business,
        channels=infos,
        clock=clock,
        inbox=Inbox(store, clock, business),
        timeline=timeline,
        replies=Replies(store, clock, business, infos, timeline),
        contacts=Contacts(store, clock, business),
        joining=Joining(store, clock, business),
        suggesting=Suggesting(store, clock),
        earlier=Earlier(store, timeline, business),
        presence=Presence(channels),
        today=Today(store, clock),
        exports=Exports(settings.data_dir / "exports"),
        words=WordShelf(settings.words_dir),
        host=Host(store, channels, clock, feed, country=business.home_country),
        feed=feed,
    )


@asynccontextmanager
async def at_desk(settings: Settings, *, clock: Clock = SYSTEM) -> AsyncIterator[tuple[Desk, Store]]:
    """A desk and its store, both closed at the end. Raises ConfigError."""
    store = open_store(settings, clock)
    try:
        desk = open_desk(settings, store=store, clock=clock)
        try:
            yield desk, store
        finally:
            await desk.host.aclose()
    finally:
        await store.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A channel that can be made: its adapter, and its account."""

    name: str
    module: AdapterModule
    account: object

    def make(self, kit: Kit) -> Channel:
        return self.module.Adapter(self.name, self.account, kit)


def read_accounts(settings: Settings) -> dict[str, Recipe]:
    """Every channel's account, understood; nothing is opened or made. Raises ConfigError."""
    return {name: _recipe(settings, name, table) for name, table in settings.channels.items()}


def _recipe(settings: Settings, name: str, table: Mapping[str, object]) -> Recipe:
    keys = ("channels", name)
    try:
        module = find_adapter(table.get("kind"), keys)
        account = {key: value for key, value in table.items() if key != "kind"}
        made = convert(module.Settings, account, keys, country=settings.home_country)
    except ConfigError as error:
        raise files.located(error, settings.config_file) from error
    return Recipe(name=name, module=module, account=made)


def find_adapter(kind: object, keys: tuple[str, ...] = ()) -> AdapterModule:
    """The module that knows a kind of channel. Raises ConfigError naming the nearest kind there is."""
    where = ".".join((*keys, "kind"))
    if kind is None:
        raise Mistake(
            _("{key} is missing").format(key=where),
            keys,
            remedy=_("add kind = …, one of {names}").format(names=", ".join(kinds())),
        )
    if isinstance(kind, str) and kind in _own_kinds():
        return _module(f"adapters.{kind}")
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        if entry.name == kind:
            return _module(entry.value)
    raise Mistake(
        _("{key} cannot be {value}").format(key=where, value=repr(kind)),
        (*keys, "kind"),
        remedy=nearest(str(kind), kinds()),
    )


def _module(name: str) -> AdapterModule:
    module: AdapterModule = importlib.import_module(name)
    return module


def _own_kinds() -> list[str]:
    """The kinds in the folder ``adapters``: every module whose name can be one."""
    import adapters

    return [found.name for found in pkgutil.iter_modules(adapters.__path__) if _KIND.fullmatch(found.name)]


def kinds() -> list[str]:
    """Every kind of channel there is."""
    return sorted({*_own_kinds(), *importlib.metadata.entry_points(group=ENTRY_POINTS).names})


def kit_for(name: str, store: Store, clock: Clock, business: str = "", *, folder: Path | None = None) -> Kit:
    """What a channel is lent. Its secret is its own: it is derived, and leads back to nothing."""
    secret = hmac.digest(store.secret, f"channel\0{name}".encode(), sha256)
    return Kit(
        now=clock.now, secret=secret, transcript=transcript(store, name), sender=business, folder=folder
    )


def _info(channel: Channel) -> ChannelInfo:
    return ChannelInfo(name=channel.name, medium=channel.medium, can=channel.can, address=channel.address)


def import_channel(desk: Desk, wanted: str | None) -> Source:
    """The channel whose history imported mail joins: `wanted`, else the only one that reads mail, else "import".

    Raises UsageError.
    """
    mail = [name for name, info in desk.channels.items() if EMAIL in info.schemes]
    name = wanted or (mail[0] if len(mail) == 1 else IMPORT)
    if name != IMPORT and name not in mail:
        remedy = _("use one of {names}").format(names=", ".join([*mail, IMPORT]))
        raise UsageError(_("there is no channel {name} that reads mail").format(name=name), remedy=remedy)
    info = desk.channels.get(name)
    return Source(
        name=name,
        medium=info.medium if info else Medium.EMAIL,
        address=info.address if info else None,
        country=desk.business.home_country,
    )


async def import_mail(
    settings: Settings,
    desk: Desk,
    store: Store,
    paths: Sequence[Path],
    *,
    channel: str | None = None,
    dry_run: bool = False,
    told: Callable[[Imported], None],
) -> Imported:
    """Bring mail files into the history of a channel; `told` hears how far it is. Raises UsageError."""
    from adapters._mail_import import MailImport
    from adapters._mailfiles import originals

    source = import_channel(desk, channel)
    importer = Importer(store, desk.clock, source, dry=dry_run)
    secret = kit_for(source.name, store, desk.clock).secret
    reader = MailImport(secret, _own_addresses(settings, source), names=(settings.business,))
    found = originals(paths)
    try:
        batch = await asyncio.to_thread(reader.next, found)
        while batch:
            async with asyncio.TaskGroup() as group:  # one batch is read while the one before it is filed
                ahead = group.create_task(asyncio.to_thread(reader.next, found))
                await importer.take(batch)
            told(importer.result)
            batch = ahead.result()
    finally:
        reader.close()
    return importer.result


def _own_addresses(settings: Settings, source: Source) -> frozenset[Address]:
    """What the account of a channel calls its own: its address, and further ones where it has some."""
    recipe = read_accounts(settings).get(source.name)
    further: frozenset[Address] = getattr(recipe.account, "own", frozenset()) if recipe else frozenset()
    return further | ({source.address} if source.address else set())


def serve_chat(
    listen: str, data: Path, origins: Sequence[str], say: Callable[[str], None], *, public_url: str = ""
) -> None:
    """The website's chat server on its own, until it is told to end. Raises ConfigError, Unavailable, Busy."""
    from adapters._chat_server import serve

    serve(listen, data, origins, say, public_url=public_url)


def demo_settings(folder: Path, *, page: str = "") -> Settings:
    """A bakery with scripted channels for every medium, on a home under `folder`.

    `page` (``http://127.0.0.1:8420``) is where its website is served, with a chat that is no script but the real one.
    """
    from adapters._demo_script import AGENT, BUSINESS

    live = {"kind": "webchat", "listen": page.removeprefix("http://"), "origins": [page]}
    return Settings(
        config_file=folder / "config.toml",
        data_dir=folder / "data",
        agent=AGENT,
        business=BUSINESS,
        home_country="PT",
        channels={
            "mail": {"kind": "demo", "medium": "email", "address": "hello@corner-bakery.example"},
            "sms": {"kind": "demo", "medium": "sms", "address": "+351210000000"},
            "website": {"kind": "demo", "medium": "web"},
            "telegram": {"kind": "demo", "medium": "chat"},
            "matrix": {"kind": "demo", "medium": "chat", "scheme": "matrix"},
            **({"your-chat": live} if page else {}),
        },
    )


async def fill_demo(settings: Settings, store: Store, now: datetime) -> None:
    """Months of history with the demo's people, and the words that the bakery has saved."""
    await fill_history(settings, store, now)
    await asyncio.to_thread(_fill_words, WordShelf(settings.words_dir), now.date())


async def fill_history(settings: Settings, store: Store, now: datetime) -> None:
    """Months of history with the demo's people, as if the channels of the settings had brought it."""
    from adapters._demo_records import Account, past

    accounts: dict[str, Account] = {}
    scripted = {name: table for name, table in settings.channels.items() if table["kind"] == "demo"}
    for name, table in scripted.items():
        made = convert(find_adapter(table["kind"]).Settings, {k: v for k, v in table.items() if k != "kind"})
        address: Address | None = made.address
        accounts[made.place] = Account(name=name, address=address)
    history = past(now, accounts)
    await store.write(history.records, blobs=history.blobs)


def _fill_words(shelf: WordShelf, today: date) -> None:
    """The bakery's saved words; one of them has not been looked at for too long."""
    from adapters._demo_script import saved_words

    for name, written in saved_words().items():
        due = today - timedelta(days=20) if name == "opening-hours" else half_a_year_on(today)
        shelf.save(replace(read_words(name, written), review=due), replace=True)
