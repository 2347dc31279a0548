"""Records as documents of a journal, and back.

A record's table is its class in lower case. A document is a JSON object with ``"v"``, the version of its shape, and
the record's fields; those that are empty by default and empty are left out. Times are RFC 3339 in UTC. Unknown fields
are ignored, so that a document of a newer program can be read as far as it is understood.
"""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from agent_tui.core.addresses import Address
from agent_tui.core.errors import Damaged
from agent_tui.core.language import english
from agent_tui.core.model import (
    Activity,
    Apart,
    Consent,
    Customer,
    Delivery,
    Document,
    Draft,
    Identity,
    Linking,
    Message,
    Note,
    Record,
)
from storage.lines import META, Version

T = TypeVar("T")
VERSION = 1
FORMAT = 1
CURSOR = "cursor"
"""The one table of a channel's journal."""
FACTS = (Message, Note, Activity)
DOCUMENTS: tuple[type[Document], ...] = (Customer, Identity, Delivery, Draft, Consent, Linking, Apart)
CLASSES: dict[str, type[Record]] = {cls.__name__.lower(): cls for cls in (*FACTS, *DOCUMENTS)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
_EMPTY = ("", (), None, False)


def table(kind: type[object]) -> str:
    """The table a class of records is kept in."""
    return kind.__name__.lower()


def encode(record: Record) -> Version:
    """The record as a line says it."""
    droppable, plain = _DROPPABLE[type(record)], msgspec.to_builtins(record, enc_hook=_kept)
    document = {"v": VERSION}
    document |= {k: v for k, v in plain.items() if k not in droppable or v != droppable[k]}
    return Version(table(type(record)), record.id, _json(document))


def _kept(value: object) -> object:
    """What is kept of a text that was said in the agent's language: its English."""
    if isinstance(value, str):
        return english(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")


def decode(kind: type[T], document: bytes) -> T:
    """The record a document describes. Raises Damaged."""
    try:
        return _decoder(kind).decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise Damaged(f"a {table(kind)} cannot be read: {error}") from error


def address_meta(name: str, address: Address) -> Version:
    """The first line of an address's journal: what the file is."""
    document = {"format": FORMAT, "address": msgspec.to_builtins(address)}
    return Version(META, name, _json(document))


def channel_meta(name: str, channel: str) -> Version:
    """The first line of a channel's journal of cursors."""
    return Version(META, name, _json({"format": FORMAT, "channel": channel}))


class Meta(msgspec.Struct):
    """What the first line of a journal says. Exactly one of `address` and `channel` is there."""

    format: int
    address: Address | None = None
    channel: str | None = None


_META = msgspec.json.Decoder(Meta)


def decode_meta(document: bytes) -> Meta:
    """What the first line says. Raises Damaged."""
    try:
        return _META.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged(f"a journal does not say what it is: {error}") from error


def encode_cursor(channel: str, cursor: str) -> Version:
    """Where a channel can resume, as a line."""
    return Version(CURSOR, channel, _json({"v": VERSION, "cursor": cursor}))


def decode_cursor(document: bytes) -> str:
    """The cursor a line holds. Raises Damaged."""
    try:
        return _CURSOR.decode(document).cursor
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged(f"a cursor cannot be read: {error}") from error


class _Cursor(msgspec.Struct):
    cursor: str


_CURSOR = msgspec.json.Decoder(_Cursor)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, rounded down."""
    return (moment - EPOCH) // MILLISECOND


def moment(milliseconds: int) -> datetime:
    """The time so many milliseconds after 1970, in UTC."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def _json(document: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:  # half of a surrogate pair: no text, and no JSON either
        return msgspec.json.encode(_mended(document))


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _mended(each) for key, each in value.items()}
    return [_mended(each) for each in value] if isinstance(value, list) else value


def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    decoder: msgspec.json.Decoder[T] = _DECODERS[kind]
    return decoder


def _empty_fields(kind: type[Record]) -> dict[str, Any]:
    """The fields that are left out when they are as they are by default, which is empty."""
    defaults = {each.name: each.default for each in fields(kind)}
    empty = {name: value for name, value in defaults.items() if any(value is e for e in _EMPTY)}
    return {name: list(value) if value == () else value for name, value in empty.items()}


_DECODERS: dict[type[object], Any] = {kind: msgspec.json.Decoder(kind) for kind in CLASSES.values()}
_DROPPABLE = {kind: _empty_fields(kind) for kind in CLASSES.values()}
