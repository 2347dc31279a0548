"""Twilio's library over our HTTP client: pages of messages, one message, a new one, and the files of one.

The library makes the requests and reads the answers; `Web` carries them, so that time-outs, caps, redirects and
errors are as everywhere here. Facts about the library (9.13) that this file is written around: an empty environment
falls back to the process's, so one blank entry is given; aware datetimes are sent as if they were UTC; its own retries
repeat a POST; the text of its errors has colours, so only `msg` and `code` are used.

Importing this costs 0.3 s: only where a channel is really used.
"""

import json
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from adapters._http import Answer, Web, retry_after
from adapters._mail_account import is_loopback
from adapters._twilio_words import HINTS, SIGNED_OUT, reason
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain

PAGE = 1000
MOST_PAGES = 10_000
POST_SECONDS, GET_SECONDS = 30.0, 10.0
MOST_HOPS = 3

_GARBLED = (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What the library raises for an answer that is not as it should be."""

Payloads: TypeAlias = Sequence[object]


class Lost(Exception):
    """There is no such thing at the provider, or not any more."""


class _Carrier(AsyncHttpClient):  # type: ignore[misc]
    """The library's requests, over `Web`. What every request may meet is raised here, past the library."""

    def __init__(self, web: Web) -> None:
        super().__init__(None, True, None)
        self._web = web

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - the library's signature
        allow_redirects: bool = False,  # noqa: ARG002
    ) -> Response:
        order = method.upper() != "GET"
        answer = await self._web.ask(
            method,
            url,
            seconds=POST_SECONDS if order else GET_SECONDS,
            params=params or None,
            data=data,
            headers=headers,
            auth=auth,
        )
        _refuse(answer, self._web.host, order=order)
        return Response(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)


