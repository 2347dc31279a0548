"""The one table of commands and their keys: bindings, footer, help, palette and docs/keys.md are all made from it.

In a pane plain letters are commands; in the composer and the find line every printable key types, so there a
command's key never is one. No command hangs on a key alone: each is in the palette too. A key stands for a command in the panes named after
its ``@``; without one, in all panes but the composer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from agent_tui.core.language import N_, _, _c

Pane: TypeAlias = Literal["inbox", "timeline", "card", "composer", "find"]

PANES: frozenset[Pane] = frozenset({"inbox", "timeline", "card"})
PLACES: Mapping[str, frozenset[Pane]] = {
    "": PANES,
    "inbox": frozenset({"inbox"}),
    "timeline": frozenset({"timeline"}),
    "reading": frozenset({"timeline", "card"}),
    "card": frozenset({"card"}),
    "composer": frozenset({"composer"}),
    "talk": frozenset({"timeline", "composer"}),
    "find": frozenset({"find"}),
    "everywhere": PANES | {"composer", "find"},
}


PANE_NAMES: Mapping[Pane, str] = {
    "inbox": N_("list of customers"),
    "timeline": N_("timeline"),
    "card": N_("customer's card"),
    "composer": N_("composer"),
    "find": N_("find line"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing the agent can do. `rank`: its place in the footer, 1 first, 0 for none.

    `words`, `purpose` and `group` are as the table has them, in English; `label` and `help` in the agent's language.
    """

    id: str
    keys: Mapping[str, frozenset[Pane]]
    words: str
    rank: int
    purpose: str
    group: str

    @property
    def label(self) -> str:
        """What it is called, in a word or two."""
        return _c("command", self.words)

    @property
    def help(self) -> str:
        """What it does."""
        return _(self.purpose)

    @property
    def panes(self) -> frozenset[Pane]:
        """Where some key of it works; a command without keys is at home in every pane but the composer."""
        return frozenset(pane for panes in self.keys.values() for pane in panes) or PANES

    def keys_in(self, pane: Pane) -> tuple[str, ...]:
        """Its keys in a pane, the first one being the one to show."""
        return tuple(key for key, panes in self.keys.items() if pane in panes)

    @property
    def method(self) -> str:
        """The name of the screen's method that does it."""
        return "do_" + self.id.replace(".", "_")


