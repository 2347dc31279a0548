"""The chat server as a program of its own: started, told to stop, and killed."""

import itertools
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.servers import chat
from tests.servers.chat import Visitor
from tests.servers.process import free_ports, wait_until

PROGRAM = """
import sys
from pathlib import Path
from adapters._chat_server import serve
serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3:], lambda text: print(text, flush=True))
"""
LIMITS = "limits = { burst = 100000, messages = 100000, all_messages = 1000000 }\n"


class Program:
    """The server in a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        [port] = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        folder.mkdir()
        (folder / "chat.toml").write_text(LIMITS)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """What it says when it is there."""
        command = [
            sys.executable,
            "-c",
            PROGRAM,
            self.url.removeprefix("http://"),
            str(self.folder),
            chat.WEBSITE,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def end(self, by: signal.Signals) -> tuple[int, str]:
        """Its exit code, and the rest of what it said."""
        assert self._process is not None
        self._process.send_signal(by)
        rest, _ = self._process.communicate(timeout=30)
        code = self._process.returncode
        self._process = None
        return code, rest

    @property
    def running(self) -> bool:
        return self._process is not None

    def events(self) -> list[dict[str, object]]:
        """Everything it has for the terminal."""
        token = (self.folder / "agent-token").read_text().strip()
        with httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        ) as agent:
            events: list[dict[str, object]] = []
            cursor = ""
            while True:
                page = agent.get("/agent/events", params={"after": cursor}).json()
                events, cursor = events + page["events"], page["cursor"]
                if not page["more"]:
                    return events


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path / "chat")
    yield made
    if made.running:
        made.end(signal.SIGKILL)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_ends_when_told(program: Program, by: signal.Signals) -> None:
    said = program.start()
    assert program.url in said
    token = (program.folder / "agent-token").read_text().strip()
    assert token not in said
    assert (program.folder / "agent-token").stat().st_mode & 0o777 == 0o600
    assert Visitor(program.url).say("hello")["t"] == "ack"
    code, rest = program.end(by)
    assert (code, rest) == (0, "")
    program.start()
    assert (program.folder / "agent-token").read_text().strip() == token
    assert [event["text"] for event in program.events()] == ["hello"]


def test_killed_at_any_moment_it_keeps_what_it_said_it_keeps(program: Program) -> None:
    acknowledged: list[str] = []
    numbers = itertools.count()
    token = chat.token()
    for round_number in range(4):
        program.start()
        failed = threading.Event()

        def write(failed: threading.Event = failed) -> None:
            try:
                visitor = Visitor(program.url, token=token)
                while True:
                    text = f"word {next(numbers)}"
                    assert visitor.say(text, text)["t"] == "ack"
                    acknowledged.append(text)
            except ConnectionClosed:
                failed.set()

        writer = threading.Thread(target=write)
        writer.start()
        enough = (round_number + 1) * 50
        wait_until(lambda enough=enough: len(acknowledged) >= enough, "some words")  # type: ignore[misc]
        program.end(signal.SIGKILL)
        writer.join(30)
        assert failed.is_set()
    program.start()
    kept = [event["text"] for event in program.events()]
    assert len(kept) == len(set(kept))
    assert set(acknowledged) <= set(kept)
    assert len(kept) - len(acknowledged) <= 4  # at each death one may be kept and not yet acknowledged
