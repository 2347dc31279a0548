"""The store's contract, fourth part: who is in which list and where, finding somebody, and deliveries."""

import asyncio
from dataclasses import replace

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.model import (
    CustomerState,
    DeliveryState,
    Direction,
    InboxRow,
    Last,
    Medium,
    Position,
)
from agent_tui.core.store import Found, InboxPage, Labels, Store, View
from tests.contracts._store_base import StoreBase, put, put_each
from tests.contracts.records import (
    MAIL,
    NOW,
    came,
    cid,
    customer,
    delivery,
    identity,
    mail,
    minute,
    note,
    went,
)

ALL = View(show="all")
NAMES = {cid(name): name for name in ("ana", "bob", "cleo", "dan", "eva", "fay")}


async def names(store: Store, view: View = ALL) -> list[str]:
    page = await store.inbox(view, NOW)
    assert page.total == len(page.rows)
    return [NAMES[row.customer_id] for row in page.rows]


async def six_customers(store: Store) -> None:
    """Of Ana and Bob nobody waits; Cleo waits; Dan is done; Eva is snoozed; Fay has no message."""
    far = Position(minute(0), "z")
    await put(store, customer("ana", tags=("vip", "a tag")), came("m-1", "ana", -90), went("m-2", "ana", -80))
    await put(store, customer("bob", assigned_to="Rui"), went("m-3", "bob", -70, channel="other-mail"))
    await put(store, customer("cleo", assigned_to="Eli"), came("m-4", "cleo", -60))
    await put(store, customer("dan", done_upto=far), came("m-5", "dan", -50), note("n-1", "dan"))
    await put(store, customer("eva", snoozed_until=minute(5), snoozed_at=far), came("m-6", "eva", -40))
    await put(store, customer("fay", tags=("vip",), assigned_to=""))


