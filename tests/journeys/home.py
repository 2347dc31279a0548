"""A shop's home folder with one mail account, and the program run on it as its owner would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.servers.corpus import SHOP_ADDRESS
from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).parents[2]
SHOP = SHOP_ADDRESS
USER = SmtpServer.user  # how both servers know it


class Home:
    """`run` a command to its end, or `start` one and kill it."""

    def __init__(
        self, root: Path, *, imap_port: int, smtp_port: int = 1, user: str = USER, more: str = ""
    ) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        (root / "config.toml").write_text(
            f"""
agent = "Rui"
business = "Corner Bakery"
undo_seconds = {{ email = 0 }}

[channels.mail]
kind = "imap"
address = "{SHOP}"
name = "Corner Bakery"
username = "{user}"
password = {{ env = "SHOP_PASSWORD" }}
imap = {{ host = "127.0.0.1", port = {imap_port}, tls = "none" }}
smtp = {{ host = "127.0.0.1", port = {smtp_port}, tls = "none" }}
since_days = 0
{more}
""",
            encoding="utf-8",
        )

    @property
    def data(self) -> Path:
        return self.root / "data"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "agent_tui", "--home", str(self.root), *arguments]

    def environment(self) -> dict[str, str]:
        return os.environ | {"SHOP_PASSWORD": "secret", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}

    def run(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        """What the command prints; it must end with `code`."""
        done = subprocess.run(
            self.command(*arguments),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self.environment(),
            cwd=self.root,
            timeout=600,
            check=False,
        )
        assert done.returncode == code, (
            f"{arguments}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr}"
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def json(self, *arguments: str, stdin: str = "", code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", stdin=stdin, code=code))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
            cwd=self.root,
        )

    def once(self) -> dict[str, Any]:
        """One round with the mail channel, which must go well."""
        summary: dict[str, Any] = self.json("sync", "--once")["channels"]["mail"]
        assert summary["error"] is None, summary
        return summary

    def timelines(self) -> Iterator[dict[str, Any]]:
        """Every customer with all that was said."""
        for row in self.json("inbox", "--all", "--limit", "100000"):
            yield self.json("show", row["customer_id"], "--limit", "100000")
