"""The headers of a mail, and what stands in them. Nothing here raises, whatever it is given.

Values are kept as bytes until it is known what they are: addresses are taken apart before they are decoded, ids are
ids only in their raw form, and only prose is decoded as a whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from adapters._addresses import mailboxes
from adapters._charsets import decode, decode_header_text
from agent_tui.core.addresses import Address
from agent_tui.core.clock import truncate
from agent_tui.core.text import clean_line

MAX_IDS = 20
"""Ids kept of one References header: the first of the thread and the nearest ones."""

_MAX_SUBJECT = 1_000
_MAX_VALUES = 50  # headers of one name that are looked at
_ID = re.compile(r"<([^<>]{1,998})>")
_TOKEN = re.compile(rb"\s*([^\s;(]{0,200})")
_BARE_ID = re.compile(r"[^\s<>@,;:]+@[^\s<>@,;:]+")
_OLDEST, _NEWEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class Headers:
    """The headers of a message or part. Names are looked up without regard to case."""

    charset = ""
    """What bytes outside ASCII are in when they are not UTF-8: many programs write headers in the body's charset."""

    def __init__(self, items: Iterable[tuple[str, bytes]]) -> None:
        self._values: dict[str, list[bytes]] = {}
        for name, value in items:
            values = self._values.setdefault(name.lower(), [])
            if len(values) < _MAX_VALUES:
                values.append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def raw(self, name: str) -> bytes:
        """The first value of that name; empty when there is none."""
        return self._values.get(name, [b""])[0]

    def every(self, name: str) -> list[bytes]:
        """All values of that name, from the top."""
        return self._values.get(name, [])

    def text(self, name: str) -> str:
        """The first value as one clean line of readable text."""
        value = self.raw(name)[: 20 * _MAX_SUBJECT]
        return clean_line(decode_header_text(value, fallback=self.charset))[:_MAX_SUBJECT]

    def word(self, name: str) -> str:
        """The first value up to a semicolon or comment, in lower case: for headers that hold one token."""
        found = _TOKEN.match(self.raw(name))
        return found[1].decode("latin-1").lower() if found else ""

    def mailboxes(self, *names: str) -> list[tuple[str, Address]]:
        """Name and address of everyone in these headers."""
        return [
            found for name in names for value in self.every(name) for found in mailboxes(value, self.charset)
        ]

    def ids(self, name: str) -> tuple[str, ...]:
        """The message ids in a header, in order, in angle brackets."""
        return ids(b" ".join(self.every(name)))

    def date(self, name: str) -> datetime | None:
        """The time a header tells; None when it makes no sense."""
        return moment(decode(self.raw(name)))

    def handed_over(self) -> datetime | None:
        """When the last server took the message, by the topmost Received header (RFC 5321, 4.4)."""
        return moment(decode(self.raw("received")).rpartition(";")[2])


def ids(value: bytes) -> tuple[str, ...]:
    """Message ids (RFC 5322, 3.6.4) in order, each once, as ``<left@right>``; the first and the last `MAX_IDS`.

    Some programs fold blanks into them, separate them by commas or wrap them in encoded words; a header without any
    angle bracket may hold one bare id. Prose is passed over.
    """
    text = decode_header_text(value[:100_000]) if b"=?" in value else decode(value[:100_000])
    found = ["".join(match.split()) for match in _ID.findall(text)]
    if not found and "<" not in text:
        bare = _BARE_ID.fullmatch(text.strip())
        found = [bare.group()] if bare else []
    kept = list(dict.fromkeys(f"<{i}>" for i in found if _is_id(i)))
    return tuple(kept if len(kept) <= MAX_IDS else [kept[0], *kept[1 - MAX_IDS :]])


def _is_id(text: str) -> bool:
    return text.isprintable() and any(map(str.isalnum, text))


def moment(value: str) -> datetime | None:
    """A date of a mail header (RFC 5322, 3.3) in UTC; None unless it lies between 1980 and 2100.

    A date without a zone, or with an impossible one, is read as UTC.
    """
    try:
        parsed = parsedate_tz(value.strip()[:200])
        if parsed is None:
            return None
        naive = datetime(*parsed[:6], tzinfo=UTC)
        offset = timedelta(seconds=parsed[9] or 0)
        told = naive - offset if abs(offset) <= _DAY else naive
        return truncate(told) if _OLDEST <= told <= _NEWEST else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


_PARAMETER = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(\"[^\"\\]*(?:\\.[^\"\\]*)*\"|[^;]*)")
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")


def parameters(value: bytes, *, fallback: str = "") -> Mapping[str, str]:
    """The parameters of a Content-Type or Content-Disposition, decoded, by lower-case name.

    Reads RFC 2231 (charsets, languages, continuations), the encoded words in quotes that many programs write instead,
    and bare 8-bit bytes. An extended form wins over a plain one.
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for name, raw in _PARAMETER.findall(value[:50_000].decode("latin-1")):
        data = _unquoted(raw.strip()).encode("latin-1")
        parts = _SECTION.fullmatch(name.lower())
        if parts and (parts[2] or parts[3]):
            pieces.setdefault(parts[1], {}).setdefault(int(parts[2] or 0), (bool(parts[3]), data))
        else:
            plain.setdefault(name.lower(), decode_header_text(data, fallback=fallback))
    return {**plain, **{name: _joined(sections) for name, sections in pieces.items()}}


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text.strip('"')


def _joined(sections: Mapping[int, tuple[bool, bytes]]) -> str:
    """RFC 2231, 3 and 4: the first section names charset and language; encoded ones are percent-encoded."""
    charset, data = "", b""
    for number in sorted(sections):
        encoded, piece = sections[number]
        if encoded and not data and piece.count(b"'") >= 2:
            name, _, piece = piece.split(b"'", 2)
            charset = name.decode("ascii", "replace")
        data += re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), piece) if encoded else piece
    return decode(data, charset)
