"""A JSON API that takes a bearer token: what its answers mean for whoever asked.

A question (GET) that failed was no harm: `Unavailable`. An order whose answer is lost, or is no answer, may have been
carried out: `Uncertain`. A plain no is `Rejected`, with the server's own words; a token that is not taken, or a server
that is another than thought, `NeedsPerson`.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from adapters._http import LONGEST_WAIT, Answer, TooLargeError, Web, retry_after
from adapters._json import number, text
from agent_tui.core.channel import File
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.language import _
from agent_tui.core.text import clean_line, safe_name

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
Thing = TypeVar("Thing", bound="JsonApi")


class Once(Generic[Thing]):
    """A client that is made on a thread when it is first needed, and signed in; and again after it was closed."""

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._made: Thing | None = None
        self._making = asyncio.Lock()

    async def get(self) -> Thing:
        """The client. Raises what making it and signing in raise."""
        async with self._making:
            if self._made is None:
                made = await asyncio.to_thread(self._make)
                try:
                    await made.sign_in()
                except BaseException:
                    await made.aclose()
                    raise
                self._made = made
            return self._made

    async def aclose(self) -> None:
        """Close it, if there is one."""
        async with self._making:
            made, self._made = self._made, None
            if made is not None:
                await made.aclose()


class JsonApi:
    """One server, as one account. Every method raises Unavailable, NeedsPerson, Rejected or, for orders, Uncertain."""

    def __init__(
        self, base: str, token: str, *, largest: int, asks: Collection[str] = (), user: str = ""
    ) -> None:
        self.user = user  # whose token it is
        self._asks = asks  # codes of refusals that a person has to see to
        self._base = base.rstrip("/")
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._web = Web(self._base, seconds=20, largest=largest)
        self.host = self._web.host

    async def sign_in(self) -> None:
        """Whatever must be known before the first question. Raises Unavailable, NeedsPerson."""

    async def ask(
        self,
        method: str,
        path: str,
        said: object = None,
        *,
        seconds: float = 0.0,
        query: Mapping[str, str] | None = None,
    ) -> object:
        """One request, and the object or list that was answered."""
        request: dict[str, Any] = {} if said is None else {"json": said}
        answer = await self._request(method, path, seconds=seconds, params=query, **request)
        return self._read(answer, order=method != "GET")

    async def again(self, method: str, path: str, said: object) -> object:
        """An order that is no harm when it is repeated: what fails is Unavailable, never Uncertain."""
        try:
            return await self.ask(method, path, said)
        except Uncertain as error:
            raise Unavailable(error.problem) from error

    async def upload(self, path: str, file: File, query: Mapping[str, str] | None = None) -> object:
        """Hand over a file's bytes. Nobody is told of them yet: what fails is no harm."""
        kind = {"Content-Type": file.media_type}
        request = {"params": query, "content": file.data}
        try:
            answer = await self._request("POST", path, more=kind, seconds=60, **request)
            return self._read(answer, order=True)
        except Uncertain as error:
            raise Unavailable(error.problem) from error

    async def download(self, path: str, name: str, media_type: str) -> File:
        """A file. What is too large, or takes too long, is not to be had: Rejected too."""
        try:
            answer = await self._request("GET", path, seconds=60)
        except Unavailable as error:
            if isinstance(error.__cause__, TooLargeError | TimeoutError) or _slow(error.__cause__):
                raise Rejected(error.problem) from error
            raise
        if answer.status != 200 and answer.status not in {401, 429}:
            raise Rejected(_("the server said {status}").format(status=answer.status))
        self._judge(answer, order=False)
        kind = media_type.lower().partition(";")[0].strip()
        kind = kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
        return File(name=safe_name(name, "file"), media_type=kind, data=answer.body)

    async def linked(self, path: str, query: Mapping[str, str]) -> AsyncGenerator[object, None]:
        """Every page of a list: the `end` of one is where the next is asked `from`."""
        followed, asked = set[str](), dict(query)
        while True:
            page = await self.ask("GET", path, query=asked)
            yield page
            if not (end := text(page, "end")) or end in followed:
                return
            followed.add(end)
            asked["from"] = end

    async def _request(
        self, method: str, path: str, *, more: Mapping[str, str] | None = None, **request: Any
    ) -> Answer:
        return await self._web.ask(
            method, self._base + path, headers={**self._bearer, **(more or {})}, **request
        )

    def _read(self, answer: Answer, *, order: bool) -> object:
        self._judge(answer, order=order)
        said = _decoded(answer.body)
        if not isinstance(said, dict | list):
            problem = _("the answer of {host} cannot be read").format(host=self.host)
            raise Uncertain(problem) if order else Unavailable(problem)
        return said

    def _judge(self, answer: Answer, *, order: bool) -> None:
        """Raises what an answer other than yes means."""
        status = answer.status
        if 200 <= status < 300:
            return
        said = _decoded(answer.body)
        words = clean_line(text(said, "error") or text(said, "message"))[:200]
        problem = _("{host} says: {words}").format(host=self.host, words=words or status)
        if text(said, "errcode") in self._asks:
            raise NeedsPerson(problem, remedy=_("sign in there yourself, and see what is wrong"))
        if status == 429:
            raise Unavailable(problem, retry_after=_wait(said, answer))
        if status == 401:
            raise NeedsPerson(
                _("{host} does not take our token").format(host=self.host),
                remedy=_("make a new one, and store it"),
            )
        if 300 <= status < 400:
            raise NeedsPerson(
                _("{host} sends us elsewhere ({status})").format(host=self.host, status=status),
                remedy=_("check its address"),
            )
        if status >= 500:
            raise Uncertain(problem) if order else Unavailable(problem)
        raise Rejected(problem)

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._web.aclose()


def part(name: str) -> str:
    """An id as one part of a path."""
    return quote(name, safe="")


def _slow(error: BaseException | None) -> bool:
    return isinstance(error, asyncio.TimeoutError) or type(error).__name__.endswith("Timeout")


def _wait(said: object, answer: Answer) -> float | None:
    """The seconds it asks us to wait: in its own words, else in the header."""
    wish = number(said, "retry_after_ms")
    return retry_after(answer.headers) if wish is None else min(wish / 1000, LONGEST_WAIT)


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
