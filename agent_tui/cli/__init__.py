"""The commands: everything the screen can do, from a script too.

stdout carries data, stderr everything else. Exit 0: done; 1: it was tried and failed; 2: usage or configuration, and
nothing was done. An error is one or two lines; a traceback is in the log file, which the message names.
"""

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from agent_tui.cli import (
    answering,
    chat_server,
    helping,
    hosting,
    keeping,
    people,
    planned,
    queue,
    reading,
    saved,
    screen,
    today,
)
from agent_tui.cli.call import complain, program
from agent_tui.core import language
from agent_tui.core.errors import AgentTuiError, ConfigError, UsageError
from agent_tui.core.language import _, retold

__all__ = ["main"]

for _commands in (
    screen,
    hosting,
    chat_server,
    reading,
    answering,
    planned,
    saved,
    queue,
    people,
    today,
    keeping,
):
    _commands.register(program)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows a question mark
    language.use(language.wanted())
    helping.say(program)
    code = _run(arguments)
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        _let_go(stream)
    return code


def _let_go(stream: TextIO | None) -> None:
    """Write what is left; where nobody reads any more, as after a lost connection, to nowhere instead."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except ValueError:
        return  # closed already: nothing is left


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = program.main(arguments, prog_name="agent-tui", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _explain(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 1
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except AgentTuiError as error:
        complain(error.told)
        return 2 if isinstance(error, ConfigError | UsageError) else 1
    except Exception as error:  # noqa: BLE001 - before there was a log: still no traceback for a user
        complain(
            _("an unexpected error: {name}: {error}\nplease report it").format(
                name=type(error).__name__, error=error
            )
        )
        return 1
    return code if isinstance(code, int) else 0


def _explain(error: click.ClickException) -> None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "agent-tui"
    complain(retold(error.format_message()) + "\n" + _("see {command} --help").format(command=where))