class Api:
    """One account. Every method raises Unavailable or NeedsPerson."""

    def __init__(self, account: str, token: str, base: str) -> None:
        self._base = base.rstrip("/")
        self._auth = account, token
        self._web = Web(self._base, seconds=GET_SECONDS)
        self._client = Client(account, token, account, http_client=_Carrier(self._web), environment={"_": ""})
        self._client.api.base_url = self._base
        self._messages = self._client.api.v2010.account.messages

    async def pages(
        self, *, since: datetime | None = None, to: str = "", sender: str = ""
    ) -> AsyncGenerator[tuple[Payloads, bool], None]:
        """The rows of each page of the list, and whether it is the last one. The provider links them."""
        query: dict[str, object] = {"page_size": PAGE}
        if since is not None:
            query["date_sent_after"] = since.astimezone(UTC)
        query |= {name: value for name, value in (("to", to), ("from_", sender)) if value}
        page = await _asked(self._messages.page_async(**query))
        followed: set[str] = set()
        while True:
            rows, link = _page(page)
            yield rows, not link
            if not link:
                return
            if link in followed or len(followed) >= MOST_PAGES:
                raise Unavailable("the provider's pages have no end", remedy="it is tried again by itself")
            followed.add(link)
            page = await _asked(self._messages.get_page_async(link))

    async def create(self, *, to: str, text: str, sender: str, service: str) -> dict[str, Any]:
        """Send a message once; gives its row. Also raises Rejected, Uncertain."""
        by = {"from_": sender} if sender else {"messaging_service_sid": service}
        try:
            made = await self._messages.create_async(to=to, body=text, **by)
        except (TwilioRestException, TwilioServiceException) as error:
            raise _rejected(error) from error
        except _GARBLED as error:
            raise Uncertain("the provider's answer cannot be read") from error
        if not isinstance(made.sid, str) or not made.sid:
            raise Uncertain("the provider's answer has no name for the message")
        return {"sid": made.sid, "status": made.status}

    async def fetch(self, sid: str) -> object:
        """The row of one message. Also raises Lost."""
        return await self._json(f"{self._account_url}/Messages/{sid}.json")

    async def account(self) -> object:
        """What the provider says of the account. Also raises Lost."""
        return await self._json(f"{self._account_url}.json")

    async def media(self, sid: str) -> list[dict[str, Any]]:
        """The files of a message: their rows. Also raises Lost."""
        said = await self._json(f"{self._account_url}/Messages/{sid}/Media.json")
        found = said.get("media_list") if isinstance(said, dict) else None
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    async def file(self, sid: str, media: str) -> Answer:
        """The bytes of one file. The credentials go to the provider alone; every redirect is looked at.

        Also raises Lost.
        """
        url = f"{self._account_url}/Messages/{sid}/Media/{media}"
        for _ in range(MOST_HOPS + 1):
            auth = self._auth if _origin(url) == _origin(self._base) else None
            answer = await self._web.ask("GET", url, seconds=GET_SECONDS, auth=auth)
            if answer.status not in {301, 302, 303, 307, 308}:
                return self._plain(answer)
            url = self._next(url, answer.headers.get("location", ""))
        raise Lost("the provider sends us in circles for it")

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._web.aclose()

    @property
    def _account_url(self) -> str:
        return f"{self._base}/2010-04-01/Accounts/{self._auth[0]}"

    async def _json(self, url: str) -> object:
        """One document, through the library's own request."""
        response = await self._client.request_async("GET", url)
        if response.status_code in {404, 410}:
            raise Lost("the provider has it no more")
        if response.status_code != 200:
            raise Unavailable(f"the provider answered {response.status_code}")
        return _loads(response.text)

    def _plain(self, answer: Answer) -> Answer:
        if answer.status in {400, 403, 404, 410}:
            raise Lost("the provider has it no more")
        _refuse(answer, self._web.host, order=False)
        if answer.status != 200:
            raise Unavailable(f"the provider answered {answer.status}")
        return answer

    def _next(self, url: str, location: str) -> str:
        """Where a redirect leads. Raises Lost when we do not go there."""
        try:
            there = urljoin(url, location)
            if self._safe(there):
                return there
        except ValueError as error:
            raise Lost("the provider sends us nowhere for it") from error
        raise Lost("the provider sends us elsewhere for it")

    def _safe(self, url: str) -> bool:
        """May we go there? Over TLS, and to no address inside a network; a test's own server may send to itself."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if "@" in parts.netloc or (parts.port or 1) < 1:
            return False
        if is_loopback(urlsplit(self._base).hostname or ""):
            return is_loopback(host)
        return (
            parts.scheme == "https"
            and "." in host
            and not host.replace(".", "").isdigit()
            and ":" not in host
        )


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def _refuse(answer: Answer, host: str, *, order: bool) -> None:
    """Raises what an answer means whoever asked: busy, broken, not for us, not Twilio."""
    status = answer.status
    if status == 429:  # too many at once: never processed, safe to repeat (twilio.com/docs/api/errors/20429)
        raise Unavailable("the provider is busy", retry_after=retry_after(answer.headers))
    if status >= 500 or status == 408:
        if order:
            raise Uncertain(f"the provider failed ({status}): it may have been sent")
        raise Unavailable(f"the provider failed ({status})", retry_after=retry_after(answer.headers))
    if status == 401 or (status == 403 and not _hinted(answer.body)):
        raise NeedsPerson(
            f"{host} does not take our account_sid and auth_token", remedy="compare both with the console"
        )
    if 300 <= status < 400:
        raise NeedsPerson(f"what answers at {host} is not Twilio ({status})", remedy="check base_url")


def _hinted(body: bytes) -> bool:
    """Is it about the message, not about the account?"""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("code") in HINTS


async def _asked(work: Any) -> Any:
    try:
        return await work
    except TwilioException as error:
        raise _page_error(error) from error
    except _GARBLED as error:
        raise Unavailable("the provider's list cannot be read") from error


def _page_error(error: TwilioException) -> Unavailable | NeedsPerson:
    """A failed list says only "Unable to fetch page"; the answer is beside it."""
    response = error.args[1] if len(error.args) > 1 else None
    status = getattr(response, "status_code", None)
    if status in {400, 404, 405}:
        return NeedsPerson(
            f"the provider does not know the account ({status})", remedy="check account_sid and base_url"
        )
    return Unavailable(f"the provider's list cannot be read ({status or 'no answer'})")


def _page(page: Any) -> tuple[Payloads, str]:
    """A page's rows as they came (the library's own make broken dates an error), and the next page's address."""
    rows = page._payload.get("messages")
    link = page.next_page_url
    if not isinstance(rows, list) or not (link is None or isinstance(link, str)):
        raise Unavailable("the provider's list is none")
    return rows, link or ""


def _rejected(error: "TwilioRestException | TwilioServiceException") -> Rejected | NeedsPerson | Uncertain:
    code = error.code if isinstance(error.code, int) else None
    said = getattr(error, "detail", None) or getattr(error, "title", None) or getattr(error, "msg", "")
    if 200 <= error.status < 300:
        return Uncertain("the provider's answer cannot be read")
    if code == SIGNED_OUT or error.status in {402, 404}:
        return NeedsPerson(
            f"the provider refuses the account: {reason(code, said)}", remedy="compare it with the console"
        )
    said = said.removeprefix("Unable to create record: ") if isinstance(said, str) else said
    return Rejected(reason(code if code != error.status else None, said))


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unavailable("the provider's answer cannot be read") from error
