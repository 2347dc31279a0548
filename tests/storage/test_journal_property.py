"""Whatever is done to a journal, by however many handles and whatever debris a crash leaves: stock TinyDB agrees.

The model is TinyDB on its own MemoryStorage. Where stock TinyDB is known to be wrong (an update that fails half way
changes documents all the same) the model is put back, for a journal must not do that.
"""

import copy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import Query, TinyDB
from tinydb.storages import MemoryStorage

from storage.journal import Journal, open_journal
from storage.lines import Version, line_bytes

Fields: TypeAlias = dict[str, Any]
TABLES = ("message", "note")

tables = st.sampled_from(TABLES)
handles = st.integers(0, 1)
numbers = st.integers(0, 4)
texts = st.text(max_size=6) | st.sampled_from(("\n", "\x00", '"]\n["note","x",{}]', "é", "\u2028"))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
documents = st.fixed_dictionaries(
    {"group": numbers, "tags": st.lists(texts, max_size=2)}, optional={"more": values}
)


class HalfWay(RuntimeError):
    """Raised by an update that fails."""


class JournalMachine(RuleBasedStateMachine):
    """Two handles on one journal, and the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "timeline.jsonl"
        self.handles = [open_journal(self.path), open_journal(self.path)]
        self.model = TinyDB(storage=MemoryStorage)
        self.count = 0
        self.ids: dict[int, tuple[str, int]] = {}

    def teardown(self) -> None:
        for handle in self.handles:
            handle.close()
        self.folder.cleanup()

    def both(self, name: str, handle: int, act: Callable[[Any], Any]) -> tuple[Any, Any]:
        """Does the same to a table of the journal and of the model."""
        return act(self.handles[handle].table(name)), act(self.model.table(name))

    def fresh(self, fields: Fields) -> Fields:
        """A document that can be told from all others."""
        self.count += 1
        return {"key": self.count, **fields}

    # -- what is done

    @rule(name=tables, handle=handles, fields=documents)
    def insert(self, name: str, handle: int, fields: Fields) -> None:
        document = self.fresh(fields)
        self.ids[document["key"]] = self.both(
            name, handle, lambda table: table.insert(copy.deepcopy(document))
        )

    @rule(name=tables, handle=handles, several=st.lists(documents, max_size=3))
    def insert_multiple(self, name: str, handle: int, several: list[Fields]) -> None:
        many = [self.fresh(fields) for fields in several]
        made = self.both(name, handle, lambda table: table.insert_multiple(copy.deepcopy(many)))
        for document, ours, theirs in zip(many, *made, strict=True):
            self.ids[document["key"]] = (ours, theirs)

    @rule(name=tables, handle=handles, group=numbers, to=numbers, more=values)
    def update(self, name: str, handle: int, group: int, to: int, more: Any) -> None:
        fields = {"group": to, "more": more}
        ours, theirs = self.both(
            name,
            handle,
            lambda table: table.update(copy.deepcopy(fields), Query().group == group),
        )
        assert len(ours) == len(theirs)

    @rule(name=tables, handle=handles, group=numbers, tag=texts)
    def update_inside(self, name: str, handle: int, group: int, tag: str) -> None:
        def append(document: Fields) -> None:
            document["tags"].append(tag)

        self.both(name, handle, lambda table: table.update(append, Query().group == group))

    @rule(name=tables, handle=handles, lasts=st.integers(0, 3))
    def update_that_fails(self, name: str, handle: int, lasts: int) -> None:
        def run(table: Any) -> bool:
            left = lasts

            def spoil(document: Fields) -> None:
                nonlocal left
                document["tags"].append("spoilt")
                document["group"] = -1
                if left == 0:
                    raise HalfWay
                left -= 1

            before = copy.deepcopy(self.model.storage.read()) or {}
            try:
                table.update(spoil)
            except HalfWay:
                if table is self.model.table(name):
                    self.model.storage.write(before)
                    table.clear_cache()
                return False
            return True

        ours, theirs = self.both(name, handle, run)
        assert ours == theirs

    @rule(name=tables, handle=handles, group=numbers, fields=documents)
    def upsert(self, name: str, handle: int, group: int, fields: Fields) -> None:
        document = {key: value for key, value in fields.items() if key != "group"}
        found = self.model.table(name).contains(Query().group == group)
        named = document if found else self.fresh({"group": group, **document})
        (*_, ours), (*_, theirs) = self.both(
            name,
            handle,
            lambda table: table.upsert(copy.deepcopy(named), Query().group == group),
        )
        if not found:
            self.ids[named["key"]] = (ours, theirs)

    @rule(name=tables, handle=handles, group=numbers)
    def remove(self, name: str, handle: int, group: int) -> None:
        ours, theirs = self.both(name, handle, lambda table: table.remove(Query().group == group))
        assert len(ours) == len(theirs)

    @rule(name=tables, handle=handles, data=st.data())
    def remove_by_id(self, name: str, handle: int, data: st.DataObject) -> None:
        keys = [document["key"] for document in self.model.table(name).all()]
        if not keys:
            return
        ours, theirs = self.ids[data.draw(st.sampled_from(keys))]
        self.handles[handle].table(name).remove(doc_ids=[ours])  # type: ignore[list-item]
        self.model.table(name).remove(doc_ids=[theirs])

    @rule(name=tables, handle=handles)
    def truncate(self, name: str, handle: int) -> None:
        self.both(name, handle, lambda table: table.truncate())

    @rule(name=tables, handle=handles)
    def drop_table(self, name: str, handle: int) -> None:
        self.handles[handle].drop_table(name)
        self.model.drop_table(name)

    @rule(handle=handles)
    def drop_tables(self, handle: int) -> None:
        self.handles[handle].drop_tables()
        self.model.drop_tables()

    @rule(handle=handles)
    def reopen(self, handle: int) -> None:
        self.handles[handle].close()
        self.handles[handle] = open_journal(self.path)

    @rule(debris=st.binary(min_size=1, max_size=12).map(lambda junk: b"\xff" + junk))
    def crash_with_garbage(self, debris: bytes) -> None:
        self.leave(debris)

    @rule(size=st.integers(1, 40))
    def crash_with_zeros(self, size: int) -> None:
        self.leave(b"\0" * size)

    @rule(name=tables, key=st.sampled_from(("new", "old")), cut=st.integers(1, 40))
    def crash_inside_a_line(self, name: str, key: str, cut: int) -> None:
        """A line of which at least the bracket and the line feed are missing."""
        line = line_bytes(self.unacknowledged(name, key))
        self.leave(line[: max(1, len(line) - 1 - cut)])

    @rule(name=tables, key=st.sampled_from(("new", "old")), written=st.integers(1, 2), cut=numbers)
    def crash_inside_a_group(self, name: str, key: str, written: int, cut: int) -> None:
        """Some lines of three, the last one perhaps torn."""
        version = self.unacknowledged(name, key)
        lines = [line_bytes(version, f"{part}/3") for part in range(1, written + 1)]
        text = b"".join(lines)
        self.leave(text[: len(text) - cut])

    def unacknowledged(self, name: str, key: str) -> Version:
        """A version that must never be seen, of a new document or of one that is there."""
        present = [self.ids[document["key"]][0] for document in self.model.table(name).all()]
        target = present[0] if present and key == "old" else "0-never"
        return Version(name, target, b'{"key":-1,"group":0,"tags":["never"]}')

    def leave(self, debris: bytes) -> None:
        """Debris at the end of the file, as a dead writer or a loss of power leaves it."""
        if self.path.exists():
            with self.path.open("ab") as file:
                file.write(debris)

    # -- what holds at all times

    @invariant()
    def every_handle_agrees_with_the_model(self) -> None:
        for handle in self.handles:
            agree(handle, self.model)

    @invariant()
    def documents_are_found_by_id(self) -> None:
        for name in TABLES:
            for document in self.model.table(name).all():
                ours = self.ids[document["key"]][0]
                found = self.handles[0].table(name).get(doc_id=ours)  # type: ignore[call-overload]
                assert found == dict(document)
                assert self.handles[1].table(name).newest(ours) == dict(document)

    @initialize(fields=documents)
    def begin(self, fields: Fields) -> None:
        self.insert("note", 0, fields)


def agree(journal: Journal, model: TinyDB) -> None:
    """The same documents, in the same order, through every way of asking."""
    assert journal.tables() == {name for name in model.tables() if len(model.table(name))}
    for name in TABLES:
        ours, theirs = journal.table(name), model.table(name)
        assert [dict(document) for document in ours] == [dict(document) for document in theirs]
        assert len(ours) == len(theirs)
        for group in range(5):
            asked = Query().group == group
            assert ours.count(asked) == theirs.count(asked)
            assert ours.search(asked) == theirs.search(asked)


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(max_examples=80, stateful_step_count=25)


@pytest.mark.parametrize("handle", [0, 1])
def test_the_machine_itself_can_fail(handle: int) -> None:
    """A document written behind the model's back is noticed."""
    machine = JournalMachine()
    try:
        machine.begin({"group": 1, "tags": []})
        machine.every_handle_agrees_with_the_model()
        machine.handles[handle].table("note").insert({"group": 1, "tags": []})
        with pytest.raises(AssertionError):
            machine.every_handle_agrees_with_the_model()
    finally:
        machine.teardown()
