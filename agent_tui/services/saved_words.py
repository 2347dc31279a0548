"""Saved words: a start to be made personal, with blanks. How one stands in a file, read and written. Pure.

    +++
    title = "Where your order is"
    review = 2027-05-01
    +++
    Hello {first_name},

The lines between the two marks are TOML, as in config.toml, and may be left out altogether: the file's name is the
title then. `channels` and `tags` are lists of names; both may be left out too.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from agent_tui.core.errors import ConfigError, UsageError
from agent_tui.core.language import _
from agent_tui.core.tables import Mistake, convert
from agent_tui.core.text import clean, clean_line, safe_name

MARK = "+++"
MARKS = (MARK, "---")  # the second is how other programs mark such lines
LONGEST_TITLE = 80
_REVIEW = re.compile(r"^[ \t]*review[ \t]*=.*$", re.MULTILINE)
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One saved text. `name`: of its file, without the ending; `review`: from that day on it is to be looked at again."""

    name: str
    title: str
    text: str
    review: date | None = None
    channels: tuple[str, ...] = ()  # what it was written for; none: any
    tags: tuple[str, ...] = ()

    def is_due(self, today: date) -> bool:
        """Is it to be reviewed?"""
        return self.review is not None and self.review <= today

    def fits(self, channel: str) -> bool:
        """Was it written for this channel, among others or as for any?"""
        return not self.channels or channel in self.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What may stand between the marks."""

    title: str = ""
    review: object = None
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _checked = self.day

    @property
    def day(self) -> date | None:
        """The review date."""
        if self.review is None or type(self.review) is date:
            return self.review
        if isinstance(self.review, datetime):
            return self.review.date()
        try:
            return date.fromisoformat(str(self.review))
        except ValueError as error:
            raise Mistake(
                _("review is no date"), ("review",), remedy=_("write it as review = 2027-05-01")
            ) from error


def read(name: str, written: str) -> Saved:
    """The saved text of a file. Raises UsageError: what is wrong in it, and what to write instead."""
    head, text = _parted(written)
    table = _table(head)
    words = clean(text).strip("\n").rstrip()
    if not words.strip():
        raise UsageError(_("it has no words"), remedy=_("write them below the second +++"))
    return Saved(
        name=name,
        title=clean_line(table.title)[:LONGEST_TITLE] or _titled(name),
        text=words,
        review=table.day,
        channels=table.channels,
        tags=tuple(clean_line(tag) for tag in table.tags),
    )


def _parted(written: str) -> tuple[str, str]:
    """What stands between the marks, below as many empty lines as stand before it, and what comes after."""
    lines = written.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    mark = lines[0].rstrip()
    if mark not in MARKS:
        return "", "\n".join(lines)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == mark:
            return "\n".join(["", *lines[1:number]]), "\n".join(lines[number + 1 :])
    raise UsageError(
        _("the first {mark} has no second one").format(mark=mark),
        remedy=_("write {mark} on a line before the words").format(mark=mark),
    )


def _table(head: str) -> Head:
    try:
        return convert(Head, tomllib.loads(head))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            _("its head cannot be read: {error}").format(error=error),
            remedy=_('write title = "in quotes", review = 2027-05-01'),
        ) from error
    except ConfigError as error:
        raise UsageError(error.problem, remedy=error.remedy) from error


def _titled(name: str) -> str:
    words = " ".join(_APART.split(name)).strip() or name
    return words[:1].upper() + words[1:]


def write(saved: Saved) -> str:
    """The file of a saved text."""
    lines = [MARK, f"title = {_quoted(saved.title)}"]
    if saved.review is not None:
        lines.append(f"review = {saved.review.isoformat()}")
    for key in ("channels", "tags"):
        some: tuple[str, ...] = getattr(saved, key)
        if some:
            lines.append(f"{key} = [{', '.join(map(_quoted, some))}]")
    return "\n".join([*lines, MARK, saved.text, ""])


def _quoted(text: str) -> str:
    return json.dumps(clean_line(text), ensure_ascii=False)


def with_review(written: str, day: date) -> str:
    """The same file with another review date; whatever else its owner wrote into it stays."""
    said = f"review = {day.isoformat()}"
    first, _end, rest = written.removeprefix("\ufeff").partition("\n")
    mark = first.rstrip()
    if mark not in MARKS:
        return f"{MARK}\n{said}\n{MARK}\n{written}"
    head, end, text = _cut(rest, mark)
    head = _REVIEW.sub(said, head, count=1) if _REVIEW.search(head) else f"{head}{said}\n"
    return f"{first}\n{head}{end}{text}"


def _cut(rest: str, mark: str) -> tuple[str, str, str]:
    """What stands before the second mark, the mark's line, and what comes after it."""
    found = re.search(rf"^{re.escape(mark)}[ \t\r]*(?:\n|\Z)", rest, re.MULTILINE)
    return (rest, "", "") if found is None else (rest[: found.start()], found[0], rest[found.end() :])


def name_for(title: str) -> str:
    """A file's name made of a title: ``Where is it?`` is ``where-is-it``."""
    words = _APART.sub("-", normalize("NFC", clean_line(title)).casefold()).strip("-")
    return safe_name(words.encode()[:60].decode("utf-8", "ignore").strip("-"), "words")


def half_a_year_on(day: date) -> date:
    """The same day six months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + 6, 12)
    for wished in range(day.day, day.day - 4, -1):
        try:
            return date(year, month + 1, wished)
        except ValueError:
            continue
    raise AssertionError("unreachable")  # every month has 28 days
