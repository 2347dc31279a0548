"""A journal: what a line says, what debris does, and what a group of lines is worth that is not whole."""

import json
import os
import stat
from pathlib import Path

import pytest
from tinydb import Query, TinyDB
from tinydb.storages import MemoryStorage

from storage.journal import Journal, document_of, open_journal
from storage.lines import Version


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "timeline.jsonl"


def lines(path: Path) -> list[list[object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def put(db: Journal, key: str, text: str) -> None:
    db.table("note").put(document_of(key, {"text": text}))


def texts(db: Journal) -> dict[str, str]:
    return {str(document.doc_id): document["text"] for document in db.table("note")}


def test_a_file_explains_itself_and_is_private(path: Path) -> None:
    with open_journal(path, meta=Version("meta", "a-1", b'{"format":1,"address":"x"}')) as db:
        assert not path.exists()
        put(db, "n1", "café")
        put(db, "n2", "b")
    assert lines(path) == [
        ["meta", "a-1", {"format": 1, "address": "x"}],
        ["note", "n1", {"text": "café"}],
        ["note", "n2", {"text": "b"}],
    ]
    assert "café".encode() in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_last_version_holds_and_null_removes(path: Path) -> None:
    with open_journal(path) as db:
        put(db, "n1", "a")
        put(db, "n1", "b")
        put(db, "n2", "c")
        assert db.table("note").remove(cond=Query().text == "c") == ["n2"]
        assert texts(db) == {"n1": "b"}
        assert lines(path)[-1] == ["note", "n2", None]
    with open_journal(path) as db:
        assert texts(db) == {"n1": "b"}


def test_stock_tinydb_finds_the_same(path: Path) -> None:
    stock = TinyDB(storage=MemoryStorage)
    with open_journal(path) as db:
        for number in range(20):
            document = {"number": number, "tags": ["a"] * (number % 3)}
            db.table("x").insert(document)
            stock.table("x").insert(document)
        for each in (db, stock):
            each.table("x").update(lambda d: d["tags"].append("z"), Query().number > 10)
            each.table("x").remove(Query().number == 3)
        assert [dict(d) for d in db.table("x").all()] == [dict(d) for d in stock.table("x").all()]


def test_what_another_handle_wrote_is_seen_and_kept(path: Path) -> None:
    with open_journal(path) as one, open_journal(path) as two:
        put(one, "n1", "a")
        put(two, "n2", "b")
        assert one.table("note").update({"text": "c"}, Query().text == "a") == ["n1"]
        assert texts(two) == {"n1": "c", "n2": "b"}
        two.drop_tables()
        assert texts(one) == {}


def test_an_unreadable_line_is_skipped_counted_and_kept(path: Path) -> None:
    with open_journal(path) as db:
        put(db, "n1", "a")
        with path.open("ab") as file:
            file.write(b'\x00\x00\n{"a":1}\n["note",7,{}]\n["note","x",[]]\n\xff\n["note","n9",{"te')
        put(db, "n2", "b")
        assert texts(db) == {"n1": "a", "n2": "b"}
        assert db.storage.skipped == 6
    assert b'["note","n9",{"te\n' in path.read_bytes()


def group(*keys: str) -> list[Version]:
    return [Version("note", key, b'{"text":"g"}') for key in keys]


@pytest.mark.parametrize("kept_lines", [1, 2])
@pytest.mark.parametrize("torn", [b"", b'["note","x",'])
@pytest.mark.parametrize("next_ids", [("n4",), ("n4", "n5"), ("n4", "n5", "n6")])
def test_a_group_that_is_not_whole_does_not_count(
    path: Path, kept_lines: int, torn: bytes, next_ids: tuple[str, ...]
) -> None:
    with open_journal(path) as db:
        places = db.storage.append(group("n1", "n2", "n3"))
        os.truncate(path, places[kept_lines].offset)
        with path.open("ab") as file:
            file.write(torn)
        assert texts(db) == {}
        db.storage.append(group(*next_ids))
        assert set(texts(db)) == set(next_ids)
        assert db.storage.skipped == kept_lines + bool(torn)


def test_places_lead_back_to_their_lines(path: Path) -> None:
    with open_journal(path) as db:
        places = db.storage.append(group("n1", "n2")) + db.storage.append(group("n3"))
        for place, key in zip(places, ("n1", "n2", "n3"), strict=True):
            line = db.storage.at(place)
            assert line is not None
            assert (line.id, line.document) == (key, b'{"text":"g"}')
        assert db.storage.at(places[0]._replace(length=5)) is None
        scanned = [(line.id, line.place) for line in db.storage.scan(places[0].offset)]
        assert scanned == list(zip(("n1", "n2", "n3"), places, strict=True))


def test_a_scan_goes_on_where_the_last_one_ended(path: Path) -> None:
    with open_journal(path) as db:
        db.storage.append(group("n1"))
        scan = db.storage.scan()
        assert [line.id for line in scan] == ["timeline", "n1"]
        (place, *_) = db.storage.append(group("n2", "n3"))
        os.truncate(path, path.stat().st_size - 1)
        rest = db.storage.scan(scan.end)
        assert (list(rest), rest.end, rest.pending) == ([], place.offset, 1)
        db.storage.seal()
        assert [line.id for line in db.storage.scan(scan.end)] == ["n2", "n3"]


def test_a_failed_update_leaves_nothing_behind(path: Path) -> None:
    def spoil(document: object) -> None:
        assert isinstance(document, dict)
        document["text"] = "spoilt"
        raise RuntimeError("half way")

    with open_journal(path) as db:
        put(db, "n1", "a")
        with pytest.raises(RuntimeError, match="half way"):
            db.table("note").update(spoil)
        assert texts(db) == {"n1": "a"}


def test_a_replaced_file_is_read_anew(path: Path) -> None:
    with open_journal(path) as db, open_journal(path.with_name("other")) as other:
        put(db, "n1", "a")
        put(db, "n2", "a")
        assert set(texts(db)) == {"n1", "n2"}
        put(other, "n3", "b")
        path.with_name("other").replace(path)
        assert set(texts(db)) == {"n3"}
