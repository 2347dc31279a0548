"""The workstation: the screen, with every channel hosted beside it; and the demo of it."""

import asyncio
import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent_tui.cli.call import (
    asked_for_lines,
    home_option,
    keys_of,
    linear_option,
    settings,
    tell,
    unexpected,
    work_on,
)
from agent_tui.core.errors import AgentTuiError, UsageError
from agent_tui.core.language import _

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk
    from agent_tui.settings import Settings
    from agent_tui.tui.app import AgentApp
    from agent_tui.tui.keymap import Keymap

CHAT_PORT = 8420  # of the demo's website, when it is free
CLOSING = 12.0  # seconds the hosted channels have to end well


def register(program: click.Group) -> None:
    """Add this command; the workstation itself is what runs without one."""
    program.add_command(demo)


def workstation(*, linear: bool = False) -> int:
    """Open the screen on the home of this command; or speak in lines."""
    chosen = settings()
    return _open(chosen, linear=linear or chosen.linear)


@click.command()
@linear_option
@home_option
def demo(*, linear: bool) -> int:
    """The workstation on a throw-away home: a bakery's customers, who write while you look and answer you."""
    from agent_tui.bootstrap import demo_settings

    linear = linear or asked_for_lines()
    if not linear:
        _need_terminal()
    folder = Path(tempfile.mkdtemp(prefix="agent-tui-demo-"))
    page = f"http://127.0.0.1:{_free_port(CHAT_PORT)}"
    tell(_("the bakery's website, with its chat: {page}/").format(page=page))
    greeting = _("Be a customer yourself: open {page}/ in a browser and use the chat.").format(page=page)
    code = _open(demo_settings(folder, page=page), sample=True, greeting=greeting, linear=linear)
    if code == 0:  # after a crash its log is worth keeping
        shutil.rmtree(folder)
    return code


def _free_port(wished: int) -> int:
    """A port of this machine nobody listens at: the wished one, if it is free."""
    for port in (wished, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise UsageError(
        _("this machine has no port left to listen at"), remedy=_("end some program, then try again")
    )


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            _("the workstation needs a terminal"),
            remedy=_("in scripts use agent-tui --linear, or the commands: agent-tui --help"),
        )
    if os.environ.get("TERM") == "dumb":  # Textual would draw all the same, as letters nobody can read
        raise UsageError(
            _("this terminal says that nothing can be drawn on it (TERM=dumb)"),
            remedy=_("open another one, set TERM to what it really is, or use agent-tui --linear"),
        )


def _open(chosen: "Settings", *, sample: bool = False, greeting: str = "", linear: bool = False) -> int:
    keymap = keys_of(chosen)
    if not linear:
        _need_terminal()
    gc.disable()  # a tenth of the time until the first picture is collecting what nothing has let go of yet

    async def job(desk: "Desk", store: "Store") -> int:
        if sample:
            from agent_tui.bootstrap import fill_demo

            await fill_demo(chosen, store, desk.clock.now())
        if linear:
            from agent_tui.cli.linear import at_lines

            return await at_lines(desk, keymap, greeting)
        return await _show(desk, chosen, keymap, greeting)

    return work_on(chosen, job)


async def _show(desk: "Desk", chosen: "Settings", keymap: "Keymap", greeting: str) -> int:
    """The screen and what runs beside it, until the agent leaves."""
    from agent_tui.tui.app import AgentApp
    from agent_tui.tui.herald import Signals
    from agent_tui.tui.pace import unhurried

    unhurried()
    app = AgentApp(
        desk,
        icons=chosen.icons,
        theme=chosen.theme,
        log=chosen.log_file,
        keymap=keymap,
        compact=chosen.compact,
        times=chosen.times,
        signals=Signals(title=chosen.title, bell=chosen.bell, notify=chosen.notify),
        greeting=greeting,
    )
    failed: list[Exception] = []
    with _leaving_on(app, signal.SIGTERM, signal.SIGHUP):
        async with asyncio.TaskGroup() as group:
            feed = group.create_task(_beside(app, desk.feed.run(), failed))
            host = group.create_task(_beside(app, desk.host.run(), failed))
            try:
                await app.run_async()
            finally:
                desk.host.stop()
                await asyncio.wait({host}, timeout=CLOSING)
                host.cancel()
                feed.cancel()
    for error in failed:
        raise error if isinstance(error, AgentTuiError) else unexpected(error, chosen.log_file) from error
    return app.return_code or 0


async def _beside(app: "AgentApp", work: Coroutine[Any, Any, None], failed: list[Exception]) -> None:
    """Something that runs as long as the screen; the screen does not go on without it."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - told when the terminal is given back
        failed.append(error)
        app.exit(return_code=1)


@contextmanager
def _leaving_on(app: "AgentApp", *numbers: signal.Signals) -> Iterator[None]:
    """A request to end is one to leave: drafts are kept, the terminal is given back."""
    loop = asyncio.get_running_loop()
    for number in numbers:
        loop.add_signal_handler(number, app.call_later, app.leave)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
