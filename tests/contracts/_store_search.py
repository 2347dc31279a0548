"""The store's contract, fifth part: search. What it finds, in which order, and that nothing typed can break it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_tui.core.attachments import Attachment
from agent_tui.core.errors import UsageError
from agent_tui.core.model import Customer, DeliveryState, Medium, Position
from agent_tui.core.query import Query, Term, parse
from agent_tui.core.store import Hit, Store
from tests.contracts._store_base import StoreBase, found, put, put_each
from tests.contracts.records import (
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

PHOTO = Attachment(name="Torte_2.jpg", media_type="image/jpeg", size=3, digest="0" * 64)
DAY = -24 * 60


async def a_history(store: Store) -> None:
    """Ana asks about a return in German, Bob writes by SMS, Mei in Chinese; somebody is done."""
    await put(store, customer("ana", name="Ana Müller", tags=("vip", "a tag"), company="Acme"))
    await put(store, customer("bob", done_upto=Position(NOW, "z"), notes_pinned=("allergic to walnuts",)))
    german = "Die Rückgabe der Bestellung ORD-4711/8 in die Łódzka Straße. REFUND please"
    await put(
        store,
        came("m-1", "ana", -60, subject="Rückgabe", text=german, attachments=(PHOTO,)),
        went("m-2", "ana", -50, text="We refund you tomorrow", cc=(mail("boss"),)),
        delivery("m-2", DeliveryState.FAILED, error="no such user"),
        note("n-1", "ana", -40, text="Refund is agreed; see ORD 4711"),
        came("m-3", "bob", -30, channel="shop-sms", medium=Medium.SMS, text="Does it have walnuts?"),
        came("m-4", "mei", -20, subject="", text="我想退款，订单在哪里？ 返金できますか 환불해 주세요"),
        came("m-6", "mei", 4 * DAY, subject="", text="the oldest", seen=True),
        came("m-5", "mei", 3 * DAY, subject="", text="old words", quoted="the receipt of 1999"),
    )


class Searching(StoreBase):
    """Queries."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("refund", ["n-1", "m-2", "m-1"]),
            ("REFUND", ["n-1", "m-2", "m-1"]),
            ("refun", []),
            ("refun*", ["n-1", "m-2", "m-1"]),
            ("ref*", ["n-1", "m-2", "m-1"]),
            ("efund*", []),
            ("refund tomorrow", ["m-2"]),
            ("tomorrow refund", ["m-2"]),
            ("refund -tomorrow", ["n-1", "m-1"]),
            ("refund -tomor*", ["n-1", "m-1"]),
            ('refund -"refund is"', ["m-2", "m-1"]),
            ('"refund is agreed"', ["n-1"]),
            ('"refund agreed"', []),
            ('"agreed refund"', []),
            ("nothingofthesort", []),
            ("ruckgabe", ["m-1"]),
            ("RÜCKGABE", ["m-1"]),
            ("strasse", ["m-1"]),
            ("straße", ["m-1"]),
            ("lodzka", ["m-1"]),
            ("4711", ["n-1", "m-1"]),
            ("ORD-4711/8", ["m-1"]),
            ("ord-4711", ["n-1", "m-1"]),
            ("47*", ["n-1", "m-1"]),
            ("torte", ["m-1"]),
            ("退款", ["m-4"]),
            ("款退", []),
            ("退", ["m-4"]),
            ("想退款", ["m-4"]),
            ("返金", ["m-4"]),
            ("환불", ["m-4"]),
            ("불환", []),
            ("退款 返金", ["m-4"]),
            ("1999", ["m-5"]),
            ("walnuts", [cid("bob"), "m-3"]),
            ("müller", [cid("ana")]),
            ("acme", [cid("ana")]),
        ],
    )
    async def test_words_phrases_prefixes(self, store: Store, text: str, expected: list[str]) -> None:
        await a_history(store)
        assert await found(store, text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("refund from:ana", ["m-1"]),
            ("refund from:ana@example.com", ["m-1"]),
            ('from:"corner bakery"', ["m-2"]),
            ("from:rui", ["n-1"]),
            ("from:example.com -refund", ["m-4", "m-3", "m-5", "m-6"]),
            ("from:bob from:ana", []),
            ("to:boss", ["m-2"]),
            ("to:boss@example.com to:ana", ["m-2"]),
            ("to:shop walnuts", ["m-3"]),
            ("on:sms", ["m-3"]),
            ("on:SHOP-SMS", ["m-3"]),
            ("on:email on:sms", []),
            ("refund on:email", ["m-2", "m-1"]),
            ("on:fax", []),
            ("is:note", ["n-1"]),
            ("is:failed", ["m-2"]),
            ("refund is:failed is:open", ["m-2"]),
            ("is:done", [cid("bob"), "m-3"]),
            ("walnuts is:open", []),
            ("is:snoozed", []),
            ("has:attachment", ["m-1"]),
            ("refund tag:vip", ["n-1", "m-2", "m-1"]),
            ('tag:"A Tag" tomorrow', ["m-2"]),
            ("tag:VIP is:note", ["n-1"]),
            ("refund tag:a", []),
            ("tag:none", []),
            ("before:2d", ["m-5", "m-6"]),
            ("before:2026-11-20", ["m-5", "m-6"]),
            ("refund after:1d", ["n-1", "m-2", "m-1"]),
            ("refund after:2026-11-21T11:10", ["n-1", "m-2"]),
            ("refund after:2026-11-21T11:20", ["n-1"]),
            ("refund before:2026-11-21T11:20", ["m-2", "m-1"]),
            ("old after:1d", []),
            ("is:unread", [cid("mei"), cid("ana"), "m-4", "m-1", "m-5"]),
            ("is:unread 退款", ["m-4"]),
        ],
    )
    async def test_operators(self, store: Store, text: str, expected: list[str]) -> None:
        await a_history(store)
        await put(store, customer("bob", rev=2, read_upto=Position(NOW, "z"), done_upto=Position(NOW, "z")))
        assert await found(store, text) == expected

    async def test_a_customers_hit_and_an_entrys(self, store: Store) -> None:
        await a_history(store)
        by_name, by_word = await store.search(parse("walnuts", NOW), NOW)
        assert by_name == Hit(
            customer_id=cid("bob"),
            name="Bob",
            entry_id=None,
            type="customer",
            at=minute(-30),
            medium=None,
            snippet="allergic to walnuts",
        )
        assert by_word == Hit(
            customer_id=cid("bob"),
            name="Bob",
            entry_id="m-3",
            type="message",
            at=minute(-30),
            medium=Medium.SMS,
            snippet="Does it have walnuts?",
        )
        (of_note,) = await store.search(parse("agreed", NOW), NOW)
        assert (of_note.type, of_note.medium, of_note.name) == ("note", None, "Ana Müller")

    async def test_a_snippet_is_one_safe_line_around_the_word(self, store: Store) -> None:
        text = "filler " * 300 + "\x1b[2J\n the needle \r\n" + "more " * 300
        await put(store, came("m-1", text=text))
        (hit,) = await store.search(parse("needle", NOW), NOW)
        assert "needle" in hit.snippet
        assert hit.snippet.isprintable()
        assert len(hit.snippet) <= 200

    async def test_a_snippet_is_around_the_word_however_it_is_written(self, store: Store) -> None:
        text = "Verlustangst, " + "filler " * 100 + "meine verlust; R\u00dcCKGABE " + "more " * 100
        await put(store, came("m-1", text=text))
        for asked in ("ruckgabe", "verlust"):
            (hit,) = await store.search(parse(asked, NOW), NOW)
            assert "verlust; R\u00dcCKGABE" in hit.snippet

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("refund", ["n-1", "m-2", "m-1"]),
            ("refund on:email", ["m-2", "m-1"]),
            ("is:note", ["n-1"]),
            ("is:failed", ["m-2"]),
            ("after:1d", ["n-1", "m-2", "m-1"]),
            ("müller", []),
            ("walnuts", []),
        ],
    )
    async def test_what_was_said_with_one_customer(
        self, store: Store, text: str, expected: list[str]
    ) -> None:
        await a_history(store)
        await put(store, came("m-7", "mei", -10, text="refund"))
        hits = await store.search(replace(parse(text, NOW), customer=cid("ana")), NOW)
        assert [hit.entry_id for hit in hits] == expected
        assert await store.search(Query(customer=cid("ana")), NOW) == ()
        assert await store.search(replace(parse("refund", NOW), customer="nobody"), NOW) == ()

    async def test_what_was_said_with_all_addresses_of_one_customer(self, store: Store) -> None:
        await a_history(store)
        await put(store, came("m-7", "mei", -10, text="refund"), identity("mei", cid("ana")))
        hits = await store.search(replace(parse("refund", NOW), customer=cid("ana")), NOW)
        assert [hit.entry_id for hit in hits] == ["m-7", "n-1", "m-2", "m-1"]

    async def test_newest_first_equal_times_by_the_larger_id(self, store: Store) -> None:
        await put_each(store, (came(f"m-{n}", f"c{n % 2}", -(n // 3)) for n in range(9)))
        assert await found(store, "where") == [f"m-{n}" for n in (2, 1, 0, 5, 4, 3, 8, 7, 6)]

    async def test_no_more_than_asked(self, store: Store) -> None:
        await put(store, *(came(f"m-{n:03}", at=n) for n in range(80)))
        query = parse("order", NOW)
        assert len(await store.search(query, NOW)) == 50
        first = await store.search(query, NOW, limit=3)
        assert [hit.entry_id for hit in first] == ["m-079", "m-078", "m-077"]
        assert await store.search(query, NOW, limit=0) == ()

    async def test_a_customer_is_found_as_described_now(self, store: Store) -> None:
        await a_history(store)
        await put(store, customer("bob", rev=2, name="Robert", tags=("new",)))
        assert await found(store, "robert") == [cid("bob")]
        assert await found(store, "walnuts") == ["m-3"]
        assert await found(store, "bob tag:new") == [cid("bob"), "m-3"]
        await put(store, customer("bob", rev=3))
        assert await found(store, "robert") == []
        assert await found(store, "tag:new") == []

    async def test_standing_is_the_one_of_the_moment_asked(self, store: Store) -> None:
        await put(store, customer(snoozed_until=minute(5)), came("m-1", at=-9, automatic=True))
        query = parse("where is:snoozed", NOW)
        assert len(await store.search(query, NOW)) == 1
        assert await store.search(query, NOW + timedelta(minutes=6)) == ()

    async def test_words_of_two_fields_are_no_phrase(self, store: Store) -> None:
        await put(store, came("m-1", subject="red green", text="blue black", quoted="white"))
        assert await found(store, "green blue white") == ["m-1"]
        assert await found(store, '"green blue"') == []
        assert await found(store, '"black white"') == []

    async def test_ten_thousand_letters_are_a_word(self, store: Store) -> None:
        await put(store, came("m-1", text="x" * 10_000))
        assert await found(store, "x" * 10_000) == ["m-1"]
        assert await found(store, "x" * 9_999) == []


HOSTILE = [
    '"',
    '""',
    '"unclosed',
    "'",
    "';--",
    "' OR 1=1 --",
    '" OR "1"="1',
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR(where order, 5)",
    "where AND order",
    "where OR nothing",
    "where NOT order",
    "nothing OR where",
    "body:where",
    "subject:order",
    "{subject text}:where",
    "^where",
    "where + order",
    "- where",
    "-where",
    "--where",
    "*",
    "**",
    "* where",
    "wh*re",
    "(where)",
    "(",
    ")",
    "()",
    "\x00",
    "where\x00order",
    "\x00*",
    "where*\x00",
    ":",
    "::",
    "from:",
    'from:""',
    'from:"',
    "from:*",
    'from:"* OR *"',
    "to:%",
    "tag:'",
    'tag:"*"',
    "on:*",
    "is:",
    "is:everything",
    "before:",
    "before:never",
    "after:99999999999d",
    "before:9999y",
    "after:0001-01-01",
    "before:0001-01-01T00:00+14:00",
    "after:9999-12-31T23:59-14:00",
    "before:9999-12-31",
    "\ud800",
    "where \udfff",
    "%",
    "_",
    "\\",
    "\u202e",
    "\u0301",
    "e\u0301" * 500,
    "\ufeff",
    "🥐",
    "a" * 10_000,
    "a " * 5_000,
    '"' + "a " * 5_000 + '"',
    "-a " * 5_000,
    "(" * 10_000,
    '"' * 10_000,
    "from:a " * 1_000,
    "where* " * 2_000,
]
FINDS_ALL = {"is:", "(where)", "(", "after:0001-01-01", "before:9999-12-31", "where* " * 2_000, "^where"}
QUERIES = [
    Query(),
    Query(terms=(Term(text=""),)),
    Query(terms=(Term(text="", prefix=True),)),
    Query(terms=(Term(text="!?", prefix=True),)),
    Query(terms=(Term(text="\x00"),)),
    Query(terms=(Term(text="zzz", negated=True),)),
    Query(terms=(Term(text="", negated=True),)),
    Query(terms=(Term(text="where"), Term(text="?"))),
    Query(sender=("",)),
    Query(recipient=("%",)),
    Query(tags=("",)),
    Query(on=("",)),
    Query(states=("",)),
    Query(states=("no such state",)),
    Query(sender=('" OR "',)),
]


def shortened(value: object) -> str:
    return ascii(str(value))[:40]


class Hostility(StoreBase):
    """What nobody types by accident."""

    @pytest.mark.parametrize("text", HOSTILE, ids=shortened)
    async def test_nothing_typed_breaks_it_or_finds_everything(self, store: Store, text: str) -> None:
        await put(store, customer(), *(came(f"m-{n}") for n in range(4)), note("n-1", text="other"))
        try:
            query = parse(text, NOW)
        except UsageError:
            return
        hits = await store.search(query, NOW)
        assert len(hits) < 6
        if "where" not in text.casefold() and text not in FINDS_ALL:
            assert hits == ()

    @pytest.mark.parametrize("query", QUERIES, ids=shortened)
    async def test_a_query_that_says_nothing_finds_nothing(self, store: Store, query: Query) -> None:
        await put(store, customer(tags=("",)), came("m-1"), note("n-1"))
        assert await store.search(query, NOW) == ()

    async def test_words_of_a_query_language_are_words(self, store: Store) -> None:
        await put(
            store, came("m-1", text="this AND that OR NOT near NEAR(a b)"), came("m-2", text="this that")
        )
        for text in ("and", "or not", '"that or not"', "near", "near(a", "this AND that"):
            assert await found(store, text) == ["m-1"]

    async def test_hostile_words_of_strangers_are_found_as_words(self, store: Store) -> None:
        text = '\'; DROP TABLE message; -- "quoted" col:val star* ^caret {brace} \x00nul'
        await put(store, came("m-1", text=text, subject=text, author_name=text))
        for word in ("drop", "quoted", "val", "star", "caret", "brace", "nul", '"drop table message"'):
            assert await found(store, word) == ["m-1"]
        assert (await store.check()).problems == ()

    async def test_a_customer_may_be_called_anything(self, store: Store) -> None:
        name = 'Robert\'); DROP \x00 "TABLE" * \u202e'
        await put(store, customer(name=name, tags=(name, "")))
        assert await found(store, "robert") == [cid("ana")]
        assert (await store.find("robert drop"))[0].name == name
        kept = await store.get(Customer, cid("ana"))
        assert kept is not None
        assert kept.name == name
