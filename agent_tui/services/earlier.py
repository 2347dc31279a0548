"""How we answered this before: earlier questions like this one, of any customer and on any channel, and our answers.

What is asked now is looked for by its telling words, the rare ones most; what is found is held against it word by word,
and answers that say the same are one. Bounded: a few questions to the store, however much it holds. Only read: nothing
counts as seen because it was looked at here.
"""

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log2

from agent_tui.core.fold import tokens
from agent_tui.core.model import Delivery, Entry, Message
from agent_tui.core.standing import answers, asks
from agent_tui.core.store import Answered, Store
from agent_tui.services import signing
from agent_tui.services.about import Business
from agent_tui.services.telling import LOOKED_AT, folded_names, name_words, telling, telling_words
from agent_tui.services.timeline import Timeline

MOST = 9
"""So many answers are worth a look."""
ASKING = 5
"""So many unanswered messages are looked at together."""
WORDS = 16
"""So many telling words are counted …"""
RAREST = 8
"""… and so many of them, the rarest, are looked for."""
COMMON = 200
"""What so many messages say tells little."""
FOUND = 24
"""So many messages are read for each question to the store …"""
PLENTY = 12
"""… which is asked for less alike ones only while there are fewer than so many answers."""
ENOUGH = 0.4
"""How alike two messages must be, from 0 to 1."""
FEW = 3
"""Telling words, below which a question is short."""
SAME = 0.7
"""So much of their words two answers share that say the same."""
LONG_AFTER = timedelta(days=30)
"""What we said later than that answered something else."""
BACK = 200
"""Entries of a customer among which the unanswered ones are looked for."""

