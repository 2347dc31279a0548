"""A language that nobody speaks, in which every text of the program can be told: its letters have marks.

What is drawn with plain letters while it is spoken was never given to `_`, or is data. Data of the tests that use it
is Greek.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from agent_tui.core import language
from scripts import catalogs, texts
from scripts.catalogs import Catalog, Text

NAME = "qps"
PLAIN = string.ascii_letters
MARKED = "åƀçđéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ"
_MARKS = str.maketrans(PLAIN, MARKED)
_HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
# What is the same in every language: keys, addresses, what stands in config.toml or is typed as a command.
_SAME = re.compile(
    r"\S+@\S+|https?://\S+|tel:\S+|[\w./-]+\.(?:toml|csv|md|pdf|log)\b|\bagent-tui\b|\bSMS\b|\b[kM]B\b|"
    r"\b(?:Enter|Esc|Tab|Ctrl|Alt|Shift|PgUp|PgDn|Home|End|Down|Up|Left|Right|Space|Backspace|F\d+)\b|"
    r"\b(?:is|on|from|to|tag|before|after|has):\S*"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


def marked(text: str) -> str:
    """A text in this language: what is filled in, and braces of examples, are left alone."""
    parts = re.split(r"(\{[^{}]*\})", text)
    return "".join(part if part.startswith("{") else part.translate(_MARKS) for part in parts)


def _said(text: Text) -> Text:
    forms = (text.text, text.several) if text.several else (text.text,)
    return replace(text, said=tuple(map(marked, forms)))


@cache
def speak(folder: Path) -> None:
    """Write the language under a folder."""
    file = folder / NAME / "LC_MESSAGES" / f"{language.DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(catalogs.compiled(Catalog(_HEADER, tuple(map(_said, texts.all_texts())))))


def plain_words(shown: str, same: Iterable[str] = ()) -> set[str]:
    """What is written in plain letters, but for what is the same in every language."""
    shown = _SAME.sub(" ", shown)
    for word in same:
        shown = shown.replace(word, " ")
    return set(_WORD.findall(shown))
