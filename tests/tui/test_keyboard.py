"""What a terminal sends for keys, also many of them in one piece: a key with Alt is one, its letter is no text."""

import pytest
from textual import events
from textual.drivers import linux_driver

from agent_tui.tui.terminal import Keyboard


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


def test_it_is_the_one_that_reads_the_terminal() -> None:
    assert linux_driver.XTermParser is Keyboard  # type: ignore[attr-defined]
