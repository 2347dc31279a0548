"""Saved words on the screen: found, shown, inserted; blanks filled or gone before anything leaves; kept and reviewed."""

from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from agent_tui.core.model import Note, customer_id
from agent_tui.services.saved_words import Saved
from agent_tui.tui.screens.choosing_words import ChoosingWords
from tests.scripted import ANA, BOB, ScriptedChannel
from tests.tui.world import World, bakery, desk_of, open_app, shown, toasts, until

A, B = customer_id(ANA), customer_id(BOB)
ORDER = "Hello {first_name}, order {order number} leaves at {time}. {agent}, {business}"


@pytest.fixture
async def world(tmp_path: Path) -> World:
    made = await bakery()
    made.desk.words.folder = tmp_path / "words"
    made.desk.words.save(
        Saved(name="order", title="Where it is", text=ORDER, review=date(2027, 5, 1), tags=("late",))
    )
    made.desk.words.save(
        Saved(name="hours", title="Opening hours", text="From 7 to 19.", review=date(2026, 11, 1))
    )
    return made


def picker(pilot: Pilot[None]) -> ChoosingWords | None:
    screen = pilot.app.screen
    return screen if isinstance(screen, ChoosingWords) else None


async def insert(pilot: Pilot[None], key: str, *typed: str) -> None:
    """A key that opens the list, what finds the words, Enter."""
    await pilot.press(key)
    await until(pilot, lambda: picker(pilot))
    await pilot.press(*typed, "enter")
    await until(pilot, lambda: picker(pilot) is None)


def text(pilot: Pilot[None]) -> str:
    return desk_of(pilot).composer.text


async def test_what_is_known_is_filled_and_the_first_blank_is_marked(world: World) -> None:
    async with open_app(world) as pilot:
        await insert(pilot, "semicolon", *"whe")
        assert text(pilot) == "Hello Ana, order {order number} leaves at {time}. Rui, Corner Bakery"
        assert desk_of(pilot).composer.words.selected_text == "{order number}"
        await pilot.press(*"4711", "alt+n")
        assert desk_of(pilot).composer.words.selected_text == "{time}"
        await pilot.press(*"ten")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
    message, _ = (await world.messages())[-1]
    assert message.text == "Hello Ana, order 4711 leaves at ten. Rui, Corner Bakery"


@pytest.mark.parametrize("key", ["ctrl+j", "alt+s"])
async def test_an_open_blank_cannot_be_sent(world: World, key: str) -> None:
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await insert(pilot, "semicolon", *"whe")
        await pilot.press("end", key)
        await until(pilot, lambda: any("{order number} is not filled" in toast for toast in toasts(pilot)))
        assert desk.pane == "composer"
        assert desk.composer.words.selected_text == "{order number}"
        assert await world.queued() == ()
        await pilot.press("backspace", "alt+n", *"ten", key)
        await until(pilot, lambda: not desk.composer.is_open)
    assert len(await world.queued()) == 1


async def test_blanks_are_remembered_with_the_draft(world: World) -> None:
    """Also after the program was killed: the draft is kept as soon as the words are inserted."""
    async with open_app(world) as pilot:
        await insert(pilot, "semicolon", *"whe")
        draft = None
        while draft is None:
            await pilot.pause()
            draft = await world.desk.timeline.draft(A, note=False)
        assert "order number" in draft.blanks
        kept = draft.text
    async with open_app(world) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: text(pilot) == kept)
        await until(pilot, lambda: desk_of(pilot).writing.sheet and not desk_of(pilot).writing.sheet.unseen)  # type: ignore[union-attr]
        await pilot.press("ctrl+j")
        await until(pilot, lambda: any("is not filled" in toast for toast in toasts(pilot)))
        assert desk_of(pilot).composer.is_open
    assert await world.queued() == ()


async def test_a_reply_taken_up_by_another_channel_keeps_its_blanks(world: World) -> None:
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await insert(pilot, "semicolon", *"whe")
        await pilot.press("escape")
        await until(pilot, lambda: not desk.composer.is_open)
        await pilot.press("n", *"a note", "ctrl+n")
        await until(pilot, lambda: "{time}" in text(pilot))
        await pilot.press("ctrl+j")
        await until(pilot, lambda: any("is not filled" in toast for toast in toasts(pilot)))
    assert await world.queued() == ()


