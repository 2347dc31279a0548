"""What a channel can, in words, and what a text costs on it: the composer's two small lines. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from agent_tui.core import segments
from agent_tui.core.channel import Capabilities
from agent_tui.core.text import size
from agent_tui.tui.icons import Icons
from agent_tui.tui.safe import line

MEGABYTE = 1_000_000


def able(can: Capabilities, icons: Icons) -> str:
    """What it can and cannot do besides carrying words."""
    return f" {icons.dot} ".join(_able(can))


def _able(can: Capabilities) -> Iterator[str]:
    if not can.subject:
        yield "no subject"
    if can.max_length is not None:
        yield f"max {can.max_length}"
    yield f"files to {can.files // MEGABYTE or 1} MB" if can.files else "no files"
    if not can.copies:
        yield "no copies"
    yield "receipts" if can.receipts else "no receipts"
    if not can.start:
        yield "answers only"


def carried(files: Sequence[tuple[str, int]], can: Capabilities, icons: Icons) -> str:
    """The files that go with the words, and how much of what the channel takes they are."""
    named = f" {icons.dot} ".join(f"{line(name) or 'a file'} {size(count)}" for name, count in files)
    total = sum(count for _, count in files)
    if not can.files:
        return f"{icons.file} {named}\n{icons.warn} no files can be sent here: take them off, or change the channel"
    over = f"\n{icons.warn} too large for this channel: take one off" if total > can.files else ""
    return f"{icons.file} {named}  {icons.dot}  {size(total)} of {size(can.files)}{over}"


def counted(text: str, can: Capabilities, icons: Icons) -> str:
    """How long a text is, and how many messages are paid for it."""
    length = len(text)
    over = " too long" if can.max_length is not None and length > can.max_length else ""
    if can.parts:
        return f"{_parts(text, icons)}{over}"
    return "" if can.max_length is None else f"{length}/{can.max_length}{over}"


def _parts(text: str, icons: Icons) -> str:
    count = segments.count(text)
    room = count.units + count.left
    texts = f"{count.parts} texts" if count.parts > 1 else "1 text"
    said = f"{count.units}/{room}" + (f" {icons.dot} {texts}" if text else "")
    dear = "".join(segments.costly(text))
    return f"{said} {icons.dot} {dear[:8]} makes it longer" if dear else said


def cheaper(text: str, can: Capabilities) -> bool:
    """Would plain quotes and dashes make fewer messages, or leave more room?"""
    if not can.parts or segments.is_gsm(text):
        return False
    return segments.is_gsm(segments.plain(text))


def remaining(until: datetime, now: datetime) -> str:
    """How long something is still open: ``5 h 12 min``."""
    minutes = max(0, (until - now) // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
