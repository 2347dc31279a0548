"""Messages to measure with: customers and words drawn with Zipf weights, one in ten in Chinese; the same each time."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from agent_tui.core.addresses import Address
from agent_tui.core.model import Direction, Medium, Message, Record

START = datetime(2025, 1, 1, tzinfo=UTC)
SHOP = Address("email", "shop@bakery.example")
_SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
_HAN = "退款订单在哪里我想要取消地址换货发票面包蛋糕明天送到谢谢请问什么时候可以"


class Corpus:
    """`count` messages of ``count / 100`` customers, in the order of time."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.count = count
        self._random = random.Random(seed)
        rng = random.Random(seed)
        self.words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(30_000)]
        self.words = list(dict.fromkeys(self.words))
        self.people = [Address("email", f"customer{n}@mail.example") for n in range(max(10, count // 100))]
        self._word_weights = list(itertools.accumulate(1 / (n + 10) for n in range(len(self.words))))
        self._weights = list(itertools.accumulate(1 / (n + 1) for n in range(len(self.people))))

    @property
    def heaviest(self) -> Address:
        """Whoever writes most."""
        return self.people[0]

    def __iter__(self) -> Iterator[Record]:
        for number in range(self.count):
            (who,) = self._random.choices(self.people, cum_weights=self._weights)
            yield self.message(number, who)

    def message(self, number: int, who: Address) -> Message:
        """Message `number`, said to or by somebody."""
        ours = self._random.random() < 0.45
        return Message(
            id=f"m-{number:08}",
            address=who,
            channel="support-mail",
            medium=Medium.EMAIL,
            direction=Direction.OUT if ours else Direction.IN,
            at=START + timedelta(minutes=number),
            author=SHOP if ours else who,
            author_name="Bakery" if ours else f"Customer {who.value.partition('@')[0]}",
            to=(who if ours else SHOP,),
            subject=f"Order {100_000 + number // 3}",
            text=self._text(),
            external_id="" if ours else f"<{number}@mail.example>",
        )

    def _text(self) -> str:
        if self._random.random() < 0.1:
            return "".join(self._random.choices(_HAN, k=self._random.randint(10, 150)))
        size = max(5, min(400, int(self._random.lognormvariate(4, 0.7))))
        return " ".join(self._random.choices(self.words, cum_weights=self._word_weights, k=size))

    def queries(self, kind: str, count: int) -> list[str]:
        """Searches of one kind, as they are typed."""
        rng = random.Random(kind)
        return [_query(kind, rng, self) for _ in range(count)]


def _query(kind: str, rng: random.Random, corpus: Corpus) -> str:
    common, middle, rare = corpus.words[20:120], corpus.words[1000:3000], corpus.words[-5000:]
    by_kind = {
        "common word": lambda: rng.choice(common),
        "rare word": lambda: rng.choice(rare),
        "prefix of 3 or 4 letters": lambda: rng.choice(middle)[: rng.randint(3, 4)] + "*",
        "prefix of 2 letters": lambda: rng.choice(middle)[:2] + "*",
        "two common words": lambda: " ".join(rng.sample(common, 2)),
        "common and less common word": lambda: f"{rng.choice(common)} {rng.choice(middle)}",
        "phrase of two words": lambda: f'"{rng.choice(common)} {rng.choice(common)}"',
        "Chinese, 2 to 4 characters": lambda: "".join(rng.choices(_HAN, k=rng.randint(2, 4))),
        "order number": lambda: str(100_000 + rng.randrange(corpus.count) // 3),
        "word of one customer": lambda: f"from:{rng.choice(corpus.people).value} {rng.choice(common)}",
        "is:open and a common word": lambda: f"is:open {rng.choice(common)}",
    }
    return by_kind[kind]()


KINDS = (
    "common word",
    "rare word",
    "prefix of 3 or 4 letters",
    "prefix of 2 letters",
    "two common words",
    "common and less common word",
    "phrase of two words",
    "Chinese, 2 to 4 characters",
    "order number",
    "word of one customer",
    "is:open and a common word",
)
