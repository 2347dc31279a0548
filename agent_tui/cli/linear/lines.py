"""Lines in and lines out, by keyboard or pipe: read beside the event loop, said without a control character."""

import asyncio
import os
import sys
import threading
from collections import deque

import click

from agent_tui.core.language import _, _c
from agent_tui.core.text import clean, clean_line

LONGEST = 1_000_000  # bytes of a line; what is longer comes in pieces


class Lines:
    """One reader, one voice. News waits while something else is being asked."""

    def __init__(self) -> None:
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._prompted = sys.stdin.isatty()
        self._prompt: str | None = None  # of a command that is awaited now
        self._news: deque[str] = deque()
        self._ended = False
        # A plain read in a thread that may be left behind: it holds no lock that ending the program waits for.
        threading.Thread(target=self._read, args=(sys.stdin.fileno(),), name="lines", daemon=True).start()

    def _read(self, fd: int) -> None:
        rest = b""
        try:
            while chunk := os.read(fd, 65536):
                *whole, rest = (rest + chunk).split(b"\n")
                if len(rest) > LONGEST:
                    whole, rest = [*whole, rest], b""
                for line in whole:
                    self._put(line)
            if rest:
                self._put(rest)
        except OSError:  # the terminal is gone
            rest = b""
        self._hand(None)

    def _put(self, line: bytes) -> None:
        self._hand(clean(line.decode(errors="replace").rstrip("\r\n")))

    def _hand(self, line: str | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._typed.put_nowait, line)

    def end(self) -> None:
        """As if the input had ended."""
        self._typed.put_nowait(None)

    def say(self, text: str) -> None:
        """Say something: data for a person."""
        click.echo(clean(text))

    async def command(self, prompt: str) -> str | None:
        """The next command; None at the end. News is said meanwhile, and before."""
        while self._news:
            self.say(self._news.popleft())
        self._prompt = prompt
        try:
            return await self._next(prompt)
        finally:
            self._prompt = None

    async def answer(self, prompt: str = "") -> str | None:
        """A line of an answer or a text; None at the end."""
        return await self._next(prompt)

    async def agreed(self, question: str) -> bool:
        """Yes, in so many letters; anything else is no."""
        self.say(_("{question} yes or no").format(question=question))
        said = await self.answer(_("yes or no: "))
        return (said or "").strip().casefold() in {"y", "yes", _c("an answer", "y"), _c("an answer", "yes")}

    async def _next(self, prompt: str) -> str | None:
        if self._ended:
            return None
        self._ask(prompt)
        line = await self._typed.get()
        self._ended = line is None
        return line

    def _ask(self, prompt: str) -> None:
        if self._prompted and prompt:
            click.echo(clean_line(prompt) + " ", nl=False)

    def tell(self, news: str) -> None:
        """Say what happened: at once while a command is awaited, else before the next one is."""
        if self._prompt is None:
            self._news.append(news)
            return
        if self._prompted:
            click.echo()
        self.say(news)
        self._ask(self._prompt)
