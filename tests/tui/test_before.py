"""Earlier answers and promises as lines of the card."""

from datetime import UTC

import pytest

from agent_tui.core.model import Card, CustomerState
from agent_tui.services.earlier import Before
from agent_tui.services.promises import Outcomes
from agent_tui.tui.cards import card_lines
from agent_tui.tui.icons import UNICODE
from agent_tui.tui.lines import Look, Role
from tests.clocks import START
from tests.contracts.records import came, customer, went

LOOK = Look(icons=UNICODE, agent="Rui", zone=UTC)
CARD = Card(customer=customer(), state=CustomerState.OPEN, identities=(), first_seen=START)


def test_the_card_says_what_became_of_promises() -> None:
    for outcomes, words, role in (
        (Outcomes(kept=5, broken=1), "5 kept, 1 broken", Role.WARN),
        (Outcomes(kept=2, open=1), "2 kept", Role.GOOD),
    ):
        lines = card_lines(CARD, (), (), 34, START, LOOK, promised=outcomes)
        assert [line.spans[1] for line in lines if line.text.startswith("Promises")] == [(words, role)]
    for nothing in (Outcomes(), Outcomes(open=1)):
        lines = card_lines(CARD, (), (), 34, START, LOOK, promised=nothing)
        assert not [line for line in lines if line.text.startswith("Promises")]


def before(number: int, words: str, text: str) -> Before:
    question = came(f"q-{number}", "dan", -60)
    answer = went(f"a-{number}", "dan", -50, author_name="Rui")
    return Before(
        words=words, times=number, customer_id="c-2", name="Dan", question=question, answer=answer, text=text
    )


@pytest.mark.parametrize("width", [10, 21, 34])
def test_earlier_answers_fit_and_lead_to_where_they_stand(width: int) -> None:
    found = tuple(before(n, "nut free " * n, "漢字 words\n\nand more " * n * 3) for n in range(1, 6))
    lines = card_lines(CARD, (), (), width, START, LOOK, before=found)
    assert all(line.width <= width for line in lines)
    mine = [line for line in lines if line.entry]
    assert [*dict.fromkeys(line.entry for line in mine)] == ["a-1", "a-2", "a-3"]
    assert len(mine) <= 3 * 4
    assert [line.command for line in lines if line.command] == ["earlier"]
