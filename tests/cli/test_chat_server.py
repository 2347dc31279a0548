"""webchat-server: what it says, what it refuses, and how it ends."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.running import command
from tests.servers import chat
from tests.servers.process import free_ports


def test_it_serves_until_told_to_end(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    data, listen = tmp_path / "chat", f"127.0.0.1:{port}"
    words = ["webchat-server", "--listen", listen, "--data", str(data), "--origin", chat.WEBSITE]
    with subprocess.Popen(
        command(tmp_path / "home", words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        assert server.stderr.readline() == (
            f"the chat server listens at http://{listen}; the agent's token is in {data / 'agent-token'}\n"
        )
        assert chat.Visitor(f"http://{listen}").say("hello")["t"] == "ack"
        server.send_signal(signal.SIGTERM)
        assert server.communicate(timeout=30) == ("", "")
    assert server.returncode == 0
    assert {path.stat().st_mode & 0o777 for path in data.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing option '--listen'"),
        (["--listen", "8420", "--origin", chat.WEBSITE], "not a place to listen"),
        (["--listen", "127.0.0.1:0", "--origin", "www.example.com"], "not the address of a website"),
        (
            ["--listen", "127.0.0.1:0", "--origin", chat.WEBSITE, "--public-url", "x"],
            "not the address of a website",
        ),
    ],
)
def test_a_mistake_is_named_and_nothing_is_served(
    run: Run, tmp_path: Path, words: list[str], said: str
) -> None:
    done = run(
        tmp_path / "home", "webchat-server", *words, *(["--data", str(tmp_path / "chat")] if words else [])
    )
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_mistake_in_its_file_names_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chat.toml").write_text("titel = 'Bakery'\n")
    words = ["--listen", "127.0.0.1:0", "--data", str(tmp_path), "--origin", chat.WEBSITE]
    done = run(tmp_path / "home", "webchat-server", *words)
    assert done.code == 2
    assert "chat.toml: titel is not known" in done.err
    assert "did you mean title?" in done.err


def test_a_place_that_is_taken_is_said_so(run: Run, tmp_path: Path) -> None:
    with chat.Site(tmp_path / "one") as site:
        words = [
            "--listen",
            site.url.removeprefix("http://"),
            "--data",
            str(tmp_path / "two"),
            "--origin",
            chat.WEBSITE,
        ]
        done = run(tmp_path / "home", "webchat-server", *words)
        assert done.code == 1
        assert "cannot listen" in done.err
