"""One browser's conversation with the server, whatever carries it: a WebSocket, or one request after another."""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from adapters import _chat_queue as queue
from adapters import _chat_visitors as visitors
from adapters import _chat_vouch as vouch
from adapters._chat_config import LONGEST_CLAIM, Texts, site_of
from adapters._chat_files import Gone
from adapters._chat_frames import Frame, Got, Hello, Leave, Malformed, Out, Ping, Say, Typing, Who
from adapters._chat_queue import Entry, Stored
from adapters._chat_room import Room
from adapters._chat_visitors import Caller, Stranger, Visitor
from adapters._chat_wire import Claims
from agent_tui.core.addresses import email
from agent_tui.core.errors import Full
from agent_tui.core.text import clean_line

MOST_WAITING = 200  # frames for a browser that does not read them


class HangUp(Exception):
    """The server ends the conversation; says why."""


class Session:
    """Opened with a hello; then frames go in by `take` and come out by `next`."""

    def __init__(self, room: Room, network: str) -> None:
        self._room = room
        self._network = network
        self._caller = Caller(token=b"", site="")
        self._visitor: str | None = None
        self._sent = 0  # the last line that went out
        self._out: list[Out] = []
        self._wake = asyncio.Event()
        self._news = False
        self._state: tuple[int, int, bool] | None = None
        self._agent_types: bool | None = None
        self._types = False

    async def open(self, hello: Hello, *, welcome: bool = True) -> None:
        """Begin. Raises HangUp when this caller is not served, Malformed."""
        self._caller = called(self._room, hello)
        try:
            visitor, self._sent = await self._room.db.do(lambda db: _found(db, self._caller, hello.after))
        except Stranger as error:
            raise HangUp("stranger") from error
        self._room.enter(self, self._caller.token)
        if welcome:
            self._out.append(self._welcome(hello.language, visitor))
        if visitor is not None:
            self._room.known(self._caller.token, visitor.id)
        self.news()

    def known_as(self, visitor: str) -> None:
        """Who it is, now that something was said with its token."""
        self._visitor = visitor
        self.news()

    def _welcome(self, language: str, visitor: Visitor | None) -> Out:
        config = self._room.config
        texts = _texts(config.texts, language)
        return {
            "t": "welcome",
            "known": visitor is not None,
            "read": visitor.seen if visitor else 0,
            "title": texts.title or config.title,
            "greeting": texts.greeting,
            "away": texts.away,
            "consent": texts.consent,
            "consent_url": texts.consent_url,
            "files": config.file_size,
        }

    def close(self) -> None:
        """End. May be called twice."""
        self._room.exit(self, self._caller.token, self._visitor)
        self._typed(on=False)

    # What the room says

    def news(self) -> None:
        """There are new lines, or the state is another."""
        self._news = True
        self._wake.set()

    def typing(self, on: bool) -> None:
        """The agent is typing, or has stopped."""
        self._agent_types = on
        self._wake.set()

    # What goes out

    async def next(self) -> list[Out]:
        """What is to be said to the browser; waits until there is something. Raises HangUp."""
        while True:
            self._wake.clear()
            if self._room.closing:
                raise HangUp("restart")
            frames, self._out = self._out, []
            if self._news:
                self._news = False
                frames += await self._read()
            if self._agent_types is not None:
                frames.append({"t": "typing", "on": self._agent_types})
                self._agent_types = None
            if frames:
                return frames
            await self._wake.wait()

    async def _read(self) -> list[Out]:
        visitor, frames = self._visitor, list[Out]()
        seen = 0
        if visitor is not None:
            after = self._sent
            entries, seen = await self._room.db.read(
                lambda db: (queue.entries(db, visitor, after), queue.answered(db, visitor))
            )
            if entries:
                self._sent = entries[-1].seq
                self._news = len(entries) == queue.BACKLOG and after > 0
                frames.append({"t": "entries", "entries": [_line(entry) for entry in entries]})
        now = (self._room.acknowledged, seen, self._room.there())
        if now != self._state:
            self._state = now
            frames.append({"t": "state", "got": now[0], "seen": now[1], "there": now[2]})
        return frames

    # What comes in

    async def take(self, frame: Frame) -> None:
        """The browser says something. Raises HangUp when it says too much of it."""
        if self._room.meter.frame(self._caller.token):
            if isinstance(frame, Say | Leave):
                raise HangUp("fast")
            return  # nothing is lost with it
        match frame:
            case Say():
                await self._say(frame)
            case Leave():
                await self._leave(frame)
            case Who():
                self._introduce(frame.name, frame.mail)
            case Typing():
                self._typed(on=frame.on)
            case Got():
                await self._got(frame)
            case Ping():
                self._put({"t": "pong"})

    async def _say(self, say: Say) -> None:
        if not say.text.strip() and not say.files:
            return self._refuse(say.id, "empty")
        now = self._room.now()
        await self._keep(
            say.id,
            lambda db: queue.say(db, self._caller, say.id, say.text, say.files, now, newcomers=True),
        )
        self._typed(on=False)
        return None

    async def _leave(self, leave: Leave) -> None:
        try:
            mail = email(leave.mail).value
        except ValueError:
            return self._refuse(leave.id, "mail")
        if leave.trap:  # no person: let it believe what it likes
            return self._put({"t": "ack", "id": leave.id, "seq": 0, "at": self._room.now()})
        self._introduce(leave.name, mail)
        now = self._room.now()
        await self._keep(leave.id, lambda db: queue.leave(db, self._caller, leave.id, now, newcomers=True))
        return None

    async def _keep(self, key: str, work: queue.Keeping) -> None:
        """Put something into the queue, unless it is too much; the browser is told when it is safe."""
        if why := self._too_much():
            return self._refuse(key, *why)
        try:
            stored = await self._room.db.do(work)
        except Gone:
            return self._refuse(key, "files")
        except Full:
            return self._refuse(key, "full", 30)
        except Stranger as error:
            raise HangUp("stranger") from error
        self._kept(key, stored)
        return None

    def _too_much(self) -> tuple[str, float] | None:
        meter = self._room.meter
        if wait := meter.message(self._caller.token):
            return "slow", wait
        if self._visitor is None:
            if self._room.full:
                return "full", 300
            if wait := meter.newcomer(self._network):
                return "slow", wait
        return None

    def _kept(self, key: str, stored: Stored) -> None:
        self._room.known(self._caller.token, stored.visitor)
        self._put({"t": "ack", "id": key, "seq": stored.seq, "at": stored.at})
        if stored.new:
            self._room.ring()
            self._room.tell(stored.visitor)

    def _introduce(self, name: str, mail: str) -> None:
        """A name and mail address they typed: kept with the next thing they say."""
        claims = self._caller.claims
        name = clean_line(name)[:LONGEST_CLAIM] or claims.name
        try:
            mail = email(mail).value if mail.strip() else claims.mail
        except ValueError:
            mail = claims.mail
        self._caller = replace(
            self._caller, claims=Claims(claims.user, claims.login_name, claims.login_mail, name, mail)
        )

    def _typed(self, *, on: bool) -> None:
        if self._visitor is not None and on != self._types:
            self._types = on
            self._room.visitor_types(self._caller.site, self._visitor, on=on)

    async def _got(self, got: Got) -> None:
        visitor, now = self._visitor, self._room.now()
        if visitor is not None and await self._room.db.do(
            lambda db: queue.reached(db, visitor, got.upto, now, seen=got.seen)
        ):
            self._room.ring()

    def _refuse(self, key: str, why: str, wait: float = 0) -> None:
        self._put({"t": "no", "id": key, "why": why, "wait": wait})

    def _put(self, frame: Out) -> None:
        if len(self._out) > MOST_WAITING:
            raise HangUp("fast")
        self._out.append(frame)
        self._wake.set()


