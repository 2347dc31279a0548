"""From a table of the settings to a frozen dataclass, strictly: nothing unknown, nothing missing, nothing bent.

What a field may hold follows from its annotation: `str`, `int`, `float`, `bool`, an `Enum`, a `Literal`, `Path`,
`Address`, `Secret`, another dataclass, ``tuple[X, …]``, ``Mapping[K, X]``, ``X | None``, and `object` for anything.
A mistake is a `Mistake`: what is wrong, the key it is about, and the nearest right one.
"""

import dataclasses
import difflib
import re
import types
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from agent_tui.core import addresses
from agent_tui.core.addresses import Address
from agent_tui.core.errors import ConfigError
from agent_tui.core.language import N_, _
from agent_tui.core.secrets import Secret

T = TypeVar("T")
Keys = tuple[str, ...]

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_WORDS: Mapping[object, str] = {
    str: N_("text in quotes"),
    int: N_("a whole number"),
    float: N_("a number"),
    bool: N_("true or false"),
    Path: N_("a path in quotes"),
}


class Mistake(ConfigError):
    """Something wrong in a table; `keys` is the way to it from the top of the file."""

    def __init__(self, problem: str, keys: Keys, *, remedy: str = "") -> None:
        super().__init__(problem, remedy=remedy)
        self.keys = keys


def convert(kind: type[T], table: object, keys: Keys = (), *, country: str = "") -> T:
    """The dataclass `kind` that `table` describes; `keys` is where the table stands in the file.

    `country` (ISO 3166) reads phone numbers written without a prefix. Raises Mistake.
    """
    if not isinstance(table, Mapping):
        raise Mistake(
            _("{key} must be a table").format(key=_dotted(keys)),
            keys,
            remedy=_("write it as [{key}]").format(key=_dotted(keys)),
        )
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise Mistake(
                _("{key} is not known").format(key=_dotted((*keys, key))),
                (*keys, key),
                remedy=nearest(key, fields),
            )
    hints = get_type_hints(kind)
    values = {key: _value(hints[key], value, (*keys, key), country) for key, value in table.items()}
    for name, field in fields.items():
        if name not in values and _required(field):
            raise Mistake(
                _("{key} is missing").format(key=_dotted((*keys, name))),
                keys,
                remedy=_("add {name} = …, {wanted}").format(name=name, wanted=_wanted(hints[name])),
            )
    try:
        return kind(**values)
    except Mistake:
        raise
    except (ConfigError, ValueError) as error:
        remedy = error.remedy if isinstance(error, ConfigError) else ""
        problem = error.problem if isinstance(error, ConfigError) else str(error)
        raise Mistake(f"{_dotted(keys)}: {problem}" if keys else problem, keys, remedy=remedy) from error


def nearest(word: str, right: Iterable[str]) -> str:
    """A remedy for a wrong word: the nearest right one, or all of them."""
    right = list(right)
    close = difflib.get_close_matches(word, right, n=1, cutoff=0.6)
    return (
        _("did you mean {name}?").format(name=close[0])
        if close
        else _("use one of {names}").format(names=", ".join(right))
    )


def _dotted(keys: Keys) -> str:
    return ".".join(keys)


def _required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _value(hint: Any, value: object, keys: Keys, country: str) -> object:
    """`value` as the annotation `hint` asks. Raises Mistake."""
    origin = get_origin(hint)
    if hint is object or hint is Any:
        return value
    if origin in (Union, types.UnionType):
        return _value(next(arm for arm in get_args(hint) if arm is not types.NoneType), value, keys, country)
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return _chosen(hint, value, keys)
    if origin is tuple:
        return _several(hint, value, keys, country)
    if origin is not None:
        return _mapping(hint, value, keys, country)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and hint is not Address:
        return convert(hint, value, keys, country=country)
    return _plain(hint, value, keys, country)


def _plain(hint: Any, value: object, keys: Keys, country: str) -> object:
    if hint is Secret:
        try:
            return Secret(value)
        except ConfigError as error:
            raise Mistake(f"{_dotted(keys)}: {error.problem}", keys, remedy=error.remedy) from error
    if hint is Address:
        return _address(value, keys, country)
    if hint is float and type(value) is int:
        return float(value)
    if hint is Path and isinstance(value, str) and value:
        return Path(value).expanduser()
    if type(value) is not hint:
        raise Mistake(
            _("{key} must be {wanted}, not {value}").format(
                key=_dotted(keys), wanted=_wanted(hint), value=_shown(value)
            ),
            keys,
        )
    return value


def _address(value: object, keys: Keys, country: str) -> Address:
    if isinstance(value, str) and _E164.fullmatch(value):
        return Address(
            addresses.PHONE, value
        )  # as it is to be written; the library that reads others takes 90 ms
    found = addresses.read(value, country) if isinstance(value, str) else None
    if found is None:
        raise Mistake(
            _("{key} must be an address, not {value}").format(key=_dotted(keys), value=_shown(value)),
            keys,
            remedy=_('write it as "support@example.com" or "+351210000000"'),
        )
    return found


def _chosen(hint: Any, value: object, keys: Keys) -> object:
    choices = _choices(hint)
    if not isinstance(value, str) or value not in choices:
        remedy = (
            nearest(value, choices)
            if isinstance(value, str)
            else _("use one of {names}").format(names=", ".join(choices))
        )
        raise Mistake(
            _("{key} cannot be {value}").format(key=_dotted(keys), value=_shown(value)), keys, remedy=remedy
        )
    return choices[value]


def _choices(hint: Any) -> dict[str, object]:
    if get_origin(hint) is Literal:
        return {str(choice): choice for choice in get_args(hint)}
    return {str(member.value): member for member in hint}


def _several(hint: Any, value: object, keys: Keys, country: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise Mistake(
            _("{key} must be {wanted}, not {value}").format(
                key=_dotted(keys), wanted=_wanted(hint), value=_shown(value)
            ),
            keys,
        )
    inner = get_args(hint)[0]
    return tuple(_value(inner, one, (*keys, str(number)), country) for number, one in enumerate(value))


def _mapping(hint: Any, value: object, keys: Keys, country: str) -> dict[object, object]:
    if not isinstance(value, Mapping):
        raise Mistake(
            _("{key} must be {wanted}, not {value}").format(
                key=_dotted(keys), wanted=_wanted(hint), value=_shown(value)
            ),
            keys,
        )
    name, inner = get_args(hint)
    return {
        _value(name, key, (*keys, str(key)), country): _value(inner, one, (*keys, str(key)), country)
        for key, one in value.items()
    }


def _wanted(hint: Any) -> str:
    """What a field holds, in words."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _wanted(get_args(hint)[0])
    if origin is tuple:
        return _("a list in square brackets")
    if hint is Secret:
        return _('as { command = "…" }, { env = "…" }, { file = "…" } or { keyring = "…" }')
    if hint is Address:
        return _("an address in quotes")
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return _("one of {names}").format(names=", ".join(_choices(hint)))
    return _(_WORDS.get(hint, N_("a table in braces")))


def _shown(value: object) -> str:
    """A wrong value, short. What stands where a secret should is never shown: those go another way."""
    words = {True: "true", False: "false"}
    text = words[value] if isinstance(value, bool) else repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, Mapping):
        return _("a table")
    return _("a list") if isinstance(value, list) else text[:60]
