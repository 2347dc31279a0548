"""How text is made comparable: one fold for what is stored and for what is asked, in every store.

Compatibility forms are unified (NFKC), case and diacritics go, ``ß`` is ``ss`` and ``ł`` is ``l``. Whatever is not a
letter, a digit or a mark that belongs to one separates words. In scripts written without spaces (Chinese, Japanese,
Korean, Thai …) every character is a word of its own, so that two of them can be found next to each other anywhere.

What comes out holds only words and single spaces, so that any tokenizer that keeps letters, numbers and marks
together (SQLite's ``unicode61 categories 'L* N* Co Mn Mc'``) sees the same words as `tokens`. Pure, linear.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import category, normalize

_MAX_REMEMBERED = 65536
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
_DIACRITICS = (
    range(0x0300, 0x0370),  # Latin, Greek, Cyrillic
    range(0x0591, 0x05C8),  # Hebrew points
    range(0x0610, 0x061B),
    range(0x064B, 0x0660),  # Arabic vowels
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
)
_UNSPACED = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Myanmar
    range(0x1100, 0x1200),  # Hangul letters
    range(0x1780, 0x1800),  # Khmer
    range(0x2E80, 0xA000),  # radicals, kana, Bopomofo, Han
    range(0xAC00, 0xD7B0),  # Hangul syllables
    range(0xF900, 0xFB00),
    range(0x1B000, 0x1B170),  # old kana
    range(0x20000, 0x32000),  # Han, rare
)


def fold(text: str) -> str:
    """The words of `text`, comparable, with single spaces between them; empty when there are none."""
    return " ".join(tokens(text))


def tokens(text: str) -> list[str]:
    """The words of `text`, comparable, in their order."""
    if text.isascii():
        return text.lower().translate(_WORDS).split()
    bare = normalize("NFKD", _lower(text)).translate(_BARE)
    return _lower(bare).translate(_WORDS).split()


class Placed(NamedTuple):
    """A word as `tokens` has it, and where it stands in the text as it was written."""

    word: str
    start: int
    end: int


def placed(text: str) -> list[Placed]:
    """The words of `text` with their places. A sign that is several words (``㎏/㎡``) is the place of each of them."""
    if text.isascii():
        return [Placed(m[0].lower(), m.start(), m.end()) for m in _ASCII_WORD.finditer(text)]
    return [Placed(word, a, b) for a, b in _runs(text) for word in tokens(text[a:b])]


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands without a gap: a word, or one character of a script without spaces."""
    start: int | None = None
    for at, char in enumerate(text):
        shown = _WORDS[ord(char)]
        joins = len(shown) == 1 and shown != " "
        if start is not None and not joins:
            yield start, at
            start = None
        if len(shown) > 1:
            yield at, at + 1
        elif joins and start is None:
            start = at
    if start is not None:
        yield start, len(text)


def _lower(text: str) -> str:
    return normalize("NFKC", normalize("NFKC", text).casefold())


class _Bare(dict[int, str]):
    """Takes diacritics off decomposed text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_mark = any(code in block for block in _DIACRITICS) and category(char)[0] == "M"
        return _remember(self, code, "" if is_mark else _LETTERS.get(char, char))


class _Words(dict[int, str]):
    """Sets words apart."""

    def __missing__(self, code: int) -> str:
        char, kind = chr(code), category(chr(code))
        if kind[0] not in "LN" and kind not in ("Mn", "Mc", "Co"):
            return _remember(self, code, " ")
        apart = any(code in block for block in _UNSPACED)
        return _remember(self, code, f" {char} " if apart else char)


def _remember(table: dict[int, str], code: int, shown: str) -> str:
    if len(table) < _MAX_REMEMBERED:  # a stranger's text must not fill the memory
        table[code] = shown
    return shown


_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_BARE = _Bare()
_WORDS = _Words()
