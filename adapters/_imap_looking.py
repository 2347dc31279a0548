"""One session's reading: which folder to ask next, and what of the answers makes a batch.

Rules: what was read counts only from the batch it is in. A folder is opened anew whenever another was open between,
and what its opening tells may start its reading over. The first folder is the one that is waited in.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any, TypeAlias

from adapters._imap_fetch import PAGE, Found, Pace, Queue, Raw
from adapters._imap_idle import idle
from adapters._imap_session import Session, find
from adapters._imap_sync import (
    Reach,
    arrival_criteria,
    arrivals,
    begin,
    dump,
    history_criteria,
    pending,
    windows,
)
from adapters._imap_wire import Lost, Refused
from adapters._mail_account import Settings
from agent_tui.core.channel import Batch, Event
from agent_tui.core.language import _

HEAD = 50
"""Messages of each folder in the first batch: what fills a screen comes at once."""

LOOK_SECONDS = 5.0
"""Between two looks for new mail while the history is read."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages were found."""

    folder: str
    validity: int
    is_sent: bool


Reader: TypeAlias = Callable[["Looking", Place, Sequence[Found]], Sequence[Event]]
"""Makes events of what was found; may look things up on the connection."""


@dataclass(slots=True)
class Memory:
    """What outlives a connection: how far each folder is read, and how carefully to ask for more."""

    settings: Settings
    read: Reader
    now: Callable[[], datetime]
    reaches: dict[str, Reach]
    each_round: Callable[[Session], bool] = lambda _session: False  # True: it used the connection
    paces: defaultdict[str, Pace] = field(default_factory=lambda: defaultdict(Pace))
    caught_up: bool = False


