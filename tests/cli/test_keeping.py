"""import and reindex: every message accounted for, twice is once, nothing written when only rehearsed."""

import mailbox
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.cli import schema
from tests.cli.conftest import Run
from tests.python_mail import python_mail
from tests.servers.corpus import Corpus
from tests.servers.maildir import write_maildir

SHOP = "hello@corner-bakery.example"
SMALL = 60


def mail(number: int, *, sender: str = "Ana <ana@example.com>", to: str = SHOP, text: str = "Hello") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, f"Mail {number}"
    message["Date"] = f"Fri, 20 Nov 2026 10:{number:02d}:00 +0000"
    message["Message-ID"] = f"<{number}@example.com>"
    message.set_content(text)
    return message.as_bytes()


def counts(document: dict[str, object]) -> tuple[object, ...]:
    return tuple(document[key] for key in ("new", "updated", "duplicates", "possible_duplicates"))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of three mails, one of them ours, and a shopping list."""
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "1.eml").write_bytes(mail(1))
    (folder / "2.eml").write_bytes(mail(2, sender=f"Rui <{SHOP}>", to="ana@example.com", text="Of course"))
    (folder / "3.eml").write_bytes(mail(3, text="Thank you"))
    (folder / "list.txt").write_text("flour\nbutter\n")
    return folder


class TestImport:
    def test_files_become_one_timeline_with_both_sides(self, empty: Path, run: Run, letters: Path) -> None:
        said = run(empty, "import", str(letters), "--json")
        assert said.code == 0
        assert schema.IMPORT(said.json)
        assert counts(said.json) == (3, 0, 0, 0)
        (rejected,) = said.json["rejected"]
        assert rejected["path"] == str(letters / "list.txt")
        assert rejected["row"] is None
        shown = run(empty, "show", "ana@example.com", "--json").json
        assert schema.SHOW(shown)
        assert [(entry["direction"], entry["text"]) for entry in shown["entries"]] == [
            ("in", "Hello"),
            ("out", "Of course"),
            ("in", "Thank you"),
        ]
        assert {entry["channel"] for entry in shown["entries"]} == {"mail"}
        assert shown["entries"][0]["at"] == "2026-11-20T10:01:00.000Z"

    def test_twice_is_once(self, empty: Path, run: Run, letters: Path) -> None:
        run(empty, "import", str(letters))
        before = run(empty, "show", "ana@example.com", "--json").json
        assert counts(run(empty, "import", str(letters), "--json").json) == (0, 0, 3, 0)
        assert run(empty, "show", "ana@example.com", "--json").json == before

    def test_one_id_for_two_different_mails_keeps_both(self, empty: Path, run: Run, letters: Path) -> None:
        (letters / "4.eml").write_bytes(mail(1, text="Something else altogether"))
        assert counts(run(empty, "import", str(letters), "--json").json) == (3, 0, 0, 1)
        assert counts(run(empty, "import", str(letters), "--json").json) == (0, 0, 4, 0)

    def test_a_rehearsal_tells_the_same_and_writes_nothing(
        self, empty: Path, run: Run, letters: Path
    ) -> None:
        (letters / "again.eml").write_bytes(mail(1))
        rehearsed = run(empty, "import", str(letters), "--dry-run", "--json").json
        assert run(empty, "inbox", "--all", "--json").json == []
        assert run(empty, "import", str(letters), "--json").json == rehearsed
        assert counts(rehearsed) == (3, 0, 1, 0)

    def test_an_mbox_names_the_message_that_is_none(self, empty: Path, run: Run, tmp_path: Path) -> None:
        box = mailbox.mbox(tmp_path / "archive.mbox")
        box.add(mailbox.mboxMessage(mail(1)))
        box.add(mailbox.mboxMessage(b"Subject: from nobody\n\nx\n"))
        box.close()
        said = run(empty, "import", str(tmp_path / "archive.mbox"), "--json").json
        assert counts(said) == (1, 0, 0, 0)
        assert [(one["row"], bool(one["reason"])) for one in said["rejected"]] == [(2, True)]

    def test_a_maildir_of_the_corpus(self, empty: Path, run: Run, tmp_path: Path) -> None:
        corpus = list(Corpus(seed=3, messages=SMALL))
        write_maildir(tmp_path / "Maildir", corpus)
        said = run(empty, "import", str(tmp_path / "Maildir"), "--json").json
        assert said["rejected"] == []
        assert sum(counts(said)) == SMALL  # type: ignore[arg-type]
        assert said["new"] + said["possible_duplicates"] == len({one.key for one in corpus})
        again = run(empty, "import", str(tmp_path / "Maildir"), "--json").json
        assert counts(again) == (0, 0, SMALL, 0)

    def test_without_a_mail_channel_it_is_called_import(
        self, tmp_path: Path, run: Run, letters: Path
    ) -> None:
        home = tmp_path / "home"
        assert run(home, "import", str(letters)).code == 0
        (home / "config.toml").write_text("")
        channels = {
            entry["channel"] for entry in run(home, "show", "ana@example.com", "--json").json["entries"]
        }
        assert channels == {"import"}

    def test_a_named_channel(self, empty: Path, run: Run, letters: Path) -> None:
        assert run(empty, "import", str(letters), "--channel", "import").code == 0
        said = run(empty, "import", str(letters), "--channel", "sms")
        assert (said.code, said.out) == (2, "")
        assert "there is no channel sms that reads mail" in said.err

    def test_a_path_there_is_not(self, empty: Path, run: Run) -> None:
        said = run(empty, "import", "/nothing/here", "--json")
        assert (said.code, said.out) == (2, "")

    def test_as_text(self, empty: Path, run: Run, letters: Path) -> None:
        said = run(empty, "import", str(letters))
        assert said.out == "3 new, 0 updated, 0 duplicates, 0 possible duplicates, 1 rejected\n"
        assert said.err == f"rejected: {letters / 'list.txt'}: it is neither a message nor an mbox\n"

    def test_a_sync_after_an_import_knows_them(self, empty: Path, run: Run, letters: Path) -> None:
        """What is imported into a channel's history is what that channel would have brought."""
        run(empty, "import", str(letters), "--channel", "mail")
        found = run(empty, "search", "Thank you", "--json").json
        assert [hit["type"] for hit in found] == ["message"]

    def test_python_s_own_collection_never_stops_it(self, empty: Path, run: Run) -> None:
        folder = python_mail()
        began = time.monotonic()
        said = run(empty, "import", str(folder), "--json")
        assert said.code == 0
        assert sum(counts(said.json)) + len(said.json["rejected"]) == len(list(folder.iterdir()))  # type: ignore[arg-type]
        assert time.monotonic() - began < 60
        kept = run(empty, "inbox", "--all", "--json")
        assert schema.INBOX(kept.json)
        for row in kept.json:
            assert schema.SHOW(run(empty, "show", row["customer_id"], "--json").json)


class TestReindex:
    def test_everything_is_as_before(self, home: Path, run: Run) -> None:
        before = [
            run(home, "show", row["customer_id"], "--json").json
            for row in run(home, "inbox", "--all", "--json").json
        ]
        said = run(home, "reindex", "--json")
        assert said.code == 0
        assert said.json["problems"] == []
        assert said.json["customers"] == len(before)
        after = [
            run(home, "show", row["customer_id"], "--json").json
            for row in run(home, "inbox", "--all", "--json").json
        ]
        assert after == before

    def test_the_index_may_be_thrown_away(self, home: Path, run: Run) -> None:
        import shutil

        found = run(home, "search", "nut", "--json").json
        shutil.rmtree(home / "data" / "cache")
        assert run(home, "reindex").code == 0
        assert run(home, "search", "nut", "--json").json == found

    def test_what_was_set_aside_is_said(self, home: Path, run: Run) -> None:
        journal = next((home / "data" / "addresses").rglob("timeline.jsonl"))
        journal.write_bytes(b"{ this is no document\n" + journal.read_bytes())
        said = run(home, "reindex")
        assert said.code == 1
        assert "set aside" in said.err
