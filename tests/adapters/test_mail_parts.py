"""The structure of mails, checked against the standard library's reading of the same bytes."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._parts import MAX_DEPTH, MAX_PARTS, Part, read_parts


def kinds(part: Part) -> object:
    return (part.kind, [kinds(child) for child in part.children]) if part.children else part.kind


def test_a_simple_mail() -> None:
    part = read_parts(b"Subject: x\r\nTo: a,\r\n b\r\n\r\nHello\r\n")
    assert part.headers.raw("subject") == b"x"
    assert part.headers.raw("to") == b"a,\r\n b"
    assert part.body == b"Hello\r\n"
    assert part.kind == "text/plain"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_kind(end: bytes) -> None:
    raw = end.join([b"Subject: x", b"", b"one", b"two", b""])
    assert read_parts(raw).content.split() == [b"one", b"two"]


@pytest.mark.parametrize(
    ("raw", "subject", "body"),
    [
        (b"From a@b Mon Jan 1\nSubject: x\n\nbody", "x", b"body"),
        (b"\r\n\r\nSubject: x\n\nbody", "x", b"body"),
        (b"Subject: x\nno header\nbody", "x", b"no header\nbody"),
        (b"Subject: x\n \t \nbody: y\n\n", "x", b""),
        (b"Subject : x\n\nbody", "x", b"body"),
        (b"no header at all", "", b"no header at all"),
        (b"Subject: x", "x", b""),
        (b"", "", b""),
    ],
)
def test_where_headers_end(raw: bytes, subject: str, body: bytes) -> None:
    part = read_parts(raw)
    assert part.headers.text("subject") == subject
    assert part.body == body


def multipart(*parts: bytes, boundary: bytes = b"b", end: bytes = b"\r\n--b--\r\n") -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\npreamble\r\n"
    return head + b"\r\n".join(b"--" + boundary + b"\r\n" + part for part in parts) + end


def test_parts_are_the_bytes_between_boundaries() -> None:
    part = read_parts(
        multipart(b"\r\none\r\n", b"Content-Type: text/html\r\n\r\ntwo", end=b"\r\n--b-- \r\nepilogue")
    )
    assert [child.kind for child in part.children] == ["text/plain", "text/html"]
    assert [child.body for child in part.children] == [b"one\r\n", b"two"]


def test_a_missing_end_is_where_the_mail_ends() -> None:
    assert [child.body for child in read_parts(multipart(b"\r\none", b"\r\ntwo", end=b"")).children] == [
        b"one",
        b"two",
    ]


def test_what_only_looks_like_a_boundary_is_text() -> None:
    part = read_parts(multipart(b"\r\n--bx\r\n x--b\r\n--b x\r\none"))
    assert [child.body for child in part.children] == [b"--bx\r\n x--b\r\n--b x\r\none"]


@pytest.mark.parametrize("boundary", [b"", b'""', b"absent"])
def test_a_multipart_without_parts_is_text(boundary: bytes) -> None:
    part = read_parts(b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\nhello")
    assert (part.kind, part.children, part.body) == ("text/plain", [], b"hello")


def test_the_parts_of_a_digest_are_mails() -> None:
    raw = b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--"
    assert [child.kind for child in read_parts(raw).children] == ["message/rfc822"]


def test_a_mail_within_a_mail_stays_as_it_is() -> None:
    inner = b"Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i--\r\n"
    part = read_parts(multipart(b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert part.children[0].content == inner


def test_depth_and_number_are_bounded() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200)
    )
    depth, part = 0, read_parts(deep)
    while part.children:
        depth, part = depth + 1, part.children[0]
    assert depth == MAX_DEPTH
    assert len(list(read_parts(multipart(*[b"\r\nx"] * 5_000)).leaves())) == MAX_PARTS


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("7bit", b"x=3D", b"x=3D"),
        ("base64", b"aGVs\r\nbG8=\r\n", b"hello"),
        ("BASE64", b"aGVsbG8", b"hello"),
        ("base64", b" a!G-V_s#bG8=", b"hello"),
        ("base64", b"YQ==YQ==", b"aa"),
        ("base64", b"a", b""),
        ("quoted-printable", b"a=C3=A9=\r\nb =\r\n=ZZ", b"a\xc3\xa9b =ZZ"),
        ("x-uuencode", b"begin 644 x\r\n%:&5L;&\\\r\n`\r\nend\r\n", b"hello"),
        ("x-uuencode", b"no beginning", b""),
        ("x-unknown", b"abc", b"abc"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes, content: bytes) -> None:
    raw = b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + body
    assert read_parts(raw).content == content


LEAF = st.tuples(
    st.sampled_from([("text", "plain"), ("text", "html"), ("image", "png"), ("application", "pdf")]),
    st.binary(max_size=40),
    st.booleans(),
)


@given(
    st.lists(st.lists(LEAF, min_size=1, max_size=3), min_size=1, max_size=3), st.sampled_from(["\n", "\r\n"])
)
def test_read_as_the_standard_library_reads_it(
    groups: list[list[tuple[tuple[str, str], bytes, bool]]], end: str
) -> None:
    mail = EmailMessage(policy=compat32.clone(linesep=end))
    mail["Content-Type"] = "multipart/mixed"
    mail.set_payload([])
    for group in groups:
        inner = EmailMessage(policy=compat32)
        inner["Content-Type"] = "multipart/alternative"
        inner.set_payload([])
        for (main, sub), data, _ in group:
            leaf = EmailMessage(policy=compat32)
            leaf["Content-Type"] = f"{main}/{sub}"
            leaf.set_payload(data.hex())
            inner.attach(leaf)
        mail.attach(inner)
    raw = mail.as_bytes()
    theirs = BytesParser(policy=compat32).parsebytes(raw)
    ours = list(read_parts(raw).leaves())
    expected = [part for part in theirs.walk() if not part.is_multipart()]
    assert [part.kind for part in ours] == [part.get_content_type() for part in expected]
    assert [part.content for part in ours] == [part.get_payload(decode=True) for part in expected]


@given(st.binary(max_size=300))
def test_any_bytes_have_a_structure(raw: bytes) -> None:
    for part in read_parts(raw).leaves():
        assert isinstance(part.content, bytes)
