"""Twilio for tests: an account with its messages, on loopback, as the published documents describe it.

with Twilio() as server:
    server.deliver("+351912345678", "hello")
    server.faults("lost")        # what becomes of the next message that is sent

Kept to, from twilio.com/docs/messaging/api/message-resource and /media-resource and the pages on paging and errors:
the list is newest DateSent first with a resolution of a second, `DateSent>` includes its moment, rows that wait have
no date_sent and stand first; pages of at most 1000 are linked by a token that inserts do not move; a row's status
moves by itself and not its place; 429 (20429) was not processed, a 500 may have been; media answers with a redirect
to a signed address on another origin, which takes no credentials.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias
from urllib.parse import urlencode

from tests.servers.loop_thread import LoopThread
from tests.servers.twilio_rows import ACCOUNT, BASE, NUMBER, TOKEN, Text
from tests.servers.twilio_wire import Answer, Request, Wire, json_answer

Fault: TypeAlias = Literal["", "busy", "refused", "lost", "broken", "failed", "failed after", "garbled"]
"""Of a message that is sent: "" none; 429; 400; taken and the line cut; the line cut before; 500 before and after it
was taken; taken and the answer is no JSON. Of a page of the list: "busy", "broken", "failed" and "garbled"."""

__all__ = ["ACCOUNT", "NUMBER", "TOKEN", "Fault", "Text", "Twilio"]


class Twilio:
    """The account, and the server it is on. `now`: its clock. `by_day`: DateSent counts whole days only."""

    def __init__(self, now: Callable[[], datetime] | None = None, *, by_day: bool = False) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.by_day = by_day
        self.largest_page = 1000
        self.texts: list[Text] = []
        self.active = True
        self.authorized: list[
            tuple[str, str]
        ] = []  # of each request: its path, and the credentials it brought
        self.queries: list[dict[str, str]] = []  # of each page that was asked for
        self.elsewhere = ""  # where media is redirected to; else to a second server of ours
        self.before_page: Callable[[int], None] = lambda _: None  # called with the page's number
        self.strange: list[Any] = []  # rows that are none, at the end of the list's first page
        self.page_body = b""  # what every page is instead
        self.media_faults = 0  # how many of the next questions for media fail
        self.lag = timedelta()  # how late a message that was sent is in the list
        self.circle = False  # every page links to itself
        self._numbers = itertools.count(1)
        self._posts: list[Fault] = []
        self._pages: list[Fault] = []
        self._loop = LoopThread("twilio")
        self._wire = Wire(self._answer)
        self._store = Wire(self._stored)  # where the signed addresses of media lead

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._wire.port}"

    def deliver(
        self,
        sender: str,
        body: str,
        *,
        to: str = NUMBER,
        ago: timedelta = timedelta(),
        media: Sequence[tuple[str, bytes]] = (),
        listed: bool = True,
        service: str | None = None,
    ) -> Text:
        """A customer writes; `ago` dates it back."""
        at = self.now() - ago
        text = Text(
            self._sid("MM" if media else "SM"), "inbound", sender, to, body, "received", at, at, service
        )
        text.media = {self._sid("ME"): each for each in media}
        text.listed = listed
        self.texts.append(text)
        return text

    def sent(self) -> list[Text]:
        """What it took from the API."""
        return [text for text in self.texts if text.direction == "outbound-api"]

    def elsewhere_sent(self, to: str, body: str, *, status: str = "delivered", sender: str = NUMBER) -> Text:
        """Another program sends from the number."""
        at = self.now()
        text = Text(self._sid("SM"), "outbound-api", sender, to, body, status, at, at)
        self.texts.append(text)
        return text

    def faults(self, *faults: Fault) -> None:
        """What becomes of the next messages that are sent."""
        self._posts += faults

    def page_faults(self, *faults: Fault) -> None:
        """What becomes of the next pages that are asked for."""
        self._pages += faults

    def hang_up(self) -> None:
        """Nobody answers from now on."""
        self._loop.run(self._wire.close())

    def _sid(self, kind: str) -> str:
        number = next(self._numbers)
        return f"{kind}{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"

    async def _answer(self, request: Request) -> Answer | None:
        """What is answered; None cuts the line."""
        self.authorized.append((request.path, request.credentials))
        if request.credentials != f"{ACCOUNT}:{TOKEN}":
            return json_answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        path = request.path.removeprefix(BASE)
        if path == request.path:
            return _missing()
        if path == ".json":
            return json_answer(200, {"sid": ACCOUNT, "status": "active" if self.active else "suspended"})
        if path == "/Messages.json":
            return self._create(request) if request.method == "POST" else self._page(request)
        return self._one(path.split("/")[2:])

    def _one(self, parts: list[str]) -> Answer:
        """A message, its media, or one of them."""
        sid = parts[0].removesuffix(".json")
        text = next((text for text in self.texts if text.sid == sid), None)
        if text is None:
            return _missing()
        if len(parts) == 1:
            return json_answer(200, text.row())
        if self.media_faults:
            self.media_faults -= 1
            return json_answer(500, {"code": 20500, "message": "Internal", "status": 500})
        if parts[1] == "Media.json":
            return json_answer(200, {"media_list": text.media_rows(), "next_page_uri": None})
        if parts[-1] not in text.media:
            return _missing()
        where = self.elsewhere or f"http://127.0.0.1:{self._store.port}/signed/{parts[-1]}?Signature=x"
        return Answer(307, b"", {"Location": where})

    async def _stored(self, request: Request) -> Answer:
        """The other origin: it takes signatures, and refuses credentials (as S3 does)."""
        self.authorized.append((request.path, request.credentials))
        found = {name: each for text in self.texts for name, each in text.media.items()}
        kind, data = found[request.path.rpartition("/")[2]]
        return Answer(400, b"", {}) if request.credentials else Answer(200, data, {"Content-Type": kind})

    def _create(self, request: Request) -> Answer | None:
        fault = self._posts.pop(0) if self._posts else ""
        before = {
            "busy": json_answer(
                429, {"code": 20429, "message": "Too Many Requests", "status": 429}, {"Retry-After": "7"}
            ),
            "refused": _refusal(21610, "Attempt to send to unsubscribed recipient"),
            "failed": json_answer(500, {"code": 20500, "message": "Internal Server Error", "status": 500}),
        }
        if fault in before:
            return before[fault]
        if fault == "broken":
            return None
        wrong = _wrong(request.form)
        if wrong is not None:
            return wrong
        text = self._take(request.form)
        if fault == "lost":
            return None
        if fault == "failed after":
            return Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})
        if fault == "garbled":
            return Answer(201, b'{"sid": "SM', {"Content-Type": "application/json"})
        return json_answer(201, text.row())

    def _take(self, form: dict[str, str]) -> Text:
        service = form.get("MessagingServiceSid")
        status = "accepted" if service else "queued"
        text = Text(
            self._sid("SM"),
            "outbound-api",
            form.get("From"),
            form["To"],
            form["Body"],
            status,
            self.now(),
            None,
            service,
        )
        self.texts.append(text)
        return text

    def _page(self, request: Request) -> Answer | None:
        self.queries.append(request.query)
        if self.page_body:
            return Answer(200, self.page_body, {"Content-Type": "application/json"})
        query = request.query
        fault = self._pages.pop(0) if self._pages else ""
        if fault == "broken":
            return None
        if fault:
            return {
                "busy": json_answer(429, {"code": 20429, "message": "Too Many Requests", "status": 429}),
                "failed": json_answer(500, {"code": 20500, "message": "Internal", "status": 500}),
                "garbled": Answer(200, b'{"messages": [{"sid"', {"Content-Type": "application/json"}),
            }[fault]
        size = min(int(query.get("PageSize", "50")), self.largest_page)
        after = query.get("PageToken", "").removeprefix("PA")
        number = int(query.get("Page", "0"))
        self.before_page(number)
        rows = self._listed(query)
        start = (
            next((i + 1 for i, text in enumerate(rows) if text.sid == after), 0) if after else number * size
        )
        page = rows[start : start + size]
        more = start + size < len(rows) or self.circle
        token = "PAround" if self.circle else f"PA{page[-1].sid}" if page else ""
        link = {**query, "Page": str(1 if self.circle else number + 1), "PageToken": token} if more else None
        return json_answer(
            200,
            {
                "messages": [text.row() for text in page] + (self.strange if not after else []),
                "page": number,
                "page_size": size,
                "start": start,
                "end": start + max(0, len(page) - 1),
                "first_page_uri": f"{BASE}/Messages.json?{urlencode({**query, 'Page': '0'})}",
                "previous_page_uri": None,
                "next_page_uri": f"{BASE}/Messages.json?{urlencode(link)}" if link else None,
                "uri": request.path,
            },
        )

    def _listed(self, query: dict[str, str]) -> list[Text]:
        """What the list shows, newest first; rows that wait stand before all."""
        now = self.now()
        rows = [
            text for text in self.texts if text.listed and (text.inbound or text.created + self.lag <= now)
        ]
        rows = [r for r in rows if query.get("To", r.to) == r.to and query.get("From", r.sender) == r.sender]
        if since := query.get("DateSent>"):
            moment = datetime.fromisoformat(since)
            moment = moment.replace(hour=0, minute=0, second=0) if self.by_day else moment
            rows = [row for row in rows if row.sent is not None and row.sent.replace(microsecond=0) >= moment]
        future = datetime.max.replace(tzinfo=UTC)
        return sorted(rows, key=lambda r: ((r.sent or future).replace(microsecond=0), r.sid), reverse=True)

    def __enter__(self) -> Self:
        self._loop.start()
        self._loop.run(self._wire.listen())
        self._loop.run(self._store.listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._wire.close())
        self._loop.run(self._store.close())
        self._loop.stop()


def _wrong(form: dict[str, str]) -> Answer | None:
    """What is refused: in the order the API looks."""
    if not form.get("To"):
        return _refusal(21604, "A 'To' phone number is required.")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return _refusal(21603, "A 'From' phone number is required.")
    if not form.get("Body"):
        return _refusal(21602, "Message body is required.")
    return (
        _refusal(21617, "The concatenated message body exceeds the 1600 character limit")
        if len(form["Body"]) > 1600
        else None
    )


def _refusal(code: int, words: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json_answer(400, {"code": code, "message": words, "more_info": more, "status": 400})


def _missing() -> Answer:
    return json_answer(404, {"code": 20404, "message": "The requested resource was not found", "status": 404})