class Lists(StoreBase):
    """Inboxes."""

    async def test_an_empty_store_has_empty_lists(self, store: Store) -> None:
        for view in (View(), ALL, View(show="done", tag="x", assigned_to="", channel=MAIL)):
            assert await store.inbox(view, NOW) == InboxPage(rows=(), total=0)

    @pytest.mark.parametrize(
        ("view", "expected"),
        [
            (View(), ["cleo"]),
            (View(show="open"), ["cleo", "bob", "ana", "fay"]),
            (View(show="snoozed"), ["eva"]),
            (View(show="done"), ["dan"]),
            (View(show="all"), ["cleo", "eva", "dan", "bob", "ana", "fay"]),
            (View(show="all", assigned_to="Rui"), ["bob"]),
            (View(show="all", assigned_to="rui"), []),
            (View(show="all", assigned_to=""), ["eva", "dan", "ana", "fay"]),
            (View(show="waiting", assigned_to=""), []),
            (View(show="all", channel=MAIL), ["cleo", "eva", "dan", "ana"]),
            (View(show="all", channel="other-mail"), ["bob"]),
            (View(show="all", channel="email"), []),
            (View(show="all", tag="vip"), ["ana", "fay"]),
            (View(show="all", tag="a tag"), ["ana"]),
            (View(show="all", tag="a"), []),
            (View(show="open", tag="vip", assigned_to="", channel=MAIL), ["ana"]),
        ],
        ids=str,
    )
    async def test_a_view_shows_whom_it_names(self, store: Store, view: View, expected: list[str]) -> None:
        await six_customers(store)
        assert await names(store, view) == expected

    async def test_a_row_says_it_all(self, store: Store) -> None:
        text = "First line\x1b[31m\nsecond " + "word " * 100
        who = customer(tags=("vip",), importance=2, promised_by=minute(9), assigned_to="Rui")
        await put(store, who, came("m-1", at=-5), came("m-2", at=-4, text=text, medium=Medium.SMS))
        (row,) = (await store.inbox(View(), NOW)).rows
        assert row.last is not None
        assert row == InboxRow(
            customer_id=cid("ana"),
            name="Ana",
            state=CustomerState.OPEN,
            waiting_since=minute(-5),
            unread=2,
            assigned_to="Rui",
            importance=2,
            promised_by=minute(9),
            tags=("vip",),
            last=Last(
                entry_id="m-2",
                medium=Medium.SMS,
                channel=MAIL,
                direction=Direction.IN,
                at=minute(-4),
                snippet=row.last.snippet,
            ),
        )
        assert row.last.snippet.startswith("First line second word")
        assert row.last.snippet.isprintable()
        assert len(row.last.snippet) <= 200

    async def test_a_message_without_words_shows_its_subject(self, store: Store) -> None:
        await put(store, came("m-1", text=" \n", subject="Photo"))
        (row,) = (await store.inbox(View(), NOW)).rows
        assert row.last is not None
        assert row.last.snippet == "Photo"

    async def test_a_note_is_not_the_last_message(self, store: Store) -> None:
        await put(store, note("n-1"))
        (row,) = (await store.inbox(ALL, NOW)).rows
        assert row.last is None

    async def test_the_longest_wait_times_importance_is_first(self, store: Store) -> None:
        for name, importance, at in (("ana", 1, -100), ("bob", 3, -40), ("cleo", 2, -50)):
            await put(store, customer(name, importance=importance), came(f"m-{name}", name, at))
        assert await names(store, View()) == ["bob", *sorted(["ana", "cleo"], key=cid)]

    async def test_severity_and_effort_count_too(self, store: Store) -> None:
        for name, facts, at in (
            ("ana", {}, -100),
            ("bob", {"severity": 3}, -40),
            ("cleo", {"effort": 1}, -70),
            ("dan", {"effort": 3}, -120),
            ("eva", {"severity": 2, "effort": 1, "importance": 2}, -25),
        ):
            await put(store, customer(name, **facts), came(f"m-{name}", name, at))
        assert await names(store, View()) == ["eva", "bob", "cleo", "ana", "dan"]
        rows = {NAMES[row.customer_id]: row for row in (await store.inbox(View(), NOW)).rows}
        assert (rows["bob"].severity, rows["bob"].effort) == (3, 2)
        assert (rows["eva"].severity, rows["eva"].effort) == (2, 1)

    async def test_snoozed_until_they_write(self, store: Store) -> None:
        await put(store, came("m-1", at=-9), customer(snoozed_at=Position(minute(-9), "m-1")))
        assert await names(store, View(show="snoozed")) == ["ana"]
        assert (await store.inbox(View(show="snoozed"), minute(999_999))).total == 1
        await put(store, came("m-2", at=-5))
        assert await names(store, View()) == ["ana"]

    async def test_a_follow_up_waits_when_it_is_due(self, store: Store) -> None:
        at = Position(minute(-5), "m-2")
        who = customer(snoozed_until=minute(5), snoozed_at=at, follow_up=True)
        await put(store, who, came("m-1", at=-9), went("m-2", at=-5))
        assert await names(store, View(show="snoozed")) == ["ana"]
        (row,) = (await store.inbox(View(), minute(6))).rows
        assert (row.waiting_since, row.follow_up) == (minute(5), True)

    async def test_a_follow_up_is_dropped_when_they_write_first(self, store: Store) -> None:
        at = Position(minute(-5), "m-2")
        who = customer(snoozed_until=minute(5), snoozed_at=at, follow_up=True)
        await put(store, who, came("m-1", at=-9), went("m-2", at=-5), came("m-3", at=-3), went("m-4", at=-2))
        assert (await store.inbox(View(), minute(6))).total == 0

    async def test_a_follow_up_hides_nobody_whose_answer_failed(self, store: Store) -> None:
        at = Position(minute(-5), "m-2")
        who = customer(snoozed_until=minute(5), snoozed_at=at, follow_up=True)
        failed = delivery("m-2", DeliveryState.FAILED)
        await put(store, who, came("m-1", at=-9), went("m-2", at=-5), failed)
        assert await names(store, View()) == ["ana"]

    async def test_who_has_a_message_that_did_not_leave(self, store: Store) -> None:
        states = {"ana": DeliveryState.FAILED, "bob": DeliveryState.UNSURE, "cleo": DeliveryState.SENT}
        for name, state in states.items():
            await put(store, went(f"m-{name}", name, -5), delivery(f"m-{name}", state, name))
        view = View(show="all", unsent=True)
        assert sorted(await names(store, view)) == ["ana", "bob"]
        assert {row.unsent for row in (await store.inbox(view, NOW)).rows} == {1}

    async def test_whose_planned_reply_waits_for_a_decision(self, store: Store) -> None:
        one = delivery("m-1", DeliveryState.FAILED, held=True)
        await put(store, went("m-1", at=-5), one, went("m-2", at=-4), delivery("m-2", DeliveryState.FAILED))
        await put(store, went("m-3", "bob", -5), delivery("m-3", DeliveryState.CANCELED, "bob", held=True))
        rows = (await store.inbox(View(show="all"), NOW)).rows
        counts = {row.customer_id: (row.unsent, row.held) for row in rows}
        assert counts == {cid("ana"): (2, 1), cid("bob"): (0, 0)}
        await put(store, replace(one, state=DeliveryState.CANCELED, rev=2))
        row = (await store.inbox(View(show="all", unsent=True), NOW)).rows[0]
        assert (row.unsent, row.held) == (1, 0)

    async def test_good_customers_with_whom_nothing_was_said_for_long(self, store: Store) -> None:
        far = Position(minute(0), "z")
        await put(store, customer("ana", importance=2), went("m-1", "ana", -50))
        await put(store, customer("bob", importance=3, done_upto=far), came("m-2", "bob", -60))
        await put(store, customer("cleo"), went("m-3", "cleo", -70))
        await put(store, customer("dan", importance=2), came("m-4", "dan", -80))
        await put(store, customer("eva", importance=2, snoozed_at=far), went("m-5", "eva", -80))
        await put(store, customer("fay", importance=2), went("m-6", "fay", -4))
        assert await names(store, View(show="quiet", silent_since=minute(-10))) == ["ana", "bob"]

    async def test_the_tags_and_agents_there_are(self, store: Store) -> None:
        await six_customers(store)
        labels = await store.labels()
        assert labels == Labels(tags={"vip": 2, "a tag": 1}, agents={"Rui": 1, "Eli": 1})

    async def test_a_broken_promise_is_before_everything(self, store: Store) -> None:
        await put(store, customer("ana", importance=3), came("m-1", "ana", -999))
        await put(store, customer("bob", promised_by=minute(1)), came("m-2", "bob", -99))
        await put(store, customer("cleo", promised_by=minute(0)), came("m-3", "cleo", -1))
        await put(store, customer("dan", promised_by=minute(-9)), went("m-4", "dan", -50))
        assert await names(store) == ["dan", "cleo", "ana", "bob"]

    async def test_time_passing_moves_customers(self, store: Store) -> None:
        await put(store, customer("ana", snoozed_until=minute(5), promised_by=minute(20)))
        await put(store, customer("bob"), came("m-1", "bob", 0))
        for now, expected in ((0, ["bob"]), (6, ["bob", "ana"]), (21, ["ana", "bob"])):
            rows = (await store.inbox(View(), minute(now))).rows
            assert [NAMES[row.customer_id] for row in rows] == expected

    async def test_equals_stand_by_id_so_that_pages_agree(self, store: Store) -> None:
        await put_each(store, (came(f"m-{n:02}", f"c{n}", -10) for n in range(23)))
        whole = (await store.inbox(View(), NOW, limit=100)).rows
        assert [row.customer_id for row in whole] == sorted(cid(f"c{n}") for n in range(23))
        for start in range(0, 25, 4):
            page = await store.inbox(View(), NOW, offset=start, limit=4)
            assert page == InboxPage(rows=whole[start : start + 4], total=23)
        assert await store.inbox(View(), NOW, offset=99) == InboxPage(rows=(), total=23)
        assert await store.inbox(View(), NOW, limit=0) == InboxPage(rows=(), total=23)

    async def test_lists_can_be_read_while_others_write(self, store: Store, other: Store) -> None:
        async def read() -> None:
            for _ in range(20):
                page = await other.inbox(View(), NOW)
                assert page.total == len(page.rows) <= 20

        async with asyncio.TaskGroup() as group:
            group.create_task(put_each(store, (came(f"m-{n}", f"c{n}") for n in range(20))))
            group.create_task(read())
        assert (await other.inbox(View(), NOW)).total == 20


