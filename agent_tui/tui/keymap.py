"""The keys in force: the table's own, changed by a preset and by the table ``[keys]`` of the settings.

Every text that names a key asks here, so that nobody is told of a key that does something else. A mistake in the
settings is refused with the nearest right word before anything is opened; so is what would leave the agent without
a way to send, to leave, to take back or to find help.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from agent_tui.core.language import _
from agent_tui.core.tables import Keys, Mistake, nearest
from agent_tui.tui import keys as table
from agent_tui.tui.keynames import FRAGILE, clean_key, types
from agent_tui.tui.keys import COMMANDS, PANES, Command, Pane
from agent_tui.tui.presets import PRESETS

SECTION: Keys = ("keys",)
_COMPOSER: frozenset[Pane] = frozenset({"composer"})
_TYPING: frozenset[Pane] = frozenset({"composer", "find"})
_OF_A_LINE = frozenset({"enter", "up", "down"})  # do nothing in a line of text
VITAL: Mapping[str, frozenset[Pane]] = {
    "send": _COMPOSER,
    "leave": _COMPOSER,
    "find.close": frozenset({"find"}),
    "undo": PANES,
    "palette": PANES,
    "help": PANES,
    "quit": PANES,
}
_NAMED = re.compile(r"\{([a-z_.]+)\}")
_PLACES = {**{pane: frozenset({pane}) for pane in get_args(Pane)}, **table.PLACES}
Places = Mapping[str, frozenset[Pane]]


@dataclass(frozen=True, slots=True)
class Keymap:
    """All commands with the keys they have now."""

    commands: tuple[Command, ...] = COMMANDS
    by_id: Mapping[str, Command] = field(init=False)
    by_key: Mapping[tuple[str, Pane], Command] = field(init=False)

    def __post_init__(self) -> None:
        by_key = {(key, pane): c for c in self.commands for key, panes in c.keys.items() for pane in panes}
        object.__setattr__(self, "by_id", {command.id: command for command in self.commands})
        object.__setattr__(self, "by_key", by_key)

    def name(self, command: str, pane: Pane | None = None) -> str:
        """The key to press for a command, as people call it; where it has none, the way through the palette."""
        return self._own(command, pane) or f"{self._own('palette', pane)} {self.by_id[command].label}"

    def _own(self, command: str, pane: Pane | None) -> str:
        found = self.by_id[command]
        here = found.keys_in(pane) if pane else ()
        return table.name((*here, *found.keys)[0]) if found.keys else ""

    def fill(self, text: str, pane: Pane | None = None) -> str:
        """A sentence that names commands in braces, with their keys: ``{undo} takes it back``."""
        return _NAMED.sub(lambda match: self.name(match[1], pane), text)

    def footer(self, pane: Pane) -> tuple[Command, ...]:
        """What the footer offers in a pane, the most needed first."""
        return tuple(sorted((c for c in self.commands if c.rank and c.keys_in(pane)), key=lambda c: c.rank))


DEFAULT = Keymap()


def preset(name: str) -> Keymap:
    """The keys of a preset: what it gives to one command, it takes from whoever had it."""
    given = {id_: table.written(keys) for id_, keys in PRESETS[name].items()}
    taken = {(key, pane) for keys in given.values() for key, panes in keys.items() for pane in panes}
    return Keymap(
        tuple(replace(c, keys=given[c.id] if c.id in given else _without(c, taken)) for c in COMMANDS)
    )


def _without(command: Command, taken: set[tuple[str, Pane]]) -> Places:
    left = {
        key: frozenset(pane for pane in panes if (key, pane) not in taken)
        for key, panes in command.keys.items()
    }
    return {key: panes for key, panes in left.items() if panes}


def read(name: str, wanted: Mapping[str, object]) -> Keymap:
    """The keys of a preset, as the settings' table changes them. Raises Mistake, a ConfigError."""
    base = preset(name)
    given: dict[str, Places] = {}
    ways: dict[str, Keys] = {}
    for id_, way, value in _flat(wanted):
        if id_ not in base.by_id:
            raise Mistake(_("keys: there is no command {id}").format(id=id_), way, remedy=_nearest(id_, base))
        given[id_], ways[id_] = _keys(table.BY_ID[id_], value, way), way
    keymap = Keymap(tuple(replace(c, keys=given.get(c.id, c.keys)) for c in base.commands))
    _no_clash(keymap, ways)
    _nothing_vital_lost(keymap, ways)
    return keymap


