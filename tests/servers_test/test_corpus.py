"""The corpus is deterministic, true to its own description, and readable by the standard library."""

import email
import re
from collections import Counter
from email.message import Message
from pathlib import Path

import pytest

from tests.servers import maildir
from tests.servers.corpus import SHOP_ADDRESS, Corpus, Mail


@pytest.fixture(scope="module")
def mails() -> list[Mail]:
    return list(Corpus(seed=5, messages=3000))


def _parsed(mail: Mail) -> Message:
    return email.message_from_bytes(mail.raw)


def _texts(message: Message) -> str:
    found = []
    for part in message.walk():
        if part.get_content_type() == "text/plain" and part.get_filename() is None:
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found.append(payload.decode(part.get_content_charset("utf-8")))
    return _squeezed(" ".join(found))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_same_seed_same_bytes(mails: list[Mail]) -> None:
    assert list(Corpus(seed=5, messages=3000)) == mails
    assert next(iter(Corpus(seed=6, messages=50))).raw != mails[0].raw


def test_counts_are_exact(mails: list[Mail]) -> None:
    corpus = Corpus(seed=5, messages=3000)
    assert len(mails) == len(corpus) == 3000
    assert len({mail.key for mail in mails}) == corpus.distinct < 3000
    assert [mail.number for mail in mails] == list(range(3000))
    assert [mail.date for mail in mails] == sorted(mail.date for mail in mails)


def test_a_copy_is_the_same_message_in_another_place(mails: list[Mail]) -> None:
    copies = [mail for mail in mails if mail.copy_of is not None]
    assert {(mails[c.copy_of or 0].folder, c.folder) for c in copies} == {
        ("Sent", "INBOX"),
        ("INBOX", "INBOX"),
    }
    for copy in copies:
        first = mails[copy.copy_of or 0]
        assert (first.key, first.message_id) == (copy.key, copy.message_id)
        assert first.raw != copy.raw
        assert first.raw in copy.raw


def test_eight_languages_and_both_sides(mails: list[Mail]) -> None:
    by_language = Counter(mail.language for mail in mails)
    assert set(by_language) == {"en", "de", "fr", "es", "pt", "pl", "ja", "zh"}
    assert min(by_language.values()) > 100
    both = {(mail.folder, mail.direction) for mail in mails if mail.copy_of is None}
    assert both == {("INBOX", "inbound"), ("Sent", "outbound")}


