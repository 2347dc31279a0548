"""What is being written, and to whom: from the key press to the outbox or the draft, without losing a word.

A *sheet* is one composer opened for one customer. Its envelope is frozen when the sheet is ready; it never becomes
another customer's. Words live in the composer while the sheet is open, in the sheet once it is closed, and in a draft
from the first pause on. Saving and sending take turns, so that no late save brings back the draft of a sent reply.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from agent_tui.core.attachments import Aside
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Delivery, Draft
from agent_tui.core.text import clean
from agent_tui.services import asides
from agent_tui.services.attaching import Attached
from agent_tui.services.blanks import keys
from agent_tui.services.desk import Desk
from agent_tui.services.earlier import Before
from agent_tui.services.envelope import Envelope
from agent_tui.services.odd import Once, left_over
from agent_tui.tui.safe import line
from agent_tui.tui.screens.sheets import Sheet, Side
from agent_tui.tui.widgets.composer import Composer


class Writing:
    """At most one sheet is open."""

    def __init__(self, desk: Desk, composer: Composer) -> None:
        self._desk = desk
        self._composer = composer
        self._turn = asyncio.Lock()
        self._leaving: list[Sheet] = []
        self._quoted: dict[
            str, list[Once]
        ] = {}  # by customer: whom words of their reply were first written to
        self.sheet: Sheet | None = None

    def open(
        self, customer_id: str, name: str, *, note: bool, text: str = "", promise: datetime | None = None
    ) -> Sheet:
        """An empty sheet, at once: what is typed from now on is its text. `prepare` makes it ready."""
        self.sheet = Sheet(customer_id, line(name), note)
        self._set_promise(self.sheet, promise)
        self._composer.open(self.sheet.heading(), text)
        return self.sheet

    def promise(self, sheet: Sheet, at: datetime) -> None:
        """These words promise an answer by then."""
        self._set_promise(sheet, at)
        if self.sheet is sheet:
            self._composer.head(sheet.heading())

    def _set_promise(self, sheet: Sheet, at: datetime | None) -> None:
        now = self._desk.clock.now()
        if at is not None and at > now:
            sheet.promise, sheet.promise_words = at, self._composer.moment(at, now)

    def put(self, sheet: Sheet, text: str) -> None:
        """Words to begin with, before what was typed meanwhile."""
        self._show_ready(sheet, text)

    async def prepare(self, sheet: Sheet, channel: str | None = None) -> None:
        """Find the envelope and the draft. Raises UsageError when there is no way to write to this customer."""
        try:
            earlier = await self._earlier(sheet)
            async with self._turn:
                draft = await self._desk.timeline.draft(sheet.customer_id, note=sheet.note)
                self._mark_blanks(
                    sheet, [*(earlier.blanks if earlier else ()), *(draft.blanks if draft else ())]
                )
                if earlier is not None:
                    sheet.aside = earlier.aside
                    self._show_ready(sheet, earlier.text, earlier.files)
                elif draft is not None:
                    begun = await self._begun(sheet, draft, channel)
                    self._show_ready(sheet, begun.words.text, begun.files)
                if draft is not None and sheet.promise is None:
                    self._set_promise(sheet, draft.promises)
                if not sheet.note:
                    sheet.envelope = await self._envelope(sheet, channel, draft)
            if self.sheet is sheet:
                self._composer.head(sheet.heading())
        finally:
            sheet.ready.set()

    def _mark_blanks(self, sheet: Sheet, some: Iterable[str]) -> None:
        sheet.add_blanks(some)
        if self.sheet is sheet:
            self._composer.mark_blanks(sheet.blanks)

    def insert(self, sheet: Sheet, text: str, saved: str) -> None:
        """Saved words where the cursor is; `saved`: as they were before anything was filled in."""
        sheet.inserted = (*sheet.inserted, saved)
        self._mark_blanks(sheet, keys(saved))
        self._composer.insert(text)

    def hint(self, sheet: Sheet, hints: tuple[str, ...]) -> None:
        """This is worth knowing of the words as they stand."""
        if hints != sheet.hints:
            sheet.hints = hints
            if self.sheet is sheet:
                self._composer.head(sheet.heading())

    async def _begun(self, sheet: Sheet, draft: Draft, channel: str | None) -> Side:
        """The words for the channel; those for others are laid aside. A channel without any begins with the draft's."""
        sides = {}
        for words in (asides.of(draft), *draft.aside):
            holder = replace(draft, attachments=words.attachments)
            sides[words.channel] = Side(words, await self._desk.timeline.draft_files(holder))
        here = channel if channel is not None and draft.channel else draft.channel
        sheet.aside = {name: side for name, side in sides.items() if name != here}
        return sides.get(here, sides[draft.channel])

    def _lay_aside(self, sheet: Sheet, old: Envelope, channel: str) -> None:
        """The words are for another channel now: its own, where it has some, else these."""
        is_open = self.sheet is sheet
        text = self._composer.text if is_open else sheet.text
        words = Aside(
            channel=old.channel.name,
            text=text,
            subject=old.subject,
            to=old.to,
            cc=old.cc,
            attachments=tuple(one.attachment for one in sheet.files),
        )
        own = sheet.aside.pop(channel, None)
        sheet.aside[old.channel.name] = Side(words, sheet.files)
        if own is None or asides.is_empty(own.words):
            return
        sheet.files = own.files
        if is_open:
            self._composer.write(own.words.text)
        else:
            sheet.text = own.words.text

    async def _earlier(self, sheet: Sheet) -> Sheet | None:
        """Wait until the words of the sheets before are kept; give the one whose words are not."""
        found = None
        for other in tuple(self._leaving):
            if other is not sheet and (other.customer_id, other.note) == (sheet.customer_id, sheet.note):
                await other.settled.wait()
                found = other if other.unkept and (other.text or other.files) else found
                self._forget(other)
        return found

    def _forget(self, sheet: Sheet) -> None:
        self._leaving = [other for other in self._leaving if other is not sheet]

    def _show_ready(self, sheet: Sheet, kept: str, files: tuple[Attached, ...] = ()) -> None:
        if not kept and not files:
            return
        sheet.unseen = True
        sheet.files = (*files, *sheet.files)
        if self.sheet is sheet:
            self._composer.head(sheet.heading())
            self._composer.put_before(kept)
            self._composer.call_after_refresh(sheet.was_seen)
        elif kept:
            sheet.text = f"{kept}\n{sheet.text}" if sheet.text else kept

    async def _envelope(self, sheet: Sheet, channel: str | None, draft: Draft | None) -> Envelope:
        """As the draft had it, unless told otherwise; a draft's channel may be gone."""
        ask = self._desk.replies.envelope
        if channel is None and draft is not None and draft.channel in self._desk.channels:
            try:
                return await ask(
                    sheet.customer_id,
                    channel=draft.channel,
                    to=draft.to,
                    cc=draft.cc,
                    subject=draft.subject or None,
                )
            except UsageError:
                return await ask(sheet.customer_id)
        return await ask(sheet.customer_id, channel=channel)

    def put_files(self, sheet: Sheet, files: tuple[Attached, ...]) -> None:
        """These files go with the words, and no others."""
        sheet.files = files
        if self.sheet is sheet:
            self._composer.head(sheet.heading())

    async def renew(self, sheet: Sheet) -> None:
        """The same envelope, as of now: the agent has seen what the customer wrote meanwhile."""
        old = sheet.envelope
        if old is not None:
            sheet.envelope = await self._desk.replies.envelope(
                sheet.customer_id,
                channel=old.channel.name,
                to=old.to,
                cc=old.cc,
                subject=old.subject if old.channel.can.subject else None,
            )
            if self.sheet is sheet:
                self._composer.head(sheet.heading())

    async def other_channel(self, sheet: Sheet) -> bool:
        """Answer on the next channel of this customer; False when there is only one."""
        await sheet.ready.wait()
        if sheet.envelope is None:
            return False
        names = await self._desk.replies.channels(sheet.customer_id)
        here = sheet.envelope.channel.name
        following = names[(names.index(here) + 1) % len(names)] if here in names else None
        if following is None or following == here:
            return False
        old = sheet.envelope
        sheet.envelope = await self._desk.replies.envelope(sheet.customer_id, channel=following)
        self._lay_aside(sheet, old, following)
        if self.sheet is sheet:
            self._composer.head(sheet.heading())
        await self.keep(sheet)
        return True

    def close(self) -> Sheet | None:
        """Close the composer; the sheet has the words now: `keep` or `send` it."""
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.text, sheet.unkept = self._composer.text, True
            self._leaving.append(sheet)
            self._composer.close()
        return sheet

    async def keep(self, sheet: Sheet) -> None:
        """Keep the words as a draft. Does nothing for a closed sheet whose words are kept or gone."""
        await sheet.ready.wait()
        try:
            async with self._turn:
                is_open = self.sheet is sheet
                if is_open or sheet.unkept:
                    text = self._composer.text if is_open else sheet.text
                    await self._desk.timeline.save_draft(
                        sheet.customer_id,
                        text,
                        note=sheet.note,
                        envelope=sheet.envelope,
                        promises=sheet.promise,
                        files=sheet.files,
                        aside=[side.words for side in sheet.aside.values()],
                        blanks=sheet.blanks,
                    )
                    sheet.unkept = False
        finally:
            if self.sheet is not sheet:
                self._settle(sheet)

    def _settle(self, sheet: Sheet) -> None:
        sheet.settled.set()
        if not sheet.unkept:
            self._forget(sheet)

    async def send(self, sheet: Sheet, at: datetime | None = None) -> Delivery | None:
        """Queue a closed reply, planned for a moment or to leave soon, or write the note (None). Raises UsageError, Conflict, StoreError: nothing was done.

        What she never saw is not sent: words of an earlier draft that came up behind the key.
        """
        await sheet.ready.wait()
        if sheet.unseen:
            raise UsageError(_("an earlier draft was here already"), remedy=_("read it, then send"))
        async with self._turn:
            delivery = await self._send(sheet, at)
            sheet.unkept = False
        self._settle(sheet)
        if not sheet.note:
            self._quoted.pop(sheet.customer_id, None)
        return delivery

    def quote(self, sheet: Sheet, before: Before) -> None:
        """Words we once wrote to somebody, where the cursor is, to be made personal."""
        self._composer.type(clean(before.text))
        if before.customer_id != sheet.customer_id:
            once = (before.name, before.question.address)
            self._quoted.setdefault(sheet.customer_id, []).append(once)

    async def _send(self, sheet: Sheet, at: datetime | None) -> Delivery | None:
        if sheet.note:
            await self._desk.timeline.note(sheet.customer_id, sheet.text)
            return None
        if sheet.envelope is None:
            raise UsageError(
                _("there is no way to write to {name}").format(name=sheet.name),
                remedy=_("your words are kept as a draft"),
            )
        if sheet.promise is not None and sheet.promise <= self._desk.clock.now():
            raise UsageError(_("the promised time has passed"), remedy=_("choose another one: alt+d"))
        return await self._desk.replies.queue(
            sheet.envelope,
            sheet.text,
            files=[one.file for one in sheet.files],
            promises=sheet.promise,
            blanks=sheet.blanks,
            at=at,
        )

    @property
    def is_reply(self) -> bool:
        """Is a reply being written, not a note?"""
        return self.sheet is not None and not self.sheet.note

    @property
    def is_blank(self) -> bool:
        """Is nothing written yet, and no file attached?"""
        return not self._composer.text.strip() and not (self.sheet is not None and self.sheet.files)

    async def odd(self, sheet: Sheet) -> tuple[str, ...]:
        """What is odd about a closed reply and was not agreed to; see `Replies.odd`."""
        await sheet.ready.wait()
        if sheet.note or sheet.envelope is None or sheet.unseen:
            return ()
        found = await self._desk.replies.odd(sheet.envelope, sheet.text)
        once = self._quoted.get(sheet.customer_id, ())
        unsaid = [one for one in once if not any(one[0] in reason for reason in found)]
        found += left_over(sheet.text, unsaid, sheet.envelope.name)
        return tuple(reason for reason in found if reason not in sheet.sure)

    def reopen(self, sheet: Sheet) -> None:
        """Nothing was sent: the words are back in the composer."""
        self._forget(sheet)
        sheet.unkept = sheet.unseen = False
        self.sheet = sheet
        self._composer.mark_blanks(sheet.blanks)
        self._composer.open(sheet.heading(), sheet.text)
