"""Replies as bytes: nothing is smuggled in, every program can read them, and reading them gives back what was written."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._compose import compose
from adapters._flowed import flow, unflow
from adapters._message_ids import make_message_id, own_key, own_keys
from adapters._mime import Mail, parse
from agent_tui.core.addresses import Address, email
from agent_tui.core.channel import File, Outgoing, Received
from agent_tui.core.errors import Rejected
from tests.adapters.mails import ACCOUNT, NOW, SECRET, SHOP

KEY = "01912345-abcd-7def-8123-0123456789ab"
MICROSOFT_ID = "<DB9PR08MB7179C4A2F1E5D0B3A6978E1FC3D42@DB9PR08MB7179.eurprd08.prod.outlook.com>"
REPLY = Outgoing(
    key=KEY,
    at=datetime(2026, 3, 4, 10, 0, tzinfo=UTC),
    to=(email("ana@example.com"),),
    text="Dear Ana,\n\nyes.",
    subject="Re: Order 42",
)


def written(message: Outgoing = REPLY, *, name: str = "Corner Bakery", sender: Address = SHOP) -> bytes:
    return compose(message, sender=sender, name=name, secret=SECRET)


def read(raw: bytes) -> EmailMessage:
    """As another program reads it."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def back(raw: bytes) -> Received:
    """As we read the copy among our sent mail."""
    event = parse(Mail(raw=raw, received_at=NOW, sent=True), ACCOUNT)
    assert isinstance(event, Received)
    return event


def test_a_plain_reply_to_the_letter() -> None:
    assert written().decode() == (
        "Date: Wed, 04 Mar 2026 10:00:00 +0000\r\n"
        "From: Corner Bakery <support@shop.example>\r\n"
        "To: ana@example.com\r\n"
        "Subject: Re: Order 42\r\n"
        f"Message-ID: {make_message_id(KEY, 'shop.example', SECRET)}\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=us-ascii; format=flowed\r\n"
        "Content-Transfer-Encoding: 7bit\r\n"
        "\r\n"
        "Dear Ana,\r\n\r\nyes.\r\n"
    )


def test_every_attempt_sends_the_same_bytes() -> None:
    message = replace(REPLY, files=(File(name="a.pdf", media_type="application/pdf", data=b"%PDF"),))
    assert written(message) == written(message)


def test_ids_of_eighty_characters_stay_as_they_are() -> None:
    threads = (MICROSOFT_ID, *(f"<{number:040d}{MICROSOFT_ID[41:]}" for number in range(30)))
    raw = written(replace(REPLY, threads=threads))
    head = raw.partition(b"\r\n\r\n")[0].decode()
    assert "=?" not in head
    assert f"In-Reply-To: {MICROSOFT_ID}\r\n" in head
    references = read(raw)["References"].split()
    assert references == [threads[-1], *reversed(threads[:10])]
    assert f"\r\n {MICROSOFT_ID}\r\n" in f"{head}\r\n"


def test_keys_that_are_no_message_ids_do_not_go_out() -> None:
    raw = written(replace(REPLY, threads=("sha256:abc", "<a b@c>", "<é@c>", "<ok@c>")))
    assert read(raw)["In-Reply-To"] == read(raw)["References"] == "<ok@c>"
    assert "In-Reply-To" not in read(written(replace(REPLY, threads=("sha256:abc",))))


BREAKS = ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_end", BREAKS, ids=ascii)
@pytest.mark.parametrize("field", ["subject", "name", "file", "address", "thread"])
def test_no_header_can_be_smuggled_in(line_end: str, field: str) -> None:
    evil = f"x{line_end}Bcc: mallory@evil.test"
    message, name = REPLY, "Corner Bakery"
    if field == "subject":
        message = replace(REPLY, subject=evil)
    elif field == "name":
        name = evil
    elif field == "file":
        message = replace(REPLY, files=(File(name=evil, media_type="text/plain", data=b""),))
    elif field == "address":
        message = replace(REPLY, to=(Address("email", f"{evil}@example.com"),))
    else:
        message = replace(REPLY, threads=(f"<{evil}@example.com>",))
    if field == "thread":
        assert "Bcc" not in read(written(message))
    else:
        with pytest.raises(Rejected):
            written(message, name=name)


