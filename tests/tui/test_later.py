"""Send later: the reply leaves at its moment, is held when they write first, and the agent decides."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.pilot import Pilot

from agent_tui.core.model import DeliveryState, customer_id
from agent_tui.services.views import UNSENT
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import World, bakery, becomes, desk_of, open_app, shown, toasts, until

A = customer_id(ANA)
TOMORROW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def plan(pilot: Pilot[None], *keys: str) -> None:
    """Write to Ana, and send it later."""
    await pilot.press("enter", "r")
    await until(pilot, lambda: desk_of(pilot).composer.is_open and "Reply by email" in shown(pilot))
    await pilot.press(*"Yes!", "alt+l", *(keys or ("t",)))


async def planned(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: "leaves tomorrow 09:00" in shown(pilot))


async def held(pilot: Pilot[None], world: World) -> None:
    """Planned, and Ana wrote first."""
    await plan(pilot)
    await planned(pilot)
    world.clock.tick(minutes=5)
    await world.news(ANA, "Forget it, please.")
    await until(pilot, lambda: "held, not sent" in shown(pilot))


def texts(world: World) -> list[str]:
    return [taken.text for taken in world.mail.taken]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 24)])
async def test_a_reply_is_planned_with_two_keys(size: tuple[int, int]) -> None:
    world = await bakery()
    async with open_app(world, size) as pilot:
        await plan(pilot)
        await planned(pilot)
        assert "It leaves tomorrow 09:00, unless Ana writes first." in " ".join(toasts(pilot))
        await becomes(pilot, world, lambda card: card.waiting_since is None)
    (delivery,) = await world.queued()
    assert (delivery.planned, delivery.not_before) == (TOMORROW, TOMORROW)


async def test_the_box_offers_moments_and_takes_typed_ones() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot, "x")
        await until(pilot, lambda: "Send to Ana, unless they write first" in shown(pilot))
        for offered in ("in an hour", "today 18:00", "tomorrow 9:00", "Monday 9:00", "other: type it"):
            assert offered in shown(pilot)
        await pilot.press("o", *"2y", "enter")
        await until(pilot, lambda: "2y" in shown(pilot) and "is no moment" in shown(pilot))
        await pilot.press("backspace", "backspace", *"400d", "enter")
        await until(pilot, lambda: "more than a year away" in shown(pilot))
        await pilot.press(*["backspace"] * 4, *"wed 14:30", "enter")
        await until(pilot, lambda: "leaves Wed 14:30" in shown(pilot))
    (delivery,) = await world.queued()
    assert delivery.planned == datetime(2026, 11, 25, 14, 30, tzinfo=UTC)


async def test_escape_goes_on_writing() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot, "escape")
        await until(pilot, lambda: pilot.app.screen is desk_of(pilot))
        assert desk_of(pilot).composer.text == "Yes!"
    assert await world.queued() == ()


async def test_nothing_is_not_sent_later() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter", "r", "alt+l")
        await until(pilot, lambda: any("no words to send" in t for t in toasts(pilot)))
        await pilot.press("escape", "n", *"nuts", "alt+l")
        await until(pilot, lambda: any("Send later" in t for t in toasts(pilot)))
        assert pilot.app.screen is desk_of(pilot)


async def test_the_agents_zone_and_a_night_that_is_an_hour_longer() -> None:
    """On the 25th of October 2026 Lisbon's clocks go back: nine is nine."""
    world = World()
    world.clock.tick(seconds=(datetime(2026, 10, 24, 12, tzinfo=UTC) - START).total_seconds())
    await world.news(ANA, "Do you bake on Sundays?")
    async with open_app(world, zone=ZoneInfo("Europe/Lisbon")) as pilot:
        await plan(pilot)
        await planned(pilot)
    (delivery,) = await world.queued()
    assert delivery.planned == datetime(2026, 10, 25, 9, tzinfo=UTC)


async def test_the_entry_says_when_it_leaves_and_when_it_left() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot)
        await planned(pilot)
        world.clock.tick(seconds=(TOMORROW - START).total_seconds() - 30)
        await until(pilot, lambda: "leaves in 30 s" in shown(pilot))
        world.clock.tick(seconds=31)
        await until(pilot, lambda: "leaves in a moment" in shown(pilot))
        await world.sync()
        await until(pilot, lambda: "✓ sent 09:00" in shown(pilot))
    assert texts(world) == ["Yes!"]


async def test_who_writes_first_waits_and_the_entry_says_what_can_be_done() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await held(pilot, world)
        assert "Held: Ana wrote first" in shown(pilot)
        assert "S sends it anyway, Alt+L later, Z takes it back" in " ".join(shown(pilot).split())
        await until(pilot, lambda: "1 held" in shown(pilot))
        await becomes(pilot, world, lambda card: card.waiting_since is not None)
        rows, _total = await world.desk.inbox.rows(UNSENT.view)
        assert "a planned reply waits for your decision" in rows[0].reasons
    assert texts(world) == []


async def _to_reply(pilot: Pilot[None]) -> None:
    """The cursor on the planned reply."""
    desk = desk_of(pilot)
    if desk.pane != "timeline":
        await pilot.press("2")
    for _ in range(10):
        if desk.plan is not None:
            return
        await pilot.press("k")
    raise AssertionError(shown(pilot))


async def test_a_held_one_is_sent_anyway() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await held(pilot, world)
        await _to_reply(pilot)
        await until(pilot, lambda: "S Send now" in shown(pilot))
        await pilot.press("S")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
        assert "takes back: the reply to Ana, leaves in 10 s" in shown(pilot)
        world.clock.tick(seconds=11)
        await world.sync()
        await until(pilot, lambda: "✓ sent" in shown(pilot) and "held" not in shown(pilot))
        await becomes(pilot, world, lambda card: card.waiting_since is None)
    assert texts(world) == ["Yes!"]


