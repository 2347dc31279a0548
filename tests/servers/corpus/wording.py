"""What is said: one letter's own words, put together from the phrases of its language."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.servers.corpus.people import Person
from tests.servers.languages import Language, Topic

PRICES = {
    "en": "£{whole}.{cents:02d}",
    "pl": "{whole},{cents:02d} zł",
    "ja": "{whole},{cents:02d}0円",
    "zh": "{whole}.{cents:02d}元",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a thread is about. ``order`` is unique in the corpus and occurs in its words."""

    topic: Topic
    order: str
    product: str
    day: str
    count: int
    price: str

    def fill(self, phrase: str, name: str = "") -> str:
        """``phrase`` with its placeholders replaced."""
        return phrase.format(
            order=self.order,
            product=self.product,
            day=self.day,
            count=self.count,
            price=self.price,
            name=name,
        )


def matter(rng: random.Random, language: Language, number: int, when: datetime) -> Matter:
    """A new matter; ``number`` makes its order number."""
    pattern = PRICES.get(language.code, "{whole},{cents:02d} " + rng.choice(("EUR", "€")))
    return Matter(
        topic=rng.choice(language.topics),
        order=f"{rng.choice('BCDKMRT')}{number:06d}",
        product=rng.choice(language.products),
        day=language.day(when + timedelta(days=rng.randint(2, 20))),
        count=rng.randint(4, 40),
        price=pattern.format(whole=rng.randint(8, 180), cents=rng.choice((0, 50, 90))),
    )


def words(
    rng: random.Random, about: Matter, writer: Person, reader: Person, turn: int, *, by_agent: bool
) -> str:
    """One letter without quotes: paragraphs separated by an empty line, no line breaks inside."""
    language = writer.language
    said = _said(rng, about, language, turn, by_agent=by_agent)
    if not by_agent and turn > 1 and rng.random() < 0.3:
        return rng.choice(language.thanks)
    greeting = rng.choice(language.agent_greetings if by_agent else language.greetings)
    closing = rng.choice(language.agent_closings if by_agent else language.closings)
    parts = [greeting.format(name=reader.name or reader.first_name), " ".join(said)]
    parts += rng.choices(language.fillers, k=_padding(rng))
    return "\n\n".join([*parts, f"{closing}\n{writer.name or writer.first_name}"])


def _said(rng: random.Random, about: Matter, language: Language, turn: int, *, by_agent: bool) -> list[str]:
    if turn <= 1:
        phrases = list(about.topic.answers if by_agent else about.topic.asks)
    else:
        phrases = [rng.choice(language.agent_follow_ups if by_agent else language.follow_ups)]
    return [about.fill(phrase) for phrase in phrases]


def _padding(rng: random.Random) -> int:
    """Most mail is short; one in forty is a long story."""
    return rng.randint(10, 40) if rng.random() < 0.025 else rng.choice((0, 0, 1, 1, 2))