@pytest.mark.parametrize(
    "kind", ["text/plain\r\nBcc: x@evil.test", "text", "message/rfc822", "multipart/mixed", ""]
)
def test_a_file_of_a_strange_type_is_bytes(kind: str) -> None:
    raw = written(replace(REPLY, files=(File(name="a", media_type=kind, data=b"x"),)))
    assert [part.get_content_type() for part in read(raw).iter_attachments()] == ["application/octet-stream"]


@pytest.mark.parametrize(
    "address",
    [Address("phone", "+351912345678"), Address("email", "ana"), Address("email", "anã@example.com")],
)
def test_who_cannot_get_mail_is_refused(address: Address) -> None:
    with pytest.raises(Rejected):
        written(replace(REPLY, to=(address,)))


def test_nobody_to_send_to_is_refused() -> None:
    with pytest.raises(Rejected):
        written(replace(REPLY, to=()))


def test_a_blind_copy_has_no_place_to_be() -> None:
    raw = written(replace(REPLY, cc=(email("bob@example.com"),)))
    assert read(raw)["Cc"] == "bob@example.com"
    assert b"bcc" not in raw.lower()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Corner Bakery",
        "Corner, Bakery & Sons",
        'The "Corner"',
        "Padaria São João",
        "角のパン屋",
        "x" * 200,
        "a=?utf-8?q?b?=",
    ],
)
def test_names_are_read_as_they_were_written(name: str) -> None:
    raw = written(name=name)
    assert read(raw)["From"].addresses[0].display_name == name
    assert back(raw).sender_name == name


@pytest.mark.parametrize("local", ["a", "o'brien+tag", "a..b", ".a", 'quo"te', "a(b", "a\\b", "a,b", "<a>"])
def test_addresses_that_need_quotes_get_them(local: str) -> None:
    raw = written(replace(REPLY, to=(Address("email", f"{local}@example.com"), email("bob@example.com"))))
    addresses = read(raw)["To"].addresses
    assert [(a.username, a.domain) for a in addresses] == [(local, "example.com"), ("bob", "example.com")]


@settings(max_examples=300)
@given(
    st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), max_size=120),
    st.text(st.characters(categories=("L", "N", "P", "S")), max_size=40),
)
def test_any_subject_and_file_name_survive(subject: str, file_name: str) -> None:
    files = (File(name=file_name, media_type="application/pdf", data=b"%PDF"),)
    raw = written(replace(REPLY, subject=subject, files=files))
    assert_well_formed(raw)
    message = read(raw)
    assert message["Subject"] == subject
    assert [part.get_filename() for part in message.iter_attachments()] == [file_name or "attachment"]


def assert_well_formed(raw: bytes) -> None:
    """ASCII, CRLF and nothing else ends a line, no line too long, encoded words of at most 75 characters."""
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    head, _, _ = raw.partition(b"\r\n\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 998
    for line in head.split(b"\r\n"):
        assert line.isascii()
        assert all(len(word) <= 75 for word in line.split() if word.startswith(b"=?"))


TEXT = st.lists(
    st.one_of(
        st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), max_size=30),
        st.sampled_from(
            ["\n", "\n\n", " ", "  ", "> ", ">> ", "From ", "-- \n", ".", "\n.\n", "=", "=3D", "word " * 30]
        ),
        st.sampled_from(["x" * 300, "日本語" * 60, "https://example.com/" + "a" * 200, "é " * 60]),
    ),
    max_size=30,
).map("".join)


@settings(max_examples=300)
@given(TEXT)
def test_any_text_survives_but_for_spaces_at_ends_of_lines(text: str) -> None:
    raw = written(replace(REPLY, text=text))
    assert_well_formed(raw)
    body = read(raw).get_content().replace("\r\n", "\n")
    assert normal(unflow(body)) == normal(text)


def normal(text: str) -> str:
    """Without spaces at ends of lines and line ends at the end; one space after quotation marks."""
    lines = []
    for line in text.rstrip().split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        if depth:
            bare = bare.removeprefix(" ")
            line = f"{'>' * depth} {bare}"
        lines.append(line.rstrip())
    return "\n".join(lines).rstrip()


