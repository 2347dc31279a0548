"""Where in a text the words stand that a search looked for: what is drawn as marked, and what an excerpt begins at.

Words are compared as the search itself compares them (`agent_tui.core.fold`), so that ``ruckgabe`` marks ``Rückgabe``.
Pure; linear in the text.
"""

from collections.abc import Sequence
from typing import TypeAlias

from agent_tui.core.fold import Placed, placed, tokens
from agent_tui.core.query import Term

Range: TypeAlias = tuple[int, int]
"""Characters from a first one up to, and without, a last one."""


def marks(terms: Sequence[Term], text: str) -> tuple[Range, ...]:
    """Where what was asked for stands in a text, in order and not overlapping; what must not be there is not marked."""
    words = placed(text)
    found = [place for term in terms if not term.negated for place in _places(term, words)]
    return _joined(sorted(found))


def _places(term: Term, words: Sequence[Placed]) -> list[Range]:
    sought = tokens(term.text)
    if not sought:
        return []
    ends = len(words) - len(sought) + 1
    return [
        (words[at].start, words[at + len(sought) - 1].end)
        for at in range(ends)
        if _stands(sought, words[at : at + len(sought)], prefix=term.prefix)
    ]


def _stands(sought: Sequence[str], words: Sequence[Placed], *, prefix: bool) -> bool:
    """Do the words stand here; of a prefix, may the last one go on?"""
    *firsts, last = sought
    if any(word.word != first for word, first in zip(words, firsts, strict=False)):
        return False
    return words[-1].word.startswith(last) if prefix else words[-1].word == last


def _joined(found: Sequence[Range]) -> tuple[Range, ...]:
    joined: list[Range] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
