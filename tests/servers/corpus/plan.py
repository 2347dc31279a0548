"""Who writes to whom, when, and in answer to what: the corpus before it becomes bytes.

Threads alternate between a customer and an agent, with gaps of hours to days. Customers are drawn
with Zipf weights, so a few write all the time and most write once.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tests.servers.corpus.people import SHOP_ADDRESS, Person, agent, counter
from tests.servers.corpus.wording import Matter, matter, words

Kind = Literal["letter", "away", "bounce"]


@dataclass(slots=True, eq=False)
class Letter:
    """One message to be written. ``twice``: a copy of it lands in the inbox as well."""

    thread: int
    kind: Kind
    customer: Person
    writer: Person
    reader: Person
    when: datetime
    about: Matter
    text: str
    parent: "Letter | None"
    message_id: str | None
    seed: int
    twice: bool = False

    @property
    def outbound(self) -> bool:
        """Written by the shop."""
        return self.writer.address == SHOP_ADDRESS and self.kind == "letter"

    @property
    def depth(self) -> int:
        """How many messages this one has above it."""
        return 0 if self.parent is None else self.parent.depth + 1

    def ancestors(self) -> list["Letter"]:
        """The messages above this one, the oldest first."""
        above = self.parent
        found: list[Letter] = []
        while above is not None:
            found.append(above)
            above = above.parent
        return found[::-1]


def letters(
    rng: random.Random, people: Sequence[Person], count: int, start: datetime, end: datetime
) -> list[Letter]:
    """Threads of letters whose copies add up to exactly ``count``, in the order of their dates."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(people) + 1)))
    planned: list[Letter] = []
    total = 0
    for number in itertools.count(1):
        customer = rng.choices(people, cum_weights=weights)[0]
        begin = start + (end - start) * rng.random()
        for letter in _thread(rng, number, customer, begin):
            letter.twice = letter.twice and total + 2 <= count
            planned.append(letter)
            total += 2 if letter.twice else 1
            if total == count:
                return sorted(planned, key=lambda each: each.when)
    raise AssertionError("itertools.count does not end")


def _thread(rng: random.Random, number: int, customer: Person, begin: datetime) -> Iterator[Letter]:
    about = matter(rng, customer.language, number, begin)
    us = agent(rng.randrange(3), customer.language)
    when, parent = begin.replace(microsecond=0), None
    by_us = rng.random() < 0.08
    for turn in range(_length(rng)):
        reached = us if turn else counter(customer.language)
        writer, reader = (us, customer) if by_us else (customer, reached)
        text = words(rng, about, writer, reader, turn, by_agent=by_us)
        letter = _letter(rng, number, "letter", customer, writer, reader, when, about, text, parent)
        letter.twice = rng.random() < (0.02 if by_us else 0.003)
        yield letter
        yield from _echoes(rng, letter)
        parent = letter
        when += timedelta(hours=min(rng.lognormvariate(1.6, 1.2), 480))
        when = when.replace(microsecond=0)
        by_us = by_us if rng.random() < 0.15 else not by_us


def _length(rng: random.Random) -> int:
    usual = rng.choices(range(1, 9), (14, 30, 20, 14, 8, 6, 4, 4))[0]
    return rng.randint(12, 30) if rng.random() < 0.015 else usual


def _echoes(rng: random.Random, letter: Letter) -> Iterator[Letter]:
    """What machines answer to a letter of ours: an absence or a bounce."""
    if not letter.outbound:
        return
    chance = rng.random()
    if chance < 0.03:
        yield _echo(rng, letter, "away", letter.customer)
    elif chance < 0.04:
        yield _echo(rng, letter, "bounce", letter.customer)


def _echo(rng: random.Random, letter: Letter, kind: Kind, customer: Person) -> Letter:
    when = letter.when + timedelta(seconds=rng.randint(3, 90))
    back = customer.language.day(letter.when + timedelta(days=9))
    text = customer.language.away_text.format(day=back)
    return _letter(
        rng, letter.thread, kind, customer, customer, letter.writer, when, letter.about, text, letter
    )


def _letter(
    rng: random.Random,
    thread: int,
    kind: Kind,
    customer: Person,
    writer: Person,
    reader: Person,
    when: datetime,
    about: Matter,
    text: str,
    parent: Letter | None,
) -> Letter:
    message_id = new_message_id(rng, writer)
    seed = rng.getrandbits(32)
    return Letter(thread, kind, customer, writer, reader, when, about, text, parent, message_id, seed)


def new_message_id(rng: random.Random, writer: Person) -> str | None:
    """A Message-ID in the style of the writer's program; Microsoft's has about 80 characters."""
    style = writer.program.id_style
    domain = writer.address.partition("@")[2]
    if style == "none":
        return _old_message_id(rng, domain)
    if style == "outlook":
        host = f"DB9PR{rng.randrange(10**2):02d}MB{rng.randrange(10**4):04d}"
        return f"<{host}{rng.getrandbits(120):030X}@{host}.eurprd04.prod.outlook.example>"
    if style == "gmail":
        return f"<CA+{rng.getrandbits(200):050x}=w@mail.gmail.example>"
    token = f"{rng.getrandbits(128):032x}"
    return f"<{token[:8]}-{token[8:12]}-4{token[13:16]}-a{token[17:20]}-{token[20:]}@{domain}>"


def _old_message_id(rng: random.Random, domain: str) -> str | None:
    """Old programs: no id at all, or a counter that starts again with every start of the program."""
    if rng.random() < 0.4:
        return None
    small = rng.random() < 0.15
    return f"<{rng.randrange(4) if small else rng.getrandbits(64)}@pc.{domain}>"
