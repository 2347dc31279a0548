"""Saved words in lines: told by number, their blanks asked for one by one; and what is worth knowing of a reply's words."""

import asyncio
from datetime import date

from agent_tui.cli.linear.reading import Reading
from agent_tui.cli.saved import notes_on
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.services import blanks
from agent_tui.services.saved_words import Saved
from agent_tui.services.word_shelf import Shelf


class Inserting(Reading):
    """Saved words."""

    async def do_words(self, rest: str) -> None:
        """All of them; or some, to begin the reply with."""
        shelf = await asyncio.to_thread(self.desk.words.all)
        if not rest:
            self.lines.say("\n".join(self._told(shelf)) or _("There are no saved words yet."))
            return
        customer_id = self.chosen()
        await self._begin_with_saved(customer_id, await self._meant(shelf, rest))

    def _told(self, shelf: Shelf) -> list[str]:
        today = self.desk.clock.now().astimezone().date()
        told = [f"{number}. {_line(one, today)}" for number, one in enumerate(shelf.saved, 1)]
        return [*told, *(f"{one.name}: {one.problem}. {one.remedy}" for one in shelf.broken)]

    async def _meant(self, shelf: Shelf, typed: str) -> Saved:
        """By its number, as `words` tells them; else by its name or title."""
        if not typed.isdecimal():
            return await asyncio.to_thread(self.desk.words.get, typed)
        if not 1 <= int(typed) <= len(shelf.saved):
            raise UsageError(
                _("there are no saved words {name}").format(name=typed),
                remedy=_("1 to {n}, as words tells them").format(n=len(shelf.saved)),
            )
        return shelf.saved[int(typed) - 1]

    async def _begin_with_saved(self, customer_id: str, saved: Saved) -> None:
        """Into the draft, with what is known and what is answered in their blanks."""
        known = dict(blanks.values(await self.desk.timeline.card(customer_id), self.desk.business))
        text = await self._filled(blanks.filled(saved.text, known))
        draft = await self.desk.timeline.draft(customer_id, note=False)
        held = draft.blanks if draft else ()
        await self.desk.timeline.save_draft(
            customer_id,
            f"{draft.text}\n{text}" if draft and draft.text else text,
            note=False,
            promises=draft.promises if draft else None,
            blanks=tuple(dict.fromkeys([*held, *blanks.keys(saved.text)])),
        )
        self.lines.say(quoted_lines(text))
        self.lines.say(_("It is your draft now: reply goes on with it. Make it personal."))

    async def _filled(self, text: str) -> str:
        """Each blank that is open is asked for; no answer takes it out, the end of the input leaves it."""
        for key in blanks.keys(text):
            self.lines.say(_("{blank}? Nothing takes it out.").format(blank=key))
            answer = await self.lines.answer(f"{key}:")
            if answer is None:
                return text
            text = blanks.filled(text, {key: answer.strip()}) if answer.strip() else blanks.without(text, key)
        return text

    async def blanks_of(self, customer_id: str) -> tuple[str, ...]:
        """The keys of the blanks that came into the reply's draft with saved words."""
        draft = await self.desk.timeline.draft(customer_id, note=False)
        return draft.blanks if draft else ()

    async def tell_notes(self, customer_id: str, name: str, text: str, *, answers: bool) -> None:
        """What is worth knowing of the words before they leave."""
        for note in await notes_on(self.desk, customer_id, name, text, answers=answers):
            self.lines.say(_("Note: {words}").format(words=note))


def _line(one: Saved, today: date) -> str:
    if one.review is not None and one.is_due(today):
        return f"{one.title}, " + _("to be reviewed since {day}").format(day=one.review)
    return one.title


def quoted_lines(text: str) -> str:
    """Words that are not the program's own, a little to the right."""
    return "\n".join(f"  {line}" for line in text.splitlines())
