"""Does a reply mention anything of what was asked? A hint for the agent, never a wall: when in doubt, it is silent.

Compared are the words that mean something: of the reply, and of the customer's messages that wait for an answer. No
word in common, in one language, in a reply of some length that neither says yes nor no nor gives the number asked for:
only then something is said to be left out. Names and greetings are everybody's; scripts without spaces are cut into
pairs of characters. Pure, and bounded: so many characters of a text are looked at.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import name as character_name

from agent_tui.core import fold
from agent_tui.core.text import clean_line, snippet
from agent_tui.services.common_words import COMMON, HOW_MUCH, NUMBERS, YES_OR_NO, language

LOOKED_AT = 4_000  # characters of a text
LEAST = 8  # words that mean something, in a reply that is looked at
BEGINS = 14  # words at the beginning of a reply, among which a yes or no stands
COMPARED = 250  # different words of each side, whose forms are compared
MOST = 3  # words that are named

_SENTENCE = re.compile(r"[^.!?。！？؟;\n…]+[.!?。！？؟;…]*")
_ADDRESSES = re.compile(r"(?:https?://|www\.)\S{1,2000}|(?<!\S)\S{1,256}@\S{1,256}")
_MARKS = ("?", "？", "؟", "՞", "፧")
_GREEK = re.compile("[\u0370-\u03ff].*;")
_ASKS = re.compile(
    r"\b(?:please|could you|can you|would you|i need|we need|i(?:'d| would) like|por favor|preciso|precisamos|gostaria|"
    r"gostava|queria|bitte|k[öo]nn(?:t)?en sie|k[öo]nntet ihr|ich (?:brauche|h[äa]tte|m[öo]chte)|s'il vous pla[iî]t|svp|"
    r"pourriez|je voudrais|necesit|quisiera|me gustar[ií]a|per favore|vorrei|potreste|graag|alsjeblieft|alstublieft|"
    r"подскажите|пожалуйста|будь ласка)",
    re.IGNORECASE,
)
_ASKS_UNSPACED = re.compile(r"か[。\s]*$|ください|下さい|お願い|吗|呢|请|請|ไหม|หรือ")
_RUNS = re.compile(
    "(?P<han>[\u30a0-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff々]+)|[\u3040-\u309f]+"
    "|(?P<thai>[\u0e00-\u0eff]+)|(?P<word>[^\\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+)"
)
_YES_UNSPACED = re.compile(
    "はい|いいえ|ええ|もちろん|かしこまり|承知|申し訳|残念|可以|是的|好的|没有|不能|抱歉|当然|네|아니"
)
_NUMBER_UNSPACED = re.compile("いつ|何|いくら|まで|から|什么时候|多少|几|何时|언제|얼마|몇")


@dataclass(frozen=True, slots=True)
class Term:
    """One word that means something: as it is compared, and as it was written."""

    word: str
    written: str


def asks(text: str) -> tuple[str, ...]:
    """The sentences of a message that ask for something."""
    shown = _ADDRESSES.sub(" ", text[:LOOKED_AT])
    return tuple(found[0].strip() for found in _SENTENCE.finditer(shown) if _is_question(found[0]))


def _is_question(sentence: str) -> bool:
    return (
        any(mark in sentence for mark in _MARKS)
        or _ASKS.search(sentence) is not None
        or _ASKS_UNSPACED.search(sentence) is not None
        or _GREEK.search(sentence) is not None
    )


def unsaid(reply: str, asked: Sequence[str], names: Collection[str] = ()) -> tuple[str, ...]:
    """Words of what was asked, when the reply has none of them; nothing when it has, or nobody can tell.

    `asked`: the messages that wait for an answer, subjects and all. `names`: whoever writes to whom.
    """
    questions = [question for text in asked for question in asks(text)]
    if not questions or _answers(reply, questions):
        return ()
    own = {word for name in names for word in fold.tokens(name)}
    said = [term for term in _terms(reply) if term.word not in own]
    wanted = [term for text in asked for term in _terms(text) if term.word not in own]
    if len(said) < LEAST or not _comparable(reply, " ".join(asked)):
        return ()
    if _in_common([term.word for term in said], [term.word for term in wanted]):
        return ()
    return tuple(_named([term for q in questions for term in _terms(q) if term.word not in own], questions))


def _answers(reply: str, questions: Sequence[str]) -> bool:
    """Does it say yes or no at its beginning, or give a number where one was asked for?"""
    words = fold.tokens(reply[:LOOKED_AT])
    if YES_OR_NO & {*words[:BEGINS]} or _YES_UNSPACED.search(reply[:60]):
        return True
    asked = {word for question in questions for word in fold.tokens(question)}
    numbered = bool(asked & HOW_MUCH) or any(_NUMBER_UNSPACED.search(q) for q in questions)
    return numbered and any(word in NUMBERS or any(map(str.isdigit, word)) for word in words)


def _comparable(reply: str, asked: str) -> bool:
    """In one script, and as far as can be told in one language: an answer in another has no word in common."""
    if _script(reply) != _script(asked):
        return False
    one, other = language(fold.tokens(reply[:LOOKED_AT])), language(fold.tokens(asked[:LOOKED_AT]))
    return not one or not other or one == other


def _script(text: str) -> str:
    """The script of most letters; that of Chinese and of Japanese is one."""
    counts: dict[str, int] = {}
    for char in text[:400]:
        if char.isalpha():
            name = character_name(char, "?").partition(" ")[0]
            script = "CJK" if name in {"CJK", "HIRAGANA", "KATAKANA"} else name
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda name: counts[name], default="")


def _terms(text: str) -> Iterator[Term]:
    """The words that mean something."""
    for found in _RUNS.finditer(_ADDRESSES.sub(" ", text[:LOOKED_AT])):
        if found["word"]:
            yield from (Term(w, found[0]) for w in fold.tokens(found[0]) if _means(w))
        elif run := found["han"] or found["thai"]:
            pairs = [run[at : at + 2] for at in range(max(1, len(run) - 1))]
            yield from (Term(pair, run) for pair in pairs)


def _means(word: str) -> bool:
    return word not in COMMON and (len(word) > 2 or word.isdigit() or not word.isascii())


def _in_common(said: Sequence[str], wanted: Sequence[str]) -> bool:
    ours, theirs = list(dict.fromkeys(said))[:COMPARED], list(dict.fromkeys(wanted))[:COMPARED]
    return not {*said}.isdisjoint(wanted) or any(_alike(one, other) for one in ours for other in theirs)


def _alike(one: str, other: str) -> bool:
    """The same word, or forms or parts of one: *nut* and *nuts*, *Torte* and *Geburtstagstorte*."""
    if one == other:
        return True
    if one.isdigit() or other.isdigit():
        return False
    short, long = sorted((one, other), key=len)
    if len(short) > 3 and short in long:
        return True
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return same >= min(4, len(short) - 1) and same >= 0.6 * len(short) and same > 2


def _named(terms: Sequence[Term], questions: Sequence[str]) -> Iterator[str]:
    """How what was asked is called: by its words; where they are not set apart, by the question."""
    written = list(dict.fromkeys(clean_line(term.written) for term in terms))
    if not written:
        return
    if any(len(one) > 12 for one in written) or len(terms) > 3 * len(written):
        yield snippet(questions[0], 24)
    else:
        yield from written[:MOST]