def called(room: Room, hello: Hello) -> Caller:
    """Who a hello is from. Raises HangUp for a website that is not served, Malformed."""
    config, said, claims = room.config, hello.vouched, Claims()
    if hello.site not in config.origins:
        raise HangUp("site")
    if said is not None and vouch.holds(config.signing_key, hello.site, said, room.now() / 1000):
        claims = Claims(user=said.user, login_name=said.name, login_mail=said.mail)
    try:
        return Caller(token=visitors.hashed(hello.token), site=site_of(hello.site), claims=claims)
    except ValueError as error:
        raise Malformed(str(error)) from error


def _found(db: sqlite3.Connection, caller: Caller, after: int) -> tuple[Visitor | None, int]:
    """Who calls, and the last line they can really have."""
    return visitors.recognise(db, caller), after if after <= queue.newest(db) else 0


def _line(entry: Entry) -> Out:
    return {
        "seq": entry.seq,
        "mine": entry.mine,
        "id": entry.key if entry.mine else "",
        "at": entry.at,
        "text": entry.text,
        "files": [{"id": f.id, "name": f.name, "type": f.type, "size": f.size} for f in entry.files],
    }


def _texts(texts: Mapping[str, Texts], language: str) -> Texts:
    """The shop's words in the visitor's language, or else in its own first one."""
    wanted = language.lower().partition("-")[0]
    return texts.get(wanted) or next(iter(texts.values()), Texts())