class Finding(StoreBase):
    """Somebody, by name or address."""

    async def people(self, store: Store) -> None:
        await put(store, customer("ana", name="Ana Gonçalves", company="Köln Trading"))
        await put(store, customer("bob", name="Anabel Ode"), customer("cleo", name="Ana"))
        await put(store, customer("dan", name="王小明"), customer("eva", name="O'Neill, Eva"))
        phone = Address("phone", "+351912345678")
        link = identity("fay", cid("ana"), id=str(phone), address=phone)
        await put(store, link)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ana", ["cleo", "ana", "bob"]),
            ("ANA", ["cleo", "ana", "bob"]),
            ("ana gon", ["ana"]),
            ("gon ana", ["ana"]),
            ("goncalves", ["ana"]),
            ("Ana Gonçalves", ["ana"]),
            ("koln", ["ana"]),
            ("ana@example.com", ["ana"]),
            ("EMAIL:ana@example.com", ["ana"]),
            ("+351912345678", ["ana"]),
            ("+351 912 345 678", ["ana"]),
            ("+351 912", ["ana"]),
            ("小明", ["dan"]),
            ("o'neill", ["eva"]),
            ("nobody", []),
            ("bel", []),
            ("", []),
            (" \t", []),
            ("%", []),
            ("_", []),
            ("'; --", []),
            ("\x00", []),
            ('"', []),
            ("*", []),
            ("x" * 10_000, []),
        ],
        ids=lambda value: value[:12] if isinstance(value, str) else "",
    )
    async def test_exact_ones_then_words_that_begin_so(
        self, store: Store, text: str, expected: list[str]
    ) -> None:
        await self.people(store)
        assert [NAMES[who.customer_id] for who in await store.find(text)] == expected

    async def test_the_exact_name_is_before_the_alphabet(self, store: Store) -> None:
        await put(store, customer("ana", name="Abby Zoe"), customer("bob", name="Zoe"))
        assert [NAMES[who.customer_id] for who in await store.find("zoe")] == ["bob", "ana"]

    async def test_names_and_addresses_are_told(self, store: Store) -> None:
        await self.people(store)
        phone = Address("phone", "+351912345678")
        who = Found(customer_id=cid("ana"), name="Ana Gonçalves", addresses=(mail("ana"), phone))
        assert await store.find("gonçalves") == (who,)

    async def test_a_new_name_is_found_and_the_old_one_is_not(self, store: Store) -> None:
        await self.people(store)
        await put(store, customer("cleo", name="Cleopatra", rev=2))
        assert [NAMES[who.customer_id] for who in await store.find("cleopatra")] == ["cleo"]
        assert [NAMES[who.customer_id] for who in await store.find("ana")] == ["ana", "bob"]

    async def test_no_more_than_asked(self, store: Store) -> None:
        await put_each(store, (customer(f"c{n}", name=f"Maria {n}") for n in range(30)))
        assert len(await store.find("maria")) == 20
        assert len(await store.find("maria", limit=3)) == 3
        assert await store.find("maria", limit=0) == ()


