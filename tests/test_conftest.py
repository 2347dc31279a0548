"""The house rules of the suite hold: nobody leaves the machine, nobody sees the developer's home, nobody skips."""

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path

import platformdirs
import pytest

from tests import guard

OUTSIDE = [("192.0.2.1", 80), ("198.51.100.7", 443), ("10.0.0.1", 25), ("0.0.0.0", 80)]
ROOT = Path(__file__).parent.parent


class TestGuard:
    @pytest.mark.parametrize("address", OUTSIDE)
    def test_a_connection_to_outside_is_refused(self, address: tuple[str, int]) -> None:
        with socket.socket() as sock, pytest.raises(guard.OutsideRefusedError):
            sock.connect(address)
        assert guard.take_refusals()

    def test_a_datagram_to_outside_is_refused(self) -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(guard.OutsideRefusedError):
            sock.sendto(b"x", ("192.0.2.1", 53))
        assert guard.take_refusals()

    def test_listening_to_outside_is_refused(self) -> None:
        with socket.socket() as sock, pytest.raises(guard.OutsideRefusedError):
            sock.bind(("", 0))
        assert guard.take_refusals()

    def test_a_name_is_not_resolved(self) -> None:
        with pytest.raises(guard.OutsideRefusedError):
            socket.getaddrinfo("example.com", 80)
        with pytest.raises(guard.OutsideRefusedError):
            socket.gethostbyname("example.com")
        assert len(guard.take_refusals()) == 2

    async def test_neither_does_asyncio(self) -> None:
        with pytest.raises(guard.OutsideRefusedError):
            await asyncio.open_connection("example.com", 80)
        with pytest.raises(guard.OutsideRefusedError):
            await asyncio.open_connection("192.0.2.1", 80)
        assert guard.take_refusals()

    def test_a_library_is_refused_too(self) -> None:
        with pytest.raises(guard.OutsideRefusedError):
            smtplib.SMTP("192.0.2.1", 25, local_hostname="localhost")
        assert guard.take_refusals()

    def test_loopback_is_free(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            host, port = server.getsockname()
            with socket.create_connection(("localhost", port)) as client:
                assert client.getpeername() == (host, port)

    @pytest.mark.parametrize(
        "host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", b"localhost"]
    )
    def test_what_loopback_is(self, host: object) -> None:
        assert guard.is_loopback(host)

    @pytest.mark.parametrize(
        "host", ["", "0.0.0.0", "::", "example.com", "localhost.example.com", "::ffff:8.8.8.8", None]
    )
    def test_what_loopback_is_not(self, host: object) -> None:
        assert not guard.is_loopback(host)


class TestWorld:
    def test_home_is_empty_and_ours(self, own_world: Path) -> None:
        assert Path.home() == own_world
        assert Path(os.environ["AGENT_TUI_HOME"]).is_relative_to(own_world)
        assert platformdirs.user_config_path("agent-tui").is_relative_to(own_world)
        assert not list(own_world.iterdir())

    def test_zone_and_language_are_fixed(self) -> None:
        assert time.tzname == ("UTC", "UTC")
        assert os.environ["LC_ALL"] == "C.UTF-8"

    def test_no_settings_of_the_developer(self) -> None:
        ours = [name for name in os.environ if name.startswith("AGENT_TUI_")]
        assert ours == ["AGENT_TUI_HOME"]
        assert "NO_COLOR" not in os.environ


SKIPPING = {
    "test": "import pytest\ndef test_x():\n    pytest.skip('needs dovecot-imapd')\n",
    "mark": "import pytest\n@pytest.mark.skipif(True, reason='needs dovecot-imapd')\ndef test_x():\n    pass\n",
    "module": "import pytest\npytest.skip('needs dovecot-imapd', allow_module_level=True)\n",
}
SWALLOWING = """
import socket
def test_x():
    try:
        socket.create_connection(("192.0.2.1", 80))
    except BaseException:
        pass
"""


class TestRun:
    """The suite's own set-up, run on a small suite in another process."""

    def run(self, folder: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
        test = folder / "test_planted.py"
        test.write_text(source)
        rules = (
            f"-c{ROOT / 'pyproject.toml'}",
            f"--confcutdir={ROOT}",
            "-ptests.conftest",
            "-pno:cacheprovider",
        )
        command = [sys.executable, "-m", "pytest", "-q", *rules, f"--rootdir={folder}", str(test)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CI"))}
        return subprocess.run(
            command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False
        )

    @pytest.mark.parametrize("kind", SKIPPING)
    def test_a_skip_fails_in_ci(self, tmp_path: Path, kind: str) -> None:
        done = self.run(tmp_path, SKIPPING[kind], CI="true")
        assert done.returncode not in (0, 5), done.stdout
        assert "needs dovecot-imapd" in done.stdout

    @pytest.mark.parametrize("kind", ["test", "mark"])
    def test_a_skip_is_a_skip_elsewhere(self, tmp_path: Path, kind: str) -> None:
        done = self.run(tmp_path, SKIPPING[kind])
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 skipped" in done.stdout

    def test_a_swallowed_refusal_fails_the_test(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, SWALLOWING)
        assert done.returncode == 1
        assert "tests stay on loopback" in done.stdout

    def test_a_warning_is_an_error(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, "import warnings\ndef test_x():\n    warnings.warn('old')\n")
        assert done.returncode == 1, done.stdout
