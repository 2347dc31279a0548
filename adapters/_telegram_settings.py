"""What is written in the settings about one Telegram bot, and what may not be written there."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters._mail_account import is_loopback
from agent_tui.core.errors import ConfigError, NeedsPerson
from agent_tui.core.language import _
from agent_tui.core.secrets import Secret

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One bot. Its token is what @BotFather gave when the bot was made."""

    token: Secret  # what @BotFather gave for the bot
    base_url: str = "https://api.telegram.org"  # a proxy or a test server; loopback may be plain http

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.base_url)
            local = parts.scheme == "http" and is_loopback(parts.hostname or "")
            unsafe = not parts.hostname or (parts.scheme != "https" and not local) or parts.port == 0
        except ValueError:
            raise ConfigError(_("base_url is not an address"), remedy=_("begin it with https://")) from None
        if unsafe:
            raise ConfigError(
                _("base_url {base_url!r} is not safe").format(base_url=self.base_url),
                remedy=_("begin it with https://"),
            )
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise ConfigError(
                _("base_url is more than an address"), remedy=_('"https://telegram.example.com"')
            )

    def reveal(self, account: str) -> str:
        """The token, from where it is kept; it will be part of addresses. Raises NeedsPerson. May take 30 s."""
        try:
            token = self.token.reveal(account)
        except ConfigError as error:
            raise NeedsPerson(error.problem, remedy=error.remedy) from error
        if not _TOKEN.fullmatch(token):
            raise NeedsPerson(
                _("what is kept as token is not the token of a bot"),
                remedy=_("it looks like 123456789:AA… : ask @BotFather for it, and keep it as one line"),
            )
        return token
