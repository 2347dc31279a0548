"""The catalog is what the journals say: after every kind of write, in any order, it equals one made of them anew."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_tui.core.attachments import Attachment
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Conflict
from agent_tui.core.model import Claim, DeliveryState, Document, Medium, Position, Record
from agent_tui.core.store import CursorUpdate
from storage.catalog import Catalogs
from storage.codec import CLASSES
from storage.local import LocalStore
from tests.contracts import histories
from tests.contracts.records import (
    NOW,
    activity,
    apart,
    came,
    cid,
    consent,
    customer,
    delivery,
    draft,
    identity,
    linking,
    mail,
    minute,
    note,
    went,
)
from tests.storage.dump import anew, differences, live

FILE = Attachment(name="f.txt", media_type="text/plain", size=1, digest="0" * 64)
STEPS: dict[str, Sequence[Record]] = {
    "a customer": [customer(tags=("vip", "Größe"), company="Müller & Söhne", notes_pinned=("pays late",))],
    "a message": [came("m-1", text="Where is my Rückgabe? 退款", external_id="<1@x>", fingerprint="f")],
    "its repeat": [came("m-1"), came("m-other", external_id="<1@x>")],
    "with a file": [came("m-2", attachments=(FILE,), raw="1" * 64, subject="order 4711")],
    "one of ours": [went("m-3", external_id="<3@x>"), delivery("m-3")],
    "on its way": [delivery("m-3", DeliveryState.SENDING, rev=2)],
    "it failed": [delivery("m-3", DeliveryState.FAILED, rev=3, external_id="SM1")],
    "it left after all": [delivery("m-3", DeliveryState.SENT, rev=4, external_id="SM2")],
    "one taken back": [went("m-4"), delivery("m-4", DeliveryState.CANCELED)],
    "out of office": [came("m-5", automatic=True), went("m-6", automatic=True)],
    "an older one": [came("m-0", at=-5000, seen=True)],
    "a note": [note("n-1")],
    "an activity": [activity("a-1")],
    "a draft": [draft("d-1")],
    "the draft again": [draft("d-1", rev=2, text="")],
    "marked done": [customer(rev=2, done_upto=Position(NOW, "z"), name="Ana Sousa")],
    "snoozed": [customer(rev=3, snoozed_until=minute(60), snoozed_at=Position(NOW, "z"))],
    "promised": [customer(rev=4, promised_by=minute(5), importance=3, assigned_to="rui")],
    "read": [customer(rev=5, read_upto=Position(minute(-3), "m-1"))],
    "somebody else": [came("m-7", "bob", medium=Medium.SMS, channel="sms"), note("n-2", "bob")],
    "joined": [identity("bob", cid("ana"))],
    "split": [identity("bob", cid("bob"), rev=2)],
    "a claim": [came("m-11", "bob", claims=(Claim(address=mail("ana"), why="typed it"),))],
    "a consent": [consent(), consent("sms")],
    "a join noted": [linking(), apart()],
    "an address nobody wrote from": [identity("cleo", cid("bob"))],
    "an answer in one write": [
        came("m-8", "dan"),
        went("m-9", "dan"),
        delivery("m-9", DeliveryState.SENT, "dan"),
    ],
    "its delivery first": [delivery("m-10", DeliveryState.FAILED, "eva")],
    "the message after": [went("m-10", "eva")],
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(tmp_path / "home", clock=SYSTEM)
    yield store
    await store.aclose()


async def test_after_every_kind_of_write_it_equals_one_made_anew(store: LocalStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for number, (what, records) in enumerate(STEPS.items()):
        cursor = CursorUpdate(channel=f"mail {number % 2}", cursor=what)
        await store.write(records, cursor=cursor, blobs={"0" * 64: b"x", "1" * 64: b"raw"})
        assert (what, differences(live(home), anew(home, tmp_path / "scratch"))) == (what, [])


async def test_a_refused_write_leaves_no_trace(store: LocalStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    await store.write([customer(), came("m-1")])
    files = {path: path.read_bytes() for path in home.rglob("*.jsonl")}
    before = live(home)
    with pytest.raises(Conflict):
        await store.write([came("m-2"), came("m-3", "bob"), customer(rev=7)])
    assert {path: path.read_bytes() for path in home.rglob("*.jsonl")} == files
    assert differences(before, live(home)) == []


def numbered(records: Sequence[Record], kept: dict[tuple[type, str], int]) -> list[Record]:
    found: list[Record] = []
    for record in records:
        if isinstance(record, Document):
            key = (type(record), record.id)
            kept[key] = kept.get(key, 0) + 1
            record = replace(record, rev=kept[key])
        found.append(record)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.lists(histories.records(), max_size=5), min_size=1, max_size=8))
async def test_whatever_is_written_it_equals_one_made_anew(
    tmp_path_factory: pytest.TempPathFactory, story: list[list[Record]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    kept: dict[tuple[type, str], int] = {}
    store = await LocalStore.open(folder / "home", clock=SYSTEM)
    try:
        for records in story:
            await store.write(numbered(records, kept))
    finally:
        await store.aclose()
    assert differences(live(folder / "home"), anew(folder / "home", folder / "scratch")) == []


async def test_entries_of_one_millisecond_more_than_it_has_numbers_for(tmp_path: Path) -> None:
    """An import may give thousands of messages the same time; each keeps a number of its own."""
    store = await LocalStore.open(tmp_path / "home", clock=SYSTEM)
    try:
        for start in range(0, 17_000, 8500):
            batch = [note(f"n-{number:05}", text="same") for number in range(start, start + 8500)]
            await store.write(batch)
        page = await store.page(cid("ana"), limit=3)
        assert [entry.fact.id for entry in page.entries] == ["n-16997", "n-16998", "n-16999"]
        assert (await store.check()).problems == ()
    finally:
        await store.aclose()


async def test_the_comparison_sees_a_difference(store: LocalStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    await store.write([customer(), came("m-1", text="refund please")])
    await store.aclose()
    path = Catalogs(home / "cache", home).current()
    assert path is not None
    for sql in (
        "UPDATE customer SET unread = 2",
        "UPDATE entry SET asks = 1",
        "INSERT INTO words (words, rowid, text, sender, recipient, facet) SELECT 'delete', n, 'refund', '', '', '' FROM entry",
    ):
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(sql)
        assert len(differences(live(home), anew(home, tmp_path / "scratch"))) >= 2, sql


def test_the_steps_use_every_kind_of_record() -> None:
    used = {type(record) for records in STEPS.values() for record in records}
    assert used == set(CLASSES.values())
