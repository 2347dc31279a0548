"""Which part of a mail is new, and which part repeats what was said before.

Rules of this file. Nothing is ever deleted: every line is in one of the two parts, and the screen only folds the
second. When in doubt nothing is folded: a mail that is nothing but quotation, a forwarded one, and one whose answers
stand between the quoted lines stay whole. Time is linear: every line is looked at a bounded number of times, and only
its first characters count. The words are in `_quote_words`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters import _quote_words as words

_MAX_LINES = 5_000  # nobody writes more than this above a quotation
_LINE_LENGTH = 300
_WRAPPED = 4  # lines an “On … wrote:” may take
_SIGNATURE_LINES = 15
_HEADER_LINES = 9  # lines in which From, Date, To and Subject must be found

_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]|<U\\+20[26][0-9A-F]>")


def _any(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, set(phrases)), key=len, reverse=True))


def _named(phrases: Iterable[str]) -> re.Pattern[str]:
    """A header line of that name, in bold (*From:*) or not; Chinese and Japanese have a colon of their own."""
    return re.compile(rf"[*_ ]*(?:{_any(phrases)})[*_ ]*[:：]", re.IGNORECASE)


def _spoken(phrases: Iterable[str]) -> re.Pattern[str]:
    """Whole words, in the scripts that separate words by spaces."""
    spaced = [p for p in phrases if p[0] < "\u0590"]
    glued = [p for p in phrases if p[0] >= "\u0590"]
    return re.compile(rf"(?<!\w)(?:{_any(spaced)})(?!\w)|{_any(glued)}", re.IGNORECASE)


_WROTE, _OPENER = _spoken(words.WROTE), _spoken(words.OPENERS)
_YOU_WROTE = re.compile(_any(words.YOU_WROTE), re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()]@[^\s<>()]")
_TIME = re.compile(r"\d{1,2}\s?[:.h時时시]\s?\d{2}")
_DAY = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}")
_RULES = "-_=*─—"
_ORIGINAL = frozenset(words.ORIGINAL)
_RULE = re.compile(r"\s*[-_=*─—]{3,}\s*")
_FROM, _TO, _DATE = _named(words.FROM), _named(words.TO), _named(words.DATE)
_SUBJECT, _CC = _named(words.SUBJECT), _named(words.CC)
_SENT_FROM = re.compile(rf"[\s\[(>-]*(?:{_any(words.SENT_FROM)})", re.IGNORECASE)
_SENT_FROM_END = re.compile(rf"(?:{_any(words.SENT_FROM_ENDS)})[\s.。\])]*$", re.IGNORECASE)
_DEVICE = re.compile(_any(words.DEVICES), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Fold:
    """The lines from `start` up to `end` are quoted."""

    start: int
    end: int


def split_quoted(text: str) -> tuple[str, str]:
    """What the writer wrote, and what is only repeated: quotation with its “On … wrote:”, signature.

    Both are whole lines of `text`, in its order; together they hold all of them. The second is empty when nothing
    can safely be folded.
    """
    lines = text.split("\n")
    fold = _find([_plain(line) for line in lines[:_MAX_LINES]], len(lines)) or _Fold(len(lines), len(lines))
    before, quoted, after = lines[: fold.start], lines[fold.start : fold.end], lines[fold.end :]
    own, signature = _without_signature([*before, *after])
    if not any(line.strip() for line in own):
        return text.strip("\n"), ""
    folded = [*quoted, *signature] if any(after) else [*signature, *quoted]
    return "\n".join(own).strip("\n"), "\n".join(folded).strip("\n")


def is_forward(text: str) -> bool:
    """Whether the text begins with the line that announces a forwarded mail."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return _announces_forward(_plain(first))


def is_footer(text: str) -> bool:
    """Whether the text is nothing but what programs append: a signature, a list's footer, or nothing."""
    return _is_footer([_plain(line) for line in text.split("\n")])


def trim_attribution(text: str) -> tuple[str, str]:
    """A text that stood above a quotation, and what leads over to it: rules, the “On … wrote:”, a signature."""
    lines = text.rstrip().split("\n")
    plain = [_plain(line) for line in lines]
    end = len(lines)
    while end and (not plain[end - 1] or _RULE.fullmatch(plain[end - 1])):
        end -= 1
    start = _attribution(plain, end - 1, quoted_follows=True) if end and plain[end - 1][-1] in ":：" else None
    above = end if start is None else start
    own, signature = _without_signature(lines[:above])
    return "\n".join(own).rstrip(), "\n".join([*signature, *lines[above:]]).strip("\n")


def _plain(line: str) -> str:
    """The beginning of a line, without the marks of direction that Hebrew and Arabic mail is full of."""
    line = line[:_LINE_LENGTH].strip()
    return line if line.isascii() and "<U+" not in line else _DIRECTION.sub("", line).strip()


def _is_quoted(line: str) -> bool:
    return line.startswith(">")


