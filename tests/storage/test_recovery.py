"""Whatever happened to the files while nobody looked, or while somebody did: the catalog follows them."""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Damaged
from agent_tui.core.model import Message, Record
from agent_tui.core.query import parse
from agent_tui.core.store import CursorUpdate
from storage.catalog import SCHEMA
from storage.journal import open_journal
from storage.layout import Layout
from storage.local import LocalStore
from tests.contracts.records import NOW, came, cid, customer, delivery, identity, mail, note, went
from tests.storage.dump import anew, differences, live


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(home, clock=SYSTEM)
    try:
        yield store
    finally:
        await store.aclose()


async def ids(store: LocalStore, name: str = "ana") -> list[str]:
    return [entry.fact.id for entry in (await store.page(cid(name))).entries]


async def hits(store: LocalStore, text: str) -> list[str | None]:
    return [hit.entry_id for hit in await store.search(parse(text, NOW), NOW)]


def journal(home: Path, name: str = "ana") -> Path:
    return Layout(home).address(mail(name)).path


def agrees(home: Path, tmp_path: Path) -> bool:
    return differences(live(home), anew(home, tmp_path / "scratch")) == []


async def fill(home: Path) -> None:
    async with opened(home) as store:
        records: list[Record] = [
            customer(),
            came("m-1", text="first"),
            came("m-2", text="second"),
            went("m-3"),
            delivery("m-3"),
        ]
        await store.write(records, cursor=CursorUpdate(channel="mail", cursor="1"))
        await store.write([came("m-4", "bob"), note("n-1"), identity("bob", cid("ana"))])


def removed(home: Path) -> None:
    """By the means of TinyDB."""
    with open_journal(journal(home)) as db:
        assert db.table("message").remove(doc_ids=["m-2"]) == ["m-2"]


def cut(home: Path) -> None:
    """An older backup was put back."""
    lines = journal(home).read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b'"n-1"' not in line]
    assert len(kept) == len(lines) - 1
    journal(home).write_bytes(b"".join(kept))


def edited(home: Path) -> None:
    """An editor writes another file in its place, of the same size."""
    text = journal(home).read_text().replace("second", "zweite")
    journal(home).unlink()
    journal(home).write_text(text)


def retold(home: Path) -> None:
    """A message was rewritten by a later line."""
    with open_journal(journal(home)) as db:
        assert db.table("message").update({"text": "retold"}, lambda d: d["text"] == "second") == ["m-2"]


def erased(home: Path) -> None:
    """Somebody deleted a folder."""
    shutil.rmtree(journal(home, "bob").parent)


def appended(home: Path) -> None:
    """Another machine's copy was longer."""
    with open_journal(journal(home)) as db:
        document = db.table("message").newest("m-2")
        assert document is not None
        db.table("message").put(type(document)({**document, "id": "m-9", "external_id": "<9>"}, "m-9"))


def torn(home: Path) -> None:
    """Debris of a crash."""
    with journal(home).open("ab") as file:
        file.write(b'\x00\x00\n["message","m-8",{},"1/2"]\n["message","m-8",{"te')


DEEDS = [removed, cut, edited, retold, erased, appended, torn]


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_was_done_to_the_files_is_seen_at_the_next_start(
    home: Path, tmp_path: Path, deed: Callable[[Path], None]
) -> None:
    await fill(home)
    deed(home)
    async with opened(home) as store:
        report = await store.check()
        assert bool(report.problems) == (deed is torn)
        if deed is not torn:
            assert agrees(home, tmp_path)
        await store.write([came("m-20"), came("m-21", "bob")])
        assert "m-20" in await ids(store)
    async with opened(home) as store:
        assert (await store.check()).messages == len(await messages(store))
        before = live(home)
        await store.rebuild()
        assert differences(before, live(home)) == []


async def messages(store: LocalStore) -> list[str]:
    entries = [e for name in ("ana", "bob") for e in (await store.page(cid(name), limit=100)).entries]
    return sorted({e.fact.id for e in entries if isinstance(e.fact, Message)})


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_was_done_to_a_file_is_seen_by_the_next_write_to_it(
    home: Path, tmp_path: Path, deed: Callable[[Path], None]
) -> None:
    await fill(home)
    async with opened(home) as store:
        await store.check()
        deed(home)
        await store.write([came("m-20"), came("m-21", "bob")])
        assert agrees(home, tmp_path)


async def test_what_the_deeds_did(home: Path) -> None:
    await fill(home)
    removed(home)
    async with opened(home) as store:
        await store.check()
        assert await ids(store) == ["m-1", "m-4", "m-3", "n-1"]
        assert await hits(store, "second") == []
    cut(home)
    appended_after = journal(home).stat().st_size
    async with opened(home) as store:
        await store.check()
        assert await ids(store) == ["m-1", "m-4", "m-3"]
        assert journal(home).stat().st_size == appended_after
    erased(home)
    async with opened(home) as store:
        await store.check()
        assert await ids(store) == ["m-1", "m-3"]
        assert await store.resolve(mail("bob")) is None


