"""What an IMAP server answers, read (RFC 3501, 7): pure, linear, and content with less than perfect servers.

IMAPClient's own reader is not used for messages: it works byte by byte (80 µs a message, four times what is needed
here), fails on flags with a bracket in them, recurses as deep as the server likes, and merges responses by number, so
that news of the 22nd message lands on UID 22.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from imapclient.imap_utf7 import decode as decode_utf7

from adapters._imap_folders import Folder
from agent_tui.core.text import clean_line

Item: TypeAlias = "bytes | int | tuple[Item, ...] | None"
Record: TypeAlias = "bytes | tuple[bytes, bytes] | None"
"""A piece of an answer as imaplib gives it: a line, or the start of a line with the literal that ends it."""

_CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)[^\]]*\]\s*")
_TOKEN = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+')
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_LITERAL = re.compile(rb"\{\d+\}")
_DATE = re.compile(rb" ?(\d\d?)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_DEEPEST = 20
_MAX_WORDS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """How the server finished a command: OK, NO or BAD, the response code (RFC 5530) if any, and its words."""

    status: str
    code: str
    text: str


def read_answer(status: bytes, data: bytes) -> Answer:
    """The answer in a tagged line."""
    text = data.decode("utf-8", "replace")
    found = _CODE.match(text)
    words = clean_line(text[found.end() :] if found else text)
    return Answer(status.decode("ascii", "replace"), found[1] if found else "", words[:_MAX_WORDS])


def read_alert(line: bytes) -> str:
    """What a line with ``[ALERT]`` wants a person to see (RFC 3501, 7.1); empty for every other line."""
    if b"[ALERT]" not in line[:100]:
        return ""
    return clean_line(line.partition(b"[ALERT]")[2].decode("utf-8", "replace"))[:_MAX_WORDS]


def read_search(lines: Iterable[Record]) -> list[int]:
    """The numbers a SEARCH found, whether told in one line or in several, with MODSEQ (RFC 7162) or without."""
    plain = (line.partition(b"(")[0] for line in lines if isinstance(line, bytes))
    return [int(number) for line in plain for number in line.split()]


def read_fetch(records: Iterable[Record]) -> Iterator[dict[bytes, Item]]:
    """Each FETCH response on its own, as its items; ValueError when parentheses do not match."""
    lists: list[list[Item]] = []
    for record in records:
        text, literal = record if isinstance(record, tuple) else (record or b"", None)
        for match in _TOKEN.finditer(text):
            token = match[0]
            if token == b"(":
                lists.append([])
                if len(lists) > _DEEPEST:
                    raise ValueError("lists within lists within lists")
            elif token == b")":
                yield from _closed(lists)
            elif lists:  # outside of them: the message's sequence number
                lists[-1].append(_value(token, literal))
    if lists:
        raise ValueError("a list without an end")


def _closed(lists: list[list[Item]]) -> Iterator[dict[bytes, Item]]:
    if not lists:
        raise ValueError("a list without a beginning")
    items = lists.pop()
    if lists:
        lists[-1].append(tuple(items))
    else:
        pairs = zip(items[::2], items[1::2], strict=False)
        yield {name.upper(): value for name, value in pairs if isinstance(name, bytes)}


def _value(token: bytes, literal: bytes | None) -> Item:
    if token[:1] == b'"':
        return _ESCAPED.sub(rb"\1", token[1:-1])
    if literal is not None and _LITERAL.fullmatch(token):
        return literal
    if token.isdigit():
        return int(token)
    return None if token.upper() == b"NIL" else token


def read_folder(record: Record) -> Folder | None:
    """A line of LIST: marks, separator, name (RFC 3501, 7.2.2); None when it makes no sense."""
    if record is None:
        return None
    text, literal = record if isinstance(record, tuple) else (record, None)
    tokens = [match[0] for match in _TOKEN.finditer(text)]
    if b")" not in tokens or tokens[:1] != [b"("] or len(tokens) < tokens.index(b")") + 3:
        return None
    end = tokens.index(b")")
    separator, name = (_value(token, literal) for token in tokens[end + 1 : end + 3])
    try:
        marks = frozenset(mark.decode("ascii").lower() for mark in tokens[1:end])
        spelled = decode_utf7(name) if isinstance(name, bytes) else str(name)
        return Folder(spelled, separator.decode("ascii") if isinstance(separator, bytes) else "", marks)
    except (ValueError, LookupError):
        return None


def internal_date(value: object) -> datetime | None:
    """The moment in an INTERNALDATE (RFC 3501, 9), aware, in UTC; None when it is none."""
    found = _DATE.fullmatch(value) if isinstance(value, bytes) else None
    if not found or found[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second, zone_hours, zone_minutes = (int(found[n]) for n in (1, 3, 4, 5, 6, 8, 9))
    zone = timedelta(hours=zone_hours, minutes=zone_minutes) * (-1 if found[7] == b"-" else 1)
    try:
        local = datetime(
            year, _MONTHS.index(found[2].lower()) + 1, day, hour, minute, min(second, 59), tzinfo=UTC
        )
        return local - zone
    except (ValueError, OverflowError):
        return None
