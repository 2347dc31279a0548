"""The command line's help and complaints in the agent's language, those of the command library too.

What stands at the commands is English; it is said when somebody asks. The library's own words are marked here, and
recognised in what it says.
"""

from contextlib import suppress
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from agent_tui.core import language
from agent_tui.core.errors import ConfigError
from agent_tui.core.language import N_, _, english, retold

LIBRARY = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("required"),
    N_("Missing command."),
    N_("Missing argument {name}."),
    N_("Missing option {name}."),
    N_("Got unexpected extra argument ({args})"),
    N_("Got unexpected extra arguments ({args})"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {name}: {message}"),
    N_("No such option {name}."),
    N_("No such option {name}. Did you mean {value}?"),
    N_("No such option {name}. (Did you mean one of: {value}?)"),
    N_("No such command {name}."),
    N_("No such command {name}. Did you mean {value}?"),
    N_("No such command {name}. (Did you mean one of: {value}?)"),
    N_("Option {name} does not take a value."),
    N_("Option {name} requires an argument."),
    N_("Option {name} requires {n} arguments."),
    N_("{value} is not one of {text}."),
    N_("{value} is not a valid integer."),
    N_("{value} is not a valid integer range."),
    N_("{value} is not in the range {text}."),
    N_("File {path} does not exist."),
    N_("File {path} is a directory."),
    N_("Path {path} does not exist."),
    N_("Directory {path} is a file."),
    N_("Directory {path} does not exist."),
)


class Formatter(click.HelpFormatter):
    """The library's, with its headings in the agent's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is called."""
        super().write_usage(prog, args, prefix or f"{_('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        """What comes below it."""
        super().write_heading(retold(heading))

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, each with what it does."""
        super().write_dl([(left, _labelled(retold(right))) for left, right in rows], col_max, col_spacing)


def _labelled(text: str) -> str:
    """An option's help, and its default."""
    return text.replace("[default: ", f"[{_('default')}: ")


class Context(click.Context):
    """A command that is being asked for its help."""

    formatter_class = Formatter

    def make_formatter(self) -> click.HelpFormatter:
        """In the language of the settings, where they can be read; their mistakes are for other commands to tell."""
        with suppress(ConfigError):
            _use_settings(self.find_root().obj)
        say(self.find_root().command)
        return super().make_formatter()


def _use_settings(home: Path | None) -> None:
    from agent_tui import settings

    chosen = settings.load(home, needed=False)
    if chosen.language:
        language.use(chosen.language)


def say(command: click.Command) -> None:
    """A command, its options and the commands below it, from now on in the agent's language."""
    command.context_class = Context
    if command.help:
        command.help = _(cleandoc(english(command.help)))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(english(parameter.help))
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        say(inner)
