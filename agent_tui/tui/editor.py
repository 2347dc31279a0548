"""The agent's own editor on a text: a file only she can read, gone afterwards. Blocks; knows nothing of the screen."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.text import clean

LONGEST = 1_000_000  # characters that are taken back


def command(environ: Mapping[str, str]) -> list[str]:
    """What VISUAL or EDITOR say, as words; vi without them. Raises UsageError."""
    said = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip() or "vi"
    try:
        return shlex.split(said)
    except ValueError as error:
        raise UsageError(
            _("EDITOR cannot be read: {said}").format(said=said), remedy=_("write it as EDITOR=nano")
        ) from error


def edit(text: str, words: list[str]) -> str:
    """The text after the editor was left. Raises UsageError when it failed: the text is as it was then."""
    with _kept(text) as path:
        try:
            code = subprocess.run([*words, str(path)], check=False).returncode  # noqa: S603 her own editor
            edited = path.read_bytes()
        except OSError as error:
            raise UsageError(
                _("{words} cannot be started: {strerror}").format(words=words[0], strerror=error.strerror),
                remedy=_("set EDITOR to a program that is there; your words are as they were"),
            ) from error
    if code:
        raise UsageError(
            _("{words} ended with {code}").format(words=words[0], code=code),
            remedy=_("your words are as they were"),
        )
    try:
        found = clean(edited.decode())
    except UnicodeDecodeError as error:
        raise UsageError(
            _("{words} did not save UTF-8 text").format(words=words[0]),
            remedy=_("your words are as they were"),
        ) from error
    if len(found) > LONGEST:
        raise UsageError(
            _("the text is longer than {longest} characters").format(longest=LONGEST),
            remedy=_("your words are as they were"),
        )
    return found.removesuffix("\n")


@contextmanager
def _kept(text: str) -> Iterator[Path]:
    """In a folder of its own (0700): what an editor puts beside the file is gone with it."""
    with tempfile.TemporaryDirectory(prefix="agent-tui-") as folder:
        path = Path(folder) / "reply.txt"
        with os.fdopen(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        yield path
