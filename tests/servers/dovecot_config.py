"""The configuration of a Dovecot, 2.3 or 2.4, that an ordinary user runs below one directory.

2.4 renamed about half of the settings; what differs stands in ``_old`` and ``_new``.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import Account

CAPABILITIES = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS "
    "THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS "
    "LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH "
    "LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY "
    "SPECIAL-USE"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a test may want different. ``without`` names capabilities that are not announced."""

    password: str = "secret"
    without: tuple[str, ...] = ()
    sent: str = "Sent"
    special_use: bool = True
    separator: str = "."
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server lives: everything below ``home``, as ``account``, on two ports of loopback."""

    home: Path
    account: Account
    port: int
    tls_port: int


def configuration(version: str, place: Place, options: Options) -> str:
    """The text of ``dovecot.conf`` for a version such as ``2.3.19``."""
    text = _old(place, options) if version.startswith("2.3.") else _new(place, options)
    return text + _shared(place, options)


def _shared(place: Place, options: Options) -> str:
    home, account = place.home, place.account
    special = "special_use = \\Sent" if options.special_use else ""
    return f"""
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {account.name}
default_internal_group = {account.group_name}
default_login_user = {account.name}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
auth_mechanisms = plain login
mail_fsync = never
mailbox_idle_check_interval = 1 secs
namespace inbox {{
  inbox = yes
  separator = {options.separator}
  prefix = {options.prefix}
  mailbox "{options.sent}" {{
    {special}
    auto = subscribe
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {place.port}
  }}
  inet_listener imaps {{
    port = {place.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _old(place: Place, options: Options) -> str:
    announced = " ".join(each for each in CAPABILITIES.split() if each not in options.without)
    home, account = place.home, place.account
    return f"""
ssl_cert = <{home}/tls/cert.pem
ssl_key = <{home}/tls/key.pem
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
mail_privileged_group =
passdb {{
  driver = static
  args = password={options.password}
}}
userdb {{
  driver = static
  args = uid={account.user} gid={account.group} home={home}/mail/%u
}}
protocol imap {{
  imap_capability = {announced}
  mail_max_userip_connections = 100
}}
"""


def _new(place: Place, options: Options) -> str:
    hidden = "\n    ".join(f"{each} = no" for each in options.without)
    home, account = place.home, place.account
    return f"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {home}/tls/cert.pem
ssl_server_key_file = {home}/tls/key.pem
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {home}/mail/%{{user}}
mail_home = {home}/mail/%{{user}}
mail_uid = {account.user}
mail_gid = {account.group}
passdb static {{
  password = {options.password}
}}
userdb static {{
}}
protocol imap {{
  mail_max_userip_connections = 100
  imap_capability {{
    {hidden}
  }}
}}
"""
