"""A sheet: one composer opened for one customer, and all that is known of it on its way to the outbox or the draft."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from agent_tui.core.attachments import Aside
from agent_tui.core.language import _
from agent_tui.services import attaching
from agent_tui.services.attaching import Attached
from agent_tui.services.envelope import Envelope
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.composer import Heading

if TYPE_CHECKING:
    from agent_tui.services.personal import Lately


@dataclass(frozen=True, slots=True)
class Side:
    """Words for another channel, and the files with them."""

    words: Aside
    files: tuple[Attached, ...]


@dataclass(slots=True)
class Sheet:
    """One reply or note on its way to be written."""

    customer_id: str
    name: str
    note: bool
    text: str = ""
    envelope: Envelope | None = None
    ready: asyncio.Event = field(
        default_factory=asyncio.Event
    )  # envelope and draft are there, or will never be
    settled: asyncio.Event = field(
        default_factory=asyncio.Event
    )  # closed, and its words are kept or gone out
    promise: datetime | None = None  # they hear from us by then, these words say …
    promise_words: str = ""
    offered: str = ""  # … as the program wrote them
    sure: tuple[str, ...] = ()  # what is odd about it, and was agreed to
    unkept: bool = False  # closed, and its words are nowhere else yet
    files: tuple[Attached, ...] = ()  # what goes with the words
    aside: dict[str, Side] = field(default_factory=dict)  # what was begun for other channels, by their names
    blanks: tuple[str, ...] = ()  # keys of those that came with saved words
    inserted: tuple[str, ...] = ()  # these words, as they were saved
    hints: tuple[str, ...] = ()  # what is worth knowing of the words as they stand
    known: "tuple[str, Lately] | None" = None  # what was said before, up to the message of that id
    unseen: bool = False  # an earlier draft is part of its words, and was not on the screen yet

    def add_blanks(self, some: Iterable[str]) -> None:
        """Saved words brought these."""
        self.blanks = tuple(dict.fromkeys([*self.blanks, *some]))

    def was_seen(self) -> None:
        """All its words have been on the screen."""
        self.unseen = False

    def heading(self) -> Heading:
        """What the composer says above the words."""
        if self.note:
            said = _("A note about {name}. Only we see it; it is never sent.").format(name=self.name)
            return Heading(title=_("NOTE"), sentence=said, note=True)
        if self.envelope is None:
            return Heading(title=_("Reply"), sentence=_("Reply to {name}").format(name=self.name))
        envelope = self.envelope
        return Heading(
            title=_("Promise to {name} by {when}").format(name=line(envelope.name), when=self.promise_words)
            if self.promise
            else _("Reply to {name}").format(name=line(envelope.name)),
            sentence=envelope.sentence(),
            subject=envelope.subject,
            warnings=envelope.warnings,
            can=envelope.channel.can,
            closed=envelope.closed,
            closes=envelope.closes,
            signature=envelope.signature,
            files=attaching.sizes(self.files),
            hints=self.hints,
        )
