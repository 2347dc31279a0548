"""What the composer says of a channel: what it can, what a text costs there, that it is closed or closes."""

from dataclasses import replace
from datetime import timedelta

from agent_tui.core.channel import Capabilities
from agent_tui.core.model import Consent, consent_id, customer_id
from agent_tui.services.presence import Presence
from agent_tui.tui.able import able, cheaper, counted, remaining
from agent_tui.tui.icons import choose
from agent_tui.tui.screens.typing import FADES, Typing
from tests.clocks import START
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, toasts, until

C = customer_id(CARA)
SMS = Capabilities(max_length=1600, parts=True, receipts=True)


def test_what_a_channel_can_in_words() -> None:
    icons = choose("ascii")
    said = able(SMS, icons)
    assert said == "max 1600 - no files - no copies - receipts"
    chat = Capabilities(subject=True, copies=True, files=20_000_000, start=False)
    assert able(chat, icons) == "files to 20 MB - no receipts - answers only"


def test_what_a_text_costs() -> None:
    icons = choose("ascii")
    assert counted("", SMS, icons) == "0/160"
    assert counted("x" * 160, SMS, icons) == "160/160 - 1 text"
    assert counted("x" * 161, SMS, icons) == "161/306 - 2 texts"
    assert counted("it’s", SMS, icons) == "4/70 - 1 text - ’ makes it longer"
    assert counted("x" * 1601, SMS, icons).endswith("too long")
    assert counted("any", Capabilities(), icons) == ""
    assert cheaper("it’s", SMS)
    assert not cheaper("it's 退款", SMS), "quotes are not what makes it longer"
    assert not cheaper("it’s", Capabilities())
    assert remaining(START + timedelta(hours=5, minutes=12), START) == "5 h 12 min"


async def at_cara(world: World, **can: object) -> None:
    """Texts as they are paid for."""
    sms = world.desk.channels["sms"]
    world.desk.channels["sms"] = replace(sms, can=replace(sms.can, **can))  # type: ignore[index, arg-type]


async def test_curly_quotes_are_made_plain() -> None:
    world = await bakery()
    await at_cara(world, parts=True, max_length=1600)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j", "r")
        await until(pilot, lambda: "max 1600" in shown(pilot))
        desk.composer.type("it’s nut free")
        await until(pilot, lambda: "’ makes it longer" in shown(pilot) and "Plain quotes" in shown(pilot))
        await pilot.press("alt+q")
        await until(pilot, lambda: desk.composer.text == "it's nut free")
        await until(pilot, lambda: "13/160" in shown(pilot))


async def test_a_channel_that_closes_says_for_how_long_it_is_open_and_then_why_not() -> None:
    world = await bakery()
    await at_cara(world, window=timedelta(hours=24))
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j", "r")
        await until(pilot, lambda: "Open for words for 23 h" in shown(pilot))
        await pilot.press(*"late")
        world.clock.tick(hours=24)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: any("no longer" in toast for toast in toasts(pilot)))
        assert await world.queued() == ()
        assert desk.composer.text == "late", "no word is lost"
        await until(pilot, lambda: "Nothing can be written here" in shown(pilot))


async def test_a_customer_who_asked_for_no_more_texts_closes_the_composer() -> None:
    world = await bakery()
    said = Consent(
        id=consent_id("sms", CARA), address=CARA, channel="sms", at=START, given=False, why="they wrote STOP"
    )
    await world.store.write([said])
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("j", "j", "r")
        await until(pilot, lambda: "they wrote STOP" in shown(pilot))
        await pilot.press(*"x")
        await pilot.pause()
        assert desk.composer.text == ""


class Live:
    """A channel's side of who is typing."""

    def __init__(self) -> None:
        self.hear: list[object] = []
        self.told: list[tuple[object, bool]] = []

    def listen(self, hear):  # type: ignore[no-untyped-def]
        self.hear.append(hear)
        return lambda: self.hear.remove(hear)

    async def typing(self, to: object, *, on: bool) -> None:
        self.told.append((to, on))


async def test_typing_is_shown_both_ways() -> None:
    world, live = World(), Live()
    world.adapters["sms"].live = live
    world.desk = replace(world.desk, presence=Presence(world.adapters))
    world.write(CARA, "is it nut free?", START - timedelta(hours=1), sender_name="Cara Lima", subject="")
    await world.sync()
    async with open_app(world) as pilot:
        (hear,) = live.hear
        hear(CARA, True)  # type: ignore[operator]
        await until(pilot, lambda: "Cara Lima is typing" in shown(pilot))
        hear(CARA, False)  # type: ignore[operator]
        await until(pilot, lambda: "is typing" not in shown(pilot))
        await pilot.press("r", *"yes")
        await until(pilot, lambda: (CARA, True) in live.told)
        await pilot.press("escape")
        await until(pilot, lambda: live.told[-1] == (CARA, False))
    assert live.hear == []


def test_who_says_nothing_any_more_types_no_more(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    heard: list[object] = []
    typing = Typing(None, heard.append)  # type: ignore[arg-type]
    typing._heard(CARA, True)
    assert list(typing.fade()) == []
    monkeypatch.setattr("agent_tui.tui.screens.typing.FADES", -1.0)
    assert list(typing.fade()) == [CARA]
    assert FADES > 0
