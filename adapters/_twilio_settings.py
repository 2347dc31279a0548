"""What is written in the settings about one number at Twilio, and what may not be written there."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters._chat_config import listening
from adapters._mail_account import is_loopback
from agent_tui.core.addresses import PHONE, Address
from agent_tui.core.errors import ConfigError, NeedsPerson
from agent_tui.core.language import _
from agent_tui.core.secrets import Secret

WHATSAPP = "whatsapp:"
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_NUMBER = re.compile(r"(?:whatsapp:)?\+[1-9]\d{6,14}|\d{3,8}")  # E.164, or a short code


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One number or messaging service. Exactly one of `number` and `messaging_service_sid`. Times in seconds."""

    account_sid: str  # begins with AC
    auth_token: Secret
    number: str = ""  # ours: "+351210000000", a short code, or "whatsapp:+351210000000" for WhatsApp
    messaging_service_sid: str = ""  # begins with MG: the service picks the number
    poll_seconds: float = 10.0  # between two looks
    since_days: int = 30  # how far back the first sync looks; 0: everything
    base_url: str = "https://api.twilio.com"  # a proxy or a test server; loopback may be plain http
    webhook: bool = False  # also be told at once: Twilio then knocks at `public_url`
    public_url: str = ""  # with `webhook`: as it stands in Twilio's console, to the letter
    listen: str = "127.0.0.1:8421"  # with `webhook`: where your proxy or tunnel brings it to

    def __post_init__(self) -> None:
        _sids(self)
        _base("base_url", self.base_url)
        _webhook(self)
        if not 0 < self.poll_seconds <= 3600:
            raise ConfigError(
                _("poll_seconds is out of range"), remedy=_("a number of seconds, up to an hour")
            )
        if self.since_days < 0:
            raise ConfigError(_("since_days is negative"), remedy=_("0 reads everything"))

    @property
    def whatsapp(self) -> bool:
        """Is it a WhatsApp number?"""
        return self.number.startswith(WHATSAPP)

    @property
    def address(self) -> Address | None:
        """Our own address, where there is one."""
        return Address(PHONE, self.number.removeprefix(WHATSAPP)) if self.number else None

    def reveal(self) -> str:
        """The auth token, from where it is kept. Raises NeedsPerson. May take 30 s."""
        try:
            token = self.auth_token.reveal(self.account_sid)
        except ConfigError as error:
            raise NeedsPerson(error.problem, remedy=error.remedy) from error
        if not token.isascii() or not token.isprintable():
            raise NeedsPerson(
                _("the auth_token has strange characters"), remedy=_("store it again, as one line")
            )
        return token


def _sids(settings: Settings) -> None:
    if not _ACCOUNT.fullmatch(settings.account_sid):
        raise ConfigError(
            _("account_sid {account_sid!r} is not one").format(account_sid=settings.account_sid),
            remedy=_("it is AC and 32 digits or letters a to f: see the first page of the console"),
        )
    if bool(settings.number) == bool(settings.messaging_service_sid):
        raise ConfigError(
            _("exactly one of number and messaging_service_sid is needed"),
            remedy=_('number = "+351210000000"'),
        )
    if settings.number and not _NUMBER.fullmatch(settings.number):
        raise ConfigError(
            _("number {number!r} cannot be one").format(number=settings.number),
            remedy=_(
                'write it with + and country, without spaces: "+351210000000" or "whatsapp:+351210000000"'
            ),
        )
    if settings.messaging_service_sid and not _SERVICE.fullmatch(settings.messaging_service_sid):
        raise ConfigError(
            _("messaging_service_sid is not one"), remedy=_("it is MG and 32 digits or letters a to f")
        )


def _webhook(settings: Settings) -> None:
    if settings.webhook:
        _base("public_url", settings.public_url)
        listening(settings.listen)
    elif settings.public_url:
        raise ConfigError(_("public_url belongs to webhook"), remedy=_("add webhook = true, or remove it"))


def _base(key: str, url: str) -> None:
    parts = urlsplit(url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or (parts.scheme != "https" and not local):
        raise ConfigError(
            _("{key} {url!r} is not safe").format(key=key, url=url), remedy=_("begin it with https://")
        )
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(
            _("{key} is more than an address").format(key=key),
            remedy=_('write it as "https://sms.example.com/hook"'),
        )
