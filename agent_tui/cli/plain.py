"""The commands' text views: aligned by terminal cells, in the agent's own zone, with nothing to obey in them."""

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from agent_tui.core import dates, words
from agent_tui.core.addresses import Address
from agent_tui.core.language import _, retold
from agent_tui.core.model import Activity, Card, CustomerState, Delivery, Entry, Identity, Message, Note
from agent_tui.core.store import Hit
from agent_tui.core.text import clean, clean_line, snippet
from agent_tui.services.earlier import Before
from agent_tui.services.inbox import Queued, span
from agent_tui.services.outbox import is_held, is_planned
from agent_tui.services.promises import Outcomes
from agent_tui.tui.when import spoken

_INDENT = "       "


def width(text: str) -> int:
    """How many cells a terminal takes for a clean text (Unicode Standard Annex 11)."""
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, cells: int) -> str:
    """As much of a text as fits, with … where something is missing."""
    if width(text) <= cells:
        return text
    kept, used = [], 1
    for char in text:
        used += _cells(char)
        if used > cells:
            break
        kept.append(char)
    return "".join(kept) + "…"


def columns(rows: Sequence[Sequence[str]], widest: int = 28) -> Iterator[str]:
    """Rows of one-line cells, aligned; the last column is as wide as the terminal still is, if there is one."""
    cleaned = [[clean_line(cell) for cell in row] for row in rows]
    sizes = [min(widest, max(map(width, column))) for column in zip(*cleaned, strict=True)]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in cleaned:
        cells = [cut(cell, size) for cell, size in zip(row[:-1], sizes, strict=False)]
        line = (
            "".join(c + " " * (size - width(c) + 2) for c, size in zip(cells, sizes, strict=False)) + row[-1]
        )
        yield cut(line, room) if room else line


def inbox(rows: Iterable[Queued]) -> str:
    """Customers in a list, one a line: name, where they wrote last, why they stand here, what they said."""
    table = [
        [
            one.row.name,
            words.medium(one.row.last.medium.value) if one.row.last else "",
            ", ".join(one.reasons) or words.standing(one.row.state),
            one.row.last.snippet if one.row.last else "",
        ]
        for one in rows
    ]
    return "\n".join(columns(table, widest=44))


def hits(found: Iterable[Hit]) -> str:
    """What a search found, one a line."""
    table = [
        [
            f"{_local(hit.at):%Y-%m-%d}",
            hit.name,
            words.medium(hit.medium.value) if hit.medium else words.kind(hit.type),
            hit.snippet,
        ]
        for hit in found
    ]
    return "\n".join(columns(table))


def customer(card: Card, now: datetime, promised: Outcomes) -> str:
    """The customer, a few lines; `promised`: what became of what they were promised."""
    known = card.customer
    lines = [
        " · ".join(
            part for part in (known.name, known.company, "★" * known.importance, _standing(card, now)) if part
        ),
        *(f"  {_identity(identity)}" for identity in card.identities),
        *(["  " + _("tags: {names}").format(names=", ".join(known.tags))] if known.tags else []),
        *(["  " + _("promises: {told}").format(told=promised.words)] if promised.words else []),
        *(f"  ! {pinned}" for pinned in known.notes_pinned),
    ]
    return "\n".join(
        clean_line(line) if not line.startswith("  ") else f"  {clean_line(line)}" for line in lines
    )


def _standing(card: Card, now: datetime) -> str:
    known = card.customer
    parts = [
        _("waiting {span}").format(span=span(now - card.waiting_since))
        if card.waiting_since
        else words.standing(card.state)
    ]
    if known.promised_by:
        parts.append(_("promised by {at:%Y-%m-%d %H:%M}").format(at=_local(known.promised_by)))
    if known.snoozed_until and card.state is CustomerState.SNOOZED:
        parts.append(_("until {at:%Y-%m-%d %H:%M}").format(at=_local(known.snoozed_until)))
    return ", ".join(
        [
            *parts,
            *([_("{agent} sees to it").format(agent=known.assigned_to)] if known.assigned_to else []),
        ]
    )


