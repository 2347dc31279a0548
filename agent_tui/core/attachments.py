"""Files with a message, and words with their files that wait for another channel. Part of `model`."""

from dataclasses import dataclass

from agent_tui.core.addresses import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came or goes with a message; its bytes are kept beside the journal under `digest` (SHA-256, hex)."""

    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Unsent words begun for one channel, while the draft itself is for another."""

    channel: str
    text: str = ""
    subject: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    attachments: tuple[Attachment, ...] = ()
