"""Matrix: one account on one homeserver, read by long polls of /sync, answered in the rooms where customers write.

Reading. What a long poll leaves out of a room (`limited`) is asked for page by page, oldest first, before the token
behind it becomes the cursor; of a room that is new to us, back as far as `since_days`. Whoever asks us in: we come.

Sending. Every event carries a transaction id made of the message's key, so repeating it is harmless; and a mark that
proves it ours, by which its echo, and later its reader, finds it. A server forgets transactions in time: what was
written a while ago is looked for in its room first.

End-to-end encrypted rooms are out of reach: what is said there is shown as such, and nothing is answered in clear.
"""

import contextlib
import json
import logging
import random
import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

from adapters._http import checked_base, revealed
from adapters._json import moment, number, rows, table, text, value
from adapters._json_api import JsonApi, Once, part
from adapters._matrix_words import STATE, described, matrix_id, said_in
from adapters._message_ids import make_message_id, own_key
from adapters._packing import packed
from agent_tui.core import channel as port
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Batch, Cursor, Event, File, Outgoing, Progress, Receipt, Received
from agent_tui.core.errors import ConfigError, NeedsPerson, Rejected, Unavailable
from agent_tui.core.language import _
from agent_tui.core.model import DeliveryState, Medium
from agent_tui.core.secrets import Secret
from agent_tui.core.text import clean, clean_line, safe_name

_log = logging.getLogger(__name__)
Raw: TypeAlias = AsyncGenerator[Mapping[str, Any], None]  # events as the server has them

MATRIX, STAMP = "matrix", "origin_server_ts"
MARK = "agent-tui.reply"  # in what we say: which message of ours it is, and which part of it
WAIT = 30.0  # seconds of a long poll
MEMORY = timedelta(minutes=20)  # how long a server surely remembers a transaction
SKEW = timedelta(hours=1)  # between its clock and ours
LARGEST = 50_000_000  # bytes of a file, and of an answer
EVER = datetime(1970, 1, 1, tzinfo=UTC)
ASKS = ("M_CONSENT_NOT_GIVEN", "M_RESOURCE_LIMIT_EXCEEDED", "M_USER_DEACTIVATED", "M_USER_SUSPENDED")
_TYPES = ["m.room.message", "m.room.encrypted", "m.room.redaction", "m.sticker", "m.reaction", *STATE]
_THERE = frozenset({"join", "invite"})
_MXC = re.compile(r"mxc://([A-Za-z0-9.:\[\]-]{1,255})/([A-Za-z0-9_=-]{1,255})")
_USER = re.compile(r"@[^\s:]+:[A-Za-z0-9.:\[\]-]+")


def _filter(limit: int, kinds: list[str]) -> str:
    """What /sync is to tell: without a filter a long poll ends whenever anybody comes or goes."""
    room = {"timeline": {"limit": limit, "types": kinds}, "ephemeral": {"types": ["m.receipt"]}}
    room |= {"state": {"types": list(STATE)}, "account_data": {"types": []}}
    return json.dumps({"presence": {"types": []}, "account_data": {"types": []}, "room": room})


