"""Where the terminal comes in: what is new since a cursor, what the agent says, files, typing.

Every request carries the agent's token; without it not even a body is read, and a browser has no business here.
Asking for what follows a cursor says that everything before it is kept.
"""

import asyncio
import contextlib
import hmac
import sqlite3
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters import _chat_files as files
from adapters import _chat_queue as queue
from adapters import _chat_visitors as visitors
from adapters._chat_config import LONGEST_FILE, LONGEST_TEXT
from adapters._chat_files import Gone
from adapters._chat_guard import body
from adapters._chat_queue import Different, Stored
from adapters._chat_room import Room
from adapters._chat_visit import attachment, room_of
from adapters._chat_wire import (
    MOST_FILES,
    VERSION,
    WAIT,
    About,
    Answer,
    Event,
    Page,
    Problem,
    Taken,
    Typing,
    cursor_after,
)
from agent_tui.core.errors import Full
from agent_tui.core.language import english

T = TypeVar("T")
MOST = LONGEST_FILE * MOST_FILES * 4 // 3 + 100_000  # bytes of an answer, files and all

Endpoint = Callable[[Request], Awaitable[Response]]


def for_agent(endpoint: Callable[[Request, Room], Awaitable[Response]]) -> Endpoint:
    """Only for who has the agent's token, and is no web page."""

    async def guarded(request: Request) -> Response:
        room = room_of(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = sha256(token.strip().encode()).digest()
        right = hmac.compare_digest(given, room.config.agent)
        if scheme.lower() != "bearer" or not right or "origin" in request.headers:
            raise HTTPException(401, "The agent's token is needed.", {"WWW-Authenticate": "Bearer"})
        try:
            return await endpoint(request, room)
        except Full as error:
            raise HTTPException(507, english(error.problem)) from error

    return guarded


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def _read(request: Request, kind: type[T], most: int = 10_000) -> T:
    try:
        return msgspec.json.decode(await body(request, most), type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise HTTPException(400, f"Malformed: {error}") from error


async def about(_: Request, room: Room) -> Response:
    """What kind of server this is."""
    config = room.config
    return _json(About(VERSION, config.origins, vouching=bool(config.signing_key)))


async def events(request: Request, room: Room) -> Response:
    """What is new; waits up to `wait` seconds when nothing is."""
    cursor = request.query_params.get("after", "")[:100]
    try:
        wait = min(WAIT, max(0.0, float(request.query_params.get("wait", "0"))))
    except ValueError as error:
        raise HTTPException(400, "wait is a number of seconds") from error
    after = await room.db.read(lambda db: queue.place(db, cursor))
    await room.acknowledge(after)
    ends = asyncio.get_running_loop().time() + wait
    with room.bell() as bell:
        while True:
            bell.clear()
            found, more = await room.db.read(lambda db: queue.feed(db, after))
            typing = room.typists()
            left = ends - asyncio.get_running_loop().time()
            if found or typing or left <= 0 or room.closing:
                return _json(_page(found, more, cursor if after else "", typing))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await bell.wait()


def _page(found: list[Event], more: bool, cursor: str, typing: tuple[Typing, ...]) -> Page:
    raw = tuple(msgspec.Raw(msgspec.json.encode(event)) for event in found)
    return Page(raw, cursor_after(found[-1]) if found else cursor, more, typing)


async def answer(request: Request, room: Room) -> Response:
    """The agent says something; the same key again gives the first one back."""
    said = await _read(request, Answer, MOST)
    if len(said.text) > LONGEST_TEXT or len(said.files) > MOST_FILES or not 0 < len(said.key) <= 100:
        return _json(Problem(f"at most {LONGEST_TEXT} characters and {MOST_FILES} files"), 422)
    if any(len(item.data) > LONGEST_FILE for item in said.files):
        return _json(Problem(f"a file of at most {LONGEST_FILE} bytes"), 422)
    if not said.text.strip() and not said.files:
        return _json(Problem("neither words nor files"), 422)
    try:
        stored = await room.db.do(lambda db: _answered(db, said, room.now()))
    except Gone:
        return _json(Problem("the chat server does not know this visitor any more"), 404)
    except Different:
        return _json(Problem("this key was used for another message"), 409)
    if stored.new:
        room.tell(said.visitor)
        room.ring()
    return _json(Taken(stored.uid, stored.at))


def _answered(db: sqlite3.Connection, said: Answer, now: int) -> Stored:
    sent = []
    for item in said.files:
        kind = files.sniffed(item.data) or files.OTHER
        sent.append((files.safe_name(item.name, kind), kind, item.data))
    return queue.answer(db, said.site, said.visitor, said.key, said.text, sent, now)


async def find(request: Request, room: Room) -> Response:
    """What was said under a key."""
    key = request.path_params["key"]
    found = await room.db.read(lambda db: queue.find(db, key))
    if found is None:
        return _json(Problem("nothing was said under this key"), 404)
    stored, visitor = found
    reached = "seen" if visitor.seen >= stored.seq else "got" if visitor.got >= stored.seq else ""
    return _json(Taken(stored.uid, stored.at, reached))  # type: ignore[arg-type]


async def download(request: Request, room: Room) -> Response:
    """A file of any conversation."""
    name = request.path_params["name"]
    try:
        info, data = await room.db.read(lambda db: files.get(db, name))
    except Gone:
        return _json(Problem("the file is not there any more"), 404)
    return attachment(info, data)


async def typing(request: Request, room: Room) -> Response:
    """The agent is typing to a visitor, or has stopped."""
    said = await _read(request, Typing)
    room.agent_types(said.visitor, on=said.on)
    return Response(status_code=204)


async def forget(request: Request, room: Room) -> Response:
    """Remove every trace of a visitor."""
    name = request.path_params["visitor"]
    gone = await room.db.do(lambda db: visitors.forget(db, name))
    return Response(status_code=204) if gone else _json(Problem("there is no such visitor"), 404)
