"""The store's contract, third part: timelines, whose an address is, joining and splitting, check and rebuild."""

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from agent_tui.core.model import (
    Card,
    CustomerState,
    DeliveryState,
    Entry,
    Evidence,
    Fact,
    Identity,
    Message,
    Position,
)
from agent_tui.core.query import parse
from agent_tui.core.store import CursorUpdate, Page, Store, View
from tests.contracts._store_base import OpenStore, StoreBase, found, opened, put, put_each
from tests.contracts._store_write import DATA, DIGEST, FILE
from tests.contracts.records import (
    MAIL,
    NOW,
    activity,
    came,
    cid,
    customer,
    delivery,
    identity,
    mail,
    minute,
    note,
    position,
    went,
)

SHOWS: tuple[Literal["waiting", "open", "snoozed", "done", "all"], ...] = (
    "waiting",
    "open",
    "snoozed",
    "done",
    "all",
)


async def card_of(store: Store, name: str) -> Card:
    card = await store.card(cid(name), NOW)
    assert card is not None
    return card


async def ids(store: Store, name: str = "ana") -> list[str]:
    page = await store.page(cid(name))
    assert not page.older
    return [entry.fact.id for entry in page.entries]


class Timelines(StoreBase):
    """Pages."""

    async def test_nobody_has_an_empty_page(self, store: Store) -> None:
        assert await store.page("c-nobody") == Page(entries=(), older=False)
        assert await store.page("") == Page(entries=(), older=False)

    async def test_entries_stand_by_time_then_id_however_they_came(self, store: Store) -> None:
        facts: list[Fact] = [came(f"m-{n:02}", at=-(n // 4)) for n in range(12)]
        facts += [note(f"n-{n}", at=-n) for n in range(3)]
        facts += [activity(f"a-{n}", at=-n) for n in range(3)]
        random.Random(7).shuffle(facts)
        await put_each(store, facts)
        expected = sorted(facts, key=lambda fact: (fact.at, fact.id))
        page = await store.page(cid("ana"))
        assert page.entries == tuple(Entry(fact=fact) for fact in expected)

    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
    async def test_paging_back_shows_each_entry_once(self, store: Store, limit: int) -> None:
        facts = [came(f"m-{n:02}", at=-(n // 5)) for n in range(23)]
        await put(store, *facts)
        pages: list[Page] = []
        before = None
        for _ in range(30):
            page = await store.page(cid("ana"), before=before, limit=limit)
            pages.insert(0, page)
            if not page.older:
                break
            before = page.entries[0].position
        assert all(len(page.entries) == limit for page in pages[1:])
        shown = [entry.fact for page in pages for entry in page.entries]
        assert shown == sorted(facts, key=position)

    async def test_older_is_told_exactly(self, store: Store) -> None:
        await put(store, *(came(f"m-{n}") for n in range(3)))
        assert (await store.page(cid("ana"), limit=2)).older
        assert not (await store.page(cid("ana"), limit=3)).older
        first = Position(minute(-60), "m-0")
        assert await store.page(cid("ana"), before=first) == Page(entries=(), older=False)

    async def test_a_place_between_entries_is_a_place(self, store: Store) -> None:
        await put(store, came("m-1", at=-3), came("m-3", at=-1))
        page = await store.page(cid("ana"), before=Position(minute(-2), "x"))
        assert [entry.fact.id for entry in page.entries] == ["m-1"]

    async def test_what_was_taken_back_is_nowhere(self, store: Store) -> None:
        await put(store, came("m-1", at=-9), went("m-2", at=-5, text="oops"), delivery("m-2"))
        assert await ids(store) == ["m-1", "m-2"]
        await put(store, delivery("m-2", DeliveryState.CANCELED, rev=2))
        assert await ids(store) == ["m-1"]
        assert await found(store, "oops") == []
        (row,) = (await store.inbox(View(), NOW)).rows
        assert row.last is not None
        assert row.last.entry_id == "m-1"
        assert row.waiting_since == minute(-9)
        assert await store.get(Message, "m-2") == went("m-2", at=-5, text="oops")

    async def test_a_message_of_ours_shows_what_became_of_it(self, store: Store) -> None:
        await put(store, went("m-1"), delivery("m-1"))
        sent = delivery("m-1", DeliveryState.SENT, rev=2, external_id="x")
        await put(store, sent)
        (entry,) = (await store.page(cid("ana"))).entries
        assert entry == Entry(fact=went("m-1"), delivery=sent)

    async def test_a_long_timeline_is_read_from_its_end(self, store: Store) -> None:
        await put(store, *(came(f"m-{n:04}", at=n - 2000) for n in range(1500)))
        page = await store.page(cid("ana"), limit=50)
        assert [e.fact.id for e in page.entries] == [f"m-{n:04}" for n in range(1450, 1500)]


class Cards(StoreBase):
    """Whose an address is, and what follows from the history."""

    async def test_nobody(self, store: Store) -> None:
        assert await store.resolve(mail("ana")) is None
        assert await store.card(cid("ana"), NOW) is None
        assert await store.card("", NOW) is None

    async def test_an_address_is_its_own_customers(self, store: Store) -> None:
        await put(store, customer(), came("m-1"))
        assert await store.resolve(mail("ana")) == cid("ana")
        card = await card_of(store, "ana")
        assert card.customer == customer()
        (own,) = card.identities
        assert (own.address, own.customer_id) == (mail("ana"), cid("ana"))
        assert (own.id, own.evidence, own.rev) == (str(mail("ana")), Evidence.OBSERVED, 0)
        assert card.last_in == came("m-1")
        assert card.state is CustomerState.OPEN
        assert card.waiting_since == minute(-60)
        assert card.unread == 1

    async def test_a_customer_nobody_described_is_named_by_the_address(self, store: Store) -> None:
        await put(store, came("m-1"))
        customer = (await card_of(store, "ana")).customer
        assert (customer.id, customer.address) == (cid("ana"), mail("ana"))
        assert (customer.name, customer.rev) == ("ana@example.com", 0)
        await put(store, replace(customer, name="Ana", rev=1))
        assert (await card_of(store, "ana")).customer.name == "Ana"

    async def test_what_goes_without_saying_can_be_said(self, store: Store) -> None:
        await put(store, came("m-1"))
        (own,) = (await card_of(store, "ana")).identities
        said = replace(own, evidence=Evidence.CONFIRMED, rev=own.rev + 1)
        await put(store, said)
        assert (await card_of(store, "ana")).identities == (said,)

    async def test_first_seen_is_the_earliest_that_is_known(self, store: Store) -> None:
        await put(store, customer(created=minute(-50)), came("m-1", at=-40))
        assert (await card_of(store, "ana")).first_seen == minute(-50)
        await put(store, came("m-0", at=-900))
        assert (await card_of(store, "ana")).first_seen == minute(-900)

    async def test_the_newest_message_that_came_in(self, store: Store) -> None:
        late = came("m-2", at=-40, automatic=True)
        await put(store, late, came("m-1", at=-60), went("m-3", at=-1))
        assert (await card_of(store, "ana")).last_in == late

    async def test_unread_messages_have_not_been_seen_anywhere(self, store: Store) -> None:
        await put(store, customer(read_upto=Position(minute(-50), "m-2")))
        await put(store, came("m-1", at=-60), came("m-2", at=-50), came("m-3", at=-50))
        await put(store, came("m-4", seen=True, at=-3), came("m-5", automatic=True, at=-2))
        assert (await card_of(store, "ana")).unread == 1


async def everything(store: Store) -> list[object]:
    """All that can be read of the customers in these tests."""
    answers: list[object] = []
    for name in ("ana", "bob", "cleo"):
        answers += [await store.card(cid(name), NOW), await store.page(cid(name))]
        answers += [await store.resolve(mail(name)), await store.find(name)]
    views = (View(show=show) for show in SHOWS)
    answers += [await store.inbox(view, NOW) for view in views]
    answers += [await found(store, text) for text in ("order", "from:bob", "raisins", "tag:vip")]
    return answers


async def three_customers(store: Store) -> None:
    await put(store, customer("ana", tags=("vip",)), customer("bob", importance=3))
    await put(store, came("m-1", "ana", -50), came("m-2", "bob", -40), note("n-1", "bob"))
    await put(store, went("m-3", "ana", -30), delivery("m-3", DeliveryState.SENT))
    await put(store, came("m-4", "bob", -20), came("m-5", "cleo", -10))


class Joining(StoreBase):
    """Addresses change hands without a trace in the history."""

    async def test_a_joined_timeline_is_the_union(self, store: Store) -> None:
        await three_customers(store)
        await put(store, identity("bob", cid("ana")))
        assert await ids(store, "ana") == ["m-1", "m-2", "m-3", "m-4", "n-1"]
        assert await ids(store, "bob") == await ids(store, "ana")
        card = await card_of(store, "ana")
        assert card == await card_of(store, "bob")
        assert card.customer == customer("ana", tags=("vip",))
        assert [i.address for i in card.identities] == [mail("ana"), mail("bob")]
        assert card.identities[1] == identity("bob", cid("ana"))
        assert card.waiting_since == minute(-20)
        assert card.last_in == came("m-4", "bob", -20)
        assert await store.resolve(mail("bob")) == cid("ana")

    async def test_a_joined_customer_is_one_row_and_one_hit(self, store: Store) -> None:
        await three_customers(store)
        await put(store, identity("bob", cid("ana")))
        rows = (await store.inbox(View(show="all"), NOW)).rows
        assert sorted(row.customer_id for row in rows) == sorted([cid("ana"), cid("cleo")])
        (who,) = await store.find("bob@example.com")
        assert who.customer_id == cid("ana")
        assert who.addresses == (mail("ana"), mail("bob"))
        hits = await store.search(parse("raisins", NOW), NOW)
        assert [hit.customer_id for hit in hits] == [cid("ana")]
        assert set(await found(store, "tag:vip")) >= {"m-1", "m-2", "m-3", "m-4", cid("ana")}

    async def test_a_later_message_lands_with_the_head(self, store: Store) -> None:
        await three_customers(store)
        await put(store, identity("bob", cid("ana")), came("m-6", "bob", -1))
        assert (await ids(store, "ana"))[-1] == "m-6"
        (row, *_) = [r for r in (await store.inbox(View(), NOW)).rows if r.customer_id == cid("ana")]
        assert row.last is not None
        assert row.last.entry_id == "m-6"

    async def test_split_puts_everything_back_exactly(self, store: Store) -> None:
        await three_customers(store)
        own = identity("bob", cid("bob"), at=NOW)
        await put(store, own)
        before = await everything(store)
        await put(store, identity("bob", cid("ana"), rev=2))
        assert await everything(store) != before
        await put(store, replace(own, rev=3))
        after = await everything(store)
        assert _without_revisions(after) == _without_revisions(before)

    async def test_one_of_several_addresses_can_go(self, store: Store) -> None:
        await three_customers(store)
        await put(store, identity("cleo", cid("bob")), identity("bob", cid("ana")))
        assert await ids(store, "bob") == ["m-5"]  # an id stands for itself while it has an address
        assert "m-5" not in await ids(store, "ana")
        await put(store, identity("cleo", cid("ana"), rev=2))
        assert await ids(store, "bob") == await ids(store, "ana")
        assert "m-5" in await ids(store, "ana")

    async def test_an_address_nobody_wrote_from_can_be_a_customers(self, store: Store) -> None:
        await three_customers(store)
        await put(store, identity("work", cid("ana"), evidence=Evidence.CLAIMED))
        assert await store.resolve(mail("work")) == cid("ana")
        assert [i.address for i in (await card_of(store, "ana")).identities] == [mail("ana"), mail("work")]
        await put(store, came("m-9", "work", -1))
        assert (await ids(store, "ana"))[-1] == "m-9"

    async def test_any_order_of_joins_gives_the_same(
        self, store: Store, open_store: OpenStore, tmp_path: Path
    ) -> None:
        links = [identity("bob", cid("ana")), identity("cleo", cid("ana"))]
        links.append(identity("dan", cid("cleo")))
        answers = []
        for number, order in enumerate(itertools.permutations(links)):
            async with opened(open_store, tmp_path / f"order-{number}") as store:
                await three_customers(store)
                await put_each(store, order)
                answers.append(await everything(store))
        assert all(answer == answers[0] for answer in answers)


def _without_revisions(answers: list[object]) -> list[object]:
    """The answers, but for the number of the one document that was written twice more."""
    return [
        replace(answer, identities=tuple(replace(i, rev=0) for i in answer.identities))
        if isinstance(answer, Card)
        else answer
        for answer in answers
    ]


async def some_of_each(store: Store) -> None:
    message = came("m-1", attachments=(FILE,))
    await store.write(
        [customer(tags=("vip",)), message],
        blobs={DIGEST: DATA},
        cursor=CursorUpdate(channel=MAIL, cursor="7"),
    )
    await put(store, went("m-2"), delivery("m-2"), note("n-1"), came("m-3", "bob"))
    await put(store, identity("bob", cid("ana")))
    await put(store, delivery("m-2", DeliveryState.SENT, rev=2, external_id="<ours@x>"))


async def answers_of(store: Store) -> list[object]:
    return [
        store.secret,
        await store.card(cid("ana"), NOW),
        await store.page(cid("bob")),
        await store.inbox(View(show="all"), NOW),
        await store.cursor(MAIL),
        await store.known(MAIL, {"<ours@x>", "<m-1@example.com>"}),
        await store.deliveries({DeliveryState.SENT}),
        await store.blob(mail("ana"), DIGEST),
        await found(store, "order"),
        await store.find("ana"),
        await store.get(Identity, str(mail("bob"))),
    ]


class Lasting(StoreBase):
    """What a second handle sees, what a new start finds, and what is derived anew."""

    async def test_the_secret_is_32_bytes(self, store: Store, open_store: OpenStore, tmp_path: Path) -> None:
        assert len(store.secret) == 32
        async with opened(open_store, tmp_path / "another") as another:
            assert another.secret != store.secret

    async def test_another_handle_sees_what_is_written(self, store: Store, other: Store) -> None:
        assert await other.card(cid("ana"), NOW) is None
        await some_of_each(store)
        assert await answers_of(other) == await answers_of(store)

    async def test_a_new_start_finds_everything(
        self, store: Store, open_store: OpenStore, folder: Path
    ) -> None:
        await some_of_each(store)
        before = await answers_of(store)
        await store.aclose()
        async with opened(open_store, folder) as again:
            assert await answers_of(again) == before
            assert (await again.check()).problems == ()

    async def test_rebuilding_changes_no_answer(self, store: Store, other: Store) -> None:
        await some_of_each(store)
        before = await answers_of(store)
        report = await store.rebuild()
        assert report == await store.check()
        assert await answers_of(store) == before
        assert await answers_of(other) == before
        await put(store, came("m-8", at=-1))
        assert (await ids(other))[-1] == "m-8"

    async def test_check_counts(self, store: Store) -> None:
        report = await store.check()
        assert (report.customers, report.messages, report.problems) == (0, 0, ())
        await some_of_each(store)
        report = await store.check()
        assert (report.customers, report.messages, report.problems) == (1, 3, ())

    async def test_closing_twice_is_harmless(self, store: Store) -> None:
        await some_of_each(store)
        await store.aclose()
        await store.aclose()

    async def test_a_handle_that_was_never_used_closes(self, open_store: OpenStore, tmp_path: Path) -> None:
        store = await open_store(tmp_path / "unused")
        await store.aclose()
