"""The store's contract: who says to be whom, and what is remembered of consents, joins and pairs that are not one."""

from pathlib import Path

from agent_tui.core.addresses import Address
from agent_tui.core.model import Apart, Claim, Consent, Identity, Linking, apart_id
from agent_tui.core.store import Claimed, Store
from tests.contracts._store_base import OpenStore, StoreBase, opened, put
from tests.contracts.records import MAIL, apart, came, cid, consent, identity, linking

PHONE = Address("phone", "+351912345678")
NUMBER = Claim(address=PHONE, why="the number stands under what they wrote")
LOGIN = Claim(address=Address("login", "shop/4711"), why="the login says so", vouched=True)


class People(StoreBase):
    """Claims, and documents that are listed by their kind."""

    async def test_a_claim_is_found_from_either_side(self, store: Store) -> None:
        await put(store, came("m-1", claims=(NUMBER, LOGIN)))
        said = {Claimed(customer_id=cid("ana"), claim=claim) for claim in (NUMBER, LOGIN)}
        assert set(await store.claims(of=cid("ana"))) == said
        assert await store.claims(addresses=[PHONE]) == (Claimed(customer_id=cid("ana"), claim=NUMBER),)
        assert await store.claims(addresses=[Address("phone", "+351900000000")]) == ()
        assert await store.claims(of=cid("nobody")) == ()

    async def test_a_claim_said_twice_is_one(self, store: Store) -> None:
        await put(store, came("m-1", claims=(NUMBER,)), came("m-2", claims=(NUMBER,)))
        assert len(await store.claims(of=cid("ana"), addresses=[PHONE])) == 1

    async def test_a_claim_is_the_joined_customers(self, store: Store) -> None:
        await put(store, came("m-1", "bob", claims=(NUMBER,)), came("m-2"), identity("bob", cid("ana")))
        assert [found.customer_id for found in await store.claims(addresses=[PHONE])] == [cid("ana")]
        assert [found.claim for found in await store.claims(of=cid("bob"))] == [NUMBER]

    async def test_documents_of_a_kind_are_listed_in_their_newest_version(self, store: Store) -> None:
        await put(store, consent(), consent("shop-sms"))
        await put(store, consent(given=True, rev=2))
        kept = await store.every(Consent)
        assert [one.id for one in kept] == sorted(one.id for one in kept)
        assert {one.channel: one.given for one in kept} == {MAIL: True, "shop-sms": False}
        assert await store.every(Identity) == ()

    async def test_what_is_known_of_people_survives(
        self, store: Store, open_store: OpenStore, folder: Path
    ) -> None:
        await put(store, linking(), apart(), came("m-1", claims=(NUMBER,)))
        await store.rebuild()
        async with opened(open_store, folder) as again:
            assert await again.every(Linking) == (linking(),)
            assert await again.get(Apart, apart_id(cid("bob"), cid("ana"))) == apart()
            assert len(await again.claims(of=cid("ana"))) == 1
