"""IMAP on the wire: reading commands with their literals, writing strings, sets of numbers.

Follows RFC 3501 section 9 as far as clients send it; RFC 7888 non-synchronising literals too.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

Token: TypeAlias = "bytes | list[Token]"
LITERAL = re.compile(rb"\{(\d+)(\+?)\}$")
LONGEST_LINE = 200_000


class Malformed(Exception):
    """A command that does not follow the grammar; answered with BAD."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: which connection sent it, its tag, its verb (``UID FETCH`` is one), the rest."""

    connection: int
    tag: bytes
    verb: str
    arguments: list[Token]
    line: bytes


class Reader:
    """Reads from ``receive`` (bytes, empty at the end); ``allow`` answers a waiting literal."""

    def __init__(self, receive: Callable[[], bytes], allow: Callable[[], None]) -> None:
        self._receive = receive
        self._allow = allow
        self._buffer = bytearray()

    def line(self) -> bytes | None:
        """The next line without its end, or None when the peer has gone."""
        while (end := self._buffer.find(b"\n")) < 0:
            if not self._fill():
                return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    def command(self, connection: int) -> Command | None:
        """The next command with its literals, or None when the peer has gone."""
        parts: list[bytes] = []
        while True:
            line = self.line()
            if line is None:
                return None
            parts.append(line)
            announced = LITERAL.search(line)
            if announced is None:
                return _parse(connection, parts)
            if not announced[2]:
                self._allow()
            literal = self._exactly(int(announced[1]))
            if literal is None:
                return None
            parts[-1] = line[: announced.start()]
            parts.append(literal)

    def clear(self) -> None:
        """Forget what was received and not read, as STARTTLS demands."""
        self._buffer.clear()

    def _exactly(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            if not self._fill():
                return None
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _fill(self) -> bool:
        data = self._receive()
        self._buffer += data
        return bool(data)


def _parse(connection: int, parts: list[bytes]) -> Command:
    """Even parts are text, odd ones literals."""
    tokens: list[Token] = []
    stack = [tokens]
    for number, part in enumerate(parts):
        if number % 2:
            stack[-1].append(part)
        else:
            _tokens(part, stack)
    words = [each for each in tokens[:3] if isinstance(each, bytes)]
    if len(words) < 2:
        return Command(connection, words[0] if words else b"*", "", [], parts[0])
    verb, rest = words[1].decode("ascii", "replace").upper(), tokens[2:]
    if verb == "UID" and len(words) > 2:
        verb, rest = f"UID {words[2].decode('ascii', 'replace').upper()}", tokens[3:]
    return Command(connection, words[0], verb, rest, b" ".join(parts))


def _tokens(text: bytes, stack: list[list[Token]]) -> None:
    place = 0
    while place < len(text):
        char = text[place : place + 1]
        if char == b" ":
            place += 1
        elif char == b"(":
            inner: list[Token] = []
            stack[-1].append(inner)
            stack.append(inner)
            place += 1
        elif char == b")" and len(stack) > 1:
            stack.pop()
            place += 1
        elif char == b'"':
            value, place = _quoted(text, place + 1)
            stack[-1].append(value)
        else:
            end = _atom_end(text, place)
            stack[-1].append(text[place:end])
            place = end


def _quoted(text: bytes, place: int) -> tuple[bytes, int]:
    value = bytearray()
    while place < len(text) and text[place] != 0x22:
        place += text[place] == 0x5C
        value += text[place : place + 1]
        place += 1
    return bytes(value), place + 1


def _atom_end(text: bytes, place: int) -> int:
    """Where an atom ends; a ``[section]`` inside it may hold spaces and parentheses."""
    start, inside = place, 0
    while place < len(text):
        char = text[place : place + 1]
        if char == b"[":
            inside += 1
        elif char == b"]":
            inside -= 1
        elif not inside and char in b' ()"':
            break
        place += 1
    return max(place, start + 1)


def string(value: bytes) -> bytes:
    """A quoted string, or a literal where that cannot hold it."""
    if re.search(rb'[\r\n\0\x80-\xff"\\]', value):
        return literal(value)
    return b'"' + value + b'"'


def literal(value: bytes) -> bytes:
    """A literal."""
    return b"{%d}\r\n" % len(value) + value


def flag_list(flags: Iterable[str]) -> bytes:
    """``(\\Seen \\Answered)``."""
    return b"(" + " ".join(flags).encode() + b")"


def numbers(text: bytes, highest: int) -> Callable[[int], bool]:
    """A test for membership in a set such as ``1:3,7,9:*``; ``*`` is ``highest``.

    As RFC 3501 says, ``9:*`` contains the highest number even if that is below 9. Raises Malformed.
    """
    spans = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        low, high = _number(first, highest), _number(last or first, highest)
        spans.append((min(low, high), max(low, high)))
    return lambda value: any(low <= value <= high for low, high in spans)


def _number(text: bytes, highest: int) -> int:
    if text == b"*":
        return highest
    if not text.isdigit() or int(text) == 0:
        raise Malformed(f"not a number: {text!r}")
    return int(text)
