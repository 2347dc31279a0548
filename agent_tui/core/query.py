"""What an agent types into search, as data: words, phrases and operators. Pure; no store's language in it.

Words (all must match), ``"a phrase"``, ``prefix*``, ``-not``, and ``from:`` ``to:`` ``on:`` ``is:`` ``tag:``
``before:`` ``after:`` ``has:``. A malformed query raises UsageError saying what is wrong.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _

IS = frozenset({"open", "done", "snoozed", "unread", "failed", "note"})
HAS = frozenset({"attachment"})
OPERATORS = frozenset({"from", "to", "on", "is", "tag", "before", "after", "has"})

_TOKEN = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)("?)|(\S+))')
_DAYS = re.compile(r"(\d{1,4})([dwmy])")
_LENGTHS = {"d": 1, "w": 7, "m": 30, "y": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that must stand together (one word, or a phrase); `prefix`: the last may go on; `negated`: must not."""

    text: str
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search, understood. Every part given must hold."""

    terms: tuple[Term, ...] = ()
    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    on: tuple[str, ...] = ()  # a medium, or a channel's name
    states: tuple[str, ...] = ()  # of IS
    tags: tuple[str, ...] = ()
    before: datetime | None = None
    after: datetime | None = None
    attachment: bool = False
    customer: str | None = None  # said with this one only; asked by whoever shows them, never typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One operator as it stands in what was typed: ``on:sms``, from `start` up to `end`."""

    start: int
    end: int
    operator: str
    value: str


def operators(text: str) -> tuple[Piece, ...]:
    """The operators in what was typed, right or wrong (``-is:open``, ``from:``), in order; never raises."""
    return tuple(
        Piece(start=match.start(), end=match.end(), operator=operator.lower(), value=value)
        for match in _TOKEN.finditer(text)
        for operator, value in [_operator(match)]
        if operator is not None and operator.lower() in OPERATORS
    )


def _operator(match: re.Match[str]) -> tuple[str | None, str]:
    """What stands before the colon, and its value; one that was only begun has none."""
    _minus, operator, phrase, _closing, word = match.groups()
    if operator is None and word and word.endswith(":") and word[:-1].lower() in OPERATORS:
        return word[:-1], ""
    return operator, phrase if phrase is not None else word or ""


def parse(text: str, now: datetime) -> Query:
    """The query written as `text`; `now` is what ``7d`` counts back from. Raises UsageError."""
    query = Query()
    for match in _TOKEN.finditer(text):
        query = _add(query, match, now)
    if query == Query():
        raise UsageError(
            _("the search is empty"), remedy=_('type a word, a "phrase" or an operator such as is:open')
        )
    if query.terms and all(term.negated for term in query.terms) and query == Query(terms=query.terms):
        raise UsageError(
            _("the search only says what not to find"), remedy=_("add a word that must be there")
        )
    return query


def _add(query: Query, match: re.Match[str], now: datetime) -> Query:
    minus, _word, phrase, closing, word = match.groups()
    operator, value = _operator(match)
    if phrase is not None and not closing:
        raise UsageError(
            _('the quote before "{phrase}" is not closed').format(phrase=phrase[:40]),
            remedy=_('close it with "'),
        )
    if operator is None or (operator.lower() not in OPERATORS and phrase is None):
        return _add_term(query, minus, phrase, f"{operator}:{word}" if operator else word)
    if operator.lower() not in OPERATORS:
        raise UsageError(
            _("there is no operator {operator}:").format(operator=operator),
            remedy=_("use one of {names}").format(names=_listed(OPERATORS)),
        )
    if minus:
        raise UsageError(
            _("-{operator}: is not possible").format(operator=operator),
            remedy=_("only words and phrases can be excluded"),
        )
    return _add_operator(query, operator.lower(), value, now)


def _add_term(query: Query, minus: str, phrase: str | None, word: str | None) -> Query:
    text = phrase if phrase is not None else word or ""
    prefix = phrase is None and text.endswith("*")
    bare = text.rstrip("*") if prefix else text
    if not any(c.isalnum() for c in bare):
        if phrase is None and bare not in ("", "-"):
            return query  # a lone sign matches everything: it says nothing
        raise UsageError(
            _("{text!r} names no word to look for").format(text=text),
            remedy=_("type at least one letter or digit"),
        )
    term = Term(text=bare, prefix=prefix, negated=bool(minus))
    return replace(query, terms=(*query.terms, term))


def _add_operator(query: Query, operator: str, value: str, now: datetime) -> Query:
    if not value:
        raise UsageError(
            _("{operator}: needs a value").format(operator=operator),
            remedy=_("for example {operator}:{example}").format(
                operator=operator, example=_EXAMPLES[operator]
            ),
        )
    if operator == "is":
        return replace(query, states=(*query.states, _one_of(operator, value, IS)))
    if operator == "has":
        _one_of(operator, value, HAS)
        return replace(query, attachment=True)
    if operator == "before":
        return replace(query, before=_moment(operator, value, now))
    if operator == "after":
        return replace(query, after=_moment(operator, value, now))
    if operator == "tag":
        return replace(query, tags=(*query.tags, value))
    if operator == "on":
        return replace(query, on=(*query.on, value))
    if operator == "from":
        return replace(query, sender=(*query.sender, value))
    return replace(query, recipient=(*query.recipient, value))


_EXAMPLES = {
    "from": "ana@example.com",
    "to": "shop@example.com",
    "on": "email",
    "is": "open",
    "tag": "vip",
    "before": "2026-11-01",
    "after": "7d",
    "has": "attachment",
}


def _one_of(operator: str, value: str, allowed: frozenset[str]) -> str:
    if value.lower() not in allowed:
        raise UsageError(
            _("{operator}:{value} is not known").format(operator=operator, value=value),
            remedy=_("use one of {names}").format(names=_listed(allowed)),
        )
    return value.lower()


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))


def _moment(operator: str, value: str, now: datetime) -> datetime:
    try:
        if span := _DAYS.fullmatch(value.lower()):
            return now - timedelta(days=int(span[1]) * _LENGTHS[span[2]])
        moment = datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        remedy = _("write a date as 2026-11-21, or 7d for seven days ago")
        raise UsageError(
            _("{operator}:{value} is not a date").format(operator=operator, value=value), remedy=remedy
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
