"""The store's contract, second part: who may write when, where channels resume, and files."""

from hashlib import sha256

import pytest

from agent_tui.core.attachments import Attachment
from agent_tui.core.errors import Conflict, Missing
from agent_tui.core.model import Draft, Message
from agent_tui.core.store import CursorUpdate, Head, Store
from tests.contracts._store_base import StoreBase, put
from tests.contracts._store_write import CONTROLS, DATA, DIGEST, FILE
from tests.contracts.records import MAIL, came, cid, customer, draft, identity, mail, went


class Heads(StoreBase):
    """Two agents do not answer the same message."""

    async def test_nothing_came_in_yet(self, store: Store) -> None:
        head = Head(customer_id=cid("ana"), message_id=None)
        await store.write([customer(), went("m-1")], head=head)
        await store.write([went("m-2")], head=head)
        await store.write([came("m-3")], head=head)
        with pytest.raises(Conflict):
            await store.write([went("m-4")], head=head)

    async def test_the_newest_message_is_the_one_that_was_seen(self, store: Store) -> None:
        await put(store, came("m-1", at=-10), came("m-2", at=-20), went("m-3", at=-5))
        with pytest.raises(Conflict):
            await store.write([went("m-4")], head=Head(customer_id=cid("ana"), message_id="m-2"))
        assert await store.get(Message, "m-4") is None
        await store.write([went("m-4")], head=Head(customer_id=cid("ana"), message_id="m-1"))

    async def test_of_equal_times_the_larger_id_is_the_newest(self, store: Store) -> None:
        await put(store, came("m-2", at=-10), came("m-1", at=-10))
        await store.write([went("m-4")], head=Head(customer_id=cid("ana"), message_id="m-2"))

    async def test_a_joined_customer_has_one_head(self, store: Store) -> None:
        await put(store, came("m-1", "ana", -10), came("m-2", "bob", -5))
        await put(store, identity("bob", cid("ana")))
        with pytest.raises(Conflict):
            await store.write([went("m-4")], head=Head(customer_id=cid("ana"), message_id="m-1"))
        for name in ("ana", "bob"):
            head = Head(customer_id=cid(name), message_id="m-2")
            await store.write([went(f"r-{name}")], head=head)


class Cursors(StoreBase):
    """Where a channel resumes, and who may say so."""

    async def test_it_is_none_before_the_first_batch(self, store: Store) -> None:
        assert await store.cursor(MAIL) is None

    async def test_it_is_what_was_written_last(self, store: Store) -> None:
        for value in ("1", CONTROLS, "2" * 5000, "0"):
            await store.write([], cursor=CursorUpdate(channel=MAIL, cursor=value))
            assert await store.cursor(MAIL) == value
        assert await store.cursor("other") is None

    async def test_channels_may_be_called_anything(self, store: Store) -> None:
        names = ["a/b", "../a", "A", "a", "", "é", "x" * 200, ".", "\x00"]
        for name in names:
            await store.write([], cursor=CursorUpdate(channel=name, cursor=f"of {name}"))
        assert [await store.cursor(name) for name in names] == [f"of {name}" for name in names]

    async def test_a_batch_of_nothing_but_repeats_moves_it(self, store: Store) -> None:
        await put(store, came("m-1"))
        await store.write([came("m-1")], cursor=CursorUpdate(channel=MAIL, cursor="9"))
        assert await store.cursor(MAIL) == "9"

    async def test_a_lease_is_one_handles(self, store: Store, other: Store) -> None:
        lease = await store.lease(MAIL, "one")
        assert lease is not None
        assert (lease.what, lease.owner) == (MAIL, "one")
        assert await other.lease(MAIL, "two") is None
        assert await other.lease(MAIL, "one") is None
        assert await other.lease("other", "two") is not None
        await store.release(lease)
        assert await other.lease(MAIL, "two") is not None

    async def test_a_lease_ends_with_its_handle(self, store: Store, other: Store) -> None:
        lease = await store.lease(MAIL, "one")
        await store.aclose()
        assert lease is not None
        second = await other.lease(MAIL, "two")
        assert second is not None
        with pytest.raises(Conflict):
            await other.write([came("m-1")], lease=lease)
        await other.write([came("m-1")], lease=second)

    async def test_a_new_grant_ends_the_old_one(self, store: Store) -> None:
        first, second = await store.lease(MAIL, "one"), await store.lease(MAIL, "one")
        assert first is not None
        assert second is not None
        assert first.token != second.token
        update = CursorUpdate(channel=MAIL, cursor="1")
        with pytest.raises(Conflict):
            await store.write([came("m-1")], cursor=update, lease=first)
        assert await store.cursor(MAIL) is None
        assert await store.get(Message, "m-1") is None
        await store.release(first)
        await store.write([came("m-1")], cursor=update, lease=second)
        assert await store.cursor(MAIL) == "1"

    async def test_a_lease_given_back_permits_nothing(self, store: Store) -> None:
        lease = await store.lease(MAIL, "one")
        assert lease is not None
        await store.release(lease)
        await store.release(lease)
        with pytest.raises(Conflict):
            await store.write([came("m-1")], lease=lease)

    async def test_another_owner_waits_even_in_one_process(self, store: Store) -> None:
        assert await store.lease(MAIL, "one") is not None
        assert await store.lease(MAIL, "two") is None


class Blobs(StoreBase):
    """Files."""

    async def test_bytes_are_kept_for_the_record_that_names_them(self, store: Store) -> None:
        raw = b"From: x\r\n" + bytes(range(256)) * 400
        digest = sha256(raw).hexdigest()
        message = came("m-1", attachments=(FILE,), raw=digest)
        await store.write([message], blobs={DIGEST: DATA, digest: raw})
        assert await store.blob(mail("ana"), DIGEST) == DATA
        assert await store.blob(mail("ana"), digest) == raw

    async def test_the_file_of_a_draft(self, store: Store) -> None:
        await store.write([draft("d-1", attachments=(FILE,))], blobs={DIGEST: DATA})
        kept = await store.get(Draft, "d-1")
        assert kept is not None
        assert kept.attachments == (FILE,)
        assert await store.blob(mail("ana"), DIGEST) == DATA

    async def test_a_file_is_one_addresses(self, store: Store) -> None:
        await store.write([came("m-1", attachments=(FILE,)), came("m-2", "bob")], blobs={DIGEST: DATA})
        with pytest.raises(Missing):
            await store.blob(mail("bob"), DIGEST)
        with pytest.raises(Missing):
            await store.blob(mail("nobody"), DIGEST)

    async def test_the_same_file_twice(self, store: Store) -> None:
        for key, name in (("m-1", "ana"), ("m-2", "ana"), ("m-3", "bob")):
            await store.write([came(key, name, attachments=(FILE,))], blobs={DIGEST: DATA})
        for name in ("ana", "bob"):
            assert await store.blob(mail(name), DIGEST) == DATA

    async def test_an_empty_file(self, store: Store) -> None:
        digest = sha256(b"").hexdigest()
        file = Attachment(name="empty", media_type="text/plain", size=0, digest=digest)
        await store.write([came("m-1", attachments=(file,))], blobs={digest: b""})
        assert await store.blob(mail("ana"), digest) == b""

    @pytest.mark.parametrize("digest", ["", "../../etc/passwd", "/etc/passwd", "..", "\x00", "0" * 64])
    async def test_a_name_that_is_no_digest_is_missing(self, store: Store, digest: str) -> None:
        await put(store, came("m-1"))
        with pytest.raises(Missing):
            await store.blob(mail("ana"), digest)
