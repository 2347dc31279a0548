"""What a terminal sends for keys, also many of them in one piece: a key with Alt is one, its letter is no text."""

import pytest
from textual import events
from textual.drivers import linux_driver

import agent_tui.tui.terminal  # noqa: F401 - sets it in
from agent_tui.tui.keyboard import BEGIN, END, Keyboard


def keys(sent: str) -> list[str]:
    reader = Keyboard()
    tokens = [*reader.feed(sent), *reader.feed("")]
    return [token.key for token in tokens if isinstance(token, events.Key)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("\x1bn", ["alt+n"]),
        ("47\x1bn9\x1bn10\r", ["4", "7", "alt+n", "9", "alt+n", "1", "0", "enter"]),
        ("\x1bs\x1bs", ["alt+s", "alt+s"]),
        ("\x1bN", ["alt+shift+n"]),
        ("\x1b[A\x1bOPx", ["up", "f1", "x"]),
        ("\x1b[1;3An", ["alt+up", "n"]),
        ("\x1bb\x1bf", ["ctrl+left", "ctrl+right"]),
        ("\x1b\x1bn", ["escape", "alt+n"]),
        ("\x1b[110;3uz", ["alt+n", "z"]),
        ("é\x1bé", ["é", "alt+é"]),
    ],
)
def test_each_key_is_told_from_the_next(sent: str, expected: list[str]) -> None:
    assert keys(sent) == expected


HOSTILE = "a\x1bnb\x1be\x1b[A\x1b[200~c\x1b[20\x1b"


def tokens(*pieces: str) -> list[events.Event]:
    reader = Keyboard()
    found = [token for piece in (*pieces, "") for token in reader.feed(piece)]
    return [token for token in found if isinstance(token, events.Key | events.Paste)]


def told(token: events.Event) -> str:
    return token.text if isinstance(token, events.Paste) else token.key  # type: ignore[attr-defined]


def test_a_paste_with_escapes_in_it_is_text() -> None:
    found = tokens(f"x{BEGIN}{HOSTILE}{END}y")
    assert [type(token) for token in found] == [events.Key, events.Paste, events.Key]
    assert [told(token) for token in found] == ["x", "anbe[A[200~c[20", "y"]


def test_wherever_the_line_cuts_it_in_two() -> None:
    whole = f"x{BEGIN}{HOSTILE}{END}\x1bny"
    for at in range(1, len(whole)):
        if whole[:at] == "x\x1b":
            continue  # nobody can tell this from the Escape key
        found = tokens(whole[:at], whole[at:])
        assert [told(token) for token in found] == ["x", "anbe[A[200~c[20", "alt+n", "y"], at


def test_letter_by_letter_too() -> None:
    found = tokens(*f"{BEGIN}a\x1bb{END}", "z")
    assert [told(token) for token in found] == ["ab", "z"]


def test_a_paste_that_never_ends_loses_no_later_end() -> None:
    assert [told(token) for token in tokens(f"{BEGIN}a", "b", f"c{END}", "\x1bn")] == ["abc", "alt+n"]


def test_it_is_the_one_that_reads_the_terminal() -> None:
    assert linux_driver.XTermParser is Keyboard  # type: ignore[attr-defined]
