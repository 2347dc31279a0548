"""One bot at Telegram: questions, orders and files, with the errors said in words.

The token is part of every address. No address stands in an error of ours nor in one of `Web`'s, and the library's
own log of them is silenced there. Questions are GET, so that whatever fails may be asked again; orders are POST.
"""

import re
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import msgspec

from adapters._http import LONGEST_WAIT, Answer, Web, retry_after
from adapters._telegram_wire import FilePath, Page, Reply, Taken, Webhook, number
from agent_tui.core.errors import NeedsPerson, Rejected, Unavailable, Uncertain
from agent_tui.core.language import N_, _
from agent_tui.core.text import clean_line

T = TypeVar("T")

PAGE = 100  # updates at once; the most there may be
KINDS = '["message","edited_message"]'
LARGEST_DOWNLOAD = 20 * 2**20
"""Bytes of a file that a bot may fetch."""

_FULL = 2 * 2**20
"""A page may be cut by its bytes as well (at 4 MB): one as large as this may have been."""

_PATH = re.compile(r"[A-Za-z0-9_\-]+(?:/[A-Za-z0-9_\-.]+)*")
_UPLOAD = 100_000  # bytes a second, of the slowest line we wait for


class Lost(Exception):
    """There is no such file for us; says why, in words."""


class Refused(Rejected):
    """A no to one request; `said` is Telegram's own description, for whoever knows another way."""

    def __init__(self, problem: str, *, said: str) -> None:
        super().__init__(problem)
        self.said = said


class Api:
    """One bot. Questions raise Unavailable or NeedsPerson; orders also Refused and Uncertain."""

    def __init__(self, token: str, base: str) -> None:
        self._web = Web(base, seconds=20, largest=LARGEST_DOWNLOAD)
        self._methods = f"{base.rstrip('/')}/bot{token}/"
        self._files = f"{base.rstrip('/')}/file/bot{token}/"

    async def updates(self, offset: int | None, wait: int) -> Page:
        """What waits from `offset` on, which is the acknowledgement of all before; waits for some if there are none."""
        query: dict[str, object] = {"limit": PAGE, "timeout": wait, "allowed_updates": KINDS}
        if offset is not None:
            query["offset"] = offset
        raw = await self._question("getUpdates", query, seconds=wait + 15)
        found = [bytes(each) for each in _read(raw, list[msgspec.Raw])]
        whole = len(found) < PAGE and len(raw) < _FULL
        return Page([(number(each), each) for each in found], whole)

    async def me(self) -> None:
        """The bot is known."""
        await self._question("getMe")

    async def webhook(self) -> str:
        """Where Telegram sends updates instead of keeping them for us; empty: nowhere."""
        return _read(await self._question("getWebhookInfo"), Webhook).url

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file. Also raises Lost."""
        answer = await self._web.ask("GET", f"{self._methods}getFile", params={"file_id": file_id})
        reply = _reply(answer)
        if answer.status == 400 and reply is not None:
            raise Lost(_file_words(reply.description))
        if reply is None or not reply.ok:
            self._refuse(answer, reply, order=False)
        where = _read(reply.result, FilePath)
        if where.file_size > LARGEST_DOWNLOAD:
            raise Lost(_file_words("too big"))
        if ".." in where.file_path or not _PATH.fullmatch(where.file_path):
            raise Lost(_("Telegram names no place to fetch it from"))
        fetched = await self._web.ask("GET", self._files + quote(where.file_path), seconds=30)
        if fetched.status in {400, 404, 410}:
            raise Lost(_("Telegram has it no more"))
        if fetched.status != 200:
            self._refuse(fetched, _reply(fetched), order=False)
        return fetched.body

    async def order(
        self, method: str, said: Mapping[str, str], files: Mapping[str, Any] | None = None
    ) -> int:
        """Have something sent; gives the message's number."""
        size = sum(len(each[1]) for each in (files or {}).values())
        answer = await self._web.ask(
            "POST", self._methods + method, seconds=30 + size / _UPLOAD, data=said, files=files
        )
        reply = _reply(answer)
        if answer.status != 200 or (reply is not None and not reply.ok):
            self._refuse(answer, reply, order=True)
        try:
            return msgspec.json.decode(reply.result if reply else b"", type=Taken).message_id
        except msgspec.MsgspecError as error:
            raise Uncertain(_("Telegram's answer cannot be read")) from error

    async def aclose(self) -> None:
        """Let go of every connection."""
        await self._web.aclose()

    async def _question(
        self, method: str, query: Mapping[str, object] | None = None, *, seconds: float = 0
    ) -> msgspec.Raw:
        answer = await self._web.ask("GET", self._methods + method, params=query, seconds=seconds)
        reply = _reply(answer)
        if answer.status != 200 or (reply is not None and not reply.ok):
            self._refuse(answer, reply, order=False)
        if reply is None:
            raise Unavailable(_("Telegram's answer cannot be read"), remedy=_("it is asked again by itself"))
        return reply.result

    def _refuse(self, answer: Answer, reply: Reply | None, *, order: bool) -> NoReturn:
        """Raises what an answer means that is no yes."""
        status = reply.error_code if reply is not None and reply.error_code else answer.status
        said = clean_line(reply.description)[:300] if reply is not None else ""
        if status == 429:
            wish = float(reply.parameters.retry_after) if reply is not None else 0.0
            wish = wish if wish > 0 else retry_after(answer.headers) or 0.0
            raise Unavailable(_("Telegram asks us to slow down"), retry_after=min(wish, LONGEST_WAIT) or None)
        if status >= 500 or status == 408:
            if order:
                raise Uncertain(_("Telegram failed ({status}): it may have been sent").format(status=status))
            raise Unavailable(
                _("Telegram failed ({status})").format(status=status), retry_after=retry_after(answer.headers)
            )
        if status == 413 and order:
            raise Refused(_("it is too large for Telegram"), said=said)
        if reply is None:
            raise NeedsPerson(
                _("what answers at {host} is not Telegram ({status})").format(
                    host=self._web.host, status=status
                ),
                remedy=_("check base_url"),
            )
        self._known(status, said)
        if not order:
            raise Unavailable(
                _("Telegram refused a question: {said} ({status})").format(said=said, status=status)
            )
        raise Refused(_refusal(status, said, reply.parameters.migrate_to_chat_id), said=said)

    def _known(self, status: int, said: str) -> None:
        """Raises NeedsPerson for what only a person can put right."""
        if status in {401, 404}:
            raise NeedsPerson(
                _("{host} does not take the bot's token ({status})").format(
                    host=self._web.host, status=status
                ),
                remedy=_("ask @BotFather for the bot's token, and keep it where token says"),
            )
        if status == 409:
            raise taken(webhook="webhook" in said.lower())


