"""No mail can make the reader raise, or keep it: CPython's own collection, malformed headers, mutations, noise."""

import importlib.util
import random
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._mime import Mail, parse
from agent_tui.core.channel import Event, Progress, Received, Unreadable
from agent_tui.core.text import clean, clean_line, safe_name
from tests.adapters.hostile_mail import MALFORMED_HEADERS, SLOW
from tests.adapters.mails import ACCOUNT, NOW
from tests.servers.corpus import Corpus

LIMIT = 2.0  # seconds of this process's own time for one mail


def _library_mails() -> list[Path]:
    """The mails that CPython's tests of its email package come with."""
    try:
        spec = importlib.util.find_spec("test.test_email")
    except ModuleNotFoundError:
        spec = None
    folders = spec.submodule_search_locations if spec else None
    return sorted(path for folder in folders or () for path in Path(folder).glob("data/*.txt"))


LIBRARY = _library_mails()
PACKAGE = f"libpython3.{sys.version_info.minor}-testsuite"  # Debian takes them out of Python itself


def read(raw: bytes, *, sent: bool = False, at: datetime = NOW) -> Event:
    """The event of a mail, which must be sound and soon there."""
    before = time.process_time()
    event = parse(Mail(raw=raw, received_at=at, sent=sent), ACCOUNT)
    assert time.process_time() - before < LIMIT
    assert_sound(event, raw)
    return event


def assert_sound(event: Event, raw: bytes) -> None:
    """Everything a screen or a file system would be given is harmless, and nothing is lost."""
    if isinstance(event, Progress):
        assert event.key
        assert event.error is None or clean_line(event.error) == event.error
        return
    assert event.raw == raw
    assert event.external_id.isprintable()
    if isinstance(event, Unreadable):
        assert event.reason
        return
    assert event.at.tzinfo is not None
    assert event.at <= NOW
    for line in (event.subject, event.sender_name, *event.notices):
        assert clean_line(line) == line.strip()
    for text in (event.text, event.quoted):
        assert clean(text) == text
    for file in event.files:
        assert safe_name(file.name) == file.name
    for key in event.threads:
        assert key.startswith("<")
        assert key.isprintable()


@pytest.mark.skipif(not LIBRARY, reason=f"needs the system package {PACKAGE}")
def test_there_are_mails_in_the_library() -> None:
    assert len(LIBRARY) >= 40


@pytest.mark.skipif(not LIBRARY, reason=f"needs the system package {PACKAGE}")
@pytest.mark.parametrize("path", LIBRARY or [Path("none")], ids=lambda path: path.stem)
def test_the_mails_of_the_standard_library(path: Path) -> None:
    read(path.read_bytes())


@pytest.mark.skipif(not LIBRARY, reason=f"needs the system package {PACKAGE}")
def test_most_mails_of_the_standard_library_have_a_sender() -> None:
    events = [read(path.read_bytes()) for path in LIBRARY]
    assert sum(isinstance(event, Received) for event in events) > 30


@pytest.mark.parametrize("headers", MALFORMED_HEADERS.values(), ids=MALFORMED_HEADERS.keys())
@pytest.mark.parametrize("sent", [False, True])
def test_malformed_headers(headers: bytes, sent: bool) -> None:
    event = read(headers + b"\r\n\r\nHello\r\n", sent=sent)
    if b"@b.example" in headers and b"a" * 1000 not in headers and b"\0" not in headers:
        assert isinstance(event, Received)
        assert event.sender.value == "a@b.example"


@pytest.mark.parametrize("raw", SLOW.values(), ids=SLOW.keys())
def test_mails_written_to_stall(raw: bytes) -> None:
    read(raw)


@pytest.mark.parametrize("raw", SLOW.values(), ids=SLOW.keys())
def test_twice_the_mail_takes_about_twice_the_time(raw: bytes) -> None:
    """Quadratic work on a megabyte takes minutes: the bound is wide, and a second does not count."""
    half = _seconds(raw[: len(raw) // 2])
    assert _seconds(raw) < max(1.0, 6 * half)


def _seconds(raw: bytes) -> float:
    def once() -> float:
        before = time.process_time()
        parse(Mail(raw=raw, received_at=NOW), ACCOUNT)
        return time.process_time() - before

    return min(once(), once())


def test_a_corpus_in_eight_languages_is_read_word_for_word() -> None:
    for mail in Corpus(seed=7, messages=400):
        event = parse(Mail(raw=mail.raw, received_at=mail.date, sent=mail.folder == "Sent"), ACCOUNT)
        assert isinstance(event, Received)
        assert event.subject == mail.subject
        assert {file.name for file in event.files} == set(mail.files)
        if mail.kind == "letter":
            assert event.text.split() == mail.text.split()
            assert not event.automatic
        else:
            assert event.automatic
        if mail.kind != "bounce" and mail.direction == "inbound" and mail.name:
            assert event.sender_name == mail.name


SEEDS = [mail.raw for mail in Corpus(seed=3, messages=60)] + [path.read_bytes() for path in LIBRARY]
PIECES = [
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b"\0",
        b'"',
        b"<",
        b">",
        b"(",
        b"=?",
        b"?=",
        b"=?utf-8?b?",
        b":",
        b";",
    ),
    *(b"--", b"boundary=", b"charset=", b"\x1b", b"\xff\xfe", b"\xc3", b"multipart/mixed", b"message/rfc822"),
    *(b"Content-Type: ", b"Content-Transfer-Encoding: base64\r\n", b"filename*0*=", b"%00", b"From: ", b"@"),
]


@settings(max_examples=300)
@given(st.integers(0, 10**9), st.integers(1, 30))
def test_mutated_mails(seed: int, changes: int) -> None:
    rng = random.Random(seed)
    raw = bytearray(rng.choice(SEEDS))
    for _ in range(changes):
        at, width = rng.randrange(len(raw) + 1), rng.choice((0, 0, 1, 5, 200))
        raw[at : at + width] = rng.choice((*PIECES, bytes([rng.randrange(256)]), bytes(raw[at : at + 40])))
    read(bytes(raw), sent=rng.random() < 0.2)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=60))
def test_noise(pieces: list[bytes]) -> None:
    read(b"".join(pieces))
    read(b"From: a@b.example\r\n" + b"".join(pieces))