# fmt: off
_TABLE: Mapping[str, tuple[tuple[str, str, str, int, str], ...]] = {
    # id                keys                                  label            footer  what it does
    "Moving": (
        ("nav.next",         "j down",                        "Next",              0, "Next customer, or next message"),
        ("nav.prev",         "k up",                          "Previous",          0, "Previous customer, or previous message"),
        ("nav.next_waiting", "] alt+w@composer",              "Next waiting",      6, "Read the next customer who waits for us"),
        ("nav.prev_waiting", "[",                             "Previous waiting",  0, "Read the previous customer who waits for us"),
        ("nav.next_any",     "alt+j@everywhere",              "Next customer",     0, "Next customer, from anywhere"),
        ("nav.prev_any",     "alt+k@everywhere",              "Previous customer", 0, "Previous customer, from anywhere"),
        ("nav.page_down",    "pagedown space",                "Page down",         0, "One page down"),
        ("nav.page_up",      "pageup",                        "Page up",           0, "One page up, back through the years"),
        ("nav.half_down",    "ctrl+d",                        "Half a page down",  0, "Half a page down"),
        ("nav.half_up",      "ctrl+u",                        "Half a page up",    0, "Half a page up"),
        ("nav.top",          "home",                          "First",             0, "To the first row"),
        ("nav.bottom",       "end G",                         "Last",              0, "To the last row, the newest message"),
        ("jump",             "g alt+g@composer",              "Jump",              9, "A letter on everything in sight: press it to go there"),
        ("pane.inbox",       "1",                             "Customers",         0, "To the list of customers"),
        ("pane.timeline",    "2",                             "Timeline",          0, "To what was said"),
        ("pane.card",        "3",                             "Card",              0, "To the customer's card"),
        ("pane.next",        "tab@everywhere",                "Next pane",         0, "To the next pane"),
        ("pane.prev",        "shift+tab@everywhere",          "Previous pane",     0, "To the previous pane"),
    ),
    "Reading": (
        ("open",             "enter@inbox o@inbox",           "Open",              1, "Open the customer's timeline"),
        ("back",             "u@reading escape@reading",      "Back",              5, "Back to the list of customers"),
        ("whole",            "o@timeline",                    "In full",           0, "Open the message in full"),
        ("quote",            ">@timeline",                    "Quoted text",       0, "Show or fold what the message quotes"),
        ("copy",             "y@timeline",                    "Copy",              0, "Copy the message, or what is marked with the mouse"),
        ("card",             "i",                             "Card",              0, "Show or hide the customer's card"),
        ("view",             "V",                             "Lists",             0, "Choose a list: yours, unassigned, snoozed, failed sends, a channel or a tag"),
        ("mark",             "x@inbox",                       "Mark",              0, "Mark the customer: the next command is about all that are marked"),
        ("unmark",           "X escape@inbox",                "Unmark",            0, "Take all marks off"),
        ("unread",           "U",                             "Unread",            0, "New again; or, when something is new, read"),
        ("view.next",        "v",                             "View",             10, "Show who waits, everyone, or who is done"),
    ),
    "Writing": (
        ("reply",            "r enter@timeline",              "Reply",             2, "Answer where the customer wrote last"),
        ("reply_via",        "R",                             "Reply on",          0, "Choose the channel, then answer"),
        ("earlier",          '" alt+e@composer',              "Answered before",   0, "Write with how we answered this before; in the card, with the answer you are at"),
        ("note",             "n m",                           "Note",              3, "Write a note: only we see it, it is never sent"),
        ("send",             "ctrl+enter@composer ctrl+j@composer", "Send",        1, "Send the reply, or keep the note"),
        ("send_done",        "alt+s@composer",                "Send and done",     2, "Send, mark as done, go on to the next customer"),
        ("send.later",       "alt+l@talk",                    "Send later",        4, "Choose when the reply leaves; it waits for you instead, if they write first"),
        ("planned",          "",                              "Planned replies",   0, "All replies that leave later, or are held since they wrote first"),
        ("leave",            "escape@composer",               "Close",             3, "Close the composer; the words are kept as a draft"),
        ("note.toggle",      "ctrl+n@composer alt+p@composer", "Reply or note",    4, "From reply to note, and back"),
        ("channel.next",     "ctrl+t@composer",               "Other channel",     5, "Answer on another of the customer's channels"),
        ("attach",           "alt+a@composer",                "Attach",            8, "Attach a file to the reply, or take one off"),
        ("editor",           "ctrl+o@composer",               "Editor",            9, "Go on writing in your own editor (VISUAL, EDITOR)"),
        ("plain",            "alt+q@composer",                "Plain quotes",      1, "Write quotes and dashes as every phone has them: fewer texts to pay for"),
        ("link.call",        "alt+c@composer",                "Call link",         0, "Write our telephone number as a link"),
        ("link.meeting",     "alt+v@composer",                "Video link",        0, "Write a link to a new room of our meeting address"),
        ("words",            "; ctrl+r@composer",             "Saved words",       5, "Insert saved words where the cursor is, with what is known in their blanks"),
        ("blank",            "alt+n@composer",                "Next blank",        1, "To the next blank of saved words; what is typed takes its place"),
        ("words.save",       "",                              "Keep words",        0, "Keep what is written, or the message, as saved words"),
        ("draft.save",       "ctrl+s@composer",               "Save draft",        6, "Keep the words, send nothing"),
    ),
    "Deciding": (
        ("done",             "e",                             "Done",              4, "Dealt with: on to the next customer"),
        ("snooze",           "h b",                           "Snooze",            6, "Out of sight until a moment, or until they write"),
        ("promise",          "p",                             "Promise",           6, "Say that you have seen it and when they hear from you, and be held to it"),
        ("promise.by",       "alt+d@composer",                "By when",           3, "Promise another time, or promise one with this reply"),
        ("follow_up",        "F",                             "Follow up",         0, "Be reminded to ask again, unless they write first"),
        ("pin",              "s@timeline",                    "Pin",               0, "Pin on the card what the message tells us, or what is marked with the mouse"),
        ("pin.open",         "enter@card",                    "Where told",        0, "From a pinned fact to the message it came from, from an earlier answer to where it stands"),
        ("unpin",            "",                              "Unpin",             0, "Take a pinned fact off the card"),
        ("call",             "L",                             "Call",              0, "The customer's number to call, and a line for what was said: kept as a note"),
        ("satisfaction",     "",                              "Satisfaction",      0, "Write down how content they said they are, from 1 to 5"),
        ("assign",           "a",                             "Assign",            7, "Whose customer it is to answer"),
        ("tag",              "t l",                           "Tags",              8, "Put tags on and take them off"),
        ("why",              "w",                             "Why here",          0, "What makes a customer urgent: severity, effort, importance; change it"),
        ("reopen",           "E",                             "Reopen",            0, "Not done after all"),
        ("undo",             "z",                             "Undo",              5, "Take back the last reply, or the last decision"),
        ("resend",           "S@timeline",                    "Send again",        1, "Send a message again that did not leave, or a planned one now"),
        ("take_back",        "Z@timeline",                    "Take back",         2, "Take a planned reply back into the composer"),
        ("mark_sent",        "M@timeline",                    "It arrived",        1, "Mark a message as sent that we are not sure of"),
    ),
    "Who is who": (
        ("join",             "J",                             "Same person",       9, "Join this customer with whom they may be; or say that they are not"),
        ("split",            "",                              "Split off",         0, "An address is somebody else's: take it out of this customer"),
        ("share",            "",                              "Shared address",    0, "Several people write from an address, or one does after all"),
    ),
    "Finding": (
        ("search",           "/@inbox /@card ctrl+f@find",    "Search",            7, "Search all that was ever said"),
        ("find",             "/@timeline",                    "Find",              7, "Find words in all that was said with this customer"),
        ("find.next",        "} f3 enter@find up@find",       "Next hit",          1, "To the next place where the words stand, further back"),
        ("find.prev",        "{ down@find",                   "Previous hit",      2, "To the place before, nearer to now"),
        ("find.close",       "escape@find",                   "Close",             3, "Close the find line; you stay where you are"),
        ("palette",          ": ctrl+p@everywhere ctrl+k",    "Commands",          8, "Every command, by name"),
        ("help",             "? f1@everywhere",               "Help",              8, "The keys that work here"),
    ),
    "Program": (
        ("today",            "D",                             "Today",             0, "How the day goes: waiting, first answers, volume, promises, what rises"),
        ("sync",             "f5@everywhere",                 "Look for news",     0, "Ask every channel for news now"),
        ("channels",         "C",                             "Channels",          0, "How each channel is; try one again that stopped"),
        ("theme",            "",                              "Light or dark",     0, "The other colours"),
        ("compact",          "",                              "Compact or roomy",  0, "More on the screen: one line for each customer, no blank lines"),
        ("times",            "T",                             "Times",             0, "Times by the clock, or how long ago"),
        ("quit",             "q ctrl+q@everywhere",           "Quit",             11, "Leave the program; drafts are kept"),
    ),
}
# fmt: on