class Looking:
    """One session's work. What it has read counts only once it is in a batch: see `_batch`."""

    def __init__(self, memory: Memory, session: Session) -> None:
        self.session = session
        self.sent: str | None = None
        self._memory = memory
        self._account = memory.settings.address.value
        self._first = ""
        self._others: list[str] = []
        self._open: str | None = None  # the folder that is being read
        self._beside = False  # the folder of sent mail is open instead, for looking something up
        self._queues: dict[str, Queue] = {}
        self._oldest: dict[str, datetime] = {}
        self._stands: dict[str, dict[bytes, int]] = {}
        self._idles = "IDLE" in session.capabilities

    def run(self) -> Iterator[Batch]:
        """Everything there is, then everything that comes."""
        self._find_folders()
        for folder in [self._first, *self._others]:
            if folder not in self._memory.reaches:
                self._opens(folder)  # a new account shows its newest messages before anything else is asked
        yield from self._history()
        while True:
            yield from self._look()
            yield from self._history()
            if not self._memory.caught_up:
                self._memory.caught_up = True
                yield self._batch([], {}, caught_up=True)
            if self._memory.each_round(self.session):
                self._open, self._beside = None, False
                yield from self._look()
            self._wait()

    def enter(self, folder: str) -> None:
        """Open a folder, unless it is open. Raises Refused."""
        if self._open == folder:
            return
        self._open, self._beside = None, False
        writable = self.session.numbers_late or (self._memory.settings.mark_seen and folder != self.sent)
        opened = self.session.examine(folder, writable=writable)
        known = self._memory.reaches.get(folder)
        if known is not None and known.validity != _number(opened.get(b"UIDVALIDITY")) and not writable:
            opened = self.session.examine(folder, writable=True)  # perhaps such a server in disguise
        self._open = folder
        self._begin(folder, opened)

    def sent_copy(self, message_id: str) -> Raw | None:
        """What is among our sent mail under this Message-ID."""
        if self.sent is None or not (message_id.isascii() and message_id.isprintable()):
            return None
        self._open = None
        try:
            if not self._beside:  # opened beside the reading of it, which may be amid a batch
                self.session.examine(self.sent)
                self._beside = True
            uids = self.session.wire.search(["HEADER", "Message-ID", message_id])
        except Refused:
            return None
        _other, found = Queue(uids[-1:]).page(self.session, Pace()) if uids else ([], [])
        return next((item for item in found if isinstance(item, Raw)), None)

    # -- folders

    def _find_folders(self) -> None:
        settings = self._memory.settings
        found = find(settings, self.session)
        for name in found.missing:
            _log.warning("%s has no folder %r", settings.address.value, name)
        if found.sent is None:
            _log.warning(
                "%s has no folder of sent mail: answers from other programs are not seen",
                settings.address.value,
            )
        self.sent = found.sent
        self._first, *self._others = found.all

    def _begin(self, folder: str, opened: dict[bytes, Any]) -> None:
        """Where to go on in a folder that was just opened; its history is queued, if any is left."""
        known = self._memory.reaches.get(folder)
        validity = _number(opened.get(b"UIDVALIDITY"))
        exists = _number(opened.get(b"EXISTS"))
        fresh = known is None or known.validity != validity
        last = self._last_uid(opened) if fresh else 0
        if fresh and b"UIDNEXT" in opened:
            self._stands[folder] = {b"UIDNEXT": last + 1, b"UIDVALIDITY": validity, b"MESSAGES": exists}
        reach = begin(known, validity=validity, last=last, since=self._since())
        if fresh and known is not None:
            _log.info(
                "%s: the server has numbered %r anew; reading it again",
                self._account,
                folder,
            )
        if reach is not known:
            self._queues.pop(folder, None)
            self._memory.reaches[folder] = reach
        if not reach.done and folder not in self._queues:
            uids = [uid for window in windows(exists) for uid in self._search(window, reach)]
            self._queues[folder] = Queue(pending(uids, reach))

    def _search(self, window: tuple[int, int], reach: Reach) -> list[int]:
        return self.session.wire.search(history_criteria(window, reach))

    def _last_uid(self, opened: dict[bytes, Any]) -> int:
        """The newest UID. Not every server tells the next one (RFC 3501 lets it); then the last message knows."""
        if b"UIDNEXT" in opened:
            return max(0, _number(opened[b"UIDNEXT"]) - 1)
        if not _number(opened.get(b"EXISTS")):
            return 0
        answers = self.session.wire.fetch("*", "(UID)", by_uid=False)
        uids = [_number(answer.get(b"UID")) for answer in answers]
        if not any(uids):
            raise Lost(_("the server does not number its messages"))
        return max(uids)

    def _since(self) -> date | None:
        window = self._memory.settings.window
        return (self._memory.now() - window).date() if window else None

    # -- what was there before

    def _history(self) -> Iterator[Batch]:
        """The newest of every folder together; then page by page, whichever folder's next is the newest."""
        looked = monotonic()
        turn = sorted(self._queues, key=lambda folder: folder != self._open)
        most = HEAD
        while turn:
            events: list[Event] = []
            staged: dict[str, Reach] = {}
            for folder in turn:
                events += self._older(folder, most, staged)
            yield self._batch(events, staged)
            if monotonic() - looked > LOOK_SECONDS:
                yield from self._new_in(self._first)
                looked = monotonic()
            turn, most = self._next_turn(), PAGE

    def _next_turn(self) -> list[str]:
        newest = datetime.max.replace(tzinfo=UTC)
        return sorted(self._queues, key=lambda folder: self._oldest.get(folder, newest))[-1:]

    def _older(self, folder: str, most: int, staged: dict[str, Reach]) -> Sequence[Event]:
        """The next page of a folder's history."""
        self.enter(folder)
        queue = self._queues.get(folder) or Queue([])  # numbered anew, and empty
        reach = self._memory.reaches[folder]
        uids, found = queue.page(self.session, self._memory.paces[folder], most) if queue.uids else ([], [])
        if not queue.uids:
            self._queues.pop(folder, None)
            reach = reach.finished()
        staged[folder] = reach.sunk(uids)
        self._oldest[folder] = min(
            (raw.at for raw in found if isinstance(raw, Raw) and raw.at), default=_LONG_AGO
        )
        return self._read(folder, found)

    # -- what comes

    def _look(self) -> Iterator[Batch]:
        """What is new in every folder; at the end the first one is open, and nothing in it was missed."""
        yield from self._new_in(self._first)
        for folder in list(self._others):
            stand = self._stand(folder)
            if (stand is None or stand != self._stands.get(folder)) and self._opens(folder):
                yield from self._new_in(folder)
                self._stands[folder] = stand or {}
        if self._open != self._first:
            yield from self._new_in(self._first)

    def _stand(self, folder: str) -> dict[bytes, int] | None:
        """How a folder stands, to see whether it changed; None when that cannot be told without opening it."""
        try:
            stand = self.session.status(folder)
        except Refused:
            return None
        return stand if b"UIDNEXT" in stand else None

    def _opens(self, folder: str) -> bool:
        """Open a folder; one that the server lists but will not open is left out, unless it is the first."""
        try:
            self.enter(folder)
        except Refused as error:
            if folder == self._first:
                raise
            _log.warning("%s: folder %r is left out: %s", self._account, folder, error.problem)
            self._others.remove(folder)
            return False
        return True

    def _new_in(self, folder: str) -> Iterator[Batch]:
        """What has arrived in a folder, oldest first."""
        if self._open == folder:
            self.session.noop()
        self.enter(folder)
        reach = self._memory.reaches[folder]
        queue = Queue(arrivals(self.session.wire.search(arrival_criteria(reach)), reach))
        while queue.uids:
            self.enter(folder)
            if self._memory.reaches[folder].validity != reach.validity:
                return  # numbered anew meanwhile: it is in the history now
            uids, found = queue.page(self.session, self._memory.paces[folder])
            events = self._read(folder, found)
            yield self._batch(
                events, {folder: self._memory.reaches[folder].risen(uids)}, more=len(queue.uids)
            )
            self._mark(folder, [raw.uid for raw in found if isinstance(raw, Raw) and not raw.seen])

    def _mark(self, folder: str, uids: list[int]) -> None:
        """After the batch was kept: tell the other mail programs that these were read, where that is wanted."""
        if not uids or not self._memory.settings.mark_seen or folder == self.sent:
            return
        try:
            self.enter(folder)
            self.session.mark_seen(uids)
        except Refused as error:
            _log.warning("%s: %s", self._account, error.problem)

    def _wait(self) -> None:
        settings = self._memory.settings
        if not self._idles:
            self.session.lifeline.wait(settings.poll_seconds)
            return
        shared = settings.poll_seconds if self._others else settings.idle_seconds
        try:
            idle(self.session, min(settings.idle_seconds, shared))
        except Refused as error:
            _log.info(
                "%s: %s; looking every %g s instead",
                settings.address.value,
                error.problem,
                settings.poll_seconds,
            )
            self._idles = False

    # -- batches

    def _read(self, folder: str, found: Sequence[Found]) -> Sequence[Event]:
        place = Place(folder, self._memory.reaches[folder].validity, folder == self.sent)
        return self._memory.read(self, place, sorted(found, key=lambda item: item.uid))

    def _batch(
        self, events: Sequence[Event], staged: dict[str, Reach], *, more: int = 0, caught_up: bool = False
    ) -> Batch:
        """What was read counts from here on: the cursor and the events leave together."""
        self._memory.reaches.update(staged)
        remaining = more + sum(len(queue.uids) for queue in self._queues.values())
        return Batch(
            events=tuple(events), cursor=dump(self._memory.reaches), caught_up=caught_up, remaining=remaining
        )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