async def test_a_reader_is_not_misled_by_a_file_replaced_behind_it(home: Path) -> None:
    """The places in the catalog are wrong until somebody looks; the ids at them are checked."""
    await fill(home)
    async with opened(home) as store:
        await store.check()
        text = re.sub(rb',"./5"\]', b"]", journal(home).read_bytes())
        lines = [line for line in text.splitlines(keepends=True) if b'"m-1"' not in line]
        journal(home).write_bytes(b"".join([lines[0], *reversed(lines[1:])]))
        assert await ids(store) == ["m-2", "m-4", "m-3", "n-1"]


async def test_changes_missed_by_a_catalog_that_fell_behind_are_told_as_a_reset(home: Path) -> None:
    await fill(home)
    async with opened(home) as store:
        await store.check()
        since = await store.token()
    appended(home)
    async with opened(home) as store:
        await store.check()
        async for changes in store.changes(since):
            assert [change.reset for change in changes] == [True]
            break
        assert "m-9" in await ids(store)


@pytest.mark.parametrize("garbage", [b"", b"not a database at all", b"SQLite format 3\x00" + bytes(4096)])
async def test_a_catalog_that_cannot_be_read_is_made_anew(home: Path, garbage: bytes) -> None:
    await fill(home)
    (catalog,) = (home / "cache").glob("*.db")
    catalog.write_bytes(garbage)
    async with opened(home) as store:
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]
        assert await store.cursor("mail") == "1"
    assert not catalog.exists()


async def test_a_catalog_damaged_inside_is_made_anew_while_working(home: Path) -> None:
    await fill(home)
    (catalog,) = (home / "cache").glob("*.db")
    data = bytearray(catalog.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = os.urandom(64)
    catalog.write_bytes(data)
    async with opened(home) as store:
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]
        await store.write([came("m-5")])
        assert "m-5" in await ids(store)
        assert (await store.check()).problems == ()


async def test_a_catalog_deleted_while_working_is_made_anew(home: Path) -> None:
    async with opened(home) as store:
        await store.write([customer(), came("m-1")])
        shutil.rmtree(home / "cache")
        (home / "cache").mkdir()
        assert await ids(store) == ["m-1"]
        await store.write([came("m-2")])
        assert await ids(store) == ["m-1", "m-2"]


async def test_a_copied_store_trusts_no_copied_catalog(home: Path, tmp_path: Path) -> None:
    await fill(home)
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    (copied,) = (copy / "cache").glob("*.db")
    async with opened(copy) as store:
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]
        await store.write([came("m-5")])
    assert not copied.exists()
    async with opened(home) as store:
        assert "m-5" not in await ids(store)


async def test_a_catalog_of_another_version_is_left_for_a_new_one(home: Path) -> None:
    await fill(home)
    (home / "cache" / "CURRENT-v0").write_text("catalog-v0-abc.db\n")
    (home / "cache" / f"CURRENT-v{SCHEMA}").unlink()
    (home / "cache" / "catalog-v0-abc.db").write_bytes(b"old")
    async with opened(home) as store:
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]
        await store.check()
    assert len(list((home / "cache").glob("catalog-*.db"))) == 1


async def test_a_folder_with_a_wrong_name_is_left_out_and_named(home: Path) -> None:
    await fill(home)
    stray = journal(home).parent.with_name("a-" + journal(home).parent.parent.name + "0" * 30)
    shutil.copytree(journal(home).parent, stray)
    async with opened(home) as store:
        (problem,) = (await store.check()).problems
        assert str(stray) in problem
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]
        await store.rebuild()
        assert len((await store.check()).problems) == 1


async def test_a_record_nobody_can_read_is_set_aside_and_named(home: Path) -> None:
    await fill(home)
    with journal(home).open("ab") as file:
        file.write(b'["message","m-7",{"v":1,"id":7}]\n["wish","w-1",{"v":1}]\n')
    async with opened(home) as store:
        (problem,) = (await store.check()).problems
        assert problem.startswith("2 unreadable line(s)")
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]
        await store.rebuild()
        assert (await store.check()).problems == (problem,)


async def test_a_document_of_a_newer_program_is_read_as_far_as_it_is_understood(home: Path) -> None:
    await fill(home)
    text = journal(home).read_text().replace('{"v":1,', '{"v":1,"mood":"sunny",')
    journal(home).write_text(text)
    async with opened(home) as store:
        await store.check()
        assert await ids(store) == ["m-1", "m-2", "m-4", "m-3", "n-1"]


@pytest.mark.parametrize("text", ['{"format":99,"store_id":"x","created":"2026-01-01T00:00:00Z"}', "{", "[]"])
async def test_a_store_of_a_newer_version_is_not_touched(home: Path, text: str) -> None:
    await fill(home)
    (home / "store.json").write_text(text)
    with pytest.raises(Damaged):
        await LocalStore.open(home, clock=SYSTEM)


async def test_a_store_says_what_it_is(home: Path) -> None:
    await fill(home)
    said = json.loads((home / "store.json").read_text())
    assert said["format"] == 1
    assert set(said) == {"format", "store_id", "created"}
    assert json.loads(journal(home).read_text().splitlines()[0])[2]["address"] == {
        "scheme": "email",
        "value": "ana@example.com",
    }
