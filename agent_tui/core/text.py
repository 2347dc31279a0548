"""Text from outside, made safe: what a stranger wrote can be read, and cannot do anything.

A terminal obeys what it is sent. An escape sequence in a subject clears the screen or writes the clipboard, a
right-to-left override makes ``exe.pdf`` out of ``fdp.exe``, a thousand accents on one letter cover the lines above.
So every text passes here twice: at the adapter's boundary, and again before it is drawn.

Pure functions, all of them linear in the length of the text, all idempotent. What comes out of `clean` is printable
(`str.isprintable`) but for line feeds, with one exception: emoji younger than this Python's Unicode tables stay.
"""

import re
from functools import cache
from unicodedata import category

from agent_tui.core.language import many

MAX_MARKS = 4
"""Combining marks one letter may carry; Vietnamese and pointed Hebrew need three."""

_SEQUENCES = re.compile(
    # CSI: ESC [ or its one-character form, parameters, intermediates, a final (ECMA-48 5.4).
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    # DCS, SOS, OSC, PM, APC: a string up to BEL or ST. One without an end ends with its line.
    "|(?:\x1b[PX\\]^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n\x18\x1a]*(?:\x07|\x1b\\\\|\x9c)?"
    # Any other escape: intermediates and a final.
    "|\x1b[ -/]*[0-~]?"
)
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BIDI = frozenset([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # printable by category, drawn as nothing
MAX_NAME = 120
"""Bytes of a file name: every file system takes them, with room for what a save dialog adds."""

_UNSAFE = str.maketrans({"<": "(", ">": ")", '"': "'", **dict.fromkeys(":|?*\n", "_")})
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
)  # learn.microsoft.com, "Naming Files, Paths, and Namespaces"

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_YOUNG_EMOJI = range(0x1F000, 0x1FB00)
_MAX_REMEMBERED = 4096


def clean(text: str) -> str:
    """The text with nothing in it that a terminal would obey.

    Whole escape sequences go, also unfinished ones; line ends of every kind become line feeds; tabs become spaces;
    control, zero-width and tag characters and surrogates go; bidirectional controls are shown as ``<U+202E>``;
    every other space becomes a plain one; at most `MAX_MARKS` combining marks stay on a letter.
    """
    if is_clean(text):
        return text
    text = _SEQUENCES.sub("", _NEWLINES.sub("\n", text))
    text = text.expandtabs().translate(_TABLE)
    return _pile(text).sub(r"\1", text)


def is_clean(text: str) -> bool:
    """Whether `clean` would return the text unchanged; may say no to some text it would not change."""
    if not text.replace("\n", "").isprintable():
        return False
    return text.isascii() or not (_has_invisible(text) or _pile(text).search(text))


def clean_line(text: str) -> str:
    """A name, subject, file name or error text: clean, on one line, without needless spaces."""
    return " ".join(clean(text).split())


def snippet(text: str, width: int = 120) -> str:
    """The first words of a text on one line, at most `width` characters, cut at a word where one ends near."""
    line = clean_line(text.lstrip()[: 8 * width])
    if len(line) <= width:
        return line
    head = line[: width - 1]
    words = head.rpartition(" ")[0]
    return (words if len(words) > width * 2 // 3 else head).rstrip() + "…"


def printable(text: str) -> str:
    """The text as drawn: clean, and without the characters about whose width terminals disagree.

    Variation selectors, enclosing keycaps and skin tones go, flags become their two letters (🇵🇹 is PT): the letter
    or emoji before them stays, and every row keeps the width it was measured with.
    """
    text = clean(text)
    return text if text.isascii() else text.translate(_DRAWN)


def safe_name(name: str, fallback: str = "attachment") -> str:
    """A file name that stays in the folder it is saved in, on every system, and shows what it is.

    The last part of any path, clean, without leading dots, at most `MAX_NAME` characters with its extension kept.
    """
    name = clean_line(name).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    name = name.translate(_UNSAFE).strip(". ")
    if len(name) > MAX_NAME or len(name.encode()) > MAX_NAME:
        stem, dot, extension = name.rpartition(".")
        tail = f".{extension}" if dot and len(extension) <= 10 and extension.isascii() else ""
        head = (stem if tail else name).encode()[: MAX_NAME - len(tail)].decode("utf-8", "ignore")
        name = f"{head.rstrip('. ')}{tail}"
    if not name:
        return fallback
    return f"_{name}" if name.partition(".")[0].rstrip().upper() in _RESERVED else name


_DRAWN: dict[int, str | None] = {
    **dict.fromkeys(range(0xFE00, 0xFE10)),  # variation selectors 1-16
    **dict.fromkeys(range(0x1F3FB, 0x1F400)),  # skin tones
    0x20E3: None,  # enclosing keycap
    **{0x1F1E6 + i: chr(ord("A") + i) for i in range(26)},  # regional indicators
}


class _Table(dict[int, str]):
    """For `str.translate`: what becomes of each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        shown = _shown(code)
        if len(self) < _MAX_REMEMBERED:  # a stranger's text must not fill the memory
            self[code] = shown
        return shown


def _shown(code: int) -> str:
    char = chr(code)
    kind = category(char)
    if code in _BIDI:
        return f"<U+{code:04X}>"
    if char == "\n" or (char.isprintable() and char not in _INVISIBLE):
        return char
    if kind == "Zs":
        return " "
    if kind in ("Co", "Cn"):  # private use, or not known to be anything
        return char if code in _YOUNG_EMOJI else "\N{REPLACEMENT CHARACTER}"
    return ""


_TABLE = _Table()


def _has_invisible(text: str) -> bool:
    return any(char in text for char in _INVISIBLE)


def _pile(text: str) -> re.Pattern[str]:
    """What finds too many marks on one letter in this text; most texts need the quicker half of the table."""
    return _piles(_ASTRAL.search(text) is not None)


@cache
def _piles(astral: bool) -> re.Pattern[str]:
    # The first mark stands alone: `re` then looks for a character of a set, its quickest search.
    mark = f"[{_marks(astral)}]"
    return re.compile(f"({mark}{mark}{{{MAX_MARKS - 1}}}){mark}+")


@cache
def _marks(astral: bool) -> str:
    """Every combining mark, as the inside of a regular expression's character class (15 ms, once)."""
    blocks = (range(0x300, 0x20000), range(0xE0100, 0xE01F0)) if astral else (range(0x300, 0x10000),)
    marks = [c for block in blocks for c in block if category(chr(c)) in ("Mn", "Me")]
    starts = [c for c, before in zip(marks, [0, *marks], strict=False) if c != before + 1]
    ends = [c for c, after in zip(marks, [*marks[1:], 0], strict=True) if c != after - 1]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


def size(count: int) -> str:
    """Bytes, as people say them."""
    if count < 1000:
        return many("{n} byte", "{n} bytes", count)
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
