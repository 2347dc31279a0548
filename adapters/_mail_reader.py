"""From what was found in a folder to events: parsing, and the doubts that only a look at the account can settle.

A mail in the inbox that bears our own address as its sender is either a copy that we sent ourselves from another
program, or a forgery. Only the sent mail tells: when the very same mail lies there, it is ours. One that merely borrows
its id, or is not there at all, stays a stranger's, with the doubt written on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from adapters._imap_fetch import Broken, Found, Raw
from adapters._imap_looking import Looking, Place
from adapters._mime import Mail
from adapters._parser import Parser
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, Kit, Received, Unreadable
from agent_tui.core.language import _, english


class MailReader:
    """Reads for one account. `echoed` is called when one of our own is among the sent mail, under the id we gave it."""

    def __init__(
        self, parser: Parser, own: frozenset[Address], kit: Kit, echoed: Callable[[], object]
    ) -> None:
        self._parser = parser
        self._own = own
        self._now: Callable[[], datetime] = kit.now
        self._echoed = echoed

    def read(self, looking: Looking, place: Place, found: Sequence[Found]) -> list[Event]:
        """The events, in the order of what was found. Raises Unavailable."""
        raws = [item for item in found if isinstance(item, Raw)]
        parsed = dict(zip((raw.uid for raw in raws), self._parse(raws, is_sent=place.is_sent), strict=True))
        events = [parsed[item.uid] if isinstance(item, Raw) else self._stub(place, item) for item in found]
        if not place.is_sent:
            return [self._settled(looking, event) for event in events]
        if any(isinstance(event, Received) and event.key for event in events):
            self._echoed()
        return events

    def _parse(self, raws: Sequence[Raw], *, is_sent: bool) -> list[Event]:
        mails = [
            Mail(raw=raw.data, received_at=raw.at or self._now(), sent=is_sent, seen=raw.seen) for raw in raws
        ]
        events = self._parser.parse_many(mails)
        return [
            _told_of_cut(event, raw) if raw.cut else event for event, raw in zip(events, raws, strict=True)
        ]

    def _stub(self, place: Place, item: Broken) -> Event:
        name = f"{place.folder};UIDVALIDITY={place.validity};UID={item.uid}"
        return Unreadable(external_id=name, at=self._now(), raw=item.data, reason=item.reason)

    def _settled(self, looking: Looking, event: Event) -> Event:
        """Our own copy to ourselves is ours."""
        if not isinstance(event, Received) or event.ours or event.sender not in self._own:
            return event
        copy = looking.sent_copy(event.external_id) if event.external_id.startswith("<") else None
        ours = self._parse([copy], is_sent=True)[0] if copy else None
        same = isinstance(ours, Received) and ours.fingerprint == event.fingerprint
        return ours if ours is not None and same else event


def _told_of_cut(event: Event, raw: Raw) -> Event:
    told = _("Only the first {read} of its {all} were read.")
    note = english(told.format(read=_megabytes(len(raw.data)), all=_megabytes(raw.cut)))
    if isinstance(event, Received):
        return replace(event, notices=(*event.notices, note))
    return replace(event, reason=f"{event.reason}. {note}") if isinstance(event, Unreadable) else event


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
