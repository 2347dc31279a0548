"""The chat server as an ASGI application: its addresses, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from adapters import _chat_agent as agent
from adapters import _chat_pages as pages
from adapters import _chat_visit as visit
from adapters._chat_guard import App, Guard
from adapters._chat_room import Room


def application(room: Room) -> App:
    """The application over a room whose file is open."""
    app = Starlette(
        routes=[
            *pages.routes(room.config),
            WebSocketRoute("/socket", visit.socket),
            Route("/poll", visit.poll, methods=["POST"]),
            Route("/files", visit.upload, methods=["POST"]),
            Route("/files/{name}", visit.download, methods=["GET"]),
            Route("/agent", agent.for_agent(agent.about), methods=["GET"]),
            Route("/agent/events", agent.for_agent(agent.events), methods=["GET"]),
            Route("/agent/messages", agent.for_agent(agent.answer), methods=["POST"]),
            Route("/agent/messages/{key}", agent.for_agent(agent.find), methods=["GET"]),
            Route("/agent/files/{name}", agent.for_agent(agent.download), methods=["GET"]),
            Route("/agent/typing", agent.for_agent(agent.typing), methods=["POST"]),
            Route("/agent/visitors/{visitor}", agent.for_agent(agent.forget), methods=["DELETE"]),
        ],
        lifespan=_lifespan,
    )
    app.state.room = room
    return Guard(app, room.config)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """House is kept while the application runs."""
    room: Room = app.state.room
    await room.begin()
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(room.keep_house())
        yield
        keeping.cancel()
