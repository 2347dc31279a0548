"""The structure of a mail (RFC 5322, RFC 2045-2046): headers, and parts within parts. Bytes in, slices out.

Why not the standard library's parser: it turns bytes into text and back, compiles a pattern for every boundary, recurses
into nested parts, and raises on mail that was made to make it raise. This one is linear, recurses nowhere, raises
nothing, and hands a mail within the mail out as the bytes it was. What is not as the standards say is read the way
mail programs do: headers end at the first line that cannot be one, a part whose end is missing ends with its parent, a
multipart without parts is text.
"""

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters._headers import Headers, parameters

MAX_PARTS = 300
MAX_DEPTH = 30
_MAX_HEADERS = 2_000
_MAX_HEAD = 500_000  # bytes of one part's headers

_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_FIELD = re.compile(rb"([!-9;-~\x80-\xff]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_BLANK = re.compile(rb"[ \t\r]*(?:\n|\Z)")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*\r?(?:\n|\Z)")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


@dataclass(slots=False, eq=False)
class Part:
    """A mail or a part of one. `body` is as it was sent; `children` are the parts of a multipart."""

    headers: Headers
    body: bytes
    kind: str  # media type in lower case
    children: list["Part"] = field(default_factory=list)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of its Content-Type: charset, boundary, name …"""
        return parameters(self.headers.raw("content-type"))

    @cached_property
    def content(self) -> bytes:
        """The body without its transfer encoding (RFC 2045, 6); as much as can be decoded of a broken one."""
        encoding = self.headers.word("content-transfer-encoding")
        if encoding == "base64":
            return _unbase64(self.body)
        if encoding == "quoted-printable":
            return a2b_qp(self.body)
        return _unuu(self.body) if encoding in ("x-uuencode", "uuencode", "x-uue", "uue") else self.body

    def leaves(self) -> Iterator["Part"]:
        """The parts that have no parts, in order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.children:
                waiting += reversed(part.children)
            else:
                yield part


def read_parts(raw: bytes) -> Part:
    """The mail with all its parts, as far as `MAX_PARTS` and `MAX_DEPTH` allow; what is beyond stays unsplit."""
    raw = raw.lstrip(b"\r\n")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    top = _part(raw, "text/plain")
    waiting, left = [(top, 0)], MAX_PARTS
    while waiting:
        part, depth = waiting.pop()
        if not part.kind.startswith("multipart/"):
            continue
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        if depth < MAX_DEPTH:
            slices = _slices(part.body, part.parameters.get("boundary", ""), left)
            part.children = [_part(piece, default) for piece in slices]
            left -= len(part.children)
        if not part.children:
            part.kind = "text/plain"
        waiting += [(child, depth + 1) for child in part.children]
    return top


def _part(raw: bytes, default: str) -> Part:
    items, at = read_headers(raw)
    headers = Headers(items)
    declared = headers.word("content-type")
    return Part(headers, raw[at:], declared if _TYPE.fullmatch(declared) else default)


def read_headers(raw: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields, unfolded only where they are folded, and where the body begins."""
    items: list[tuple[str, bytes]] = []
    at = raw.find(b"\n") + 1 if raw.startswith((b"From ", b">From ")) else 0
    while len(items) < _MAX_HEADERS and at < _MAX_HEAD:
        found = _FIELD.match(raw, at)
        if not found:
            break
        items.append((found[1].decode("latin-1"), found[2].strip()))
        at = found.end()
    blank = _BLANK.match(raw, at)
    return items, blank.end() if blank else at


def _slices(body: bytes, boundary: str, most: int) -> list[bytes]:
    """What stands between the boundaries (RFC 2046, 5.1.1), without the line end before each."""
    mark = b"--" + boundary.rstrip().encode("utf-8", "replace")
    if mark == b"--" or mark not in body:
        return []
    slices: list[bytes] = []
    start, at = -1, 0 if body.startswith(mark) else _line_with(mark, body, 0)
    while at >= 0:
        tail = _AFTER_BOUNDARY.match(body, at + len(mark))
        if tail:
            if start >= 0:
                slices.append(_without_line_end(body[start:at]))
            start = -1 if tail[1] else tail.end()
            if tail[1] or len(slices) >= most:
                break
        at = _line_with(mark, body, at)
    if start >= 0 and len(slices) < most:
        slices.append(body[start:])
    return slices


def _line_with(mark: bytes, body: bytes, at: int) -> int:
    """Where the next line begins with the mark; -1 when none does."""
    found = body.find(b"\n" + mark, at)
    return found + 1 if found >= 0 else -1


def _without_line_end(piece: bytes) -> bytes:
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1]


def _unbase64(data: bytes) -> bytes:
    """Leaves out what is no base64; several padded blocks in a row are decoded one by one."""
    blocks = re.split(b"=+", data.translate(None, _NOT_BASE64))
    return b"".join(a2b_base64(block[: len(block) - (len(block) % 4 == 1)] + b"==") for block in blocks)


def _unuu(data: bytes) -> bytes:
    """The lines between ``begin`` and ``end`` that can be decoded."""
    lines = iter(data.split(b"\n"))
    out = []
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() in (b"end", b"`"):
            break
        try:
            out.append(a2b_uu(line.rstrip(b"\r")))
        except Error:
            continue
    return b"".join(out)
