"""Mail as it lies in files: each format recognised by what stands in it, each message read once, the rest named."""

import mailbox
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import _mailfiles
from adapters._mailfiles import Original, originals
from tests.python_mail import python_mail

MAIL = b"From: ana@example.com\nSubject: Cake\nDate: Fri, 20 Nov 2026 10:02:00 +0000\n\nHello\n"
THEN = datetime(2026, 11, 20, 10, 2, tzinfo=UTC)


def put(path: Path, data: bytes = MAIL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def read(*paths: Path) -> list[Original]:
    return list(originals(paths))


class TestOneFile:
    @pytest.mark.parametrize("name", ["cake.eml", "cake.txt", "cake", "1763632920.M1P1.host"])
    def test_a_message_whatever_it_is_called(self, tmp_path: Path, name: str) -> None:
        (one,) = read(put(tmp_path / name))
        assert (one.raw, one.row, one.reason) == (MAIL, None, "")

    def test_it_came_when_the_file_was_changed(self, tmp_path: Path) -> None:
        path = put(tmp_path / "cake.eml")
        os.utime(path, (THEN.timestamp(), THEN.timestamp()))
        assert read(path)[0].at == THEN

    @pytest.mark.parametrize(
        "start",
        [b"\n\n", b"\xef\xbb\xbf", b"From ana@example.com\n", b">From ana@example.com Fri Nov 20\n", b"\r\n"],
    )
    def test_what_programs_put_above_the_header(self, tmp_path: Path, start: bytes) -> None:
        (one,) = read(put(tmp_path / "cake", start + MAIL))
        assert one.reason == ""

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "it is empty"),
            (b" \n\n", "it is empty"),
            (b"Dear diary,\ntoday I baked.\n", "it is neither a message nor an mbox"),
            (b"\x89PNG\r\n\x1a\n\0\0", "it is neither a message nor an mbox"),
            (b"name;phone\nAna;912\n", "it is neither a message nor an mbox"),
        ],
    )
    def test_what_is_no_message_is_named(self, tmp_path: Path, data: bytes, reason: str) -> None:
        (one,) = read(put(tmp_path / "thing.txt", data))
        assert (one.raw, one.reason) == (b"", reason)

    def test_who_calls_it_eml_means_it(self, tmp_path: Path) -> None:
        (one,) = read(put(tmp_path / "thing.EML", b"just words"))
        assert one.reason == ""

    def test_one_that_is_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_mailfiles, "LARGEST", len(MAIL) - 1)
        (one,) = read(put(tmp_path / "cake.eml"))
        assert one.raw == b""
        assert "too large" in one.reason

    def test_one_that_vanishes_meanwhile(self, tmp_path: Path) -> None:
        path = put(tmp_path / "cake.eml")
        reading = originals([path])
        path.unlink()
        (one,) = reading
        assert one.reason == "it cannot be read: No such file or directory"


def mbox(path: Path, *bodies: str, flags: str = "") -> Path:
    """As Python's own library writes one."""
    box = mailbox.mbox(path)
    for number, body in enumerate(bodies):
        message = EmailMessage()
        message["From"] = "ana@example.com"
        message["Message-ID"] = f"<{number}@example.com>"
        message.set_content(body)
        kept = mailbox.mboxMessage(message)
        kept.set_from("ana@example.com", THEN.timetuple())
        kept.set_flags(flags)
        box.add(kept)
    box.flush()
    box.close()
    return path


