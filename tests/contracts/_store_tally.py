"""The store's contract: what happened in a stretch of time, counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_tui.core.model import Activity, DeliveryState
from agent_tui.core.store import Store
from agent_tui.core.tally import LONGEST, Tally, Told, Volume
from tests.contracts._store_base import StoreBase, put, put_each
from tests.contracts.records import (
    MAIL,
    NOW,
    activity,
    came,
    cid,
    customer,
    delivery,
    identity,
    minute,
    note,
    went,
)

SINCE, UNTIL = minute(-60), NOW


def happened(key: str, kind: str, at: float, name: str = "ana") -> Activity:
    return replace(activity(key, name, at), kind=kind)


async def tally(store: Store, texts: int = 0) -> Tally:
    return await store.tally(SINCE, UNTIL, texts=texts)


class Tallies(StoreBase):
    """Counting."""

    async def test_nothing_happened(self, store: Store) -> None:
        assert await tally(store, 5) == Tally(since=SINCE, until=UNTIL)

    async def test_messages_by_quarter_and_channel(self, store: Store) -> None:
        await put(store, came("m-1", at=-60), came("m-2", at=-46), came("m-3", at=-45))
        await put(store, came("m-4", "bob", -50, channel="sms"), went("m-5", "bob", -49, channel="sms"))
        assert (await tally(store)).volumes == (
            Volume(at=minute(-60), channel="sms", came=1, went=1),
            Volume(at=minute(-60), channel=MAIL, came=2, went=0),
            Volume(at=minute(-45), channel=MAIL, came=1, went=0),
        )

    async def test_the_beginning_belongs_to_it_and_the_end_does_not(self, store: Store) -> None:
        await put(
            store, came("m-1", at=-60.001), came("m-2", at=-60), came("m-3", at=-0.001), came("m-4", at=0)
        )
        counted = await tally(store, 9)
        assert sum(volume.came for volume in counted.volumes) == 2
        assert [told.text.rpartition(" ")[2] for told in counted.told] == ["m-3", "m-2"]

    async def test_what_nobody_did_is_not_counted(self, store: Store) -> None:
        await put(store, came("m-1", at=-50, automatic=True), went("m-2", at=-40, automatic=True))
        await put(store, went("m-3", at=-30), delivery("m-3", DeliveryState.FAILED))
        await put(store, went("m-4", at=-20), delivery("m-4", DeliveryState.CANCELED))
        await put(store, note("n-1", at=-10))
        counted = await tally(store, 5)
        assert (counted.volumes, counted.responses, counted.wrote, counted.told) == ((), (), 0, ())

    async def test_a_reply_that_failed_later_no_longer_counts(self, store: Store) -> None:
        await put(store, came("m-1", at=-50), went("m-2", at=-40), delivery("m-2", DeliveryState.SENT))
        assert (await tally(store)).responses == (timedelta(minutes=10),)
        await put(store, delivery("m-2", DeliveryState.FAILED, rev=2))
        counted = await tally(store)
        assert (counted.responses, sum(v.went for v in counted.volumes)) == ((), 0)

    async def test_first_responses_shortest_first(self, store: Store) -> None:
        await put(store, came("m-1", at=-200), came("m-2", at=-50), went("m-3", at=-40), went("m-4", at=-39))
        await put(store, came("m-5", at=-30), went("m-6", at=-25), came("m-7", at=-20))
        await put(store, came("m-8", "bob", -90), went("m-9", "bob", -80), went("m-10", "bob", -30))
        assert (await tally(store)).responses == (timedelta(minutes=5), timedelta(minutes=160))

    async def test_one_that_is_done_was_not_answered(self, store: Store) -> None:
        await put(store, came("m-1", at=-500), happened("a-1", "done", -400))
        await put(store, came("m-2", at=-50), went("m-3", at=-43))
        assert (await tally(store)).responses == (timedelta(minutes=7),)

    async def test_a_joined_customer_is_answered_on_either_address(self, store: Store) -> None:
        await put(store, came("m-1", "ana", -50), went("m-2", "bob", -42), came("m-3", "bob", -30))
        assert (await tally(store)).responses == ()
        await put(store, identity("bob", cid("ana")))
        counted = await tally(store)
        assert counted.responses == (timedelta(minutes=8),)
        assert counted.wrote == 1

    async def test_who_waits_the_earliest_first(self, store: Store) -> None:
        await put(store, came("m-1", "ana", -300), came("m-2", "bob", -20), came("m-3", "cleo", -90))
        await put(store, went("m-4", "cleo", -80))
        await put(store, customer("dan", promised_by=minute(-10)), customer("eva", promised_by=minute(10)))
        assert (await tally(store)).waiting == (minute(-300), minute(-20), minute(-10))

    async def test_tags_of_who_wrote_each_once(self, store: Store) -> None:
        await put(
            store, customer("ana", tags=("vip", "a tag", "vip")), came("m-1", "ana"), came("m-2", "ana", -9)
        )
        await put(store, customer("bob", tags=("vip", "Größe")), came("m-3", "bob", -20))
        await put(store, customer("cleo", tags=("vip",)), came("m-4", "cleo", -70), went("m-5", "cleo", -20))
        counted = await tally(store)
        assert counted.wrote == 2
        assert counted.tags == (("Größe", 1), ("a tag", 1), ("vip", 2))

    async def test_what_happened_by_kind(self, store: Store) -> None:
        kinds = ("promised", "promise.kept", "promised", "done")
        await put_each(store, (happened(f"a-{n}", kind, -9) for n, kind in enumerate(kinds)))
        await put(store, happened("a-old", "promised", -61), happened("a-late", "promised", 0))
        assert (await tally(store)).activities == (("done", 1), ("promise.kept", 1), ("promised", 2))

    async def test_what_was_said_newest_first_as_much_as_was_asked_for(self, store: Store) -> None:
        await put(
            store, came("m-1", "ana", -9, subject="", text="one"), came("m-2", "bob", -8, text="x" * 9999)
        )
        await put(store, went("m-3", "ana", -7), came("m-4", "cleo", -9, subject="s", text="three"))
        assert (await tally(store)).told == ()
        newest, second, third = (await tally(store, 9)).told
        assert (newest.customer_id, len(newest.text)) == (cid("bob"), LONGEST)
        assert second == Told(customer_id=cid("cleo"), text="s\nthree")
        assert third == Told(customer_id=cid("ana"), text="\none")
        assert (await tally(store, 1)).told == (newest,)

    @pytest.mark.parametrize("name", ["'; DROP TABLE entry; --", "\x1b[2J", "%", "퇴 🥖"])
    async def test_names_are_only_names(self, store: Store, name: str) -> None:
        await put(store, customer(tags=(name,)), came("m-1", channel=name, at=-9))
        counted = await tally(store)
        assert (counted.tags, counted.volumes[0].channel) == (((name, 1),), name)

    async def test_a_rebuild_counts_the_same(self, store: Store) -> None:
        await put(store, customer(tags=("vip",)), came("m-1"), went("m-2"), happened("a-1", "promised", -5))
        before = await tally(store, 9)
        assert before.responses
        await store.rebuild()
        assert await tally(store, 9) == before