_GREETING = 4  # words, at most
_END = re.compile(r"[,!.:;?\n]+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """An answer we gave, the newest of `times` that say the same; `words`: what its question shares with this one."""

    words: str
    times: int
    customer_id: str
    name: str
    question: Message
    answer: Message
    text: str  # of the answer: without the greeting of that customer, and without a signature


def unanswered(entries: Sequence[Entry]) -> tuple[Message, ...]:
    """The newest messages of a customer that wait for an answer; else the newest that asks. `entries`: oldest first."""
    waiting: list[Message] = []
    answered = False
    for entry in reversed(entries):
        fact = entry.fact
        if not isinstance(fact, Message):
            continue
        if _answers(fact, entry.delivery):
            if waiting:
                break
            answered = True
        elif asks(fact):
            waiting.append(fact)
            if answered or len(waiting) == ASKING:
                break
    return tuple(reversed(waiting))


def _answers(message: Message, delivery: Delivery | None) -> bool:
    return answers(message, delivery) and (delivery is None or delivery.promises is None)


def asked_at(entries: Sequence[Entry], entry_id: str | None, *, newer: bool = False) -> tuple[Message, ...]:
    """What is asked where the agent stands: a message that came in, what ours answers; at the end of all, whatever
    waits. `newer`: there are more entries than these."""
    at = next((number for number, e in enumerate(entries) if e.fact.id == entry_id), len(entries) - 1)
    if at == len(entries) - 1 and not newer:
        return unanswered(entries)
    here = entries[at].fact if entries else None
    return (here,) if isinstance(here, Message) and asks(here) else unanswered(entries[:at])


class Earlier:
    """Asks the store, and ranks what it finds."""

    def __init__(self, store: Store, timeline: Timeline, business: Business) -> None:
        self._store = store
        self._timeline = timeline
        self._business = business

    async def of(
        self, customer_id: str, *, entry_id: str | None = None, limit: int = MOST
    ) -> tuple[Before, ...]:
        """For what a customer asks now, or asked with one message."""
        if entry_id is not None:
            fact = await self._store.get(Message, entry_id)
            return await self.like((fact,) if fact is not None and asks(fact) else (), limit=limit)
        page = await self._timeline.page(customer_id, limit=BACK)
        return await self.like(unanswered(page.entries), limit=limit)

    async def like(self, asked: Sequence[Message], *, limit: int = MOST) -> tuple[Before, ...]:
        """The answers to questions like these, the most alike first."""
        questions = await asyncio.to_thread(self._questions, asked)
        written = {word: text for said in reversed(questions) for word, text in said.items()}
        if not written:
            return ()
        counts = await self._store.counted([*written][:WORDS], most=COMMON)
        weights = weigh(counts)
        if not weights:
            return ()
        found = await self._found(weights, questions, {one.id for one in asked})
        return await asyncio.to_thread(self._ranked, found, questions, written, weights, limit)

    def _questions(self, asked: Sequence[Message]) -> list[dict[str, str]]:
        """What each of them asks, by its telling words; none that has none."""
        return [said for one in asked if (said := self._telling(one))]

    def _ranked(
        self,
        found: Sequence[Answered],
        questions: Sequence[Mapping[str, str]],
        written: Mapping[str, str],
        weights: Mapping[str, float],
        limit: int,
    ) -> tuple[Before, ...]:
        scored = [(score, one) for one in found if (score := self._score(one, questions, weights)) >= ENOUGH]
        groups = grouped(sorted(scored, key=lambda pair: _rank(*pair), reverse=True))
        return tuple(self._told(group, written, weights) for group in groups[: max(limit, 0)])

    def _telling(self, message: Message) -> dict[str, str]:
        return telling(_said(message), self._names(message))

    def _words(self, message: Message) -> frozenset[str]:
        return telling_words(_said(message), self._names(message))

    def _names(self, message: Message) -> frozenset[str]:
        return folded_names((message.author_name, self._business.name, self._business.agent))

    async def _found(
        self, weights: Mapping[str, float], questions: Sequence[Mapping[str, str]], but: Collection[str]
    ) -> list[Answered]:
        """Questions that share three of the words, or two, or one that tells enough by itself; the fewer there are,
        the less alike."""
        steps = [([*weights], least) for least in (3, 2)]
        found: dict[str, Answered] = {}
        for words, least in (*steps, (alone(questions, weights), 1)):
            if len(found) >= PLENTY:
                break
            for one in await self._store.answered(words, least=least, limit=FOUND):
                if one.question.id not in but and one.answer.at - one.question.at <= LONG_AFTER:
                    found[one.question.id] = one
        return [*found.values()]

    def _score(
        self, found: Answered, questions: Sequence[Mapping[str, str]], weights: Mapping[str, float]
    ) -> float:
        words = self._words(found.question)
        return max(alike(said, words, weights) for said in questions)

    def _told(
        self, group: Sequence[Answered], written: Mapping[str, str], weights: Mapping[str, float]
    ) -> Before:
        newest = max(group, key=lambda one: (one.answer.at, one.answer.id))
        theirs = self._words(newest.question)
        shared = [text for word, text in written.items() if word in theirs and word in weights]
        return Before(
            words=" ".join(shared),
            times=len(group),
            customer_id=newest.customer_id,
            name=newest.name,
            question=newest.question,
            answer=newest.answer,
            text=self._gist(newest.answer, newest.name),
        )

    def _gist(self, answer: Message, name: str) -> str:
        signature = self._business.signatures.get(answer.channel, "")
        bare = answer.text
        for letter in (True, False):
            bare = signing.unsigned(bare, signature, letter=letter)
        return ungreeted(bare.partition(f"\n{signing.MARK}\n")[0], name).strip()


def _said(message: Message) -> str:
    return f"{message.subject}\n{message.text[:LOOKED_AT]}"


def weigh(counts: Mapping[str, int]) -> dict[str, float]:
    """How much each of the words tells, the rarest of them; what only this message says leads nowhere."""
    known = [word for word, count in counts.items() if count > 1]
    rarest = sorted(known, key=lambda word: counts[word])[:RAREST]
    return {word: 1 + log2(COMMON / min(counts[word], COMMON)) for word in rarest}


def alone(questions: Iterable[Mapping[str, str]], weights: Mapping[str, float]) -> list[str]:
    """Words that may make two messages alike by themselves: those of the shortest questions."""
    return [*dict.fromkeys(word for said in questions if len(said) < FEW for word in said if word in weights)]


def alike(ours: Collection[str], theirs: Collection[str], weights: Mapping[str, float]) -> float:
    """From 0 to 1: the share of our words that they said, less when they said much else. One word they have in common
    may be chance, unless there are few."""
    mine = {word: weights[word] for word in ours if word in weights}
    shared = [word for word in mine if word in theirs]
    if len(shared) < (1 if len(ours) < FEW else 2):
        return 0.0
    return sum(mine[word] for word in shared) / (sum(mine.values()) + (len(theirs) - len(shared)) / 4)


def _rank(score: float, one: Answered) -> tuple[float, float, str]:
    return round(score, 1), one.answer.at.timestamp(), one.question.id


def grouped(ranked: Iterable[tuple[float, Answered]]) -> list[list[Answered]]:
    """Answers that say the same, together, in the order of the best of each."""
    groups: list[tuple[frozenset[str], list[Answered]]] = []
    for _, one in ranked:
        words = frozenset(tokens(ungreeted(one.answer.text, one.name)))
        for said, group in groups:
            if one.answer.id in {other.answer.id for other in group}:
                break  # one answer to several of their messages
            if _same(said, words):
                group.append(one)
                break
        else:
            groups.append((words, [one]))
    return [group for words, group in groups if words]


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SAME * len(one | other)


def ungreeted(text: str, name: str) -> str:
    """A text without the words it begins with, where they name whom it was written to."""
    end = _END.search(text)
    greeting = tokens(text[: end.start()]) if end else []
    names = {token for word in name_words(name) for token in tokens(word)}
    if end is None or len(greeting) > _GREETING or not set(greeting) & names:
        return text
    rest = text[end.end() :].lstrip()
    return rest[:1].upper() + rest[1:]
