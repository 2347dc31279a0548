"""A call or a video link, written where the cursor is; a room is never the same twice."""

import re

import pytest

from agent_tui.core.errors import UsageError
from agent_tui.core.links import is_secure
from agent_tui.services.about import Business
from agent_tui.services.links import call_link, meeting_link
from tests.tui.world import bakery, desk_of, open_app, toasts, until

MEETING = "https://meet.example.com/{room}"


@pytest.mark.parametrize("written", ["+351 210 000 000", "210 000 000"])
def test_our_number_is_a_link(written: str) -> None:
    assert call_link(Business(agent="Rui", phone=written, home_country="PT")) == "tel:+351210000000"


def test_each_room_has_a_name_nobody_can_guess() -> None:
    business = Business(agent="Rui", meeting=MEETING)
    links = {meeting_link(business) for _ in range(100)}
    assert len(links) == 100
    assert all(re.fullmatch(r"https://meet\.example\.com/[\w-]{12}", link) for link in links)


@pytest.mark.parametrize("make", [call_link, meeting_link])
def test_what_is_not_set_is_said(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=r"not known|is set"):
        make(Business(agent="Rui"))


@pytest.mark.parametrize(
    ("address", "right"),
    [
        (MEETING, True),
        ("http://meet.example.com/x", False),
        ("meet", False),
        ("https://", False),
        ("https://a.example/ x", False),
        ("https://a.example/\x1b", False),
    ],
)
def test_what_a_meeting_address_is(address: str, right: bool) -> None:
    assert is_secure(address) is right


async def test_links_are_written_where_the_cursor_is() -> None:
    world = await bakery()
    object.__setattr__(world.business, "phone", "+351210000000")
    object.__setattr__(world.business, "meeting", MEETING)
    async with open_app(world) as pilot:
        desk = desk_of(pilot)
        await pilot.press("r", *"Call ", "alt+c", "enter", "alt+v")
        await until(pilot, lambda: "meet.example.com" in desk.composer.text)
        assert desk.composer.text.startswith("Call tel:+351210000000\nhttps://meet.example.com/")
        assert await world.queued() == ()


async def test_nothing_is_written_when_nothing_is_set() -> None:
    world = await bakery()
    async with open_app(world) as pilot:
        await pilot.press("r", "alt+v")
        await until(pilot, lambda: any("no meeting address" in t.casefold() for t in toasts(pilot)))
        assert desk_of(pilot).composer.text == ""
