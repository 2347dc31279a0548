"""The personal touch: notes on a reply while it is written. They got these words before; it says nothing of what they asked.

What was said before is read once (`lately`); what follows from it for the words as they stand is plain (`notes`).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_tui.core.language import _
from agent_tui.core.model import Entry, Message
from agent_tui.core.standing import asks
from agent_tui.services.about import Business
from agent_tui.services.already import Sent, already, left, sent
from agent_tui.services.timeline import Timeline
from agent_tui.services.unsaid import unsaid

BACK = 200  # entries of the timeline that are looked through
ASKED = 10  # messages that wait for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What a reply is held against. `names`: who writes to whom."""

    sent: tuple[Sent, ...] = ()
    asked: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """`got`: the message that was these words; `unsaid`: words of what they asked, none of which is in the reply."""

    got: Sent | None = None
    unsaid: tuple[str, ...] = ()

    def told(self, name: str, day: Callable[[datetime], str]) -> tuple[str, ...]:
        """In words; `day` says a date."""
        return (*self.repeated(name, day), *self.left_out())

    def repeated(self, name: str, day: Callable[[datetime], str]) -> tuple[str, ...]:
        """That they got these words before."""
        if self.got is None:
            return ()
        words = _("{name} already got these words on {day}, by {medium}")
        return (words.format(name=name, day=day(self.got.at), medium=self.got.medium.word),)

    def left_out(self) -> tuple[str, ...]:
        """That the reply mentions nothing of what was asked."""
        return (_("says nothing of: {words}").format(words=", ".join(self.unsaid)),) if self.unsaid else ()


async def lately(timeline: Timeline, customer_id: str, business: Business) -> Lately:
    """What was said with a customer lately. Raises Missing."""
    customer = (await timeline.card(customer_id)).customer
    entries = (await timeline.page(customer_id, limit=BACK)).entries
    return Lately(
        sent=await asyncio.to_thread(sent, entries),  # long letters take a while
        asked=_asked(entries),
        names=(customer.name, customer.company, business.agent, business.name),
    )


def _asked(entries: Sequence[Entry]) -> tuple[str, ...]:
    """What they wrote since our last word, oldest first."""
    found: list[str] = []
    for entry in reversed(entries):
        fact = entry.fact
        if left(entry) or len(found) == ASKED:
            break
        if isinstance(fact, Message) and asks(fact):
            found.append(f"{fact.subject}.\n{fact.text}" if fact.subject else fact.text)
    return tuple(reversed(found))


def notes(text: str, known: Lately, *, inserted: Iterable[str] = (), answers: bool = True) -> Notes:
    """What is to be noted of a reply's words; `inserted`: saved words in them.

    `answers`: it is meant as the answer; not so when it only promises one, or when a file says it.
    """
    got = [found for words in (text, *inserted) if (found := already(words, known.sent)) is not None]
    return Notes(
        got=max(got, key=lambda one: one.at, default=None),
        unsaid=unsaid(text, known.asked, known.names) if answers else (),
    )
