"""The table of keys: no clash, no key that types in the composer, documents made from it."""

from typing import get_args

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

from agent_tui.tui import keys
from agent_tui.tui.keymap import DEFAULT
from agent_tui.tui.keys import COMMANDS, Pane

PANES = get_args(Pane)


@pytest.mark.parametrize("pane", PANES)
def test_a_key_means_one_thing_in_a_pane(pane: Pane) -> None:
    used = [key for command in COMMANDS for key in command.keys_in(pane)]
    assert len(used) == len(set(used))


def test_no_command_in_the_composer_hangs_on_a_key_that_types() -> None:
    for command in COMMANDS:
        for key in command.keys_in("composer"):
            assert len(key) > 1, f"{command.id}: {key} types a character"
            assert key not in {"enter", "space", "backspace", "up", "down", "left", "right", "home", "end"}


def test_keys_that_edit_text_are_left_to_the_composer() -> None:
    editing = {f"ctrl+{letter}" for letter in "aewukyfdzxcv"}
    taken = {key for command in COMMANDS for key in command.keys_in("composer")}
    assert not editing & taken


def test_sending_has_a_key_that_older_terminals_deliver_and_enter_is_not_one() -> None:
    assert keys.BY_ID["send"].keys_in("composer") == ("ctrl+enter", "ctrl+j")
    assert ("enter", "composer") not in keys.BY_KEY


@pytest.mark.parametrize("key", [key for key in keys.EVERY_KEY if key.startswith("alt+")])
def test_a_key_with_alt_arrives_in_every_terminal(key: str) -> None:
    """Older terminals send Escape and the letter; some such pairs mean a key of their own."""
    assert f"\x1b{key.removeprefix('alt+')}" not in ANSI_SEQUENCES_KEYS


def test_saving_never_sends() -> None:
    assert keys.BY_KEY["ctrl+s", "composer"].id == "draft.save"


def test_ids_are_unique_and_every_command_says_what_it_does() -> None:
    assert len(keys.BY_ID) == len(COMMANDS)
    assert all(command.help and command.label for command in COMMANDS)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("ctrl+enter", "Ctrl+Enter"), ("escape", "Esc"), ("]", "]"), ("j", "j"), ("alt+s", "Alt+S"), ("G", "G")],
)
def test_keys_are_named_as_people_call_them(key: str, shown: str) -> None:
    assert keys.name(key) == shown


@pytest.mark.parametrize("pane", PANES)
def test_the_footer_offers_only_what_has_a_key_there(pane: Pane) -> None:
    offered = DEFAULT.footer(pane)
    assert offered
    assert all(command.keys_in(pane) for command in offered)
    assert [c.rank for c in offered] == sorted(c.rank for c in offered)


def test_the_page_lists_every_command() -> None:
    page = keys.keys_markdown()
    for command in COMMANDS:
        assert command.help in page
        assert command.label in page
    assert "`Ctrl+Enter`" in page