@given(TEXT)
def test_flowing_and_unflowing(text: str) -> None:
    flowed = flow(text)
    assert normal(unflow(flowed)) == normal(text)
    for line in flowed.split("\n"):
        assert len(line) <= 78 or " " not in line.strip("> ")[:60]


def test_lines_are_short_where_words_allow() -> None:
    text = "A sentence of several words. " * 20 + "\n\n> " + "quoted words here " * 20
    raw = written(replace(REPLY, text=text))
    assert max(len(line) for line in raw.partition(b"\r\n\r\n")[2].split(b"\r\n")) <= 78
    assert b"Content-Transfer-Encoding: 7bit" in raw


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("yes", "7bit"),
        ("sim, amanhã", "quoted-printable"),
        ("はい、大丈夫です", "base64"),
        ("x" * 79, "quoted-printable"),
    ],
)
def test_the_encoding_that_fits(text: str, encoding: str) -> None:
    raw = written(replace(REPLY, text=text))
    assert read(raw)["Content-Transfer-Encoding"] == encoding
    assert back(raw).text == text


def test_what_we_send_we_read_again() -> None:
    message = replace(
        REPLY,
        to=(email("ana@example.com"), email("bob@example.com")),
        cc=(email("carla@example.com"),),
        subject="Re: Olá, encomenda nº 42",
        text="Olá Ana,\n\nsegue a fatura. " + "Muitas palavras. " * 20,
        threads=(MICROSOFT_ID, "<1@example.com>"),
        files=(
            File(name="fatura nº 42.pdf", media_type="application/pdf", data=bytes(range(256)) * 40),
            File(name="leer.txt", media_type="text/plain", data=b""),
        ),
    )
    raw = written(message)
    assert_well_formed(raw)
    got = back(raw)
    assert (got.key, got.ours) == (KEY, True)
    assert (got.recipients, got.cc, got.subject) == (message.to, message.cc, message.subject)
    assert got.text == message.text.rstrip()
    assert got.files == message.files
    assert got.in_reply_to == MICROSOFT_ID
    assert got.threads[1:] == message.threads
    assert got.at == message.at
    assert got.notices == ()


def test_the_standard_library_writes_it_out_again_unchanged_in_meaning() -> None:
    raw = written(replace(REPLY, subject="Olá " * 40, threads=("<a@b>",)))
    again = read(raw).as_bytes(policy=SMTP)
    assert back(again).subject == back(raw).subject
    assert back(again).fingerprint


class TestMessageIds:
    def test_a_key_is_known_again(self) -> None:
        made = make_message_id(KEY, "shop.example", SECRET)
        assert made.startswith(f"<{KEY}.")
        assert made.endswith("@shop.example>")
        assert own_key(made, SECRET) == KEY
        assert own_key(made.upper(), SECRET) == KEY

    @pytest.mark.parametrize(
        "forged",
        [
            "",
            "<>",
            f"<{KEY}@shop.example>",
            f"<{KEY}.{'0' * 24}@shop.example>",
            make_message_id(KEY, "shop.example", b"another secret"),
            make_message_id(KEY, "shop.example", SECRET).replace("ab.", "ac."),
            make_message_id(KEY, "shop.example", SECRET) + "x",
        ],
    )
    def test_a_forged_one_is_not(self, forged: str) -> None:
        assert own_key(forged, SECRET) is None

    @pytest.mark.parametrize("key", ["", "A", "a b", "a.b", "a\r\nb", "é", "x" * 65])
    def test_a_key_that_could_not_be_read_back_is_refused(self, key: str) -> None:
        with pytest.raises(ValueError, match="not a message key"):
            make_message_id(key, "shop.example", SECRET)

    def test_ours_are_found_among_others(self) -> None:
        one, two = (make_message_id(key, "shop.example", SECRET) for key in ("one", "two"))
        text = f"<a@b> {two} <x.{'0' * 24}@c> text{one}{two}"
        assert own_keys(text, SECRET) == ["two", "one"]

    @given(st.text())
    def test_anything_may_be_asked(self, text: str) -> None:
        assert own_key(text, SECRET) is None
