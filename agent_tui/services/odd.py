"""What is odd about a reply before it leaves: the only reasons for which an agent is asked whether she is sure.

Who gets it is the envelope's matter (its warnings); here is what only the words or the history tell. Names are looked
for where one is addressed, and as two names side by side anywhere: a single capital letter means little.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from agent_tui.core.addresses import EMAIL, PHONE, Address
from agent_tui.core.language import _
from agent_tui.core.model import Card, Direction, Evidence, Message
from agent_tui.core.store import Store
from agent_tui.services import blanks
from agent_tui.services.about import Business
from agent_tui.services.envelope import Envelope
from agent_tui.services.telling import name_words
from agent_tui.services.timeline import Timeline

GREETING = 4  # words, at most, of a greeting
PAIRS = 8  # pairs of names looked up, at most
LOCAL = 8  # digits of a number, without the country's
BACK = 200  # entries of the history looked through for an earlier message
Once: TypeAlias = tuple[str, Address]
"""Whom words were first written to, by name, and their address."""
_END = re.compile(r"[,!.:;?\n]")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]+")


async def odd(
    envelope: Envelope, text: str, *, timeline: Timeline, store: Store, business: Business
) -> tuple[str, ...]:
    """The reasons, in words; none for most replies."""
    card = await timeline.card(envelope.customer_id)
    firsts = [w for to in envelope.to if (w := await _first(to, card, timeline))]
    third = _third(envelope, card)
    names = [w for name in _names(text) if (w := await _other(name, card, store, business))]
    return tuple(dict.fromkeys([*envelope.warnings, *firsts, *third, *names, *_unfilled(text)]))


def _unfilled(text: str) -> Iterator[str]:
    """A blank that is ours by its name, typed or pasted: saved words brought none of it, or it would not get so far."""
    for blank in blanks.found(text):
        if blank.key in blanks.KNOWN:
            yield _("the words say {blank}").format(blank=text[blank.start : blank.end])


async def _first(to: Address, card: Card, timeline: Timeline) -> str:
    """Nobody wrote from it, and we never wrote to it."""
    if any(i.address == to and i.evidence is not Evidence.CLAIMED for i in card.identities):
        return ""
    page = await timeline.page(card.customer.id, limit=BACK)
    sent = (e.fact for e in page.entries if isinstance(e.fact, Message))
    if any(message.direction is Direction.OUT and to in message.to for message in sent):
        return ""
    return _("this is the first message to {to}, and nobody has written from it").format(to=to.value)


def left_over(text: str, once: Iterable[Once], customer: str) -> tuple[str, ...]:
    """Words of earlier answers went into these: does a name, mail address or number of those whom they were written to
    still stand in them? `once`: who that was."""
    strange = _folded(text) - _folded(customer)
    told = []
    for name, address in dict.fromkeys(once):
        still = [word for word in name_words(name) if word.casefold() in strange]
        still += [address.value] if _stands(address, text) else []
        words = _("the words name {name}: they are from an answer to {other}, this is {customer}")
        told += [words.format(name=still[0], other=name, customer=customer)] if still else []
    return tuple(told)


def _stands(address: Address, text: str) -> bool:
    if address.scheme == PHONE:
        return address.value[-LOCAL:] in re.sub(r"\D", "", text)
    return address.scheme == EMAIL and address.value.casefold() in text.casefold()


def _third(envelope: Envelope, card: Card) -> list[str]:
    known = {identity.address for identity in card.identities}
    return [
        _("{address} gets a copy and is not {name}").format(address=a.value, name=card.customer.name)
        for a in envelope.cc
        if a not in known
    ]


def _names(text: str) -> Iterator[str]:
    """Whom the words may be about: the names of the greeting, and two names side by side."""
    greeting = _END.split(text.strip(), maxsplit=1)[0].split()
    if len(greeting) <= GREETING:
        yield from (word for word in greeting if _is_name(word))
    words = text.split()
    pairs = [
        f"{one} {two.rstrip(',.!?;:')}"
        for one, two in pairwise(words)
        if _is_name(one) and _is_name(two.rstrip(",.!?;:"))
    ]
    yield from pairs[:PAIRS]


def _is_name(word: str) -> bool:
    return bool(_NAME.fullmatch(word)) and word[0].isupper()


async def _other(name: str, card: Card, store: Store, business: Business) -> str:
    """Another customer's name, which is neither this one's nor ours."""
    wanted = _folded(name)
    ours = _folded(f"{card.customer.name} {card.customer.company} {business.agent} {business.name}")
    if wanted <= ours:
        return ""
    for found in await store.find(name, limit=5):
        if found.customer_id != card.customer.id and wanted <= _folded(found.name):
            return _("the words name {name}: {found} is another customer, this is {customer}").format(
                name=name, found=found.name, customer=card.customer.name
            )
    return ""


def _folded(text: str) -> set[str]:
    return {word.casefold() for word in _NAME.findall(text)}