def _flat(wanted: Mapping[str, object], way: Keys = SECTION) -> Iterator[tuple[str, Keys, object]]:
    """Each command and what it is to have; ``nav.next = …`` without quotes is a table inside the table."""
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*way, key))
        else:
            yield ".".join((*way[1:], key)), (*way, key), value


def _nearest(id_: str, keymap: Keymap) -> str:
    """The command that was meant, by its id or by what it is called."""
    labels = {c.label.casefold(): c.id for c in keymap.commands}
    return (
        _("did you mean {name}?").format(name=labels[id_.casefold()])
        if id_.casefold() in labels
        else nearest(id_, keymap.by_id)
    )


def _keys(command: Command, value: object, way: Keys) -> Places:
    if value == "off":
        return {}
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, Sequence) or not texts or not all(isinstance(text, str) for text in texts):
        raise Mistake(
            _("keys: {command} must be a key, a list of keys, or off").format(command=command.id),
            way,
            remedy=_('write it as {command} = "x", ["x", "f6"] or "off"').format(command=command.id),
        )
    return dict(_key(command, text, way) for text in texts)


def _key(command: Command, text: str, way: Keys) -> tuple[str, frozenset[Pane]]:
    """A key, and the panes it is to work in: those after its ``@``, else all the command is at home in."""
    word, at, place = text.rpartition("@") if "@" in text[1:] else (text, "", "")
    try:
        key = clean_key(word)
    except ValueError as error:
        raise Mistake(
            _("keys: {command}: {error}").format(command=command.id, error=error),
            way,
            remedy=_("see docs/keys.md for how keys are written"),
        ) from error
    if at and place not in _PLACES:
        raise Mistake(
            _("keys: {command}: there is no place {place}").format(command=command.id, place=place),
            way,
            remedy=nearest(place, filter(None, _PLACES)),
        )
    panes = _PLACES[place] if at else _home(command, key)
    strange = panes - command.panes
    if strange:
        homes = ", ".join(sorted(command.panes))
        raise Mistake(
            _("keys: {command} does nothing in the {pane}").format(command=command.id, pane=min(strange)),
            way,
            remedy=_("it works in: {homes}").format(homes=homes),
        )
    texts = [name for name, harmless in (("composer", ()), ("find", _OF_A_LINE)) if key not in harmless]
    if types(key) and (written := panes.intersection(texts)):
        where = table.PANE_NAMES[min(written)]
        raise Mistake(
            _("keys: {command} cannot have {word}: in the {where} that key writes").format(
                command=command.id, word=word, where=_(where)
            ),
            way,
            remedy=_("use one with Ctrl or Alt, or a function key"),
        )
    return key, panes


def _home(command: Command, key: str) -> frozenset[Pane]:
    """Where a key works that names no place; one that writes leaves texts alone where it can."""
    elsewhere = command.panes - _TYPING
    return elsewhere if types(key) and elsewhere else command.panes


def _no_clash(keymap: Keymap, ways: Mapping[str, Keys]) -> None:
    """In no pane may one key stand for two commands: which of them it was would be nobody's choice."""
    owner: dict[tuple[str, Pane], Command] = {}
    for command in sorted(keymap.commands, key=lambda c: c.id in ways):
        for key, panes in command.keys.items():
            for pane in sorted(panes):
                first = owner.setdefault((key, pane), command)
                if first is not command:
                    raise Mistake(
                        _("keys: in the {pane}, {name} would be {first} and {command}").format(
                            pane=pane, name=table.name(key), first=first.id, command=command.id
                        ),
                        ways.get(command.id, SECTION),
                        remedy=_('give {first} another key too, or "off"').format(first=first.id),
                    )


def _nothing_vital_lost(keymap: Keymap, ways: Mapping[str, Keys]) -> None:
    for id_, panes in VITAL.items():
        command = keymap.by_id[id_]
        for pane in sorted(panes):
            if not set(command.keys_in(pane)) - FRAGILE:
                raise Mistake(
                    _("keys: {id} could not be reached from the {pane} in every terminal").format(
                        id=id_, pane=pane
                    ),
                    ways.get(id_, SECTION),
                    remedy=_("give it a key that each terminal sends, such as ")
                    + table.name(next(k for k in table.BY_ID[id_].keys_in(pane) if k not in FRAGILE)),
                )
