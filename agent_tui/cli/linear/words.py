"""The commands in lines: their words, what follows the word, and the key that stands for them on the screen.

What a command does is said by the one table of keys; here is only how it is spoken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent_tui.core.language import N_, _
from agent_tui.tui import keys
from agent_tui.tui.keymap import Keymap


@dataclass(frozen=True, slots=True)
class Word:
    """One command. `id`: the command of the screen it is; empty where the screen needs none."""

    word: str
    id: str
    follows: str = ""
    help: str = ""


WORDS: tuple[Word, ...] = (
    Word("list", "", N_("[NAME]"), N_("Who waits; or another list, by its name")),
    Word("more", "", "", N_("The next page of the list")),
    Word("view", "view", "", N_("The names of all lists")),
    Word("open", "open", N_("NUMBER, name or address")),
    Word("next", "nav.next_waiting"),
    Word("previous", "nav.prev_waiting"),
    Word("older", "nav.page_up"),
    Word("newest", "nav.bottom"),
    Word("quote", "quote"),
    Word("whole", "whole", "", N_("The newest message with all that it quotes")),
    Word("card", "card"),
    Word("why", "why", N_("[FACTOR=NUMBER]"), N_("What makes them urgent; why severity=2 changes it")),
    Word("satisfaction", "satisfaction", N_("NUMBER")),
    Word(
        "earlier",
        "earlier",
        N_("[NUMBER]"),
        N_("How we answered this before; by its number, one to begin your reply with"),
    ),
    Word(
        "words",
        "words",
        N_("[NAME]"),
        N_("Saved words; by their name or number, some to begin your reply with"),
    ),
    Word("reply", "reply", N_("[words]")),
    Word("reply_on", "reply_via", N_("CHANNEL")),
    Word(
        "reply_later", "send.later", "WHEN", N_("Reply at a moment; it is held instead, if they write first")
    ),
    Word("planned", "planned"),
    Word("put_off", "", N_("WHEN"), N_("Another moment for the last planned reply")),
    Word("take_back", "take_back"),
    Word("note", "note", N_("[words]")),
    Word("attach", "attach", N_("[FILE]"), N_("A file goes with your reply; without a name, none does")),
    Word("done", "done"),
    Word("reopen", "reopen"),
    Word("unread", "unread"),
    Word("snooze", "snooze", N_("[WHEN]"), N_("Out of sight until a moment, or until they write")),
    Word("follow_up", "follow_up", N_("WHEN")),
    Word(
        "promise",
        "promise",
        N_("WHEN"),
        N_("They hear from us by then; a broken promise outranks everything"),
    ),
    Word("call", "call", N_("5 min: WORDS"), N_("Write down a call; < before it when they called")),
    Word("pin", "pin", N_("WORDS"), N_("Keep on the card what they told us already")),
    Word("unpin", "unpin", N_("WORDS"), N_("Take a pinned fact off the card")),
    Word("tag", "tag", N_("+TAG -TAG"), N_("Put tags on, take tags off")),
    Word("assign", "assign", N_("[AGENT]"), N_("Whose customer it is to answer; nobody's without a name")),
    Word("join", "join", N_("[NAME]"), N_("With whom they may be one; with a name, joined")),
    Word("apart", "", N_("NAME"), N_("They are two people: never asked again")),
    Word("split", "split", N_("ADDRESS")),
    Word("share", "share", N_("ADDRESS")),
    Word("call_link", "link.call", "", N_("Our telephone number as a link, for a reply")),
    Word("meeting_link", "link.meeting", "", N_("A link to a new room of our meeting address, for a reply")),
    Word("undo", "undo"),
    Word("resend", "resend"),
    Word("mark_sent", "mark_sent"),
    Word("search", "search", N_("QUERY")),
    Word("find", "find", N_("QUERY")),
    Word("today", "today", N_("[WHEN]"), N_("How the day goes; or the days since a moment")),
    Word("sync", "sync"),
    Word("channels", "channels"),
    Word("help", "help"),
    Word("quit", "quit"),
)
BY_WORD: Mapping[str, Word] = {word.word: word for word in WORDS}
_BY_ID: Mapping[str, Word] = {word.id: word for word in WORDS if word.id}


def meant(typed: str, keymap: Keymap) -> Word | str:
    """The command a word, a command's id or a key of the screen means; else why there is none, as a sentence."""
    if typed in BY_WORD:
        return BY_WORD[typed]
    commands = [keymap.by_id.get(typed)]
    for pane in ("inbox", "timeline", "card"):
        commands += [
            c for (key, where), c in keymap.by_key.items() if where == pane and typed in {key, keys.name(key)}
        ]
    for command in commands:
        if command is not None and command.id in _BY_ID:
            return _BY_ID[command.id]
    known = next((command for command in commands if command is not None), None)
    return _("{command} is of the screen only.").format(command=known.label) if known else ""


def told(word: Word, keymap: Keymap) -> str:
    """One line of the help: ``reply [words], or r: Answer where the customer wrote last``."""
    command = keymap.by_id.get(word.id)
    keys_ = [key for key in command.keys if len(key) == 1 and not key.isdigit()] if command else []
    typed = (key for key in keys_ if meant(key, keymap) == word)
    either = _(", or {key}").format(key=key) if (key := next(typed, "")) else ""
    says = command.help if command and not word.help else _(word.help)
    return f"{word.word} {_(word.follows)}".rstrip() + f"{either}: {says}"


def help_lines(keymap: Keymap) -> Iterator[str]:
    """All of them."""
    yield _("Type a command's word or its key, then Enter. A number opens that customer of the list.")
    for word in WORDS:
        yield told(word, keymap)
