"""Headers: charsets, addresses, ids, dates and parameters, as they are and as they should not be."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._addresses import MAX_ADDRESSES, mailboxes
from adapters._charsets import codec, decode, decode_header_text
from adapters._headers import MAX_IDS, Headers, ids, moment, parameters


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("UTF-8", "utf-8"),
        ("us-ascii", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("euc-kr", "cp949"),
        ("shift_jis", "cp932"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("iso-8859-8-i", "iso8859-8"),
        ('"utf-8"', "utf-8"),
        ("utf-8 (comment)", "utf-8"),
        ("windows-1251", "cp1251"),
        ("base64", None),
        ("zip", None),
        ("rot13", None),
        ("punycode", None),
        ("idna", None),
        ("unicode_escape", None),
        ("undefined", None),
        ("x-nothing", None),
        ("utf\0-8", None),
        ("ü", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_charsets(charset: str, name: str | None) -> None:
    assert codec(charset) == name


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (b"caf\xe9", "iso-8859-1", "café"),
        (b"\x93x\x94", "iso-8859-1", "“x”"),
        ("café".encode(), "iso-8859-1", "café"),
        ("café".encode(), "us-ascii", "café"),
        (b"caf\xe9", "", "café"),
        (b"caf\xe9", "utf-8", "caf\ufffd"),
        (b"caf\xe9", "x-nothing", "café"),
        ("￥①".encode("gb18030"), "gb2312", "￥①"),
        ("こんにちは".encode("iso-2022-jp"), "", "こんにちは"),
        ("Łódź".encode("iso-8859-2"), "iso-8859-2", "Łódź"),
        ("\ufeffx".encode(), "utf-8", "x"),
        (b"ok\x81", "windows-1252", "ok\ufffd"),
        (b"+AGE-", "utf-7", "a"),
    ],
)
def test_bodies_are_decoded(data: bytes, charset: str, text: str) -> None:
    assert decode(data, charset) == text


@given(
    st.binary(max_size=60),
    st.one_of(st.text(max_size=20), st.sampled_from(["utf-16", "hz", "utf-7", "cp037"])),
)
def test_decoding_never_raises(data: bytes, charset: str) -> None:
    assert isinstance(decode(data, charset, fallback=charset), str)
    assert isinstance(decode_header_text(data, fallback=charset), str)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?caf=C3=A9?=", "café"),
        (b"=?UTF-8?B?Y2Fmw6k=?=", "café"),
        (b"=?iso-8859-1?Q?caf=E9_au_lait?=", "café au lait"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?=\r\n =?iso-8859-1?q?b?=", "ab"),
        (b"=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        (b"Re: =?utf-8?q?b?=!", "Re: b!"),
        (b"=?utf-8?b?ww==?= =?utf-8?b?qQ==?=", "é"),  # one character cut in two words
        (b"=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        (b"=?utf-8*en?q?a?=", "a"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"=?utf-8?b?!!!?=", ""),
        (b"=?utf-8?b?YQ?=", "a"),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "café"),
        (b"", ""),
    ],
)
def test_encoded_words(value: bytes, text: str) -> None:
    assert decode_header_text(value) == text


def test_undeclared_bytes_are_in_the_charset_of_the_body() -> None:
    assert decode_header_text("przyszła".encode("cp1250"), fallback="windows-1250") == "przyszła"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a@b.example", [("", "a@b.example")]),
        (b"Ana <a@b.example>", [("Ana", "a@b.example")]),
        (b'"Sousa, Ana" <A@B.Example>', [("Sousa, Ana", "a@b.example")]),
        (b'"Ana \\"x\\" S" <a@b.example>', [('Ana "x" S', "a@b.example")]),
        (b"a@b.example (Ana (the) Sousa)", [("Ana (the) Sousa", "a@b.example")]),
        (b"=?utf-8?q?Jos=C3=A9=2C_x?= <j@x.example>", [("José, x", "j@x.example")]),
        (b"a@b.example, Bob <c@d.example>", [("", "a@b.example"), ("Bob", "c@d.example")]),
        (b"a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        (
            b"Team: a@b.example, <c@d.example>; e@f.example",
            [("", "a@b.example"), ("", "c@d.example"), ("", "e@f.example")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"<@route.example,@x:a@b.example>", [("", "a@b.example")]),
        (b"Ana Sousa a@b.example", [("Ana Sousa", "a@b.example")]),
        (b"A <a@b.example> <c@d.example>", [("A", "a@b.example")]),
        (b'"a@real.test" <b@evil.test>', [("a@real.test", "b@evil.test")]),
        (
            b"=?utf-8?q?a=40real=2Etest_=3Cx=40y=2Ez=3E?= <b@evil.test>",
            [("a@real.test <x@y.z>", "b@evil.test")],
        ),
        (b"=?utf-8?q?=3Cx=40y=2Ez=3E=2C?= <b@evil.test>", [("<x@y.z>,", "b@evil.test")]),
        (b'"Foo <a@b.example>', [("Foo", "a@b.example")]),
        (b"Ana <a@b.example", [("Ana", "a@b.example")]),
        (b"Ana a@b.example>", [("Ana", "a@b.example")]),
        (b"mailto:a@b.example", [("", "a@b.example")]),
        (b"a@b.example\rBcc: x@evil.test", [("Bcc x@evil.test", "a@b.example")]),
        (b"=?utf-8?b?QW5hIDxhQGIuZXhhbXBsZT4=?=", [("", "a@b.example")]),
        ("café <café@b.example>".encode(), [("café", "café@b.example")]),
        (b"a@b\xc3\xbccher.example", [("", "a@xn--bcher-kva.example")]),
        (b"Ana\r\n\t<a@b.example>", [("Ana", "a@b.example")]),
        (b"=?utf-8?q?a=1B=5D0=3Bx=07b=0Ac?= <a@b.example>", [("ab c", "a@b.example")]),
        (b"<>", []),
        (b'"', []),
        (b"<", []),
        (b"a@[", []),
        (b"a@", []),
        (b"@b", []),
        (b'"john doe"@b.example', []),
        (b"a" * 400 + b"@b.example", []),
        (b"a@" + b"b" * 400, []),
        (b"(" * 3000, []),
        (b"(" * 3000 + b" a@b.example", [("", "a@b.example")]),
    ],
)
def test_addresses(value: bytes, found: list[tuple[str, str]]) -> None:
    assert [(name, address.value) for name, address in mailboxes(value)] == found


def test_no_more_addresses_than_anybody_writes_to() -> None:
    assert len(mailboxes(b"a@b.example," * 5_000)) == MAX_ADDRESSES


@given(
    st.lists(
        st.sampled_from(
            [b'"', b"<", b">", b"(", b")", b",", b";", b":", b"@", b"\\", b"a", b"b.c", b" ", b"\xe9"]
        )
    )
)
def test_any_address_list_can_be_read(pieces: list[bytes]) -> None:
    for name, address in mailboxes(b"".join(pieces)):
        assert "\n" not in name
        assert address.value.count("@") >= 1


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"<a@b>", ("<a@b>",)),
        (b"<a@b> <c@d>\r\n\t<a@b>", ("<a@b>", "<c@d>")),
        (b"<a@b>,<c@d>", ("<a@b>", "<c@d>")),
        (b"<a@\r\n b>", ("<a@b>",)),
        (b"a@b", ("<a@b>",)),
        (b"=?utf-8?q?=3Ca=40b=3E?=", ("<a@b>",)),
        (b"Your mail of Monday <a@b>", ("<a@b>",)),
        (b"your message", ()),
        (b"<>", ()),
        (b"<[", ()),
        (b"<...>", ()),
        (b"<\x1b]0;x@y>", ()),
        (b"", ()),
        (b"<no-at-sign>", ("<no-at-sign>",)),
    ],
)
def test_message_ids(value: bytes, found: tuple[str, ...]) -> None:
    assert ids(value) == found


def test_of_a_long_thread_the_first_and_the_nearest_ids_are_kept() -> None:
    found = ids(b" ".join(b"<%d@x>" % number for number in range(100)))
    assert len(found) == MAX_IDS
    assert found[0] == "<0@x>"
    assert found[-1] == "<99@x>"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Mon, 4 Mar 2024 10:11:12 +0100", datetime(2024, 3, 4, 9, 11, 12, tzinfo=UTC)),
        ("Mon, 4 Mar 2024 10:11:12 -0000", datetime(2024, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("Mon, 4 Mar 2024 10:11:12 GMT (comment)", datetime(2024, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("4 Mar 2024 10:11", datetime(2024, 3, 4, 10, 11, tzinfo=UTC)),
        ("Mon, 4 Mar 2024 10:11:12 +9999", datetime(2024, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("Mon, 4 Mar 104 10:11:12 +0000", None),
        ("Mon, 31 Feb 2024 10:11:12 +0000", None),
        ("Mon, 4 Mar 2024 25:61:12 +0000", None),
        ("1 Jan 1970 00:00:00 +0000", None),
        ("1 Jan 99999 00:00:00 +0000", None),
        ("9" * 30, None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, told: datetime | None) -> None:
    assert moment(value) == told


@given(st.text(max_size=40))
def test_any_date_can_be_asked_for(value: str) -> None:
    told = moment(value)
    assert told is None or 1980 <= told.year <= 2100


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"text/plain", {}),
        (b"text/plain; charset=utf-8", {"charset": "utf-8"}),
        (b'text/plain; CHARSET="utf-8"; format=flowed', {"charset": "utf-8", "format": "flowed"}),
        (b'attachment; filename="a;b=\\"c\\".pdf"', {"filename": 'a;b="c".pdf'}),
        (b"attachment; filename*=utf-8''na%C3%AFve.pdf; filename=x", {"filename": "naïve.pdf"}),
        (b"attachment; filename*0*=utf-8''a%C3; filename*1*=%A9b; filename*2=.pdf", {"filename": "aéb.pdf"}),
        (b'attachment; filename*1="b.pdf"; filename*0="a"', {"filename": "ab.pdf"}),
        (b"attachment; filename*=iso-8859-1'en'caf%E9", {"filename": "café"}),
        (b'attachment; filename="=?utf-8?q?na=C3=AFve?="', {"filename": "naïve"}),
        (b"attachment; filename=caf\xe9.pdf", {"filename": "café.pdf"}),
        (b"attachment; filename=a b.pdf", {"filename": "a b.pdf"}),
        (b"multipart/mixed;boundary=a;;; =x;y", {"boundary": "a"}),
        (b'x; a="unfinished', {"a": "unfinished"}),
        (b"x; a*=%ZZ%4", {"a": "%ZZ%4"}),
    ],
)
def test_parameters(value: bytes, found: dict[str, str]) -> None:
    assert parameters(value) == found


@given(
    st.lists(st.sampled_from([b";", b"=", b"*", b"0", b"'", b'"', b"%41", b"a", b" ", b"\\", b"\xe9", b"=?"]))
)
def test_any_parameters_can_be_read(pieces: list[bytes]) -> None:
    assert all(isinstance(value, str) for value in parameters(b"".join(pieces)).values())


def test_headers_are_looked_up_without_case_from_the_top() -> None:
    headers = Headers([("SUBJECT", b"one"), ("Subject", b"two"), ("Auto-Submitted", b" auto-replied; x=y")])
    assert headers.text("subject") == "one"
    assert headers.every("subject") == [b"one", b"two"]
    assert headers.word("auto-submitted") == "auto-replied"
    assert headers.word("precedence") == ""
    assert "subject" in headers


def test_a_subject_is_one_clean_line_of_bounded_length() -> None:
    assert Headers([("Subject", b"=?utf-8?q?a=1B[2J=0D=0Ab?=")]).text("subject") == "a b"
    assert len(Headers([("Subject", b"x" * 100_000)]).text("subject")) == 1_000
