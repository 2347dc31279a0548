"""Which attempt became which message: what makes it certain that nothing is sent twice.

Twilio has no idempotency key and no field to put ours in, so an attempt is written down before the request and its
name (SID) after it. An attempt without one is looked for in the provider's list, by number and words; a name that one
attempt has taken is never another's. Kept in the channel's folder as lines of JSON, without a number or a word of
anyone in them: `print` is a keyed hash of both. Without a folder it lasts as long as the process.
"""

import hmac
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from agent_tui.core.errors import NeedsPerson, Unavailable
from agent_tui.core.language import _
from agent_tui.core.segments import plain

KEPT = timedelta(days=7)
"""How long a finished attempt is remembered: longer than anybody may still be unsure of it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message on its way: when it was first tried, what tells it in a list, and its name once known."""

    at: datetime
    print: str
    sid: str = ""


class Ledger:
    """The attempts of one channel. `secret` keys the prints. Making one raises NeedsPerson."""

    def __init__(self, folder: Path | None, secret: bytes, now: datetime) -> None:
        self._file = folder / "attempts.jsonl" if folder else None
        self._secret = secret
        self._attempts: dict[str, Attempt] = {}
        self._keys: dict[str, str] = {}
        try:
            self._load(now - KEPT)
        except OSError as error:
            raise NeedsPerson(
                _("the file of attempts cannot be read or written: {strerror}").format(
                    strerror=error.strerror
                ),
                remedy=_("check the permissions of {folder}").format(folder=folder),
            ) from error

    def print(self, to: str, text: str) -> str:
        """The same for the same words to the same number, however the provider spaces and quotes them."""
        words = " ".join(plain(text).split())
        data = f"{to}\0{words}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, data, sha256).hexdigest()[:32]

    def begin(self, key: str, at: datetime, print_: str) -> None:
        """It is about to be sent; durable when this returns. Raises Unavailable."""
        attempt = Attempt(at, print_)
        try:
            self._write(_line(key, attempt))
        except OSError as error:
            raise Unavailable(
                _("nothing is sent, because the attempt cannot be written down: {strerror}").format(
                    strerror=error.strerror
                ),
                remedy=_("make room on the disk, or check the permissions of the data folder"),
            ) from error
        self._keep(key, attempt)

    def claim(self, key: str, sid: str, at: datetime) -> None:
        """It became this message. Known at least as long as the process, whatever the disk says."""
        known = self._attempts.get(key)
        attempt = Attempt(known.at if known else at, known.print if known else "", sid)
        self._keep(key, attempt)
        self._try_write(_line(key, attempt))

    def drop(self, key: str) -> None:
        """It did not leave."""
        if self._attempts.pop(key, None) is not None:
            self._try_write({"key": key})

    def sid(self, key: str) -> str:
        """What it became; nothing while that is not known."""
        attempt = self._attempts.get(key)
        return attempt.sid if attempt else ""

    def key(self, sid: str) -> str | None:
        """Which of ours a message is."""
        return self._keys.get(sid)

    def started(self, key: str) -> datetime | None:
        """When it was tried."""
        attempt = self._attempts.get(key)
        return attempt.at if attempt else None

    def open(self, print_: str) -> tuple[Attempt, ...]:
        """Attempts of these words to this number of which nobody knows what they became."""
        return tuple(a for a in self._attempts.values() if a.print == print_ and not a.sid)

    def _keep(self, key: str, attempt: Attempt) -> None:
        self._attempts[key] = attempt
        if attempt.sid:
            self._keys[attempt.sid] = key

    def _try_write(self, line: Mapping[str, str]) -> None:
        """What the disk does not take is found again in the provider's list."""
        try:
            self._write(line)
        except OSError as error:
            _log.warning("what became of an attempt cannot be written down: %s", error.strerror)

    def _write(self, line: Mapping[str, str]) -> None:
        if self._file is None:
            return
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(handle, "ab") as file:  # noqa: PTH123 - of a handle whose permissions are set
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _load(self, since: datetime) -> None:
        """Read what there is, leave out what is old, and write the rest anew."""
        if self._file is None:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._file.exists():
            return
        for key, attempt in _lines(self._file):
            if attempt is None:
                self._attempts.pop(key, None)
            elif attempt.at >= since:
                self._keep(key, attempt)
        fresh = self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text("".join(json.dumps(_line(k, a)) + "\n" for k, a in self._attempts.items()), "utf-8")
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self._file)


def _line(key: str, attempt: Attempt) -> dict[str, str]:
    return {"key": key, "at": attempt.at.isoformat(), "print": attempt.print, "sid": attempt.sid}


def _lines(path: Path) -> Iterator[tuple[str, Attempt | None]]:
    """What is written; a line that was cut off by a crash is left out."""
    for line in path.read_bytes().splitlines():
        try:
            said = json.loads(line)
            if "at" not in said:
                yield str(said["key"]), None
                continue
            at = datetime.fromisoformat(said["at"]).astimezone(UTC)
            yield str(said["key"]), Attempt(at, str(said["print"]), str(said["sid"]))
        except (ValueError, KeyError, TypeError):
            _log.warning("a line of %s cannot be read", path.name)
