"""Times, rows, cards and bars in words."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from agent_tui.core.addresses import Address
from agent_tui.core.model import (
    Card,
    Customer,
    CustomerState,
    Direction,
    Evidence,
    Identity,
    InboxRow,
    Last,
    Medium,
)
from agent_tui.services.host import Health
from agent_tui.services.inbox import Counts, Queued
from agent_tui.services.suggesting import Suggestion
from agent_tui.tui import bars, rows, when
from agent_tui.tui.cards import card_lines, card_row
from agent_tui.tui.footer import footer
from agent_tui.tui.icons import ASCII, UNICODE, Icons, choose
from agent_tui.tui.keymap import DEFAULT
from agent_tui.tui.keys import COMMANDS, Pane
from agent_tui.tui.lines import Look, Role, said, spread
from agent_tui.tui.safe import cut
from tests.clocks import START
from tests.scripted import ANA

LOOK = Look(icons=UNICODE, agent="Rui", zone=UTC)
EVERYTHING = frozenset(command.id for command in COMMANDS)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=20), "20 d"),
        (timedelta(days=35), "5 wk"),
        (timedelta(days=800), "2 y"),
    ],
)
def test_how_long_ago(ago: timedelta, words: str) -> None:
    assert when.since(START - ago, START) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (START, "Today"),
        (START - timedelta(days=1), "Yesterday"),
        (START - timedelta(days=3), "Wednesday 18 November"),
        (datetime(2023, 3, 2, tzinfo=UTC), "Thursday 2 March 2023"),
    ],
)
def test_days(at: datetime, words: str) -> None:
    assert when.day(at, START, UTC) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (START + timedelta(hours=1), "15:00"),
        (START - timedelta(days=2), "Thu 14:00"),
        (START - timedelta(days=40), "12 Oct"),
        (datetime(2023, 3, 2, tzinfo=UTC), "Mar 2023"),
    ],
)
def test_moments(at: datetime, words: str) -> None:
    assert when.moment(at, START, UTC) == words


def test_times_are_in_the_agents_zone() -> None:
    zone = timezone(timedelta(hours=11))
    assert when.clock(START, zone) == "01:00"
    assert when.day(START, START - timedelta(hours=2), zone) == "Sunday 22 November"


def test_seconds_left_are_rounded_up() -> None:
    assert [when.left(START + timedelta(seconds=s), START) for s in (9.2, 1, 0.1, 0, -3)] == [10, 1, 1, 0, 0]


def row(**more: object) -> Queued:
    last = Last(
        entry_id="m",
        medium=Medium.SMS,
        channel="sms",
        direction=Direction.IN,
        at=START,
        snippet="is it nut free?",
    )
    facts: dict[str, object] = {
        "customer_id": "c",
        "name": "Ana Sousa",
        "state": CustomerState.OPEN,
        "waiting_since": START - timedelta(minutes=2),
        "unread": 0,
        "assigned_to": None,
        "importance": 1,
        "promised_by": None,
        "last": last,
    }
    return Queued(row=InboxRow(**(facts | more)), priority=1, reasons=())  # type: ignore[arg-type]


def texts(queued: Queued, width: int = 30, **more: bool) -> list[str]:
    return [line.text for line in rows.lines(queued, width, START, LOOK, **more)]


@pytest.mark.parametrize(
    ("queued", "first", "second"),
    [
        (row(), "Ana Sousa                2 min", "☏ is it nut free?             "),
        (row(unread=3, importance=3), "Ana Sousa ★★             2 min", "☏ is it nut free?           ●3"),
        (row(promised_by=START + timedelta(hours=1)), "Ana Sousa             by 15:00", None),
        (row(promised_by=START - timedelta(hours=1)), "Ana Sousa           late 13:00", None),
        (row(waiting_since=None, state=CustomerState.DONE), "Ana Sousa                 done", None),
        (row(waiting_since=None), "Ana Sousa                  now", None),
        (row(name="A" * 50), "A" * 23 + "… 2 min", None),
        (row(last=None), None, "nothing said yet              "),
    ],
)
def test_a_customers_two_lines(queued: Queued, first: str | None, second: str | None) -> None:
    shown = texts(queued)
    assert first is None or shown[0] == first
    assert second is None or shown[1] == second
    assert all(len(line) <= 30 for line in shown)


def test_one_who_is_not_in_the_list_any_more() -> None:
    assert texts(row(waiting_since=None), guest=True)[0].endswith("answered")
    assert texts(row(waiting_since=None, state=CustomerState.SNOOZED), guest=True)[0].endswith("snoozed")


CUSTOMER = Customer(id="c", address=ANA, name="Ana Sousa", created=START)
CARD = Card(
    customer=CUSTOMER,
    state=CustomerState.OPEN,
    identities=(
        Identity(id="1", address=ANA, customer_id="c", evidence=Evidence.OBSERVED, at=START),
        Identity(
            id="2",
            address=Address("phone", "+351912345678"),
            customer_id="c",
            evidence=Evidence.CONFIRMED,
            at=START,
            shared=True,
        ),
        Identity(
            id="3", address=Address("web", "site/42"), customer_id="c", evidence=Evidence.CLAIMED, at=START
        ),
    ),
    first_seen=datetime(2023, 3, 2, tzinfo=UTC),
    waiting_since=START - timedelta(hours=1),
)


def test_the_card() -> None:
    customer = replace(
        CUSTOMER,
        company="Sousa & Filhos",
        importance=3,
        tags=("wedding", "vip"),
        notes_pinned=("allergic to nuts",),
        promised_by=START + timedelta(hours=1),
        assigned_to="Rui",
        preferred_channel="sms",
    )
    lines = [
        line.text.rstrip()
        for line in card_lines(replace(CARD, customer=customer), ("waiting 1 h",), (), 34, START, LOOK)
    ]
    assert lines == [
        "Ana Sousa  ★★",
        "Sousa & Filhos",
        "#wedding #vip",
        "",
        "Waits since 13:00",
        "Promised by 15:00",
        "With        Rui",
        "Prefers     sms",
        "Known since Mar 2023",
        "",
        "Why now",
        "· waiting 1 h",
        "",
        "Told us",
        "· allergic to nuts",
        "",
        "Reached at",
        "✉ ana@example.com",
        "  wrote from it",
        "☏ +351912345678",
        "  confirmed, shared with others",
        "◌ website visitor site/42",
        "  says it is theirs, not proven",
    ]


def test_the_card_of_somebody_who_is_answered_or_done() -> None:
    answered = card_lines(replace(CARD, waiting_since=None), (), (), 34, START, LOOK)
    assert "Now         answered" in [line.text for line in answered]
    done = card_lines(replace(CARD, waiting_since=None, state=CustomerState.DONE), (), (), 34, START, LOOK)
    assert "Now         done" in [line.text for line in done]


DAN = Suggestion(customer_id="c-2", name="Dan " * 30, addresses=(), reasons=("has the same name " * 9,))


def test_the_card_says_who_they_may_be() -> None:
    dan = replace(DAN, name="Dan", reasons=("has the same name",))
    lines = [line.text for line in card_lines(CARD, (), (dan,), 34, START, LOOK)]
    at = lines.index("May be Dan")
    assert lines[at + 1 : at + 3] == ["· has the same name", "J joins, or never asks again"]


def test_no_line_of_the_card_is_wider_than_there_is_room() -> None:
    customer = replace(CUSTOMER, name="漢字" * 60, company="x" * 100, tags=("t" * 80,))
    for width in (10, 21, 34):
        lines = card_lines(replace(CARD, customer=customer), ("r" * 99,), (DAN,), width, START, LOOK)
        assert all(line.width <= width for line in lines)
        assert len([line for line in lines if "漢" in line.text]) <= 3


def test_the_card_in_one_line() -> None:
    text = "".join(text for text, _ in card_row(CARD, LOOK))
    assert text.split() == [
        "✉",
        "ana@example.com",
        "☏",
        "+351912345678",
        "◌",
        "website",
        "visitor",
        "site/42",
    ]


def status(width: int, *healths: Health, counts: Counts | None = None) -> str:
    return bars.status("Corner Bakery", counts, healths, START, LOOK, width).text


OK = [Health(channel=name, state="ok") for name in ("mail", "sms", "website")]


def test_the_status_line() -> None:
    text = status(120, *OK, counts=Counts(waiting=7, failed=0, unsure=0))
    assert text.split() == [
        "Corner",
        "Bakery",
        "·",
        "7",
        "waiting",
        "·",
        "mail",
        "ok",
        "·",
        "sms",
        "ok",
        "·",
        "website",
        "ok",
        "Rui",
        "14:00",
    ]


def test_what_needs_a_look_is_counted() -> None:
    text = status(120, *OK, counts=Counts(waiting=0, failed=2, unsure=1))
    assert "nobody waits" in text
    assert "2 not sent" in text
    assert "1 unsure" in text


def test_without_room_the_channels_in_trouble_are_named() -> None:
    trouble = Health(channel="telegram", state="needs you")
    text = status(80, *OK, trouble)
    assert "telegram needs you · 3 channels ok" in text
    coming = Health(channel="mail", state="ok", remaining=1200)
    assert "mail 1200 to come" in status(120, coming)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
def test_bars_fit_and_help_is_never_left_out(width: int) -> None:
    assert bars.status("B" * 90, None, OK, START, LOOK, width).width <= width
    for pane in ("inbox", "timeline", "card", "composer"):
        line, zones = footer(pane, EVERYTHING, width)
        assert line.width <= width
        assert any(zone.command == "help" for zone in zones)
        for zone in zones:
            label = next(c.label for c in COMMANDS if c.id == zone.command)
            assert line.text[zone.start : zone.end].endswith((label, "…"))


@pytest.mark.parametrize("icons", [UNICODE, ASCII])
@pytest.mark.parametrize("pane", ["inbox", "timeline", "card", "composer", "find"])
def test_keys_stand_in_groups_and_what_has_no_room_is_behind_a_sign(pane: Pane, icons: Icons) -> None:
    side, groups = icons.box[3], {c.id: c.group for c in COMMANDS}
    whole, all_zones = footer(pane, EVERYTHING, 600, icons=icons)
    assert not whole.text.endswith(icons.more)
    for width in range(20, 240):
        line, zones = footer(pane, EVERYTHING, width, icons=icons)
        assert line.width <= width
        shown = zones[:-1] if line.text.endswith(icons.more) else zones
        assert (len(shown) < len(all_zones)) is (zones[-1].command == "palette" and shown is not zones)
        assert [z.command for z in shown] == [
            z.command for z in all_zones if z.command in {s.command for s in shown}
        ]
        for before, after in pairwise(shown):
            kinds = [
                {"Reading": "Moving", "Program": "Finding", "Who is who": "Deciding"}.get(g, g)
                for g in (groups[before.command], groups[after.command])
            ]
            between = line.text[before.end : after.start]
            assert between == ("  " if kinds[0] == kinds[1] else f" {side} ")
    assert all_zones[-1].command == "help"


@pytest.mark.parametrize("width", range(30, 200, 10))
def test_the_most_needed_keys_are_the_last_to_go(width: int) -> None:
    _, zones = footer("inbox", EVERYTHING, width)
    shown = {zone.command for zone in zones} | {"help"}
    ranked = [command.id for command in DEFAULT.footer("inbox") if command.id != "help"]
    there = [command in shown for command in ranked if command != "palette"]
    assert there == sorted(there, reverse=True)


def test_while_a_note_is_written_nothing_speaks_of_sending() -> None:
    reply, _ = footer("composer", EVERYTHING, 200)
    note, _ = footer("composer", EVERYTHING - {"send.later"}, 200, note=True)  # of replies only
    assert "Send" in reply.text
    assert "Send" not in note.text
    assert "Keep note" in note.text


def test_only_what_can_be_done_is_offered() -> None:
    _, zones = footer("inbox", EVERYTHING - {"undo"}, 200)
    assert "undo" not in [zone.command for zone in zones]


def test_two_ends_of_a_line() -> None:
    assert spread([("left", Role.TEXT)], [("right", Role.DIM)], 12).text == "left   right"
    assert spread([("a long left part", Role.TEXT)], [("right", Role.DIM)], 12).text == "a lon… right"
    assert spread([("漢字漢字", Role.TEXT)], [("r", Role.DIM)], 7).width == 7
    assert said("a", ("b", Role.DIM)).text == "ab"


def test_cutting_shows_that_something_is_missing() -> None:
    assert [cut("bakery", n) for n in (6, 5, 1, 0)] == ["bakery", "bake…", "…", ""]
    assert cut("漢字漢字", 5) == "漢字…"


def test_the_ascii_set_is_ascii_and_both_are_one_cell_wide() -> None:
    for icons in (ASCII, UNICODE):
        for medium in Medium:
            assert len(icons.medium[medium]) == 1
    signs = [v for v in vars_of(ASCII) if isinstance(v, str)]
    assert all(sign.isascii() for sign in signs)
    assert choose("ascii") is ASCII
    assert choose("unicode") is UNICODE
    assert choose("auto") in (ASCII, UNICODE)


def vars_of(icons: Icons) -> list[object]:
    found: list[object] = []
    for field in fields(icons):
        value = getattr(icons, field.name)
        found += list(value.values()) if isinstance(value, dict) else [value]
    return found
