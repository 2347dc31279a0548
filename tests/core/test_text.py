"""Text from outside: whatever it holds, what comes out can only be read."""

import re
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_tui.core.text import (
    MAX_MARKS,
    MAX_NAME,
    clean,
    clean_line,
    is_clean,
    printable,
    safe_name,
    snippet,
)

SEQUENCES = {
    "set the title": "\x1b]0;pwned\x07",
    "set the title, ST": "\x1b]2;pwned\x1b\\",
    "write the clipboard": "\x1b]52;c;SEVMTE8=\x07",
    "write the clipboard, 8 bit": "\x9d52;c;SEVMTE8=\x9c",
    "clear the screen": "\x1b[2J",
    "clear the screen, 8 bit": "\x9b2J",
    "leave the alternate screen": "\x1b[?1049l",
    "colour": "\x1b[38;2;255;0;0m",
    "cursor style": "\x1b[5 q",
    "device control": "\x1bP+q544e\x1b\\",
    "device control, 8 bit": "\x90+q544e\x9c",
    "application command": "\x1b_Gf=100;AAAA\x1b\\",
    "private message": "\x1b^secret\x1b\\",
    "start of string": "\x1bXsecret\x1b\\",
    "reset": "\x1bc",
    "character set": "\x1b(0",
    "bell": "\x07",
    "backspaces": "\b\b\b",
    "shift out": "\x0e",
    "null": "\0",
    "delete": "\x7f",
    "escape upon escape": "\x1b\x1b\x1b\x1bc",
    "surrogate": "\ud83d",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "soft hyphen": "\u00ad",
    "invisible letters": "\u115f\u1160\u3164\uffa0\u034f",
    "marks for direction": "\u200e\u200f\u061c",
}


@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES.keys())
def test_what_a_terminal_would_obey_goes_whole(sequence: str) -> None:
    assert clean(f"é{sequence}|after") == "é|after"


@pytest.mark.parametrize(
    "unfinished", ["\x1b[38;2;1", "\x1b]52;c;SEVMTE8=", "\x9d0;x", "\x1bPqqq", "\x1b_G", "\x1b"]
)
def test_an_unfinished_sequence_ends_with_its_line(unfinished: str) -> None:
    assert clean(f"before{unfinished}\nnext line") == "before\nnext line"


def test_an_unfinished_title_swallows_no_more_than_its_line() -> None:
    assert clean("a\x1b]0;title\u2028b\x85c\rd\r\ne") == "a\nb\nc\nd\ne"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_line_feed(end: str) -> None:
    assert clean(f"one{end}two") == "one\ntwo"


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_a_bidirectional_control_is_shown(code: int) -> None:
    assert clean(f"invoice{chr(code)}fdp.exe") == f"invoice<U+{code:04X}>fdp.exe"


def test_tabs_become_spaces() -> None:
    assert clean("a\tb\nabc\td") == "a       b\nabc     d"


def test_every_space_is_a_plain_one() -> None:
    assert clean("5\u00a0€\u202f1\u3000z") == "5 € 1 z"


def test_marks_pile_up_only_so_high() -> None:
    assert clean("e" + "\u0301" * 500 + "!") == "e" + "\u0301" * MAX_MARKS + "!"
    assert clean("\U0001e8d0" * 9) == "\U0001e8d0" * MAX_MARKS  # beyond the basic plane


def test_marks_cannot_pile_up_with_something_invisible_between_them() -> None:
    assert clean("e" + "\u0301\u200b" * 50) == "e" + "\u0301" * MAX_MARKS


