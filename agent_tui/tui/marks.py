"""Words that were looked for, marked in the lines that are drawn: by colour, and by a line below them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent_tui.core.marking import marks
from agent_tui.core.query import Term
from agent_tui.tui.lines import Line, Role, Span

WORDS = frozenset({Role.TEXT, Role.DIM, Role.STRONG, Role.NOTE})  # what people said


def marked(line: Line, terms: Sequence[Term]) -> Line:
    """The line with the words that were looked for standing out; the same one without any."""
    if not terms:
        return line
    return replace(line, spans=tuple(piece for span in line.spans for piece in _pieces(span, terms)))


def is_found(line: Line) -> bool:
    """Is anything marked in the line?"""
    return any(role is Role.FOUND for _text, role in line.spans)


def _pieces(span: Span, terms: Sequence[Term]) -> Iterator[Span]:
    text, role = span
    if role not in WORDS:
        yield span
        return
    at = 0
    for start, end in marks(terms, text):
        yield text[at:start], role
        yield text[start:end], Role.FOUND
        at = end
    yield text[at:], role
