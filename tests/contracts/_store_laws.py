"""The store's contract as laws: of any history, in any order of writing, the answers follow from the records alone.

The first law compares with `core.standing`, computed from the records directly; the second compares every answer of
a store with those of the one in memory, conflicts, duplicates, second handles and rebuilding included.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_tui.core import standing
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Conflict
from agent_tui.core.model import Customer, Delivery, DeliveryState, Document, Message, Record
from agent_tui.core.query import parse
from agent_tui.core.store import CursorUpdate, Head, Store, View, Written
from storage.memory import MemoryStore
from tests.contracts import histories
from tests.contracts._store_base import OpenStore, StoreBase, opened, put
from tests.contracts._store_feed import heard
from tests.contracts._store_read import SHOWS
from tests.contracts.histories import CHANNELS, NAMES
from tests.contracts.records import MAIL, NOW, activity, cid, customer, identity, mail, minute

UNHURRIED = [
    HealthCheck.differing_executors,  # each store's test class runs the same laws
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
    HealthCheck.data_too_large,
]
MOMENTS = (minute(-2), NOW, minute(9))
QUERIES = (
    "refund",
    "refund -order",
    "ruckgabe",
    "退款",
    '"order 4711"',
    "ref* from:ana",
    "on:sms is:open",
    "tag:vip",
    "is:unread",
    "is:failed",
    "is:note refund",
    "is:done",
    "refund after:2026-11-21T11:58 before:2026-11-21T12:00",
)
WORDS = ("refund", "order", "Rückgabe", "please", "nothing")
VIEWS = (
    *(View(show=show) for show in SHOWS),
    View(show="all", assigned_to=""),
    View(show="all", assigned_to="Rui"),
    View(show="all", channel=MAIL),
    View(show="open", tag="vip"),
    View(show="all", unsent=True),
    View(show="quiet", silent_since=minute(1)),
    View(show="quiet"),
)


@st.composite
def pasts(draw: st.DrawFn) -> list[Record]:
    """Messages, deliveries and customers that go together, in any order."""
    numbers = range(draw(st.integers(0, 9)))
    kept: list[Record] = [replace(draw(histories.messages(number)), external_id="") for number in numbers]
    kept += [draw(histories.deliveries(number)) for number in numbers if draw(st.booleans())]
    kept += [draw(histories.customers(name)) for name in NAMES if draw(st.booleans())]
    return draw(st.permutations(kept))


def defined(records: Sequence[Record], group: Sequence[str], now: datetime) -> standing.Standing:
    """Where the customer whose addresses are `group`, the first one theirs from birth, stands."""
    owned = [record for record in records if record.address in {mail(name) for name in group}]
    became = {record.id: record for record in owned if isinstance(record, Delivery)}
    pairs = [(record, became.get(record.id)) for record in owned if isinstance(record, Message)]
    shown = [(m, d) for m, d in pairs if d is None or d.state is not DeliveryState.CANCELED]
    own = (record for record in owned if isinstance(record, Customer) and record.id == cid(group[0]))
    return standing.standing(next(own, customer(group[0])), standing.history(shown), now)


class Standings(StoreBase):
    """The first law."""

    @pytest.fixture
    def folders(self, tmp_path: Path) -> Iterator[Path]:
        """A new folder for each example."""
        return (tmp_path / f"example-{number}" for number in itertools.count())

    @settings(max_examples=50, suppress_health_check=UNHURRIED)
    @given(
        records=pasts(),
        joined=st.sampled_from(((), ("bob",), ("bob", "cleo"))),
        size=st.integers(1, 20),
    )
    async def test_standing_follows_from_the_records_alone(
        self,
        open_store: OpenStore,
        folders: Iterator[Path],
        records: list[Record],
        joined: tuple[str, ...],
        size: int,
    ) -> None:
        groups = [("ana", *joined), *((name,) for name in ("bob", "cleo") if name not in joined)]
        async with opened(open_store, next(folders)) as store:
            for start in range(0, len(records), size):
                await put(store, *records[start : start + size])
            await put(store, *(identity(name, cid("ana")) for name in joined))
            await put(store, *(activity(f"a-{name}", name) for name in NAMES))  # so that all exist
            for now in MOMENTS:
                places = {cid(group[0]): defined(records, group, now) for group in groups}
                await _agree(store, places, now)


async def _agree(store: Store, places: dict[str, standing.Standing], now: datetime) -> None:
    """Checks cards and lists against the definition."""
    for key, place in places.items():
        card = await store.card(key, now)
        assert card is not None
        assert (card.state, card.waiting_since, card.unread) == (
            place.state,
            place.waiting_since,
            place.unread,
        )
    for show in SHOWS:
        rows = (await store.inbox(View(show=show), now)).rows
        expected = {
            key
            for key, place in places.items()
            if show in ("all", place.state.value) or (show == "waiting" and place.waiting_since)
        }
        assert {row.customer_id for row in rows} == expected
        for row in rows:
            place = places[row.customer_id]
            assert (row.state, row.waiting_since, row.unread) == (
                place.state,
                place.waiting_since,
                place.unread,
            )


@dataclass(frozen=True)
class Step:
    """Something done to a store: a write by one of two handles, or making everything derived anew."""

    records: tuple[Record, ...] = ()
    skew: int = 0  # how far the documents' numbers are from the right ones
    head: Head | None = None
    cursor: CursorUpdate | None = None
    by_other: bool = False
    rebuild: bool = False


steps = st.builds(
    Step,
    records=st.lists(histories.records(), max_size=4).map(tuple),
    skew=st.sampled_from((0, 0, 0, 0, 0, 0, -1, 1)),
    head=st.one_of(
        st.none(),
        st.none(),
        st.none(),
        st.builds(Head, customer_id=histories.names.map(cid), message_id=st.none() | histories.keys),
    ),
    cursor=st.none() | st.builds(CursorUpdate, channel=st.sampled_from(CHANNELS), cursor=histories.keys),
    by_other=st.booleans(),
    rebuild=st.integers(0, 12).map(lambda number: number == 0),
)
Outcome: TypeAlias = tuple[Written, ...] | None


async def _numbered(model: Store, step: Step) -> list[Record]:
    """The step's records, documents with the next number or, in a wrong step, another."""
    numbered: list[Record] = []
    for record in step.records:
        if isinstance(record, Document):
            kept = await model.get(type(record), record.id)
            record = replace(record, rev=(kept.rev if kept else 0) + 1 + step.skew)
        numbered.append(record)
    return numbered


