"""SEARCH: the keys a mail client uses, over any messages that can be asked for the basics."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from typing import Protocol, TypeVar

from tests.servers.imap_wire import Malformed, Token, numbers


class Searchable(Protocol):
    """What a search asks of a message."""

    @property
    def uid(self) -> int:
        """Its UID."""

    @property
    def raw(self) -> bytes:
        """Its bytes."""

    @property
    def flags(self) -> set[str]:
        """Its flags."""

    @property
    def date(self) -> datetime:
        """When it was received."""

    @property
    def modseq(self) -> int:
        """The number of its last change."""


Test = Callable[[int, Searchable], bool]
Found = TypeVar("Found", bound=Searchable)
FLAGS = {"SEEN": "\\Seen", "ANSWERED": "\\Answered", "DELETED": "\\Deleted", "FLAGGED": "\\Flagged",
         "DRAFT": "\\Draft", "RECENT": "\\Recent"}  # fmt: skip

HEADERS = {"FROM", "TO", "CC", "SUBJECT"}
WITH_ARGUMENT = {"UID", "MODSEQ", "SINCE", "BEFORE", "HEADER", "KEYWORD", *HEADERS}


def search(criteria: list[Token], messages: Sequence[Found]) -> list[tuple[int, Found]]:
    """The matching messages with their sequence numbers. Raises Malformed for an unknown key."""
    highest = messages[-1].uid if messages else 0
    wanted = _all(iter(criteria), highest, len(messages))
    return [(n, each) for n, each in enumerate(messages, 1) if wanted(n, each)]


def _all(tokens: Iterator[Token], highest: int, count: int) -> Test:
    tests = [_one(token, tokens, highest, count) for token in tokens]
    return lambda n, message: all(test(n, message) for test in tests)


def _one(token: Token, rest: Iterator[Token], highest: int, count: int) -> Test:
    if isinstance(token, list):
        return _all(iter(token), highest, count)
    key = token.decode("ascii", "replace").upper()
    flag = FLAGS.get(key.removeprefix("UN"))
    if flag is not None:
        return lambda n, message: (flag in message.flags) != key.startswith("UN")
    if token[:1].isdigit() or token[:1] == b"*":
        inside = numbers(token, count)
        return lambda n, message: inside(n)
    if key in ("NOT", "OR"):
        return _combined(key, rest, highest, count)
    return _with_argument(key, rest, highest)


def _combined(key: str, rest: Iterator[Token], highest: int, count: int) -> Test:
    first = _one(next(rest), rest, highest, count)
    if key == "NOT":
        return lambda n, message: not first(n, message)
    second = _one(next(rest), rest, highest, count)
    return lambda n, message: first(n, message) or second(n, message)


def _with_argument(key: str, rest: Iterator[Token], highest: int) -> Test:
    if key == "ALL":
        return lambda n, message: True
    if key == "CHARSET":
        next(rest)
        return lambda n, message: True
    if key not in WITH_ARGUMENT:
        raise Malformed(f"unknown search key {key}")
    argument = _text(rest)
    if key == "UID":
        inside = numbers(argument, highest)
        return lambda n, message: inside(message.uid)
    if key == "MODSEQ":
        return lambda n, message: message.modseq >= int(argument)
    if key in ("SINCE", "BEFORE"):
        day = datetime.strptime(argument.decode(), "%d-%b-%Y").replace(tzinfo=UTC)
        return lambda n, message: (message.date >= day) == (key == "SINCE")
    if key == "HEADER":
        return _header(argument.decode(), _text(rest))
    if key == "KEYWORD":
        return lambda n, message: argument.decode() in message.flags
    return _header(key, argument)


def _header(name: str, wanted: bytes) -> Test:
    text = wanted.decode("utf-8", "replace").lower()
    parser = BytesHeaderParser()

    def has(n: int, message: Searchable) -> bool:
        head = message.raw.partition(b"\r\n\r\n")[0]
        if wanted.lower() not in head.lower():
            return False
        values = parser.parsebytes(head).get_all(name, [])
        return any(text in str(value).lower() for value in values)

    return has


def _text(rest: Iterator[Token]) -> bytes:
    value = next(rest, None)
    if not isinstance(value, bytes):
        raise Malformed("a search key lacks its argument")
    return value
