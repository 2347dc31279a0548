"""Writing: what the composer says is what leaves, nothing goes to the wrong one, no word is lost."""

import asyncio
from datetime import timedelta

import pytest
from textual import events

from agent_tui.core.model import Customer, DeliveryState, Draft, Note, customer_id
from tests.clocks import START
from tests.scripted import ANA, BOB, SHOP
from tests.tui.world import CARA, SHOP_NUMBER, World, bakery, desk_of, open_app, shown, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)


async def kept(world: World, who: str, *, note: bool = False) -> str:
    """The words of a draft."""
    draft = await world.desk.timeline.draft(who, note=note)
    return draft.text if draft else ""


async def test_a_reply_is_queued_with_the_envelope_that_was_shown() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"Of course!")
        await until(pilot, lambda: "Reply by email to ana@example.com, from shop@example.com" in shown(pilot))
        assert "Subject: Re: Cake for Friday" in shown(pilot)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
    message, delivery = (await world.messages())[-1]
    assert delivery is not None
    assert delivery.state is DeliveryState.QUEUED
    assert delivery.not_before == START + timedelta(seconds=10)
    assert (message.text, message.subject) == ("Of course!", "Re: Cake for Friday")
    assert (message.to, message.cc, message.author, message.channel) == ((ANA,), (), SHOP, "mail")
    assert message.threads[0] == message.in_reply_to == "<2@example.com>"
    assert await kept(world, A) == ""


async def test_everything_typed_ahead_in_one_go_arrives() -> None:
    world = await bakery()
    async with open_app(world, ready=False) as pilot:
        await pilot.press("j", "r", *"Hello ej", "enter", *"x", "ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
    assert [m.text for m, d in await world.messages(BOB) if d] == ["Hello ej\nx"]
    assert not [d for _, d in await world.messages(ANA) if d]


async def test_keys_that_come_all_at_once_are_told_apart() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        for character in ("r", "e", "j", "\r", "z", "\n", "j", "n", "e", "\n", "]", "r", "e"):
            key = {"\r": "enter", "\n": "ctrl+j", "]": "right_square_bracket"}.get(character, character)
            pilot.app.post_message(events.Key(key, character))
        await until(pilot, lambda: desk.current == B and desk.composer.text == "e")
    assert [m.text for m, d in await world.messages(ANA) if d] == ["ej\nz"]
    page = await world.store.page(A, limit=100)
    assert [e.fact.text for e in page.entries if isinstance(e.fact, Note)] == ["e"]
    assert [d.state for _, d in await world.messages(BOB) if d] == []


async def test_enter_types_and_never_sends() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"one", "enter", *"two", "enter")
        await pilot.pause()
        assert desk_of(pilot).composer.text == "one\ntwo\n"
    assert await world.queued() == ()


async def test_a_paste_never_sends_and_carries_no_control_characters() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r")
        pilot.app.post_message(events.Paste("first\r\nsecond\x1b]52;c;SEk=\x07 \n\x0a"))
        await until(pilot, lambda: "second" in desk_of(pilot).composer.text)
        assert desk_of(pilot).composer.text == "first\nsecond \n\n"
    assert await world.queued() == ()


async def test_saving_the_draft_sends_nothing() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"half a", "ctrl+s")
        await until(pilot, lambda: any("Draft saved" in t for t in toasts(pilot)))
        assert desk_of(pilot).pane == "composer"
    assert await kept(world, A) == "half a"
    assert await world.queued() == ()


async def test_a_pause_in_typing_keeps_the_draft() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"half a")
        for _ in range(400):
            if await kept(world, A) == "half a":
                break
            await pilot.pause()
        assert await kept(world, A) == "half a"


async def test_leaving_keeps_the_draft_and_the_next_session_has_it() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"half a", "escape")
        await until(pilot, lambda: not desk_of(pilot).composer.is_open)
    async with open_app(world) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: desk_of(pilot).composer.text == "half a")
        await pilot.press(*" word")
        assert desk_of(pilot).composer.text == "half a word"


async def test_a_draft_is_pointed_out_when_the_customer_is_shown() -> None:
    world = await bakery()
    await world.desk.timeline.save_draft(B, "half a word", note=True)
    async with open_app(world) as pilot:
        assert "your draft" not in shown(pilot)
        await pilot.press("j")
        await until(pilot, lambda: "n  goes on with your draft: half a word" in shown(pilot))
        await pilot.press("n")
        await until(pilot, lambda: desk_of(pilot).composer.text == "half a word")
        assert "goes on with" not in shown(pilot)
        desk_of(pilot).composer.words.clear()
        await pilot.press("escape")
        await until(pilot, lambda: desk_of(pilot).reading.draft is None)
        assert "goes on with" not in shown(pilot)


