"""Three hundred customers: enough that lists are merged from indexes, and that states and tags name too many addresses
to be put into one question. Every answer is the one of the store in memory.
"""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_tui.core.clock import SYSTEM
from agent_tui.core.model import DeliveryState, Position, Record
from agent_tui.core.query import parse
from agent_tui.core.store import Store, View
from storage.local import LocalStore
from storage.memory import MemoryStore
from tests.contracts.records import NOW, came, cid, customer, delivery, identity, minute, note, went

CUSTOMERS = 300
WORDS = ("refund", "Rückgabe", "order 4711", "退款", "late", "thanks", "invoice 2026")
TAGS = ("vip", "new", "Größe")


def history(seed: int) -> list[Record]:
    """What happened to everybody, in no order."""
    chance = random.Random(seed)
    records: list[Record] = []
    for number in range(CUSTOMERS):
        records += somebody(f"user{number}", chance)
    chance.shuffle(records)
    return records


def somebody(name: str, chance: random.Random) -> list[Record]:
    records: list[Record] = [_document(name, chance)] if chance.random() < 0.9 else []
    for number in range(chance.randint(0, 6)):
        key, at = f"m-{name}-{number}", chance.randint(-300, 0)
        text = " ".join(chance.sample(WORDS, 3))
        if chance.random() < 0.5:
            message = came(
                key, name, at, text=text, automatic=chance.random() < 0.1, seen=chance.random() < 0.2
            )
            records.append(replace(message, channel=chance.choice(("support-mail", "sms"))))
        else:
            records += [
                went(key, name, at, text=text),
                delivery(key, chance.choice(list(DeliveryState)), name),
            ]
    if chance.random() < 0.3:
        records.append(note(f"n-{name}", name, chance.randint(-300, 0), text=chance.choice(WORDS)))
    if chance.random() < 0.1:
        records.append(identity(name, cid(f"user{chance.randrange(CUSTOMERS)}")))
    return records


def _document(name: str, chance: random.Random) -> Record:
    def perhaps(likely: float, minutes: int) -> int | None:
        return chance.randint(-minutes, minutes // 4) if chance.random() < likely else None

    def moment(at: int | None) -> object:
        return None if at is None else minute(at)

    def position(at: int | None) -> object:
        return None if at is None else Position(minute(at), "m-")

    return customer(
        name,
        importance=chance.choice((0, 1, 1, 2, 3)),
        tags=tuple(tag for tag in TAGS if chance.random() < 0.4),
        assigned_to=chance.choice((None, None, "", "rui")),
        done_upto=position(perhaps(0.5, 300)),
        read_upto=position(perhaps(0.3, 300)),
        snoozed_until=moment(perhaps(0.3, 200)),
        snoozed_at=position(perhaps(0.5, 300)),
        promised_by=moment(perhaps(0.2, 200)),
    )


@pytest.fixture(scope="module")
def seed() -> int:
    return 7


@pytest.fixture
async def both(tmp_path: Path, seed: int) -> AsyncIterator[tuple[Store, Store]]:
    memory, local = MemoryStore(SYSTEM), await LocalStore.open(tmp_path / "home", clock=SYSTEM)
    records = history(seed)
    for store in (memory, local):
        for start in range(0, len(records), 200):
            await store.write(records[start : start + 200])
    yield local, memory
    await local.aclose()


VIEWS = [
    *(View(show=show) for show in ("waiting", "open", "snoozed", "done", "all")),
    View(assigned_to="rui"),
    View(show="open", assigned_to=""),
    View(show="all", tag="vip"),
    View(channel="sms"),
    View(show="open", tag="new", assigned_to="", channel="support-mail"),
]


async def test_every_part_of_every_list(both: tuple[Store, Store]) -> None:
    local, memory = both
    for view in VIEWS:
        for now in (NOW, minute(-100), minute(45)):
            whole = await memory.inbox(view, now, limit=1000)
            assert await local.inbox(view, now, limit=1000) == whole
            for offset in range(0, whole.total + 20, 37):
                page = await local.inbox(view, now, offset=offset, limit=20)
                assert page.rows == whole.rows[offset : offset + 20]
                assert page.total == whole.total


QUERIES = (
    *("refund", "order 4711", '"order 4711"', "退款", "ruckgabe", "inv*", "refund -late", "-refund is:note"),
    *("is:open", "is:done", "is:snoozed", "is:unread", "is:failed", "is:note", "is:open is:unread refund"),
    *(
        "tag:vip",
        "tag:vip tag:new",
        "tag:grosse refund",
        "tag:nobody",
        "tag:vip -refund is:open",
        "is:failed tag:new",
    ),
    *(
        "from:user7",
        "from:rui",
        "to:user12",
        "to:shop refund",
        "on:sms",
        "on:email late",
        "on:sms tag:vip is:open",
    ),
    *(
        "before:2026-11-21T10:00 refund",
        "after:2026-11-21T11:00",
        "before:2026-11-21T11:30 is:open",
        "has:attachment",
    ),
    *("user1*", "user25", "user25@example.com", "is:unread from:user3*", "after:1d is:unread tag:vip"),
)


@pytest.mark.parametrize("limit", [1, 7, 50, 5000])
async def test_every_search(both: tuple[Store, Store], limit: int) -> None:
    local, memory = both
    for text in QUERIES:
        query = parse(text, NOW)
        assert (text, await local.search(query, NOW, limit=limit)) == (
            text,
            await memory.search(query, NOW, limit=limit),
        )


async def test_every_search_with_one_customer(both: tuple[Store, Store]) -> None:
    local, memory = both
    found = 0
    for text in (
        "refund",
        "refund -late",
        "is:note",
        "is:unread",
        "on:sms late",
        "is:failed",
        "退款 is:open",
    ):
        for number in range(0, CUSTOMERS, 7):
            query = replace(parse(text, NOW), customer=cid(f"user{number}"))
            hits = await local.search(query, NOW, limit=3)
            assert (text, number, hits) == (text, number, await memory.search(query, NOW, limit=3))
            found += len(hits)
    assert found > 50


async def test_every_way_to_find_a_customer(both: tuple[Store, Store]) -> None:
    local, memory = both
    for text in (
        "user",
        "user1",
        "USER17@example.com",
        "email:user3@example.com",
        "user2 example",
        "example",
        "x",
    ):
        for limit in (1, 20, 1000):
            assert await local.find(text, limit=limit) == await memory.find(text, limit=limit)


async def test_every_question_that_was_answered(both: tuple[Store, Store]) -> None:
    local, memory = both
    found = 0
    for least in (1, 2, 3):
        for limit in (1, 7, 50, 5000):
            asked = await local.answered(WORDS, least=least, limit=limit)
            assert asked == await memory.answered(WORDS, least=least, limit=limit)
            found += len(asked)
    assert found > 100
    for most in (0, 5, 5000):
        assert await local.counted(WORDS, most=most) == await memory.counted(WORDS, most=most)
