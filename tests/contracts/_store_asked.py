"""The store's contract: words counted, what was asked with them and how it was answered, and what is on record."""

from dataclasses import replace

import pytest

from agent_tui.core.model import DeliveryState
from agent_tui.core.store import Store
from tests.contracts._store_base import StoreBase, put
from tests.contracts.records import activity, came, cid, customer, delivery, identity, minute, note, went

NUTS = ("nut", "free", "cake")


async def pairs(store: Store, *words: str, least: int = 1, limit: int = 50) -> list[tuple[str, str]]:
    found = await store.answered(words, least=least, limit=limit)
    return [(one.question.id, one.answer.id) for one in found]


class Asked(StoreBase):
    """Questions and answers."""

    async def test_words_are_counted_as_search_finds_them_and_no_further_than_asked(
        self, store: Store
    ) -> None:
        await put(store, came("m-1", text="Nut-free, Ródão"), came("m-2", text="nut cake"), note("n-1"))
        await put(store, went("m-3", text="no nut"), delivery("m-3", DeliveryState.CANCELED))
        words = ("nut", "rodao", "raisins", "退款", "", "-", "nothing")
        assert await store.counted(words, most=9) == {
            **dict.fromkeys(words, 0),
            "nut": 2,
            "rodao": 1,
            "raisins": 1,
        }
        assert (await store.counted(("nut",), most=1), await store.counted(("nut",), most=-1)) == (
            {"nut": 1},
            {"nut": 0},
        )

    async def test_the_first_answer_after_each_question_newest_first(self, store: Store) -> None:
        await put(store, customer("ana", name="Ana Sousa"), customer("bob"))
        await put(store, came("m-1", at=-90, text="nut free?"), went("m-2", at=-80), went("m-3", at=-70))
        await put(store, came("m-4", "bob", -60, text="A cake that is nut free"), went("m-5", "bob", -50))
        assert await pairs(store, *NUTS) == [("m-4", "m-5"), ("m-1", "m-2")]
        newest, older = await store.answered(NUTS)
        assert (older.name, older.customer_id, newest.customer_id) == ("Ana Sousa", cid("ana"), cid("bob"))
        assert newest.question.text == "A cake that is nut free"

    async def test_at_least_so_many_words(self, store: Store) -> None:
        texts = ("nut", "nut free", "a cake, nut free", "a cake of yours", "free entry")
        for number, text in enumerate(texts):
            await put(store, came(f"m-{number}", f"u{number}", -90 + number, text=text, subject=""))
            await put(store, went(f"r-{number}", f"u{number}", -50))
        asked = {
            least: [one for one, _ in await pairs(store, *NUTS, least=least)] for least in (0, 1, 2, 3, 4)
        }
        assert asked == {
            0: ["m-4", "m-3", "m-2", "m-1", "m-0"],
            1: ["m-4", "m-3", "m-2", "m-1", "m-0"],
            2: ["m-2", "m-1"],
            3: ["m-2"],
            4: [],
        }
        assert await pairs(store, "nut", "NUT", "", least=2) == []
        assert await pairs(store) == []

    async def test_of_the_newest_so_many_only(self, store: Store) -> None:
        for number in range(5):
            await put(store, came(f"m-{number}", f"u{number}", -90, text="nut"))
            await put(store, went(f"r-{number}", f"u{number}", -50))
        await put(store, came("m-9", "u9", -10, text="nut"))  # not answered yet
        assert await pairs(store, "nut", limit=3) == [("m-4", "r-4"), ("m-3", "r-3")]
        assert await pairs(store, "nut", limit=0) == []

    async def test_what_is_no_answer(self, store: Store) -> None:
        await put(store, came("m-1", at=-90, text="nut free?"), note("n-1", at=-89))
        await put(store, went("m-2", at=-80, automatic=True))
        await put(store, went("m-3", at=-70), delivery("m-3", DeliveryState.FAILED))
        await put(store, went("m-4", at=-60), delivery("m-4", DeliveryState.CANCELED))
        await put(store, went("m-5", at=-50), delivery("m-5", DeliveryState.SENT, promises=minute(60)))
        assert await pairs(store, "nut") == []
        await put(store, went("m-6", at=-40), delivery("m-6", DeliveryState.UNSURE))
        assert await pairs(store, "nut") == [("m-1", "m-6")]
        await put(store, delivery("m-6", DeliveryState.CANCELED, rev=2))
        assert await pairs(store, "nut") == []

    async def test_only_what_asks_is_a_question(self, store: Store) -> None:
        await put(store, came("m-1", at=-90, text="nut", automatic=True), note("n-1", at=-85, text="nut"))
        await put(store, went("m-2", at=-80, text="nut"), went("m-3", at=-70))
        assert await pairs(store, "nut") == []

    async def test_a_joined_customer_is_answered_on_either_address(self, store: Store) -> None:
        await put(store, came("m-1", "ana", -90, text="nut"), went("m-2", "bob", -80))
        assert await pairs(store, "nut") == []
        await put(store, identity("bob", cid("ana")))
        assert await pairs(store, "nut") == [("m-1", "m-2")]

    @pytest.mark.parametrize("word", ['"', "nut OR cake", "退款", "\x00", "{text} : x", "NEAR(nut)", "¶"])
    async def test_words_are_only_words(self, store: Store, word: str) -> None:
        await put(store, came("m-1", at=-90, text="退款 please, nut"), went("m-2", at=-80))
        assert await pairs(store, word, "nothing") == ([("m-1", "m-2")] if word == "退款" else [])

    async def test_what_is_on_record_of_a_customer(self, store: Store) -> None:
        for number, kind in enumerate(("promise.kept", "promise.kept", "done", "promise.broken")):
            await put(store, replace(activity(f"a-{number}"), kind=kind))
        await put(store, replace(activity("a-bob", "bob"), kind="promise.kept"))
        asked = ("promise.kept", "promise.broken", "promise.reopened")
        assert await store.happened(cid("ana"), asked) == {
            "promise.kept": 2,
            "promise.broken": 1,
            "promise.reopened": 0,
        }
        await put(store, identity("bob", cid("ana")))
        for key in (cid("ana"), cid("bob")):
            assert (await store.happened(key, asked))["promise.kept"] == 3
        assert await store.happened("c-nobody", asked) == dict.fromkeys(asked, 0)

    async def test_a_rebuild_answers_the_same(self, store: Store) -> None:
        await put(store, came("m-1", at=-90, text="nut free"), went("m-2", at=-80), activity("a-1"))
        await put(store, delivery("m-2", DeliveryState.SENT))
        before = await store.answered(NUTS, least=2)
        assert before
        await store.rebuild()
        assert await store.answered(NUTS, least=2) == before
        assert (await store.counted(NUTS, most=5))["nut"] == 1
        assert await store.happened(cid("ana"), ("done",)) == {"done": 1}
