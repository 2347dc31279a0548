"""The store's contract, last part: whoever listens learns of every change, whoever makes it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from agent_tui.core.model import DeliveryState
from agent_tui.core.store import Change, Store
from tests.contracts._store_base import PATIENCE, OpenStore, StoreBase, opened, put, put_each
from tests.contracts.records import (
    activity,
    came,
    cid,
    customer,
    delivery,
    draft,
    identity,
    note,
    went,
)


async def heard(store: Store, since: str, until: str) -> list[Change]:
    """What `changes` says, up to the change of the record with the id `until`; or to a reset."""
    changes: list[Change] = []
    stream = store.changes(since)
    try:
        async with asyncio.timeout(PATIENCE):
            async for some in stream:
                assert some
                changes += some
                if any(change.reset or change.id == until for change in some):
                    break
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
    return changes


def told(changes: list[Change]) -> list[tuple[str, str, str]]:
    assert not any(change.reset for change in changes)
    return [(change.customer_id, change.kind, change.id) for change in changes]


class Changes(StoreBase):
    """The stream."""

    async def test_every_record_is_told_in_order(self, store: Store) -> None:
        since = await store.token()
        await put(store, customer(), came("m-1"), went("m-2"), delivery("m-2"))
        await put(store, note("n-1"), draft("d-1"), came("m-3", "bob"), activity("a-1"))
        ana = cid("ana")
        assert told(await heard(store, since, "a-1")) == [
            (ana, "customer", ana),
            (ana, "message", "m-1"),
            (ana, "message", "m-2"),
            (ana, "delivery", "m-2"),
            (ana, "note", "n-1"),
            (ana, "draft", "d-1"),
            (cid("bob"), "message", "m-3"),
            (ana, "activity", "a-1"),
        ]

    async def test_each_token_resumes_where_it_stands(self, store: Store) -> None:
        since = await store.token()
        await put_each(store, (came(f"m-{n}") for n in range(5)))
        every = await heard(store, since, "m-4")
        for number, change in enumerate(every[:-1]):
            assert await heard(store, change.token, "m-4") == every[number + 1 :]
        assert await store.token() == every[-1].token

    async def test_duplicates_and_refusals_are_no_news(self, store: Store) -> None:
        await put(store, came("m-1"))
        since = await store.token()
        await store.write([came("m-1"), note("n-1")])
        assert [c.id for c in await heard(store, since, "n-1")] == ["n-1"]

    async def test_a_changed_document_is_told_again(self, store: Store) -> None:
        await put(store, delivery("m-1"))
        since = await store.token()
        await put(store, delivery("m-1", DeliveryState.SENT, rev=2))
        assert told(await heard(store, since, "m-1")) == [(cid("ana"), "delivery", "m-1")]

    async def test_an_address_that_changes_hands_is_news_of_both(self, store: Store) -> None:
        await put(store, came("m-1"), came("m-2", "bob"))
        since = await store.token()
        link = identity("bob", cid("ana"))
        await put(store, link, note("n-1", "bob"))
        news = told(await heard(store, since, "n-1"))
        assert {customer for customer, kind, _ in news if kind == "identity"} == {cid("ana"), cid("bob")}
        assert news[-1] == (cid("ana"), "note", "n-1")

    async def test_whoever_waits_is_woken_by_any_handle(self, store: Store, other: Store) -> None:
        since = await store.token()
        async with asyncio.TaskGroup() as group:
            listeners = [group.create_task(heard(s, since, "m-9")) for s in (store, store, other)]
            await put(other, came("m-1"))
            await put(store, came("m-9", "bob"))
        for listener in listeners:
            assert [change.id for change in listener.result()] == ["m-1", "m-9"]

    async def test_tokens_are_understood_by_every_handle(self, store: Store, other: Store) -> None:
        since = await other.token()
        await put(store, came("m-1"), came("m-2"))
        assert await heard(other, since, "m-2") == await heard(store, since, "m-2")

    @pytest.mark.parametrize("token", ["", "0", "nonsense", ":", "a:b", "-1", "\x00", "9" * 400])
    async def test_a_token_that_says_nothing_resets(self, store: Store, token: str) -> None:
        await put(store, came("m-1"))
        (reset,) = await heard(store, token, "-")
        assert reset.reset
        await put(store, came("m-2"))
        assert [change.id for change in await heard(store, reset.token, "m-2")] == ["m-2"]

    async def test_a_token_of_another_store_resets(
        self, store: Store, open_store: OpenStore, tmp_path: Path
    ) -> None:
        await put(store, came("m-1"), came("m-2"), came("m-3"))
        async with opened(open_store, tmp_path / "another") as another:
            await put(another, came("m-1"), came("m-2"))
            foreign = await another.token()
        (reset,) = await heard(store, foreign, "-")
        assert reset.reset

    async def test_after_a_rebuild_nothing_is_missed(self, store: Store, other: Store) -> None:
        since = await store.token()
        await put(store, came("m-1"))
        await store.rebuild()
        await put(store, came("m-2"))
        for handle in (store, other):
            news = await heard(handle, since, "m-2")
            assert news[0].reset or [change.id for change in news] == ["m-1", "m-2"]

    async def test_a_listener_can_be_canceled(self, store: Store) -> None:
        since = await store.token()
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(heard(store, since, "never"))
            await put(store, came("m-1"))
            listener.cancel()
        assert listener.cancelled()
        await put(store, came("m-2"))
        assert [change.id for change in await heard(store, since, "m-2")] == ["m-1", "m-2"]
