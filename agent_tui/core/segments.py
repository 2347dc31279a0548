"""How many text messages a text becomes, and so what it costs: GSM-7 or UCS-2, and in how many parts.

Pure functions. A text of only GSM-7 characters has room for 160 in one message and 153 in each part of several; any
other character turns the whole text into UCS-2, with 70 and 67 (3GPP TS 23.038 and 23.040). A character of the
extension table costs two places, a character beyond the basic plane two as well, and neither is cut in two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Encoding: TypeAlias = Literal["GSM-7", "UCS-2"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_ROOM: dict[Encoding, tuple[int, int]] = {
    "GSM-7": (160, 153),
    "UCS-2": (70, 67),
}  # alone, and in each of several
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u202f\t", " "),
        **dict.fromkeys("\u200b\u2060\ufeff", ""),
        "…": "...",
        "•": "*",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """What a text becomes. `units` are places used; `left` are those still free in the last part."""

    encoding: Encoding
    units: int
    parts: int
    left: int


def count(text: str) -> Segments:
    """The encoding a text needs and how many messages it is; the empty text is none."""
    encoding: Encoding = "GSM-7" if is_gsm(text) else "UCS-2"
    costs = [_cost(char, encoding) for char in text]
    alone, each = _ROOM[encoding]
    units = sum(costs)
    if units <= alone:
        return Segments(encoding=encoding, units=units, parts=1 if text else 0, left=alone - units)
    parts, used = _fill(costs, each)
    return Segments(encoding=encoding, units=units, parts=parts, left=each - used)


def is_gsm(text: str) -> bool:
    """Whether every character is one of the GSM 7-bit alphabet or its extension."""
    return all(char in _BASIC or char in _EXTENSION for char in text)


def costly(text: str) -> tuple[str, ...]:
    """The characters that turn the text into UCS-2, each once, in the order they come."""
    return tuple(dict.fromkeys(char for char in text if not is_gsm(char)))


def plain(text: str) -> str:
    """The text with typographic quotes, dashes and spaces written as GSM-7 has them; nothing else changes."""
    return text.translate(_PLAIN)


def _cost(char: str, encoding: Encoding) -> int:
    doubled = char in _EXTENSION if encoding == "GSM-7" else ord(char) > 0xFFFF
    return 2 if doubled else 1


def _fill(costs: Iterable[int], room: int) -> tuple[int, int]:
    """How many parts of `room` places the characters fill, none cut in two, and the places used in the last."""
    parts, used = 1, 0
    for cost in costs:
        if used + cost > room:
            parts, used = parts + 1, 0
        used += cost
    return parts, used