NEWS, MEMBERS = _filter(10, _TYPES), _filter(1, list(STATE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One account on one Matrix server."""

    homeserver: str  # "https://matrix.example.com"; loopback may be plain http
    user_id: str  # ours: "@shop:example.com"
    token: Secret  # the access token of a device that nobody else signs in with
    since_days: int = 30  # how far back the first sync looks; 0: everything

    def __post_init__(self) -> None:
        checked_base("homeserver", self.homeserver)
        if not _USER.fullmatch(self.user_id):
            problem = _("user_id {user_id!r} cannot be one").format(user_id=self.user_id)
            raise ConfigError(problem, remedy=_('as "@shop:example.com"'))
        if self.since_days < 0:
            raise ConfigError(_("since_days is negative"), remedy=_("0 reads everything"))


class Adapter(port.Channel):
    """One account's conversations."""

    medium = Medium.CHAT
    can = port.Capabilities(start=False, files=LARGEST, max_length=15_000, receipts=True, exactly_once=True)

    def __init__(self, name: str, settings: Settings, kit: port.Kit) -> None:
        self.name = name
        self.address: Address = Address(MATRIX, settings.user_id)
        self._me = settings.user_id
        self._settings = settings
        self._kit = kit
        self._once = Once(self._connected)
        self._rooms: dict[str, _Room] = {}
        self._spoke: dict[str, str] = {}  # of each customer, the room they last wrote in

    async def receive(self, since: Cursor | None) -> AsyncGenerator[Batch, None]:
        """What comes, and who has read ours. The cursor is the server's own token."""
        api, wait, first = await self._once.get(), 0.0, True
        while True:
            try:
                page = await api.news(since, wait)
            except Rejected as error:
                if since is None:
                    raise Unavailable(error.problem) from error
                since = None  # the server does not know the token any more: all of it once again
                continue
            joined = [room for room in table(page, "rooms", "invite") if await self._join(api, room)]
            async for events, last in packed(self._heard(api, page, since)):
                since = text(page, "next_batch") if last else since
                if events or first or joined:
                    yield Batch(events=events, cursor=since, caught_up=last and not joined)
            first, wait = bool(joined), 0.0 if joined else WAIT

    async def _join(self, api: "_Api", room: str) -> bool:
        """Go where we are asked in; an invitation that was withdrawn meanwhile is none."""
        try:
            await api.again("POST", f"/client/v3/join/{part(room)}", {})
        except Rejected as error:
            _log.warning("%s: an invitation could not be taken: %s", self.name, error.problem)
            return False
        return True

    async def _heard(self, api: "_Api", page: object, since: Cursor | None) -> AsyncGenerator[Event, None]:
        for how in ("join", "leave"):
            for room, told in table(page, "rooms", how).items():
                async for raw in self._raw(api, room, told, since):
                    if (event := await self._event(api, room, raw)) is not None:
                        yield event
                for receipts in rows(told, "ephemeral", "events") if since else ():
                    for seen, kinds in table(receipts, "content").items():
                        for news in await self._readers(api, room, seen, table(kinds, "m.read")):
                            yield news

    async def _raw(self, api: "_Api", room: str, told: object, since: Cursor | None) -> Raw:
        """All that is new in a room, oldest first, but for the history of a room that is new to us."""
        if changes := _changes(told):
            self._rooms.pop(room, None)
        new = since is None or any(_joins(event, self._me) for event in changes)
        days, start = self._settings.since_days, text(told, "timeline", "prev_batch")
        floor = self._kit.now() - timedelta(days=days) if new and days else EVER
        if start and value(told, "timeline", "limited") is True:
            back, on = {"dir": "b", "from": start}, {"dir": "f", "from": since or "", "to": start}
            with contextlib.suppress(Rejected):  # nothing more of it may be seen
                async for event in api.pages(room, back if new else on, floor):
                    yield event
        for event in rows(told, "timeline", "events"):
            if moment(event, STAMP) >= floor:
                yield event

    async def _readers(self, api: "_Api", room: str, seen: str, who: Mapping[str, Any]) -> list[Progress]:
        """Somebody has read up to an event: so all of ours before it, the last twenty-five."""
        readers = [name for name in who if name != self._me]
        if not readers or not matrix_id(seen, "$"):
            return []
        asked = {"limit": "50", "filter": json.dumps({"types": _TYPES[:1]})}
        try:
            page = await api.ask("GET", f"/client/v3/rooms/{part(room)}/context/{part(seen)}", query=asked)
        except Rejected:
            return []
        keys = [self._own(event)[0] for event in (*rows(page, "events_before"), table(page, "event"))]
        at = min(self._kit.now(), moment(who, readers[0], "ts"))
        return [Progress(delivery=DeliveryState.READ, at=at, key=key) for key in keys if key]

    def _own(self, event: object) -> tuple[str | None, object]:
        """Which of our messages an event is, proven, and which part of it."""
        mark = text(event, "content", MARK, "id") if text(event, "sender") == self._me else ""
        return own_key(mark, self._kit.secret), value(event, "content", MARK, "part")

    async def _event(self, api: "_Api", room: str, raw: Mapping[str, Any]) -> Event | None:
        """What an event of a room says; None when it says nothing, or nobody was told."""
        own, who, at = (
            matrix_id(raw.get("event_id"), "$"),
            matrix_id(raw.get("sender"), "@"),
            moment(raw, STAMP),
        )
        sender, ours = Address(MATRIX, who), who == self._me
        heard = Received(external_id=own, sender=sender, at=at, threads=(own, room), key=self._own(raw)[0])
        try:
            if not own or not who:
                raise ValueError("it does not say who wrote it")
            said = said_in(raw, heard)
        except ValueError as error:
            original = json.dumps(raw).encode()
            name, known = own or sha256(original).hexdigest(), sender if who and not ours else None
            return port.Unreadable(external_id=name, at=at, raw=original, reason=str(error), sender=known)
        return None if said is None else await self._placed(api, room, said, raw)

    async def _placed(self, api: "_Api", room: str, said: Received, raw: object) -> Received | None:
        """A message with its file, and with who else is in the room."""
        who, place = said.sender.value, await self._room(api, room)
        others = sorted(place.present - {self._me}, key=lambda each: (self._spoke.get(each) != room, each))
        if (ours := who == self._me) and not others:
            return None
        if not ours:
            self._spoke[who] = room
        files, lost = await api.files(media) if (media := described(raw)) else ((), ())
        lost += (_("others read along in this room"),) if not ours and len(others) > 1 else ()
        return replace(
            said,
            sender_name=place.names.get(who, ""),
            recipients=tuple(Address(MATRIX, each) for each in others) if ours else (self.address,),
            text=clean(said.text),
            quoted=clean(said.quoted),
            files=files,
            ours=ours,
            notices=(*said.notices, *lost),
        )

    async def _room(self, api: "_Api", room: str) -> "_Room":
        """Who is in a room; nobody, when we may not know."""
        if room not in self._rooms:
            try:
                self._rooms[room] = _known(rows(await api.ask("GET", f"/client/v3/rooms/{part(room)}/state")))
            except Rejected:
                return _known(())
        return self._rooms[room]

    async def send(self, message: Outgoing) -> Receipt:
        """Say something to a customer, once however often it is repeated."""
        to = message.to[0]
        if to.scheme != MATRIX or len(message.to) + len(message.cc) != 1 or not _USER.fullmatch(to.value):
            raise Rejected(_("a Matrix message goes to one user, as @name:example.com"))
        api = await self._once.get()
        room = await self._room_of(api, to.value, message.threads)
        if (await self._room(api, room)).encrypted:
            raise Rejected(_("the room is end-to-end encrypted: it cannot be written to from here"))
        contents = [{"msgtype": "m.text", "body": message.text}] if message.text else []
        contents += [await api.attached(file) for file in message.files]
        sent = await self._sent(api, room, message)
        for turn, content in enumerate(contents):
            if turn not in sent:
                mark = {"id": make_message_id(message.key, MATRIX, self._kit.secret), "part": turn}
                where = f"/client/v3/rooms/{part(room)}/send/m.room.message/{part(message.key)}-{turn}"
                sent[turn] = text(await api.ask("PUT", where, {**content, MARK: mark}), "event_id")
        return Receipt(external_id=sent.get(0, ""))

    async def _sent(self, api: "_Api", room: str, message: Outgoing) -> dict[object, str]:
        """The parts of an old message that left before: the server may have forgotten its transactions."""
        if self._kit.now() - message.at < MEMORY:
            return {}
        pages = api.pages(room, {"dir": "b"}, message.at - SKEW)
        found = [(*self._own(event), text(event, "event_id")) async for event in pages]
        return {turn: event for key, turn, event in found if key == message.key}

    async def _room_of(self, api: "_Api", to: str, threads: Iterable[str]) -> str:
        """Where a customer is to be found: in the room they wrote in, or in another one."""
        for room in threads:
            if room.startswith("!") and to in (await self._room(api, room)).present:
                return room
        page = await api.news(None, 0.0, MEMBERS)
        known = {name: _known(_changes(told)) for name, told in table(page, "rooms", "join").items()}
        fit = [(its.encrypted, len(its.present), room) for room, its in known.items() if to in its.present]
        if not fit:
            raise Rejected(_("there is no room with {to}: whoever writes first makes one").format(to=to))
        return min(fit)[2]

    async def check(self) -> None:
        """The server answers, takes our token, and knows us under our name."""
        await (await self._once.get()).sign_in()

    async def aclose(self) -> None:
        """Hang up. May be called twice, and used again afterwards."""
        await self._once.aclose()

    def _connected(self) -> "_Api":
        base = self._settings.homeserver.rstrip("/") + "/_matrix"
        token = revealed(self._settings.token, self._me)
        return _Api(base, token, largest=LARGEST, asks=ASKS, user=self._me)


class _Api(JsonApi):
    """The server's client API (spec.matrix.org), as one account."""

    async def sign_in(self) -> None:
        """Raises NeedsPerson where the token is somebody else's: what is ours could not be told."""
        try:
            name = clean_line(text(await self.ask("GET", "/client/v3/account/whoami"), "user_id"))[:255]
        except Rejected as error:
            raise NeedsPerson(error.problem, remedy=_("check homeserver: is it a Matrix server?")) from error
        if name != self.user:
            raise NeedsPerson(
                _("the token is of {name}").format(name=name), remedy=_("correct user_id, or token")
            )

    async def news(self, since: Cursor | None, wait: float, only: str = NEWS) -> object:
        """What follows a token, once there is something, or after `wait` seconds."""
        asked = {"filter": only, "timeout": f"{wait * 1000:.0f}", "set_presence": "offline"}
        # Without a token nothing is waited for; but the same question has the same answer, for minutes.
        asked |= {"since": since} if since else {"timeout": str(random.randrange(10**6))}
        page = await self.ask("GET", "/client/v3/sync", seconds=wait + 20, query=asked)
        if not text(page, "next_batch"):
            raise Unavailable(_("the answer of {host} cannot be read").format(host=self.host))
        return page

    async def pages(self, room: str, query: Mapping[str, str], floor: datetime) -> Raw:
        """The events of a room, in the query's direction, down to a moment."""
        asked = {**query, "limit": "100", "filter": json.dumps({"types": _TYPES})}
        async for page in self.linked(f"/client/v3/rooms/{part(room)}/messages", asked):
            events = rows(page, "chunk")
            fresh = [event for event in events if moment(event, STAMP) >= floor]
            for event in fresh:
                yield event
            if len(fresh) < len(events):
                return

    async def files(self, words: Mapping[str, Any]) -> tuple[tuple[File, ...], tuple[str, ...]]:
        """The file of a message; a notice where it is not to be had."""
        where = _MXC.fullmatch(text(words, "url"))
        name = text(words, "filename") or text(words, "body")
        try:
            if where is None or (number(words, "info", "size") or 0) > LARGEST:
                raise Rejected(_("it is too large") if where else _("nobody says where it is"))
            path = f"/client/v1/media/download/{where[1]}/{where[2]}"
            return (await self.download(path, name, text(words, "info", "mimetype")),), ()
        except Rejected as error:
            told = safe_name(name, "a file")
            return (), (_("{name} could not be fetched: {problem}").format(name=told, problem=error.problem),)

    async def attached(self, file: File) -> dict[str, Any]:
        """The content of a message that is a file of ours, once its bytes are there."""
        said = await self.upload("/media/v3/upload", file, {"filename": file.name})
        kind = "m.image" if file.media_type.startswith("image/") else "m.file"
        info = {"mimetype": file.media_type, "size": len(file.data)}
        return {"msgtype": kind, "body": file.name, "url": text(said, "content_uri"), "info": info}


@dataclass(frozen=True, slots=True)
class _Room:
    """Who is in it, or was asked in; what everybody is called who ever was."""

    present: frozenset[str]
    names: Mapping[str, str]
    encrypted: bool


def _known(state: Iterable[Mapping[str, Any]]) -> _Room:
    members = {text(event, "state_key"): event for event in state if text(event, "type") == STATE[0]}
    there = {who for who, event in members.items() if text(event, "content", "membership") in _THERE}
    names = {who: clean_line(text(event, "content", "displayname"))[:200] for who, event in members.items()}
    return _Room(frozenset(there), names, any(text(event, "type") == STATE[1] for event in state))


def _changes(told: object) -> list[Mapping[str, Any]]:
    """What a sync says of who is in a room, and of its encryption."""
    events = (*rows(told, "state", "events"), *rows(told, "timeline", "events"))
    return [event for event in events if text(event, "type") in STATE]


def _joins(event: object, who: str) -> bool:
    """Does somebody come in, who was not there before?"""
    before = text(event, "unsigned", "prev_content", "membership")
    return text(event, "state_key") == who and text(event, "content", "membership") == "join" != before
