"""check, sync and serve: what they say of each channel, and how a running host ends."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli import schema
from tests.cli.conftest import Run
from tests.cli.running import command
from tests.servers.process import free_ports, wait_until

IMAP = """
[channels.post]
kind = "imap"
address = "hello@corner-bakery.example"
password = {{ env = "POST_PASSWORD" }}
imap = {{ host = "127.0.0.1", port = {port}, tls = "none" }}
smtp = {{ host = "127.0.0.1", port = {port}, tls = "none" }}
"""


def broken(home: Path) -> Path:
    """The home, with one more channel whose server does not listen."""
    (port,) = free_ports(1)
    with (home / "config.toml").open("a") as file:
        file.write(IMAP.format(port=port))
    return home


class TestCheck:
    def test_one_line_for_each_channel_and_the_store(self, empty: Path, run: Run) -> None:
        said = run(empty, "check", "--json")
        assert said.code == 0
        assert schema.CHECK(said.json)
        assert [row["name"] for row in said.json] == ["mail", "sms", "website", "telegram", "store"]
        assert [line.split()[-1] for line in run(empty, "check").out.splitlines()] == ["ok"] * 5

    def test_what_is_wrong_and_what_to_do(
        self, empty: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POST_PASSWORD", "secret")
        said = run(broken(empty), "check", "--json")
        assert said.code == 1
        assert schema.CHECK(said.json)
        (row,) = [row for row in said.json if row["name"] == "post"]
        assert (row["kind"], row["ok"]) == ("imap", False)
        assert "refuses connections" in row["problem"]
        assert row["remedy"]
        assert all(other["ok"] for other in said.json if other["name"] != "post")

    def test_a_secret_there_is_not(self, empty: Path, run: Run) -> None:
        (row,) = [row for row in run(broken(empty), "check", "--json").json if row["name"] == "post"]
        assert "POST_PASSWORD is not set" in row["problem"]

    def test_a_store_of_a_newer_program(self, home: Path, run: Run) -> None:
        path = home / "data" / "store.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "format": 999}))
        said = run(home, "check", "--json")
        assert said.code == 1
        assert [(row["name"], row["ok"]) for row in said.json] == [("store", False)]
        assert "newer version" in said.json[0]["problem"]
        assert run(home, "inbox").code == 1

    def test_another_owner_of_our_folders_is_named(
        self, empty: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owners = {"adapters": ["agent-tui-desk", "adapters"], "storage": ["agent-tui-desk"]}
        monkeypatch.setattr("importlib.metadata.packages_distributions", lambda: owners)
        said = run(empty, "check")
        assert said.code == 0
        assert said.err.startswith("warning: adapters installs a package adapters too")


class TestSyncOnce:
    def test_a_summary_for_each_channel(self, empty: Path, run: Run) -> None:
        said = run(empty, "sync", "--once", "--json")
        assert said.code == 0
        assert schema.sync(said.json)
        assert set(said.json["channels"]) == {"mail", "sms", "website", "telegram"}

    def test_a_channel_in_trouble_is_said_and_the_others_go_on(
        self, empty: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POST_PASSWORD", "secret")
        said = run(broken(empty), "sync", "--once", "--json")
        assert said.code == 1
        assert schema.sync(said.json)
        assert "refuses connections" in said.json["channels"]["post"]["error"]
        assert said.json["channels"]["mail"]["error"] is None
        assert "agent-tui: post: " in said.err

    def test_no_channels_are_none(self, tmp_path: Path, run: Run) -> None:
        (tmp_path / "config.toml").write_text("")
        assert run(tmp_path, "sync", "--once", "--json").json == {"channels": {}}
        said = run(tmp_path, "sync")
        assert (said.code, said.out) == (2, "")

    def test_as_text(self, empty: Path, run: Run) -> None:
        line = run(empty, "sync", "--once").out.splitlines()[0]
        assert line == "mail: 0 received, 0 duplicates, 0 unreadable, 0 sent, 0 failed, 0 unsure"


@contextmanager
def hosting(home: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program hosting channels in a process of its own, once all of them are well."""
    errors = home / "stderr"
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            command(home, arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr
        ) as process,
    ):
        try:
            wait_until(lambda: errors.read_text().count(": ok") == 4, "all channels to be well")
            yield process
        finally:
            if process.poll() is None:
                process.kill()


class TestSync:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("name", ["sync", "serve"])
    def test_it_ends_well_and_soon_when_asked(self, home: Path, number: signal.Signals, name: str) -> None:
        with hosting(home, name, "--json") as process:
            began = time.monotonic()
            process.send_signal(number)
            out, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 5
        assert process.returncode == 0
        assert schema.sync(json.loads(out))
        assert "Traceback" not in (home / "stderr").read_text()

    def test_a_reply_from_elsewhere_leaves_at_once_and_is_answered(self, home: Path, run: Run) -> None:
        with hosting(home, "sync", "--json") as process:
            said = run(home, "reply", "Ana Sousa", "--text", "Nut free!", "--now")
            assert "nobody hosts" not in said.err

            def newest() -> dict[str, object]:
                found: dict[str, object] = run(home, "show", "Ana Sousa", "--json").json["entries"][-1]
                return found

            wait_until(lambda: str(newest().get("text")).startswith("Oh good"), "her answer", 30)
            entries = run(home, "show", "Ana Sousa", "--json").json["entries"]
            ours = next(entry for entry in entries if entry.get("text") == "Nut free!")
            assert ours["delivery"] == "read"
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=20)
        website = json.loads(out)["channels"]["website"]
        assert website["sent"] == 1
        assert website["received"] >= 1

    def test_a_second_host_waits_for_the_first(self, home: Path, run: Run) -> None:
        with hosting(home, "sync"):
            said = run(home, "sync", "--once", "--json")
        assert said.code == 1
        errors = {summary["error"] for summary in said.json["channels"].values()}
        assert errors == {"another agent-tui is looking after this channel"}

    def test_killed_it_leaves_the_channels_to_the_next(self, home: Path, run: Run) -> None:
        with hosting(home, "sync") as process:
            process.kill()
            process.wait(timeout=10)
        assert run(home, "sync", "--once", "--json").code == 0
