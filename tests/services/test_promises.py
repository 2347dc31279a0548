"""Promises: begun, kept, broken, put back; each outcome is recorded once."""

from datetime import datetime, timedelta

import pytest

from agent_tui.core.errors import Rejected, UsageError
from agent_tui.core.model import Activity, CustomerState, Delivery
from agent_tui.core.store import View
from agent_tui.services.promises import Promises
from tests.clocks import START
from tests.scripted import received
from tests.services.scene import Scene


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    scene.clock.tick(hours=2)
    scene.provider.deliver(received(1, START + timedelta(hours=1)))
    await scene.round()
    return scene


async def kinds(scene: Scene) -> list[str]:
    page = await scene.store.page(scene.ana, limit=100)
    facts = [entry.fact for entry in page.entries if isinstance(entry.fact, Activity)]
    return [fact.kind for fact in facts if fact.kind.startswith("promise.")]


async def promise(scene: Scene, **length: float) -> Delivery:
    envelope = await scene.replies.envelope(scene.ana)
    by = scene.clock.now() + timedelta(**length)
    return await scene.replies.queue(envelope, "Seen, you will hear from me.", promises=by)


async def reply(scene: Scene) -> Delivery:
    scene.clock.tick(seconds=1)
    return await scene.replies.queue(await scene.replies.envelope(scene.ana), "Yes, of course.")


async def look(scene: Scene) -> None:
    await Promises(scene.store, scene.clock).look()


async def promised(scene: Scene) -> datetime | None:
    return (await scene.customer()).promised_by


async def test_the_message_starts_the_clock_and_does_not_stop_it(scene: Scene) -> None:
    await promise(scene, hours=3)
    assert await promised(scene) == scene.clock.now() + timedelta(hours=3)
    scene.clock.tick(hours=1)
    await scene.round()
    await look(scene)
    assert await promised(scene) is not None
    assert await kinds(scene) == []


async def test_an_answer_in_time_keeps_it(scene: Scene) -> None:
    await promise(scene, hours=3)
    scene.clock.tick(hours=1)
    await reply(scene)
    assert await promised(scene) is None
    assert await kinds(scene) == ["promise.kept"]


async def test_a_promise_without_a_message_is_kept_in_the_same_way(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, scene.clock.now() + timedelta(hours=1))
    await reply(scene)
    assert (await promised(scene), await kinds(scene)) == (None, ["promise.kept"])


async def test_it_is_broken_once_whoever_looks_and_stays_until_answered(scene: Scene) -> None:
    await promise(scene, hours=3)
    scene.clock.tick(hours=4)
    for _ in range(3):
        await look(scene)
    await scene.host().once()
    assert await kinds(scene) == ["promise.broken"]
    rows, _ = await scene.inbox.rows(View())
    assert rows[0].reasons[0] == "promise broken 1 h ago"
    assert rows[0].priority >= 1_000_000
    await reply(scene)
    assert await kinds(scene) == ["promise.broken"]
    assert (await scene.inbox.rows(View()))[1] == 0


async def test_a_late_answer_says_that_it_was_broken(scene: Scene) -> None:
    await promise(scene, hours=3)
    scene.clock.tick(hours=4)
    await reply(scene)
    assert (await promised(scene), await kinds(scene)) == (None, ["promise.broken"])


async def test_taking_the_promise_back_stops_the_clock(scene: Scene) -> None:
    delivery = await promise(scene, hours=3)
    draft = await scene.replies.undo(delivery.id)
    assert await promised(scene) is None
    assert draft.promises == delivery.promises
    assert "promise.kept" not in await kinds(scene)


async def test_taking_the_answer_back_restores_the_promise(scene: Scene) -> None:
    first = await promise(scene, hours=3)
    answer = await reply(scene)
    scene.clock.tick(seconds=1)
    await scene.replies.undo(answer.id)
    assert await promised(scene) == first.promises
    assert await kinds(scene) == ["promise.kept", "promise.reopened"]
    await reply(scene)
    assert await promised(scene) is None
    assert await kinds(scene) == ["promise.kept", "promise.reopened", "promise.kept"]


async def test_an_answer_that_failed_kept_nothing(scene: Scene) -> None:
    first = await promise(scene, hours=3)
    scene.clock.tick(minutes=1)
    await scene.round()
    answer = await reply(scene)
    scene.provider.faults = [Rejected("no such mailbox")]
    scene.clock.tick(minutes=1)
    await scene.round()
    await look(scene)
    await look(scene)
    assert await promised(scene) == first.promises
    assert await kinds(scene) == ["promise.kept", "promise.reopened"]
    scene.clock.tick(seconds=1)
    await scene.replies.resend(answer.id)
    assert await promised(scene) is None
    assert await kinds(scene) == ["promise.kept", "promise.reopened", "promise.kept"]


async def test_an_answer_from_the_phone_keeps_it(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, scene.clock.now() + timedelta(hours=3))
    sent = received(7, scene.clock.now() + timedelta(hours=1), ours=True)
    scene.clock.tick(hours=2)
    scene.provider.deliver(sent)
    await scene.round()
    scene.clock.tick(hours=2)
    await look(scene)
    assert (await promised(scene), await kinds(scene)) == (None, ["promise.kept"])


