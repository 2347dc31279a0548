"""What leaves to Telegram: one message of the agent's as one request where that is possible, else as several.

Words that fit beside a file go with the first one. Telegram has no idempotency key and shows no history, so what
happened to a request without an answer stays unknown. Once something has left, the rest either follows or the whole
is `Uncertain`, in words that say how far it came: neither "sent" nor "not sent" would be true.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from adapters._telegram_api import Api, Refused
from adapters._telegram_events import SCHEME
from agent_tui.core.channel import File, Outgoing
from agent_tui.core.errors import ChannelError, Rejected, Unavailable, Uncertain
from agent_tui.core.language import N_, _

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""Of a text, and of words beside a file, both in UTF-16 units: an emoji is two of them, or more."""

LARGEST_FILE = 50_000_000
LARGEST_PHOTO = 10_000_000
MOST_FILES = 10
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_NO_PHOTO = ("PHOTO_", "IMAGE_PROCESS_FAILED", "too big")  # how Telegram says that a picture is none to it
TRIES = 3
WAIT, LONGEST_WAIT = 2.0, 30.0  # seconds, before the rest of something is tried again


@dataclass(frozen=True, slots=True)
class Part:
    """What one request sends: words, or a file with some or none."""

    text: str
    file: File | None = None

    @property
    def named(self) -> str:
        """What it is, for the agent."""
        return self.file.name if self.file else N_("the words")


def units(text: str) -> int:
    """How long a text is to Telegram."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(message: Outgoing) -> tuple[str, tuple[Part, ...]]:
    """The chat, and the requests a message becomes. Raises Rejected for what cannot be sent."""
    chat = message.to[0].value
    if len(message.to) + len(message.cc) != 1 or message.to[0].scheme != SCHEME or not _is_number(chat):
        raise Rejected(_("a Telegram message goes to one customer's chat"))
    if len(message.files) > MOST_FILES:
        raise Rejected(_("more than {most_files} files go to Telegram at once").format(most_files=MOST_FILES))
    for file in message.files:
        if len(file.data) > LARGEST_FILE:
            raise Rejected(_("{file} is larger than the 50 MB Telegram takes").format(file=file.name))
        if not file.data:
            raise Rejected(_("{file} is empty: Telegram does not take it").format(file=file.name))
    return chat, _cut(message.text.encode("utf-8", "replace").decode().strip(), message.files)


def _cut(text: str, files: Sequence[File]) -> tuple[Part, ...]:
    length = units(text)
    if length > LONGEST_TEXT:
        over = length - LONGEST_TEXT
        raise Rejected(
            _("it is {over} too long for Telegram, which counts most emoji as two and more").format(over=over)
        )
    if not text and not files:
        raise Rejected(_("there are no words in it"))
    if files and length <= LONGEST_CAPTION:
        return (Part(text, files[0]), *(Part("", file) for file in files[1:]))
    return (Part(text), *(Part("", file) for file in files))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20


async def send(api: Api, chat: str, wanted: Sequence[Part]) -> str:
    """Send every part, in order; gives the name of the first. Raises what the first one's fate is, or Uncertain."""
    first = await _one(api, chat, wanted[0])
    for done, part in enumerate(wanted[1:], 1):
        try:
            await _surely(api, chat, part)
        except ChannelError as error:
            left = ", ".join(each.named for each in wanted[:done])
            raise Uncertain(
                _("only a part has certainly left ({left}); {name}: {problem}").format(
                    left=left, name=part.named, problem=error.problem
                )
            ) from error
    return f"{chat}/{first}"


async def _surely(api: Api, chat: str, part: Part) -> int:
    """Send what follows something that has left: where nothing happened, it is tried again at once."""
    for _round in range(TRIES - 1):
        try:
            return await _one(api, chat, part)
        except Unavailable as error:
            await asyncio.sleep(min(error.retry_after or WAIT, LONGEST_WAIT))
    return await _one(api, chat, part)


async def _one(api: Api, chat: str, part: Part) -> int:
    if part.file is None:
        return await api.order("sendMessage", {"chat_id": chat, "text": part.text})
    if part.file.media_type in _PHOTOS and len(part.file.data) <= LARGEST_PHOTO:
        try:
            return await _file(api, "photo", chat, part.text, part.file)
        except Refused as refused:
            if not any(words in refused.said for words in _NO_PHOTO):
                raise
    return await _file(api, "document", chat, part.text, part.file)


async def _file(api: Api, kind: str, chat: str, text: str, file: File) -> int:
    said = {"chat_id": chat, **({"caption": text} if text else {})}
    return await api.order(f"send{kind.title()}", said, {kind: (file.name, file.data, file.media_type)})
