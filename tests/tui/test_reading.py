"""Opening and reading: the right customer, back through the years, and nothing moves when news comes."""

from datetime import timedelta

from agent_tui.core.model import customer_id
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)


async def many(count: int) -> World:
    """Ana wrote `count` mails over the years, one every three days."""
    world = World()
    first = START - timedelta(days=3 * count)
    for number in range(count):
        world.write(ANA, f"message number {number}", first + timedelta(days=3 * number), subject="Cakes")
    world.mail.page = count
    world.write(BOB, "Where is my invoice?", START - timedelta(hours=2))
    await world.sync()
    return world


async def test_the_first_customer_is_shown_at_once_with_both_lines() -> None:
    async with open_app(await bakery()) as pilot:
        screen = shown(pilot)
        assert "I need a cake for Friday." in screen
        assert "Cake for Friday" in screen
        assert "Opening hours" in screen
        assert "ana@example.com" in screen
        assert "3 waiting" in screen


async def test_the_longest_waiting_stand_first() -> None:
    async with open_app(await bakery()) as pilot:
        roll = desk_of(pilot).inbox.roll
        assert [row.row.customer_id for row in map(roll.row, range(3)) if row] == [A, B, C]


async def test_moving_down_shows_the_next_customer() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)
        assert "Where is my invoice?" in shown(pilot)
        assert "Twelve people." not in shown(pilot)


async def test_keys_pressed_before_the_first_rows_count() -> None:
    async with open_app(await bakery(), ready=False) as pilot:
        desk = desk_of(pilot)
        assert desk.reading.card is None
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.customer_id == C)
        assert desk.current == C


async def test_opening_reads_and_goes_to_the_timeline() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("enter")
        assert desk.timeline.has_focus

        async def read() -> bool:
            return (await world.desk.timeline.card(A)).unread == 0

        for _ in range(100):
            if await read():
                break
            await pilot.pause()
        assert await read()
        await pilot.press("escape")
        assert desk.inbox.has_focus


async def test_only_looking_in_passing_reads_nothing() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("j", "j", "k")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)
        assert (await world.desk.timeline.card(A)).unread == 2


async def test_paging_back_reaches_the_first_message_of_years_ago() -> None:
    async with open_app(await many(700)) as pilot:
        desk = desk_of(pilot)
        await pilot.press("enter")
        assert len(desk.timeline.window.stretch.entries) == 60
        for _ in range(400):
            if not desk.timeline.window.stretch.older and desk.timeline.top == 0:
                break
            await pilot.press("pageup")
        assert "message number 0" in shown(pilot)
        assert len(desk.timeline.window.stretch.entries) <= 400
        await pilot.press("end")
        await until(pilot, lambda: "message number 699" in shown(pilot))


async def test_paging_back_skips_and_doubles_nothing() -> None:
    async with open_app(await many(300)) as pilot:
        timeline = desk_of(pilot).timeline
        await pilot.press("enter")
        seen: list[str] = []
        for _ in range(300):
            seen += [e.fact.text for e in timeline.window.stretch.entries if e.fact.text not in seen]
            if not timeline.window.stretch.older and timeline.top == 0:
                break
            await pilot.press("pageup")
        assert len(seen) == 300
        texts = [e.fact.text for e in timeline.window.stretch.entries]
        assert texts == [f"message number {n}" for n in range(300)][: len(texts)]


async def test_what_is_read_stays_in_its_place_while_older_pages_come() -> None:
    async with open_app(await many(200)) as pilot:
        timeline = desk_of(pilot).timeline
        await pilot.press("enter", "home")
        first = timeline.window.place(timeline.top)
        await until(pilot, lambda: len(timeline.window.stretch.entries) > 60)
        assert timeline.window.place(timeline.top) == first
        assert timeline.top > 0


async def test_news_moves_nothing_and_is_counted_at_the_edge() -> None:
    world = await many(200)
    async with open_app(world) as pilot:
        timeline = desk_of(pilot).timeline
        await pilot.press("enter", "pageup", "pageup")
        await pilot.pause()
        before, cursor = timeline.window.place(timeline.top), timeline.cursor
        rows = [timeline.line_at(timeline.top + y).text for y in range(timeline.height)]
        world.clock.tick(minutes=1)
        await world.news(ANA, "and one more thing")
        await world.news(ANA, "and another")
        await until(pilot, lambda: "2 new" in shown(pilot))
        assert (timeline.window.place(timeline.top), timeline.cursor) == (before, cursor)
        assert [timeline.line_at(timeline.top + y).text for y in range(timeline.height)] == rows
        assert desk_of(pilot).pane == "timeline"
        await pilot.press("end")
        await until(pilot, lambda: "and another" in shown(pilot))
        assert "new ↓" not in shown(pilot)


async def test_news_at_the_end_moves_nothing_either_while_she_reads() -> None:
    world = await many(50)
    async with open_app(world) as pilot:
        timeline = desk_of(pilot).timeline
        await pilot.press("enter")
        await pilot.pause()
        rows = [timeline.line_at(timeline.top + y).text for y in range(timeline.height)]
        world.clock.tick(minutes=1)
        await world.news(ANA, "one more thing")
        await until(pilot, lambda: "1 new ↓" in shown(pilot))
        assert [timeline.line_at(timeline.top + y).text for y in range(timeline.height)] == rows


