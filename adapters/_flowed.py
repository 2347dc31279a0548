"""format=flowed (RFC 3676): paragraphs that every screen may wrap at its own width. Pure and linear."""

import re

WIDTH = 72
"""Columns of a line we send, its trailing space included; the standard asks for no more than 78."""

_SIGNATURE = "-- "
_MARKS = re.compile(r">*")
_STUFFED = re.compile(r"[ >]|From ")
_WORDS = re.compile(r"[^ ]+| +")


def unflow(text: str, *, delsp: bool = False) -> str:
    """The text with its paragraphs joined again: a line that ends in a space goes on, at equal quote depth.

    `delsp`: the space at the end is not part of the text (used for scripts without spaces).
    """
    lines: list[list[str]] = []
    depth_before, flowing = 0, False
    for raw in text.split("\n"):
        depth = _depth(raw)
        line = raw[depth:].removeprefix(" ")
        if flowing and depth == depth_before and line != _SIGNATURE:
            lines[-1].append(line)
        else:
            lines.append([f"{'>' * depth} " if depth else "", line])
        flowing = line.endswith(" ") and line != _SIGNATURE
        if flowing and delsp:
            lines[-1][-1] = line[:-1]
        depth_before = depth
    joined = ("".join(pieces) for pieces in lines)
    return "\n".join(line if line == _SIGNATURE else line.rstrip() for line in joined)


def flow(text: str) -> str:
    """The text as flowed lines of at most `WIDTH` columns, words of that length excepted; `unflow` gives it back.

    Spaces at the ends of lines are lost; a quotation (``> ``) keeps its depth on every line.
    """
    return "\n".join(flowed for line in text.split("\n") for flowed in _flow_line(line))


def _flow_line(line: str) -> list[str]:
    if line == _SIGNATURE:
        return [line]
    depth = _depth(line)
    mark, rest = line[:depth], line[depth:]
    rest = (rest.removeprefix(" ") if depth else rest).rstrip(" ")
    flowed, current = [], ""
    for piece in _WORDS.findall(rest):
        full = len(mark) + 1 + len(current) + len(piece) > WIDTH
        if full and current.endswith(" ") and current != _SIGNATURE:
            flowed.append(current)
            current = piece
        else:
            current += piece
    return [_stuffed(mark, part) for part in [*flowed, current]]


def _stuffed(mark: str, part: str) -> str:
    """Space-stuffing (4.4): what looks like a mark, an indentation or a mailbox's ``From `` gets a space before it."""
    if mark:
        return f"{mark} {part}" if part else mark
    return f" {part}" if _STUFFED.match(part) else part


def _depth(line: str) -> int:
    found = _MARKS.match(line)
    return found.end() if found else 0