@pytest.mark.parametrize("is_held", [False, True])
async def test_it_is_taken_back_into_the_composer(is_held: bool) -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        if is_held:
            await held(pilot, world)
        else:
            await plan(pilot)
            await planned(pilot)
        await _to_reply(pilot)
        await pilot.press("Z")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Yes!")
        assert not desk_of(pilot).undoing
    assert await world.queued() == ()
    world.clock.tick(days=2)
    await world.sync()
    assert texts(world) == []


async def test_z_takes_it_back_long_after_the_undo_time() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot)
        await planned(pilot)
        world.clock.tick(hours=5)
        await world.sync()
        await pilot.press("z")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Yes!")
    assert await world.queued() == ()


async def test_another_time() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot)
        await planned(pilot)
        await _to_reply(pilot)
        await until(pilot, lambda: "Another time" in shown(pilot))
        await pilot.press("alt+l", "m")
        await until(pilot, lambda: "leaves Mon 09:00" in shown(pilot))
        await pilot.press("z")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Yes!")


async def test_a_planned_one_is_sent_now() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot)
        await planned(pilot)
        await _to_reply(pilot)
        await pilot.press("S")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
        world.clock.tick(days=2)
        await world.sync()
        await until(pilot, lambda: "✓ sent" in shown(pilot))
    assert texts(world) == ["Yes!"]


async def test_leaving_the_program_asks_nothing_about_what_is_planned() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await plan(pilot)
        await planned(pilot)
        await pilot.press("q")
        await until(pilot, lambda: not pilot.app.is_running or pilot.app._exit)
    assert [d.state for d in await world.queued()] == [DeliveryState.QUEUED]


async def test_something_odd_is_asked_first_and_the_moment_is_kept() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter", "r")
        await until(pilot, lambda: "Reply by email" in shown(pilot))
        await pilot.press(*"Dear Bob, yes", "alt+l", "t")
        await until(pilot, lambda: "Is this meant for Ana?" in shown(pilot))
        await pilot.press("j", "enter")
        await planned(pilot)


async def test_a_promise_for_an_earlier_time_is_refused_and_the_words_stay() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter", "p")
        await until(pilot, lambda: "You will hear from me by" in shown(pilot))
        await pilot.press("alt+l", "m")
        await until(pilot, lambda: any("after the time it promises" in t for t in toasts(pilot)))
        await until(pilot, lambda: desk_of(pilot).composer.is_open)
    assert await world.queued() == ()


async def test_by_the_mouse_alone() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter", "r", *"Yes!")
        await until(pilot, lambda: "Alt+L Send later" in shown(pilot))
        await _click(pilot, "Alt+L Send later")
        await until(pilot, lambda: "tomorrow 9:00" in shown(pilot))
        await _click(pilot, "tomorrow 9:00")
        await planned(pilot)
        await _click(pilot, "leaves tomorrow 09:00")
        await until(pilot, lambda: "Z Take back" in shown(pilot))
        await _click(pilot, "Z Take back")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Yes!")


async def _click(pilot: Pilot[None], text: str) -> None:
    lines = shown(pilot).splitlines()
    row = next(number for number, line in enumerate(lines) if text in line)
    await pilot.click(offset=(lines[row].index(text) + 1, row))


async def test_in_ascii_and_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    world = await bakery()
    async with open_app(world, (80, 24), icons="ascii") as pilot:
        await plan(pilot)
        await until(pilot, lambda: "o leaves tomorrow 09:00" in shown(pilot))
        world.clock.tick(minutes=5)
        await world.news(ANA, "Forget it.")
        await until(pilot, lambda: "x held, not sent" in shown(pilot))
        assert "Held: Ana wrote first" in shown(pilot)


async def test_a_name_cannot_write_on_the_screen() -> None:
    world = await bakery()
    await world.set(ANA, name="[bold]A\x1b[31m\u202ena[/]")
    async with open_app(world) as pilot:
        await plan(pilot)
        await planned(pilot)
        world.clock.tick(minutes=5)
        await world.news(ANA, "x", at=START + timedelta(minutes=4))
        await until(pilot, lambda: "wrote first" in shown(pilot))
        assert "\x1b" not in shown(pilot)
        assert "\u202e" not in shown(pilot)
        assert "Held: [bold]A" in shown(pilot)


async def test_all_planned_ones_are_listed_and_the_chosen_one_is_shown() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk_of(pilot).command("planned")
        await until(pilot, lambda: any("No reply is planned" in t for t in toasts(pilot)))
        await held(pilot, world)
        envelope = await world.desk.replies.envelope(customer_id(BOB))
        await world.desk.replies.queue(envelope, "Here it is.", at=TOMORROW + timedelta(days=2))
        desk_of(pilot).command("planned")
        await until(pilot, lambda: "Planned replies" in shown(pilot))
        assert "leaves Tue 09:00" in shown(pilot)
        assert "Here it is." in shown(pilot)
        await pilot.press(*"bob", "enter")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == customer_id(BOB))
        await until(pilot, lambda: desk_of(pilot).plan is not None)


async def test_keys_with_alt_are_no_text_though_terminals_send_the_letter_too() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("enter", "r", *"Yes!")
        await until(
            pilot, lambda: desk_of(pilot).composer.text == "Yes!" and "Reply by email" in shown(pilot)
        )
        pilot.app.post_message(events.Key("alt+x", "x"))
        pilot.app.post_message(events.Key("alt+l", "l"))
        pilot.app.post_message(events.Key("t", "t"))
        await planned(pilot)
    assert [m.text for m, delivery in await world.messages() if delivery] == ["Yes!"]
