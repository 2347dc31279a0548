"""What a browser and the chat server say to each other: small JSON objects, ``t`` names the kind.

    browser → server                                    server → browser
    hello    token, page, how far it has read           welcome  the widget's texts, who is there, limits
    say      words, under an id the browser made        ack      they are kept, as number `seq`
    who      a name and a mail address, if they like    no       they are not, and why; `wait` seconds where later helps
    leave    "answer me by mail"                        entries  lines of the conversation, in order
    typing   on or off                                  typing   on or off
    got      how far lines arrived, or were seen        state    how far the visitor's words came; who is there
    ping     is anybody there                           pong     yes
                                                        bye      why the server hangs up

What comes in is read strictly: a wrong type, a missing field or one too long is `Malformed`.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from adapters._chat_config import LONGEST_CLAIM, LONGEST_TEXT
from adapters._chat_vouch import Vouched
from adapters._chat_wire import MOST_FILES

Key: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
Claim: TypeAlias = Annotated[str, Meta(max_length=LONGEST_CLAIM)]
Seq: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
Files: TypeAlias = Annotated[tuple[Key, ...], Meta(max_length=MOST_FILES)]
Out: TypeAlias = Mapping[str, object]

_T = TypeVar("_T")
LONGEST = 65_536  # bytes of anything a browser says but a file


class Hello(Struct, frozen=True, tag="hello", tag_field="t"):
    """Who calls, from which website's page, and the last line they have."""

    token: Key
    site: Annotated[str, Meta(max_length=300)]
    after: Seq = 0
    language: Annotated[str, Meta(max_length=20)] = ""
    vouched: Vouched | None = None


class Say(Struct, frozen=True, tag="say", tag_field="t"):
    """Words, files, or both."""

    id: Key
    text: Annotated[str, Meta(max_length=LONGEST_TEXT)] = ""
    files: Files = ()


class Who(Struct, frozen=True, tag="who", tag_field="t"):
    """What the visitor says of themselves."""

    name: Claim = ""
    mail: Claim = ""


class Leave(Struct, frozen=True, tag="leave", tag_field="t"):
    """An address to be answered at. `trap`: a field no person sees, so whoever fills it in is none."""

    id: Key
    mail: Claim
    name: Claim = ""
    trap: Claim = ""


class Typing(Struct, frozen=True, tag="typing", tag_field="t"):
    """The visitor is typing, or has stopped."""

    on: bool


class Got(Struct, frozen=True, tag="got", tag_field="t"):
    """Lines up to a number are on the page; `seen`: and somebody looked at it."""

    upto: Seq
    seen: bool = False


class Ping(Struct, frozen=True, tag="ping", tag_field="t"):
    """Is anybody there?"""


Frame: TypeAlias = Say | Who | Leave | Typing | Got | Ping


class Poll(Struct, frozen=True):
    """All of it in one request, for browsers whose network lets no WebSocket through."""

    hello: Hello
    frames: Annotated[tuple[Frame, ...], Meta(max_length=20)] = ()
    wait: Annotated[float, Meta(ge=0, le=25)] = 0.0
    fresh: bool = False  # the browser has no welcome yet


class Malformed(Exception):
    """Not what a browser with our widget says."""


_HELLO = msgspec.json.Decoder(Hello)
_FRAME: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)
_POLL = msgspec.json.Decoder(Poll)


def hello(data: str | bytes) -> Hello:
    """The first thing said on a connection. Raises Malformed."""
    return _decoded(_HELLO, data)


def frame(data: str | bytes) -> Frame:
    """Anything after it. Raises Malformed."""
    return _decoded(_FRAME, data)


def poll(data: bytes) -> Poll:
    """A request that stands for a connection. Raises Malformed."""
    return _decoded(_POLL, data)


def _decoded(decoder: msgspec.json.Decoder[_T], data: str | bytes) -> _T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(str(error)) from error


def encoded(frames: list[Out]) -> bytes:
    """Some frames on their way to a browser."""
    return msgspec.json.encode(frames)
