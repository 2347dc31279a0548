"""The workstation in plain lines, for screen readers and scripts: the same desk, the same commands, no screen.

Nothing is drawn, moved to or painted over: a prompt, a line typed, lines said. Channels are hosted in the background
as the screen does; what happens meanwhile is said on a line of its own while a command is awaited.
"""

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent_tui.cli.linear.lines import Lines
from agent_tui.cli.linear.news import News
from agent_tui.cli.linear.session import Session

if TYPE_CHECKING:
    from agent_tui.services.desk import Desk
    from agent_tui.tui.keymap import Keymap

CLOSING = 12.0  # seconds the hosted channels have to end well
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def at_lines(desk: "Desk", keymap: "Keymap", greeting: str = "") -> int:
    """Speak in lines until the agent leaves, the input ends, or a signal asks to."""
    lines = Lines()
    session = Session(desk, keymap, lines)
    news = News(desk, lines)
    let_go = _ending_on(lines)
    try:
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(work) for work in (desk.feed.run(), news.run())]
            host = group.create_task(desk.host.run())
            try:
                await session.run(greeting)
            finally:
                desk.host.stop()
                await asyncio.wait({host}, timeout=CLOSING)
                for task in (host, *beside):
                    task.cancel()
    finally:
        let_go()
    return 0


def _ending_on(lines: Lines) -> Callable[[], None]:
    """A signal to end is the end of the input: what was being written is kept. Gives what undoes this."""
    loop = asyncio.get_running_loop()
    for number in _ENDS:
        loop.add_signal_handler(number, lines.end)

    def undo() -> None:
        for number in _ENDS:
            loop.remove_signal_handler(number)

    return undo