async def test_braces_of_ones_own_are_no_blanks_of_ours(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("r", *"Set", "space", *"{colour}", "ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
    assert (await world.messages())[-1][0].text == "Set {colour}"


async def test_a_blank_of_ours_that_was_typed_is_asked_about(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("r", *"Hello", "space", *"{first_name}", "ctrl+j")
        await until(pilot, lambda: "the words say {first_name}" in shown(pilot))
        assert await world.queued() == ()
        await pilot.press("down", "enter")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))


async def test_words_go_where_the_cursor_is_and_in_the_place_of_what_is_marked(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("r", *"ab", "left")
        await insert(pilot, "ctrl+r", *"open")
        assert text(pilot) == "aFrom 7 to 19.b"
        await pilot.press(*"!")
        assert text(pilot) == "aFrom 7 to 19.!b"
        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: text(pilot) == "ab")
        await pilot.press("home", "shift+right")
        await insert(pilot, "ctrl+r", *"open")
        assert text(pilot) == "From 7 to 19.b"


async def test_a_draft_that_was_there_is_not_lost(world: World) -> None:
    await world.desk.timeline.save_draft(A, "begun", note=False)
    async with open_app(world) as pilot:
        await insert(pilot, "semicolon", *"open")
        assert text(pilot).startswith("begun")
        assert text(pilot).endswith("From 7 to 19.")


async def test_escape_leaves_the_composer_as_it_was(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("r", *"ab", "ctrl+r")
        await until(pilot, lambda: picker(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: picker(pilot) is None)
        await pilot.press(*"c")
        assert text(pilot) == "abc"


async def test_the_list_says_what_is_to_be_reviewed_and_one_key_does_it(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: "to be reviewed since 1 Nov" in shown(pilot))
        assert "From 7 to 19." in shown(pilot)
        pilot.app.post_message(events.Key("alt+r", "r"))  # as terminals send it
        await until(pilot, lambda: "to be looked at again on 21 May 2027" in shown(pilot))
        assert "to be reviewed since" not in shown(pilot)
        assert picker(pilot).query_one("#typed", Input).value == ""  # type: ignore[union-attr]
    assert world.desk.words.get("hours").review == date(2027, 5, 21)


async def test_words_are_found_by_title_tag_and_what_they_say(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: picker(pilot))
        for typed, title in (("oh", "Opening hours"), ("late", "Where it is"), ("leaves at", "Where it is")):
            await pilot.press(*("space" if key == " " else key for key in typed))
            await until(pilot, lambda title=title: picker(pilot).list.choice.label == title)  # type: ignore[misc, union-attr]
            await pilot.press(*["backspace"] * len(typed))
        await pilot.press(*"zzz")
        await until(pilot, lambda: "No saved words are called that." in shown(pilot))
        await pilot.press("enter", "down", "alt+r")
        assert picker(pilot)


async def test_words_for_another_channel_come_last(world: World) -> None:
    world.desk.words.save(Saved(name="a", title="A text", text="Short.", channels=("sms",)))
    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: "for sms" in shown(pilot))
        rows = shown(pilot)
        assert rows.index("Opening hours") < rows.index("A text")


async def test_a_broken_file_says_what_to_do_and_hides_nobody(world: World) -> None:
    (world.desk.words.folder / "bad.md").write_text("+++\ntitel = 'x'\n+++\nwords", encoding="utf-8")
    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: "cannot be read" in shown(pilot))
        assert "Opening hours" in shown(pilot)
        await pilot.press(*"bad", "enter")
        await until(pilot, lambda: "titel is not known" in shown(pilot))
        assert "did you mean title?" in shown(pilot)
        assert picker(pilot)
        assert text(pilot) == ""


async def test_without_any_it_says_how_to_begin(world: World, tmp_path: Path) -> None:
    world.desk.words.folder = tmp_path / "none"
    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: any("no saved words yet" in toast for toast in toasts(pilot)))
        assert desk_of(pilot).composer.is_open


async def test_where_nothing_can_be_written_nothing_is(world: World) -> None:
    mail = world.adapters["mail"]
    assert isinstance(mail, ScriptedChannel)
    async with open_app(world) as pilot:
        await pilot.press("r", *"x")
        await until(pilot, lambda: desk_of(pilot).writing.sheet and desk_of(pilot).writing.sheet.envelope)  # type: ignore[union-attr]
        desk_of(pilot).composer.words.read_only = True
        await pilot.press("ctrl+r")
        await until(pilot, lambda: any("Nothing can be written here" in toast for toast in toasts(pilot)))
        assert picker(pilot) is None


async def test_a_note_may_keep_its_blanks(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("n")
        await insert(pilot, "ctrl+r", *"whe")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: not desk_of(pilot).composer.is_open)
    page = await world.store.page(A, limit=100)
    assert any("{time}" in e.fact.text for e in page.entries if isinstance(e.fact, Note))


