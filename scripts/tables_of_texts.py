"""Texts that stand in tables and are said when they are shown, read from the tables themselves."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from agent_tui.cli.call import program
from agent_tui.tui.footer import OF_NOTES, OF_PLANS
from agent_tui.tui.keys import COMMANDS
from scripts.catalogs import Text

KEYS, HELP = "agent_tui/tui/keys.py", "agent_tui/cli"


def tables() -> Iterator[Text]:
    """The texts of every table."""
    for command in COMMANDS:
        yield Text(context="command", text=command.words, places=(KEYS,))
        yield Text(text=command.purpose, places=(KEYS,))
        yield Text(text=command.group, places=(KEYS,))
    for words in (*OF_NOTES.values(), *OF_PLANS.values()):
        yield Text(context="command", text=words, places=(KEYS,))
    for text in _help(program):
        yield Text(text=text, places=(HELP,))


def _help(command: click.Command) -> Iterator[str]:
    """What the command line says of its commands, as written at them."""
    if command.help:
        yield cleandoc(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _help(inner)
