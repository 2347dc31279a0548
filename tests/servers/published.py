"""Twilio's published OpenAPI document, and a validator that stands between whoever asks and whoever answers.

with Published(server.url) as watched:
    ...                          # talk to watched.url instead
    assert watched.violations() == []

The document is inside the npm package ``@twilio/cli-core``; Prism (``@stoplight/prism-cli``) holds every request and
every answer against it. Both are installed beside the virtual environment by ``scripts/setup system``. What the
document itself gets wrong or leaves out is passed over (`KNOWN`), with why.
"""

import contextlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from tests.servers.process import HOST, Server, free_ports, greets_http, wait_until

FOLDER = Path(sys.prefix) / "share" / "twilio-openapi"
PRISM = FOLDER / "node_modules" / ".bin" / "prism"
DOCUMENT = FOLDER / "node_modules" / "@twilio" / "cli-core" / "src/services/twilio-api/twilio_api_v2010.json"
KNOWN = (
    'must match format "uri"',  # the provider links pages by paths, as its own examples do; the document says URI
    "Unable to match the returned status code",  # answers that say no are in no operation of the document
)
_BYTES = re.compile(r"get \S+/Media/ME[0-9a-f]{32} .*route not found")
"""A file itself, at its address without ``.json``: told of on the page of the media resource, not in the document."""

_REQUEST = re.compile(r"\[HTTP SERVER\] (\w+ \S+) .*Request received")
_VIOLATION = re.compile(r"Violation: (.+)$")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def available() -> str | None:
    """None if the validator can run here, else what is missing."""
    return None if PRISM.exists() and DOCUMENT.exists() else "nodejs and npm (then scripts/setup system)"


class Published(Server):
    """Prism before a server; `url` is where to ask."""

    def __init__(self, upstream: str) -> None:
        super().__init__()
        [self._port] = free_ports(1)
        self._upstream = upstream
        self._log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._log = tempfile.NamedTemporaryFile(prefix="prism-")  # noqa: SIM115 - closed when it stops
        self._process = subprocess.Popen(
            [str(PRISM), "proxy", str(DOCUMENT), self._upstream, "--host", HOST, "--port", str(self._port)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(lambda: greets_http(self._port), "Prism", 60)

    def stop(self) -> None:
        """End it."""
        super().stop()
        if self._log is not None:
            self._log.close()

    def asked(self) -> int:
        """How many requests it has seen."""
        return self._said().count("Request received")

    def violations(self) -> list[str]:
        """What does not agree with the document, after the request it was found in, but for what is known."""
        found, request = [], ""
        for line in self._said().splitlines():
            if match := _REQUEST.search(line):
                request = match[1]
            elif match := _VIOLATION.search(line):
                found.append(f"{request} {match[1]}")
        return [words for words in found if not _is_known(words)]

    def _said(self) -> str:
        assert self._log is not None
        with contextlib.suppress(OSError):
            return _COLOURS.sub("", Path(self._log.name).read_text(encoding="utf-8", errors="replace"))
        return ""


def _is_known(words: str) -> bool:
    return any(known in words for known in KNOWN) or _BYTES.search(words) is not None