def _commands() -> Iterator[Command]:
    for group, rows in _TABLE.items():
        for name, keys, label, rank, what in rows:
            yield Command(id=name, keys=written(keys), words=label, rank=rank, purpose=what, group=group)


def written(text: str) -> Mapping[str, frozenset[Pane]]:
    """Keys as the table writes them, each with the panes it works in."""
    found: dict[str, frozenset[Pane]] = {}
    for key, _at, place in (word.partition("@") for word in text.split()):
        found[key] = found.get(key, frozenset()) | PLACES[place]
    return found


COMMANDS: tuple[Command, ...] = tuple(_commands())
BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}
BY_KEY: Mapping[tuple[str, Pane], Command] = {
    (key, pane): command for command in COMMANDS for key, panes in command.keys.items() for pane in panes
}
EVERY_KEY: tuple[str, ...] = tuple(dict.fromkeys(key for command in COMMANDS for key in command.keys))

_NAMES = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn"}


def name(key: str) -> str:
    """A key as people call it: ``Ctrl+Enter``, ``Esc``, ``]``."""
    if len(key) == 1:
        return key
    return "+".join(_NAMES.get(part, part.capitalize()) for part in key.split("+"))


def names(command: Command, pane: Pane) -> str:
    """Every key of a command in a pane: ``j or Down``."""
    return f" {_('or')} ".join(name(key) for key in command.keys_in(pane))


def keys_markdown() -> str:
    """The page docs/keys.md."""
    lines = ["# Keys", "", "<!-- Generated by `make docs`: do not edit. -->", "", _INTRODUCTION]
    for group in _TABLE:
        lines += ["", f"## {group}", "", "| keys | command | what it does |", "|---|---|---|"]
        lines += [_row(command) for command in COMMANDS if command.group == group]
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "Letters are commands in the lists, the timeline and the card; in the composer they type. "
    "Every command is also in the palette (`:`), and `?` shows the keys that work where you are."
)


def _row(command: Command) -> str:
    keys = keys_placed(command)
    return f"| {keys} | {command.label} | {command.help} |"


def keys_placed(command: Command) -> str:
    """Its keys for a table of the documents, each with where it works."""
    return ", ".join(_placed(key, panes) for key, panes in command.keys.items()) or "(palette)"


def _placed(key: str, panes: frozenset[Pane]) -> str:
    """A key, and where it works when that is not in all lists."""
    named = (word for word, place in PLACES.items() if place == panes)
    where = next(named, ", ".join(pane for pane in get_args(Pane) if pane in panes))
    return f"`{name(key)}` {_WORDS.get(where, where)}".rstrip()


_WORDS = {"reading": "timeline, card", "talk": "timeline, composer"}
