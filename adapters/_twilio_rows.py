"""One row of Twilio's list of messages: checked, and made into an event.

A row is data from outside. What is wrong with it is a ValueError here, and an `Unreadable` for whoever reads.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from adapters._twilio_settings import Settings
from adapters._twilio_words import STATES, consent, notices, reason
from agent_tui.core.addresses import PHONE, Address
from agent_tui.core.channel import File, Progress, Received, Unreadable
from agent_tui.core.text import clean, clean_line

MAX_TEXT = 20_000  # characters; an SMS has 1600, a WhatsApp message 4096
_AMOUNT = re.compile(r"-?\d{1,6}(?:\.\d{1,8})?")
_UNIT = re.compile(r"[A-Za-z]{3}")
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_CHANNEL = re.compile(r"(?:whatsapp|rcs):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What we use of a message resource. `sent` is None while it is queued."""

    sid: str
    inbound: bool
    sender: str
    to: str
    body: str
    status: str
    created: datetime
    sent: datetime | None
    updated: datetime
    media: int
    service: str
    error: str | None
    price: str = ""


def read(payload: Mapping[str, Any]) -> Row:
    """The row a payload holds. Raises ValueError."""
    sid, status, direction = (_text(payload, key) for key in ("sid", "status", "direction"))
    if not _SID.fullmatch(sid) or not status or not direction:
        raise ValueError("it has no name, status or direction")
    created, sent = _moment(payload, "date_created"), _moment(payload, "date_sent")
    at = created or sent
    if at is None:
        raise ValueError("it has no date")
    code, said = payload.get("error_code"), payload.get("error_message")
    return Row(
        sid=sid,
        inbound=direction == "inbound",
        sender=_text(payload, "from"),
        to=_text(payload, "to"),
        body=_text(payload, "body", strip=False),
        status=status,
        created=at,
        sent=sent,
        updated=_moment(payload, "date_updated") or at,
        media=_count(payload.get("num_media")),
        service=_text(payload, "messaging_service_sid"),
        error=reason(code, said) if code or said else None,
        price=_price(payload.get("price"), payload.get("price_unit")),
    )


def unreadable(payload: object, why: str, now: datetime) -> Unreadable:
    """What stands for a row that is none."""
    raw = json.dumps(payload, ensure_ascii=True, sort_keys=True, default=str).encode()
    sid = payload.get("sid") if isinstance(payload, Mapping) else None
    known = isinstance(sid, str) and _SID.fullmatch(sid)
    name = str(sid) if known else f"row-{hashlib.sha256(raw).hexdigest()[:32]}"
    return Unreadable(external_id=name, at=now, raw=raw, reason=why)


def is_ours(payload: object, settings: Settings) -> bool:
    """Whether a row belongs to this channel; of one that cannot be told, yes."""
    if not isinstance(payload, Mapping):
        return True
    if settings.messaging_service_sid:
        return payload.get("messaging_service_sid") == settings.messaging_service_sid
    mine = payload.get("to" if payload.get("direction") == "inbound" else "from")
    return mine == settings.number or not (mine is None or isinstance(mine, str))


def received(row: Row, files: tuple[File, ...], more: tuple[str, ...], key: str | None = None) -> Received:
    """A message that came in, or one of ours from elsewhere. Raises ValueError when nobody stands on its other side."""
    text = clean(row.body[:MAX_TEXT])
    words = notices(text) if row.inbound else ()
    sender = Address(PHONE, "ourselves") if not (row.inbound or row.sender) else address(row.sender)
    return Received(
        external_id=row.sid,
        sender=sender,
        at=row.created,
        recipients=(address(row.to),),
        text=text,
        files=files,
        ours=not row.inbound,
        key=key,
        notices=(*words, *more),
        consent=consent(text) if row.inbound else None,
        raw=row.body.encode("utf-8", "replace") if text != row.body else None,
    )


def progress(row: Row, key: str | None) -> Progress | None:
    """What became of a message of ours, where its status says something."""
    state = STATES.get(row.status)
    if state is None or row.inbound:
        return None
    return Progress(
        delivery=state, at=row.updated, key=key, external_id=row.sid, error=row.error, price=row.price
    )


def _price(amount: object, unit: object) -> str:
    """What was taken: the provider writes it as a negative number in a text, once it knows."""
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        return ""
    unit = unit if isinstance(unit, str) and _UNIT.fullmatch(unit) else ""
    return f"{amount.removeprefix('-')} {unit.upper()}".rstrip()


def address(raw: str) -> Address:
    """The address of a number as Twilio writes it; WhatsApp is the same phone. Raises ValueError."""
    value = clean_line(_CHANNEL.sub("", raw, count=1))[:100]
    if not value:
        raise ValueError("it has no number")
    return Address(PHONE, value)


def _text(payload: Mapping[str, Any], key: str, *, strip: bool = True) -> str:
    value = payload.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"its {key} is no text")  # noqa: TRY004 - of data, every fault is a ValueError
    return value.strip() if strip else value


def _moment(payload: Mapping[str, Any], key: str) -> datetime | None:
    """A date as RFC 2822 writes it, in UTC."""
    value = _text(payload, key)
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"its {key} is no date") from error


def _count(value: object) -> int:
    text = str(value or "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
