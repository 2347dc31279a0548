"""Header lines as mail programs really write them. Lines end in LF here; the end adds CR."""

import base64
import binascii
import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SPECIALS = frozenset('()<>[]:;@\\,."')


def encode(text: str, charset: str) -> tuple[bytes, str]:
    """``text`` in ``charset``, or in UTF-8 where that cannot hold it; and the label used."""
    try:
        return text.encode(charset), charset
    except UnicodeEncodeError:
        return text.encode(), "utf-8"


def words(text: str, charset: str, *, quoted: bool = False) -> str:
    """``text`` as it stands if ASCII, else as RFC 2047 encoded words on folded lines."""
    if text.isascii():
        return text
    label = encode(text, charset)[1]
    encoder = _q_word if quoted and label != "iso-2022-jp" else _b_word
    return "\n ".join(encoder(chunk, label) for chunk in _chunks(text, label))


def _chunks(text: str, charset: str) -> Iterator[str]:
    """Pieces of whole characters, each short enough for one encoded word of 75 columns."""
    step = 12
    for start in range(0, len(text), step):
        yield text[start : start + step]


def _b_word(chunk: str, charset: str) -> str:
    return f"=?{charset.upper()}?B?{base64.b64encode(chunk.encode(charset)).decode()}?="


def _q_word(chunk: str, charset: str) -> str:
    encoded = binascii.b2a_qp(chunk.encode(charset), header=True).decode().replace("=\n", "")
    return f"=?{charset}?Q?{encoded.replace('?', '=3F')}?="


def mailbox(name: str, address: str, charset: str, *, quoted: bool = False) -> str:
    """``name <address>``: the name bare, in quotes, or as encoded words."""
    if not name:
        return address
    if not name.isascii():
        return f"{words(name, charset, quoted=quoted)} <{address}>"
    if SPECIALS & set(name):
        return f'"{name}" <{address}>'
    return f"{name} <{address}>"


def date(when: datetime, rng: random.Random) -> str:
    """RFC 5322 date in one of the zones customers live in, sometimes with the zone's name."""
    hours = rng.choice((0, 1, 2, 1, 2, 9, -5))
    local = when.astimezone(timezone(timedelta(hours=hours)))
    comment = " (CET)" if hours == 1 and rng.random() < 0.2 else ""
    day = f"{WEEKDAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{day} {local:%H:%M:%S %z}{comment}"


def references(ids: list[str]) -> str:
    """A References header folded between ids, never inside one."""
    return "References: " + "\n ".join(ids)


def file_name_parameter(name: str, charset: str, style: int) -> str:
    """``filename``: plain, RFC 2231, or RFC 2047 in quotes (wrong, and common)."""
    if name.isascii():
        return f'filename="{name}"'
    if style % 2:
        label = encode(name, charset)[1]
        return f'filename="=?{label}?B?{base64.b64encode(name.encode(label)).decode()}?="'
    return f"filename*=utf-8''{quote(name, safe='')}"
