"""The daily jobs and the keys of each, from the list of customers: what docs/keys.md promises and a test counts.

Text that is typed (a reply, a search, a tag) is no keystroke here; a key held with Ctrl or Alt is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent_tui.tui.keys import name

TEXT: Final = "…"  # stands for what is typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: its name, the keys in order (TEXT among them), and how many of them there may be at most."""

    id: str
    words: str
    keys: tuple[str, ...]
    most: int
    given: tuple[str, ...] = ()  # keys that come before and are not counted: it begins in the composer

    @property
    def is_writing(self) -> bool:
        """Does it begin in the composer?"""
        return self.given == ("r",)

    @property
    def strokes(self) -> int:
        """How many keys it takes, text aside."""
        return sum(key != TEXT for key in self.keys)


JOBS: tuple[Job, ...] = (
    Job(id="read", words="Read the next customer who waits", keys=("]",), most=1),
    Job(id="reply", words="Reply and send", keys=("r", TEXT, "ctrl+enter"), most=2),
    Job(id="words", words="Insert saved words", keys=(";", TEXT, "enter"), most=2),
    Job(id="note", words="Write a note", keys=("n", TEXT, "ctrl+enter"), most=2),
    Job(id="done", words="Done", keys=("e",), most=1),
    Job(id="done_next", words="Done, and read the next one", keys=("e",), most=1),
    Job(id="snooze", words="Snooze to tomorrow", keys=("h", "t"), most=2),
    Job(
        id="promise",
        words="Say when they will hear from us, and be held to it",
        keys=("p", "ctrl+enter"),
        most=2,
    ),
    Job(id="channel", words="Answer on another channel", keys=("ctrl+t",), most=1, given=("r",)),
    Job(id="search", words="Search, and open the first hit", keys=("/", TEXT, "enter"), most=3),
    Job(id="undo", words="Take the last step back", keys=("z",), most=1, given=("e",)),
    Job(id="assign", words="Assign to yourself", keys=("a", "m"), most=2),
    Job(id="tag", words="Put a tag on", keys=("t", TEXT, "enter"), most=2),
    Job(id="join", words="Join whom they are suggested to be", keys=("J", "enter"), most=2),
)


def jobs_markdown() -> str:
    """A part of the page docs/keys.md."""
    return "\n".join(["", "## A day's work in keys", "", _INTRODUCTION, "", *_table()]) + "\n"


_INTRODUCTION = (
    "From the list of customers, with the keys as they come. Text you type is not counted; "
    "a test presses exactly these keys on the real screen."
)


def _table() -> Iterator[str]:
    yield "| job | keys | how many |"
    yield "|---|---|---|"
    for job in JOBS:
        keys = " ".join(TEXT if key == TEXT else f"`{name(key)}`" for key in job.keys)
        where = " (while writing)" if job.is_writing else ""
        yield f"| {job.words}{where} | {keys} | {job.strokes}{' + text' if TEXT in job.keys else ''} |"