async def test_who_is_writing_sees_the_end() -> None:
    world = await many(50)
    async with open_app(world) as pilot:
        await pilot.press("enter", "r", "H", "i")
        world.clock.tick(minutes=1)
        await world.news(ANA, "one more thing")
        await until(pilot, lambda: "one more thing" in shown(pilot))
        assert desk_of(pilot).composer.text == "Hi"
        assert desk_of(pilot).pane == "composer"


async def test_after_sending_the_answer_is_seen_until_she_moves_elsewhere() -> None:
    world = await many(50)
    async with open_app(world) as pilot:
        await pilot.press("enter", "r", *"Hi", "ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
        world.clock.tick(minutes=1)
        await world.news(ANA, "how quick you are")
        await until(pilot, lambda: "how quick you are" in shown(pilot))
        await pilot.press("k")
        world.clock.tick(minutes=1)
        await world.news(ANA, "thank you")
        await until(pilot, lambda: "1 new ↓" in shown(pilot))


async def test_news_longer_than_the_screen_are_seen_from_their_beginning() -> None:
    world = await many(50)
    async with open_app(world) as pilot:
        await pilot.press("enter", "end")
        world.clock.tick(minutes=1)
        await world.news(ANA, "it begins here\n" + "\n".join(str(n) for n in range(39)))
        await until(pilot, lambda: "it begins here" in shown(pilot))


async def test_another_customers_news_changes_neither_place_nor_selection() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j")
        await until(pilot, lambda: desk.reading.customer_id == B)
        await world.set(CARA, importance=3)
        await until(pilot, lambda: desk.inbox.roll.position(C) == 1)
        assert desk.inbox.roll.selected == B
        assert desk.inbox.roll.cursor == 2
        assert desk.current == desk.reading.customer_id == B


async def test_a_customer_who_leaves_the_list_stays_while_looked_at() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j")
        await until(pilot, lambda: desk.reading.customer_id == B)
        await world.desk.inbox.done(B)
        await until(pilot, lambda: desk.inbox.roll.total == 2)
        assert (desk.inbox.roll.guest, desk.inbox.roll.cursor) == (B, 1)
        assert desk.current == B
        await until(pilot, lambda: "done" in shown(pilot).splitlines()[4])
        await pilot.press("j")
        await until(pilot, lambda: desk.reading.customer_id == C)
        assert desk.inbox.roll.guest is None
        assert len(desk.inbox.roll) == 2


async def test_a_changed_delivery_is_shown_in_its_line() -> None:
    world = await bakery()
    envelope = await world.desk.replies.envelope(A)
    await world.desk.replies.queue(envelope, "Of course!", now=True)
    async with open_app(world) as pilot:
        await pilot.press("v", "G")
        await until(pilot, lambda: "waits to leave" in shown(pilot))
        await world.sync()
        await until(pilot, lambda: "✓ sent" in shown(pilot))


async def test_next_waiting_from_anywhere() -> None:
    async with open_app(await bakery()) as pilot:
        desk = desk_of(pilot)
        await pilot.press("]")
        await until(pilot, lambda: desk.reading.customer_id == B)
        assert desk.pane == "timeline"
        await pilot.press("]", "[")
        await until(pilot, lambda: desk.reading.customer_id == B)
        await pilot.press("alt+j")
        await until(pilot, lambda: desk.reading.customer_id == C)


async def test_a_view_of_everyone_and_of_who_is_done() -> None:
    world = await bakery()
    await world.desk.inbox.done(A)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        assert desk.reading.customer_id == B
        await pilot.press("v")
        await until(pilot, lambda: "Everyone 3" in shown(pilot))
        await pilot.press("v")
        await until(pilot, lambda: desk.reading.customer_id == A)
        assert "Done 1" in shown(pilot)


async def test_a_message_cut_in_the_timeline_opens_in_full() -> None:
    world = await bakery()
    text = "\n".join(f"line {n}" for n in range(100))
    await world.news(BOB, text)
    async with open_app(world) as pilot:
        await pilot.press("j", "enter")
        await until(pilot, lambda: "60 more lines" in shown(pilot))
        await pilot.press("o", "end")
        await until(pilot, lambda: "line 99" in shown(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is desk_of(pilot)


async def test_quoted_text_is_folded_and_opens() -> None:
    world = await bakery()
    await world.news(BOB, "See below.", quoted="> what I wrote\n> long ago")
    async with open_app(world) as pilot:
        await pilot.press("j", "enter")
        await until(pilot, lambda: "2 quoted lines" in shown(pilot))
        assert "long ago" not in shown(pilot)
        await pilot.press(">")
        await until(pilot, lambda: "long ago" in shown(pilot))
        await pilot.press(">")
        await until(pilot, lambda: "long ago" not in shown(pilot))