def _identity(identity: Identity) -> str:
    why = f" ({retold(identity.why)})" if identity.why else ""
    return f"{words.scheme(identity.address.scheme)} {identity.address.value} {words.evidence(identity.evidence)}{why}"


def timeline(entries: Iterable[Entry]) -> str:
    """Entries, oldest first, under the day they fell on."""
    lines: list[str] = []
    day = ""
    for one in entries:
        at = _local(one.fact.at)
        if (today := dates.full(at)) != day:
            day = today
            lines += ["", f"── {day} ──"]
        lines += [
            f"{at:%H:%M}  {line}" if not number else f"{_INDENT}{line}"
            for number, line in enumerate(_entry(one))
        ]
    return "\n".join(line.rstrip() for line in lines).lstrip("\n")


def _entry(one: Entry) -> Iterator[str]:
    fact = one.fact
    if isinstance(fact, Activity):
        told = spoken(words.happened(fact.kind, fact.text), None)
        yield clean_line("· " + (_("{who} {did}").format(who=fact.author, did=told) if fact.author else told))
        return
    yield clean_line(
        _("note · {author}").format(author=fact.author) if isinstance(fact, Note) else _head(fact, one)
    )
    if isinstance(fact, Message):
        yield from _about(fact)
    yield from clean(fact.text).splitlines()
    if isinstance(fact, Message) and one.delivery and one.delivery.error:
        yield clean_line(f"! {retold(one.delivery.error)}")


def _head(said: Message, one: Entry) -> str:
    name = f"{said.author_name} <{said.author.value}>" if said.author_name else said.author.value
    who = f"{name} → {listed(said.to)}" if said.to else name
    state = plan(one.delivery) if one.delivery else ""
    return " · ".join(part for part in (words.medium(said.medium.value), who, state) if part)


def plan(delivery: Delivery) -> str:
    """What became of a message; of one that is planned, when it leaves."""
    if is_held(delivery):
        return _("held, not sent")
    if is_planned(delivery) and delivery.planned:
        return _("leaves {when}").format(when=f"{_local(delivery.planned):%Y-%m-%d %H:%M}")
    return words.delivery(delivery.state)


def _about(said: Message) -> Iterator[str]:
    if said.subject:
        yield clean_line(_("Subject: {subject}").format(subject=said.subject))
    if said.cc:
        yield clean_line(_("Cc: {cc}").format(cc=listed(said.cc)))
    for notice in said.notices:
        yield clean_line(f"! {retold(notice)}")
    for file in said.attachments:
        yield clean_line(
            _("[{name}, {media_type}, {size} bytes]").format(
                name=file.name, media_type=file.media_type, size=file.size
            )
        )
    if said.quoted:
        yield _("[quoted: {text}]").format(text=snippet(said.quoted.lstrip("> "), 60))


def before(number: int, one: Before) -> str:
    """How we answered something before: what was asked, by whom, and what we said."""
    asked, said = _local(one.question.at), _local(one.answer.at)
    times = f" ×{one.times}" if one.times > 1 else ""
    lines = [
        f'{number}. "{clean_line(one.words)}"{times}',
        f"{asked:%Y-%m-%d}  {clean_line(one.name)}: {snippet(one.question.text or one.question.subject, 100)}",
        f"{said:%Y-%m-%d}  {clean_line(answered_by(one))}, {one.answer.medium.word}:",
        *(f"  {line}" for line in clean(one.text).splitlines()),
    ]
    return "\n".join(line if not index else f"   {line}".rstrip() for index, line in enumerate(lines))


def answered_by(one: Before) -> str:
    """Who of us answered."""
    return one.answer.author_name or one.answer.author.value


def listed(some: Iterable[Address]) -> str:
    """Addresses as people write them."""
    return ", ".join(address.value for address in some)


def local_time(at: datetime) -> str:
    """A moment on the agent's clock."""
    return f"{_local(at):%Y-%m-%d %H:%M:%S}"


def _local(at: datetime) -> datetime:
    return at.astimezone()


__all__ = [
    "answered_by",
    "before",
    "columns",
    "customer",
    "cut",
    "hits",
    "inbox",
    "listed",
    "local_time",
    "timeline",
    "width",
]
