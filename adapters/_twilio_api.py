"""One account at Twilio: pages of its messages, one message, a new one, and the files of one.

The library makes the requests and reads the answers; `Web` carries them, so that time-outs, caps, redirects and
errors are as everywhere here. Aware times are sent by it as if they were UTC: they are made so first.
"""

import json
from collections.abc import AsyncGenerator, Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from adapters import _twilio_library as library
from adapters._http import Answer, Web, retry_after
from adapters._mail_account import is_loopback
from adapters._twilio_words import HINTS, SIGNED_OUT, WITHDRAWN, reason
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.language import _

PAGE = 1000
MOST_PAGES = 10_000
MOST_HOPS = 3

Payloads: TypeAlias = Sequence[object]


class Lost(Exception):
    """There is no such thing at the provider, or not any more."""


class Api:
    """One account. Every method raises Unavailable or NeedsPerson."""

    def __init__(self, account: str, token: str, base: str) -> None:
        self._base = base.rstrip("/")
        self._auth = account, token
        self._web = Web(self._base, seconds=library.GET_SECONDS)
        self._client = library.client(account, token, self._base, self._web, self._refuse)
        self._messages = self._client.api.v2010.account.messages

    async def pages(
        self, *, since: datetime | None = None, to: str = "", sender: str = ""
    ) -> AsyncGenerator[tuple[Payloads, bool], None]:
        """The rows of each page of the list, and whether it is the last one. The provider links them."""
        query: dict[str, object] = {"page_size": PAGE}
        if since is not None:
            query["date_sent_after"] = since.astimezone(UTC)
        query |= {name: value for name, value in (("to", to), ("from_", sender)) if value}
        rows, link = await _listed(self._messages.page_async(**query))
        followed: set[str] = set()
        while True:
            yield rows, not link
            if not link:
                return
            if link in followed or len(followed) >= MOST_PAGES:
                raise Unavailable(
                    _("the provider's pages have no end"), remedy=_("it is tried again by itself")
                )
            followed.add(link)
            rows, link = await _listed(self._messages.get_page_async(link))

    async def create(self, *, to: str, text: str, sender: str, service: str) -> dict[str, Any]:
        """Send a message once; gives its row. Also raises Rejected, Uncertain."""
        by = {"from_": sender} if sender else {"messaging_service_sid": service}
        try:
            made = await self._messages.create_async(to=to, body=text, **by)
        except library.failures() as error:
            raise _not_made(error) from error
        if not isinstance(made.sid, str) or not made.sid:
            raise Uncertain(_("the provider's answer has no name for the message"))
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
        for _round in range(MOST_HOPS + 1):
            auth = self._auth if _origin(url) == _origin(self._base) else None
            answer = await self._web.ask("GET", url, seconds=library.GET_SECONDS, auth=auth)
            if answer.status not in {301, 302, 303, 307, 308}:
                return self._plain(answer)
            url = self._next(url, answer.headers.get("location", ""))
        raise Lost(_("the provider sends us in circles for it"))

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
            raise Lost(_("the provider has it no more"))
        if response.status_code != 200:
            raise Unavailable(
                _("the provider answered {status_code}").format(status_code=response.status_code)
            )
        return _loads(response.text)

    def _refuse(self, answer: Answer, order: bool, /) -> None:
        """Raises what an answer means whoever asked: busy, broken, not for us, not Twilio."""
        status = answer.status
        if status == 429:
            # Too many at once: never processed, safe to repeat (twilio.com/docs/api/errors/20429).
            raise Unavailable(_("the provider is busy"), retry_after=retry_after(answer.headers))
        if status >= 500 or status == 408:
            if order:
                raise Uncertain(
                    _("the provider failed ({status}): it may have been sent").format(status=status)
                )
            raise Unavailable(
                _("the provider failed ({status})").format(status=status),
                retry_after=retry_after(answer.headers),
            )
        if status == 401 or (status == 403 and not _hinted(answer.body)):
            raise NeedsPerson(
                _("{host} does not take our account_sid and auth_token").format(host=self._web.host),
                remedy=_("compare both with the console"),
            )
        if 300 <= status < 400:
            raise NeedsPerson(
                _("what answers at {host} is not Twilio ({status})").format(
                    host=self._web.host, status=status
                ),
                remedy=_("check base_url"),
            )

    def _plain(self, answer: Answer) -> Answer:
        if 400 <= answer.status < 500 and answer.status not in {408, 429}:
            raise Lost(_("the provider has it no more"))
        self._refuse(answer, False)
        if answer.status != 200:
            raise Unavailable(_("the provider answered {status}").format(status=answer.status))
        return answer

    def _next(self, url: str, location: str) -> str:
        """Where a redirect leads. Raises Lost when we do not go there."""
        try:
            there = urljoin(url, location)
            if self._safe(there):
                return there
        except ValueError as error:
            raise Lost(_("the provider sends us nowhere for it")) from error
        raise Lost(_("the provider sends us elsewhere for it"))

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


def _hinted(body: bytes) -> bool:
    """Is it about the message, not about the account?"""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    code = said.get("code") if isinstance(said, dict) else None
    return isinstance(code, int) and code in HINTS


async def _listed(work: Awaitable[Any]) -> tuple[Payloads, str]:
    """A page's rows and the next page's address; nothing when it is the last one."""
    try:
        return _page(await work)
    except library.failures() as error:
        raise _page_error(error) from error


def _page_error(error: Exception) -> Unavailable | NeedsPerson:
    """A failed list says only "Unable to fetch page"; the answer is beside it."""
    response = error.args[1] if len(error.args) > 1 else None
    status = getattr(response, "status_code", None)
    if status in {400, 404, 405}:
        return NeedsPerson(
            _("the provider does not know the account ({status})").format(status=status),
            remedy=_("check account_sid and base_url"),
        )
    return Unavailable(
        _("the provider's list cannot be read ({status})").format(status=status or _("no answer"))
    )


def _page(page: Any) -> tuple[Payloads, str]:
    """A page's rows as they came (the library's own make broken dates an error), and the next page's address."""
    rows = page._payload["messages"]
    if not isinstance(rows, list):
        raise TypeError("it is no list")
    return rows, str(page.next_page_url or "")


def _not_made(error: Exception) -> Rejected | NeedsPerson | Uncertain:
    """What a create that failed means: a no with its reason, or an answer that cannot be read."""
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if not isinstance(status, int) or not 400 <= status < 500:
        return Uncertain(_("the provider's answer cannot be read"))
    said = getattr(error, "detail", None) or getattr(error, "title", None) or getattr(error, "msg", "")
    if code == SIGNED_OUT or status in {402, 404}:
        return NeedsPerson(
            _("the provider refuses the account: {reason}").format(reason=reason(code, said)),
            remedy=_("compare it with the console"),
        )
    said = said.removeprefix("Unable to create record: ") if isinstance(said, str) else said
    why = reason(code if code != status else None, said)
    return Rejected(why, withdrawn=code == WITHDRAWN)


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unavailable(_("the provider's answer cannot be read")) from error
