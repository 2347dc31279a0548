"""How we answered this before: looked for as the agent reads, written with, gone to.

Looked for beside the screen, a moment after she has come to rest on a message, and no more once she is elsewhere.
What the card shows is what the key takes.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import TypeAlias

from textual.timer import Timer

from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import _, english
from agent_tui.core.model import Message
from agent_tui.core.text import snippet
from agent_tui.services.desk import Desk
from agent_tui.services.earlier import Before, asked_at
from agent_tui.tui.before import found_by, told
from agent_tui.tui.lines import Look
from agent_tui.tui.safe import line
from agent_tui.tui.screens.moves import Work
from agent_tui.tui.screens.picking import Choice, Picking
from agent_tui.tui.screens.pinning import Pinning
from agent_tui.tui.widgets.card import CardView
from agent_tui.tui.widgets.timeline import TimelineView
from agent_tui.tui.wrap import wrap

REST = 0.15  # seconds on one message, after which it is looked for
PATIENCE = 1.0  # seconds that the key waits for what is being looked for

_log = logging.getLogger(__name__)
_Asked: TypeAlias = tuple[str | None, tuple[str, ...]]  # whose question it is, and its messages


class Recalling(Pinning):
    """Earlier answers."""

    _asked: _Asked = (None, ())  # what is looked for, or was …
    _known: _Asked | None = None  # … and for what it was found
    _answers: tuple[Before, ...] = ()
    _rest: Timer | None = None

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(desk=desk, look=look)
        self._news = asyncio.Event()  # something was found, or nothing

    # Looking for them

    def on_timeline_view_stood(self, event: TimelineView.Stood) -> None:
        """She stands elsewhere, or something came: is another thing asked?"""
        event.stop()
        stretch = self.timeline.window.stretch
        asked = asked_at(stretch.entries, self.timeline.cursor, newer=stretch.newer)
        key = (self.reading.customer_id, tuple(one.id for one in asked))
        if key == self._asked:
            if key == self._known:
                self.reading.recall(self._answers)  # the same customer, shown anew
            return
        self._asked, self._known = key, None
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, partial(self._look_for, key, asked))

    def _look_for(self, key: _Asked, asked: Sequence[Message]) -> None:
        self.do(self._recall(key, asked), group="recall", exclusive=True)

    async def _recall(self, key: _Asked, asked: Sequence[Message]) -> None:
        found: tuple[Before, ...] = ()
        try:
            found = await self.desk.earlier.like(asked)
        except AgentTuiError as error:
            _log.info("earlier answers cannot be looked for: %s", english(error.problem))
        if key == self._asked and key[0] == self.reading.customer_id:
            self._known, self._answers = key, found
            self.reading.recall(found)
            self.tell_bars()
            self._news.set()

    @property
    def _knows(self) -> bool:
        """Is what the card shows about what is asked, by whom the next command is about?"""
        return self._known == self._asked and self._asked[0] == self.current

    # Writing with them

    def do_earlier(self) -> Work:
        """Write with the answer under the card's cursor, else the best; where the card is out of sight, choose."""
        return None if self._knows and self._write_with_one() else self._write_soon()

    async def _write_soon(self) -> None:
        """They are being looked for: a moment more."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._knows:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            self.toast(_("Still looking for how this was answered before."))
        else:
            self._write_with_one()

    def _write_with_one(self) -> bool:
        found = self.reading.before
        if not found:
            self.toast(_("Nothing like this was answered before."))
        elif self.card.display:
            chosen = next((one for one in found if one.answer.id == self.card.entry_id), found[0])
            self._write_with(chosen)
        else:
            self._choose_one(found)
        return True

    def _choose_one(self, found: Sequence[Before]) -> None:
        now = self.desk.clock.now()
        choices = [
            Choice(
                key=str(number),
                label="".join(text for text, _role in found_by(one, self.look)),
                detail="\n".join((*self._few(one.text), told(one, now, self.look))),
            )
            for number, one in enumerate(found)
        ]
        asked = self._asked

        def chosen(key: str | None) -> None:
            if key is not None and asked[0] == self.current:
                self._write_with(found[int(key)])

        self.above(Picking(_("Write with how it was answered before"), choices, self.look), chosen)

    def _few(self, text: str) -> list[str]:
        """An answer, in no more lines than the box is high enough for."""
        width = max(20, min(64, self.size.width - 28))
        return wrap(line(snippet(text, 2 * width - 8)), width)[:2]

    def _write_with(self, one: Before) -> None:
        if self.writing.sheet is None or self.writing.sheet.customer_id != self.current:
            self.write(note=False)
        self.go_to("composer")
        if self.writing.sheet is not None:
            self.writing.quote(self.writing.sheet, one)

    # Going to them

    def do_pin_open(self) -> None:
        """To where a fact was told, or to an earlier answer: the one under the cursor; else facts come first."""
        found = self.reading.before
        if self.card.entry_id:
            self._to_answer(self.card.entry_id)
        elif found and not self.has_pins:
            self._to_answer(found[0].answer.id)
        else:
            super().do_pin_open()

    def on_card_view_followed(self, event: CardView.Followed) -> None:
        """An earlier answer was clicked twice."""
        event.stop()
        self._to_answer(event.entry_id)

    def _to_answer(self, entry_id: str) -> None:
        one = next((one for one in self.reading.before if one.answer.id == entry_id), None)
        if one is not None:
            self.go_to_customer(one.customer_id, at=one.answer.at, entry_id=entry_id)
