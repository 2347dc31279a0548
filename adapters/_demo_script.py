"""The people of the demo: who they are, what was said with them so far, and what they will say.

Their stories are the text files in ``static/demo``, one a person, in a format made to be written by hand:

    Ana Sousa                                   the name, then facts, one a line
    email ana@example.com
    sms +351912345678 - how we know that it is hers
    tags regular, birthday
    claims phone:+351912345679 - the number stands under what they wrote

    @ -3d 16:12 email in | Cake for Friday      something said: when, on what, which way, subject
    The words.
    > what was quoted of an earlier mail
    @ -1d 10:20 note Rui                        something noted
    @ -1d 10:35 did done Rui                    something done
    @ live 14s web                              what they say while somebody looks, so long after the start
    @ answer web                                what they say when they are answered, the first time, the second …

``-3d 16:12`` is a time of day (UTC) some days ago, ``-14m`` and ``-3h`` count back from now. Long lines go on in the
next one. Pure: the same moment gives the same story.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from agent_tui.core.addresses import Address, from_key
from agent_tui.core.channel import File
from agent_tui.core.model import Claim, Medium

AGENT = "Rui"
BUSINESS = "Corner Bakery"
SCHEMES: Mapping[str, str] = {  # of the addresses in each place: a medium, or one more kind of chat
    Medium.EMAIL: "email",
    Medium.SMS: "phone",
    Medium.CHAT: "telegram",
    Medium.WEB: "web",
    "matrix": "matrix",
}
FACTS = frozenset(
    {*SCHEMES, "tags", "company", "importance", "pinned", "assigned", "promised", "snoozed", "claims"}
)

_HEADER = re.compile(
    r"@ (?P<when>-\S+(?: \d\d:\d\d)?|live \d+s|answer) (?P<kind>[^|]+?)(?: \| (?P<subject>.+))?"
)
_SPAN = re.compile(r"[-+]?(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONG = 80  # characters: a line longer than this goes on in the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry of a story. `when` is as written; `kind` begins with a place, ``note`` or ``did``."""

    when: str
    kind: tuple[str, ...]
    subject: str = ""
    text: str = ""
    quoted: str = ""
    files: tuple[File, ...] = ()

    @property
    def medium(self) -> Medium | None:
        """What it was said on; None for what was only noted or done."""
        if self.kind[0] in {"note", "did"}:
            return None
        return Medium.CHAT if self.place == "matrix" else Medium(self.place)

    @property
    def place(self) -> str:
        """Where it was said: a key of `SCHEMES`."""
        return self.kind[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone of the demo. `addresses` in the order of the file: the first is the one they are known by."""

    name: str
    addresses: Mapping[str, Address]
    joined: Mapping[str, str]  # why we know that a further address is theirs
    facts: Mapping[str, str] = field(default_factory=dict)
    story: tuple[Said, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The address that what they write says is theirs, too."""
        claimed, _, why = self.facts.get("claims", "").partition(" - ")
        return (Claim(address=from_key(claimed), why=why),) if claimed else ()

    def history(self) -> Iterable[Said]:
        """What was said before the start, oldest first."""
        return (said for said in self.story if said.when.startswith("-"))

    def live(self, place: str) -> Iterable[tuple[float, Said]]:
        """What they say in a place while somebody looks: seconds after the start, and the words."""
        return (
            (span(said.when.removeprefix("live ")).total_seconds(), said)
            for said in self.story
            if said.when.startswith("live") and said.place == place
        )

    def answers(self, place: str) -> tuple[Said, ...]:
        """What they answer in a place, in order."""
        return tuple(said for said in self.story if said.when == "answer" and said.place == place)


@cache
def people() -> tuple[Person, ...]:
    """Everybody in the demo."""
    folder = files("adapters") / "static" / "demo"
    stories = sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda f: f.name)
    return tuple(read(story.read_text(encoding="utf-8")) for story in stories)


def saved_words() -> Mapping[str, str]:
    """The bakery's saved words, as files of their own, by their names."""
    folder = files("adapters") / "static" / "demo" / "words"
    return {file.name.removesuffix(".md"): file.read_text(encoding="utf-8") for file in folder.iterdir()}


def read(text: str) -> Person:
    """The person a story is about. Raises ValueError for a line it does not understand."""
    head, *rest = re.split(r"^(?=@ )", text, flags=re.MULTILINE)
    name, *lines = head.strip().splitlines()
    facts = dict(_fact(line) for line in lines if line)
    places = [(place, *facts[place].partition(" - ")[::2]) for place in facts if place in SCHEMES]
    return Person(
        name=name,
        addresses={place: Address(SCHEMES[place], value) for place, value, _ in places},
        joined={place: why for place, _, why in places[1:]},
        facts={key: value for key, value in facts.items() if key not in SCHEMES},
        story=tuple(map(_said, rest)),
    )


def _fact(line: str) -> tuple[str, str]:
    key, _, value = line.partition(" ")
    if key not in FACTS:
        raise ValueError(f"{line!r} is no fact of a story")
    return key, value


def _said(text: str) -> Said:
    first, *lines = text.rstrip().splitlines()
    header = _HEADER.fullmatch(first)
    if header is None:
        raise ValueError(f"{first!r} does not begin an entry of a story")
    body, attached = _attachments(lines)
    words = [line for line in body if not line.startswith(">")]
    return Said(
        when=header["when"],
        kind=tuple(header["kind"].split(" ", 2)),
        subject=header["subject"] or "",
        text="\n".join(_unwrapped(words)).strip(),
        quoted="\n".join(line for line in body if line.startswith(">")),
        files=attached,
    )


def _attachments(lines: list[str]) -> tuple[list[str], tuple[File, ...]]:
    """The words, and the file that is attached: ``file: name``, and its lines, indented."""
    names = [line.removeprefix("file: ") for line in lines if line.startswith("file: ")]
    words = [line for line in lines if not line.startswith(("file: ", "    "))]
    inside = "\n".join(line.strip() for line in lines if line.startswith("    ")) + "\n"
    return words, tuple(File(name=name, media_type="text/csv", data=inside.encode()) for name in names)


def _unwrapped(lines: Iterable[str]) -> Iterator[str]:
    """Paragraphs as they were typed: a long line goes on in the next."""
    held = ""
    for line in lines:
        joined = f"{held} {line}" if held and line else line
        if held and not line:
            yield held
        held = joined if len(line) > _LONG else ""
        if not held:
            yield joined
    yield held


def span(text: str) -> timedelta:
    """``14s``, ``16m``, ``3h``, ``5d``; a sign before it says nothing."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no length of time")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def moment(text: str, now: datetime) -> datetime:
    """``-14m``, ``+42m``, ``-3d 16:12``: the moment that means at `now`."""
    length, _, time = text.partition(" ")
    at = now + (span(length) if length.startswith("+") else -span(length))
    if not time:
        return at
    hour, minute = time.split(":")
    return at.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
