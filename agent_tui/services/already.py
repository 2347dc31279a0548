"""Did this person get these words before? A note for the agent: nobody likes to be sent the same letter twice. Pure.

Two texts are the same when most pieces of three words of the one stand in the other, in their order: made personal or
not, on whatever channel, with the signature or without.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_tui.core import fold
from agent_tui.core.model import Entry, Medium, Message
from agent_tui.core.standing import answers
from agent_tui.services import blanks
from agent_tui.services.outbox import is_planned

LOOKED_AT = 4_000  # characters of a text
PIECE = 3  # words
LEAST = 5  # pieces of a text that is worth a note: a thank-you may be said twice
SHARE = 0.7

Pieces = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of ours, as it is compared."""

    at: datetime
    medium: Medium
    pieces: Pieces


def pieces(text: str) -> Pieces:
    """A text in overlapping pieces of a few words; none reaches over a blank."""
    parts = [fold.tokens(part) for part in blanks.parted(text[:LOOKED_AT])]
    return frozenset(tuple(words[at : at + PIECE]) for words in parts for at in range(len(words) - PIECE + 1))


def left(entry: Entry) -> bool:
    """Is it an answer of ours that left, or is about to? What is planned for later is not."""
    fact, delivery = entry.fact, entry.delivery
    planned = delivery is not None and is_planned(delivery)
    return isinstance(fact, Message) and answers(fact, delivery) and not planned


def sent(entries: Iterable[Entry]) -> tuple[Sent, ...]:
    """What left, or is about to, newest last."""
    return tuple(
        Sent(entry.fact.at, entry.fact.medium, pieces(entry.fact.text))
        for entry in entries
        if isinstance(entry.fact, Message) and left(entry)
    )


def already(text: str, before: Sequence[Sent]) -> Sent | None:
    """The newest message that was mostly these words; None when there is none, or they are too few to tell."""
    mine = pieces(text)
    if len(mine) < LEAST:
        return None
    return next((one for one in reversed(before) if len(mine & one.pieces) >= SHARE * len(mine)), None)