async def _do(store: Store, step: Step, records: Sequence[Record]) -> Outcome:
    """What became of the records; None for a conflict."""
    if step.rebuild:
        await store.rebuild()
    try:
        return await store.write(records, head=step.head, cursor=step.cursor)
    except Conflict:
        return None


async def _answers(store: Store) -> list[object]:
    """All that can be asked."""
    said: list[object] = []
    for name in NAMES:
        said += [await store.resolve(mail(name)), await store.page(cid(name))]
        said += [await store.card(cid(name), now) for now in MOMENTS]
        page = await store.page(cid(name), limit=2)
        if page.entries:
            said.append(await store.page(cid(name), before=page.entries[0].position, limit=2))
    said.append(await store.labels())
    said += [await store.inbox(view, now) for view in VIEWS for now in MOMENTS]
    said.append(await store.inbox(View(show="all"), NOW, offset=1, limit=1))
    said += [await store.search(parse(text, NOW), NOW) for text in QUERIES]
    said += [await store.find(text) for text in ("ana", "example", "bob@example.com")]
    said += [await store.tally(minute(-5), now, texts=3) for now in MOMENTS]
    said.append(await store.counted(WORDS, most=2))
    said += [await store.answered(WORDS, least=least, limit=3) for least in (1, 2)]
    said += [await store.happened(cid(name), ("done",)) for name in NAMES]
    for channel in CHANNELS:
        said += [await store.cursor(channel), await store.known(channel, {"<1>", "<2>", "<3>"})]
        said.append(await store.deliveries(list(DeliveryState), channel=channel))
    report = await store.check()
    return [*said, report.customers, report.messages, report.problems]


async def _news(store: Store, since: str) -> list[tuple[str, str, str]] | None:
    """What changed since, in any order; None when everything must be looked at again."""
    await put(store, activity("a-end", "ana"))
    changes = await heard(store, since, "a-end")
    told = sorted((change.customer_id, change.kind, change.id) for change in changes)
    return None if any(change.reset for change in changes) else told


class Likeness(Standings):
    """The second law."""

    @settings(max_examples=60, suppress_health_check=UNHURRIED)
    @given(story=st.lists(steps, min_size=1, max_size=12))
    async def test_it_answers_like_the_store_in_memory(
        self, open_store: OpenStore, folders: Iterator[Path], story: list[Step]
    ) -> None:
        folder, model = next(folders), MemoryStore(SYSTEM)
        async with opened(open_store, folder) as store, opened(open_store, folder) as other:
            since = (await model.token(), await store.token())
            for step in story:
                records = await _numbered(model, step)
                handle = other if step.by_other else store
                assert await _do(handle, step, records) == await _do(model, step, records)
            expected = await _answers(model)
            assert await _answers(store) == expected
            assert await _answers(other) == expected
            if not any(step.rebuild for step in story):
                assert await _news(store, since[1]) == await _news(model, since[0])
        async with opened(open_store, folder) as again:
            assert (await _answers(again))[:-3] == (await _answers(model))[:-3]
