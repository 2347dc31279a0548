"""How we answered this before, as lines of the card: what was asked, what we said, who and when. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from agent_tui.core.language import _
from agent_tui.services.earlier import Before
from agent_tui.tui import when
from agent_tui.tui.lines import Line, Look, Role, Span, fit, said
from agent_tui.tui.safe import cut, line
from agent_tui.tui.wrap import wrap

SHOWN = 3  # answers on the card
DEEP = 2  # lines of each
LABEL = 40  # characters of the words it was found by
LOOKED_AT = 400  # characters of an answer


def before_lines(found: Sequence[Before], width: int, now: datetime, look: Look) -> Iterator[Line]:
    """The newest of each kind of answer, and how to write with it. A line knows the entry it is about."""
    for one in found[:SHOWN]:
        for row in _answer(one, width, now, look):
            yield replace(row, entry=one.answer.id)
    key = look.keys.name("earlier", "card")
    row = said(*fit(((f"{key} ", Role.MARK), (_("writes with it"), Role.DIM)), width, look.icons.more))
    yield replace(row, command="earlier")


def _answer(one: Before, width: int, now: datetime, look: Look) -> Iterator[Line]:
    yield said(*fit((*found_by(one, look), (f" {look.icons.folded}", Role.DIM)), width, look.icons.more))
    lines = wrap(line(one.text[:LOOKED_AT]), width - 2)
    for number, words in enumerate(lines[:DEEP]):
        cut_off = number == DEEP - 1 and len(lines) > DEEP
        shown = cut(f"{words}{look.icons.more}", width - 2, look.icons.more) if cut_off else words
        yield said("  ", (shown, Role.TEXT))
    sign = look.icons.medium[one.answer.medium]
    yield said(
        *fit(
            (("  ", Role.TEXT), (f"{sign} ", Role.US), (_told(one, now, look), Role.DIM)),
            width,
            look.icons.more,
        )
    )


def found_by(one: Before, look: Look) -> tuple[Span, ...]:
    """``"nut free" ×3``."""
    words = cut(line(one.words), LABEL, look.icons.more)
    times = f" {look.icons.times}{one.times}" if one.times > 1 else ""
    return ((f'"{words}"', Role.ACCENT), (times, Role.STRONG))


def _told(one: Before, now: datetime, look: Look) -> str:
    return _("{when}, {agent} to {name}").format(
        when=when.moment(one.answer.at, now, look.zone), agent=_agent(one), name=line(one.name)
    )


def _agent(one: Before) -> str:
    return line(one.answer.author_name or one.answer.author.value)


def told(one: Before, now: datetime, look: Look) -> str:
    """Who of us said it, on what, when and to whom."""
    return _("{agent}, {medium}, {when}, to {name}").format(
        agent=_agent(one),
        medium=one.answer.medium.word,
        when=when.moment(one.answer.at, now, look.zone),
        name=line(one.name),
    )
