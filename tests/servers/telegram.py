"""Telegram for tests: one bot, its updates and its chats, on loopback, as the published Bot API describes it.

with Telegram() as server:
    server.write("hello")            # the customer writes to the bot
    server.faults("lost")            # what becomes of the next message that is sent

Kept to, from core.telegram.org/bots/api: an update is given again until a later offset is asked for; a page holds at
most 100; two at once end the first one's waiting with 409, as does a webhook; 429 says how long to wait; after a week
without updates numbers go on anywhere; a text has room for 4096 UTF-16 units and a caption for 1024; a file is found
by getFile, in a folder of the bot's own.
"""

import asyncio
import email.parser
import email.policy
import itertools
import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

from tests.servers.loop_thread import LoopThread
from tests.servers.twilio_wire import Answer, Request, Wire, json_answer

TOKEN = "123456789:AAtestsOnlyTestsOnlyTestsOnlyTests0"
CUSTOMER = 42
Fault: TypeAlias = Literal["busy", "refused", "lost", "cut", "failed", "failed after", "garbled", "unknown"]
"""Of an order: 429; blocked (403); taken and the line cut; the line cut before; 500 before and after it was taken;
taken and the answer is no JSON; chat not found (400). Of a question for updates: "busy", "cut", "failed", "garbled"."""

__all__ = ["CUSTOMER", "TOKEN", "Fault", "Telegram"]


