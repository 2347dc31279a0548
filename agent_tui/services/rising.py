"""Words that rise: what markedly more people mention now than before, "five people mention checkout this week".

Everything is counted in people, never in mentions: one who repeats himself is one. No language is assumed; words too
common to mean anything rise with nothing, and those of English are left out besides. Scripts written without spaces
are cut into pairs of characters. Bounded: so many words of so many texts are looked at, whatever they hold.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice, pairwise

from agent_tui.core.tally import Told

TEXTS = 2_000
"""So many of the newest messages of a stretch of time are looked at."""
WORDS = 120
"""So many words of each; what a mail ends with is seldom what it is about."""
LEAST = 3
"""So many people make a word worth telling."""
RATIO = 2.0
MOST = 8
_LONGEST = 32

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
NOT_WORDS = re.compile(
    r"(?:https?://|www\.)\S{1,2000}|(?<!\S)\S{1,256}@\S{1,256}"
)  # an address is looked for once a word
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}_]+(?:['’-][^\W{_UNSPACED}_]+)*|[^\w\s]")
_PLAIN = re.compile(rf"[{_UNSPACED}]")
_STOP = frozenset(
    [
        "a",
        "about",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "aren't",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "best",
        "but",
        "by",
        "can",
        "can't",
        "cannot",
        "could",
        "couldn't",
        "dear",
        "did",
        "didn't",
        "do",
        "does",
        "doesn't",
        "doing",
        "don't",
        "done",
        "each",
        "even",
        "ever",
        "every",
        "few",
        "for",
        "from",
        "get",
        "gets",
        "getting",
        "give",
        "given",
        "go",
        "going",
        "good",
        "got",
        "had",
        "has",
        "hasn't",
        "have",
        "haven't",
        "having",
        "he",
        "hello",
        "help",
        "her",
        "here",
        "hey",
        "hi",
        "him",
        "his",
        "how",
        "i",
        "i'd",
        "i'll",
        "i'm",
        "i've",
        "if",
        "in",
        "into",
        "is",
        "isn't",
        "it",
        "it's",
        "its",
        "just",
        "kind",
        "know",
        "last",
        "let",
        "like",
        "look",
        "made",
        "make",
        "many",
        "may",
        "me",
        "might",
        "mine",
        "more",
        "most",
        "much",
        "must",
        "my",
        "need",
        "new",
        "next",
        "no",
        "not",
        "now",
        "of",
        "off",
        "ok",
        "okay",
        "on",
        "once",
        "one",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "please",
        "possible",
        "quick",
        "re",
        "regards",
        "same",
        "see",
        "sent",
        "she",
        "should",
        "since",
        "so",
        "some",
        "still",
        "such",
        "take",
        "than",
        "thank",
        "thanks",
        "that",
        "that's",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "think",
        "this",
        "those",
        "though",
        "through",
        "time",
        "to",
        "today",
        "tomorrow",
        "too",
        "two",
        "under",
        "until",
        "up",
        "us",
        "use",
        "very",
        "want",
        "was",
        "wasn't",
        "way",
        "we",
        "we're",
        "well",
        "were",
        "what",
        "what's",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "won't",
        "would",
        "yes",
        "yesterday",
        "yet",
        "you",
        "you're",
        "your",
        "yours",
        "fwd",
        "fw",
        "aw",
        "sv",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """So many people mention it now, and so many did before."""

    words: str
    now: int
    before: int


def rising(now: Sequence[Told], before: Sequence[Told]) -> tuple[Rising, ...]:
    """What rises, the steepest first; nothing when there is no before to compare with."""
    if not before:
        return ()
    people, former = _people(now), _people(before)
    scale = len({told.customer_id for told in now}) / len({told.customer_id for told in before})
    risen = [
        Rising(words=words, now=count, before=former[words])
        for words, count in people.items()
        if count >= LEAST and count >= RATIO * max(1.0, former[words] * max(scale, 1.0))
    ]
    risen.sort(key=lambda one: (one.before - one.now, -len(one.words), one.words))
    return tuple(islice(_shortened(risen), MOST))


def _shortened(risen: Iterable[Rising]) -> Iterator[Rising]:
    """Without a word that is only ever said as part of a phrase that is told already, or a phrase as one of a word."""
    told: list[Rising] = []
    for one in risen:
        parts = set(one.words.split())
        if not any(parts & set(other.words.split()) and one.now <= other.now for other in told):
            told.append(one)
            yield one


def _people(said: Sequence[Told]) -> Counter[str]:
    """How many people say each word and each phrase of two."""
    of: dict[str, set[str]] = {}
    for told in said[:TEXTS]:
        of.setdefault(told.customer_id, set()).update(_terms(told.text))
    return Counter(term for terms in of.values() for term in terms)


def _terms(text: str) -> Iterator[str]:
    for line in NOT_WORDS.sub(" . ", text.casefold()).splitlines():
        words = list(islice((word for match in _WORD.finditer(line) for word in _cut(match[0])), WORDS))
        meant = [_means(word) for word in words]
        yield from compress(words, meant)
        yield from (
            f"{a} {b}" for (a, b), both in zip(pairwise(words), pairwise(meant), strict=True) if all(both)
        )


def _cut(word: str) -> Iterator[str]:
    """A word; of a script without spaces, pairs of neighbours, with a border between that joins none."""
    if not _PLAIN.match(word):
        yield word.replace("’", "'")
        return
    for one, other in pairwise(word):
        yield one + other
        yield "."


def _means(word: str) -> bool:
    long_enough = 3 <= len(word) <= _LONGEST or (len(word) == 2 and _PLAIN.match(word) is not None)
    return long_enough and word not in _STOP and not word.isdigit() and word[0].isalnum()
