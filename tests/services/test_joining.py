"""Who is who: joined, split and undone exactly; suggestions with reasons, and none that nobody wants."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent_tui.core.addresses import PHONE, Address
from agent_tui.core.errors import Missing, UsageError
from agent_tui.core.model import Claim, CustomerState, Evidence, customer_id
from agent_tui.core.store import View
from tests.clocks import START
from tests.scripted import ANA, BOB, received
from tests.services.scene import Scene

NUMBER = Address(PHONE, "+351912345678")
VISITOR = Address("web", "shop/1f")
OTHER = Address("web", "shop/2e")
HOUR = timedelta(hours=1)


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    scene.clock.tick(hours=10)
    scene.provider.deliver(
        received(1, START), received(2, START + HOUR, sender=NUMBER, sender_name="", text="where are you?")
    )
    await scene.round()
    return scene


async def everything(scene: Scene) -> dict[str, Any]:
    """All that anybody can see of everyone, but for how often a document was written."""
    page = await scene.store.inbox(View(show="all"), scene.clock.now(), limit=100)
    seen: dict[str, Any] = {"rows": page.rows}
    for row in page.rows:
        card = await scene.timeline.card(row.customer_id)
        seen[row.customer_id] = (
            replace(
                card,
                customer=replace(card.customer, rev=0),
                identities=tuple(replace(i, rev=0, at=START) for i in card.identities),
            ),
            await scene.store.page(row.customer_id),
        )
    return seen


async def names(scene: Scene, who: Address) -> list[str]:
    return [found.name for found in await scene.suggesting.of(customer_id(who))]


async def test_a_joined_customer_has_one_timeline(scene: Scene) -> None:
    await scene.joining.join(scene.ana, customer_id(NUMBER), "same number")
    page = await scene.store.page(scene.ana)
    assert [entry.fact.text for entry in page.entries] == ["message 1", "where are you?"]
    card = await scene.timeline.card(customer_id(NUMBER))
    assert (card.customer.id, card.customer.name) == (scene.ana, "Ana")
    joined = next(identity for identity in card.identities if identity.address == NUMBER)
    assert (joined.evidence, joined.by, joined.why) == (Evidence.CONFIRMED, "Rui", "same number")


@pytest.mark.parametrize("way", ["split", "undo", "split the first one"])
async def test_afterwards_both_are_exactly_as_before(scene: Scene, way: str) -> None:
    await scene.inbox.tag(customer_id(NUMBER), add=["lost parcel"])
    await scene.inbox.promise(customer_id(NUMBER), START + timedelta(days=1))
    await scene.inbox.done(scene.ana)
    before = await everything(scene)
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    joined = (await scene.timeline.card(scene.ana)).customer
    assert (joined.tags, joined.promised_by) == (("lost parcel",), START + timedelta(days=1))
    if way == "undo":
        await scene.joining.undo()
    else:
        await scene.joining.split(NUMBER if way == "split" else ANA)
    assert await everything(scene) == before


async def test_a_split_is_undone_too(scene: Scene) -> None:
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    joined = await everything(scene)
    await scene.joining.split(NUMBER)
    await scene.joining.undo()
    assert await everything(scene) == joined
    await scene.joining.split(NUMBER)  # the join it withdraws is known again
    await scene.joining.undo()
    await scene.joining.undo()
    assert len((await scene.timeline.card(scene.ana)).identities) == 1
    with pytest.raises(UsageError, match="nothing was joined"):
        await scene.joining.undo()


async def test_what_was_changed_meanwhile_stays(scene: Scene) -> None:
    await scene.inbox.tag(customer_id(NUMBER), add=["lost parcel"])
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    await scene.inbox.tag(scene.ana, add=["vip"])
    await scene.inbox.describe(scene.ana, name="Ana Sousa")
    await scene.joining.split(NUMBER)
    ana = (await scene.timeline.card(scene.ana)).customer
    assert (ana.name, ana.tags) == ("Ana Sousa", ("lost parcel", "vip"))


async def test_nobody_who_waits_is_lost_by_a_join(scene: Scene) -> None:
    """Ana was answered after the text came that nobody has answered."""
    scene.clock.tick(hours=1)
    envelope = await scene.replies.envelope(scene.ana)
    await scene.replies.queue(envelope, "Yes, it is nut free.")
    assert (await scene.timeline.card(scene.ana)).waiting_since is None
    scene.clock.tick(minutes=1)
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    card = await scene.timeline.card(scene.ana)
    assert (card.state, card.waiting_since is not None) == (CustomerState.OPEN, True)


async def test_a_join_of_two_who_are_done_is_done(scene: Scene) -> None:
    await scene.inbox.done(scene.ana)
    await scene.inbox.done(customer_id(NUMBER))
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    assert (await scene.timeline.card(scene.ana)).state is CustomerState.DONE


async def test_what_comes_later_lands_where_it_belongs(scene: Scene) -> None:
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    scene.provider.deliver(received(3, START + 2 * HOUR, sender=NUMBER))
    await scene.round()
    assert len((await scene.store.page(scene.ana)).entries) == 3
    await scene.joining.split(NUMBER)
    assert len((await scene.store.page(scene.ana)).entries) == 1


async def test_a_whole_family_of_addresses_comes_back_as_it_was(scene: Scene) -> None:
    scene.provider.deliver(received(4, START + 2 * HOUR, sender=VISITOR, sender_name="visitor 42"))
    await scene.round()
    await scene.joining.join(customer_id(NUMBER), customer_id(VISITOR))
    before = await everything(scene)
    await scene.joining.join(scene.ana, customer_id(NUMBER))
    assert len((await scene.timeline.card(scene.ana)).identities) == 3
    await scene.joining.split(VISITOR)
    assert await everything(scene) == before


async def test_slips_are_explained(scene: Scene) -> None:
    with pytest.raises(UsageError, match="one customer already"):
        await scene.joining.join(scene.ana, scene.ana)
    with pytest.raises(UsageError, match="first address"):
        await scene.joining.split(ANA)
    with pytest.raises(Missing):
        await scene.joining.split(BOB)


async def test_a_number_under_a_mail_suggests_its_owner(scene: Scene) -> None:
    signed = "Thanks!\n-- \nAna Sousa\nTel. 912 345 678"
    scene.provider.deliver(received(5, START + 2 * HOUR, text=signed))
    await scene.round()
    assert await names(scene, NUMBER) == ["Ana"]
    (found,) = await scene.suggesting.of(scene.ana)
    assert found.reasons == ("Ana · +351912345678: the number stands under what they wrote",)
    assert len((await scene.timeline.card(scene.ana)).identities) == 1, "nothing is joined by itself"


async def test_a_visitor_who_types_an_address_is_suggested_and_shown_nothing(scene: Scene) -> None:
    claim = Claim(address=ANA, why="typed it into the chat")
    scene.provider.deliver(received(6, START + 2 * HOUR, sender=VISITOR, sender_name="Ana", claims=(claim,)))
    await scene.round()
    (found,) = await scene.suggesting.of(customer_id(VISITOR))
    assert found.customer_id == scene.ana
    assert found.reasons == ("Ana · ana@example.com: typed it into the chat", "has the same name")
    assert not found.vouched


async def test_the_same_login_on_two_devices_is_the_first_suggestion(scene: Scene) -> None:
    login = Claim(address=Address("login", "shop/4711"), why="the login says so", vouched=True)
    scene.provider.deliver(
        received(7, START + 2 * HOUR, sender=VISITOR, sender_name="Ana", claims=(login,)),
        received(8, START + 3 * HOUR, sender=OTHER, sender_name="", claims=(login,)),
    )
    await scene.round()
    (found,) = await scene.suggesting.of(customer_id(OTHER))
    assert (found.customer_id, found.vouched) == (customer_id(VISITOR), True)


async def test_a_first_name_alone_says_nothing_but_a_whole_one_does(scene: Scene) -> None:
    scene.provider.deliver(
        received(9, START + 2 * HOUR, sender=VISITOR, sender_name="Ana"),
        received(10, START + 2 * HOUR, sender=BOB, sender_name="Bo Berg"),
        received(11, START + 2 * HOUR, sender=OTHER, sender_name="Bo  berg"),
    )
    await scene.round()
    assert await names(scene, VISITOR) == []
    assert await names(scene, OTHER) == ["Bo Berg"]


async def test_nobody_is_asked_again_about_two_people(scene: Scene) -> None:
    claim = Claim(address=ANA, why="typed it")
    scene.provider.deliver(received(12, START + 2 * HOUR, sender=VISITOR, sender_name="", claims=(claim,)))
    await scene.round()
    assert await names(scene, VISITOR) == ["Ana"]
    await scene.joining.apart(customer_id(VISITOR), scene.ana)
    assert (await names(scene, VISITOR), await names(scene, ANA)) == ([], [])
    await scene.joining.apart(scene.ana, customer_id(VISITOR), apart=False)
    assert await names(scene, VISITOR) == ["Ana"]


async def test_a_shared_address_proves_nothing(scene: Scene) -> None:
    claim = Claim(address=ANA, why="typed it")
    scene.provider.deliver(received(13, START + 2 * HOUR, sender=VISITOR, sender_name="", claims=(claim,)))
    await scene.round()
    await scene.joining.share(ANA)
    assert (await names(scene, VISITOR), await names(scene, ANA)) == ([], [])
    assert (await scene.timeline.card(scene.ana)).identities[0].shared
    await scene.joining.share(ANA, shared=False)
    assert await names(scene, VISITOR) == ["Ana"]