class Telegram:
    """The bot, and everything at Telegram's side of it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []  # each order: its fields, and the name of its file
        self.webhook = ""
        self.asked: list[dict[str, str]] = []  # each question for updates
        self.blobs: dict[str, bytes] = {}  # files by id
        self.lying_path: str | None = None  # what getFile answers instead of the path
        self.next_update = 700_000_000
        self._updates: list[dict[str, Any]] = []
        self._family: dict[int, int] = {}  # of each update that was given a number: after how many jumps
        self._jumps = 0
        self._numbers = itertools.count(1)
        self._orders: list[Fault] = []
        self._pages: list[Fault] = []
        self._waiting: asyncio.Event | None = None  # of the poller there is
        self._news = asyncio.Event()
        self._loop = LoopThread("telegram")
        self._wire = Wire(self._answer)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._wire.port}"

    def write(self, text: str = "", *, sender: int = CUSTOMER, name: str = "Ana", **more: Any) -> int:
        """Somebody writes to the bot in private; gives the update's number."""
        who = {"id": sender, "is_bot": False, "first_name": name}
        message = {
            "message_id": next(self._numbers),
            "from": who,
            "chat": {"id": sender, "type": "private", "first_name": name},
            "date": int(time.time()),
            **({"text": text} if text else {}),
            **more,
        }
        return self.happen(message=message)

    def happen(self, **what: Any) -> int:
        """An update of any kind; gives its number."""
        number = self.next_update
        self.next_update += 1
        self._family[number] = self._jumps
        self._updates.append({"update_id": number, **what})
        self._ring()
        return number

    def strange(self, update: Any) -> None:
        """Something that is no update as published; it is given until what is after it is asked for."""
        self._updates.append(update)
        self._ring()

    def jump(self, number: int) -> None:
        """A quiet week has passed: the next update has this number."""
        self._jumps += 1
        self.next_update = number

    def keep(self, data: bytes) -> str:
        """A file at Telegram; gives its id."""
        name = f"file-{len(self.blobs)}"
        self.blobs[name] = data
        return name

    def faults(self, *faults: Fault) -> None:
        """What becomes of the next orders."""
        self._orders += faults

    def page_faults(self, *faults: Fault) -> None:
        """What becomes of the next questions for updates."""
        self._pages += faults

    def waiting(self) -> int:
        """How many updates are kept."""
        return len(self._updates)

    def _ring(self) -> None:
        if self._loop.running:
            self._loop.run(self._rung())

    async def _rung(self) -> None:
        self._news.set()

    async def _answer(self, request: Request) -> Answer | None:
        """What is answered; None cuts the line."""
        if request.path.startswith(f"/file/bot{TOKEN}/"):
            data = self.blobs.get(request.path.rpartition("/")[2])
            return Answer(404, b"") if data is None else Answer(200, data)
        bot, _, method = request.path.removeprefix("/").partition("/")
        if bot != f"bot{TOKEN}":
            return _no(401, "Unauthorized")
        said = request.query | _fields(request)
        if method == "getUpdates":
            return await self._get_updates(said)
        if method in {"sendMessage", "sendPhoto", "sendDocument"}:
            return self._send(said, method)
        return self._tell(method, said)

    def _tell(self, method: str, said: Mapping[str, str]) -> Answer:
        if method == "getMe":
            return _yes({"id": 123456789, "is_bot": True, "first_name": "Bakery", "username": "bakery_bot"})
        if method == "getWebhookInfo":
            return _yes({"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0})
        if method == "getFile":
            return self._file(said.get("file_id", ""))
        return _no(404, "Not Found")

    def _file(self, key: str) -> Answer:
        data = self.blobs.get(key)
        if data is None:
            return _no(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(data) > 20 * 2**20:
            return _no(400, "Bad Request: file is too big")
        path = self.lying_path if self.lying_path is not None else f"documents/{key}"
        return _yes({"file_id": key, "file_unique_id": f"u-{key}", "file_size": len(data), "file_path": path})

    async def _get_updates(self, said: Mapping[str, str]) -> Answer | None:
        self.asked.append(dict(said))
        if self._pages:
            return _fault(self._pages.pop(0))
        if self.webhook:
            return _no(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        if self._waiting is not None:
            self._waiting.set()
        mine = self._waiting = asyncio.Event()
        try:
            self._forget(said.get("offset"))
            await self._wait(float(said.get("timeout", 0)), mine)
            if mine.is_set():
                return _no(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            return _yes(self._updates[: min(100, int(said.get("limit", 100)))])
        finally:
            if self._waiting is mine:
                self._waiting = None

    def _forget(self, offset: str | None) -> None:
        """What is before the offset was kept by whoever asks; numbers of before a jump say nothing of those after."""
        if offset is None:
            return
        upto = int(offset)
        family = self._family.get(upto - 1, self._jumps)
        places = [
            place
            for place, update in enumerate(self._updates)
            if isinstance(update, dict)
            and isinstance(update.get("update_id"), int)
            and (self._family.get(update["update_id"], 0), update["update_id"]) < (family, upto)
        ]
        if places:
            del self._updates[: places[-1] + 1]

    async def _wait(self, seconds: float, mine: asyncio.Event) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not self._updates and not mine.is_set():
            self._news.clear()
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return
            async with asyncio.TaskGroup() as group:
                waits = [group.create_task(self._news.wait()), group.create_task(mine.wait())]
                await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                for each in waits:
                    each.cancel()

    def _send(self, said: Mapping[str, str], method: str) -> Answer | None:
        fault = self._orders.pop(0) if self._orders else None
        if fault in {"busy", "refused", "cut", "failed", "unknown"}:
            return _fault(fault)
        if _units(said.get("text", "")) > 4096:
            return _no(400, "Bad Request: message is too long")
        if _units(said.get("caption", "")) > 1024:
            return _no(400, "Bad Request: message caption is too long")
        if method == "sendMessage" and not said.get("text"):
            return _no(400, "Bad Request: message text is empty")
        self.sent.append({"method": method, **said})
        if fault in {"lost", "failed after", "garbled"}:
            return _fault(fault)
        chat = {"id": int(said["chat_id"]), "type": "private"}
        return _yes({"message_id": next(self._numbers), "date": int(time.time()), "chat": chat})

    def hang_up(self) -> None:
        """Nobody answers from now on."""
        self._loop.run(self._wire.close())

    def __enter__(self) -> Self:
        self._loop.start()
        self._loop.run(self._wire.listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._wire.close())
        self._loop.stop()


def _fields(request: Request) -> dict[str, str]:
    """The fields of a form; a file's name stands under ``file``, its bytes under ``data``."""
    if not request.kind.startswith("multipart/"):
        return request.form
    head = f"Content-Type: {request.kind}\r\n\r\n".encode()
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    found: dict[str, str] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if (filename := part.get_filename()) is not None:
            found |= {"file": filename, "data": data.decode("latin-1"), "kind": str(name)}
        else:
            found[str(name)] = data.decode()
    return found


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _yes(result: object) -> Answer:
    return json_answer(200, {"ok": True, "result": result})


def _no(code: int, description: str, **parameters: int) -> Answer:
    said = {"ok": False, "error_code": code, "description": description}
    return json_answer(code, {**said, **({"parameters": parameters} if parameters else {})})


def _fault(fault: Fault | None) -> Answer | None:
    if fault == "busy":
        return _no(429, "Too Many Requests: retry after 7", retry_after=7)
    if fault == "refused":
        return _no(403, "Forbidden: bot was blocked by the user")
    if fault == "unknown":
        return _no(400, "Bad Request: chat not found")
    if fault in {"failed", "failed after"}:
        return _no(500, "Internal Server Error")
    if fault == "garbled":
        return Answer(200, json.dumps({"ok": True}).encode()[:-3])
    return None
