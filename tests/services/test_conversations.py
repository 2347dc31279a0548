"""Threads, as an aid: keys join, subjects only help those who have none, and order does not matter."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.model import Direction, Medium, Message
from agent_tui.services.conversations import group
from tests.clocks import START
from tests.scripted import ANA


def said(number: int, *, threads: tuple[str, ...] = (), subject: str = "Cake", hours: float = 0) -> Message:
    return Message(
        id=f"m{number}",
        address=ANA,
        channel="mail",
        medium=Medium.EMAIL,
        direction=Direction.IN,
        at=START + timedelta(hours=hours or number),
        author=ANA,
        subject=subject,
        external_id=f"<{number}>",
        threads=threads or (f"<{number}>",),
    )


def groups(*messages: Message) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for message, conversation in group(messages).items():
        found.setdefault(conversation, set()).add(message)
    return {frozenset(members) for members in found.values()}


def test_references_join() -> None:
    assert groups(said(1), said(2, threads=("<2>", "<1>")), said(3, subject="Bread")) == {
        frozenset({"m1", "m2"}),
        frozenset({"m3"}),
    }


def test_a_late_parent_joins_its_children() -> None:
    one = said(1, threads=("<1>", "<0>"), subject="a")
    two = said(2, threads=("<2>", "<0>"), subject="b")
    assert groups(one, two) == {frozenset({"m1", "m2"})}


def test_a_subject_joins_only_an_answer_without_keys() -> None:
    assert groups(said(1, subject="Big cake"), said(2, subject="Re: Big cake")) == {frozenset({"m1", "m2"})}
    assert len(groups(said(1, subject="Big cake"), said(2, subject="Big cake"))) == 2
    stranger = said(2, subject="Re: Big cake", threads=("<2>", "<elsewhere>"))
    assert len(groups(said(1, subject="Big cake"), stranger)) == 2


def test_an_old_subject_and_a_short_one_say_nothing() -> None:
    old = said(2, subject="Re: Big cake", hours=24 * 60)
    assert len(groups(said(1, subject="Big cake"), old)) == 2
    assert len(groups(said(1, subject="Hi"), said(2, subject="Re: Hi"))) == 2


@given(st.permutations(range(8)), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6))
def test_the_order_they_come_in_does_not_matter(order: list[int], links: list[tuple[int, int]]) -> None:
    keys = {number: [f"<{number}>"] for number in range(8)}
    for child, parent in links:
        keys[child].append(f"<{parent}>")
    messages = [said(n, threads=tuple(keys[n]), subject=f"subject {n}") for n in range(8)]
    assert group(messages) == group([messages[n] for n in order])
