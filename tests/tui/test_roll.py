"""The rows of a long list: the selection is kept by id, and nothing moves under the agent's hands."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.model import CustomerState, InboxRow
from agent_tui.services.inbox import Queued
from agent_tui.tui.roll import Roll
from tests.clocks import START


def queued(name: str) -> Queued:
    row = InboxRow(
        customer_id=name,
        name=name,
        state=CustomerState.OPEN,
        waiting_since=START - timedelta(hours=1),
        unread=0,
        assigned_to=None,
        importance=1,
        promised_by=None,
        last=None,
    )
    return Queued(row=row, priority=1.0, reasons=())


def rows(names: str) -> list[Queued]:
    return [queued(name) for name in names]


def shown(roll: Roll) -> str:
    known = (roll.row(position) for position in range(len(roll)))
    return "".join(row.row.customer_id if row else "." for row in known)


def test_only_what_is_looked_at_is_asked_for() -> None:
    roll = Roll()
    assert roll.missing(0, 20) == (0, 21)
    roll.place(0, rows("abcdefghijklmnopqrstu"), 10_000)
    assert roll.missing(0, 20) is None
    assert roll.missing(5, 30) == (21, 10)
    assert roll.missing(9_990, 10_050) == (9_990, 10)
    assert len(roll) == 10_000


def test_what_is_stale_is_shown_and_asked_for_again() -> None:
    roll = Roll()
    roll.place(0, rows("abc"), 3)
    roll.stale()
    assert shown(roll) == "abc"
    assert roll.missing(0, 10) == (0, 11)
    roll.place(0, rows("abcd"), 4)
    assert roll.missing(0, 10) is None


def test_an_empty_list_is_asked_for_again_too() -> None:
    roll = Roll()
    roll.place(0, [], 0)
    assert roll.missing(0, 10) is None
    roll.stale()
    assert roll.missing(0, 10) == (0, 11)
    roll.place(0, rows("a"), 1)
    assert roll.selected == "a"


def test_the_cursor_goes_along_with_who_is_selected() -> None:
    roll = Roll()
    roll.place(0, rows("abc"), 3)
    roll.move(1)
    roll.place(0, rows("xyabc"), 5)
    assert (roll.selected, roll.cursor) == ("b", 3)


def test_who_left_the_list_stays_in_place_until_the_cursor_moves() -> None:
    roll = Roll()
    roll.place(0, rows("abcd"), 4)
    roll.move(1)
    roll.place(0, rows("acd"), 3)
    assert (shown(roll), roll.guest, roll.cursor) == ("abcd", "b", 1)
    roll.place(0, rows("acd"), 3)
    assert shown(roll) == "abcd"
    roll.move(2)
    assert (shown(roll), roll.guest, roll.selected) == ("acd", None, "c")


def test_moving_up_from_a_guest() -> None:
    roll = Roll()
    roll.place(0, rows("abcd"), 4)
    roll.move(2)
    roll.place(0, rows("abd"), 3)
    roll.move(1)
    assert (shown(roll), roll.selected, roll.cursor) == ("abd", "b", 1)


def test_a_guest_who_comes_back_is_one_row() -> None:
    roll = Roll()
    roll.place(0, rows("abc"), 3)
    roll.move(1)
    roll.place(0, rows("ac"), 2)
    roll.place(0, rows("abc"), 3)
    assert (shown(roll), roll.guest, roll.cursor) == ("abc", None, 1)


def test_the_last_one_of_all_leaves() -> None:
    roll = Roll()
    roll.place(0, rows("a"), 1)
    roll.place(0, [], 0)
    assert (shown(roll), roll.guest, len(roll)) == ("a", "a", 1)


def test_keys_before_the_first_rows_count() -> None:
    roll = Roll()
    roll.move(1)
    roll.move(2)
    roll.place(0, rows("abc"), 3)
    assert (roll.cursor, roll.selected) == (2, "c")


def test_more_keys_than_rows() -> None:
    roll = Roll()
    roll.move(7)
    roll.place(0, rows("ab"), 2)
    assert (roll.cursor, roll.selected) == (1, "b")
    assert not roll.move(9)


def test_a_row_that_is_not_known_yet_is_selected_when_it_comes() -> None:
    roll = Roll()
    roll.place(0, rows("abc"), 100)
    roll.move(99)
    assert roll.selected is None
    roll.place(95, rows("vwxyz"), 100)
    assert roll.selected == "z"


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("rows"), st.permutations("abcdefgh"), st.integers(0, 8)),
            st.tuples(st.just("move"), st.integers(-3, 12), st.just(0)),
        ),
        max_size=30,
    )
)
def test_whatever_happens_the_cursor_is_on_who_is_selected(
    steps: list[tuple[str, list[str] | int, int]],
) -> None:
    roll = Roll()
    for kind, value, count in steps:
        selected = roll.selected
        if kind == "rows" and not isinstance(value, int):
            roll.place(0, rows("".join(value[:count])), count)
            assert selected is None or roll.selected == selected
        elif isinstance(value, int):
            roll.move(value)
        if roll.loaded and len(roll):
            here = roll.row(roll.cursor)
            assert here is not None
            assert here.row.customer_id == roll.selected
            assert len(set(shown(roll))) == len(roll)