@pytest.mark.parametrize(
    "text",
    [
        "Olá, está tudo bem?",
        "Tiếng Việt: ngoài trời đang mưa",
        "नमस्ते, आप कैसे हैं?",
        "שָׁלוֹם",
        "สวัสดีค่ะ",
        "日本語です。ありがとう",
        "👍🏽 ❤️",
        "\U0001fa77",  # an emoji of 2022: unknown to Python 3.11
        "line one\n\nline two\n",
        "[/] [@click=app.quit]x[/]",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_what_has_no_meaning_is_shown_as_unknown() -> None:
    assert clean("\ue000 \U000fffff \uffff") == "\ufffd \ufffd \ufffd"


def test_a_line_is_one_line() -> None:
    assert clean_line("  Invoice\r\n\t 42\u2028\x1b[2Jnow \u00a0 ") == "Invoice 42 now"


def test_a_snippet_is_the_first_words() -> None:
    assert snippet("\n\n Hello \n there", 120) == "Hello there"
    assert snippet("word " * 100, 20) == "word word word…"
    assert snippet("x" * 100, 20) == "x" * 19 + "…"
    assert snippet(" " * 10**6 + "late", 20) == "late"
    assert snippet("") == ""


@given(st.text(), st.integers(8, 200))
def test_a_snippet_fits(text: str, width: int) -> None:
    line = snippet(text, width)
    assert len(line) <= width
    assert "\n" not in line


def test_what_is_drawn_has_a_width_all_terminals_agree_on() -> None:
    assert printable("❤️ ☎️ 1️⃣ 👍🏽 👩‍💻 🇵🇹 naïve") == "❤ ☎ 1 👍 👩💻 PT naïve"


def hostile_text() -> st.SearchStrategy[str]:
    """Any text at all, thick with what is dangerous."""
    return st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(list(SEQUENCES.values())),
            st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Mn", "Me", "Co", "Cn")),
            st.sampled_from("\x1b\x9b\x9d\x90\r\n\t[]0;m\\\x07\x9c\u0301"),
        ),
        max_size=60,
    ).map("".join)


def _harmless(text: str) -> bool:
    return all(
        char == "\n"
        or char.isprintable()
        or (0x1F000 <= ord(char) < 0x1FB00 and unicodedata.category(char) == "Cn")
        for char in text
    )


@settings(max_examples=400)
@given(hostile_text())
@example("\x1b[" + "\x1b]" * 3)
@example("\r\x1b[m\n")
def test_whatever_comes_in_only_harmless_text_comes_out(text: str) -> None:
    out = clean(text)
    assert _harmless(out)
    assert clean(out) == out
    run = 0
    for char in out:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert run <= MAX_MARKS


@given(hostile_text())
def test_is_clean_never_lies(text: str) -> None:
    if is_clean(text):
        assert clean(text) == text


@given(hostile_text())
def test_lines_and_drawn_text_are_settled_too(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert "\n" not in clean_line(text)
    drawn = printable(text)
    assert printable(drawn) == drawn
    assert _harmless(drawn)
    assert not re.search("[\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff]", drawn)


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_letters_are_never_lost(text: str) -> None:
    kept = "".join(char for char in text if char not in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
    assert clean(text) == kept


@pytest.mark.parametrize(
    "unit",
    ["\x1b[", "\x1b]", "\x1b]0;\x1b", "\x9d", "\u202e", "\t", "e\u0301", "\u0301", "\r", "\u00a0x"],
)
def test_a_megabyte_of_anything_is_soon_done(unit: str) -> None:
    before = time.process_time()
    out = clean(unit * (1_000_000 // len(unit)))
    assert clean(out) == out
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("bill.pdf", "bill.pdf"),
        ("fatura nº 42.pdf", "fatura nº 42.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\y.txt", "y.txt"),
        ("folder/", "folder"),
        (".bashrc", "bashrc"),
        ("..", "attachment"),
        ("/", "attachment"),
        ("", "attachment"),
        ("name. . ", "name"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ('a"b<c>:d|e?f*.txt', "a'b(c)_d_e_f_.txt"),
        ("fdp\u202eexe.pdf", "fdp(U+202E)exe.pdf"),
        ("a\x1b]0;x\x07b\nc.txt", "ab c.txt"),
        ("x" * 300 + ".pdf", "x" * (MAX_NAME - 4) + ".pdf"),
        ("日" * 300, "日" * (MAX_NAME // 3)),
    ],
)
def test_file_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(hostile_text())
def test_any_file_name_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe == safe_name(safe)
    assert 0 < len(safe.encode()) <= MAX_NAME + 1
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\<>:"|?*\n')
