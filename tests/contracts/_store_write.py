"""The store's contract, first part: what is written stays, once, whole, and in agreement with what the writer saw."""

import asyncio
from dataclasses import replace
from hashlib import sha256

import pytest

from agent_tui.core.attachments import Attachment
from agent_tui.core.errors import Conflict
from agent_tui.core.model import Customer, Delivery, DeliveryState, Document, Draft, Message, Position, Record
from agent_tui.core.store import CursorUpdate, Known, Store, Written
from tests.contracts._store_base import StoreBase, put
from tests.contracts.records import (
    MAIL,
    NOW,
    SHOP,
    activity,
    came,
    cid,
    customer,
    delivery,
    draft,
    identity,
    mail,
    minute,
    note,
    went,
)

CONTROLS = '\x00\x1b[31m\t\r\n\x7f\x9b\u2028\u202e\ufeff\U0001f970 “q” \\ {"a": [1]}\n'
DATA = b"%PDF-1.4 \x00\xff\n"
DIGEST = sha256(DATA).hexdigest()
FILE = Attachment(name="bill.pdf", media_type="application/pdf", size=len(DATA), digest=DIGEST)

EVERY_FIELD: list[Record] = [
    came(
        "m-1",
        cc=(mail("bob"),),
        reply_to=(mail("bob"),),
        subject=CONTROLS,
        text=CONTROLS,
        quoted=CONTROLS,
        fingerprint="f",
        in_reply_to="m-0",
        threads=("<a@x>", "<b@x>"),
        attachments=(FILE,),
        raw=DIGEST,
        automatic=True,
        seen=True,
        unreadable=True,
        notices=("the name contains another address",),
    ),
    note("n-1", text=CONTROLS),
    activity("a-1", text=CONTROLS),
    customer(
        company=CONTROLS,
        importance=3,
        tags=("vip", "vegan"),
        notes_pinned=(CONTROLS,),
        preferred_channel=MAIL,
        assigned_to="Rui",
        done_upto=Position(NOW, "m-1"),
        read_upto=Position(NOW, "m-1"),
        snoozed_until=minute(5),
        snoozed_at=Position(NOW, "m-1"),
        promised_by=minute(7),
    ),
    identity("ana", cid("ana"), shared=True),
    delivery("m-9", not_before=minute(1), attempts=3, error=CONTROLS, external_id="x", owner="me"),
    draft("d-1", note=True, channel=MAIL, subject=CONTROLS, to=(SHOP,), cc=(mail("bob"),)),
]
DOCUMENTS: list[Document] = [
    customer(),
    identity("ana", cid("ana")),
    delivery("m-1"),
    draft("d-1"),
]


def kind_of(record: Record) -> str:
    return type(record).__name__


class Writing(StoreBase):
    """Records."""

    @pytest.mark.parametrize("record", EVERY_FIELD, ids=kind_of)
    async def test_a_record_comes_back_as_it_was_given(self, store: Store, record: Record) -> None:
        assert await store.get(type(record), record.id) is None
        await put(store, record)
        assert await store.get(type(record), record.id) == record

    async def test_kinds_do_not_mix(self, store: Store) -> None:
        await put(store, customer(), went("m-1"), delivery("m-1"))
        assert await store.get(Draft, "m-1") is None
        assert isinstance(await store.get(Message, "m-1"), Message)
        assert isinstance(await store.get(Delivery, "m-1"), Delivery)

    async def test_a_lone_surrogate_neither_stops_nor_loses_a_message(self, store: Store) -> None:
        await put(store, came("m-1", text="before \ud800 after"))
        kept = await store.get(Message, "m-1")
        assert kept is not None
        assert kept.text.startswith("before ")
        assert kept.text.endswith(" after")

    async def test_a_message_of_a_megabyte(self, store: Store) -> None:
        long = came("m-1", text="word " * 200_000)
        await put(store, long)
        assert await store.get(Message, "m-1") == long

    async def test_nothing_is_written_by_an_empty_write(self, store: Store) -> None:
        before = await store.token()
        assert await store.write(()) == ()
        assert await store.token() == before

    async def test_each_record_is_answered_in_its_order(self, store: Store) -> None:
        records: list[Record] = [customer(), came("m-2"), came("m-1"), note("n-1")]
        assert await store.write(records) == tuple(Written(id=r.id) for r in records)

    async def test_many_writers_at_once_lose_nothing(self, store: Store, other: Store) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(40):
                handle = (store, other)[number % 2]
                group.create_task(put(handle, came(f"m-{number:02}", name=f"c{number % 3}")))
        page_sizes = [len((await store.page(cid(f"c{n}"))).entries) for n in range(3)]
        assert sum(page_sizes) == 40


