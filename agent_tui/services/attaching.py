"""Files that go with a reply: read from the agent's disk, held beside the words, refused in words when they cannot go."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent_tui.core.attachments import Attachment
from agent_tui.core.channel import File
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.text import clean_line
from agent_tui.services.about import ChannelInfo
from agent_tui.services.filing import attach

MEGABYTE = 1_000_000
LARGEST = 100 * MEGABYTE  # bytes; no channel takes more, and it is held in memory


@dataclass(frozen=True, slots=True)
class Attached:
    """A file and its bytes, as it was when it was attached."""

    attachment: Attachment
    data: bytes

    @property
    def file(self) -> File:
        """As a channel is given it."""
        return File(name=self.attachment.name, media_type=self.attachment.media_type, data=self.data)


def read(path: Path) -> Attached:
    """A file of the agent's. Raises UsageError in words: not there, no file, not readable, too large for any channel."""
    if path.is_dir():
        raise UsageError(
            _("{path} is a folder").format(path=path),
            remedy=_("attach the files in it, or pack them into one"),
        )
    try:
        if path.exists() and not path.is_file():
            raise UsageError(_("{path} is not a file").format(path=path), remedy=_("attach an ordinary file"))
        if path.stat().st_size > LARGEST:
            raise UsageError(
                _("{path} is larger than any channel takes").format(path=path),
                remedy=_("send a link to it instead"),
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(
            _("there is no file {path}").format(path=path), remedy=_("check its name")
        ) from error
    except OSError as error:
        raise UsageError(
            _("{path} cannot be read: {strerror}").format(path=path, strerror=error.strerror),
            remedy=_("check its permissions"),
        ) from error
    name = clean_line(path.name).lstrip(".") or "file"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return held(File(name=name, media_type=kind, data=data))


def named(text: str) -> Attached:
    """A file by its path as somebody types it; `~` is their own folder. Raises UsageError as `read` does."""
    try:
        return read(Path(text.strip()).expanduser())
    except (RuntimeError, ValueError) as error:
        raise UsageError(_("{text} is no path").format(text=text), remedy=_("check its name")) from error


def held(item: File) -> Attached:
    """A file with the record of it."""
    return Attached(attach([item], {})[0], item.data)


def sizes(files: Sequence[Attached]) -> tuple[tuple[str, int], ...]:
    """Their names, and how large they are in bytes."""
    return tuple((one.attachment.name, one.attachment.size) for one in files)


def check(sizes: Sequence[tuple[str, int]], channel: ChannelInfo) -> None:
    """Can a channel carry files of these names and sizes in bytes in one message? Raises UsageError when it cannot."""
    limit = channel.can.files
    if sizes and not limit:
        raise UsageError(
            _("{channel} cannot carry files").format(channel=channel.name),
            remedy=_("take them off, or answer on another channel"),
        )
    for name, size in sizes:
        if size > limit:
            raise UsageError(
                _("{name} is too large for {channel}: it takes up to {limit:.3g} MB").format(
                    name=name, channel=channel.name, limit=limit / MEGABYTE
                ),
                remedy=_("send a smaller file"),
            )
    if sum(size for _other, size in sizes) > limit:
        raise UsageError(
            _("together the files are too large for {channel}: it takes up to {limit:.3g} MB").format(
                channel=channel.name, limit=limit / MEGABYTE
            ),
            remedy=_("send them in two messages"),
        )
