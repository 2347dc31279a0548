"""What the chat server and the terminal say to each other, as types: each side reads strictly what the other writes.

JSON over HTTP. Every event has a `seq`, rising within one server, and a random `uid`: an external id that stays unique
even when the server's file is put back from an old copy and numbers are given out again. Times are Unix milliseconds.
"""

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct, field

VERSION = 1
WAIT = 25.0  # seconds a question for news may stay open
MOST_FILES = 5  # with one message


class FileInfo(Struct, frozen=True):
    """A file beside a message; its bytes are fetched by `id`."""

    id: str
    name: str
    type: str
    size: int


class Claims(Struct, frozen=True, omit_defaults=True):
    """Who the visitor is said to be: by the website's own login, which is proven, and by themselves, which is not."""

    user: str = ""  # the login's id for them; empty: nobody vouches
    login_name: str = ""
    login_mail: str = ""
    name: str = ""  # as typed
    mail: str = ""


class Said(Struct, frozen=True, tag="said", tag_field="kind"):
    """The visitor said something. `claims`: what is new about who they say to be, None when nothing is."""

    seq: int
    uid: str
    at: int
    site: str
    visitor: str
    text: str
    name: str = ""
    files: tuple[FileInfo, ...] = ()
    claims: Claims | None = None


class Left(Struct, frozen=True, tag="left", tag_field="kind"):
    """The visitor left a mail address to be answered at."""

    seq: int
    uid: str
    at: int
    site: str
    visitor: str
    mail: str
    name: str = ""


class Answered(Struct, frozen=True, tag="answered", tag_field="kind"):
    """The agent said something; `key` is the terminal's own name for it."""

    seq: int
    uid: str
    at: int
    site: str
    visitor: str
    key: str
    text: str
    files: tuple[FileInfo, ...] = ()


class Reached(Struct, frozen=True, tag="reached", tag_field="kind"):
    """Messages of the agent's arrived in the visitor's browser, or were seen there."""

    seq: int
    uid: str
    at: int
    site: str
    visitor: str
    keys: tuple[str, ...]
    seen: bool


Event: TypeAlias = Said | Left | Answered | Reached


def cursor_after(event: Event) -> str:
    """What asks for the events after this one."""
    return f"{event.seq}.{event.uid}"


class Typing(Struct, frozen=True):
    """A visitor is typing, or has stopped."""

    site: str
    visitor: str
    on: bool


class Page(Struct, frozen=True):
    """Events in order. `cursor` asks for what follows, and asking says that these are kept."""

    events: tuple[msgspec.Raw, ...]
    cursor: str
    more: bool
    typing: tuple[Typing, ...] = ()


class Upload(Struct, frozen=True):
    """A file on its way to a visitor; JSON carries the bytes as base64."""

    name: str
    type: str
    data: bytes


class Answer(Struct, frozen=True):
    """A message to a visitor. The same `key` twice is one message."""

    key: str = field()
    site: str
    visitor: str
    text: str
    files: tuple[Upload, ...] = ()


class Taken(Struct, frozen=True):
    """The server has it, durably."""

    uid: str
    at: int
    reached: Literal["", "got", "seen"] = ""


class About(Struct, frozen=True):
    """What kind of server this is."""

    version: int
    origins: tuple[str, ...]
    vouching: bool


class Problem(Struct, frozen=True):
    """Why a request was refused, in words."""

    problem: str
