"""The files of a message, fetched before it is filed: Telegram keeps them for us as long as the message waits.

A file that cannot be had never stands in the way: after a few tries the message comes with a notice instead. Unless
Telegram answers nothing else either: then it is not the file, and the message waits.
"""

import asyncio
from collections.abc import Iterable

from adapters._telegram_api import LARGEST_DOWNLOAD, Api, Lost
from adapters._telegram_events import Wanted
from agent_tui.core.channel import File
from agent_tui.core.errors import Unavailable
from agent_tui.core.language import _

WAITS = (1.0, 3.0)  # seconds before it is tried again, unless Telegram asks for more
LONGEST_WAIT = 30.0


async def fetched(api: Api, wanted: Iterable[Wanted]) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files, and a notice for each that cannot be had. Raises Unavailable, NeedsPerson."""
    files, lost = [], []
    for each in wanted:
        try:
            files.append(each.holding(await _bytes(api, each)))
        except Lost as why:
            lost.append(_("the file {name} is not here: {why}").format(name=each.name, why=why))
    return tuple(files), tuple(lost)


async def _bytes(api: Api, each: Wanted) -> bytes:
    if each.size > LARGEST_DOWNLOAD:
        raise Lost(_("it is larger than the 20 MB Telegram gives to a bot"))
    for wait in WAITS:
        try:
            return await api.download(each.file_id)
        except Unavailable as error:
            await asyncio.sleep(min(max(wait, error.retry_after or 0), LONGEST_WAIT))
    try:
        return await api.download(each.file_id)
    except Unavailable as error:
        await api.me()
        raise Lost(_("it could not be fetched")) from error
