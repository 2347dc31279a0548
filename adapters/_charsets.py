"""Bytes that claim to be text in some charset, as text. Nothing here raises.

Mail declares charsets by names no registry knows, declares one and uses another, or declares none. The rules: the
name is looked up among real text encodings only (Python also "decodes" base64, zip and punycode); a subset is read by
its superset, as browsers do; what was declared Western but is valid UTF-8 is UTF-8; what cannot be decoded is shown as
U+FFFD.
"""

import codecs
import re
from base64 import b64decode
from binascii import a2b_qp
from functools import lru_cache

WESTERN, UTF8 = "cp1252", "utf-8"

_SUPERSETS = {
    "ascii": WESTERN,
    "iso8859-1": WESTERN,
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}
"""Python's name of a charset, and the one that reads everything written under it (encoding.spec.whatwg.org)."""

_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "x-windows-949": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "x-big5": "big5hkscs",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "koi8-ru": "koi8-u",
}
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([JI])")  # ISO-2022-JP announces itself (RFC 1468)
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "unicode-escape"}
    | {"raw-unicode-escape", "mbcs", "oem", "charmap", "palmos"}
)


@lru_cache(256)
def codec(charset: str) -> str | None:
    """Python's name for the charset to decode with; None when the name means nothing."""
    name = charset.partition(" ")[0].strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if not name.isascii() or len(name) > 40 or "\0" in name:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # The flag is how bytes.decode itself refuses base64, zip and their like.
    if info.name in _NO_CHARSETS or not getattr(info, "_is_text_encoding", False):
        return None
    return _SUPERSETS.get(info.name, info.name)


def decode(data: bytes, charset: str = "", *, fallback: str = "") -> str:
    """The text of some bytes declared to be in `charset`; `fallback` is tried where none is known."""
    name = codec(charset) if charset else None
    if name is None and _JAPANESE.search(data):
        name = "iso2022_jp_ext"
    if name not in (None, WESTERN, UTF8):
        return _replacing(data, name)
    if data.isascii():
        return data.decode("ascii")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _replacing(data, name or codec(fallback) or WESTERN)


def _replacing(data: bytes, name: str | None) -> str:
    try:
        return data.decode(name or WESTERN, "replace")
    except (UnicodeError, ValueError, LookupError):
        return data.decode("latin-1")


_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def decode_header_text(value: bytes, *, fallback: str = "") -> str:
    """A header's value with its encoded words (RFC 2047) decoded, wherever they stand.

    Words of one charset that follow each other are joined before they are decoded: many programs cut a character in
    two. Bytes outside ASCII are UTF-8, or `fallback` (the body's charset), or Western. Line ends are left to the caller.
    """
    if b"=?" not in value:
        return decode(value, fallback=fallback)
    text: list[str] = []
    held, charset, at = b"", "", 0
    for word in _WORD.finditer(value):
        between, at = value[at : word.start()], word.end()
        name = word[1].partition(b"*")[0].decode("ascii", "replace")  # RFC 2231, 5: language
        if held and (between.strip() or name.lower() != charset.lower()):
            text.append(decode(held, charset, fallback=fallback))
            held = b""
        if between.strip() or (not text and not held):
            text.append(decode(between, fallback=fallback))
        charset = name
        held += _unword(word)
    if held:
        text.append(decode(held, charset, fallback=fallback))
    text.append(decode(value[at:], fallback=fallback))
    return "".join(text)


def _unword(word: re.Match[bytes]) -> bytes:
    """The bytes of one encoded word."""
    if word[2] in b"qQ":
        return a2b_qp(word[3], header=True)
    digits = _NOT_BASE64.sub(b"", word[3])
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return b64decode(digits + b"=" * (-len(digits) % 4))
