"""What happens meanwhile, as lines: who wrote, what did not leave, which channel is in trouble or well again."""

import asyncio
from collections.abc import Sequence

from agent_tui.cli.linear.lines import Lines
from agent_tui.core import words
from agent_tui.core.language import _
from agent_tui.core.store import Change
from agent_tui.services.desk import Desk
from agent_tui.tui.herald import BREATH, Herald, Signals

TROUBLE = frozenset({"waiting", "needs you", "broken"})


class News:
    """Looks once a breath, however much happened in it."""

    def __init__(self, desk: Desk, lines: Lines) -> None:
        self._desk = desk
        self._lines = lines
        self._herald = Herald(desk, Signals(bell=True))
        self._delivered = False
        self._lost: tuple[int, int] | None = None
        self._states: dict[str, str] = {}

    async def run(self) -> None:
        """Tell until cancelled."""
        deaf = self._desk.feed.listen(self._hear)
        try:
            self._lost = await self._not_sent()
            while True:
                await asyncio.sleep(BREATH)
                await self._look()
        finally:
            deaf()

    def _hear(self, changes: Sequence[Change]) -> None:
        self._herald.hear(changes)
        self._delivered = self._delivered or any(change.kind == "delivery" for change in changes)

    async def _look(self) -> None:
        if news := await self._herald.news():
            counts = await self._desk.inbox.counts()
            self._lines.tell(_("News: {news}. {waiting} waiting.").format(news=news, waiting=counts.waiting))
        if self._delivered:
            self._delivered = False
            await self._look_at_deliveries()
        self._look_at_channels()

    async def _look_at_deliveries(self) -> None:
        lost, held = await self._not_sent()
        was, were = self._lost or (lost, held)
        if lost > was:
            self._lines.tell(_("News: a message was not sent, or nobody knows. search is:failed finds it."))
        if held > were:
            self._lines.tell(_("News: they wrote first, a planned reply is held. search is:failed finds it."))
        self._lost = (lost, held)

    async def _not_sent(self) -> tuple[int, int]:
        counts = await self._desk.inbox.counts()
        return counts.failed + counts.unsure, counts.held

    def _look_at_channels(self) -> None:
        for name, health in self._desk.host.health().items():
            was = self._states.get(name, "ok")
            if health.state != was and (health.state in TROUBLE or (health.state == "ok" and was in TROUBLE)):
                told = [
                    _("News: channel {name} {state}").format(name=name, state=words.health(health.state)),
                    health.detail,
                    health.remedy,
                ]
                self._lines.tell(". ".join(part for part in told if part))
            if health.state in TROUBLE or health.state == "ok":
                self._states[name] = health.state
