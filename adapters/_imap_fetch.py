"""Getting whole messages, page by page, whatever one of them does to the server.

Rules: only what was asked for counts, and only when all of it came. A message that is gone is passed over. One the
server will not hand out becomes `Broken`, so that the others get past it; but never because the network failed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from adapters._imap_answers import Item, internal_date
from adapters._imap_session import Session
from adapters._imap_sync import pack, ranges
from adapters._imap_wire import Lost, Refused
from agent_tui.core.language import _

MAX_MESSAGE = 50 * 1024 * 1024
"""Bytes of a message we fetch whole; of a larger one, the first `PART`."""

PART = 1024 * 1024
PAGE = 500
"""Messages in a page, at most; where every round trip costs 40 ms, pages of one are 170 times slower."""

PAGE_BYTES = 3 * 1024 * 1024
_HEADER_ONLY, _NOTHING = 5, 10  # times a message broke the connection, all alone

_META = "(UID FLAGS INTERNALDATE {})"
_WHOLE = _META.format("BODY.PEEK[]")
_START = _META.format(f"BODY.PEEK[]<0.{PART}>")
_HEADER = _META.format("BODY.PEEK[HEADER]")
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA", "THROTTLED"})  # RFC 5530, and Yahoo's


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A message as it came. `at`: when the server got it, None when it does not say. `cut`: its full size, if more."""

    uid: int
    at: datetime | None
    seen: bool
    data: bytes
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A message that is there, but is not handed out; `data` what there is of it."""

    uid: int
    reason: str
    data: bytes = b""


Found: TypeAlias = Raw | Broken


@dataclass(slots=True)
class Pace:
    """How many messages of one folder to ask for at once: fewer after a failure, until a bad one stands alone."""

    count: int = 200
    _strikes: dict[int, int] = field(default_factory=dict)

    def strikes(self, uids: Sequence[int]) -> int:
        """How often this very message, asked for alone, broke the connection."""
        return self._strikes.get(uids[0], 0) if len(uids) == 1 else 0

    def failed(self, uids: Sequence[int]) -> None:
        """The connection broke while these were asked for."""
        self.count = max(1, min(self.count, len(uids)) // 2)
        if len(uids) == 1:
            self._strikes[uids[0]] = self.strikes(uids) + 1

    def worked(self) -> None:
        """A page came."""
        self.count = min(PAGE, self.count * 2)
        self._strikes.clear()


@dataclass(slots=True)
class Queue:
    """UIDs of one folder waiting to be fetched, in that order, and their sizes as far as known."""

    uids: list[int]
    _sizes: dict[int, int] = field(default_factory=dict)

    def page(self, session: Session, pace: Pace, most: int = PAGE) -> tuple[list[int], list[Found]]:
        """The next UIDs and what was found under them; a second try after an error asks for the same."""
        count = min(pace.count, most)
        self._measure(session, self.uids[:count])
        uids = pack(self.uids, self._sizes, count=count, size=PAGE_BYTES)
        try:
            found = _fetch(session, uids, self._sizes, pace.strikes(uids))
        except Lost:
            pace.failed(uids)
            raise
        pace.worked()
        del self.uids[: len(uids)]
        for uid in uids:
            self._sizes.pop(uid, None)
        return uids, found

    def _measure(self, session: Session, uids: Sequence[int]) -> None:
        unknown = [uid for uid in uids if uid not in self._sizes]
        if unknown:
            answers = session.wire.fetch(ranges(unknown), "(UID RFC822.SIZE)")
            told = {_number(a, b"UID"): _number(a, b"RFC822.SIZE") for a in answers}
            self._sizes.update((uid, told.get(uid, 0)) for uid in unknown)


def _fetch(session: Session, uids: Sequence[int], sizes: dict[int, int], strikes: int) -> list[Found]:
    if strikes >= _NOTHING:
        return [Broken(uid=uids[0], reason=_("the server hangs up when asked for it"))]
    if strikes >= _HEADER_ONLY:
        return [_as_broken(raw) for raw in _read(session, uids, _HEADER).values()]
    large = [uid for uid in uids if sizes[uid] > MAX_MESSAGE]
    found = _read(session, [uid for uid in uids if sizes[uid] <= MAX_MESSAGE], _WHOLE)
    found |= {uid: _as_part(raw, sizes[uid]) for uid, raw in _read(session, large, _START).items()}
    missing = [uid for uid in uids if uid not in found]
    again = [_alone(session, uid) for uid in _still_there(session, missing)]
    return [found[uid] for uid in uids if uid in found] + [item for item in again if item is not None]


def _read(session: Session, uids: Sequence[int], items: str) -> dict[int, Raw]:
    """What came complete. Halves the page as long as the server refuses it, to find the message that it means."""
    if not uids:
        return {}
    try:
        answers = session.wire.fetch(ranges(uids), items)
    except Refused as error:
        if error.answer.code in _PASSING:
            raise
        middle = len(uids) // 2
        halves = (uids[:middle], uids[middle:]) if middle else ()
        return {uid: raw for half in halves for uid, raw in _read(session, half, items).items()}
    return {raw.uid: raw for raw in _complete(answers) if raw.uid in set(uids)}


def _complete(answers: Iterable[dict[bytes, Item]]) -> Iterable[Raw]:
    """The messages of which everything came, in one response or in several that name their UID."""
    merged: dict[int, dict[bytes, Item]] = {}
    for answer in answers:
        if uid := _number(answer, b"UID"):
            merged.setdefault(uid, {}).update(answer)
    for uid, answer in merged.items():
        data = next((value for key, value in answer.items() if key.startswith(b"BODY[")), None)
        flags = answer.get(b"FLAGS")
        if isinstance(data, bytes) and isinstance(flags, tuple) and b"INTERNALDATE" in answer:
            seen = any(isinstance(flag, bytes) and flag.lower() == b"\\seen" for flag in flags)
            yield Raw(uid=uid, at=internal_date(answer[b"INTERNALDATE"]), seen=seen, data=data)


def _still_there(session: Session, uids: Sequence[int]) -> list[int]:
    """Which of these exist: messages that vanish between two commands are nothing unusual."""
    return sorted(set(session.wire.search(["UID", ranges(uids)])) & set(uids)) if uids else []


def _alone(session: Session, uid: int) -> Found | None:
    """One message once more; Broken only when the server talks about it, but does not hand it out."""
    reason = _("the server lists it, but does not hand it out")
    try:
        found = list(_complete(session.wire.fetch(str(uid), _WHOLE)))
    except Refused as error:
        if error.answer.code in _PASSING:
            raise
        reason, found = _("the server says: {text}").format(text=error.answer.text or error.answer.code), []
    if found and found[0].uid == uid:
        return found[0]
    answers = session.wire.fetch(str(uid), "(UID FLAGS)")
    known = any(answer.get(b"UID") == uid and b"FLAGS" in answer for answer in answers)
    return Broken(uid=uid, reason=reason) if known else None


def _as_part(raw: Raw, size: int) -> Raw:
    return Raw(uid=raw.uid, at=raw.at, seen=raw.seen, data=raw.data, cut=size)


def _as_broken(raw: Raw) -> Broken:
    return Broken(
        uid=raw.uid, reason=_("the server hangs up when asked for more than its header"), data=raw.data
    )


def _number(answer: dict[bytes, Item], item: bytes) -> int:
    """A number in a response; 0 when it is not told, or is none."""
    value = answer.get(item)
    return value if isinstance(value, int) else 0
