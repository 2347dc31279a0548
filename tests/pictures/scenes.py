"""Every screen and box there is, and the keys that lead to it from the demo's list of customers."""

from collections.abc import Mapping
from dataclasses import dataclass

SIZES = ((80, 24), (120, 40), (200, 60))

REPLY = "Hello Ana, of course: for twelve people and without nuts. It is ready on Friday at ten."
LONG = " ".join([REPLY] * 12)
NOTE = "Nut allergy in the family: ask the kitchen for the almond-free board."


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The keys, what is pasted and typed then, and words that are there when it is ready."""

    keys: tuple[str, ...] = ()
    pasted: str = ""
    typed: str = ""
    until: tuple[str, ...] = ("waiting",)


SCENES: Mapping[str, Scene] = {
    "list": Scene(),
    "timeline": Scene(keys=("enter",)),
    "card": Scene(keys=("enter", "3")),
    "marked": Scene(keys=("x", "j", "x"), until=("2 marked",)),
    "reply": Scene(keys=("r",), typed=REPLY, until=("Reply to Ana", "from ")),
    "reply-by-mail": Scene(keys=("j", "r"), typed=REPLY, until=("Reply to Dan", "from ")),
    "long-reply": Scene(keys=("j", "r"), pasted=LONG, until=("Reply to Dan", "from ")),
    "reply-on": Scene(keys=("R",), until=("Reply on", "mail")),
    "note": Scene(keys=("n",), typed=NOTE, until=("Only we see it",)),
    "attach": Scene(keys=("j", "r", "alt+a"), until=("Attach",)),
    "promise": Scene(keys=("p",), until=("Promise to",)),
    "promise-when": Scene(keys=("p", "alt+d"), until=("will hear from us by",)),
    "words": Scene(keys=("semicolon",), until=("Saved words", "{which cake}")),
    "words-with-blanks": Scene(keys=("semicolon", "enter"), until=("{which cake}", "Next blank")),
    "send-later": Scene(keys=("r", "a", "alt+l"), until=("unless they write first",)),
    "answered-before": Scene(keys=("quotation_mark",), until=("Reply to Ana", "It is: the bread")),
    "snooze": Scene(keys=("h",), until=("until they write",)),
    "follow-up": Scene(keys=("F",), until=("Follow up on",)),
    "assign": Scene(keys=("a",), until=("Whose is",)),
    "tags": Scene(keys=("t",), until=("Tab completes",)),
    "why": Scene(keys=("w",), until=("How urgent",)),
    "lists": Scene(keys=("V",), until=("Failed sends",)),
    "join": Scene(keys=("J",), until=("is the same person as",)),
    "pin": Scene(keys=("enter", "k", "s"), until=("Esc goes back",)),
    "call": Scene(keys=("L",), until=("Call tel",)),
    "search": Scene(keys=("/",), typed="cake", until=("found",)),
    "search-with-filters": Scene(keys=("/",), typed="from:ana on:email cake", until=("found",)),
    "search-in-vain": Scene(keys=("/",), typed="xylophone", until=("Nothing",)),
    "jump": Scene(keys=("enter", "g"), until=("Esc",)),
    "find": Scene(keys=("enter", "/"), typed="nut", until=("of 2",)),
    "commands": Scene(keys=(":",), until=("type to find",)),
    "help": Scene(keys=("enter", "question_mark"), until=("Keys in",)),
    "help-writing": Scene(keys=("r", "f1"), until=("Keys in",)),
    "whole": Scene(keys=("enter", "k", "o"), until=("Esc goes back",)),
    "channels": Scene(keys=("C",), until=("Channels",)),
    "today": Scene(keys=("D", "p", "p"), until=("By the hour",)),
}