def taken(*, webhook: bool) -> NeedsPerson:
    """Somebody else gets the bot's messages: Telegram gives each to one only."""
    if webhook:
        return NeedsPerson(
            _("another program has the bot's messages sent to itself (a webhook is set)"),
            remedy=_("end it there (deleteWebhook), or have a new token made by @BotFather, then try again"),
        )
    return NeedsPerson(
        _("another program uses this bot"),
        remedy=_("stop the other one: Telegram gives each message to one program only; then try again"),
    )


def _reply(answer: Answer) -> Reply | None:
    try:
        return msgspec.json.decode(answer.body, type=Reply)
    except msgspec.MsgspecError:
        return None


def _read(raw: msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable(
            _("Telegram's answer cannot be read"), remedy=_("it is asked again by itself")
        ) from error


def _file_words(said: str) -> str:
    if "too big" in said:
        return _("it is larger than the 20 MB Telegram gives to a bot")
    return _("Telegram does not have it now")


def _refusal(status: int, said: str, moved: int) -> str:
    """Why a message was not taken, for the agent."""
    if moved or "upgraded to a supergroup" in said:
        return _("the chat has become a group of another number; only private chats are answered from here")
    for words, meaning in _REFUSALS:
        if words in said.lower():
            return _(meaning)
    return _("Telegram refused it: {reason} ({status})").format(
        reason=said or _("no reason given"), status=status
    )


_REFUSALS = (
    ("blocked by the user", N_("the customer blocked the bot")),
    ("user is deactivated", N_("the customer's Telegram account is gone")),
    ("initiate conversation", N_("a bot cannot write first: the customer has to write to it once")),
    ("chat not found", N_("Telegram knows no such chat: the customer has to write to the bot first")),
    ("message is too long", N_("it is longer than Telegram takes")),
    ("caption is too long", N_("it is longer than Telegram takes beside a file")),
    ("too big", N_("it is too large for Telegram")),
)
