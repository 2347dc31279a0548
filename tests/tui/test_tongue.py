"""Another language: every text on the screen is said in it, nothing kept is, and longer words break nothing."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from agent_tui.core import language
from agent_tui.core.addresses import Address
from agent_tui.core.errors import Rejected, Uncertain
from agent_tui.core.model import Claim, DeliveryState, Direction, customer_id
from agent_tui.services.about import Business
from agent_tui.services.calls import Call
from agent_tui.tui.keys import COMMANDS
from tests import pseudo
from tests.clocks import START
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, World, bakery, desk_of, open_app, shown, suggested, toasts, until

A, B, C = customer_id(ANA), customer_id(BOB), customer_id(CARA)
# Names of channels, the mark of a reply, where nothing is saved; ends of addresses that a box cuts.
SAME = ("mail", "sms", "Re:", "/nonexistent/words", "example.com", "le.com", "e.com", ".com", "com", "om")
GREEK = "Θέλω μια τούρτα"


@pytest.fixture(scope="session")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    pseudo.speak(folder)
    return folder


@pytest.fixture
def spoken(locale: Path) -> Iterator[None]:
    language.use(pseudo.NAME, locale=locale)
    yield
    language.use(language.ENGLISH)


@pytest.fixture
async def world(spoken: None) -> World:
    """Three who wrote Greek, and something of everything that can be seen of them."""
    world = World(business=Business(agent="Ρούι", name="Φούρνος", agents=("Μάρτα",), phone="+351210000000"))
    claim = Claim(address=CARA, why="the number stands under what they wrote")
    greek = {"sender_name": "Άννα", "subject": GREEK}
    world.write(ANA, f"{GREEK}\n{GREEK}", START - timedelta(days=400), **greek)
    world.write(ANA, GREEK, START - timedelta(hours=3), claims=(claim,), **greek)
    world.write(BOB, GREEK, START - timedelta(hours=2), sender_name="Μπομπ", subject="")
    world.write(CARA, GREEK, START - timedelta(days=3), sender_name="Κάρα", subject="", quoted=GREEK)
    await world.sync()
    await _answer(world)
    await _decide(world)
    return world


async def _answer(world: World) -> None:
    """One that arrived, one that was refused, one that nobody knows of."""
    replies = world.desk.replies
    faults = (None, Rejected(language._("the reply is empty")), Uncertain(language._("it is not unsure")))
    for fault in faults:
        world.mail.faults = [fault] if fault else []
        await replies.queue(await replies.envelope(B), GREEK, now=True)
        await world.sync()
    world.mail.faults = []


async def _decide(world: World) -> None:
    desk, now = world.desk, world.clock.now()
    await desk.timeline.note(A, GREEK)
    await desk.timeline.call(A, Call(text=GREEK, direction=Direction.IN, minutes=5))
    await desk.inbox.assign(A, "Μάρτα")
    await desk.inbox.assign(A, None)
    await desk.inbox.snooze(A, now + timedelta(hours=1))
    await desk.inbox.snooze(A, None)
    await desk.inbox.undo(await desk.inbox.done(A))
    await desk.inbox.promise(A, now + timedelta(hours=5))
    await desk.inbox.tag(A, add=["τούρτα"])
    await desk.inbox.rate(A, 4)
    await desk.inbox.describe(A, importance=3, severity=2, effort=1)
    await desk.inbox.pin(A, GREEK)


def untold(pilot: Pilot[None]) -> set[str]:
    """What is on the screen, and in toasts, and was never said in the language."""
    return pseudo.plain_words("\n".join([shown(pilot), *toasts(pilot)]), SAME)


@pytest.fixture
async def pilot(world: World) -> AsyncIterator[Pilot[None]]:
    async with open_app(world, (140, 50)) as pilot:
        yield pilot


@pytest.mark.parametrize("who", [ANA, BOB, CARA], ids=["ana", "bob", "cara"])
async def test_the_desk(pilot: Pilot[None], who: Address) -> None:
    desk = desk_of(pilot)
    desk.go_to_customer(customer_id(who))
    await until(pilot, lambda: desk.reading.card and desk.reading.card.customer.id == customer_id(who))
    await pilot.pause()
    assert untold(pilot) == set()


# What leaves the screen, or lends the terminal to somebody else, is no box; letters to jump by are keys.
LEAVES = {"quit", "editor", "sync", "jump"}
GROUPS = {c.group: [o.id for o in COMMANDS if o.group == c.group and o.id not in LEAVES] for c in COMMANDS}

# Operators are typed as they are in every language; a hit is an excerpt of what is kept.
TYPED = {"is", "after", "before", "has", "open", "done", "snoozed", "unread", "failed", "note"}
TYPED |= {"Call", "they", "called", "min"}


@pytest.mark.parametrize("group", GROUPS)
async def test_what_every_command_shows(pilot: Pilot[None], group: str) -> None:
    desk = desk_of(pilot)
    for command in GROUPS[group]:
        desk.go_to_customer(A)
        await until(pilot, lambda: desk.reading.card and desk.reading.card.customer.id == A)
        for pane in ("inbox", "timeline", "card") if command == "help" else ("timeline",):
            desk.go_to(pane)
            desk.command(command)
            for _ in range(15):
                await pilot.pause()
            assert untold(pilot) == set(), (command, pane)
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is desk)


@pytest.mark.parametrize("keys", ["r", "n", "R", "p"])
@pytest.mark.parametrize("pane", ["composer"])
async def test_the_composer(pilot: Pilot[None], keys: str, pane: str) -> None:
    desk = desk_of(pilot)
    desk.go_to_customer(A)
    await until(pilot, lambda: desk.reading.card and desk.reading.card.customer.id == A)
    desk.go_to("timeline")
    await pilot.press(keys)
    await until(pilot, lambda: desk.composer.is_open or pilot.app.screen is not desk)
    await pilot.pause()
    assert untold(pilot) - {"mail"} == set()
    await pilot.press("f1")
    await pilot.pause()
    assert untold(pilot) == set()


@pytest.mark.parametrize(
    "typed", ["is:unread", "after:7d τούρτα", "is:nonsense", "before:", '"', "has:attachment", "ξ"]
)
async def test_searching(pilot: Pilot[None], typed: str) -> None:
    desk = desk_of(pilot)
    desk.command("search")
    await until(pilot, lambda: pilot.app.screen is not desk)
    await pilot.press(*typed)
    for _ in range(30):
        await pilot.pause()
    assert untold(pilot) - TYPED == set()


async def test_the_palette(pilot: Pilot[None]) -> None:
    desk = desk_of(pilot)
    for pane in ("inbox", "timeline"):
        desk.go_to(pane)
        desk.command("palette")
        await until(pilot, lambda: pilot.app.screen is not desk)
        for _ in range(len(COMMANDS) // 5):
            await pilot.pause()
            assert untold(pilot) == set()
            await pilot.press(*["down"] * 5)
        await pilot.press("escape")


async def test_what_is_kept_is_english(world: World) -> None:
    kept = [
        repr((await world.desk.timeline.card(who), await world.store.page(who, limit=1000)))
        for who in (A, B, C)
    ]
    deliveries = await world.store.deliveries(set(DeliveryState))
    ours = "".join([*kept, repr(deliveries)]).replace(pseudo.marked("Re: your message"), "")  # what they read
    assert re.findall(f".{{,20}}[{pseudo.MARKED}].{{,20}}", ours) == []
    assert "snoozed until they write" in kept[0]
    assert "the reply is empty" in repr(deliveries)


@pytest.fixture
def portuguese() -> Iterator[None]:
    language.use("pt")
    yield
    language.use(language.ENGLISH)


@pytest.mark.usefixtures("portuguese")
async def test_what_an_agent_wrote_is_not_translated() -> None:
    world = await bakery()
    await world.desk.inbox.pin(A, "late 17:00")
    await world.desk.inbox.tag(A, add=["urgent"])
    await world.desk.inbox.done(A)
    async with open_app(world, (120, 40)) as pilot:
        desk_of(pilot).go_to_customer(A)
        await until(pilot, lambda: "marcado como tratado" in shown(pilot))
        assert "late 17:00" in shown(pilot)
        assert "+urgent" in shown(pilot)


@pytest.mark.usefixtures("portuguese")
async def test_portuguese_on_the_screen() -> None:
    async with open_app(await bakery(), (120, 40)) as pilot:
        assert "Responder" in shown(pilot)  # the footer
        assert "Porquê agora" in shown(pilot)
        await pilot.press("enter", "question_mark")
        await until(pilot, lambda: "Teclas em: histórico" in shown(pilot))
        assert "Cliente seguinte, ou mensagem seguinte" in shown(pilot)
        await pilot.press("escape", "colon", *"adi")
        await until(pilot, lambda: "Fora da vista até certa hora" in shown(pilot))
        await pilot.press("escape", "h")
        await until(pilot, lambda: "amanhã 9:00" in shown(pilot))
        await pilot.press("w")
        await until(pilot, lambda: "adiado até escreverem" in shown(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "Responder por correio a" in shown(pilot))


OPENS = ("", "r", "n", "p", "h", "a", "t", "w", "V", "C", "D", "J", "?", ":", "/")


@pytest.mark.usefixtures("portuguese")
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)])
async def test_longer_words_fit(size: tuple[int, int]) -> None:
    async with open_app(await suggested(), size) as pilot:
        desk = desk_of(pilot)
        await pilot.press("enter")
        for keys in OPENS:
            await pilot.press(*(NAMED.get(key, key) for key in keys))
            for _ in range(5):
                await pilot.pause()
            assert [cell_len(line) for line in shown(pilot).splitlines()] == [size[0]] * size[1]
            assert not broken_off(pilot), keys
            await pilot.press("escape", "escape")
            await until(pilot, lambda: pilot.app.screen is desk)


NAMED = {"?": "question_mark", ":": "colon", "/": "slash"}


def broken_off(pilot: Pilot[None]) -> list[str]:
    """Titles of what is open that have no room, and do not show that something is missing."""
    found = []
    for widget in pilot.app.screen.query("*"):
        title, said = widget.border_title, "".join(shown(pilot).split())
        if title and widget.region.area and "…" not in said and "".join(title.split()) not in said:
            found.append(title)
    return found
