"""Who wrote while the program runs: for the bell and the desktop's notification. Says names, never what was said.

Only what is dated after the start counts, so that nothing rings for the history a first sync brings; and however much
comes, it is told in one breath.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import many
from agent_tui.core.model import Direction, Entry, Message
from agent_tui.core.store import Change
from agent_tui.services.desk import Desk

BREATH = 2.0  # seconds between two tellings
MOST = 3  # people named
LOOKED_AT = 12  # customers looked at in one breath, of however many changed
NEWEST = 10  # entries of each looked at

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the owner wants to hear of outside the screen."""

    title: bool = False
    bell: bool = False
    notify: bool = False


SILENT = Signals()


class Herald:
    """Collects what changed, and knows afterwards who of it wrote."""

    def __init__(self, desk: Desk, signals: Signals) -> None:
        self.signals = signals
        self._desk = desk
        self._since = desk.clock.now()
        self._changed: dict[str, set[str]] = {}

    def hear(self, changes: Sequence[Change]) -> None:
        """These records are new or different."""
        if self.signals.bell or self.signals.notify:
            for change in changes:
                if change.kind == "message":
                    self._changed.setdefault(change.customer_id, set()).add(change.id)

    async def news(self) -> str:
        """Who wrote since this was asked last, in words; nothing when nobody did."""
        changed, self._changed = self._changed, {}
        try:
            names = [
                name for who in list(changed)[-LOOKED_AT:] if (name := await self._wrote(who, changed[who]))
            ]
        except AgentTuiError as error:  # it can be seen on the screen all the same
            _log.warning("who wrote could not be looked up: %s", error.problem)
            return ""
        if not names:
            return ""
        told, others = ", ".join(names[:MOST]), len(names) - MOST
        if others > 0:
            return many("{names} and {n} more wrote", "{names} and {n} more wrote", others, names=told)
        return many("{names} wrote", "{names} wrote", len(names), names=told)

    async def _wrote(self, customer_id: str, ids: set[str]) -> str:
        """The customer's name, when one of these records is a message of theirs that has just come."""
        page = await self._desk.timeline.page(customer_id, limit=NEWEST)
        if not any(self._is_news(entry, ids) for entry in page.entries):
            return ""
        return (await self._desk.timeline.card(customer_id)).customer.name

    def _is_news(self, entry: Entry, ids: set[str]) -> bool:
        fact = entry.fact
        return (
            isinstance(fact, Message)
            and fact.id in ids
            and fact.direction is Direction.IN
            and not fact.automatic
            and fact.at >= self._since
        )