async def test_words_typed_before_the_draft_is_there_follow_it() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"one", "escape", "r", *"two", "escape", "r")
        await until(pilot, lambda: desk_of(pilot).composer.text == "onetwo")


async def test_a_draft_she_has_not_seen_is_not_sent_with_what_she_typed_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk is slow: the draft comes when all was typed."""
    world = await bakery()
    await world.desk.timeline.save_draft(A, "old words", note=False)
    found, read = asyncio.Event(), world.desk.timeline.draft

    async def slow(customer_id: str, *, note: bool) -> Draft | None:
        await found.wait()
        return await read(customer_id, note=note)

    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        monkeypatch.setattr(world.desk.timeline, "draft", slow)
        for key, character in (("r", "r"), ("n", "n"), ("e", "e"), ("w", "w"), ("ctrl+j", "\n")):
            pilot.app.post_message(events.Key(key, character))
        await until(pilot, lambda: desk.writing.sheet is None and not desk.is_idle)
        found.set()
        await until(pilot, lambda: any("earlier draft was here" in t for t in toasts(pilot)))
        assert desk.composer.text == "old words\nnew"
        assert await world.queued() == ()
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
    assert [m.text for m, d in await world.messages() if d] == ["old words\nnew"]


async def test_undo_brings_the_words_back_and_nothing_leaves() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"Of course!", "ctrl+j")
        await until(pilot, lambda: "takes back: the reply to Ana, leaves in 10 s" in shown(pilot))
        await pilot.press("z")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Of course!")
        assert "leaves in" not in shown(pilot)
    assert await world.queued() == ()
    assert [d.state for _, d in await world.messages() if d] == []
    world.clock.tick(minutes=1)
    await world.sync()
    assert world.mail.taken == []


async def test_undo_from_another_customer_goes_back_to_the_one_it_was_about() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Of course!", "alt+s")
        await until(pilot, lambda: desk.reading.customer_id == B)
        await pilot.press("r", *"for Bob")
        await pilot.press("escape", "z", "z")
        await until(pilot, lambda: desk.composer.text == "Of course!")
        assert desk.current == desk.reading.customer_id == A
    assert await kept(world, B) == "for Bob"
    assert await world.queued() == ()


async def test_too_late_to_undo_is_said() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"Of course!", "ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
        world.clock.tick(seconds=11)
        await world.sync()
        await pilot.press("z")
        await until(pilot, lambda: any("Too late" in t for t in toasts(pilot)))
    assert [taken.text for taken in world.mail.taken] == ["Of course!"]


async def test_the_countdown_goes_on() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"Of course!", "ctrl+j")
        await until(pilot, lambda: shown(pilot).count("leaves in 10 s") == 2)
        world.clock.tick(seconds=4)
        await until(pilot, lambda: shown(pilot).count("leaves in 6 s") == 2)
        world.clock.tick(seconds=7)
        await until(pilot, lambda: "waits to leave" in shown(pilot) and "takes back" not in shown(pilot))


async def test_a_note_never_comes_near_the_outbox() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("n", *"allergic to nuts")
        await until(pilot, lambda: "NOTE" in shown(pilot))
        assert "never sent" in shown(pilot)
        assert desk_of(pilot).composer.has_class("-note")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "NOTE by you" in shown(pilot))
    page = await world.store.page(A, limit=100)
    notes = [e.fact for e in page.entries if isinstance(e.fact, Note)]
    assert [(n.text, n.author) for n in notes] == [("allergic to nuts", "Rui")]
    assert await world.store.deliveries(set(DeliveryState)) == ()
    world.clock.tick(minutes=1)
    await world.sync()
    assert (world.mail.taken, world.sms.taken) == ([], [])


async def test_reply_and_note_have_words_of_their_own() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"to her", "ctrl+n", *"about her")
        await until(pilot, lambda: desk.composer.text == "about her")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: desk.composer.text == "to her")
        assert "Reply by email" in shown(pilot)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
    assert await kept(world, A, note=True) == "about her"
    assert [m.text for m, d in await world.messages() if d] == ["to her"]


async def test_a_customer_who_writes_meanwhile_is_read_first() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Yes, twelve")
        await until(pilot, lambda: "ana@example.com, from" in shown(pilot))
        world.clock.tick(minutes=1)
        await world.news(ANA, "make it twenty", subject="Cake for Friday")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: any("Ana wrote meanwhile" in t for t in toasts(pilot)))
        assert desk.composer.text == "Yes, twelve"
        assert desk.pane == "composer"
        assert "make it twenty" in shown(pilot)
        assert await world.queued() == ()
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
    assert [m.text for m, d in await world.messages() if d] == ["Yes, twelve"]


@pytest.mark.parametrize("way", ["alt+j", "click"])
async def test_a_reply_begun_for_one_is_never_sent_to_another(way: str) -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"for Ana only")
        if way == "click":
            await pilot.click(desk.inbox, offset=(5, 3))
        else:
            await pilot.press(way)
        await until(pilot, lambda: desk.reading.customer_id == B)
        assert not desk.composer.is_open
        await pilot.press("ctrl+j", "r")
        await until(pilot, lambda: "bob@example.org, from" in shown(pilot))
        assert desk.composer.text == ""
        await pilot.press(*"for Bob", "ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
    assert await kept(world, A) == "for Ana only"
    assert [(d.id, d.address) for d in await world.queued()] == [
        (m.id, BOB) for m, d in await world.messages(BOB) if d
    ]


async def test_send_and_done_goes_on_with_the_next() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Of course!", "alt+s", "r", *"Here it is", "alt+s")
        await until(pilot, lambda: desk.reading.customer_id == C)
    assert [m.text for m, d in await world.messages(ANA) if d] == ["Of course!"]
    assert [m.text for m, d in await world.messages(BOB) if d] == ["Here it is"]
    for who in (A, B):
        customer = await world.store.get(Customer, who)
        assert customer is not None
        assert customer.done_upto is not None


async def test_another_channel_keeps_the_words_and_says_so() -> None:
    world = await bakery()
    from agent_tui.core.model import Evidence, Identity

    await world.store.write(
        [
            Identity(
                id=str(CARA),
                address=CARA,
                customer_id=A,
                evidence=Evidence.CONFIRMED,
                at=START,
                by="Rui",
            )
        ]
    )
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await until(pilot, lambda: desk.reading.customer_id == A)
        await pilot.press("r", *"Yes")
        await until(pilot, lambda: "Reply by SMS to +351912345678" in shown(pilot))
        assert "3/160" in shown(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Reply by email to ana@example.com" in shown(pilot))
        await pilot.press("ctrl+t", "ctrl+j")
        await until(pilot, lambda: "leaves in 3 s" in shown(pilot))
    message, _ = next((m, d) for m, d in await world.messages(ANA) if d)
    assert (message.channel, message.to, message.author) == ("sms", (CARA,), SHOP_NUMBER)


async def test_too_long_for_the_channel_is_refused_and_kept() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j")
        await until(pilot, lambda: desk.reading.customer_id == C)
        await pilot.press("r")
        desk.composer.type("x" * 170)
        await until(pilot, lambda: "170/160 too long" in shown(pilot))
        await pilot.press("ctrl+j")
        await until(pilot, lambda: any("too long" in t for t in toasts(pilot)))
        assert desk.composer.text == "x" * 170
    assert await world.queued() == ()


async def test_nothing_to_send_is_said() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "ana@example.com, from" in shown(pilot))
        await pilot.press("ctrl+j")
        await until(pilot, lambda: any("no words to send" in t for t in toasts(pilot)))
        assert desk_of(pilot).composer.is_open


async def test_choosing_the_channel_first() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("R")
        await until(pilot, lambda: "Reply by email to ana@example.com, from shop@example.com" in shown(pilot))
        await pilot.press("enter", *"Yes", "ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
    assert [m.channel for m, d in await world.messages() if d] == ["mail"]


async def test_quitting_keeps_what_was_typed_and_asks_when_a_reply_has_not_left() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", *"sent", "ctrl+j")
        await until(pilot, lambda: "leaves in" in shown(pilot))
        await pilot.press("j", "n", *"half", "ctrl+q")
        await until(pilot, lambda: "A reply has not left yet" in shown(pilot))
        await pilot.press("escape")
        assert pilot.app.is_running
        await pilot.press("ctrl+q", "j", "enter")
        await until(pilot, lambda: not pilot.app.is_running)
    assert [await kept(world, who, note=True) for who in (A, B)].count("half") == 1


async def test_reader_of_years_ago_stays_there_while_answering() -> None:
    world = await bakery()
    async with open_app(world, (120, 24)) as pilot:
        timeline = desk_of(pilot).timeline
        for number in range(30):
            world.write(ANA, f"old {number}", START - timedelta(days=100 - number))
        world.mail.page = 100
        await world.sync()
        await until(pilot, lambda: len(timeline.window.blocks) > 30)
        await pilot.press("enter", "home")
        await until(pilot, lambda: "old 0" in shown(pilot))
        place = timeline.window.place(timeline.top)
        await pilot.press("r", *"x")
        await pilot.pause()
        assert timeline.window.place(timeline.top) == place