def _find(lines: list[str], total: int) -> _Fold | None:
    """The first sign of a quotation decides."""
    for at, line in enumerate(lines):
        if not line:
            continue
        if _announces_forward(line):
            return None
        if _is_quoted(line):
            return _block(lines, at, at, total)
        if _bare(line) in _ORIGINAL and line[0] in _RULES:
            return _Fold(at, total)
        if _is_header_block(lines, at):
            return _Fold(_rule_above(lines, at), total)
        if line[-1] in ":：":
            quoted_at = _next_line(lines, at + 1)
            quoted_follows = quoted_at is not None and _is_quoted(lines[quoted_at])
            start = _attribution(lines, at, quoted_follows=quoted_follows)
            if start is not None:
                return _block(lines, start, at + 1, total) if quoted_follows else _Fold(start, total)
    return None


def _bare(line: str) -> str:
    """What stands between two rules."""
    return line.strip(f"{_RULES}:： ").lower()


def _announces_forward(line: str) -> bool:
    if line[:1] in tuple(_RULES):
        return _bare(line).startswith(words.FORWARDED)
    return line[-1:] in (":", "：") and _bare(line) in words.FORWARDED


def _next_line(lines: Sequence[str], at: int) -> int | None:
    """The next line with something on it; nobody leaves more than a few empty."""
    return next((i for i in range(at, min(at + _WRAPPED, len(lines))) if lines[i]), None)


def _block(lines: list[str], start: int, first: int, total: int) -> _Fold | None:
    """A quotation marked with ``>``: folded unless answers stand in it, or text both above and below."""
    end = first
    while end < len(lines) and (not lines[end] or _is_quoted(lines[end])):
        end += 1
    if any(map(_is_quoted, lines[end:])):
        return None
    if _is_footer(lines[end:]):
        return _Fold(start, total)
    return None if any(lines[:start]) else _Fold(start, end)


def _is_footer(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line), None)
    return first is None or first == "--" or bool(_RULE.fullmatch(first)) or _is_mobile_signature(first)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """From:, and then at least two of Date:, To: and Subject:, as Outlook puts above what it quotes."""
    if not _FROM.match(lines[at]):
        return False
    block = [line for line in lines[at + 1 : at + _HEADER_LINES] if line]
    found = [any(map(name.match, block)) for name in (_DATE, _TO, _SUBJECT, _CC)]
    return sum(found) >= 2


def _rule_above(lines: Sequence[str], at: int) -> int:
    above = at - 1
    while above > 0 and not lines[above]:
        above -= 1
    return above if above >= 0 and _RULE.fullmatch(lines[above]) else at


def _attribution(lines: Sequence[str], end: int, *, quoted_follows: bool) -> int | None:
    """Where the “On … wrote:” begins whose last line is `end`, which ends in a colon; None when it is none.

    With a date in it it is sure. Without one, short, and right above a quotation it is believed.
    """
    joined, likely = "", None
    for start in range(end, max(-1, end - _WRAPPED), -1):
        joined = f"{lines[start]} {joined}".strip()
        if not lines[start] or _is_quoted(lines[start]) or len(joined) > _LINE_LENGTH:
            break
        if _names_author_and_date(joined, believe=quoted_follows):
            return _opening(lines, start, end - _WRAPPED)
        if quoted_follows and len(joined) < 100 and _WROTE.search(joined):
            likely = start if likely is None else likely
    return likely


def _names_author_and_date(line: str, *, believe: bool) -> bool:
    wrote, address, day, time = (bool(p.search(line)) for p in (_WROTE, _ADDRESS, _DAY, _TIME))
    if believe:
        return (day or time) and (wrote or address)
    if _YOU_WROTE.search(line):
        return False
    return (day and time and (wrote or address)) or (wrote and address and (day or time))


def _opening(lines: Sequence[str], start: int, before: int) -> int:
    """The line with the opening word, when a wrapped “On … wrote:” was recognised without it."""
    if start and start - 1 > before and not _OPENER.match(lines[start]):
        above = lines[start - 1]
        if _OPENER.match(above) and len(above) < 80 and above[-1] not in ".!?:":
            return start - 1
    return start


def _without_signature(own: list[str]) -> tuple[list[str], list[str]]:
    """What was written, and the signature below it: from the line ``--`` (RFC 3676, 4.3), or “Sent from my iPhone”."""
    last = len(own)
    while last and not own[last - 1].strip():
        last -= 1
    mobile = last
    for at in range(last - 1, max(-1, last - _SIGNATURE_LINES), -1):
        if own[at].strip() == "--":
            return own[:at], own[at:]
        if last - at <= 3 and mobile == last and _is_mobile_signature(_plain(own[at])):
            mobile = at
    return own[:mobile], own[mobile:]


def _is_mobile_signature(line: str) -> bool:
    if len(line) > 120 or not _DEVICE.search(line):
        return False
    return bool(_SENT_FROM.match(line) or _SENT_FROM_END.search(line))
