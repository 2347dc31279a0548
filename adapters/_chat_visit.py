"""Where browsers come in: the WebSocket, the long poll that stands in for it, and files.

The token never stands in an address: it is the first thing said on a WebSocket, part of a body, or a header.
"""

import asyncio
import contextlib
import sqlite3
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from adapters import _chat_files as files
from adapters import _chat_frames as frames
from adapters import _chat_visitors as visitors
from adapters._chat_files import Gone
from adapters._chat_frames import Malformed, Out, Poll
from adapters._chat_guard import body, caller, from_widget
from adapters._chat_room import Room
from adapters._chat_session import HangUp, Session, called
from adapters._chat_visitors import Caller, Stranger
from adapters._chat_wire import FileInfo

FIRST_SECONDS = 10.0  # to say hello
IDLE_SECONDS = 75.0  # without even a ping
SEVERAL = 4  # times the largest file, sent without saying anything with them
POLICY, TRY_LATER, GOING = 1008, 1013, 1012  # RFC 6455, 7.4.1, and the IANA registry
JSON = "application/json"


def room_of(connection: HTTPConnection) -> Room:
    """The room the application was made with."""
    room: Room = connection.app.state.room
    return room


async def socket(websocket: WebSocket) -> None:
    """A conversation on a WebSocket."""
    room = room_of(websocket)
    network = caller(websocket, room.config)
    if not from_widget(websocket, room.config):
        await websocket.close(POLICY)  # before it is accepted: the handshake is refused
        return
    with room.connection(network) as fits:
        if not fits or room.meter.visit(network) or room.closing:
            await websocket.close(TRY_LATER)
            return
        await websocket.accept()
        await _converse(websocket, Session(room, network))


async def _converse(websocket: WebSocket, session: Session) -> None:
    """Until either side hangs up. What the browser says has no effect on how the server ends."""
    try:
        async with asyncio.timeout(FIRST_SECONDS):
            hello = frames.hello(await websocket.receive_text())
        await session.open(hello)
        async with asyncio.TaskGroup() as group:
            group.create_task(_write(websocket, session))
            await _read(websocket, session)
    except* (WebSocketDisconnect, TimeoutError):
        await _hung_up(websocket, POLICY)
    except* (Malformed, KeyError):  # KeyError: a binary message
        await _hung_up(websocket, POLICY, "malformed")
    except* HangUp as group_of_one:
        await _hung_up(websocket, GOING, str(group_of_one.exceptions[0]))
    finally:
        session.close()


async def _read(websocket: WebSocket, session: Session) -> None:
    while True:
        async with asyncio.timeout(IDLE_SECONDS):
            text = await websocket.receive_text()
        await session.take(frames.frame(text))


async def _write(websocket: WebSocket, session: Session) -> None:
    while True:
        await websocket.send_text(frames.encoded(await session.next()).decode())


async def _hung_up(websocket: WebSocket, code: int, why: str = "") -> None:
    """Say why, if anybody still listens, and close."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it was closed from the other side
        if why:
            await websocket.send_text(frames.encoded([{"t": "bye", "why": why}]).decode())
        await websocket.close(code)


async def poll(request: Request) -> Response:
    """The same conversation, a request at a time: what the browser has to say, then what there is for it."""
    room = room_of(request)
    network = caller(request, room.config)
    _admit(request, room, network)
    if request.headers.get("content-type", "").partition(";")[0] != JSON:
        raise HTTPException(415, "JSON only.")
    try:
        asked = frames.poll(await body(request, frames.LONGEST))
    except Malformed as error:
        raise HTTPException(400, "malformed") from error
    with room.connection(network) as fits:
        if not fits:
            raise HTTPException(503, "Too many at once.", {"Retry-After": "5"})
        return Response(frames.encoded(await _polled(Session(room, network), asked)), media_type=JSON)


async def _polled(session: Session, asked: Poll) -> list[Out]:
    try:
        await session.open(asked.hello, welcome=asked.fresh)
        for frame in asked.frames:
            await session.take(frame)
        said = await session.next()  # there is always the state
        if asked.wait and all(frame["t"] == "state" for frame in said):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(asked.wait):
                    said += await session.next()
        return said
    except Malformed as error:
        raise HTTPException(400, "malformed") from error
    except HangUp as error:
        return [{"t": "bye", "why": str(error)}]
    finally:
        session.close()


def _admit(request: Request, room: Room, network: str) -> None:
    """Raises HTTPException for a stranger's page, and for somebody too fast."""
    if not from_widget(request, room.config):
        raise HTTPException(403, "Not from this page.")
    if wait := room.meter.visit(network):
        raise HTTPException(429, "Too fast.", {"Retry-After": str(int(wait) + 1)})


