"""Signatures: once under every reply, and off again when it comes back."""

import pytest

from agent_tui.core.errors import ConfigError
from agent_tui.services.signing import signed, unsigned
from agent_tui.settings import Document
from tests.tui.world import World, bakery, desk_of, open_app, shown, until

END = "Rui\nCorner Bakery"


def test_it_is_put_once_and_taken_off() -> None:
    mail = signed("Yes", END, letter=True)
    assert mail == "Yes\n\n-- \nRui\nCorner Bakery"
    assert signed(mail, END, letter=True) == mail
    assert signed("Yes\nRui\nCorner Bakery", END, letter=True) == "Yes\nRui\nCorner Bakery"
    assert unsigned(mail, END, letter=True) == "Yes"
    assert signed("Yes", "Rui", letter=False) == "Yes\nRui"
    assert signed("", END, letter=True) == ""
    assert signed("Yes", "", letter=True) == "Yes"


async def test_it_is_shown_and_leaves_and_undo_brings_the_bare_words_back() -> None:
    world: World = await bakery()
    object.__setattr__(world.business, "signatures", {"mail": END})
    async with open_app(world) as pilot:
        await pilot.press("r", *"Yes")
        await until(pilot, lambda: "Signed: Rui / Corner Bakery" in shown(pilot))
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "leaves in 10 s" in shown(pilot))
        message, _ = (await world.messages())[-1]
        assert message.text == "Yes\n\n-- \nRui\nCorner Bakery"
        await pilot.press("z")
        await until(pilot, lambda: desk_of(pilot).composer.text == "Yes")


async def test_it_is_counted() -> None:
    world: World = await bakery()
    object.__setattr__(world.business, "signatures", {"sms": "Rui"})
    async with open_app(world) as pilot:
        await pilot.press("j", "j", "r")
        await until(pilot, lambda: "Signed: Rui" in shown(pilot))
        assert "0/160" in shown(pilot)
        await pilot.press(*"Yes")
        await until(pilot, lambda: f"{len('Yes') + len('.Rui')}/160" in shown(pilot))


def test_a_signature_of_no_channel_is_refused() -> None:
    with pytest.raises(ConfigError, match="which is no channel"):
        Document(signatures={"post": "Rui"})
