"""English that was kept, said again in another language: by the text itself, or by the text it was made from.

"snoozed until 2026-11-24 09:00 UTC" is recognised as "snoozed until {when}", whose translation is filled in again.
Pure but for reading the catalog, which waits until the first text that needs it.
"""

import re
import string
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

_MAGIC = 0x950412DE
_NUMBERED = re.compile(r"(.+) (\(\d+\))")  # a reason with the provider's number for it
_CONTEXT, _PLURAL = "\x04", "\x00"
_TEXTS = frozenset({"message", "problem", "reason", "error", "why"})  # gaps for whole texts
_DATA = frozenset({"name", "agent", "text", "path", "who", "tags", "value"})  # gaps for what is not ours
LONGEST = 600  # letters of a text that is looked at for what it was made from
_LEAST = 4  # letters around the gaps of a text that begins with some: fewer stand everywhere
_ENOUGH = 12  # of any text
_DEEPEST = 3  # texts in the gaps of texts: a stranger's reason may be made of nothing but numbers in brackets


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with gaps, and what it becomes. `piece`: its longest stretch without one, looked for first."""

    text: str
    piece: str
    said: str

    def found(self, told: str) -> Mapping[str, str] | None:
        """What its gaps are filled with in a text that was made from it."""
        match = _recognise(self.text).fullmatch(told) if self.piece in told else None
        return match.groupdict() if match else None


class Retelling:
    """The texts of one catalog, to recognise what was made from them."""

    def __init__(self, read: Callable[[], Mapping[str, str]]) -> None:
        self._read = read

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return self._read()

    @cached_property
    def _patterns(self) -> tuple[Pattern, ...]:
        """Those with gaps, the most telling first."""
        found = [(text, said) for text, said in self._texts.items() if _has_gaps(text)]
        found.sort(key=lambda pair: -len(_letters(pair[0])))
        return tuple(Pattern(text, _piece(text), said) for text, said in found if _is_telling(text))

    def told(self, text: str, depth: int = 0) -> str:
        """`text` in the catalog's language, as far as it is known; `depth`: in so many others."""
        if len(text) > LONGEST or depth > _DEEPEST:
            return self._texts.get(text, text)
        parts = text.split("; ")
        known = [self._known(part, depth) for part in parts]
        if None not in known:
            return "; ".join(filter(None, known))
        whole = self._known(text, depth) if len(parts) > 1 else None
        return whole or self._end(text)

    def _known(self, text: str, depth: int) -> str | None:
        """A whole text of the catalog, or one with its gaps filled."""
        if text in self._texts:
            return self._texts[text]
        if numbered := _NUMBERED.fullmatch(text):
            return f"{self.told(numbered[1], depth + 1)} {numbered[2]}"
        for pattern in self._patterns:
            if (found := pattern.found(text)) is not None:
                values = {name: self._value(name, value, depth) for name, value in found.items()}
                return _filled(pattern.said, values)
        return None

    def _end(self, text: str) -> str:
        """What comes after whom or what it is about: ``Ana: has the same name``."""
        about, colon, said = text.rpartition(": ")
        return f"{about}{colon}{self._texts.get(said, said)}"

    def _value(self, name: str, value: str, depth: int) -> str:
        """What is filled in: a text of ours is said too, somebody's name or words never."""
        if name in _TEXTS:
            return self.told(value, depth + 1)
        return value if name in _DATA else self._texts.get(value, value)


def _has_gaps(text: str) -> bool:
    """Is something filled in? Braces stand in examples of settings too."""
    try:
        names = [name for _literal, name, *_rest in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return False
    return bool(names) and all(name.isidentifier() for name in names)


def _is_telling(text: str) -> bool:
    least = _ENOUGH if text.startswith("{") else _LEAST
    return len(_letters(text)) >= least


def _letters(text: str) -> str:
    return "".join(literal for literal, *_ in string.Formatter().parse(text)).strip(" :,.;()")


def _piece(text: str) -> str:
    return max((literal for literal, *_rest in string.Formatter().parse(text)), key=len)


@cache
def _recognise(text: str) -> re.Pattern[str]:
    """An expression for what a text with gaps becomes; a gap that comes again is filled with the same."""
    parts: list[str] = []
    seen: set[str] = set()
    for literal, name, *_ in string.Formatter().parse(text):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _filled(said: str, values: Mapping[str, str]) -> str:
    """A translation with its gaps filled by what was found, however the gaps ask to be written."""
    parts: list[str] = []
    for literal, name, *_ in string.Formatter().parse(said):
        parts += [literal, values.get(name or "", "")]
    return "".join(parts)


def messages(data: bytes) -> dict[str, str]:
    """What a compiled catalog (GNU .mo) translates, without contexts; of what counts, each form of English."""
    order = "<" if struct.unpack_from("<I", data)[0] == _MAGIC else ">"
    count, ids, texts = struct.unpack_from(f"{order}8x3I", data)
    found: dict[str, str] = {}
    for row in range(count):
        said = _string(data, order, texts + 8 * row).split(_PLURAL)
        forms = _string(data, order, ids + 8 * row).rpartition(_CONTEXT)[2].split(_PLURAL)
        for number, form in enumerate(forms):
            if form:
                found.setdefault(form, said[min(number, len(said) - 1)])
    return found


def _string(data: bytes, order: str, at: int) -> str:
    length, start = struct.unpack_from(f"{order}2I", data, at)
    return data[start : start + length].decode()
