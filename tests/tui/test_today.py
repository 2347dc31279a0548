"""The screen Today: figures and charts at every size, other periods, CSV, and nothing a stranger wrote obeyed."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui.core.model import Delivery, DeliveryState, Direction, Medium, Message
from agent_tui.tui import icons
from agent_tui.tui.charts import Bars, columns, lying
from agent_tui.tui.lines import Role
from agent_tui.tui.screens.today import TodayScreen
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import World, bakery, open_app, shown, toasts, until

HOSTILE = "[bold]=1+1[/]\x1b[2J\x1b]52;c;aGk=\x07\u202egpj\nx"


def today_of(pilot: Pilot[None]) -> TodayScreen:
    screen = pilot.app.screen
    assert isinstance(screen, TodayScreen)
    return screen


async def opened(pilot: Pilot[None]) -> TodayScreen:
    await pilot.press("D")
    await until(pilot, lambda: isinstance(pilot.app.screen, TodayScreen) and today_of(pilot).report)
    await pilot.pause()
    return today_of(pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("signs", ["unicode", "ascii"])
async def test_it_is_readable_at_every_size(size: tuple[int, int], signs: str) -> None:
    async with open_app(await bakery(), size=size, icons=signs) as pilot:
        screen = await opened(pilot)
        text = shown(pilot)
        assert "Today" in text
        assert "3 in, 0 out" in text
        assert "Waiting now   3 people" in text
        lines = [screen.sheet.line_at(y) for y in range(screen.sheet.virtual_size.height)]
        assert max(line.width for line in lines) <= screen.sheet.width
        words = "\n".join(line.text for line in lines)
        for part in (
            "By the hour",
            "By channel",
            "First answer within",
            "Tags of who wrote",
            "Mentioned more",
        ):
            assert part in words
        if signs == "ascii":
            assert words.isascii()
            assert "#" in words
        else:
            assert "⣿" in words


async def test_another_period_counts_more() -> None:
    async with open_app(await bakery()) as pilot:
        screen = await opened(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "The last 7 days" in shown(pilot))
        assert screen.report is not None
        assert screen.report.flow.came == 4
        await pilot.press("p")
        await until(pilot, lambda: "The last 30 days" in shown(pilot))
        await pilot.press("p")
        await until(pilot, lambda: "─ Today ─" in shown(pilot))
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, TodayScreen)


async def test_it_scrolls_to_its_end() -> None:
    async with open_app(await bakery(), size=(80, 24)) as pilot:
        await opened(pilot)
        assert "Mentioned more" not in shown(pilot)
        await pilot.press("G")
        await until(pilot, lambda: "Mentioned more" in shown(pilot))


async def test_the_table_is_saved_where_it_says_and_never_over_another(tmp_path: Path) -> None:
    world = World(exports=tmp_path / "exports")
    world.write(ANA, "Do you bake?", START - timedelta(hours=1))
    await world.sync()
    async with open_app(world) as pilot:
        await opened(pilot)
        await pilot.press("s")
        await until(pilot, lambda: len(toasts(pilot)) == 1)
        await pilot.press("s")
        await until(pilot, lambda: len(toasts(pilot)) == 2)
    files = sorted((tmp_path / "exports").iterdir())
    assert [file.name for file in files] == ["today-2026-11-21-2.csv", "today-2026-11-21.csv"]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"messages,in,1,0,messages\r\n" in files[0].read_bytes()


async def test_where_nothing_can_be_saved_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    world = World(exports=tmp_path / "file" / "exports")
    world.write(ANA, "Do you bake?", START - timedelta(hours=1))
    await world.sync()
    async with open_app(world) as pilot:
        await opened(pilot)
        await pilot.press("s")
        await until(pilot, lambda: any("cannot be written" in words for words in toasts(pilot)))


async def test_names_from_outside_do_nothing() -> None:
    world = await bakery()
    await world.set(ANA, tags=(HOSTILE,))
    message = Message(
        id="m-hostile",
        address=BOB,
        channel=HOSTILE,
        medium=Medium.CHAT,
        direction=Direction.IN,
        at=START - timedelta(minutes=5),
        author=BOB,
        text="x",
    )
    await world.store.write([message])
    async with open_app(world, size=(200, 60)) as pilot:
        screen = await opened(pilot)
        text = shown(pilot)
        assert "\x1b" not in text
        assert text.count("[bold]=1+1[/]") == 2  # a tag and a channel, as they were written
        lines = [screen.sheet.line_at(y).text for y in range(screen.sheet.virtual_size.height)]
        assert all(line.isprintable() for line in lines)


async def test_what_we_answered_is_counted_when_it_is_looked_at_again() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await opened(pilot)
        await pilot.press("escape")
        answer = Message(
            id="m-answer",
            address=ANA,
            channel="mail",
            medium=Medium.EMAIL,
            direction=Direction.OUT,
            at=START - timedelta(minutes=1),
            author=BOB,
            text="Yes",
        )
        sent = Delivery(id="m-answer", address=ANA, channel="mail", state=DeliveryState.SENT, at=START)
        await world.store.write([answer, sent])
        await opened(pilot)
        assert "3 in, 1 out" in shown(pilot)
        assert "(1)" in shown(pilot)


class TestCharts:
    def test_a_lying_bar_is_as_long_as_its_share(self) -> None:
        assert lying(5, 10, 8, icons.UNICODE) == "⣿⣿⣿⣿    "
        assert lying(5, 10, 8, icons.ASCII) == "####    "
        assert lying(5, 10, 8, icons.ASCII, thin=True) == "::::    "
        assert lying(0, 10, 8, icons.UNICODE) == " " * 8

    def test_what_is_not_nothing_is_seen(self) -> None:
        assert lying(1, 10_000, 8, icons.ASCII) == "#       "

    @pytest.mark.parametrize("width", [10, 53, 60, 78, 104, 160])
    def test_columns_stand_over_their_hours(self, width: int) -> None:
        bars = Bars([0] * 23 + [7], Role.THEM), Bars([7] + [0] * 23, Role.US, thin=True)
        lines = columns(bars, [(0, "0"), (12, "12")], width, 4, icons.ASCII)
        assert len(lines) == 5
        assert lines[0].text.startswith("   7 ")
        ends = {(line.text[5:].rstrip()[0], line.text.rstrip()[-1]) for line in lines[:-1]}
        assert ends == {(" ", "#")} or ends == {(":", "#")}
        assert max(line.width for line in lines) <= width

    def test_hours_that_have_no_room_are_added_up(self) -> None:
        lines = columns([Bars([1] * 24, Role.THEM)] * 2, [(h, str(h)) for h in range(24)], 29, 2, icons.ASCII)
        assert lines[0].text == "   2 " + "#" * 24
        assert lines[-1].text == "     0 2 4 6 8 10  14  18  22"

    def test_an_empty_day_is_an_empty_chart(self) -> None:
        lines = columns([Bars([0] * 24, Role.THEM)], [], 60, 3, icons.UNICODE)
        assert [line.text.strip() for line in lines] == ["1", "", "0", ""]
