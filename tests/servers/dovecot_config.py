"""The configuration of a Dovecot 2.3 that an ordinary user runs below one directory."""

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


def configuration(home: Path, *, account: Account, port: int, tls_port: int, options: Options) -> str:
    """The text of ``dovecot.conf``. Everything it names lies below ``home``."""
    special = "special_use = \\Sent" if options.special_use else ""
    announced = " ".join(each for each in CAPABILITIES.split() if each not in options.without)
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
ssl_cert = <{home}/tls/cert.pem
ssl_key = <{home}/tls/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{home}/mail/%u
mail_privileged_group =
mail_fsync = never
mailbox_idle_check_interval = 1 secs
passdb {{
  driver = static
  args = password={options.password}
}}
userdb {{
  driver = static
  args = uid={account.user} gid={account.group} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = {options.separator}
  prefix = {options.prefix}
  mailbox "{options.sent}" {{
    {special}
    auto = subscribe
  }}
}}
protocol imap {{
  imap_capability = {announced}
  mail_max_userip_connections = 100
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
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
