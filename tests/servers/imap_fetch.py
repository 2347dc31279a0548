"""FETCH: the answer for one message."""

import re
from datetime import datetime

from tests.servers.imap_mailbox import Message
from tests.servers.imap_wire import Malformed, Token, flag_list, literal

SECTION = re.compile(rb"^(BODY(?:\.PEEK)?)\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$", re.IGNORECASE)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MACROS: dict[bytes, list[bytes]] = {b"FAST": [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"]}


def items(arguments: list[Token]) -> list[bytes]:
    """The names of the items asked for, in upper case but for sections. Raises Malformed."""
    first = arguments[0] if arguments else b""
    wanted = first if isinstance(first, list) else [first]
    names = [each for each in wanted if isinstance(each, bytes) and each]
    if not names:
        raise Malformed("FETCH without items")
    names = [each if b"[" in each else each.upper() for each in names]
    return MACROS.get(names[0], names)


def sets_seen(names: list[bytes]) -> bool:
    """Whether fetching these items marks the message as seen (BODY[] without PEEK)."""
    found = (SECTION.match(name) for name in names)
    return any(match and match[1].upper() == b"BODY" for match in found)


def answer(sequence: int, message: Message, names: list[bytes], *, uid: bool) -> bytes:
    """One untagged FETCH line with its literals."""
    parts = [_item(message, name) for name in names if name != b"UID"]
    if uid or b"UID" in names:
        parts.insert(0, b"UID %d" % message.uid)
    return b"* %d FETCH (%s)\r\n" % (sequence, b" ".join(parts))


def internal_date(when: datetime) -> bytes:
    """RFC 3501 date-time."""
    month = MONTHS[when.month - 1]
    return f'"{when.day:02d}-{month}-{when.year} {when:%H:%M:%S %z}"'.encode()


def _item(message: Message, name: bytes) -> bytes:
    if name == b"FLAGS":
        return b"FLAGS " + flag_list(sorted(message.flags))
    if name == b"INTERNALDATE":
        return b"INTERNALDATE " + internal_date(message.date)
    if name == b"RFC822.SIZE":
        return b"RFC822.SIZE %d" % len(message.raw)
    if name == b"MODSEQ":
        return b"MODSEQ (%d)" % message.modseq
    section = SECTION.match(name)
    if section is None:
        raise Malformed(f"unknown FETCH item {name!r}")
    return _body(message, section)


def _body(message: Message, section: re.Match[bytes]) -> bytes:
    label = b"BODY[" + section[2] + b"]"
    if message.gone:
        return label + b" NIL"
    data = _section(message.raw, section[2])
    if section[3] is None:
        return label + b" " + literal(data)
    start, length = int(section[3]), int(section[4])
    return label + b"<%d> " % start + literal(data[start : start + length])


def _section(raw: bytes, name: bytes) -> bytes:
    head, separator, text = raw.partition(b"\r\n\r\n")
    upper = name.upper()
    if not upper:
        return raw
    if upper == b"HEADER":
        return head + separator
    if upper == b"TEXT":
        return text
    if upper.startswith(b"HEADER.FIELDS ("):
        wanted = upper[len(b"HEADER.FIELDS (") : -1].split()
        fields = re.findall(rb"(?m)^[^\s:]+:[^\r]*(?:\r\n[ \t][^\r]*)*", head)
        kept = [each for each in fields if each.partition(b":")[0].upper() in wanted]
        return b"".join(each + b"\r\n" for each in kept) + b"\r\n"
    raise Malformed(f"unknown section {name!r}")
