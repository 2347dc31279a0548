"""The commands in lines: their words, what follows the word, and the key that stands for them on the screen.

What a command does is said by the one table of keys; here is only how it is spoken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
    Word("list", "", "[NAME]", "Who waits; or another list, by its name"),
    Word("more", "", "", "The next page of the list"),
    Word("view", "view", "", "The names of all lists"),
    Word("open", "open", "NUMBER, name or address"),
    Word("next", "nav.next_waiting"),
    Word("previous", "nav.prev_waiting"),
    Word("older", "nav.page_up"),
    Word("newest", "nav.bottom"),
    Word("quote", "quote"),
    Word("card", "card"),
    Word("reply", "reply", "[words]"),
    Word("reply_on", "reply_via", "CHANNEL"),
    Word("note", "note", "[words]"),
    Word("attach", "attach", "[FILE]", "A file goes with your reply; without a name, none does"),
    Word("done", "done"),
    Word("reopen", "reopen"),
    Word("unread", "unread"),
    Word("snooze", "snooze", "[WHEN]", "Out of sight until a moment, or until they write"),
    Word("follow_up", "follow_up", "WHEN"),
    Word("promise", "promise", "WHEN", "They hear from us by then; a broken promise outranks everything"),
    Word("call", "call", "5 min: WORDS", "Write down a call; < before it when they called"),
    Word("pin", "pin", "WORDS", "Keep on the card what they told us already"),
    Word("unpin", "unpin", "WORDS", "Take a pinned fact off the card"),
    Word("tag", "tag", "+TAG -TAG", "Put tags on, take tags off"),
    Word("assign", "assign", "[AGENT]", "Whose customer it is to answer; nobody's without a name"),
    Word("undo", "undo"),
    Word("resend", "resend"),
    Word("mark_sent", "mark_sent"),
    Word("search", "search", "QUERY"),
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
    return f"{known.label} is of the screen only." if known else ""


def told(word: Word, keymap: Keymap) -> str:
    """One line of the help: ``reply [words], or r: Answer where the customer wrote last``."""
    command = keymap.by_id.get(word.id)
    typed = (key for key in command.keys if len(key) == 1 and not key.isdigit()) if command else iter(())
    either = f", or {key}" if (key := next(typed, "")) else ""
    says = command.help if command and not word.help else word.help
    return f"{word.word} {word.follows}".rstrip() + f"{either}: {says}"


def help_lines(keymap: Keymap) -> Iterator[str]:
    """All of them."""
    yield "Type a command's word or its key, then Enter. A number opens that customer of the list."
    for word in WORDS:
        yield told(word, keymap)
