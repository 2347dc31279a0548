"""How a key is written in the settings, and which keys there are: only what every terminal can tell apart.

Pure; knows nothing of commands.
"""

import re
from collections.abc import Mapping

from agent_tui.core.language import _

_ALIASES: Mapping[str, str] = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "del": "delete",
    "ins": "insert",
    "control": "ctrl",
    "option": "alt",
    "meta": "alt",
}
_MOVING = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown"})
_EDITING = frozenset({"enter", "space", "backspace", "delete", "insert"})
_FUNCTION = frozenset(f"f{number}" for number in range(1, 13))
NAMED = _MOVING | _EDITING | _FUNCTION | {"escape", "tab"}
# Text editing of the composer, which nothing may take: they write, or move between the words.
_EDITS = {f"ctrl+{letter}" for letter in "aewukyfdzxcv"} | {"left", "right", "up", "down", "home", "end"}
_SAME = {
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "alt+enter": "enter",
    "shift+enter": "enter",
    "alt+b": "ctrl+left",
    "alt+f": "ctrl+right",
}
# What only newer terminals send as a key of its own: never the only key of a command that must be reachable.
FRAGILE = frozenset({"ctrl+enter", "ctrl+tab", "ctrl+space", "ctrl+backspace", "ctrl+escape"})


def clean_key(text: str) -> str:
    """A key as the program names it: ``shift+r`` is ``R``, ``Esc`` is ``escape``. Raises ValueError in words."""
    if len(text) == 1 and text.isprintable() and text != " ":
        return text
    *modifiers, last = re.split(r"\s*\+\s*", text.strip().casefold()) if text.strip(" +") else ["", ""]
    last, held = _ALIASES.get(last, last), {_ALIASES.get(word, word) for word in modifiers}
    if not held <= {"ctrl", "alt", "shift"}:
        raise ValueError(_("{text!r} is no key").format(text=text))
    key = "+".join([*(word for word in ("ctrl", "alt", "shift") if word in held), last])
    if key in _SAME:
        raise ValueError(_("terminals send {text} as {same}").format(text=text, same=_SAME[key]))
    return _named(key, last, held, text) if last in NAMED else _lettered(last, held, text)


def _named(key: str, last: str, held: set[str], text: str) -> str:
    if "alt" in held and last in _EDITING | {"escape", "tab"}:
        raise ValueError(_("{text!r} does not arrive in many terminals").format(text=text))
    return key


def _lettered(last: str, held: set[str], text: str) -> str:
    """A letter with keys held: with Alt or Ctrl only plain letters arrive as themselves."""
    if not re.fullmatch(r"[a-z]", last):
        raise ValueError(
            _("{text!r} is no key").format(text=text)
            if not held
            else _("{text!r} does not arrive in many terminals").format(text=text)
        )
    if held == {"shift"}:
        return last.upper()
    if held in ({"ctrl"}, {"alt"}, {"alt", "shift"}):
        return "+".join([*(word for word in ("ctrl", "alt", "shift") if word in held), last])
    raise ValueError(
        _("{text!r} is no key").format(text=text)
        if not held
        else _("{text!r} does not arrive in many terminals").format(text=text)
    )


def types(key: str) -> bool:
    """Does the key write, or edit what is written, when it is pressed in the composer?"""
    return len(key) == 1 or key in _EDITING or key in _EDITS or key == "shift+insert"