async def upload(request: Request) -> Response:
    """Take a file, for a message that will name it."""
    room = room_of(request)
    network = caller(request, room.config)
    _admit(request, room, network)
    person = _person(request, room)
    if not room.config.file_size:
        raise HTTPException(403, "No files.")
    if wait := room.meter.message(person.token):
        raise HTTPException(429, "Too fast.", {"Retry-After": str(int(wait) + 1)})
    if room.uploads.locked():
        raise HTTPException(503, "Too many at once.", {"Retry-After": "5"})
    async with room.uploads:
        return await _received(request, room, network, person)


async def _received(request: Request, room: Room, network: str, person: Caller) -> Response:
    data = await body(request, room.config.file_size)
    kind = files.sniffed(data)
    if kind is None:
        raise HTTPException(415, "Pictures, PDF and plain text only.")
    name = files.safe_name(unquote(request.headers.get("x-name", ""))[:500], kind)
    info = await _kept(room, network, person, name, kind, data)
    return JSONResponse({"id": info.id, "name": info.name, "type": info.type, "size": info.size})


async def _kept(room: Room, network: str, person: Caller, name: str, kind: str, data: bytes) -> FileInfo:
    try:
        known = await room.db.do(lambda db: visitors.recognise(db, person))
    except Stranger as error:
        raise HTTPException(401, "Who are you?") from error
    if known is None and (room.full or room.meter.newcomer(network)):
        raise HTTPException(429, "Too many newcomers.", {"Retry-After": "60"})
    now, most = room.now(), SEVERAL * room.config.file_size

    def keep(db: sqlite3.Connection) -> FileInfo | None:
        visitor = visitors.welcomed(db, person, now, newcomers=True)
        if files.unused_bytes(db, visitor.id) + len(data) > most:
            return None
        return files.add(db, visitor.id, name, kind, data, now, used=False)

    if (info := await room.db.do(keep)) is None:
        raise HTTPException(429, "Send what you have first.", {"Retry-After": "600"})
    return info


async def download(request: Request) -> Response:
    """A file of the conversation, to nobody else."""
    room = room_of(request)
    person = _person(request, room)
    if room.meter.frame(person.token):
        raise HTTPException(429, "Too fast.", {"Retry-After": "1"})
    wanted = request.path_params["name"]

    try:
        visitor = await room.db.do(lambda db: visitors.recognise(db, person))
        owner = visitor.id if visitor else ""
        info, data = await room.db.read(lambda db: files.get(db, wanted, owner))
    except (Gone, Stranger) as error:
        raise HTTPException(404, "No such file.") from error
    return attachment(info, data)


def attachment(info: FileInfo, data: bytes) -> Response:
    """A file that no browser shows, runs or keeps."""
    headers = {
        "Content-Disposition": "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=info.type, headers=headers)


def _person(request: Request, room: Room) -> Caller:
    """Who asks for a file: in headers, what a hello says. Raises HTTPException."""
    try:
        return called(room, frames.hello(unquote(request.headers.get("x-hello", ""))))
    except (Malformed, HangUp) as error:
        raise HTTPException(401, "Who are you?") from error