class Deliveries(StoreBase):
    """The outbox and what became of it."""

    async def test_the_earliest_to_leave_is_first(self, store: Store) -> None:
        await put(store, delivery("m-1", not_before=minute(9)), delivery("m-2", not_before=minute(2)))
        await put(store, delivery("m-3", at=5), delivery("m-4", at=-7), delivery("m-5", at=5))
        queued = await store.deliveries({DeliveryState.QUEUED})
        assert [d.id for d in queued] == ["m-4", "m-2", "m-3", "m-5", "m-1"]
        assert [d.id for d in await store.deliveries({DeliveryState.QUEUED}, limit=2)] == ["m-4", "m-2"]

    async def test_only_the_states_and_the_channel_asked_for(self, store: Store) -> None:
        for state in DeliveryState:
            await put(store, delivery(f"m-{state}", state), delivery(f"o-{state}", state, channel="o"))
        wanted = [DeliveryState.UNSURE, DeliveryState.FAILED]
        assert {d.id for d in await store.deliveries(wanted, channel="o")} == {"o-unsure", "o-failed"}
        assert len(await store.deliveries(wanted)) == 4
        assert len(await store.deliveries(list(DeliveryState))) == 16
        assert await store.deliveries(()) == ()
        assert await store.deliveries(wanted, channel="nobody") == ()

    async def test_a_delivery_is_listed_as_it_is_now(self, store: Store, other: Store) -> None:
        await put(store, delivery("m-1"))
        sending = delivery("m-1", DeliveryState.SENDING, rev=2, owner="me")
        await put(other, sending)
        assert await store.deliveries({DeliveryState.QUEUED}) == ()
        assert await store.deliveries({DeliveryState.SENDING}) == (sending,)

    async def test_a_failed_answer_answers_nobody(self, store: Store) -> None:
        await put(store, came("m-1", at=-9), went("m-2", at=-5), delivery("m-2"))
        assert (await store.inbox(View(), NOW)).total == 0
        await put(store, delivery("m-2", DeliveryState.FAILED, rev=2))
        assert (await store.inbox(View(), NOW)).total == 1
        await put(store, delivery("m-2", DeliveryState.SENT, rev=3))
        assert (await store.inbox(View(), NOW)).total == 0