def test_few_customers_write_most_of_it(mails: list[Mail]) -> None:
    counts = [n for _, n in Counter(mail.customer for mail in mails).most_common()]
    assert counts[0] > 10 * counts[len(counts) // 2]


def test_metadata_is_what_the_bytes_say(mails: list[Mail]) -> None:
    for mail in mails:
        message = _parsed(mail)
        assert message["Message-ID"] == mail.message_id
        assert message["In-Reply-To"] in (None, mail.in_reply_to)
        if mail.kind == "letter":
            sender, recipient = message["From"], message["To"]
            ours, theirs = (sender, recipient) if mail.folder == "Sent" else (recipient, sender)
            if mail.copy_of is None and str(theirs).isascii():
                assert SHOP_ADDRESS in str(ours)
                assert mail.customer in str(theirs).lower()


def test_words_survive_every_charset_and_encoding(mails: list[Mail]) -> None:
    checked = Counter[str]()
    for mail in mails:
        if mail.form in ("plain", "flowed", "alternative"):
            said = _squeezed(mail.text)
            assert said in _texts(_parsed(mail)), mail.number
            checked[mail.charset] += 1
    assert {"utf-8", "iso-2022-jp", "shift_jis", "windows-1252", "iso-8859-2"} <= set(checked)
    assert {"gb2312", "gbk", "gb18030"} & set(checked)


def test_order_numbers_tell_threads_apart(mails: list[Mail]) -> None:
    threads: dict[str, set[int]] = {}
    for mail in mails:
        threads.setdefault(mail.order, set()).add(mail.thread)
    assert all(len(found) == 1 for found in threads.values())
    assert sum(mail.order in mail.text for mail in mails) > len(mails) // 2


def test_references_name_the_thread_and_are_never_encoded(mails: list[Mail]) -> None:
    long_ids = 0
    for mail in mails:
        written = mail.raw.partition(b"\r\n\r\n")[0]
        found = re.search(rb"^References: ((?:.|\r\n )*)", written, re.MULTILINE)
        if found and mail.kind != "bounce":
            ids = found[1].split()
            assert all(each.startswith(b"<") and each.endswith(b">") for each in ids)
            long_ids += any(len(each) >= 78 for each in ids)
    assert long_ids > 100
    assert max(m.raw.count(b"prod.outlook.example>") for m in mails) > 5


def test_every_kind_of_trouble_is_there(mails: list[Mail]) -> None:
    kinds = Counter(mail.kind for mail in mails)
    assert kinds["away"] > 10
    assert kinds["bounce"] > 4
    assert any(mail.message_id is None for mail in mails)
    assert {mail.form for mail in mails} >= {"plain", "flowed", "html", "alternative", "report"}
    assert any(b"multipart/related" in mail.raw for mail in mails)
    assert any(b"filename*=utf-8''" in mail.raw for mail in mails)
    assert any(b'filename="=?' in mail.raw for mail in mails)
    heads = [mail.raw.partition(b"\r\n\r\n")[0] for mail in mails]
    assert any(not head.isascii() for head in heads)
    assert any(re.search(rb"^Date: .* (1970|2001|2038) ", head, re.MULTILINE) for head in heads)


def test_a_bounce_reports_the_letter_it_is_about(mails: list[Mail]) -> None:
    reports = [mail for mail in mails if b"multipart/report" in mail.raw]
    assert reports
    for mail in reports:
        parts = _parsed(mail).get_payload()
        assert isinstance(parts, list)
        explained, status, returned = parts
        assert isinstance(explained, Message)
        assert isinstance(status, Message)
        assert isinstance(returned, Message)
        recipient = status.get_payload(1)
        assert isinstance(recipient, Message)
        assert recipient["Action"] == "failed"
        assert mail.customer in recipient["Final-Recipient"].lower()
        assert mail.in_reply_to is not None
        assert mail.in_reply_to in returned.as_string()


def test_lines_end_in_crlf_and_none_is_too_long(mails: list[Mail]) -> None:
    for mail in mails:
        assert b"\n" not in mail.raw.replace(b"\r\n", b"")
        assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


def test_a_maildir_holds_them_all(mails: list[Mail], tmp_path: Path) -> None:
    counts = maildir.write_maildir(tmp_path / "md", mails)
    assert sum(counts.values()) == len(mails)
    assert list(maildir.folders(tmp_path / "md")) == ["INBOX", "Sent"]
    for folder, count in counts.items():
        stored = maildir.read(tmp_path / "md", folder)
        expected = [mail for mail in mails if mail.folder == folder]
        assert len(stored) == count
        assert [each.raw for each in stored] == [mail.raw for mail in expected]
        assert [each.date for each in stored] == [mail.date for mail in expected]
        assert {each.flags for each in stored} <= {(), ("\\Seen",), ("\\Answered", "\\Seen")}


def test_delivery_is_one_new_file(tmp_path: Path) -> None:
    first = maildir.deliver(tmp_path, b"Subject: a\r\n\r\nb\r\n")
    second = maildir.deliver(tmp_path, b"Subject: c\r\n\r\nd\r\n", "Sent", flags=("\\Seen",))
    assert first.parent == tmp_path / "new"
    assert second.parent == tmp_path / ".Sent" / "cur"
    assert maildir.read(tmp_path, "Sent")[0].flags == ("\\Seen",)
    assert not list((tmp_path / "tmp").iterdir())
