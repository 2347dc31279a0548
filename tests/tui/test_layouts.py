"""Every size, colour and sign: nothing overlaps, nothing needed is out of sight, and the mouse does it too."""

import pytest
from rich.cells import cell_len
from textual.events import MouseScrollUp, Paste
from textual.pilot import Pilot
from textual.widget import Widget

from agent_tui.core.model import customer_id
from agent_tui.tui import themes
from agent_tui.tui.widgets.bar import Bar
from tests.clocks import FrozenClock
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)
SIZES = [(40, 12), (60, 20), (79, 24), (80, 24), (100, 30), (109, 30), (110, 30), (120, 40), (200, 60)]


def seen(*widgets: Widget) -> list[str | None]:
    """Which of them are on the terminal."""
    return [widget.id for widget in widgets if widget.region.area]


def listed(pilot: Pilot[None]) -> str:
    """What the list of customers says."""
    inbox = desk_of(pilot).inbox
    return " ".join(" ".join(inbox.line_at(y).text for y in range(inbox.height)).split())


@pytest.mark.parametrize("size", SIZES)
async def test_as_many_panes_as_fit(size: tuple[int, int]) -> None:
    async with open_app(await bakery(), size) as pilot:
        desk = desk_of(pilot)
        wide = size[0]
        assert seen(desk.inbox, desk.timeline, desk.card) == (
            ["inbox", "timeline", "card"]
            if wide >= 110
            else ["inbox", "timeline"]
            if wide >= 80
            else ["inbox"]
        )
        await pilot.press("enter")
        assert desk.timeline.region.area
        assert "Twelve people" in shown(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_overlaps_and_every_line_is_as_wide_as_the_terminal(size: tuple[int, int]) -> None:
    async with open_app(await bakery(), size) as pilot:
        desk = desk_of(pilot)
        for keys in ((), ("enter",), ("r", "a"), ("escape",), ("n", "b")):
            await pilot.press(*keys)
            await pilot.pause()
            assert [cell_len(line) for line in shown(pilot).splitlines()] == [size[0]] * size[1]
            panes = [w for w in (desk.inbox, desk.timeline, desk.card, desk.composer) if w.region.area]
            for index, pane in enumerate(panes):
                assert not any(pane.region.overlaps(other.region) for other in panes[index + 1 :])


@pytest.mark.parametrize("size", SIZES)
async def test_to_whom_it_goes_and_the_words_are_both_in_sight(size: tuple[int, int]) -> None:
    async with open_app(await bakery(), size) as pilot:
        await pilot.press("r", *"xyz")
        await until(pilot, lambda: "from shop@" in " ".join(shown(pilot).replace("│", " ").split()))
        words = " ".join(shown(pilot).replace("│", " ").split())
        for part in ("ana@example.com", "shop@example.com", "xyz"):
            assert part in words


async def test_the_card_on_a_narrow_screen() -> None:
    async with open_app(await bakery(), (80, 24)) as pilot:
        desk = desk_of(pilot)
        assert "ana@example.com" in shown(pilot)
        await pilot.press("i")
        assert desk.card.region.area
        assert not desk.inbox.region.area
        assert "wrote from it" in shown(pilot)
        await pilot.press("i")
        assert desk.inbox.region.area


async def test_the_card_can_be_put_away_on_a_wide_one() -> None:
    async with open_app(await bakery(), (140, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("i")
        await until(pilot, lambda: not desk.card.region.area)
        await pilot.press("i")
        await until(pilot, lambda: desk.card.region.area)


async def test_one_pane_at_a_time() -> None:
    async with open_app(await bakery(), (60, 20)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "enter")
        await until(pilot, lambda: "Where is my invoice?" in shown(pilot))
        assert seen(desk.inbox, desk.timeline, desk.card) == ["timeline"]
        await pilot.press("3")
        assert seen(desk.inbox, desk.timeline, desk.card) == ["card"]
        await pilot.press("escape")
        assert seen(desk.inbox, desk.timeline, desk.card) == ["inbox"]


async def test_another_size_of_terminal_keeps_the_place_the_words_and_the_focus() -> None:
    world = await bakery()
    async with open_app(world, (140, 40)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "r", *"half a")
        await until(pilot, lambda: desk.reading.customer_id == B)
        for size in ((80, 24), (50, 16), (200, 60), (110, 30)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: pilot.app.size == size)  # type: ignore[misc]
            await pilot.press("b")
            await until(pilot, lambda: "bob@example.org, from" in " ".join(shown(pilot).split()))
        assert desk.composer.text == "half abbbb"
        assert desk.current == desk.inbox.roll.selected == B


async def test_reading_in_the_middle_stays_there_at_another_width() -> None:
    world = await bakery()
    text = "A long sentence that is wrapped differently whenever the width of the terminal is another one."
    for number in range(40):
        world.write(ANA, f"{number}: {text}")
    world.mail.page = 100
    await world.sync()
    async with open_app(world, (140, 30)) as pilot:
        timeline = desk_of(pilot).timeline
        await pilot.press("enter", "pageup", "pageup")
        place = timeline.window.place(timeline.top)
        assert place is not None
        for size in ((90, 30), (60, 20), (200, 50), (140, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            now = timeline.window.place(timeline.top)
            assert now is not None
            assert now[0] == place[0]


@pytest.mark.parametrize("theme", ["dark", "light", "terminal", "nonsense"])
async def test_every_theme(theme: str) -> None:
    async with open_app(await bakery(), theme=theme) as pilot:
        assert pilot.app.theme == (theme if theme != "nonsense" else "dark")
        await pilot.press("n")
        await until(pilot, lambda: "NOTE" in shown(pilot))


async def test_the_other_colours_and_back() -> None:
    async with open_app(await bakery()) as pilot:
        desk_of(pilot).command("theme")
        await until(pilot, lambda: pilot.app.theme == "light")
        desk_of(pilot).command("theme")
        await until(pilot, lambda: pilot.app.theme == "dark")


async def test_no_color_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(await bakery()) as pilot:
        await pilot.press("enter", "n", "x")
        await until(pilot, lambda: "NOTE" in shown(pilot))
        for strip in pilot.app.screen._compositor.render_strips(pilot.app.size):
            for filter_ in pilot.app.get_line_filters():
                strip = strip.apply_filter(filter_, pilot.app.screen.background_colors[1])
            for segment in strip:
                style = segment.style
                assert style is None or all(
                    colour is None or colour.is_default for colour in (style.color, style.bgcolor)
                ), segment


def test_what_is_chosen_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert themes.choose("light") == "light"
    monkeypatch.setenv("NO_COLOR", "1")
    assert themes.choose("light") == "terminal-light"
    assert themes.choose("dark") == "terminal"


async def test_ascii_needs_no_other_sign() -> None:
    world = await bakery()
    await world.set(ANA, importance=3, tags=("vip",))
    async with open_app(world, icons="ascii") as pilot:
        await pilot.press("enter", "n", *"x", "ctrl+j")
        await until(pilot, lambda: "NOTE by you" in shown(pilot))
        for keys in (("r", "y"), ("ctrl+j",), ("?",), ("escape", ":"), ("escape", "/", "c"), ("escape", "C")):
            await pilot.press(*keys)
            await pilot.pause()
            assert shown(pilot).isascii(), {c for c in shown(pilot) if not c.isascii()}


async def test_nobody_yet() -> None:
    async with open_app(World(), ready=False) as pilot:
        await until(pilot, lambda: "No customers yet" in shown(pilot))
        assert "When somebody writes to us" in listed(pilot)
        await pilot.press("r", "e", "j", "enter")
        assert pilot.app.is_running


async def test_everybody_answered() -> None:
    world = await bakery()
    for who in (A, B, C):
        await world.desk.inbox.done(who)
    async with open_app(world, ready=False) as pilot:
        await until(pilot, lambda: "All answered" in shown(pilot))
        assert "v shows everyone" in listed(pilot)


async def test_the_first_customer_ever_appears_by_themselves() -> None:
    world = World(clock=FrozenClock())
    async with open_app(world, ready=False) as pilot:
        await until(pilot, lambda: "No customers yet" in shown(pilot))
        await world.news(ANA, "hello?")
        await until(pilot, lambda: "hello?" in shown(pilot) and desk_of(pilot).current == A)


async def test_the_mouse_opens_answers_and_closes() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.click(desk.inbox, offset=(5, 3))
        await until(pilot, lambda: desk.reading.customer_id == B)
        keys = desk.query_one("#keys", Bar)
        await pilot.click(keys, offset=(shown(pilot).splitlines()[-1].index("Reply"), 0))
        await until(pilot, lambda: "Reply to Bob" in shown(pilot))
        await pilot.press(*"ok")
        await pilot.click(keys, offset=(shown(pilot).splitlines()[-1].index("Send"), 0))
        await until(pilot, lambda: "leaves in" in shown(pilot))
        await pilot.click(desk.query_one("#hint"))
        await until(pilot, lambda: desk.composer.text == "ok")
        await pilot.click(keys, offset=(shown(pilot).splitlines()[-1].index("Close"), 0))
        await until(pilot, lambda: not desk.composer.is_open)
    assert await world.queued() == ()


async def test_the_mouse_unfolds_and_scrolls() -> None:
    world = await bakery()
    await world.news(ANA, "\n".join(f"line {n}" for n in range(38)), quoted="> long ago")
    async with open_app(world, (120, 24)) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: "1 quoted line" in shown(pilot))
        top = desk.timeline.top
        y = next(y for y, text in enumerate(shown(pilot).splitlines()) if "1 quoted line" in text)
        await pilot.click(desk.timeline, offset=(12, y - desk.timeline.region.y))
        await until(pilot, lambda: "▾ 1 quoted line" in shown(pilot))
        await pilot._post_mouse_events(
            [MouseScrollUp],
            widget=desk.timeline,
            offset=(10, 5),
        )
        await until(pilot, lambda: desk.timeline.top < top)


async def test_a_click_on_the_status_line_shows_the_channels() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.click("#status")
        await until(pilot, lambda: "Channels" in shown(pilot))


@pytest.mark.parametrize(("size", "least"), [((80, 24), 4), ((120, 40), 12), ((60, 16), 2)])
async def test_a_long_reply_has_room_and_its_end_is_in_sight(size: tuple[int, int], least: int) -> None:
    async with open_app(await bakery(), size) as pilot:
        composer = desk_of(pilot).composer
        await pilot.press("r")
        await until(pilot, lambda: composer.is_open)
        pilot.app.post_message(Paste("\n".join(f"line {n} of it" for n in range(40))))
        await until(pilot, lambda: "line 39 of it" in shown(pilot))
        await until(pilot, lambda: shown(pilot).count(" of it") >= least)
        await pilot.resize_terminal(100, 24)
        await until(pilot, lambda: "line 39 of it" in shown(pilot) and shown(pilot).count(" of it") >= 4)
