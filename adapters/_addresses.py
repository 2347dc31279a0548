"""Address lists in mail headers: taken apart first, decoded after.

An encoded word or a quoted string may hold a comma, an angle bracket or another address; whoever decodes first and
splits after is led by the nose. One pass over the characters (RFC 5322, 3.4, with the obsolete forms): strings,
comments, groups, routes. What is broken yields what can be read of it, and nothing is raised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters._charsets import decode_header_text
from agent_tui.core import addresses
from agent_tui.core.addresses import Address
from agent_tui.core.text import clean_line

MAX_ADDRESSES = 500
_MAX_VALUE = 200_000
_MAX_NAME = 200
_MAX_ADDRESS = 320  # RFC 5321, 4.5.3.1: 64 and 255, and the @

_BARE = re.compile(r"(?<![^\s<>(),;:\"\[\]])[^\s<>(),;:\"\[\]]{1,64}@[^\s<>(),;:\"]{1,255}(?![^\s<>(),;:\"])")
_DOMAIN = re.compile(r"[^\W_](?:[\w.-]*[\w])?|\[[\w.:]+\]")


_TOKEN = re.compile(r"[^\",;:()<>\r\n\t]+|[\s\S]")
_CLOSED = {'"': re.compile(r'"[^"\\]*(?:\\[\s\S][^"\\]*)*"'), "<": re.compile(r"<[^>]*>")}
_PARENTHESIS = re.compile(r"\\.|[()]")


@dataclass(slots=True)
class _Mailbox:
    """One entry of the list while it is being read."""

    phrase: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: str | None = None
    has_at: bool = False  # in the phrase: then it is no group's name


def mailboxes(value: bytes, charset: str = "") -> list[tuple[str, Address]]:
    """Display name (decoded, one clean line) and address of every entry that has an address, in order.

    `charset`: what bytes outside ASCII are in when they are not UTF-8.
    """
    text = value[:_MAX_VALUE].decode("latin-1")  # one character a byte; names are decoded at the end
    found: list[tuple[str, Address]] = []
    for entry in _entries(text):
        made = _mailbox(entry, charset)
        if made:
            found.append(made)
        if len(found) >= MAX_ADDRESSES:
            break
    return found or _rescued(text)


def mail_address(text: str) -> Address | None:
    """The address, normalised; None for what cannot be one."""
    try:
        address = addresses.email(text)
    except ValueError:
        return None
    domain = address.value.rpartition("@")[2]
    return address if len(address.value) <= _MAX_ADDRESS and _DOMAIN.fullmatch(domain) else None


def _mailbox(entry: _Mailbox, charset: str) -> tuple[str, Address] | None:
    name, spec = " ".join("".join(entry.phrase).split()), entry.angle
    if spec is None:  # a bare address, perhaps with words around it
        bare = _BARE.search(name)
        if bare is None:
            return None
        name, spec = f"{name[: bare.start()]} {name[bare.end() :]}".strip(), bare.group()
    address = mail_address(_text(spec.rpartition(":")[2] if spec.startswith("@") else spec))
    if address is None:
        return None
    return clean_line(_text(name or "".join(entry.comment), charset)[:_MAX_NAME]), address


def _text(raw: str, charset: str = "") -> str:
    return decode_header_text(raw.encode("latin-1"), fallback=charset)


def _rescued(text: str) -> list[tuple[str, Address]]:
    """The first thing that looks like an address in a header that makes no sense, or is one encoded word."""
    for match in _BARE.finditer(_text(text)):
        address = mail_address(match.group())
        if address:
            return [("", address)]
    return []


def _entries(text: str) -> Iterator[_Mailbox]:
    """The entries of a list, group names dropped.

    A string or an angle that is never closed is none: its mark, and all like it that follow, are blanked out, so that
    nobody looks for the end twice.
    """
    entry, at = _Mailbox(), 0
    while token := _TOKEN.match(text, at):
        at, mark = token.end(), token.group()
        if mark in ",;":
            yield entry
            entry = _Mailbox()
        elif mark == ":" and entry.angle is None and not entry.has_at:
            entry = _Mailbox()  # what stood before was a group's name
        elif mark == "(":
            close = _comment_end(text, token.start())
            entry.comment.append(_unquoted(text[at:close]))
            at = close + 1
        elif mark in '"<' and (closed := _CLOSED[mark].match(text, token.start())):
            at = closed.end()
            _take(entry, mark, closed.group()[1:-1], local_part=text[at : at + 1] == "@")
        elif mark in '"<':
            text = text[: token.start()] + text[token.start() :].replace(mark, " ")
        else:
            entry.phrase.append(" " if mark in ">)\r\n\t:" else mark)
            entry.has_at = entry.has_at or "@" in mark
    yield entry


def _take(entry: _Mailbox, mark: str, inside: str, *, local_part: bool) -> None:
    if mark == '"':
        entry.phrase.append(_unquoted(inside))
        if local_part and " " in inside:
            entry.angle = (
                ""  # "john doe"@example.com: legal, written by nobody, and not to be taken for doe's
            )
    elif entry.angle is None:
        entry.angle = inside.strip().strip("<")


def _comment_end(text: str, at: int) -> int:
    """Where the comment that begins at `at` is closed, comments within it too; the end when it never is."""
    depth = 0
    for found in _PARENTHESIS.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0:
            return found.start()
    return len(text)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text
