"""Words out of a stranger's message, pasted into the line of a box: only what can be drawn arrives."""

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.world import bakery, open_app, until

NASTY = "ab\x1b]52;c;SEk=\x07 \u202egpj\x9b31m cd"


@pytest.mark.parametrize("key", ["colon", "t", "L"])
async def test_what_is_pasted_into_a_box_commands_nothing(key: str) -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        line = pilot.app.focused
        assert isinstance(line, Input)
        pilot.app.post_message(events.Paste(NASTY))
        await until(pilot, lambda: line.value.endswith("cd"))
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*line.value}
