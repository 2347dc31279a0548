"""Times in what a record says happened, by the agent's own clock."""

from datetime import timedelta, timezone

import pytest

from agent_tui.tui.when import spoken

LISBON = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snoozed until 2026-11-24 23:30 UTC", "snoozed until 2026-11-25 00:30"),
        ("marked as done", "marked as done"),
        ("until 2026-13-45 09:00 UTC", "until 2026-13-45 09:00 UTC"),
        ("until 9999-12-31 23:59 UTC", "until 9999-12-31 23:59 UTC"),
    ],
)
def test_by_her_clock(text: str, expected: str) -> None:
    assert spoken(text, LISBON) == expected
