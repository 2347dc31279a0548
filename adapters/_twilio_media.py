"""The pictures and files of a message, fetched once and kept as our own: the provider's addresses are never shown."""

import mimetypes
import re

from adapters._twilio_api import Api, Lost
from agent_tui.core.channel import File
from agent_tui.core.errors import Unavailable
from agent_tui.core.language import many

MOST = 10  # files of one message; a provider's limit
_SID = re.compile(r"ME[0-9a-fA-F]{32}")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")


async def files(api: Api, sid: str) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files of a message, and a notice for those that are not there any more.

    Raises Unavailable, NeedsPerson.
    """
    try:
        rows = await api.media(sid)
    except Lost:
        return (), (gone(),)
    found: list[File] = []
    lost = 0
    for number, row in enumerate(rows[:MOST], 1):
        name = row.get("sid")
        if not isinstance(name, str) or not _SID.fullmatch(name):
            lost += 1
            continue
        try:
            answer = await api.file(sid, name)
        except Lost:
            lost += 1
            continue
        found.append(_file(number, row.get("content_type"), answer.body))
    lost += max(0, len(rows) - MOST)
    return tuple(found), (gone(lost),) if lost else ()


def gone(number: int = 1) -> str:
    """A notice for what cannot be shown."""
    return many("a file of it could not be fetched", "{n} files of it could not be fetched", number)


def _file(number: int, said: object, data: bytes) -> File:
    kind = said.lower().partition(";")[0].strip() if isinstance(said, str) else ""
    kind = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
    word = "picture" if kind.startswith("image/") else "file"
    return File(name=f"{word}-{number}{mimetypes.guess_extension(kind) or ''}", media_type=kind, data=data)


class Patience:
    """A message whose files cannot be fetched now is held back, three looks at most; then it comes without them."""

    TRIES = 3

    def __init__(self) -> None:
        self._tries: dict[str, int] = {}

    async def files(self, api: Api, sid: str) -> tuple[tuple[File, ...], tuple[str, ...]] | None:
        """The files and notices; None: not yet."""
        try:
            found = await files(api, sid)
        except Unavailable:
            self._tries[sid] = tries = self._tries.get(sid, 0) + 1
            if tries < self.TRIES:
                return None
            found = (), (gone(),)
        self._tries.pop(sid, None)
        return found
