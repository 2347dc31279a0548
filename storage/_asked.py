"""What was asked before and how it was answered, among groups that are at hand: what `storage.memory` answers, and
others are compared with."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from agent_tui.core.fold import fold
from agent_tui.core.model import Activity, Delivery, Entry, Message, Note
from agent_tui.core.query import Term
from agent_tui.core.standing import answers, asks
from agent_tui.core.store import Answered
from storage._match import Fields, stands
from storage._rows import Group


def sought(words: Collection[str]) -> list[str]:
    """The words as they are compared, each once; none that has nothing to compare."""
    return [word for word in dict.fromkeys(fold(word) for word in words) if word]


def answers_it(message: Message, delivery: Delivery | None) -> bool:
    """Is it an answer, and more than the promise of one?"""
    return answers(message, delivery) and (delivery is None or delivery.promises is None)


def counted(
    groups: Iterable[Group], fields: Mapping[str, Fields], words: Collection[str], most: int
) -> dict[str, int]:
    """In how many messages and notes each of these words stands."""
    said = [fields[e.fact.id] for g in groups for e in g.entries if isinstance(e.fact, Message | Note)]
    return {word: min(sum(stands(Term(text=word), one) for one in said), max(most, 0)) for word in words}


def answered(
    groups: Iterable[Group],
    fields: Mapping[str, Fields],
    words: Collection[str],
    least: int,
    limit: int,
) -> tuple[Answered, ...]:
    """What was asked with at least so many of these words, and answered."""
    terms = [Term(text=word) for word in sought(words)]
    needed = max(least, 1)
    found = [
        (group, entry)
        for group in groups
        for entry in group.entries
        if isinstance(entry.fact, Message)
        and asks(entry.fact)
        and sum(stands(term, fields[entry.fact.id]) for term in terms) >= needed
    ]
    found.sort(key=lambda pair: pair[1].position, reverse=True)
    return tuple(_answered(found[: max(limit, 0)]))


def _answered(found: Iterable[tuple[Group, Entry]]) -> Iterator[Answered]:
    for group, entry in found:
        answer = _answer(group.entries, entry)
        if answer is not None and isinstance(entry.fact, Message):
            yield Answered(
                customer_id=group.customer.id, name=group.customer.name, question=entry.fact, answer=answer
            )


def _answer(entries: Sequence[Entry], question: Entry) -> Message | None:
    for entry in entries:
        fact = entry.fact
        if (
            entry.position > question.position
            and isinstance(fact, Message)
            and answers_it(fact, entry.delivery)
        ):
            return fact
    return None


def happened(group: Group | None, kinds: Collection[str]) -> dict[str, int]:
    """How often each of these kinds of activity is on record."""
    entries = group.entries if group else ()
    found = Counter(entry.fact.kind for entry in entries if isinstance(entry.fact, Activity))
    return {kind: found[kind] for kind in kinds}