class Duplicates(StoreBase):
    """Facts that are known already."""

    async def test_the_same_id_again_is_a_duplicate(self, store: Store) -> None:
        await put(store, came("m-1"))
        assert await store.write([came("m-1", text="other")]) == (Written(id="m-1", duplicate_of="m-1"),)
        kept = await store.get(Message, "m-1")
        assert kept == came("m-1")

    @pytest.mark.parametrize("fact", [note("n-1"), activity("a-1")], ids=kind_of)
    async def test_notes_and_activities_are_filed_once(self, store: Store, fact: Record) -> None:
        await put(store, fact)
        assert await store.write([fact]) == (Written(id=fact.id, duplicate_of=fact.id),)
        assert len((await store.page(cid("ana"))).entries) == 1

    async def test_the_same_external_id_again_is_a_duplicate(self, store: Store) -> None:
        await put(store, came("m-1"))
        twin = came("m-2", name="bob", external_id="<m-1@example.com>")
        assert await store.write([twin]) == (Written(id="m-2", duplicate_of="m-1"),)
        assert await store.get(Message, "m-2") is None
        assert await store.resolve(mail("bob")) is None

    async def test_an_external_id_belongs_to_its_channel(self, store: Store) -> None:
        await put(store, came("m-1", external_id="7"))
        await put(store, came("m-2", external_id="7", channel="other-mail"))

    async def test_what_has_no_external_id_is_never_a_duplicate_by_it(self, store: Store) -> None:
        await put(store, went("m-1"), went("m-2"))
        assert await store.known(MAIL, {""}) == {}

    async def test_one_write_may_repeat_itself(self, store: Store) -> None:
        twin = came("m-2", external_id="<m-1@example.com>")
        outcomes = await store.write([came("m-1"), twin, came("m-1")])
        assert [written.duplicate_of for written in outcomes] == [None, "m-1", "m-1"]

    async def test_the_echo_of_what_we_sent_is_known(self, store: Store) -> None:
        sent = delivery("m-1", DeliveryState.SENT, external_id="<ours@x>")
        await put(store, customer(), went("m-1", fingerprint="f"), delivery("m-1"))
        await put(store, replace(sent, rev=2))
        known = await store.known(MAIL, {"<ours@x>"})
        assert known == {"<ours@x>": Known(id="m-1", address=mail("ana"), fingerprint="f")}
        echo = went("m-2", external_id="<ours@x>")
        assert await store.write([echo]) == (Written(id="m-2", duplicate_of="m-1"),)

    async def test_known_names_the_message_and_its_fingerprint(self, store: Store) -> None:
        await put(store, came("m-1", fingerprint="f"), came("m-2", name="bob"))
        known = await store.known(MAIL, ["<m-1@example.com>", "<m-2@example.com>", "<no@x>"])
        assert known == {
            "<m-1@example.com>": Known(id="m-1", address=mail("ana"), fingerprint="f"),
            "<m-2@example.com>": Known(id="m-2", address=mail("bob"), fingerprint=""),
        }
        assert await store.known("other", ["<m-1@example.com>"]) == {}
        assert await store.known(MAIL, []) == {}

    async def test_a_thousand_external_ids_can_be_asked_about_at_once(self, store: Store) -> None:
        await put(store, came("m-1"))
        asked = ["<m-1@example.com>", *(f"<{n}@x>" for n in range(5000))]
        assert set(await store.known(MAIL, asked)) == {"<m-1@example.com>"}

    async def test_of_two_writers_of_one_message_one_is_told(self, store: Store, other: Store) -> None:
        twins = [came(f"m-{n}", external_id="<one@x>") for n in range(10)]
        handles = [store, other] * 5
        pairs = zip(handles, twins, strict=True)
        outcomes = await asyncio.gather(*(handle.write([twin]) for handle, twin in pairs))
        fresh = [written for (written,) in outcomes if written.duplicate_of is None]
        assert len(fresh) == 1
        assert {w.duplicate_of for (w,) in outcomes} == {None, fresh[0].id}


class Revisions(StoreBase):
    """Documents that someone else may change too."""

    @pytest.mark.parametrize("document", DOCUMENTS, ids=kind_of)
    async def test_the_next_number_is_kept(self, store: Store, document: Document) -> None:
        await put(store, document)
        await put(store, replace(document, rev=2))
        assert await store.get(type(document), document.id) == replace(document, rev=2)

    @pytest.mark.parametrize("rev", [0, 1, 3])
    @pytest.mark.parametrize("document", DOCUMENTS, ids=kind_of)
    async def test_any_other_number_is_refused(self, store: Store, document: Document, rev: int) -> None:
        await put(store, document)
        with pytest.raises(Conflict):
            await store.write([replace(document, rev=rev)])
        assert await store.get(type(document), document.id) == document

    @pytest.mark.parametrize("document", DOCUMENTS, ids=kind_of)
    async def test_a_new_one_is_number_one(self, store: Store, document: Document) -> None:
        with pytest.raises(Conflict):
            await store.write([replace(document, rev=2)])
        assert await store.get(type(document), document.id) is None

    async def test_one_write_may_hold_two_versions(self, store: Store) -> None:
        await put(store, customer(), customer(rev=2, name="Ana Weber"))
        assert await store.get(Customer, cid("ana")) == customer(rev=2, name="Ana Weber")

    async def test_a_refused_write_leaves_nothing(self, store: Store) -> None:
        await put(store, customer("bob"))
        before = await store.token()
        message = came("m-1", attachments=(FILE,))
        with pytest.raises(Conflict):
            await store.write(
                [customer(), message, customer("bob"), note("n-1")],
                blobs={DIGEST: DATA},
                cursor=CursorUpdate(channel=MAIL, cursor="1"),
            )
        assert await store.get(Message, "m-1") is None
        assert await store.get(Customer, cid("ana")) is None
        assert await store.resolve(mail("ana")) is None
        assert await store.cursor(MAIL) is None
        assert await store.token() == before
        assert (await store.check()).problems == ()
        await put(store, customer(), message)

    async def test_of_many_writers_one_wins(self, store: Store, other: Store) -> None:
        await put(store, customer())

        async def rename(handle: Store, number: int) -> int | None:
            try:
                await handle.write([customer(rev=2, name=f"Ana {number}")])
            except Conflict:
                return None
            return number

        writers = (rename((store, other)[number % 2], number) for number in range(10))
        winners = [number for number in await asyncio.gather(*writers) if number is not None]
        assert len(winners) == 1
        kept = await other.get(Customer, cid("ana"))
        assert kept == customer(rev=2, name=f"Ana {winners[0]}")
