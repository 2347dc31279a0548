"""The Bot API's objects, as far as we read them (core.telegram.org/bots/api): checked when they are decoded.

A page is decoded to the bytes of each update, and each update by itself: one that is not as published spoils no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

Number = Annotated[int, Meta(ge=-(2**53), le=2**53)]


class User(Struct):
    """Who wrote."""

    id: Annotated[int, Meta(ge=1, le=2**53)]
    first_name: str = ""
    last_name: str = ""
    username: str = ""


class Chat(Struct):
    """Where it was written."""

    id: Number
    type: str


class Media(Struct):
    """A file of any kind; a photo is one of its sizes."""

    file_id: str
    file_size: int = 0
    file_name: str = ""
    mime_type: str = ""
    width: int = 0
    height: int = 0
    emoji: str = ""  # of a sticker
    is_animated: bool = False
    is_video: bool = False


class Contact(Struct):
    """A card of somebody; `user_id` where they are on Telegram."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: int = 0


class Location(Struct):
    """A place on Earth, in degrees."""

    latitude: float
    longitude: float


class Venue(Struct):
    """A place with a name."""

    location: Location
    title: str = ""
    address: str = ""


class Dice(Struct):
    """A thrown die."""

    emoji: str
    value: int


class Poll(Struct):
    """A question to others."""

    question: str


class Answered(Struct):
    """The message somebody answers: of that only its words."""

    text: str = ""
    caption: str = ""


class Message(Struct):
    """One message. What else it has is of a kind we show nothing of."""

    message_id: Number
    date: int
    chat: Chat
    by: User | None = field(default=None, name="from")
    edit_date: int = 0
    text: str = ""
    caption: str = ""
    photo: tuple[Media, ...] = ()
    document: Media | None = None
    animation: Media | None = None
    audio: Media | None = None
    voice: Media | None = None
    video: Media | None = None
    video_note: Media | None = None
    sticker: Media | None = None
    contact: Contact | None = None
    location: Location | None = None
    venue: Venue | None = None
    dice: Dice | None = None
    poll: Poll | None = None
    reply_to_message: Answered | None = None
    forward_origin: msgspec.Raw = msgspec.Raw()


class Update(Struct):
    """Something happened. Other kinds than these two may be waiting from before: they are passed over."""

    message: Message | None = None
    edited_message: Message | None = None


class Numbered(Struct):
    """What can be told of an update that cannot be read."""

    update_id: Annotated[int, Meta(ge=0, le=2**53)]


class Parameters(Struct):
    """What an error asks for."""

    retry_after: int = 0
    migrate_to_chat_id: int = 0


class Reply(Struct):
    """Every answer of the API."""

    ok: bool
    result: msgspec.Raw = msgspec.Raw()
    error_code: int = 0
    description: str = ""
    parameters: Parameters = field(default_factory=Parameters)


class FilePath(Struct):
    """Where a file can be fetched for the next hour."""

    file_path: str = ""
    file_size: int = 0


class Webhook(Struct):
    """Where Telegram sends updates by itself; empty: nowhere."""

    url: str = ""


class Taken(Struct):
    """A message of ours that was taken."""

    message_id: Number


@dataclass(frozen=True, slots=True)
class Page:
    """Some updates, each with its number (None: it has none) and its bytes. `whole`: no more are waiting."""

    updates: Sequence[tuple[int | None, bytes]]
    whole: bool


def number(raw: bytes) -> int | None:
    """The number of an update, if it has one."""
    try:
        return msgspec.json.decode(raw, type=Numbered).update_id
    except msgspec.MsgspecError:
        return None
