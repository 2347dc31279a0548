"""From an update of Telegram's to what the port speaks.

Only private chats are customers. What is written in groups and channels the bot was added to is passed over without
a word: it is not written to us, and answering there would show a customer's matter to everybody.

A message is called ``chat/number``, a changed one that and the update's number: each change is a message of its own.
"""

import math
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from adapters._telegram_wire import Contact, Location, Media, Message, Update, User
from agent_tui.core.addresses import Address, phone
from agent_tui.core.channel import File, Received, Unreadable
from agent_tui.core.language import N_, _
from agent_tui.core.model import Claim
from agent_tui.core.text import clean, clean_line, safe_name

SCHEME = "telegram"
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
UNKNOWN = N_("a message of a kind that is not shown here: see it in Telegram")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+\-]{1,80}")
_NAMED = {  # field of a message → the word for it, and what its bytes are unless it says so
    "document": ("file", "application/octet-stream"),
    "animation": ("animation", "video/mp4"),
    "audio": ("audio", "audio/mpeg"),
    "voice": ("voice", "audio/ogg"),
    "video": ("video", "video/mp4"),
    "video_note": ("video", "video/mp4"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch before a message can be filed."""

    file_id: str
    size: int
    name: str
    media_type: str

    def holding(self, data: bytes) -> File:
        """The file with its bytes."""
        return File(name=self.name, media_type=self.media_type, data=data)


def decoded(raw: bytes, number: int | None, now: datetime) -> Message | Unreadable | None:
    """The message of an update, what is left of it, or None when it is none for us. A changed one has `edit_date`."""
    try:
        update = msgspec.json.decode(raw, type=Update)
    except (msgspec.MsgspecError, RecursionError) as error:
        name = f"update {number}" if number is not None else sha256(raw).hexdigest()
        return Unreadable(external_id=name, at=now, raw=raw, reason=clean_line(str(error))[:300])
    message = update.message or update.edited_message
    if message is None or message.chat.type != "private" or message.by is None:
        return None
    changed = update.message is None
    message.edit_date = (message.edit_date or message.date) if changed else 0
    return message


def wanted(message: Message) -> Iterator[Wanted]:
    """The files of a message: of a photo the largest size, of a moving sticker nothing."""
    if message.photo:
        best = max(message.photo, key=lambda size: (size.width * size.height, size.file_size))
        yield _wanted(best, f"photo-{message.message_id}", "image/jpeg")
    if (sticker := message.sticker) and not (sticker.is_animated or sticker.is_video):
        yield _wanted(sticker, f"sticker-{message.message_id}", "image/webp")
    for kind, (word, media_type) in _NAMED.items():
        media: Media | None = getattr(message, kind)
        if media is not None and not (kind == "document" and message.animation):  # it is there twice then
            yield _wanted(media, f"{word}-{message.message_id}", media_type)


def _wanted(media: Media, name: str, media_type: str) -> Wanted:
    said = media.mime_type.lower()
    media_type = said if _TYPE.fullmatch(said) else media_type
    fallback = name + (mimetypes.guess_extension(media_type) or "")
    name = safe_name(media.file_name, fallback) if media.file_name else fallback
    return Wanted(media.file_id, media.file_size, name, media_type)


def filed(
    message: Message, raw: bytes, number: int | None, files: tuple[File, ...], lost: tuple[str, ...]
) -> Received:
    """The message as the port says it."""
    by = message.by or User(id=message.chat.id)
    said = "\n".join(part for part in (message.text or message.caption, *_described(message)) if part)
    text, changed = clean(said), message.edit_date
    unknown = not (text or files or lost)
    answered = message.reply_to_message
    return Received(
        external_id=_name(message, number),
        sender=Address(SCHEME, str(by.id)),
        sender_name=clean_line(f"{by.first_name} {by.last_name}") or clean_line(by.username),
        at=_moment(changed or message.date),
        text=text,
        quoted=clean(answered.text or answered.caption) if answered else "",
        files=files,
        notices=(*_notices(message), *lost, *((UNKNOWN,) if unknown else ())),
        claims=tuple(_claims(by, message.contact)),
        raw=raw if unknown or text != said else None,
    )


def _name(message: Message, number: int | None) -> str:
    name = f"{message.chat.id}/{message.message_id}"
    return f"{name}/{number or 0}" if message.edit_date else name


def _moment(seconds: int) -> datetime:
    """A time of Telegram's; one beyond all calendars is the latest there is."""
    try:
        return min(datetime.fromtimestamp(seconds, UTC), LATEST)
    except (OverflowError, ValueError, OSError):
        return LATEST


def _described(message: Message) -> Iterator[str]:
    """What has no words of its own, in words."""
    if message.sticker:
        yield f"sticker {message.sticker.emoji}".rstrip()
    if contact := message.contact:
        yield f"contact: {_of(contact)}"
    if venue := message.venue:
        yield f"place: {', '.join(part for part in (venue.title, venue.address) if part)}"
    if place := message.venue.location if message.venue else message.location:
        yield f"location: {_degrees(place)}"
    if message.dice:
        yield f"{message.dice.emoji} {message.dice.value}"
    if message.poll:
        yield f"poll: {message.poll.question}"


def _of(contact: Contact) -> str:
    parts = (f"{contact.first_name} {contact.last_name}".strip(), _dialled(contact))
    return ", ".join(part for part in parts if part)


def _degrees(place: Location) -> str:
    known = math.isfinite(place.latitude) and math.isfinite(place.longitude)
    return f"{place.latitude:.6f}, {place.longitude:.6f}" if known else "unknown"


def _dialled(contact: Contact) -> str:
    """The number as it is dialled from anywhere: Telegram leaves the plus out at times."""
    number = contact.phone_number.strip()
    return f"+{number}" if number.isascii() and number.isdecimal() and number[0] != "0" else number


def _notices(message: Message) -> Iterator[str]:
    if message.edit_date:
        yield _("the customer changed an earlier message: this is how it reads now")
    if message.forward_origin:
        yield _("forwarded: somebody else wrote it first")
    if message.contact and message.by and message.contact.user_id == message.by.id:
        yield _("says the phone number is {number}").format(number=clean_line(_dialled(message.contact)))


def _claims(by: User, contact: Contact | None) -> Iterator[Claim]:
    """The number of somebody who shares their own card."""
    if contact is None or contact.user_id != by.id:
        return
    try:
        yield Claim(address=phone(_dialled(contact)), why=N_("shared it as their own in Telegram"))
    except ValueError:
        return
