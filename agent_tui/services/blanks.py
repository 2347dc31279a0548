"""Blanks in saved words: ``{first_name}`` is filled from what we know, ``{order number}`` by the agent.

A blank stands on one line and holds words only, so that a smile or a piece of a program is none. What a blank is called
is told by its *key*: ``{First_Name}`` and ``{first name}`` are one. Pure.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Card
from agent_tui.core.text import clean_line
from agent_tui.services.about import Business

KNOWN = (
    "first name",
    "name",
    "company",
    "agent",
    "business",
)  # keys that can be filled from card and settings

_WORDS = r"\w \-'’./,#&()?!%+–—‑°*@€$£“”„«»…"  # what word processors make of dashes and quotes too
_BLANK = re.compile(rf"\{{ ?(\w[{_WORDS}]{{0,58}}?) ?\}}")
_AWAY = re.compile(" ?" + _BLANK.pattern)
_TITLES = frozenset(
    "dr mr mrs ms miss prof herr frau sr sra srta dra don doña dona m mme mlle sig dott".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of a text: what it is called, and where it stands."""

    key: str
    start: int
    end: int


def key_of(name: str) -> str:
    """What a blank's name comes to, however it is written."""
    return " ".join(clean_line(name).replace("_", " ").casefold().split())


def found(text: str) -> Iterator[Blank]:
    """Every blank of a text, in order."""
    for match in _BLANK.finditer(text):
        yield Blank(key_of(match[1]), match.start(), match.end())


def keys(text: str) -> tuple[str, ...]:
    """The keys of its blanks, each once, in order."""
    return tuple(dict.fromkeys(blank.key for blank in found(text)))


def still_open(text: str, wanted: Collection[str]) -> tuple[Blank, ...]:
    """The blanks of a text that came into it with saved words and are neither filled nor taken out."""
    return tuple(blank for blank in found(text) if blank.key in wanted) if wanted else ()


def parted(text: str) -> Iterator[str]:
    """What stands between the blanks."""
    at = 0
    for blank in found(text):
        yield text[at : blank.start]
        at = blank.end
    yield text[at:]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in its blanks, once through: no value is read for blanks again. The others stay."""
    return _BLANK.sub(lambda match: values.get(key_of(match[1])) or match[0], text)


def without(text: str, key: str) -> str:
    """The text without a blank, and without the space before it."""
    return _AWAY.sub(lambda match: match[0] if key_of(match[1]) != key else "", text)


def refuse(text: str, wanted: Collection[str]) -> None:
    """Raises UsageError naming the first blank that is still open."""
    left = still_open(text, wanted)
    if left:
        blank = text[left[0].start : left[0].end]
        raise UsageError(
            _("a blank is not filled: {blank}").format(blank=blank), remedy=_("fill it, or take it out")
        )


def values(card: Card, business: Business) -> Mapping[str, str]:
    """What we know of the blanks whose names we know; empty where we do not."""
    customer = card.customer
    own = {identity.address.value for identity in card.identities} | {customer.address.value}
    name = "" if customer.name in own else clean_line(customer.name)
    return {
        "first name": "" if name == clean_line(customer.company) else first_name(name),
        "name": name if _is_name(name) else "",
        "company": clean_line(customer.company),
        "agent": clean_line(business.agent),
        "business": clean_line(business.name),
    }


def first_name(name: str) -> str:
    """How a person is greeted; empty where that cannot be told: *Herr Weber* is not greeted as *Weber*."""
    if not _is_name(name):
        return ""
    last, comma, first = name.partition(",")
    words = (first if comma and first.strip() else last).split()
    bare = [word for word in words if word.casefold().rstrip(".") not in _TITLES]
    if not bare or (len(bare) < len(words) and len(bare) == 1):
        return ""
    return bare[0]


def _is_name(name: str) -> bool:
    """A number or an address is how somebody is reached, not what they are called."""
    return bool(name.strip()) and not any(char.isdigit() or char in "@:" for char in name)


def general(text: str, card: Card, business: Business) -> str:
    """What was written to one person, for anybody: their name becomes a blank again."""
    known = values(card, business)
    for key in ("name", "first name") if known["name"] != known["first name"] else ("first name",):
        if len(known[key]) > 1:
            text = _word(known[key]).sub(_blank(key), text)
    return text


def _word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{{]){re.escape(value)}(?![\w}}])")


def _blank(key: str) -> Callable[[re.Match[str]], str]:
    return lambda _match: "{" + key.replace(" ", "_") + "}"
