"""The agent's language: every text a person reads is looked up here, in the catalogs under ``agent_tui/locale``.

``_("{name} waits").format(name=name)`` says a text, ``many("{n} reply", "{n} replies", n)`` one that counts, and
``_c("weekday", "May")`` one whose meaning the words alone do not tell. Tables made when a module is imported hold
English marked by `N_`, and are said with `_` when they are shown.

What is kept (records, logs, ``--json``) is English whoever wrote it: a text said in another language remembers its
English, `english` gives that, and `retold` says in the agent's language what is read back.
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Self

from agent_tui.core.retelling import Retelling, messages

LOCALE = Path(__file__).parent.parent / "locale"
DOMAIN = "agent-tui"
ENGLISH = "en"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class Said(str):
    """A text in the agent's language that remembers itself in English, through `format` and ``+`` too."""

    __slots__ = ("english",)
    english: str

    def __new__(cls, text: str, english: str = "") -> Self:
        """`text` as it is shown; without `english` it is both."""
        made = super().__new__(cls, text)
        made.english = english or text
        return made

    def format(self, *args: Any, **values: Any) -> "Said":
        """Filled in, both in the agent's language and in English."""
        return Said(
            super().format(*args, **values),
            self.english.format(*map(_in_english, args), **{k: _in_english(v) for k, v in values.items()}),
        )

    def __add__(self, more: str) -> "Said":
        return Said(super().__add__(more), self.english + english(more))

    def __radd__(self, before: str) -> "Said":
        return Said(str.__add__(before, self), english(before) + self.english)


class _Speech:
    """The language in use: what says its texts, and what tells kept ones again."""

    name: str = ENGLISH
    catalog: NullTranslations = NullTranslations()
    retelling: Retelling | None = None


def _(text: str) -> str:
    """`text` in the agent's language."""
    if _Speech.name == ENGLISH:
        return text
    return Said(_Speech.catalog.gettext(text) if text else "", text)


def _c(context: str, text: str) -> str:
    """`text` in the agent's language, where one English word has several meanings; `context` says which."""
    if _Speech.name == ENGLISH:
        return text
    return Said(_Speech.catalog.pgettext(context, text), text)


def many(one: str, several: str, n: int, **values: object) -> str:
    """`one` or `several` of something, filled in with `n` and the `values`."""
    text = one if n == 1 else several
    if _Speech.name == ENGLISH:
        return text.format(n=n, **values)
    return Said(_Speech.catalog.ngettext(one, several, n), text).format(n=n, **values)


def N_(text: str) -> str:  # noqa: N802 - the name every extractor and translator knows
    """Marks a text of a table for the catalogs; it is said with `_` when it is shown."""
    return text


def english(text: str) -> str:
    """What is kept of a text: itself in English, as a plain string."""
    return str(text.english) if isinstance(text, Said) else text


def _in_english(value: Any) -> Any:
    return english(value) if isinstance(value, str) else value


@lru_cache(maxsize=2048)
def retold(text: str) -> str:
    """A kept English text in the agent's language, also where names and times are filled in; else as it is."""
    if _Speech.retelling is None or not text:
        return text
    return _Speech.retelling.told(text)


def languages() -> tuple[str, ...]:
    """The languages there are: English, and each that has a catalog."""
    return (ENGLISH, *sorted(path.parent.parent.name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def current() -> str:
    """The language in use."""
    return _Speech.name


def use(name: str, *, locale: Path | None = None) -> None:
    """Speak this language from now on, with its catalog under `locale` (ours). Raises FileNotFoundError when it has no catalog."""
    retold.cache_clear()
    if name == ENGLISH:
        _Speech.name, _Speech.catalog, _Speech.retelling = ENGLISH, NullTranslations(), None
        return
    path = (locale or LOCALE) / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        _Speech.catalog = GNUTranslations(file)
    _Speech.name = name
    _Speech.retelling = Retelling(lambda: messages(path.read_bytes()))


def wanted(environ: Mapping[str, str] | None = None) -> str:
    """The language of the environment: the first that is named and known, as for every program; else English."""
    environ = os.environ if environ is None else environ
    named = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    for one in named.split(":"):
        language = one.partition(".")[0].partition("@")[0].partition("_")[0].lower()
        if language in languages():
            return language
    return ENGLISH
