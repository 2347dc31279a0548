"""The queue of the website's chat against a model: whatever is said, repeated and asked for, in any order."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import _chat_db as files
from adapters import _chat_queue as queue
from adapters import _chat_visitors as visitors
from adapters._chat_visitors import Caller, Stranger
from adapters._chat_wire import Answered, Claims, Reached, Said, cursor_after

SITE = "www.example.com"
PEOPLE = [Caller(token=bytes([n]) * 32, site=SITE) for n in range(3)]
KEYS = st.sampled_from("abc")

SAY = st.tuples(st.just("say"), st.integers(0, 2), KEYS)
ANSWER = st.tuples(st.just("answer"), st.integers(0, 2), KEYS)
SEEN = st.tuples(st.just("seen"), st.integers(0, 2), st.integers(0, 40))
STEPS = st.lists(st.one_of(SAY, ANSWER, SEEN), max_size=40)


def opened() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(files.SCHEMA)
    return connection


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = opened()
    yield connection
    connection.close()


def say(db: sqlite3.Connection, who: Caller, key: str, text: str = "words") -> queue.Stored:
    return queue.say(db, who, key, text, [], 1000, newcomers=True)


@dataclass
class Model:
    """What must be true: who said what under which key, in which order."""

    visitors: dict[int, str] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    answered: list[tuple[str, str]] = field(default_factory=list)

    def step(self, db: sqlite3.Connection, kind: str, person: int, what: str | int) -> None:
        if kind == "say":
            stored = say(db, PEOPLE[person], str(what))
            assert self.visitors.setdefault(person, stored.visitor) == stored.visitor
            entry = (stored.visitor, str(what))
            assert stored.new == (entry not in self.said)
            self.said += [entry] if stored.new else []
        elif person not in self.visitors:
            return
        elif kind == "answer":
            key = f"{person}{what}"
            stored = queue.answer(db, SITE, self.visitors[person], key, "answer", [], 1000)
            entry = (stored.visitor, key)
            assert stored.new == (entry not in self.answered)
            self.answered += [entry] if stored.new else []
        else:
            queue.reached(db, self.visitors[person], int(what), 1000, seen=True)


@given(STEPS)
def test_everything_is_kept_once_and_in_order(steps: list[tuple[str, int, str | int]]) -> None:
    db, model = opened(), Model()
    for step in steps:
        model.step(db, *step)
    events, more = queue.feed(db, 0)
    assert not more
    assert [(e.visitor, e.key) for e in events if isinstance(e, Answered)] == model.answered
    assert [e.visitor for e in events if isinstance(e, Said)] == [visitor for visitor, _ in model.said]
    seen = [key for e in events if isinstance(e, Reached) for key in e.keys]
    assert len(seen) == len(set(seen))
    for person, visitor in model.visitors.items():
        lines = [entry.key for entry in queue.entries(db, visitor, 0) if entry.mine]
        assert lines == [key for name, key in model.said if name == visitor], person
    db.close()


@given(STEPS, st.integers(0, 40))
def test_from_any_cursor_the_rest_follows(steps: list[tuple[str, int, str | int]], place: int) -> None:
    db, model = opened(), Model()
    for step in steps:
        model.step(db, *step)
    events, _ = queue.feed(db, 0)
    if place < len(events):
        after = queue.place(db, cursor_after(events[place]))
        assert queue.feed(db, after)[0] == events[place + 1 :]
    db.close()


def test_a_long_feed_comes_in_pages(db: sqlite3.Connection) -> None:
    for number in range(queue.PAGE * 2 + 1):
        say(db, PEOPLE[0], str(number))
    found, after, pages = [], 0, 0
    while True:
        events, more = queue.feed(db, after)
        found += events
        pages += 1
        if not more:
            break
        after = events[-1].seq
    assert (len(found), pages) == (queue.PAGE * 2 + 1, 3)


def test_numbers_are_never_given_twice_even_when_visitors_are_forgotten(db: sqlite3.Connection) -> None:
    last = [say(db, PEOPLE[0], str(n)) for n in range(3)][-1]
    assert visitors.forget(db, last.visitor)
    cursor = f"{last.seq}.{last.uid}"
    assert queue.place(db, cursor) == last.seq
    assert say(db, PEOPLE[1], "new").seq > last.seq
    assert [event.seq for event in queue.feed(db, queue.place(db, cursor))[0]] == [last.seq + 1]


def test_one_login_has_at_most_so_many_browsers(db: sqlite3.Connection) -> None:
    login = Claims(user="42")
    first = Caller(token=b"first", site=SITE, claims=login)
    for number in range(visitors.MOST_TOKENS + 1):
        visitors.welcomed(db, Caller(token=bytes([number]), site=SITE, claims=login), 1, newcomers=True)
    assert db.execute("SELECT count(*) FROM visitors").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM tokens").fetchone() == (visitors.MOST_TOKENS,)
    assert visitors.recognise(db, first) is not None


def test_nobody_takes_over_a_login_with_its_token(db: sqlite3.Connection) -> None:
    ana = Caller(token=b"t" * 32, site=SITE, claims=Claims(user="42"))
    say(db, ana, "1", "secret")
    for claims in (Claims(), Claims(user="43"), Claims(name="42", mail="ana@example.com")):
        with pytest.raises(Stranger):
            visitors.recognise(db, Caller(token=ana.token, site=SITE, claims=claims))
    with pytest.raises(Stranger):
        visitors.recognise(db, Caller(token=ana.token, site="other.example", claims=ana.claims))


async def test_what_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    database = files.Database(tmp_path / "chat")
    database.open()

    def fails(_: sqlite3.Connection) -> None:
        raise LookupError("only this one")

    async with asyncio.timeout(20):
        jobs = [
            database.do(fails if number % 2 else lambda db, n=number: say(db, PEOPLE[0], str(n)))  # type: ignore[misc]
            for number in range(100)
        ]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [isinstance(result, LookupError) for result in results] == [bool(n % 2) for n in range(100)]
        assert len((await database.read(lambda db: queue.feed(db, 0)))[0]) == 50
    database.close()
    database.close()