async def test_done_after_the_time_still_says_broken(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, scene.clock.now() + timedelta(hours=1))
    scene.clock.tick(hours=2)
    await scene.inbox.done(scene.ana)
    assert await kinds(scene) == ["promise.broken"]


async def test_another_change_of_the_customer_meanwhile_is_no_obstacle(scene: Scene) -> None:
    await scene.inbox.promise(scene.ana, scene.clock.now() + timedelta(hours=1))
    envelope = await scene.replies.envelope(scene.ana)
    await scene.inbox.tag(scene.ana, add=["vip"])
    await scene.replies.queue(envelope, "Yes.")
    customer = await scene.customer()
    assert (customer.promised_by, customer.tags) == (None, ("vip",))


async def test_follow_up(scene: Scene) -> None:
    by = scene.clock.now() + timedelta(days=1)
    with pytest.raises(UsageError, match="waits for an answer"):
        await scene.inbox.follow_up(scene.ana, by)
    await reply(scene)
    await scene.inbox.follow_up(scene.ana, by)
    assert (await scene.timeline.card(scene.ana)).state is CustomerState.SNOOZED
    scene.clock.tick(days=1)
    rows, _ = await scene.inbox.rows(View())
    assert rows[0].reasons[0] == "you wanted to follow up"


async def test_follow_up_is_dropped_when_they_write(scene: Scene) -> None:
    await reply(scene)
    await scene.inbox.follow_up(scene.ana, scene.clock.now() + timedelta(days=1))
    scene.clock.tick(hours=1)
    scene.provider.deliver(received(2, scene.clock.now()))
    await scene.round()
    rows, _ = await scene.inbox.rows(View())
    assert rows[0].reasons == ("waiting 0 min",)
    await reply(scene)
    scene.clock.tick(days=2)
    assert (await scene.inbox.rows(View()))[1] == 0


async def test_snoozed_until_they_write(scene: Scene) -> None:
    await scene.inbox.snooze(scene.ana, None)
    scene.clock.tick(days=400)
    assert (await scene.inbox.rows(View(show="snoozed")))[1] == 1
    scene.provider.deliver(received(2, scene.clock.now()))
    await scene.round()
    assert (await scene.inbox.rows(View()))[1] == 1


async def test_factors_are_named_and_weigh(scene: Scene) -> None:
    before = await scene.inbox.describe(scene.ana, severity=3, effort=1, importance=2)
    rows, _ = await scene.inbox.rows(View())
    assert rows[0].reasons == ("waiting 1 h", "urgent", "a quick answer", "a good customer")
    assert rows[0].priority == 9.0
    await scene.inbox.undo(before)
    rows, _ = await scene.inbox.rows(View())
    assert (rows[0].reasons, rows[0].priority) == (("waiting 1 h",), 1.0)
    with pytest.raises(UsageError, match="effort 4"):
        await scene.inbox.describe(scene.ana, effort=4)


async def test_unread_and_read_again(scene: Scene) -> None:
    await scene.inbox.read(scene.ana)
    await scene.inbox.unread(scene.ana)
    assert (await scene.timeline.card(scene.ana)).unread == 1
    await scene.inbox.unread(scene.ana)
    assert (await scene.timeline.card(scene.ana)).unread == 0


async def test_good_customers_not_heard_from(scene: Scene) -> None:
    from agent_tui.services.views import check_in

    await scene.inbox.describe(scene.ana, importance=2)
    await scene.inbox.done(scene.ana)
    scene.clock.tick(days=91)
    view = check_in(scene.business, scene.clock.now()).view
    rows, _ = await scene.inbox.rows(view)
    assert rows[0].reasons == ("nothing said for 91 d", "a good customer")
    assert rows[0].row.customer_id == scene.ana


async def outcomes(scene: Scene) -> tuple[int, int, int]:
    counted = await scene.timeline.promises(await scene.customer())
    return counted.kept, counted.broken, counted.open


async def test_what_became_of_promises_is_counted_also_after_an_answer_is_taken_back(scene: Scene) -> None:
    assert await outcomes(scene) == (0, 0, 0)
    await promise(scene, hours=3)
    assert await outcomes(scene) == (0, 0, 1)
    answer = await reply(scene)
    assert await outcomes(scene) == (1, 0, 0)
    scene.clock.tick(seconds=1)
    await scene.replies.undo(answer.id)
    assert await outcomes(scene) == (0, 0, 1)
    await reply(scene)
    assert await outcomes(scene) == (1, 0, 0)
    second = await promise(scene, hours=1)
    await scene.replies.undo(second.id)
    assert await outcomes(scene) == (1, 0, 0)


async def test_a_broken_promise_counts_before_anybody_noticed_and_once(scene: Scene) -> None:
    await promise(scene, hours=3)
    scene.clock.tick(hours=3)
    assert await outcomes(scene) == (0, 1, 0)
    await look(scene)
    assert await outcomes(scene) == (0, 1, 0)
    await reply(scene)
    assert await outcomes(scene) == (0, 1, 0)
    assert (await scene.timeline.promises(await scene.customer())).words == "1 broken"


async def test_a_promise_that_is_let_go_in_time_is_neither(scene: Scene) -> None:
    await promise(scene, hours=3)
    await scene.inbox.done(scene.ana)
    assert await outcomes(scene) == (0, 0, 0)
