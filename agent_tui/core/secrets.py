"""Passwords and tokens: named in the settings by where they are kept, read when first needed, printed as stars."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from agent_tui.core.errors import ConfigError
from agent_tui.core.language import N_, _

SOURCES = ("command", "env", "file", "keyring")
_REMEDY = N_('write it as { command = "…" }, { env = "…" }, { file = "…" } or { keyring = "…" }')
_SECONDS = 30
_SHORTEST = 4  # characters; anything shorter stands in every other word
_revealed: set[str] = set()


def masked(text: str) -> str:
    """`text` with stars wherever a secret stands that this process has revealed: for whatever is written down."""
    for secret in tuple(_revealed):
        text = text.replace(secret, "****")
    return text


class Secret:
    """Where a secret is kept: exactly one of `SOURCES`. Never shows its value by accident."""

    __slots__ = ("_kind", "_where")

    def __init__(self, source: object) -> None:
        """`source` is the table of the settings, such as ``{"env": "MAIL_PASSWORD"}``. Raises ConfigError."""
        if isinstance(source, str):
            raise ConfigError(_("a secret is written in plain text"), remedy=_(_REMEDY))
        if not isinstance(source, Mapping) or len(source) != 1:
            raise ConfigError(_("a secret names exactly one place"), remedy=_(_REMEDY))
        ((kind, where),) = source.items()
        if kind not in SOURCES or not isinstance(where, str) or not where:
            raise ConfigError(_("a secret cannot be kept in {kind!r}").format(kind=kind), remedy=_(_REMEDY))
        self._kind: str = kind
        self._where: str = where

    def __repr__(self) -> str:
        return "Secret(****)"

    __str__ = __repr__

    def reveal(self, account: str = "") -> str:
        """The secret itself; `account` is the user name a keyring files it under. Raises ConfigError.

        May run a command for up to 30 seconds: not for the screen's thread.
        """
        readers = {"env": _from_env, "file": _from_file, "command": _from_command}
        value = (
            _from_keyring(self._where, account)
            if self._kind == "keyring"
            else readers[self._kind](self._where)
        )
        if not value:
            raise ConfigError(
                _("the secret in {kind} {where!r} is empty").format(kind=self._kind, where=self._where),
                remedy=_("store it there first"),
            )
        if len(value) >= _SHORTEST:
            _revealed.add(value)
        return value


def _from_env(name: str) -> str:
    if name not in os.environ:
        raise ConfigError(
            _("the environment variable {name} is not set").format(name=name),
            remedy=_("export {name}=… and start again").format(name=name),
        )
    return os.environ[name]


def _from_file(name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("the secret's file {name} cannot be read: {error}").format(name=name, error=error),
            remedy=_("check its path"),
        ) from error


def _from_command(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S602 - the owner's own command, as she would type it
            command, shell=True, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(
            _("the secret's command took over {seconds} s: {command}").format(
                seconds=_SECONDS, command=command
            ),
            remedy=_("run it by hand"),
        ) from error
    if done.returncode != 0:
        raise ConfigError(
            _("the secret's command failed ({returncode}): {command}").format(
                returncode=done.returncode, command=command
            ),
            remedy=_("run it by hand"),
        )
    return done.stdout.decode("utf-8", "replace").split("\n")[0].rstrip("\r")


def _from_keyring(service: str, account: str) -> str:
    try:
        import keyring
    except ImportError as error:
        remedy = _("install it with the extra [keyring], or keep the secret in a command, file or variable")
        raise ConfigError(_("no keyring is installed"), remedy=remedy) from error
    value = keyring.get_password(service, account)
    if value is None:
        raise ConfigError(
            _("the keyring has nothing for {service} / {account}").format(service=service, account=account),
            remedy=_("store it there first"),
        )
    return str(value)
