"""What an event of Matrix says, as the words of a message. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters._json import table, text, value
from agent_tui.core.channel import Received
from agent_tui.core.language import N_
from agent_tui.core.text import clean_line

STATE = ("m.room.member", "m.room.encryption")  # events about a room, and not in it
ENCRYPTED = "(end-to-end encrypted: it cannot be read here)"
ELSEWHERE = N_("answer on another channel, or ask for another room")
_MEDIA = frozenset({"m.image", "m.file", "m.audio", "m.video", "m.sticker"})


def matrix_id(said: object, sigil: str) -> str:
    """An id of Matrix; empty for what is none."""
    fits = isinstance(said, str) and said.startswith(sigil) and len(said) <= 255 and said.isprintable()
    return str(said) if fits else ""


def said_in(event: Mapping[str, Any], heard: Received) -> Received | None:
    """With the words of an event. None: it was taken back, or is no message. Raises ValueError: it cannot be read."""
    kind, content = text(event, "type"), table(event, "content")
    link = table(content, "m.relates_to")
    if kind == "m.room.redaction":
        gone = matrix_id(event.get("redacts") or content.get("redacts"), "$")
        return replace(heard, text="(took back a message)", in_reply_to=gone or None, automatic=True)
    if kind in STATE or not content:
        return None
    if kind == "m.room.encrypted":
        return replace(heard, text=ENCRYPTED, notices=(ELSEWHERE,))
    if kind == "m.reaction":
        sign, about = clean_line(text(link, "key"))[:40], matrix_id(link.get("event_id"), "$")
        return replace(heard, text=f"(reacted with {sign})", in_reply_to=about or None, automatic=True)
    if text(link, "rel_type") == "m.replace":
        said = _worded(table(content, "m.new_content"), heard, kind)
        return replace(
            said, in_reply_to=matrix_id(link.get("event_id"), "$") or None, notices=(N_("a correction"),)
        )
    about = matrix_id(value(link, "m.in_reply_to", "event_id"), "$")
    return replace(_worded(content, heard, kind, answers=bool(about)), in_reply_to=about or None)


def _worded(words: Mapping[str, Any], heard: Received, kind: str, *, answers: bool = False) -> Received:
    kind, said = text(words, "msgtype") or kind, text(words, "body")
    if words.get("body") != said:
        raise ValueError("it has no words")
    if kind in _MEDIA - {"m.sticker"} and text(words, "filename") in {"", said}:
        said = ""  # it is the file's name
    lines = said.split("\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith(">")), 0) if answers else 0
    said, quoted = "\n".join(lines[count:]).strip("\n"), "\n".join(lines[:count])  # what old clients repeat
    said = f"* {said}" if kind == "m.emote" else said
    said = f"{said}\n{text(words, 'geo_uri')}" if kind == "m.location" else said
    return replace(heard, text=said, quoted=quoted, automatic=kind == "m.notice")


def described(event: object) -> Mapping[str, Any]:
    """What describes the file of an event."""
    words = table(event, "content", "m.new_content") or table(event, "content")
    return words if (text(words, "msgtype") or text(event, "type")) in _MEDIA else {}