class TestMbox:
    def test_each_message_once_numbered_from_one(self, tmp_path: Path) -> None:
        found = read(mbox(tmp_path / "archive", "one\n", "two\n", "three\n"))
        assert [one.row for one in found] == [1, 2, 3]
        assert [one.raw.rpartition(b"\n\n")[2] for one in found] == [b"one\n", b"two\n", b"three\n"]

    def test_a_line_that_begins_with_from_is_no_beginning(self, tmp_path: Path) -> None:
        (one,) = read(mbox(tmp_path / "archive", "Hello\n\nFrom here to there at 10:30 in 2026\n"))
        assert b"\nFrom here to there at 10:30 in 2026\n" in one.raw

    def test_one_that_was_read(self, tmp_path: Path) -> None:
        assert read(mbox(tmp_path / "read", "x\n", flags="RO"))[0].seen
        assert not read(mbox(tmp_path / "unread", "x\n", flags="O"))[0].seen

    def test_crlf(self, tmp_path: Path) -> None:
        data = b"From a@b Fri Nov 20 10:02:00 2026\n" + MAIL + b"\nFrom a@b Fri Nov 20 10:03:00 2026\n" + MAIL
        found = read(put(tmp_path / "box", data.replace(b"\n", b"\r\n")))
        assert [one.raw for one in found] == [MAIL.replace(b"\n", b"\r\n")] * 2

    def test_a_huge_one_between_others_costs_only_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_mailfiles, "LARGEST", 5000)
        found = read(mbox(tmp_path / "box", "one\n", "x\n" * 5000, "three\n"))
        assert ["too large" in one.reason for one in found] == [False, True, False]

    @given(st.lists(st.text("Frome >\nab:12026", max_size=60), min_size=1, max_size=5))
    def test_what_the_library_wrote_comes_back(self, bodies: list[str]) -> None:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = mbox(Path(folder) / "box", *bodies)
            ours = read(path)
            assert len(ours) == len(bodies)
            assert [one.raw.count(f"<{n}@example.com>".encode()) for n, one in enumerate(ours)] == [1] * len(
                bodies
            )


class TestMaildir:
    def maildir(self, root: Path, folder: str = "") -> Path:
        path = root / folder
        for part in ("cur", "new", "tmp"):
            (path / part).mkdir(parents=True, exist_ok=True)
        return path

    def test_new_and_read_mail_in_every_folder(self, tmp_path: Path) -> None:
        root = self.maildir(tmp_path / "Maildir")
        put(root / "cur" / "1763632920.M1.host:2,S")
        put(root / "new" / "1763632980.M2.host")
        put(root / "tmp" / "1763632981.M3.host")
        put(self.maildir(root, ".Sent") / "cur" / "1763632990.M4.host:2,RS")
        put(self.maildir(root, "Archive") / "cur" / "1763632991.M5.host:2,")
        found = {one.path.name.split(".")[1]: one for one in read(root)}
        assert {name: one.seen for name, one in found.items()} == {
            "M1": True,
            "M2": False,
            "M4": True,
            "M5": False,
        }
        assert found["M1"].at == datetime.fromtimestamp(1763632920, UTC)

    def test_what_servers_keep_beside_it_is_no_mail(self, tmp_path: Path) -> None:
        root = self.maildir(tmp_path)
        put(root / "dovecot-uidlist", b"3 V1 N2\n1 :x\n")
        put(root / "subscriptions", b"Sent\n")
        put(root / "cur" / ".hidden")
        assert read(root) == []

    def test_names_without_a_time(self, tmp_path: Path) -> None:
        root = self.maildir(tmp_path)
        path = put(root / "cur" / "message:2,S")
        put(root / "cur" / "99999999999999999999.x")
        os.utime(path, (THEN.timestamp(), THEN.timestamp()))
        wrong, named = read(root)
        assert "cannot be read" in wrong.reason
        assert named.at == THEN


class TestFolders:
    def test_all_that_lies_below_in_order(self, tmp_path: Path) -> None:
        put(tmp_path / "b" / "2.eml")
        put(tmp_path / "a.eml")
        mbox(tmp_path / "c.mbox", "one\n", "two\n")
        put(tmp_path / "b" / "notes.txt", b"no mail\n")
        put(tmp_path / ".hidden" / "x.eml")
        put(tmp_path / ".DS_Store", b"\0")
        found = [(one.path.name, one.row, bool(one.reason)) for one in read(tmp_path)]
        assert found == [
            ("a.eml", None, False),
            ("2.eml", None, False),
            ("notes.txt", None, True),
            ("c.mbox", 1, False),
            ("c.mbox", 2, False),
        ]

    def test_a_circle_of_links_ends(self, tmp_path: Path) -> None:
        put(tmp_path / "a.eml")
        (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
        assert len(read(tmp_path)) == 1

    def test_something_that_is_no_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        put(tmp_path / "a.eml")
        assert len(read(tmp_path)) == 1

    def test_python_s_own_collection(self) -> None:
        found = read(python_mail())
        assert sum(not one.reason for one in found if one.path.name.startswith("msg_")) >= 40
        assert all(one.reason for one in found if not one.path.name.startswith("msg_"))
