"""One agent's conversation with the desk, a line at a time: from what was typed to what is done about it."""

import inspect
from collections.abc import Awaitable, Callable
from typing import cast

from agent_tui.cli.linear import words
from agent_tui.cli.linear.knowing import Knowing
from agent_tui.cli.linear.lines import Lines
from agent_tui.cli.linear.words import BY_WORD, Word
from agent_tui.core import words as states
from agent_tui.core.errors import AgentTuiError
from agent_tui.core.language import _, many
from agent_tui.core.tables import nearest
from agent_tui.services.desk import Desk
from agent_tui.tui.keymap import Keymap

Doing = Callable[[str], Awaitable[None] | None]


class Session(Knowing):
    """Everything that can be typed."""

    def __init__(self, desk: Desk, keymap: Keymap, lines: Lines) -> None:
        super().__init__(desk, lines)
        self._keymap = keymap
        self._over = False

    async def run(self, greeting: str = "") -> None:
        """Until the agent leaves, or the input ends."""
        await self._greet(greeting)
        while not self._over:
            typed = await self.lines.command(f"{self.name or 'agent-tui'}>")
            if typed is None:
                self._leave_behind()
                return
            await self._do(typed.strip())

    async def _greet(self, greeting: str) -> None:
        waiting = (await self.desk.inbox.counts()).waiting
        name = self.desk.business.name
        told = f"agent-tui, {name}. " if name else "agent-tui. "
        told += _("{n} waiting. Type help for the commands.").format(n=waiting)
        self.lines.say("\n".join(part for part in (told, greeting) if part))

    async def _do(self, typed: str) -> None:
        """One command. What goes wrong is said, and the next one is asked for."""
        if not typed:
            return
        word, _sep, rest = typed.partition(" ")
        command = BY_WORD["open"] if word.isdecimal() else words.meant(word, self._keymap)
        if not isinstance(command, Word):
            self.lines.say(
                command
                or _("There is no command {word}: {remedy}").format(word=word, remedy=nearest(word, BY_WORD))
            )
            return
        doing = cast(Doing, getattr(self, f"do_{command.word}"))
        try:
            work = doing(typed if word.isdecimal() else rest.strip())
            if inspect.isawaitable(work):
                await work
        except AgentTuiError as error:
            self.lines.say(
                ". ".join(
                    part
                    for part in (_("Not done: {problem}").format(problem=error.problem), error.remedy)
                    if part
                )
            )

    def do_help(self, _rest: str) -> None:
        """All commands, with the keys they have on the screen."""
        self.lines.say("\n".join(words.help_lines(self._keymap)))

    def do_sync(self, _rest: str) -> None:
        """Ask every channel now."""
        self.desk.host.poke()
        self.lines.say(_("Asking every channel for news."))

    def do_channels(self, _rest: str) -> None:
        """How each channel is."""
        told = [
            ": ".join(
                part for part in (name, states.health(health.state), health.detail, health.remedy) if part
            )
            for name, health in self.desk.host.health().items()
        ]
        self.lines.say("\n".join(told) or _("No channel is set up."))

    async def do_quit(self, _rest: str) -> None:
        """Leave; ask first when something has not left yet."""
        waiting = self.not_left()
        if waiting and not await self.lines.agreed(_still_here(waiting) + " " + _("Quit all the same?")):
            return
        self._over = True

    def _leave_behind(self) -> None:
        waiting = self.not_left()
        if waiting:
            text = many(
                "A reply has not left yet: it leaves when agent-tui runs again.",
                "{n} replies have not left yet: they leave when agent-tui runs again.",
                waiting,
            )
            self.lines.say(text)


def _still_here(waiting: int) -> str:
    return many("A reply has not left yet.", "{n} replies have not left yet.", waiting)
