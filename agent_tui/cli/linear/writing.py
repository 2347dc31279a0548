"""Writing in lines: the envelope is said before the words, what is odd about it too, and sending is asked for.

Whatever comes between the words and their leaving (a no, an error, the end of the input) keeps them as a draft.
"""

import asyncio
from datetime import datetime

from agent_tui.cli import plain
from agent_tui.cli.linear.inserting import Inserting, quoted_lines
from agent_tui.cli.linear.lines import Lines
from agent_tui.cli.linear.undoing import Step
from agent_tui.core.channel import File
from agent_tui.core.errors import AgentTuiError, Conflict, UsageError
from agent_tui.core.language import N_, _
from agent_tui.core.model import Delivery, Draft
from agent_tui.core.text import size
from agent_tui.core.when import parse
from agent_tui.services import attaching, planned
from agent_tui.services.desk import Desk
from agent_tui.services.earlier import Before
from agent_tui.services.envelope import Envelope
from agent_tui.services.odd import Once, left_over

HOW = N_(
    "A line with only a full stop ends it; a line with only /cancel keeps it as a draft and sends nothing."
)


class Writing(Inserting):
    """Replies and notes."""

    def __init__(self, desk: Desk, lines: Lines) -> None:
        super().__init__(desk, lines)
        self.steps: list[Step] = []
        # Whose question, and earlier answers to it.
        self._before: tuple[str | None, tuple[Before, ...]] = (None, ())
        # By customer: whom the words of their reply were first written to.
        self._quoted: dict[str, list[Once]] = {}

    async def do_reply(self, rest: str) -> None:
        """Answer where they wrote last."""
        await self._reply(self.chosen(), None, rest)

    async def do_reply_on(self, rest: str) -> None:
        """Answer on a channel."""
        customer_id = self.chosen()
        if not rest:
            names = ", ".join(await self.desk.replies.channels(customer_id)) or _("none reaches them")
            raise UsageError(_("no channel is named"), remedy=_("channels: {names}").format(names=names))
        await self._reply(customer_id, rest, "")

    async def do_reply_later(self, rest: str) -> None:
        """Answer at a moment, unless they write first."""
        customer_id, now = self.chosen(), self.desk.clock.now()
        at = parse(rest, now)
        planned.check(at, now)
        await self._reply(customer_id, None, "", at)

    async def _reply(
        self, customer_id: str, channel: str | None, words: str, at: datetime | None = None
    ) -> None:
        envelope = await self.desk.replies.envelope(customer_id, channel=channel)
        self.lines.say(
            "\n".join(
                (
                    envelope.sentence(),
                    *(_("Warning: {reason}").format(reason=one) for one in envelope.warnings),
                )
            )
        )
        if envelope.is_closed(self.desk.clock.now()):
            raise UsageError(
                envelope.closed or _("this channel takes words for them no longer"),
                remedy=_("reply_on another"),
            )
        files = await self._files(customer_id)
        text = words or await self._written(customer_id, note=False)
        if text is None:
            return
        blanks = await self.blanks_of(customer_id)
        quoted = left_over(text, self._quoted.get(customer_id, ()), envelope.name)
        for reason in (*await self.desk.replies.odd(envelope, text), *quoted):
            if reason not in envelope.warnings:
                self.lines.say(_("Warning: {reason}").format(reason=reason))
        await self.tell_notes(customer_id, envelope.name, text, answers=not files)
        if not await self.lines.agreed(
            _("Send it to {name} by {medium}?").format(
                name=envelope.name, medium=envelope.channel.medium.word
            )
        ):
            await self._keep(customer_id, text, note=False)
            return
        await self._send(envelope, text, files, at, blanks)

    async def do_earlier(self, rest: str) -> None:
        """How we answered this before; one of the answers, to begin the reply with."""
        customer_id = self.chosen()
        if not rest or self._before[0] != customer_id:
            self._before = (customer_id, await self.desk.earlier.of(customer_id))
        found = self._before[1]
        if not rest or not found:
            told = "\n".join(plain.before(number, one) for number, one in enumerate(found, 1))
            self.lines.say(told or _("Nothing like it was answered before."))
        elif rest.isdecimal() and 1 <= int(rest) <= len(found):
            await self._begin_with(customer_id, found[int(rest) - 1])
        else:
            raise UsageError(
                _("there is no answer {number}").format(number=rest),
                remedy=_("1 to {n}, as earlier tells them").format(n=len(found)),
            )

    async def _begin_with(self, customer_id: str, one: Before) -> None:
        """The words of an earlier answer, into the draft."""
        told = _("{agent} to {name}:").format(agent=plain.answered_by(one), name=one.name)
        self.lines.say(f"{told}\n{quoted_lines(one.text)}")
        if not await self.lines.agreed(_("Begin your reply with it?")):
            return
        draft = await self.desk.timeline.draft(customer_id, note=False)
        text = f"{draft.text}\n{one.text}" if draft and draft.text else one.text
        await self.desk.timeline.save_draft(customer_id, text, note=False)
        if one.customer_id != customer_id:
            self._quoted.setdefault(customer_id, []).append((one.name, one.question.address))
        self.lines.say(_("It is your draft now: reply goes on with it. Make it personal."))

    async def do_attach(self, rest: str) -> None:
        """A file for the reply, kept with its draft; without one, all are taken off."""
        customer_id = self.chosen()
        draft = await self.desk.timeline.draft(customer_id, note=False)
        held = await self.desk.timeline.draft_files(draft) if draft and rest else ()
        files = (*held, await asyncio.to_thread(attaching.named, rest)) if rest else ()
        envelope = await self.desk.replies.envelope(
            customer_id, channel=(draft.channel or None) if draft else None
        )
        sizes = attaching.sizes(files)
        attaching.check(sizes, envelope.channel)
        await self.desk.timeline.save_draft(
            customer_id,
            draft.text if draft else "",
            note=False,
            envelope=envelope,
            promises=draft.promises if draft else None,
            files=files,
        )
        named = ", ".join(f"{name}, {size(count)}" for name, count in sizes)
        self.lines.say(
            _("With your reply go: {named}.").format(named=named)
            if named
            else _("No file goes with your reply.")
        )

    async def _files(self, customer_id: str) -> list[File]:
        """The files of the draft: they are named, and go with the reply."""
        draft = await self.desk.timeline.draft(customer_id, note=False)
        found = await self.desk.timeline.draft_files(draft) if draft else ()
        if found:
            names = ", ".join(one.attachment.name for one in found)
            self.lines.say(_("These files of your draft go with it: {names}").format(names=names))
        return [one.file for one in found]

    async def _send(
        self,
        envelope: Envelope,
        text: str,
        files: list[File],
        at: datetime | None,
        blanks: tuple[str, ...],
    ) -> None:
        try:
            delivery = await self.desk.replies.queue(envelope, text, files=files, at=at, blanks=blanks)
        except AgentTuiError as error:
            await self._keep(envelope.customer_id, text, note=False)
            if isinstance(error, Conflict):
                raise Conflict(
                    _("{name} wrote meanwhile").format(name=envelope.name),
                    remedy=_("newest reads it; then reply again"),
                ) from error
            raise
        self._sent(delivery, envelope)

    def _sent(self, delivery: Delivery, envelope: Envelope) -> None:
        leaves = delivery.not_before or delivery.at
        told = self._planned(delivery, envelope)
        seconds = max(0, round((leaves - self.desk.clock.now()).total_seconds()))
        self.steps.append(
            Step(
                words=_("the reply to {name}").format(name=envelope.name),
                customer_id=envelope.customer_id,
                back=lambda: self.desk.replies.undo(delivery.id),
                leaves=None if told else leaves,
            )
        )
        self.lines.say(
            told
            or _("It leaves in {seconds} seconds; until then undo takes it back.").format(seconds=seconds)
        )

    def _planned(self, delivery: Delivery, envelope: Envelope) -> str:
        """When it leaves that was planned."""
        if delivery.planned is None:
            return ""
        told = _("It leaves at {moment}, unless {name} writes first; until then take_back takes it back.")
        return told.format(moment=plain.local_time(delivery.planned), name=envelope.name)

    async def do_note(self, rest: str) -> None:
        """A note: only we see it."""
        customer_id = self.chosen()
        self.lines.say(_("A note about {name}: only we see it, it is never sent.").format(name=self.name))
        text = rest or await self._written(customer_id, note=True)
        if text is not None:
            await self.desk.timeline.note(customer_id, text)
            self.lines.say(_("The note is kept."))

    async def _written(self, customer_id: str, *, note: bool) -> str | None:
        """Lines up to the full stop; None when they were kept as a draft instead."""
        draft = await self.desk.timeline.draft(customer_id, note=note)
        begun = await self._begun(draft)
        self.lines.say((_("Write the note.") if note else _("Write your reply.")) + " " + _(HOW))
        typed = [*begun]
        while (line := await self.lines.answer("")) is not None and line != "/cancel":
            if line == ".":
                return "\n".join(typed)
            typed.append(line.removeprefix(".") if line.startswith("..") else line)
        await self._keep(customer_id, "\n".join(typed), note=note)
        return None

    async def _begun(self, draft: Draft | None) -> list[str]:
        if draft is None or not draft.text:
            return []
        self.lines.say(f"{_('Your draft:')}\n{quoted_lines(draft.text)}")
        return draft.text.splitlines() if await self.lines.agreed(_("Begin with it?")) else []

    async def _keep(self, customer_id: str, text: str, *, note: bool) -> None:
        if text.strip():
            await self.desk.timeline.save_draft(customer_id, text, note=note)
            self.lines.say(_("Nothing was sent. The words are kept as a draft."))
        else:
            self.lines.say(_("Nothing was written."))

    def not_left(self, now: datetime | None = None) -> int:
        """How many replies have not left yet."""
        moment = now or self.desk.clock.now()
        return sum(step.leaves is not None and step.leaves > moment for step in self.steps)
