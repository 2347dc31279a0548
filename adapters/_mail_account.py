"""What is written in the settings about one mail account, and what may not be written there.

Plain values, checked when they are made: `ConfigError` names the key and the remedy. Nothing is opened here.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from agent_tui.core.addresses import EMAIL, Address
from agent_tui.core.errors import ConfigError, NeedsPerson
from agent_tui.core.language import _
from agent_tui.core.secrets import Secret

_IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server listens. `port` 0: the usual one for its kind and `tls`."""

    host: str
    port: int = 0
    tls: Literal["tls", "starttls", "none"] = "tls"

    def __post_init__(self) -> None:
        if not self.host or not self.host.isprintable() or " " in self.host:
            raise ConfigError(
                _("host {host!r} is not a host name").format(host=self.host),
                remedy=_('write it as host = "imap.example.com"'),
            )
        if not 0 <= self.port <= 65535:
            raise ConfigError(
                _("port {port} is not a port").format(port=self.port),
                remedy=_("a port is a number from 1 to 65535"),
            )
        if self.tls == "none" and not is_loopback(self.host):
            problem = _('tls = "none" would send the password to {host} in plain sight').format(
                host=self.host
            )
            raise ConfigError(
                problem, remedy=_('use tls = "tls" or "starttls"; "none" is for this machine only')
            )

    def at_imap(self) -> "Server":
        """The same with its port known, as an IMAP server (RFC 8314, 3.2)."""
        return Server(host=self.host, port=self.port or _IMAP_PORTS[self.tls], tls=self.tls)

    def at_smtp(self) -> "Server":
        """The same with its port known, as a submission server (RFC 8314, 3.3; RFC 6409)."""
        return Server(host=self.host, port=self.port or _SMTP_PORTS[self.tls], tls=self.tls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One mail account, as its table in config.toml says. Times in seconds."""

    address: Address
    imap: Server
    smtp: Server
    password: Secret | None = None
    token: Secret | None = (
        None  # of auth = "xoauth2": read anew for every connection, so a command can renew it
    )
    auth: Literal["password", "xoauth2"] = "password"
    username: str = ""  # default: the address
    name: str = ""  # shown beside our address on outgoing mail; default: the business's
    aliases: tuple[Address, ...] = ()  # further addresses of ours
    ca_file: Path | None = None  # for a private certificate, in PEM
    folders: tuple[str, ...] = ("INBOX",)  # the first one is watched all the time
    sent_folder: str = ""  # default: found by its mark or its name
    sent_copy: Literal["auto", "always", "never"] = "auto"
    since_days: int = 30  # how far back the first sync looks; 0: everything
    mark_seen: bool = False  # newly arrived messages are marked read once they are filed
    poll_seconds: float = 60.0  # between looks where IDLE is missing, and at the folders IDLE does not watch
    idle_seconds: float = (
        300.0  # the longest IDLE; RFC 2177 asks for less than 29 minutes, home routers for 5
    )
    timeout_seconds: float = 60.0  # to connect, and for each answer

    def __post_init__(self) -> None:
        for address in (self.address, *self.aliases):
            if address.scheme != EMAIL:
                raise ConfigError(
                    _("{address} is not a mail address").format(address=address.value),
                    remedy=_('write "support@example.com"'),
                )
        _credentials(self)
        _numbers(self)
        _texts(self)

    @property
    def login(self) -> str:
        """The user name."""
        return self.username or self.address.value

    @property
    def own(self) -> frozenset[Address]:
        """Every address that is ours."""
        return frozenset((self.address, *self.aliases))

    @property
    def window(self) -> timedelta | None:
        """How far back the first sync looks; None: everything."""
        return timedelta(days=self.since_days) if self.since_days else None

    def reveal(self) -> str:
        """The password or token, fresh from where it is kept. Raises NeedsPerson. May take 30 s."""
        secret: Secret | None = getattr(self, _secret_key(self))
        assert secret is not None
        try:
            revealed = secret.reveal(self.login)
        except ConfigError as error:
            raise NeedsPerson(error.problem, remedy=error.remedy) from error
        if not _is_plain(revealed):
            problem = _("the {key} of {address} has control characters").format(
                key=_secret_key(self), address=self.address.value
            )
            raise NeedsPerson(problem, remedy=_("store it again, as one line"))
        return revealed


def is_loopback(host: str) -> bool:
    """Is it certain, without asking a name server, that `host` is this machine?"""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _secret_key(settings: Settings) -> str:
    return "token" if settings.auth == "xoauth2" else "password"


def _credentials(settings: Settings) -> None:
    key = _secret_key(settings)
    if getattr(settings, key) is None:
        raise ConfigError(
            _("{key} is missing").format(key=key),
            remedy=_('say where it is kept: {key} = {{ command = "…" }}').format(key=key),
        )


def _numbers(settings: Settings) -> None:
    if settings.since_days < 0:
        raise ConfigError(_("since_days is negative"), remedy=_("0 reads everything"))
    for key in ("poll_seconds", "idle_seconds", "timeout_seconds"):
        if not 0 < getattr(settings, key) < 24 * 3600:
            raise ConfigError(
                _("{key} is out of range").format(key=key), remedy=_("a number of seconds, up to a day")
            )
    if settings.idle_seconds > 29 * 60:
        raise ConfigError(
            _("idle_seconds is over 29 minutes"), remedy=_("servers hang up after 30; 300 is usual")
        )


def _texts(settings: Settings) -> None:
    """Names that become part of a command may not end it."""
    if not settings.folders:
        raise ConfigError(_("folders is empty"), remedy=_('at least folders = ["INBOX"]'))
    texts = {"username": settings.login, "sent_folder": settings.sent_folder, "name": settings.name}
    texts.update((f"folders[{index}]", folder) for index, folder in enumerate(settings.folders))
    for key, text in texts.items():
        if not _is_plain(text):
            raise ConfigError(
                _("{key} has control characters").format(key=key), remedy=_("write it as one line of text")
            )


def _is_plain(text: str) -> bool:
    return not any(ord(char) < 32 or ord(char) == 127 for char in text)
