"""The palette: letters find commands, names find customers, and what does not work here says why."""

import pytest

from agent_tui.core.model import customer_id
from agent_tui.tui.fuzzy import NONE, rank
from tests.scripted import ANA, BOB
from tests.tui.world import CARA, bakery, desk_of, open_app, shown, toasts, until

B, C = customer_id(BOB), customer_id(CARA)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", 0), ("next", 0), ("NEXT  w", 0), ("wait", 1), ("wait ne", 1), ("nw", 2),
        ("customer", 3), ("waiting reads", 3), ("nxwtg", 4), ("zebra", NONE), ("gnitiaw", NONE),
    ],
)  # fmt: skip
def test_how_well_letters_fit(typed: str, expected: int) -> None:
    assert rank(typed, "Next waiting", "reads the next customer") == expected


async def test_first_letters_run_a_command() -> None:
    async with open_app(await bakery()) as pilot:
        await pilot.press(":", *"nw")
        await until(pilot, lambda: "▌ Next waiting" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: desk_of(pilot).reading.customer_id == B)


async def test_a_customer_is_opened_by_name_also_one_who_is_not_in_the_list() -> None:
    world = await bakery()
    await world.desk.inbox.done(C)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"half a word", "ctrl+p", *"cara")
        await until(pilot, lambda: "▌ Cara Lima" in shown(pilot) and "+351912345678" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: desk.reading.customer_id == C and desk.pane == "timeline")
        assert not desk.composer.is_open
    draft = await world.desk.timeline.draft(customer_id(ANA), note=False)
    assert draft is not None
    assert draft.text == "half a word"


async def test_what_does_not_work_here_comes_last_and_says_why() -> None:
    async with open_app(await bakery(), (120, 60)) as pilot:
        await pilot.press(":", *"undo")
        await until(pilot, lambda: "There is nothing to take back." in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: any("nothing to take back" in toast for toast in toasts(pilot)))
        await pilot.press(":", *"quoted")
        await until(pilot, lambda: "works in the timeline" in shown(pilot))
