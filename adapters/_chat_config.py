"""What a chat server is told: whose pages it serves, how much it takes from whom, and what the widget says.

An *origin* is scheme, host and port as browsers write them (RFC 6454): ``https://www.example.com``. Everything here
is checked when it is made, so that the server itself trusts it. Raises ConfigError.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from adapters._chat_hours import Hours, read
from adapters._chat_vouch import SHORTEST_KEY
from agent_tui.core.errors import ConfigError
from agent_tui.core.language import _
from agent_tui.core.text import clean

LONGEST_TEXT = 4000  # characters of one message
LONGEST_CLAIM = 200  # characters of a name or mail address
LONGEST_FILE = 5_000_000  # bytes
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken. An address is an IPv4 address or an IPv6 network of 64 bits."""

    burst: int = 5  # messages of one visitor in 10 seconds
    messages: int = 30  # messages of one visitor in a minute
    newcomers: int = 3  # visitors who write for the first time from one address in a minute
    all_newcomers: int = 120  # … from anywhere
    all_messages: int = 6000  # messages of everybody in a minute
    connections: int = 2000  # at once
    address_connections: int = 20  # … from one address

    def __post_init__(self) -> None:
        for name in (item.name for item in fields(self)):
            if getattr(self, name) < 1:
                raise ConfigError(
                    _("limits.{name} is {value}").format(name=name, value=getattr(self, name)),
                    remedy=_("a whole number from 1"),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What the widget says in one language, beside its own words. Plain text; empty: nothing, or its own."""

    title: str = ""
    greeting: str = ""
    away: str = ""  # when nobody is there: that an answer will come by mail
    consent: str = ""  # above the first message
    consent_url: str = ""

    def __post_init__(self) -> None:
        for name in (item.name for item in fields(self)):
            text = getattr(self, name)
            if len(text) > 1000 or clean(text) != text:
                raise ConfigError(
                    _("the text {name} is too long or has control characters").format(name=name)
                )
        if self.consent_url and not self.consent_url.startswith(("https://", "http://")):
            raise ConfigError(
                _("consent_url is not the address of a page"), remedy=_("begin it with https://")
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """What the owner may say about a chat server, all of it optional: in the channel's table, or in its own file."""

    public_url: str = ""  # where browsers find it, behind a proxy: https://chat.example.com
    proxies: tuple[str, ...] = ()  # addresses of our own proxies: their X-Forwarded-For is believed
    title: str = ""  # above the chat; otherwise the business's name
    texts: Mapping[str, Texts] = field(default_factory=dict)  # what the widget says, by language
    hours: tuple[str, ...] = ()  # when somebody is there: "Mon-Fri 09:00-18:00"; none: always
    zone: str = ""  # … in this time zone: "Europe/Lisbon"; otherwise the machine's
    limits: Limits = field(default_factory=Limits)  # how much is taken from whom
    file_size: int = LONGEST_FILE  # largest file of a visitor, in bytes; 0: none at all
    keep_days: int = 90  # visitors are forgotten so long after the last word


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a chat server is told."""

    folder: Path
    origins: tuple[str, ...]  # of the websites
    agent: bytes  # SHA-256 of the agent's token
    public: tuple[str, ...] = ()  # our own origins; none: whatever the request names as its host
    proxies: tuple[str, ...] = ()  # addresses whose X-Forwarded-For is believed
    signing_key: bytes = b""  # the website's login vouches with it; empty: nobody vouches
    title: str = ""
    texts: Mapping[str, Texts] = field(default_factory=dict)
    hours: Hours = field(default_factory=Hours)
    limits: Limits = field(default_factory=Limits)
    file_size: int = LONGEST_FILE  # 0: no files
    keep_days: int = 90  # after the last word
    most_bytes: int = 2_000_000_000  # of the server's file; then nobody new is taken

    def __post_init__(self) -> None:
        if not self.origins:
            raise ConfigError(_("no website is named"), remedy=_('add origins = ["https://www.example.com"]'))
        if not 0 <= self.file_size <= LONGEST_FILE:
            raise ConfigError(
                _("file_size is {file_size}").format(file_size=self.file_size),
                remedy=_("bytes, from 0 to {most}").format(most=LONGEST_FILE),
            )
        if self.keep_days < 1:
            raise ConfigError(
                _("keep_days is {keep_days}").format(keep_days=self.keep_days),
                remedy=_("a number of days from 1"),
            )
        for code in self.texts:
            if not _LANGUAGE.fullmatch(code):
                raise ConfigError(
                    _("{code!r} is not a language").format(code=code),
                    remedy=_("name it by its code: en, de, pt"),
                )


def config(
    widget: Widget,
    *,
    folder: Path,
    origins: Sequence[str],
    agent: bytes,
    signing_key: bytes = b"",
    title: str = "",
) -> Config:
    """What a server is told, from the owner's words. Raises ConfigError."""
    if signing_key and len(signing_key) < SHORTEST_KEY:
        raise ConfigError(
            _("the signing key is shorter than {least} bytes").format(least=SHORTEST_KEY),
            remedy=_("make a random one"),
        )
    return Config(
        folder=folder,
        origins=tuple(dict.fromkeys(origin(text) for text in origins)),
        agent=agent,
        public=(origin(widget.public_url),) if widget.public_url else (),
        proxies=widget.proxies,
        signing_key=signing_key,
        title=widget.title or title,
        texts=widget.texts,
        hours=read(widget.hours, widget.zone),
        limits=widget.limits,
        file_size=widget.file_size,
        keep_days=widget.keep_days,
    )


def origin(text: str) -> str:
    """An origin as browsers write it. Raises ConfigError."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
        host = (
            (parts.hostname or "").encode("idna").decode() if not _is_ip6(parts.hostname) else parts.hostname
        )
    except (ValueError, UnicodeError) as error:
        raise _no_origin(text) from error
    bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host or "") or not bare:
        raise _no_origin(text)
    shown = f"[{host}]" if _is_ip6(host) else host
    return f"{parts.scheme}://{shown}" + (
        f":{port}" if port not in {None, _DEFAULT_PORTS[parts.scheme]} else ""
    )


def _is_ip6(host: str | None) -> bool:
    return ":" in (host or "")


def _no_origin(text: str) -> ConfigError:
    return ConfigError(
        _("{text!r} is not the address of a website").format(text=text),
        remedy=_("write scheme and host: https://www.example.com"),
    )


def listening(text: str) -> tuple[str, int]:
    """Host and port of ``127.0.0.1:8420`` or ``[::1]:8420``; port 0 means any. Raises ConfigError."""
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigError(
            _("{text!r} is not a place to listen at").format(text=text),
            remedy=_('write host and port: "127.0.0.1:8420"'),
        )
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_loopback(host: str | None) -> bool:
    """Whether a host name can only be this machine."""
    return bool(_LOOPBACK.fullmatch(host or ""))


def site_of(website: str) -> str:
    """The name of a website in addresses: its host, and its port where that is not the usual one."""
    return website.partition("://")[2]
