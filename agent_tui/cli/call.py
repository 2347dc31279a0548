"""What every command shares: the home it works on, a desk to work at, what it prints, and how it fails."""

import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from agent_tui import __version__
from agent_tui.core import language
from agent_tui.core.errors import AgentTuiError, ConfigError
from agent_tui.core.language import _
from agent_tui.core.text import clean

if TYPE_CHECKING:
    from agent_tui.core.store import Store
    from agent_tui.services.desk import Desk
    from agent_tui.settings import Settings
    from agent_tui.tui.keymap import Keymap

Work: TypeAlias = "Callable[[Desk, Store], Awaitable[int | None]]"
C = TypeVar("C", bound=Callable[..., Any])

# For commands whose words may begin with a minus: no option of theirs is a single letter.
MINUS_IS_NO_OPTION = {"ignore_unknown_options": True, "help_option_names": ["--help"]}

_log = logging.getLogger(__name__)
_UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


class _Program(click.Group):
    """A group whose commands are listed in the order they were added in, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as the library calls it
        """The names of the commands."""
        return list(self.commands)


def _keep_home(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().obj = value


def home_option(function: C) -> C:
    """``--home``, before or after the command's name."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        callback=_keep_home,
        help="Keep everything under this folder (or AGENT_TUI_HOME).",
    )(function)


def json_option(function: C) -> C:
    """``--json``: one JSON document on stdout, and nothing else there."""
    return click.option(
        "--json", "as_json", is_flag=True, callback=_in_english, help="Print one JSON document."
    )(function)


def _in_english(_context: click.Context, _option: click.Parameter, asked: bool) -> bool:
    """What scripts read is the same in every language."""
    if asked:
        language.use(language.ENGLISH)
    return asked


def linear_option(function: C) -> C:
    """``--linear``: lines instead of a screen."""
    return click.option(
        "--linear", is_flag=True, help="Plain lines instead of a screen, for screen readers."
    )(function)


def asked_for_lines() -> bool:
    """Were lines asked for, before the command's name or by the environment?"""
    told = click.get_current_context().find_root().params.get("linear")
    return bool(told) or os.environ.get("AGENT_TUI_LINEAR", "") not in {"", "0"}


@click.group(
    cls=_Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@home_option
@linear_option
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def program(context: click.Context, *, linear: bool) -> int | None:
    """One timeline per customer, every channel, in the terminal. Without a command: opens the workstation."""
    if context.invoked_subcommand is None:
        from agent_tui.cli.screen import workstation

        return workstation(linear=linear or asked_for_lines())
    return None


def settings(*, needed: bool = True) -> "Settings":
    """The settings of the home this command works on. Raises ConfigError."""
    from agent_tui import settings as files

    context = click.get_current_context()
    chosen = files.load(context.find_root().obj, needed=needed)
    if chosen.language and not context.params.get("as_json"):
        language.use(chosen.language)
    return chosen


def keys_of(chosen: "Settings") -> "Keymap":
    """The keys the settings ask for. Raises ConfigError."""
    from agent_tui.settings import located
    from agent_tui.tui import keymap

    try:
        return keymap.read(chosen.keys_preset, chosen.keys)
    except ConfigError as error:
        raise located(error, chosen.config_file) from error


def work_on(chosen: "Settings", work: Work) -> int:
    """Do `work` at a desk over some settings; what goes wrong unexpectedly is in their log file."""
    from agent_tui import bootstrap, logs
    from agent_tui.settings import prepare

    bootstrap.read_accounts(chosen)  # a mistake stops us before anything is made
    prepare(chosen)
    with logs.kept(chosen.log_file):
        try:
            return asyncio.run(_at_desk(chosen, work)) or 0
        except (AgentTuiError, BrokenPipeError):
            raise
        except Exception as error:
            cause = _first(error)
            if isinstance(cause, AgentTuiError | BrokenPipeError):
                raise cause from error
            raise unexpected(error, chosen.log_file) from error


def unexpected(error: BaseException, log_file: Path) -> AgentTuiError:
    """A bug, in two lines for a person; the rest is in the log."""
    _log.critical("the program failed", exc_info=error)
    name = type(_first(error)).__name__
    return AgentTuiError(
        _("an unexpected error: {name}").format(name=name),
        remedy=_("the log has it: {log_file}").format(log_file=log_file),
    )


def _first(error: BaseException) -> BaseException:
    """The error a person should hear of, of several that happened at once."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _at_desk(chosen: "Settings", work: Work) -> int | None:
    from agent_tui.bootstrap import at_desk

    async with at_desk(chosen) as (desk, store):
        return await work(desk, store)


def work(job: Work, *, needed: bool = True) -> int:
    """Do `job` at the desk of this command's home."""
    return work_on(settings(needed=needed), job)


def print_json(document: object) -> None:
    """One JSON document, UTF-8, with nothing in it that a terminal would obey."""
    text = json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    text = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    sys.stdout.buffer.write(text.encode() + b"\n")


def say(text: str) -> None:
    """Data for a person, on stdout."""
    click.echo(clean(text))


def tell(text: str) -> None:
    """Anything that is not data, on stderr."""
    click.echo(clean(text), err=True)


def complain(text: str) -> None:
    """An error: what is wrong and, on the next line, what to do."""
    first, *rest = clean(text).splitlines() or [_("it failed")]
    tell("\n".join([f"agent-tui: {first}", *rest]))


def joined(words: Sequence[str]) -> str:
    """Words on the command line as one text."""
    return " ".join(words)
