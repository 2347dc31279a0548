"""The keys in force: what the settings may ask for, what is refused and in which words, and what the presets change."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from agent_tui.core.tables import Mistake
from agent_tui.settings import KeysPreset
from agent_tui.tui import keymap, keys
from agent_tui.tui.keymap import DEFAULT, VITAL, read
from agent_tui.tui.keynames import clean_key, types
from agent_tui.tui.keys import COMMANDS, Pane
from agent_tui.tui.presets import PRESETS, presets_markdown

TUI = Path(keys.__file__).parent
SERVICES = TUI.parent / "services"
NAMES = get_args(KeysPreset)


def keys_of(
    wanted: Mapping[str, object], command: str, pane: Pane = "inbox", preset: str = "default"
) -> tuple[str, ...]:
    return read(preset, wanted).by_id[command].keys_in(pane)


class TestWhatMayBeAskedFor:
    def test_a_key_replaces_all_the_command_had(self) -> None:
        chosen = read("default", {"note": "f6"})
        assert chosen.by_key["f6", "inbox"].id == "note"
        assert ("n", "inbox") not in chosen.by_key

    def test_several_keys(self) -> None:
        assert keys_of({"done": ["ω", "f8"]}, "done") == ("ω", "f8")

    def test_off_takes_every_key_away(self) -> None:
        assert keys_of({"copy": "off"}, "copy", "timeline") == ()

    def test_two_commands_may_swap(self) -> None:
        chosen = read("default", {"reply": "n", "note": "r"})
        assert (chosen.by_key["n", "inbox"].id, chosen.by_key["r", "inbox"].id) == ("reply", "note")

    def test_a_place_narrows_a_key_down(self) -> None:
        chosen = read("default", {"done": ["e", "Ω@card"]})
        assert chosen.by_key["Ω", "card"].id == "done"
        assert ("Ω", "inbox") not in chosen.by_key

    def test_an_id_with_a_dot_needs_no_quotes(self) -> None:
        assert keys_of({"nav": {"next": ["down", "ψ"]}}, "nav.next") == ("down", "ψ")

    def test_a_letter_leaves_the_composer_to_writing(self) -> None:
        chosen = read("default", {"help": "η"})
        assert chosen.by_id["help"].keys_in("inbox") == ("η",)
        assert chosen.by_id["help"].keys_in("composer") == ()

    def test_a_function_key_works_in_the_composer_too(self) -> None:
        assert keys_of({"help": "f2"}, "help", "composer") == ("f2",)

    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("shift+r", "R"),
            ("Shift+R", "R"),
            ("Ctrl+R", "ctrl+r"),
            ("Esc", "escape"),
            ("PgUp", "pageup"),
            ("alt+shift+s", "alt+shift+s"),
            ("shift+tab", "shift+tab"),
            ("F5", "f5"),
            ("+", "+"),
            ("@", "@"),
            ("ç", "ç"),
        ],
    )
    def test_how_keys_are_written(self, written: str, key: str) -> None:
        assert clean_key(written) == key


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"rply": "x"}, "there is no command rply", "did you mean reply?"),
    ({"Reply on": "x"}, "there is no command Reply on", "did you mean reply_via?"),
    ({"done": "r"}, "r would be reply and done", 'give reply another key too, or "off"'),
    ({"done": "f6", "note": "f6"}, "F6 would be", "another key too"),
    ({"open": "y@inbox", "copy": "y@timeline", "done": "y"}, "y would be", "another key too"),
    ({"send": "s"}, "send cannot have s: in the composer that key writes", "Ctrl or Alt"),
    ({"send": "enter"}, "send cannot have enter", "Ctrl or Alt"),
    ({"send": "ctrl+a"}, "send cannot have ctrl+a", "Ctrl or Alt"),
    ({"done": "foo"}, "'foo' is no key", "docs/keys.md"),
    ({"done": ""}, "'' is no key", "docs/keys.md"),
    ({"done": "alt+1"}, "does not arrive", "docs/keys.md"),
    ({"done": "alt+b"}, "terminals send alt+b as ctrl+left", "docs/keys.md"),
    ({"done": "alt+f"}, "terminals send alt+f as ctrl+right", "docs/keys.md"),
    ({"done": "ctrl+shift+x"}, "does not arrive", "docs/keys.md"),
    ({"done": "ctrl+i"}, "terminals send ctrl+i as tab", "docs/keys.md"),
    ({"done": "g i"}, "is no key", "docs/keys.md"),
    ({"done": 3}, "done must be a key, a list of keys, or off", 'done = "x"'),
    ({"done": []}, "done must be a key", 'done = "x"'),
    ({"done": [3]}, "done must be a key", 'done = "x"'),
    ({"done": "x@kitchen"}, "there is no place kitchen", "inbox"),
    ({"done": "x@composer"}, "done does nothing in the composer", "card, inbox, timeline"),
]


class TestWhatIsRefused:
    @pytest.mark.parametrize(("wanted", "problem", "remedy"), WRONG)
    def test_a_mistake_is_named_with_what_to_do(
        self, wanted: dict[str, object], problem: str, remedy: str
    ) -> None:
        with pytest.raises(Mistake) as caught:
            read("default", wanted)
        assert problem in caught.value.problem
        assert remedy in caught.value.remedy
        assert caught.value.keys[0] == "keys"

    @pytest.mark.parametrize("command", VITAL)
    def test_nobody_is_left_without_what_is_vital(self, command: str) -> None:
        with pytest.raises(Mistake, match=f"{command} could not be reached"):
            read("default", {command: "off"})

    def test_a_key_only_new_terminals_send_is_not_enough_to_send(self) -> None:
        with pytest.raises(Mistake, match="send could not be reached") as caught:
            read("default", {"send": "ctrl+enter"})
        assert "Ctrl+J" in caught.value.remedy
        assert read("default", {"send": ["ctrl+enter", "ctrl+g"]})


class TestPresets:
    def test_the_settings_know_each(self) -> None:
        assert set(NAMES) == set(PRESETS)

    @pytest.mark.parametrize("name", NAMES)
    def test_it_is_as_sound_as_the_table(self, name: str) -> None:
        """No clash, nothing vital lost, no command without the keys it has elsewhere, no key that types."""
        chosen = read(name, {})
        for command in chosen.commands:
            assert bool(command.keys) == bool(keys.BY_ID[command.id].keys), command.id
            assert not [key for key in command.keys_in("composer") if types(key)], command.id
            for key in command.keys:
                assert clean_key(key) == key

    @pytest.mark.parametrize("name", NAMES)
    def test_it_names_commands_there_are(self, name: str) -> None:
        assert set(PRESETS[name]) <= set(keys.BY_ID)

    def test_single_keys_change_a_preset(self) -> None:
        assert keys_of({"done": "Ω"}, "done", preset="vim") == ("Ω",)
        assert keys_of({"done": "Ω"}, "pane.prev", preset="vim")[0] == "h"

    def test_the_page_tells_the_differences(self) -> None:
        page = presets_markdown()
        for name, changed in PRESETS.items():
            assert name in page
            for command in changed:
                assert keys.BY_ID[command].label in page


class TestTexts:
    def test_a_sentence_names_the_key_in_force(self) -> None:
        assert DEFAULT.fill("{undo} takes it back") == "z takes it back"
        assert read("default", {"undo": "ψ"}).fill("{undo} takes it back") == "ψ takes it back"

    def test_a_command_without_a_key_is_found_in_the_palette(self) -> None:
        assert read("default", {"copy": "off"}).fill("{copy}", "timeline") == ": Copy"

    def test_nothing_on_the_screen_names_a_key_by_itself(self) -> None:
        """Only the table does; what is fixed in boxes above the desk (Enter, Esc) is theirs."""
        spoken = re.compile(
            r'"[^"\n]*\b(?:[a-zA-Z]|F\d+|End) (?:sends|writes|takes|goes|opens|shows|marks|joins|quits|keeps)\b'
        )
        for path in (*TUI.rglob("*.py"), *SERVICES.rglob("*.py")):
            assert not spoken.findall(path.read_text(encoding="utf-8")), path

    def test_nothing_on_the_screen_asks_the_table_past_the_keys_in_force(self) -> None:
        for path in TUI.rglob("*.py"):
            if path.name not in {"keymap.py", "keys.py", "presets.py"}:
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"\bBY_KEY\b|\bCOMMANDS\b|BY_ID\[[^]]*\]\.keys", text), path


def test_the_table_itself_is_what_is_in_force_without_settings() -> None:
    assert keymap.preset("default").commands == COMMANDS
    assert read("default", {}).commands == COMMANDS
