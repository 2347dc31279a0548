"""What rises among the words of Today, a week beside the week before it: ordinary mails, and ones with no spaces in them.

``python -m benchmarks.today 500`` takes another number of messages for each week.
"""

import random
import sys
from collections.abc import Callable

from agent_tui.core.tally import Told
from agent_tui.services.rising import TEXTS, rising
from benchmarks._messages import Corpus
from benchmarks._table import Samples, figure, machine, show, table

ROUNDS = 3


def ordinary(count: int, seed: int) -> list[Told]:
    """Mails as they come."""
    corpus, rng = Corpus(count * 50, seed), random.Random(seed)
    return [
        Told(customer_id=who.value, text=corpus.message(number, who).text)
        for number, who in enumerate(rng.choices(corpus.people, k=count))
    ]


def unspaced(count: int, seed: int) -> list[Told]:
    """Mails that hold a long word each, as encoded files and tracking links are."""
    rng = random.Random(seed)
    return [Told(customer_id=str(number), text=f"{rng.random()} " + "x" * 4000) for number in range(count)]


def measured(make: Callable[[int, int], list[Told]], count: int) -> Samples:
    """How long it takes to say what rises among such mails."""
    now, before, samples = make(count, 1), make(count, 2), Samples()
    for _ in range(ROUNDS):
        with samples.timed():
            rising(now, before)
    return samples


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TEXTS
    kinds = {"ordinary mails": ordinary, "a word of 4,000 letters in each": unspaced}
    samples = {name: measured(make, count) for name, make in kinds.items()}
    rows = [[name, figure(one.median), figure(max(one.seconds))] for name, one in samples.items()]
    heads = [f"what rises, {count:,} messages beside {count:,}", "median s", "longest s"]
    show("Words that rise", machine(), table(heads, rows))


if __name__ == "__main__":
    main()
