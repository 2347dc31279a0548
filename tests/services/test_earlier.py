"""How we answered this before: what is asked, by which words it is looked for, and what is found, in both stores."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.clock import SYSTEM
from agent_tui.core.model import DeliveryState, Entry, Medium, Message, Record
from agent_tui.core.store import Store
from agent_tui.services.about import Business
from agent_tui.services.earlier import Before, Earlier, asked_at, unanswered, ungreeted
from agent_tui.services.odd import left_over
from agent_tui.services.telling import name_words, telling, telling_words
from agent_tui.services.timeline import Timeline
from storage.local import LocalStore
from storage.memory import MemoryStore
from tests.contracts.records import MAIL, cid, customer, delivery, mail, minute, note
from tests.contracts.records import came as any_came
from tests.contracts.records import went as any_went

BUSINESS = Business(agent="Rui", name="Corner Bakery", signatures={MAIL: "Corner Bakery\nLisbon"})
DAY = 24 * 60


def came(key: str, name: str, at: float, text: str, **more: object) -> Message:
    return any_came(key, name, at, text=text, **{"subject": "", **more})


def went(key: str, name: str, at: float, text: str, **more: object) -> Message:
    return any_went(key, name, at, text=text, author_name="Rui", **{"subject": "", **more})


@pytest.fixture(params=["memory", "local"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store: Store = MemoryStore(SYSTEM)
    if request.param == "local":
        store = await LocalStore.open(tmp_path / "home", clock=SYSTEM)
    yield store
    await store.aclose()


def earlier(store: Store) -> Earlier:
    return Earlier(store, Timeline(store, SYSTEM, BUSINESS), BUSINESS)


async def found(store: Store, name: str = "ana", **more: object) -> tuple[Before, ...]:
    return await earlier(store).of(cid(name), **more)  # type: ignore[arg-type]


def history() -> list[Record]:
    """Dan and Eve asked about nuts and were told the same; Cleo about something else; Ana asks now."""
    return [
        customer("dan", name="Dan Roth"),
        came("q-dan", "dan", -9 * DAY, "Hello Rui, are your cakes nut free?", author_name="Dan Roth"),
        went("a-dan", "dan", -9 * DAY + 30, "Hello Dan, all our cakes are baked without nuts."),
        came("q-eve", "eve", -3 * DAY, "Is the orange cake nut-free, please?"),
        went("a-eve", "eve", -3 * DAY + 5, "All our cakes are baked without nuts, Eve!", medium=Medium.SMS),
        came("q-cleo", "cleo", -2 * DAY, "Do you deliver cakes on Sunday?"),
        went("a-cleo", "cleo", -2 * DAY + 5, "Only on Saturdays."),
        came("q-ana", "ana", -10, "Hi, is it nut free? Order 4711"),
    ]


async def test_answers_that_say_the_same_are_one_and_the_newest_is_told(store: Store) -> None:
    await store.write(history())
    (before,) = await found(store)
    assert (before.words, before.times, before.name) == ("nut free", 2, "eve@example.com")
    assert (before.question.id, before.answer.id) == ("q-eve", "a-eve")
    assert (before.answer.medium, before.text) == (Medium.SMS, "All our cakes are baked without nuts, Eve!")


async def test_two_other_answers_are_two_the_more_alike_question_first(store: Store) -> None:
    await store.write(history())
    await store.write(
        [
            came("q-fay", "fay", -DAY, "The nut cake of last week was lovely, but my oven is free now, so"),
            went("a-fay", "fay", -DAY + 5, "Glad to hear it."),
        ]
    )
    assert [one.answer.id for one in await found(store)] == ["a-eve", "a-fay"]
    assert [one.answer.id for one in await found(store, limit=1)] == ["a-eve"]
    assert await found(store, limit=0) == ()


async def test_what_one_message_asked_wherever_it_stands(store: Store) -> None:
    await store.write(history())
    await store.write(
        [came("q-old", "ana", -5 * DAY, "Do you deliver?"), went("a-old", "ana", -4 * DAY, "No.")]
    )
    assert [one.answer.id for one in await found(store, entry_id="q-old")] == ["a-cleo"]
    assert await found(store, entry_id="a-old") == ()
    assert await found(store, entry_id="m-nothing") == ()
    assert await earlier(store).of("c-nobody") == ()


async def test_their_own_question_of_last_year_counts_too(store: Store) -> None:
    await store.write([came("q-1", "ana", -300 * DAY, "nut free?"), went("a-1", "ana", -299 * DAY, "Yes!")])
    await store.write([came("q-2", "ana", -5, "And this one, nut free?")])
    assert [one.answer.id for one in await found(store)] == ["a-1"]


async def test_every_message_that_waits_is_a_question_of_its_own(store: Store) -> None:
    await store.write(history())
    rest = ("My parents come over from Sweden for the long weekend in June", "Do you deliver?")
    await store.write([came(f"q-more-{n}", "ana", -9 + n, text) for n, text in enumerate(rest)])
    assert [one.answer.id for one in await found(store)] == ["a-cleo", "a-eve"]


async def test_promises_failures_and_late_words_are_no_answers(store: Store) -> None:
    await store.write([came("q-ana", "ana", -5, "nut free?")])
    for number, more in enumerate(
        (
            {"state": DeliveryState.SENT, "promises": minute(9)},
            {"state": DeliveryState.FAILED},
            {"state": DeliveryState.CANCELED},
            {},
        )
    ):
        name, late = f"u{number}", -50 * DAY if not more else -70 * DAY + 9
        await store.write([came(f"q-{number}", name, -90 * DAY, "Is that nut free?")])
        await store.write([went(f"a-{number}", name, late, "Seen."), note(f"n-{number}", name, -80 * DAY)])
        if more:
            await store.write([delivery(f"a-{number}", name=name, **more)])  # type: ignore[arg-type]
    assert await found(store) == ()
    await store.write([went("a-real", "u0", -69 * DAY, "It is.")])
    assert [one.answer.id for one in await found(store)] == ["a-real"]


async def test_numbers_and_what_everybody_says_find_nothing(store: Store) -> None:
    await store.write([came("q-1", "dan", -90, "Hello, please, order 4711!"), went("a-1", "dan", -80, "Yes")])
    for number, text in enumerate(
        ("Hello, please: 4711?", "Olá, bom dia!", "Danke und Grüße", "", "??", "x")
    ):
        await store.write([came(f"q-ana-{number}", "ana", -9 + number, text)])
        assert (text, await found(store)) == (text, ())


async def test_the_answer_is_given_without_the_others_greeting_and_our_signature(store: Store) -> None:
    text = "Dear Dan Roth,\n\nyes, it is.\n\nRui\n\n-- \nCorner Bakery\nLisbon"
    await store.write([customer("dan", name="Dan Roth"), came("q-1", "dan", -90, "nut free?")])
    await store.write([went("a-1", "dan", -80, text), came("q-2", "ana", -9, "nut free?")])
    assert [one.text for one in await found(store)] == ["Yes, it is.\n\nRui"]


async def test_in_a_script_without_spaces(store: Store) -> None:
    await store.write([came("q-1", "dan", -90, "请问蛋糕可以退款吗"), went("a-1", "dan", -80, "可以的")])
    await store.write([came("q-2", "ana", -9, "你好，退款")])
    assert [one.words for one in await found(store)] == ["退款"]


async def test_looking_writes_nothing(store: Store) -> None:
    await store.write(history())
    token, card = await store.token(), await store.card(cid("ana"), SYSTEM.now())
    assert await found(store)
    assert (await store.token(), await store.card(cid("ana"), SYSTEM.now())) == (token, card)


@pytest.mark.parametrize(
    "text", ['"nut" OR (free*', "\x00\x1b]0;nut\x07 free", "nut " * 50_000, "{text} : ¶"]
)
async def test_hostile_words_are_only_words(store: Store, text: str) -> None:
    await store.write(history())
    await store.write([came("q-evil", "eve", -5, text), went("a-evil", "eve", -4, text)])
    await store.write([came("q-evil-2", "ana", -3, text)])
    for one in await found(store):
        assert one.answer.id in {"a-evil", "a-dan", "a-eve"}


class TestWhatIsAsked:
    entries = (
        Entry(fact=came("m-0", "ana", -90, "first")),
        Entry(fact=went("m-1", "ana", -80, "yes")),
        Entry(fact=came("m-2", "ana", -70, "second")),
        Entry(fact=note("n-1", "ana", -60)),
        Entry(fact=came("m-3", "ana", -50, "third")),
    )

    @pytest.mark.parametrize(
        ("at", "asked"),
        [
            ("m-3", ["m-2", "m-3"]),
            (None, ["m-2", "m-3"]),
            ("m-2", ["m-2"]),
            ("m-0", ["m-0"]),
            ("m-1", ["m-0"]),
            ("n-1", ["m-2"]),
        ],
    )
    def test_where_the_agent_stands(self, at: str | None, asked: list[str]) -> None:
        assert [one.id for one in asked_at(self.entries, at)] == asked

    def test_the_last_of_a_part_is_not_the_end(self) -> None:
        assert [one.id for one in asked_at(self.entries, "m-3", newer=True)] == ["m-3"]
        assert asked_at((), None) == asked_at((), "m-1", newer=True) == ()

    def test_once_answered_it_is_the_newest_question(self) -> None:
        answered = (*self.entries, Entry(fact=went("m-4", "ana", -40, "yes")))
        assert [one.id for one in unanswered(answered)] == ["m-3"]
        promised = delivery("m-4", DeliveryState.SENT, promises=minute(9))
        with_promise = (*self.entries, replace(answered[-1], delivery=promised))
        assert [one.id for one in unanswered(with_promise)] == ["m-2", "m-3"]
        assert unanswered(self.entries[1:2]) == ()


class TestWords:
    def test_telling_ones_as_they_are_written(self) -> None:
        text = "Olá! Is the Pão-de-ló nut FREE? https://x.example/nuts ana@x.example 4711 A4711, don't"
        assert telling(text) == {"pao": "Pão", "nut": "nut", "free": "FREE"}
        assert telling(text, names={"pao"}) == {"nut": "nut", "free": "FREE"}

    @pytest.mark.parametrize(
        "text", ["Is the Pão-de-ló nut FREE?", "退款订单 please", "ขนมปัง", "", "don't", "x" * 99]
    )
    def test_both_ways_give_the_same_words(self, text: str) -> None:
        assert frozenset(telling(text)) == telling_words(text)

    @pytest.mark.parametrize(
        ("text", "bare"),
        [
            ("Hello Dan,\n\nyes.", "Yes."),
            ("Dan: yes", "Yes"),
            ("Yes, sure!", "Yes, sure!"),
            ("Of course I told Dan Roth so, and", "Of course I told Dan Roth so, and"),
            ("Roth, com certeza", "Com certeza"),
            ("Hello Dan", "Hello Dan"),
            ("", ""),
        ],
    )
    def test_a_greeting_that_names_them_goes(self, text: str, bare: str) -> None:
        assert ungreeted(text, "Dan Roth") == bare

    @pytest.mark.parametrize(
        ("text", "name", "told"),
        [
            ("Yes, as I told dan yesterday", "Dan Roth", "Dan"),
            ("ask 渡辺", "渡辺", "渡辺"),
            ("ask roth", "dan.roth@example.com", "roth"),
            ("It went to DAN@example.com.", "Mr Roth", "dan@example.com"),
            ("The danish is free", "Dan Roth", ""),
            ("Com from", "Visitor from Graça", ""),
            ("Ana, yes", "Ana Roth", ""),
        ],
    )
    def test_what_was_left_over_is_told_wherever_it_stands(self, text: str, name: str, told: str) -> None:
        once = [(name, mail("dan")), (name, mail("dan"))]
        reason = f"the words name {told}: they are from an answer to {name}, this is Ana Sousa"
        assert left_over(text, once, "Ana Sousa") == ((reason,) if told else ())

    @pytest.mark.parametrize("text", ["We call +351 912 345 678.", "912345678", "(912) 345-678"])
    def test_and_so_is_a_number(self, text: str) -> None:
        once = [("Dan Roth", Address("phone", "+351912345678"))]
        assert len(left_over(text, once, "Ana")) == 1
        assert left_over(text, [("Dan Roth", Address("phone", "+351912345679"))], "Ana") == ()

    def test_an_address_for_a_name_is_no_word_of_the_text(self) -> None:
        assert ungreeted("Com certeza, está livre.", "dan@example.com") == "Com certeza, está livre."
        assert name_words("Visitor from Graça") == ("Visitor", "Graça")
        assert name_words("dan roth") == ("dan", "roth")
        assert name_words("+351 912 345 678") == ()
