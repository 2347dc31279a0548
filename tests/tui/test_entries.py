"""Entries as lines: who said what, on what, and what became of it; nothing wider than there is room."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.attachments import Attachment
from agent_tui.core.model import (
    Activity,
    Delivery,
    DeliveryState,
    Direction,
    Entry,
    Fact,
    Medium,
    Message,
    Note,
)
from agent_tui.core.text import clean, size
from agent_tui.tui.entries import LONGEST, Before, Block, after, block
from agent_tui.tui.icons import ASCII, UNICODE
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.paging import Stretch
from agent_tui.tui.window import Window
from tests.clocks import START
from tests.scripted import ANA, BOB, SHOP

LOOK = Look(icons=UNICODE, agent="Rui", zone=UTC)
AT = START - timedelta(hours=4)

CAME = Message(
    id="m1",
    address=ANA,
    channel="mail",
    medium=Medium.EMAIL,
    direction=Direction.IN,
    at=AT,
    author=ANA,
    author_name="Ana",
    to=(SHOP,),
    subject="Cake for Friday",
    text="For twelve, please.",
)
WENT = replace(CAME, id="m2", direction=Direction.OUT, author=SHOP, author_name="Rui", to=(ANA,))


def laid(fact: Fact, delivery: Delivery | None = None, width: int = 60, **more: object) -> Block:
    before = more.pop("before", Before(day="Today"))
    assert isinstance(before, Before)
    entry = Entry(fact=fact, delivery=delivery)
    return block(entry, before, width, START, LOOK, unfolded=bool(more.get("unfolded")))


def said(block_: Block) -> list[str]:
    return [line.text.rstrip() for line in block_.lines]


def state(state_: DeliveryState, **more: object) -> Delivery:
    return Delivery(id="m2", address=ANA, channel="mail", state=state_, at=AT, **more)  # type: ignore[arg-type]


def test_a_message_says_when_who_and_on_what() -> None:
    assert said(laid(CAME)) == [
        "10:00  ✉ Ana                                           email",
        "       Cake for Friday",
        "       For twelve, please.",
        "",
    ]


def test_a_subject_is_shown_when_it_changes() -> None:
    before = after(Entry(fact=CAME), Before(), START, LOOK)
    answer = replace(CAME, id="m3", subject="RE: Cake for Friday")
    assert "Cake for Friday" not in "\n".join(said(laid(answer, before=before)))
    other = replace(CAME, id="m3", subject="Invoice")
    assert "       Invoice" in said(laid(other, before=before))


def test_a_new_day_is_a_line_across() -> None:
    lines = said(laid(CAME, before=Before(day="Yesterday")))
    assert lines[0].strip("─") == " Today "
    assert laid(CAME, before=Before(day="Yesterday")).head == 2


@pytest.mark.parametrize(
    ("delivery", "shown"),
    [
        (None, "email"),
        (state(DeliveryState.QUEUED), "◷ waits to leave"),
        (state(DeliveryState.QUEUED, not_before=START + timedelta(seconds=7.2)), "◷ leaves in 8 s"),
        (state(DeliveryState.SENDING), "◷ leaving now"),
        (state(DeliveryState.SENT), "✓ sent"),
        (state(DeliveryState.DELIVERED), "✓✓ delivered"),
        (state(DeliveryState.READ), "✓✓ read"),
        (state(DeliveryState.FAILED), "✗ not sent"),
        (state(DeliveryState.UNSURE), "? not sure it left"),
    ],
)
def test_what_became_of_ours_stands_at_the_end_of_its_head(delivery: Delivery | None, shown: str) -> None:
    head = said(laid(WENT, delivery))[0]
    assert head.startswith("10:00  ✉ you → ana@example.com")
    assert head.endswith(shown)
    assert len(head) == 60


def test_who_of_us_said_it() -> None:
    assert "Maria → ana@example.com" in said(laid(replace(WENT, author_name="Maria")))[0]


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (state(DeliveryState.FAILED, error="mailbox full"), ["Not sent: mailbox full", "S sends it again"]),
        (state(DeliveryState.FAILED), ["Not sent: the provider refused it", "S sends it again"]),
        (state(DeliveryState.UNSURE), ["S sends it again, M marks it as sent"]),
        (
            state(DeliveryState.QUEUED, error="no line", not_before=START + timedelta(minutes=5)),
            ["Not sent yet: no line, tried again at 14:05"],
        ),
        (state(DeliveryState.SENT, error="not taken for bob"), ["not taken for bob"]),
    ],
)
def test_what_went_wrong_and_what_to_do_stand_below(delivery: Delivery, words: list[str]) -> None:
    lines = [line.strip() for line in said(laid(WENT, delivery))]
    assert all(word in lines for word in words), lines


def test_a_note_has_another_border_word_and_role() -> None:
    note = laid(Note(id="n", address=ANA, at=AT, author="Rui", text="allergic to nuts"))
    lines = said(note)
    assert lines[0].startswith("╭─ NOTE by you, 10:00, only we see it ─")
    assert lines[0].endswith("╮")
    assert lines[1].startswith("│ allergic to nuts")
    assert lines[2] == "╰" + "─" * 58 + "╯"
    assert {line.ground for line in note.lines[:3]} == {Role.NOTE}
    assert not {Role.NOTE, Role.NOTE_EDGE} & {role for line in laid(CAME).lines for _, role in line.spans}


def test_an_activity_is_one_quiet_line() -> None:
    activity = Activity(id="a", address=ANA, at=AT, kind="done", text="marked as done", author="Rui")
    assert said(laid(activity)) == ["10:00  · you marked as done", ""]


def test_what_is_quoted_is_folded() -> None:
    quoting = replace(CAME, quoted="> one\n> two")
    folded = laid(quoting)
    assert said(folded)[-2] == "       ▸ 2 quoted lines"
    assert folded.fold == len(folded.lines) - 2
    assert said(laid(quoting, unfolded=True))[-4:-1] == [
        "       ▾ 2 quoted lines",
        "       > one",
        "       > two",
    ]


def test_a_long_message_is_cut_and_says_how_much_is_missing() -> None:
    long = laid(replace(CAME, text="\n".join(str(n) for n in range(100))))
    assert long.more is not None
    assert long.lines[long.more].text.strip() == f"▸ {100 - LONGEST} more lines: o opens it in full"
    assert len(long.lines) < LONGEST + 6


def test_a_very_long_one_is_cut_without_being_wrapped() -> None:
    assert "much more: o opens it in full" in "\n".join(said(laid(replace(CAME, text="word " * 1_000_000))))


def test_everything_else_a_message_carries() -> None:
    file = Attachment(name="order.pdf", media_type="application/pdf", size=12_345, digest="0")
    message = replace(
        CAME, cc=(BOB,), attachments=(file,), notices=("the name contains another address",), automatic=True
    )
    lines = said(laid(message))
    assert "automatic" in lines[0]
    assert "       also to bob@example.org" in lines
    assert "       ▤ order.pdf, 12 kB" in lines
    assert "       ▲ the name contains another address" in lines


def test_what_could_not_be_read_says_so() -> None:
    lines = " ".join(" ".join(said(laid(replace(CAME, text="", subject="", unreadable=True)))).split())
    assert "This message could not be read. Its original is kept." in lines
    assert "(no text)" not in lines
    assert "(no text)" in " ".join(said(laid(replace(CAME, text="\n \n"))))


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (12_345, "12 kB"), (3_456_789, "3.5 MB")]
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


TEXTS = st.text(st.characters(codec="utf-8"), max_size=200) | st.sampled_from(
    ["漢字" * 90, "x" * 300, "👍🏽 ☎️"]
)


@given(TEXTS, TEXTS, st.integers(10, 120), st.booleans(), st.sampled_from(list(DeliveryState)))
def test_no_line_is_wider_than_there_is_room_and_all_of_it_is_printable(
    text: str, name: str, width: int, unfolded: bool, fate: DeliveryState
) -> None:
    message = replace(
        WENT, text=text, quoted=text, subject=name, author_name=name, notices=(name,), cc=(BOB,)
    )
    facts: list[tuple[Fact, Delivery | None]] = [
        (message, state(fate, error=name)),
        (replace(message, direction=Direction.IN), None),
        (Note(id="n", address=ANA, at=AT, author=name, text=text), None),
        (Activity(id="a", address=ANA, at=AT, kind="x", text=text, author=name), None),
    ]
    for look in (LOOK, replace(LOOK, icons=ASCII)):
        for fact, delivery in facts:
            entry = Entry(fact=fact, delivery=delivery)
            for line in block(entry, Before(), width, START, look, unfolded=unfolded).lines:
                assert line.width <= width
                assert clean(line.text) == line.text
                assert "\n" not in line.text


def entries(count: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(fact=replace(CAME, id=f"m{n:05}", at=AT + timedelta(minutes=n), text=f"text {n}"))
        for n in range(count)
    )


def test_a_window_knows_which_line_belongs_to_whom() -> None:
    window = Window(LOOK)
    window.lay(Stretch(entries(50)), 60, START)
    assert window.height == sum(len(b.lines) for b in window.blocks)
    for index, _ in enumerate(window.blocks):
        first, last = window.span(index)
        assert window.index_at(first) == window.index_at(last) == index
    assert window.index_at(-5) == 0
    assert window.index_at(10**6) == 49


def test_a_place_is_found_again_after_more_came_above_and_another_width() -> None:
    window, every = Window(LOOK), entries(100)
    window.lay(Stretch(every[50:]), 60, START)
    y = window.span(10)[0] + 1
    place = window.place(y)
    window.lay(Stretch(every), 31, START)
    now = window.find(place)
    assert now is not None
    assert window.index_at(now) == 60
    assert window.find(("gone", 0)) is None


def test_a_window_lays_out_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    from agent_tui.tui import window as module

    def counting(entry: Entry, *rest: object, **more: object) -> Block:
        made.append(entry.fact.id)
        return block(entry, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "block", counting)
    window, every = Window(LOOK), entries(100)
    window.lay(Stretch(every), 60, START)
    made.clear()
    window.lay(Stretch((*every, replace(every[-1], fact=replace(every[-1].fact, id="new")))), 60, START)
    assert made == ["new"]
