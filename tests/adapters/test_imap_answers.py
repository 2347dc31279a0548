"""What servers answer: read the same as by IMAPClient where that can read it, and where it cannot, read too."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_parser import parse_response

from adapters._imap_answers import (
    Answer,
    Record,
    internal_date,
    read_alert,
    read_answer,
    read_fetch,
    read_folder,
    read_search,
)
from adapters._imap_folders import Folder

WHOLE: list[Record] = [
    (
        b'1 (UID 7 FLAGS (\\Seen $Label1) INTERNALDATE "02-Mar-2026 09:30:00 +0100" BODY[] {9}',
        b"A: ()\r\n\x00{",
    ),
    b")",
    b"2 (FLAGS () UID 8)",
]


def test_responses_come_one_by_one_with_their_items() -> None:
    assert list(read_fetch(WHOLE)) == [
        {
            b"UID": 7,
            b"FLAGS": (b"\\Seen", b"$Label1"),
            b"INTERNALDATE": b"02-Mar-2026 09:30:00 +0100",
            b"BODY[]": b"A: ()\r\n\x00{",
        },
        {b"FLAGS": (), b"UID": 8},
    ]


def test_what_imapclient_can_read_is_read_the_same() -> None:
    tokens = parse_response(WHOLE)
    theirs = [dict(zip(items[::2], items[1::2], strict=True)) for items in tokens[1::2]]
    assert list(read_fetch(WHOLE)) == theirs


@pytest.mark.parametrize(
    ("records", "items"),
    [
        ([b"1 (UID 7 FLAGS ([odd))"], {b"UID": 7, b"FLAGS": (b"[odd",)}),
        ([b"1 (uid 7 Flags (\\Seen))"], {b"UID": 7, b"FLAGS": (b"\\Seen",)}),
        ([b'1 (UID 7 BODY[] "a \\"b\\" \\\\ (c")'], {b"UID": 7, b"BODY[]": b'a "b" \\ (c'}),
        ([b"1 (UID 7 BODY[] NIL)"], {b"UID": 7, b"BODY[]": None}),
        ([b'1 (UID 7 BODY[] "")'], {b"UID": 7, b"BODY[]": b""}),
        ([(b"1 (BODY[]<0> {2}", b"ab"), b" UID 7)"], {b"UID": 7, b"BODY[]<0>": b"ab"}),
        ([(b"1 (X {1}", b"a"), (b" Y {1}", b"b"), b" UID 7)"], {b"X": b"a", b"Y": b"b", b"UID": 7}),
        ([b"1 (UID 7 FLAGS ({3}))"], {b"UID": 7, b"FLAGS": (b"{3}",)}),
        ([b"1 (UID 7 MODSEQ (12) X)"], {b"UID": 7, b"MODSEQ": (12,)}),
    ],
)
def test_odd_but_clear(records: list[Record], items: dict[bytes, object]) -> None:
    assert list(read_fetch(records)) == [items]


@pytest.mark.parametrize("records", [[b"1 (UID 7"], [b"1 )"], [b"(" * 10_000], [(b"1 (BODY[] {2}", b"ab")]])
def test_what_makes_no_sense_is_said_to(records: list[Record]) -> None:
    with pytest.raises(ValueError, match="list"):
        list(read_fetch(records))


RECORDS = st.lists(
    st.none() | st.binary(max_size=60) | st.tuples(st.binary(max_size=60), st.binary(max_size=9))
)


@given(RECORDS)
def test_nothing_else_is_ever_raised(records: list[Record]) -> None:
    for read in (read_fetch, read_search):
        try:
            list(read(records))
        except ValueError:
            continue
    for record in records:
        read_folder(record)


@given(st.lists(st.integers(1, 2**32 - 1)))
def test_what_a_search_found_in_one_line_or_in_several(numbers: list[int]) -> None:
    words = [str(number).encode() for number in numbers]
    middle = len(words) // 2
    assert read_search([b" ".join(words)]) == numbers
    assert (
        read_search([b" ".join(words[:middle]), None, b" ".join(words[middle:]) + b" (MODSEQ 917162500)"])
        == numbers
    )


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            b"[AUTHENTICATIONFAILED] Invalid credentials",
            Answer("NO", "AUTHENTICATIONFAILED", "Invalid credentials"),
        ),
        (b"LOGIN failed.", Answer("NO", "", "LOGIN failed.")),
        (b"[WEBALERT https://x.example/?a=[1]] Log in", Answer("NO", "WEBALERT", "] Log in")),
        (b"[UNAVAILABLE]", Answer("NO", "UNAVAILABLE", "")),
        (b"\x1b]0;owned\x07\xff no", Answer("NO", "", "\ufffd no")),
        (b"[not a code] text", Answer("NO", "", "[not a code] text")),
    ],
)
def test_how_a_command_ended(line: bytes, answer: Answer) -> None:
    assert read_answer(b"NO", line) == answer


def test_only_alerts_are_alerts() -> None:
    assert read_alert(b"* OK [ALERT] System goes down at\tnoon") == "System goes down at noon"
    assert read_alert(b"A1 NO [ALERT] Too many connections") == "Too many connections"
    assert read_alert(b"* 1 FETCH (BODY[TEXT] {9}") == ""


@pytest.mark.parametrize(
    ("record", "folder"),
    [
        (b'(\\HasNoChildren \\Sent) "/" "Gesendet &APw-"', Folder("Gesendet ü", "/", frozenset({"\\hasnochildren", "\\sent"}))),
        (b'() "." 42', Folder("42", ".")),
        (b"() NIL INBOX", Folder("INBOX")),
        (b'() "." "a\\"b"', Folder('a"b', ".")),
        (b'() "/" "a (b) c"', Folder("a (b) c", "/")),
        ((b'() "/" {3}', b"a\"b"), Folder('a"b', "/")),
        (b'(\\Noselect) "/" "[Gmail]"', Folder("[Gmail]", "/", frozenset({"\\noselect"}))),
        (b"", None), (b"()", None), (b"nonsense", None), (b'() "/"', None), (None, None),
    ],
)  # fmt: skip
def test_folders(record: Record, folder: Folder | None) -> None:
    assert read_folder(record) == folder


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (b" 2-Mar-2026 09:30:00 +0100", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        (b"02-Mar-2026 09:30:00 -0800", datetime(2026, 3, 2, 17, 30, tzinfo=UTC)),
        (b"31-DEC-2026 23:59:60 +0000", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"02-Mar-2026 09:30:00", None),
        (b"01-Jan-0001 00:00:00 +1400", None), (b"99-Mar-2026 09:30:00 +0000", None), (b"", None), (None, None),
        (7, None), (b"02-Foo-2026 09:30:00 +0000", None),
    ],
)  # fmt: skip
def test_moments(value: object, moment: datetime | None) -> None:
    assert internal_date(value) == moment
