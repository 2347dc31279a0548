"""What a channel can, in words, and what a text costs on it: the composer's two small lines. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from agent_tui.core import segments
from agent_tui.core.channel import Capabilities
from agent_tui.core.language import _, many
from agent_tui.core.text import size
from agent_tui.tui.icons import Icons
from agent_tui.tui.safe import line

MEGABYTE = 1_000_000


def able(can: Capabilities, icons: Icons) -> str:
    """What it can and cannot do besides carrying words."""
    return f" {icons.dot} ".join(_able(can))


def _able(can: Capabilities) -> Iterator[str]:
    if can.max_length is not None and can.parts:  # else the count of characters says it
        yield _("max {n}").format(n=can.max_length)
    yield _("files to {n} MB").format(n=can.files // MEGABYTE or 1) if can.files else _("no files")
    if not can.copies:
        yield _("no copies")
    yield _("receipts") if can.receipts else _("no receipts")
    if not can.start:
        yield _("answers only")


def carried(files: Sequence[tuple[str, int]], can: Capabilities, icons: Icons) -> str:
    """The files that go with the words, and how much of what the channel takes they are."""
    named = f" {icons.dot} ".join(f"{line(name) or _('a file')} {size(count)}" for name, count in files)
    total = sum(count for _other, count in files)
    if not can.files:
        refused = _("no files can be sent here: take them off, or change the channel")
        return f"{icons.file} {named}\n{icons.warn} {refused}"
    of = _("{size} of {most}").format(size=size(total), most=size(can.files))
    over = _("too large for this channel: take one off")
    return f"{icons.file} {named}  {icons.dot}  {of}" + (
        f"\n{icons.warn} {over}" if total > can.files else ""
    )


def counted(text: str, can: Capabilities, icons: Icons) -> str:
    """How long a text is, and how many messages are paid for it."""
    over = " " + _("too long") if is_over(text, can) else ""
    if can.parts:
        return f"{_parts(text, icons)}{over}"
    return "" if can.max_length is None else f"{len(text)}/{can.max_length}{over}"


def is_over(text: str, can: Capabilities) -> bool:
    """Is a text longer than the channel takes?"""
    return can.max_length is not None and len(text) > can.max_length


def _parts(text: str, icons: Icons) -> str:
    count = segments.count(text)
    room = count.units + count.left
    texts = many("{n} text", "{n} texts", max(1, count.parts))
    said = f"{count.units}/{room}" + (f" {icons.dot} {texts}" if text else "")
    dear = "".join(segments.costly(text))
    return f"{said} {icons.dot} " + _("{letters} makes it longer").format(letters=dear[:8]) if dear else said


def cheaper(text: str, can: Capabilities) -> bool:
    """Would plain quotes and dashes make fewer messages, or leave more room?"""
    if not can.parts or segments.is_gsm(text):
        return False
    return segments.is_gsm(segments.plain(text))


def remaining(until: datetime, now: datetime) -> str:
    """How long something is still open: ``5 h 12 min``."""
    minutes = max(0, (until - now) // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    return (
        _("{hours} h {rest} min").format(hours=hours, rest=rest)
        if hours
        else _("{minutes} min").format(minutes=rest)
    )
