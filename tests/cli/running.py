"""Runs a command, in this process or in one of its own, and keeps what it said."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = """\
agent = "Rui"
business = "Corner Bakery"
home_country = "PT"

[channels.mail]
kind = "demo"
medium = "email"
address = "hello@corner-bakery.example"

[channels.sms]
kind = "demo"
medium = "sms"
address = "+351210000000"

[channels.website]
kind = "demo"
medium = "web"

[channels.telegram]
kind = "demo"
medium = "chat"
"""


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


def spawn(home: Path, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Said:
    """Run the program in a process of its own."""
    done = subprocess.run(
        command(home, arguments),
        input=stdin.encode(),
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **(env or {})},
    )
    return Said(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def command(home: Path, arguments: Sequence[str]) -> list[str]:
    """How to start it."""
    return [sys.executable, "-W", "error", "-m", "agent_tui", "--home", str(home), *arguments]
