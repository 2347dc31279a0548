"""What was looked for stands out where it stands, in what was found and in the timeline; other words do not."""

from agent_tui.core.model import customer_id
from agent_tui.core.query import Term
from agent_tui.tui.lines import Line, Role
from agent_tui.tui.marks import marked
from tests.scripted import ANA, BOB
from tests.tui.world import bakery, desk_of, open_app, shown, until

A, B = customer_id(ANA), customer_id(BOB)


def found(lines: list[Line]) -> list[str]:
    """The marked words of some lines."""
    return [text for line in lines for text, role in line.spans if role is Role.FOUND]


def test_only_the_words_people_said_are_marked_and_nothing_is_lost() -> None:
    line = Line((("Ana ", Role.THEM), ("asks Ana about cakes", Role.TEXT)))
    one = marked(line, (Term(text="ana"), Term(text="cake", prefix=True)))
    assert found([one]) == ["Ana", "cakes"]
    assert one.text == line.text
    assert one.spans[0] == ("Ana ", Role.THEM)
    assert marked(line, ()) is line
    assert found([marked(line, (Term(text="ana", negated=True),))]) == []


async def test_a_hit_is_marked_in_the_list_and_where_it_stands() -> None:
    async with open_app(await bakery()) as pilot:
        desk = desk_of(pilot)
        await pilot.press("/", *"invoice")
        await until(pilot, lambda: "found" in shown(pilot))
        listed = pilot.app.screen.list  # type: ignore[attr-defined]
        await until(pilot, lambda: found([listed.line_at(y) for y in range(5)]) == ["invoice"])
        await pilot.press("enter")
        await until(pilot, lambda: desk.reading.customer_id == B and bool(desk.timeline.sought))
        view = desk.timeline
        lines = [view.line_at(y) for y in range(view.window.height)]
        assert found(lines) == ["Invoice", "invoice"]
        await pilot.press("1", "k")
        await until(pilot, lambda: desk.reading.customer_id == A)
        assert view.sought == ()
