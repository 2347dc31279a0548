"""reply and note: queued durably, by whoever is meant, and never by accident."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli import schema
from tests.cli.conftest import Run
from tests.cli.running import spawn


def entries(home: Path, run: Run, who: str) -> list[dict[str, Any]]:
    found = run(home, "show", who, "--json").json["entries"]
    assert isinstance(found, list)
    return found


class TestReply:
    def test_it_goes_where_they_wrote_last_and_waits_for_the_undo(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Dan Roth", "--text", "It is on its way.", "--json")
        assert said.code == 0
        assert schema.REPLY(said.json)
        assert said.json["channel"] == "mail"
        assert said.json["to"] == ["email:dan.roth@example.org"]
        assert said.json["delivery"] == "queued"
        newest = entries(home, run, "Dan Roth")[-1]
        assert newest["id"] == said.json["id"]
        assert (newest["text"], newest["delivery"], newest["at"]) == (
            "It is on its way.",
            "queued",
            newest["at"],
        )
        assert said.json["send_at"] > str(newest["at"])
        assert newest["subject"] == "Re: Invoice 2214"

    def test_now_skips_the_undo(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Dan Roth", "--text", "Now.", "--now", "--json")
        assert said.json["send_at"] == entries(home, run, "Dan Roth")[-1]["at"]

    def test_the_words_may_come_from_stdin(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Olena", "--json", stdin="Добрий день!\nТак, звичайно.\n")
        assert said.code == 1  # nobody is called that in her own letters
        said = run(home, "reply", "Олена Коваленко", "--json", stdin="Добрий день!\nТак, звичайно.\n")
        assert entries(home, run, "Олена Коваленко")[-1]["text"] == "Добрий день!\nТак, звичайно."

    def test_it_says_to_whom_and_that_nobody_sends(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Dan Roth", "--text", "Soon.")
        key = entries(home, run, "Dan Roth")[-1]["id"]
        assert said.out == f"{key} queued\n"
        assert "Reply by email to dan.roth@example.org, from hello@corner-bakery.example" in said.err
        assert "nobody hosts the channel now" in said.err

    def test_on_another_channel(self, home: Path, run: Run) -> None:
        said = run(home, "reply", "Ana Sousa", "--on", "sms", "--text", "Nut free!", "--json")
        assert (said.json["channel"], said.json["to"]) == ("sms", ["phone:+351912345678"])

    def test_to_and_cc_and_a_subject(self, home: Path, run: Run) -> None:
        said = run(
            home, "reply", "Sofia Lindqvist", "--to", "sofia@example.org", "--cc", "joao@example.com",
            "--subject", "The  recipe", "--text", "With pleasure.", "--json",
        )  # fmt: skip
        newest = entries(home, run, "Sofia Lindqvist")[-1]
        assert newest["to"] == ["email:sofia@example.org"]
        assert newest["cc"] == ["email:joao@example.com"]
        assert newest["subject"] == "The recipe"
        assert "sofia@example.org is not known as an address of Sofia Lindqvist" in said.err

    def test_files_go_along(self, home: Path, run: Run, tmp_path: Path) -> None:
        (tmp_path / ".invoice 2214.pdf").write_bytes(b"%PDF-1.4")
        run(
            home,
            "reply",
            "Dan Roth",
            "--text",
            "Here",
            "--attach",
            str(tmp_path / ".invoice 2214.pdf"),
            "--json",
        )
        (file,) = entries(home, run, "Dan Roth")[-1]["attachments"]
        assert (file["name"], file["media_type"], file["size"]) == ("invoice 2214.pdf", "application/pdf", 8)

    def test_it_is_sent_by_whoever_hosts_the_channel(self, home: Path, run: Run) -> None:
        run(home, "reply", "Dan Roth", "--text", "Now.", "--now")
        assert entries(home, run, "Dan Roth")[-1]["delivery"] == "queued"
        summary = run(home, "sync", "--once", "--json").json["channels"]["mail"]
        assert (summary["sent"], summary["failed"]) == (1, 0)
        newest = entries(home, run, "Dan Roth")[-1]
        assert newest["delivery"] == "sent"
        assert newest["external_id"]
        assert run(home, "sync", "--once", "--json").json["channels"]["mail"]["sent"] == 0

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["Zacharias", "--text", "x"], 1, "nobody is called"),
            (["Ana Sousa", "--text", "  "], 2, "the reply is empty"),
            (["Ana Sousa", "--text", "x", "--on", "pigeon"], 2, "there is no channel pigeon"),
            (["Dan Roth", "--text", "x", "--on", "sms"], 2, "has no address on sms"),
            (["João Pinto", "--text", "x", "--cc", "a@example.com"], 2, "cannot copy"),
            (["Dan Roth", "--text", "x", "--to", "nobody"], 2, "'nobody' is not an address"),
            (["João Pinto", "--text", "x" * 1601], 2, "1 characters too long"),
            (["Dan Roth", "--text", "x", "--attach", "/nothing/here"], 2, "does not exist"),
            ([], 2, "Missing argument"),
        ],
    )
    def test_what_cannot_be_queued_is_not(
        self, home: Path, run: Run, arguments: list[str], code: int, words: str
    ) -> None:
        said = run(home, "reply", *arguments, "--json")
        assert (said.code, said.out) == (code, "")
        assert words in said.err
        assert run(home, "search", "is:open", "--json").code == 0
        assert all(entry.get("delivery") != "queued" for entry in entries(home, run, "Dan Roth"))

    def test_bytes_that_are_no_text(self, home: Path) -> None:
        import subprocess

        from tests.cli.running import command

        done = subprocess.run(
            command(home, ["reply", "Dan Roth"]), input=b"caf\xe9", capture_output=True, check=False
        )
        assert done.returncode == 2
        assert b"not UTF-8" in done.stderr

    def test_what_a_terminal_would_obey_is_not_sent_on(self, home: Path, run: Run) -> None:
        run(home, "reply", "Dan Roth", "--text", "a\x1b]0;x\x07b\u202ec")
        assert entries(home, run, "Dan Roth")[-1]["text"] == "ab<U+202E>c"


class TestNote:
    def test_it_is_written_and_goes_nowhere(self, home: Path, run: Run) -> None:
        said = run(home, "note", "Ana Sousa", "--text", "likes marzipan-free")
        newest = entries(home, run, "Ana Sousa")[-1]
        assert said.out == f"{newest['id']}\n"
        assert (newest["type"], newest["author"], newest["text"]) == ("note", "Rui", "likes marzipan-free")
        channels = run(home, "sync", "--once", "--json").json["channels"]
        assert all(summary["sent"] == 0 for summary in channels.values())

    def test_from_stdin_and_as_json(self, home: Path, run: Run) -> None:
        said = run(home, "note", "Ana Sousa", "--json", stdin="two\nlines\n")
        assert schema.NOTE(said.json)
        assert said.json["text"] == "two\nlines"

    def test_an_empty_one_is_refused(self, home: Path, run: Run) -> None:
        said = run(home, "note", "Ana Sousa", stdin="\n")
        assert (said.code, said.out) == (2, "")


def test_in_a_process_of_its_own(home: Path) -> None:
    said = spawn(home, "reply", "Dan Roth", "--json", stdin="Done, Dan.\n")
    assert said.code == 0
    assert schema.REPLY(said.json)
    shown = spawn(home, "show", "Dan Roth", "--json").json["entries"][-1]
    assert shown["text"] == "Done, Dan."


def test_a_call_is_logged(home: Path, run: Run) -> None:
    said = run(
        home, "call-log", "Dan Roth", "--text", "By Friday", "--minutes", "5", "--they-called", "--json"
    )
    assert said.json["call"] == {"direction": "in", "minutes": 5}
    assert run(home, "show", "Dan Roth", "--json").json["entries"][-1] == said.json
    assert run(home, "call-log", "Dan Roth", "--minutes", "9999").code == 2