async def test_nothing_in_words_or_names_is_obeyed(world: World) -> None:
    await world.set(ANA, name="[/] {time}\x1b]52;c;SEk=\x07 Ana")
    hostile = "Hi {name} [@click=app.quit]x[/]\x1b[2J {time}"
    (world.desk.words.folder / "evil.md").write_text(
        f"+++\ntitle = '[/red] evil'\n+++\n{hostile}", encoding="utf-8"
    )
    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: "[/red] evil" in shown(pilot))
        await pilot.press(*"evil", "enter")
        await until(pilot, lambda: picker(pilot) is None and text(pilot))
        assert text(pilot) == "Hi [/] {time} Ana [@click=app.quit]x[/] {time}"
        assert "\x1b" not in shown(pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
@pytest.mark.parametrize("icons", ["unicode", "ascii"])
async def test_every_size_shows_titles_and_words(world: World, size: tuple[int, int], icons: str) -> None:
    async with open_app(world, size, icons=icons) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: "Opening hours" in shown(pilot) and "From 7 to 19." in shown(pilot))
        assert "to be reviewed since 1 Nov" in shown(pilot)
        assert [cell_len(row) for row in shown(pilot).splitlines()] == [size[0]] * size[1]
        await pilot.press("down", "enter")
        await until(pilot, lambda: picker(pilot) is None and "{order number}" in shown(pilot))
        assert [cell_len(row) for row in shown(pilot).splitlines()] == [size[0]] * size[1]


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24), (120, 40)])
async def test_the_blank_that_is_next_is_always_in_sight(world: World, size: tuple[int, int]) -> None:
    lines = "\n".join(f"line {number}" for number in range(30))
    world.desk.words.save(
        Saved(name="long", title="Long", text=f"{lines}\n{{first}}\n{lines}\n{{second}}\n{lines}")
    )
    async with open_app(world, size) as pilot:
        await insert(pilot, "semicolon", *"long")
        await until(pilot, lambda: "{first}" in shown(pilot))
        await pilot.press("alt+n")
        await until(pilot, lambda: "{second}" in shown(pilot))
        await pilot.press("ctrl+end", "enter", *"the end")
        await until(pilot, lambda: "the end" in shown(pilot))


async def test_what_is_written_is_kept_for_anybody(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("r", *"Dear Ana", "ctrl+p")
        await until(pilot, lambda: "type to find" in shown(pilot))
        await pilot.press(*"keepw", "enter")
        await until(pilot, lambda: "Save these words as" in shown(pilot))
        assert "to be reviewed on 21 May 2027" in shown(pilot)
        await pilot.press(*"Hello!", "enter")
        await until(pilot, lambda: any("Saved as Hello!; ; inserts them" in toast for toast in toasts(pilot)))
        assert text(pilot) == "Dear Ana"
    saved = world.desk.words.get("hello")
    assert (saved.title, saved.text, saved.review) == ("Hello!", "Dear {first_name}", date(2027, 5, 21))


async def test_a_message_is_kept(world: World) -> None:
    async with open_app(world) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: desk_of(pilot).timeline.entry is not None)
        await pilot.press(":")
        await until(pilot, lambda: "type to find" in shown(pilot))
        await pilot.press(*"keepw", "enter")
        await until(pilot, lambda: "Save these words as" in shown(pilot))
        await pilot.press(*"Cake", "enter")
        await until(pilot, lambda: any("Saved as Cake" in toast for toast in toasts(pilot)))
    assert world.desk.words.get("cake").text == "I need a cake for Friday.\nTwelve people."


async def test_our_own_message_is_kept_without_its_signature(world: World) -> None:
    object.__setattr__(world.desk.business, "signatures", {"mail": "Rui\nCorner Bakery"})
    await world.desk.replies.queue(await world.desk.replies.envelope(A), "Dear Ana, of course.", now=True)
    assert (await world.messages())[-1][0].text.endswith("Rui\nCorner Bakery")
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        desk.inbox.select(A)
        desk.open_customer(A)
        desk.go_to("timeline")
        await until(pilot, lambda: "Dear Ana, of course." in shown(pilot) and desk.current == A)
        await pilot.press("end")
        await until(pilot, lambda: desk.words_to_save.startswith("Dear Ana"))
        desk.command("words.save")
        await until(pilot, lambda: "Save these words as" in shown(pilot))
        await pilot.press(*"Yes", "enter")
        await until(pilot, lambda: any("Saved as Yes" in toast for toast in toasts(pilot)))
    assert world.desk.words.get("yes").text == "Dear {first_name}, of course."


async def test_a_full_disk_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    async with open_app(world) as pilot:
        await pilot.press("semicolon")
        await until(pilot, lambda: picker(pilot))
        monkeypatch.setattr("os.fsync", full)
        await pilot.press("alt+r")
        await until(pilot, lambda: "No space left" in shown(pilot))
    assert world.desk.words.get("hours").review == date(2026, 11, 1)
